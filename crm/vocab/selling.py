"""Canonical objects of selling: stages, opportunities, and who works on them."""

from __future__ import annotations

from crm.vocab.parties import ACCOUNT_NAMES, CREATED_NAMES, OWNER_NAMES
from crm.vocab.specs import (
    ObjectSpec,
    currency,
    day,
    flag,
    instant,
    money,
    number,
    reference,
    text,
    whole,
)

OUTCOMES = ("open", "won", "lost", "disqualified")
OPPORTUNITY_TYPES = ("new", "expansion", "renewal")
FORECAST_CATEGORIES = ("pipeline", "best_case", "commit", "closed", "omitted")

STAGE = ObjectSpec(
    "stage",
    "Stage",
    "Stages",
    (
        text(
            "pipeline",
            "Pipeline",
            "pipeline name",
            "pipeline_id",
            "deal_pipeline_id",
            "sales process",
            required=True,
        ),
        text("name", "Name", "StageName", "stage", "ApiName", "stage name", "stage_id", required=True),
        text("label", "Label", "MasterLabel", "stage label"),
        whole("position", "Position", "SortOrder", "sort_order", "display_order", "displayorder", "order"),
        text("outcome", "Outcome", "stage outcome", required=True, choices=OUTCOMES),
        flag(
            "is_qualified",
            "Qualified",
            "qualified",
            "qualified pipeline",
            help="True from the stage on that counts as qualified pipeline.",
        ),
        text(
            "forecast_category",
            "Forecast category",
            "ForecastCategoryName",
            "ForecastCategory",
            "forecast_category",
            choices=FORECAST_CATEGORIES,
        ),
        number(
            "probability",
            "Probability",
            "DefaultProbability",
            "default probability",
            "win probability",
            help="Percent, 0 to 100, as the source states it.",
        ),
        flag("is_active", "Active", "IsActive", "active"),
    ),
    natural_key=("pipeline", "name"),
    synonyms=("stages", "pipeline stages"),
    help="One step of a pipeline. Opportunities point at it, so its meaning is pinned by known time.",
)

OPPORTUNITY = ObjectSpec(
    "opportunity",
    "Opportunity",
    "Opportunities",
    (
        text(
            "name",
            "Name",
            "Opportunity Name",
            "OpportunityName",
            "deal name",
            "dealname",
            "property_dealname",
            "opportunity",
        ),
        reference("account", "Account", "account", *ACCOUNT_NAMES),
        reference(
            "owner", "Owner", "user", *OWNER_NAMES, "opportunity owner", "sales agent", "sales rep", "rep"
        ),
        reference(
            "stage",
            "Stage",
            "stage",
            "StageName",
            "stage_name",
            "deal stage",
            "dealstage",
            "sales stage",
            "deal_pipeline_stage_id",
            "to_stage",
            "status",
            required=True,
        ),
        text(
            "opportunity_type",
            "Opportunity type",
            "Type",
            "deal type",
            "dealtype",
            "business type",
            choices=OPPORTUNITY_TYPES,
            help="Governed: new, expansion or renewal. What the source says is kept in type_raw.",
        ),
        text("type_raw", "Type as in source", "source type", "opportunity_record_type"),
        money(
            "amount",
            "Amount",
            "amount_in_home_currency",
            "deal amount",
            "deal value",
            "close value",
            "value",
            "tcv",
            "property_amount",
            "opportunity amount",
            currency_field="currency",
        ),
        currency(),
        day(
            "close_date",
            "Close date",
            "CloseDate",
            "closedate",
            "expected close date",
            "closed on",
            "property_closedate",
            "close",
        ),
        instant("created_at", "Created", *CREATED_NAMES, "engage date", "opened"),
        text(
            "lead_source",
            "Lead source",
            "LeadSource",
            "opportunity source",
            "Opportunity_Source__c",
            "hs_analytics_source",
            "source channel",
        ),
        reference("campaign", "Campaign", "campaign", "CampaignId", "campaign_id", "primary campaign source"),
        text(
            "forecast_category",
            "Forecast category",
            "ForecastCategory",
            "ForecastCategoryName",
            "forecast_category_name",
            "hs_manual_forecast_category",
            "hs_forecast_category",
            choices=FORECAST_CATEGORIES,
        ),
        reference(
            "product", "Product", "product", "product name", "Product2Id", "product_id", "primary product"
        ),
        text("next_step", "Next step", "NextStep", "hs_next_step"),
        text(
            "loss_reason", "Loss reason", "Loss_Reason__c", "closed_lost_reason", "lost reason", "reason lost"
        ),
        flag("is_test", "Test record", "test record"),
        reference("merged_into", "Merged into", "opportunity", "MasterRecordId", "merged into id"),
    ),
    synonyms=("opportunities", "deals", "sales pipeline", "pipeline"),
    help="A possible sale with an amount, a stage and a close date.",
)

OPPORTUNITY_CONTACT_ROLE = ObjectSpec(
    "opportunity_contact_role",
    "Opportunity contact role",
    "Opportunity contact roles",
    (
        reference(
            "opportunity",
            "Opportunity",
            "opportunity",
            "OpportunityId",
            "opportunity_id",
            "deal_id",
            "deal",
            required=True,
        ),
        reference("contact", "Contact", "contact", "ContactId", "contact_id", required=True),
        text("role", "Role", "contact role", "buying role", "hs_buying_role", "association label"),
        flag("is_primary", "Primary", "IsPrimary", "is_primary", "primary"),
        instant("created_at", "Created", *CREATED_NAMES),
    ),
    natural_key=("opportunity", "contact"),
    synonyms=("contact roles", "deal contacts"),
)

OPPORTUNITY_TEAM = ObjectSpec(
    "opportunity_team",
    "Opportunity team member",
    "Opportunity team members",
    (
        reference(
            "opportunity",
            "Opportunity",
            "opportunity",
            "OpportunityId",
            "opportunity_id",
            "deal_id",
            required=True,
        ),
        reference(
            "user",
            "User",
            "user",
            "UserId",
            "user_id",
            "SplitOwnerId",
            "member",
            "team member",
            required=True,
        ),
        text("role", "Role", "TeamMemberRole", "team role", "SplitNote"),
        text(
            "split_type",
            "Split type",
            "SplitTypeId",
            "split",
            choices=("revenue", "overlay"),
            help="Revenue splits sum to 100 % of an opportunity; overlay splits stay out of totals.",
        ),
        number(
            "split_percent",
            "Split percent",
            "SplitPercentage",
            "split_percentage",
            "percent",
            help="Percent, 0 to 100.",
        ),
        money("split_amount", "Split amount", "SplitAmount", "split_amount"),
    ),
    natural_key=("opportunity", "user", "split_type"),
    synonyms=("opportunity splits", "deal splits"),
)

ACCOUNT_TEAM = ObjectSpec(
    "account_team",
    "Account team member",
    "Account team members",
    (
        reference("account", "Account", "account", *ACCOUNT_NAMES, required=True),
        reference("user", "User", "user", "UserId", "user_id", "member", "team member", required=True),
        text("role", "Role", "TeamMemberRole", "team role"),
        day("start_on", "Start", "start date", "from"),
        day("end_on", "End", "end date", "to", help="First day no longer on the team."),
    ),
    natural_key=("account", "user", "role"),
    synonyms=("account teams",),
)

SELLING = (STAGE, OPPORTUNITY, OPPORTUNITY_CONTACT_ROLE, OPPORTUNITY_TEAM, ACCOUNT_TEAM)
