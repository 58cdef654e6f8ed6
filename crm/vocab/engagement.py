"""Canonical objects of engagement: activities, campaigns, target lists, usage and health."""

from __future__ import annotations

from crm.vocab.specs import ObjectSpec, currency, day, flag, instant, money, number, reference, text

ACTIVITY_KINDS = ("call", "email", "meeting", "task", "message", "note", "form", "visit", "work", "other")
DIRECTIONS = ("inbound", "outbound", "internal")

ACTIVITY = ObjectSpec(
    "activity",
    "Activity",
    "Activities",
    (
        text(
            "kind",
            "Kind",
            "TaskSubtype",
            "task_subtype",
            "activity type",
            "engagement type",
            "type",
            choices=ACTIVITY_KINDS,
        ),
        text(
            "direction",
            "Direction",
            "CallType",
            "call_type",
            "hs_call_direction",
            "hs_email_direction",
            choices=DIRECTIONS,
        ),
        instant(
            "at",
            "At",
            "ActivityDate",
            "activity_date",
            "ActivityDateTime",
            "activity_date_time",
            "StartDateTime",
            "hs_timestamp",
            "property_hs_timestamp",
            "timestamp",
            "start_time",
            "activity date",
            required=True,
        ),
        text(
            "subject",
            "Subject",
            "title",
            "hs_email_subject",
            "hs_call_title",
            "property_hs_email_subject",
            "task",
        ),
        reference("contact", "Contact", "contact", "WhoId", "who_id", "contact_id", "contact name"),
        reference("lead", "Lead", "lead", "lead_id", "lead name"),
        reference(
            "account",
            "Account",
            "account",
            "AccountId",
            "account_id",
            "company_id",
            "account name",
            "company",
        ),
        reference(
            "opportunity",
            "Opportunity",
            "opportunity",
            "WhatId",
            "what_id",
            "OpportunityId",
            "opportunity_id",
            "deal_id",
            "opportunity name",
        ),
        reference("campaign", "Campaign", "campaign", "CampaignId", "campaign_id"),
        reference(
            "owner",
            "Owner",
            "user",
            "OwnerId",
            "owner_id",
            "Owner.Name",
            "hubspot_owner_id",
            "property_hubspot_owner_id",
            "assigned to",
            "by",
        ),
        text("status", "Status", "task status", "hs_task_status", "meeting_outcome", "hs_meeting_outcome"),
        text(
            "outcome",
            "Outcome",
            "CallDisposition",
            "call_disposition",
            "Call Result",
            "hs_call_disposition",
            "task_event",
        ),
        flag(
            "is_automated",
            "Automated",
            "auto reply",
            "automated",
            help="Sent by a machine, as a sequence or auto-reply. Never counts as a human response.",
        ),
        flag("is_completed", "Completed", "IsClosed", "is_closed", "completed"),
        number("duration_minutes", "Minutes", "DurationInMinutes", "duration_in_minutes", "duration"),
        instant(
            "created_at", "Created", "CreatedDate", "created_date", "hs_createdate", "property_hs_createdate"
        ),
    ),
    synonyms=("activities", "tasks", "events", "engagements", "calls", "emails", "meetings"),
    help="Something that happened with a buyer: call, e-mail, meeting, task.",
)

CAMPAIGN = ObjectSpec(
    "campaign",
    "Campaign",
    "Campaigns",
    (
        text("name", "Name", "campaign name", "hs_name", required=True),
        reference("parent", "Parent campaign", "campaign", "ParentId", "parent_id", "parent campaign"),
        text("channel", "Channel", "Type", "campaign type", "medium", "utm_medium"),
        text("status", "Status", "campaign status"),
        day("start_on", "Start", "StartDate", "start_date", "start date"),
        day("end_on", "End", "EndDate", "end_date", "end date", help="First day after the campaign."),
        money(
            "budget", "Budget", "BudgetedCost", "budgeted_cost", "budgeted cost", currency_field="currency"
        ),
        money(
            "cost",
            "Actual cost",
            "ActualCost",
            "actual_cost",
            "spend",
            "actual cost",
            currency_field="currency",
        ),
        currency(),
        reference("owner", "Owner", "user", "OwnerId", "owner_id", "Owner.Name"),
        flag("is_active", "Active", "IsActive", "active"),
    ),
    synonyms=("campaigns",),
)

CAMPAIGN_MEMBER = ObjectSpec(
    "campaign_member",
    "Campaign member",
    "Campaign members",
    (
        reference(
            "campaign", "Campaign", "campaign", "CampaignId", "campaign_id", "campaign name", required=True
        ),
        reference("contact", "Contact", "contact", "ContactId", "contact_id"),
        reference("lead", "Lead", "lead", "LeadId", "lead_id"),
        text("status", "Status", "member status"),
        flag("has_responded", "Responded", "HasResponded", "has_responded", "responded"),
        instant(
            "responded_at", "Responded at", "FirstRespondedDate", "first_responded_date", "response date"
        ),
        instant("created_at", "Created", "CreatedDate", "created_date", "added_at"),
    ),
    natural_key=("campaign", "contact", "lead"),
    synonyms=("campaign members", "list members"),
)

TARGET_LIST_MEMBER = ObjectSpec(
    "target_list_member",
    "Target-account list member",
    "Target-account list members",
    (
        text("list_name", "List", "list name", "target list", "list", "abm list", required=True),
        reference(
            "account",
            "Account",
            "account",
            "AccountId",
            "account_id",
            "account name",
            "company",
            required=True,
        ),
        text("tier", "Tier", "account tier", "priority"),
        day("start_on", "Start", "added on", "start date", "from"),
        day("end_on", "End", "removed on", "end date", "to", help="First day no longer on the list."),
        reference("owner", "Owner", "user", "OwnerId", "owner_id", "owner name"),
    ),
    natural_key=("list_name", "account"),
    synonyms=("target accounts", "abm list"),
)

USAGE = ObjectSpec(
    "usage",
    "Usage observation",
    "Usage observations",
    (
        reference(
            "account",
            "Account",
            "account",
            "AccountId",
            "account_id",
            "account name",
            "customer",
            required=True,
        ),
        reference("product", "Product", "product", "product_id", "product name", "feature"),
        text(
            "measure",
            "Measure",
            "metric",
            "event",
            "usage metric",
            required=True,
            help="What was counted: active_users, seats_used, logins, api_calls.",
        ),
        day("observed_on", "Day", "date", "usage date", "day", "period", required=True),
        number("quantity", "Quantity", "value", "count", "usage count", "usage", required=True),
        number(
            "allowance",
            "Allowance",
            "seats",
            "licensed",
            "limit",
            help="What the contract allows, in the same unit.",
        ),
    ),
    natural_key=("account", "product", "measure", "observed_on"),
    synonyms=("usage", "feature usage"),
)

HEALTH = ObjectSpec(
    "health",
    "Health observation",
    "Health observations",
    (
        reference(
            "account",
            "Account",
            "account",
            "AccountId",
            "account_id",
            "account name",
            "customer",
            required=True,
        ),
        text(
            "measure",
            "Measure",
            "metric",
            "score type",
            required=True,
            help="health_score, nps, csat, sentiment.",
        ),
        instant("observed_at", "At", "date", "survey date", "observed on", "scored at", required=True),
        number("score", "Score", "value", "health score", "nps", "csat"),
        text("band", "Band", "health", "status", "colour", "rag", choices=("green", "yellow", "red")),
        text("reason", "Reason", "comment", "notes"),
        reference("owner", "Owner", "user", "OwnerId", "csm", "customer success manager"),
    ),
    natural_key=("account", "measure", "observed_at"),
    synonyms=("health scores", "nps", "csat"),
)

ENGAGEMENT = (ACTIVITY, CAMPAIGN, CAMPAIGN_MEMBER, TARGET_LIST_MEMBER, USAGE, HEALTH)
