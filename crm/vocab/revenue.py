"""Canonical objects of revenue: products, lines, quotes, contracts, subscriptions and what finance booked."""

from __future__ import annotations

from crm.vocab.specs import ObjectSpec, currency, day, flag, instant, money, number, reference, text, whole

_ACCOUNT = ("AccountId", "account_id", "account name", "customer", "customer_id", "customer name", "company")

PRODUCT = ObjectSpec(
    "product",
    "Product",
    "Products",
    (
        text("name", "Name", "product name", "product", required=True),
        text("code", "Code", "ProductCode", "product_code", "sku", "hs_sku", "stock_keeping_unit"),
        text("family", "Family", "product family", "series", "category", "product line"),
        money("list_price", "List price", "price", "UnitPrice", "unit price", "sales price", "list price"),
        flag("is_active", "Active", "IsActive", "active"),
        flag("is_recurring", "Recurring", "recurring", "subscription"),
    ),
    synonyms=("products", "catalogue", "catalog", "price book"),
)

LINE_ITEM = ObjectSpec(
    "line_item",
    "Line item",
    "Line items",
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
            "product",
            "Product",
            "product",
            "Product2Id",
            "product_2_id",
            "product_id",
            "product name",
            "PricebookEntryId",
            "pricebook_entry_id",
        ),
        number("quantity", "Quantity", "qty", "units"),
        money("unit_price", "Unit price", "UnitPrice", "price", "sales price", currency_field="currency"),
        money(
            "total", "Total", "TotalPrice", "total_price", "amount", "line total", currency_field="currency"
        ),
        currency(),
        number(
            "discount_percent",
            "Discount percent",
            "Discount",
            "discount",
            "hs_discount_percentage",
            help="Percent, 0 to 100.",
        ),
        day(
            "start_on",
            "Service start",
            "ServiceDate",
            "service_date",
            "start date",
            "hs_recurring_billing_start_date",
        ),
        whole("term_months", "Term in months", "term", "months", "hs_recurring_billing_period"),
        flag("is_recurring", "Recurring", "recurring"),
    ),
    synonyms=("line items", "opportunity products", "deal products"),
)

QUOTE = ObjectSpec(
    "quote",
    "Quote",
    "Quotes",
    (
        text("name", "Name", "quote name", "QuoteNumber", "quote number", "hs_title"),
        reference("opportunity", "Opportunity", "opportunity", "OpportunityId", "opportunity_id", "deal_id"),
        reference("account", "Account", "account", *_ACCOUNT),
        text("status", "Status", "quote status", "hs_status"),
        money(
            "total",
            "Total",
            "GrandTotal",
            "TotalPrice",
            "total",
            "hs_quote_amount",
            currency_field="currency",
        ),
        currency(),
        number("discount_percent", "Discount percent", "Discount", "discount", help="Percent, 0 to 100."),
        instant("sent_at", "Sent", "sent date", "presented", "sent on"),
        instant("signed_at", "Signed", "accepted date", "signed on", "hs_esign_date"),
        day(
            "expires_on", "Expires", "ExpirationDate", "expiration_date", "valid until", "hs_expiration_date"
        ),
        flag("is_primary", "Primary", "IsSyncing", "synced", "primary"),
        reference("owner", "Owner", "user", "OwnerId", "owner_id", "prepared by"),
    ),
    synonyms=("quotes", "proposals"),
)

CONTRACT = ObjectSpec(
    "contract",
    "Contract",
    "Contracts",
    (
        text("name", "Name", "ContractNumber", "contract number", "contract name"),
        reference("account", "Account", "account", *_ACCOUNT, required=True),
        reference("opportunity", "Opportunity", "opportunity", "OpportunityId", "opportunity_id", "deal_id"),
        text("status", "Status", "contract status"),
        day("start_on", "Start", "StartDate", "start_date", "effective date"),
        day("end_on", "End", "EndDate", "end_date", help="First day the contract no longer covers."),
        whole("term_months", "Term in months", "ContractTerm", "contract_term", "term"),
        money("total", "Total contract value", "tcv", "contract value", "value", currency_field="currency"),
        money(
            "annual_value", "Annual value", "acv", "arr", "annual contract value", currency_field="currency"
        ),
        currency(),
        flag("is_auto_renewing", "Renews by itself", "auto renew", "auto renewal", "autorenew"),
        whole("notice_days", "Notice in days", "OwnerExpirationNotice", "notice period"),
        reference("owner", "Owner", "user", "OwnerId", "owner_id"),
    ),
    synonyms=("contracts", "agreements"),
)

SUBSCRIPTION_PERIOD = ObjectSpec(
    "subscription_period",
    "Subscription period",
    "Subscription periods",
    (
        reference("account", "Account", "account", *_ACCOUNT, required=True),
        reference("product", "Product", "product", "product_id", "product name", "plan", "plan tier"),
        reference("contract", "Contract", "contract", "contract_id", "ContractId"),
        text(
            "subscription",
            "Subscription",
            "subscription_id",
            "subscription id",
            help="The subscription of which this is one period.",
        ),
        day("start_on", "Start", "start_date", "period start", "start date", required=True),
        day(
            "end_on",
            "End",
            "end_date",
            "period end",
            "end date",
            help="First day the period no longer covers; empty while it runs.",
        ),
        money(
            "mrr",
            "MRR",
            "monthly_amount",
            "mrr_amount",
            "monthly recurring revenue",
            "amount",
            required=True,
            currency_field="currency",
        ),
        currency(),
        number("seats", "Seats", "quantity", "users"),
        text(
            "status",
            "Status",
            "subscription status",
            choices=("active", "trial", "paused", "cancelled", "pending"),
        ),
        text(
            "billing_frequency",
            "Billing frequency",
            "interval",
            "billing period",
            choices=("monthly", "quarterly", "annual", "other"),
        ),
        flag("is_metered", "Metered", "usage based", "metered"),
        text("churn_reason", "Churn reason", "cancellation reason", "reason code"),
    ),
    natural_key=("account", "product", "start_on"),
    synonyms=("subscriptions", "subscription periods"),
)

FINANCE_BOOKING = ObjectSpec(
    "finance_booking",
    "Finance booking",
    "Finance bookings",
    (
        reference("account", "Account", "account", *_ACCOUNT),
        reference(
            "opportunity",
            "Opportunity",
            "opportunity",
            "OpportunityId",
            "opportunity_id",
            "deal_id",
            "order reference",
        ),
        text("document", "Document", "invoice", "invoice number", "order number", "document number"),
        text(
            "kind",
            "Kind",
            "booking type",
            "type",
            choices=("booking", "invoice", "credit_note", "cash", "recognised"),
        ),
        day("booked_on", "Booked on", "date", "booking date", "posting date", "invoice date", required=True),
        money(
            "amount",
            "Amount",
            "value",
            "booking amount",
            "net amount",
            currency_field="currency",
            required=True,
        ),
        currency(),
        text("ledger_account", "Ledger account", "gl account", "account code"),
    ),
    synonyms=("bookings", "invoices", "general ledger"),
    help="What finance says was booked, to reconcile with.",
)

REVENUE = (PRODUCT, LINE_ITEM, QUOTE, CONTRACT, SUBSCRIPTION_PERIOD, FINANCE_BOOKING)
