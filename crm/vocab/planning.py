"""Canonical objects of planning: costs, plans, quotas and exchange rates."""

from __future__ import annotations

from crm.vocab.specs import ObjectSpec, currency, day, flag, money, number, reference, share, text

PLAN_SCOPES = ("company", "team", "segment", "product")
COST_CATEGORIES = ("sales", "marketing", "customer_success", "cost_of_revenue")

COST = ObjectSpec(
    "cost",
    "Cost",
    "Costs",
    (
        day(
            "month",
            "Month",
            "period",
            "date",
            "cost month",
            required=True,
            help="The first day of the month.",
        ),
        text(
            "category",
            "Category",
            "cost category",
            "department",
            "type",
            choices=COST_CATEGORIES,
            required=True,
        ),
        text("channel", "Channel", "sub category", "line", "program"),
        money("amount", "Amount", "cost", "spend", "value", currency_field="currency", required=True),
        currency(),
        flag(
            "is_loaded",
            "Fully loaded",
            "loaded",
            "fully loaded",
            help="True when salaries, tools and overheads are in, false for programme spend alone.",
        ),
        reference("campaign", "Campaign", "campaign", "CampaignId", "campaign_id"),
    ),
    natural_key=("month", "category", "channel", "is_loaded"),
    synonyms=("costs", "spend", "expenses"),
)

PLAN = ObjectSpec(
    "plan",
    "Plan",
    "Plans",
    (
        text("scope", "Scope", "level", "plan scope", choices=PLAN_SCOPES, required=True),
        text(
            "scope_value",
            "Scope value",
            "team",
            "segment",
            "product",
            "scope name",
            help="Which team, segment or product; empty for the company.",
        ),
        text(
            "measure",
            "Measure",
            "metric",
            "kpi",
            required=True,
            help="The key of the planned metric, as bookings.",
        ),
        day("period_start", "Period start", "start", "start date", "month", "quarter", required=True),
        day("period_end", "Period end", "end", "end date", required=True, help="First day after the period."),
        money("amount", "Amount", "target", "plan", "budget", "value", currency_field="currency"),
        currency(),
        number(
            "quantity", "Quantity", "count", "target count", help="The target of a plan that is not in money."
        ),
        text(
            "version_label", "Plan version", "version", "scenario", help="Original, reforecast Q2 and so on."
        ),
    ),
    natural_key=("scope", "scope_value", "measure", "period_start", "version_label"),
    synonyms=("plans", "targets", "budget"),
    help="What was planned, by company, team, segment or product.",
)

QUOTA = ObjectSpec(
    "quota",
    "Quota",
    "Quotas",
    (
        reference(
            "user",
            "User",
            "user",
            "QuotaOwnerId",
            "UserId",
            "user_id",
            "owner",
            "rep",
            "sales rep",
            "name",
            required=True,
        ),
        text(
            "measure",
            "Measure",
            "metric",
            "quota type",
            help="The key of the metric the quota is on, as bookings.",
        ),
        day(
            "period_start",
            "Period start",
            "StartDate",
            "start date",
            "period",
            "month",
            "quarter",
            required=True,
        ),
        day(
            "period_end",
            "Period end",
            "EndDate",
            "end date",
            required=True,
            help="First day after the period.",
        ),
        money(
            "amount", "Amount", "QuotaAmount", "quota_amount", "quota", "target", currency_field="currency"
        ),
        currency(),
        number(
            "quantity",
            "Quantity",
            "QuotaQuantity",
            "quota_quantity",
            help="The target of a quota that is not in money.",
        ),
        share("ramp_factor", "Ramp factor", "ramp", "ramp percent", help="0 to 1; 1 when fully ramped."),
        share(
            "proration",
            "Proration",
            "prorated",
            "share of period",
            help="0 to 1: the share of the period the person carries the quota (joiners, leavers, leave).",
        ),
        text("team", "Team", "team name", help="The team the quota counts under."),
    ),
    natural_key=("user", "measure", "period_start"),
    synonyms=("quotas", "targets per rep"),
)

FX_RATE = ObjectSpec(
    "fx_rate",
    "FX rate",
    "FX rates",
    (
        text(
            "rate_table",
            "Rate table",
            "table",
            "basis",
            "rate type",
            required=True,
            help="daily, or the name of a plan table such as plan_FY2026.",
        ),
        currency("currency", "From currency", "from", "from currency", "IsoCode", "currency_code", "base"),
        currency("to_currency", "To currency", "to", "to currency", "quote currency", "target currency"),
        number(
            "rate",
            "Rate",
            "ConversionRate",
            "conversion_rate",
            "exchange rate",
            required=True,
            help="How many units of the to currency one unit of the from currency buys.",
        ),
        day(
            "valid_on",
            "Valid on",
            "StartDate",
            "start_date",
            "date",
            "from date",
            required=True,
            help="First day the rate holds, until the next rate of the same pair and table.",
        ),
    ),
    natural_key=("rate_table", "currency", "to_currency", "valid_on"),
    synonyms=("exchange rates", "currencies"),
)

PLANNING = (COST, PLAN, QUOTA, FX_RATE)
