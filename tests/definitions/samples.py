"""The catalog, terms and calendar that the language tests speak about."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from core.periods import MonthlyCalendar
from definitions.language import CalendarPeriods, Catalog, Field, ObjectType, Term, Type

USER = ObjectType.of(
    "user",
    "User",
    Field("name", "Name", Type.TEXT),
    Field("team", "Team", Type.TEXT),
    Field("manager", "Manager", Type.REFERENCE, target="user"),
)
ACCOUNT = ObjectType.of(
    "account",
    "Account",
    Field("name", "Name", Type.TEXT),
    Field("segment", "Segment", Type.TEXT),
    Field("employees", "Employees", Type.NUMBER),
    Field("is_target", "Target account", Type.BOOL),
    Field("annual_revenue", "Annual revenue", Type.MONEY, currency="annual_revenue_currency"),
    Field("parent", "Parent account", Type.REFERENCE, target="account"),
    Field("owner", "Owner", Type.REFERENCE, target="user"),
    Field("custom.tier", "Tier", Type.TEXT),
)
STAGE = ObjectType.of(
    "stage",
    "Stage",
    Field("name", "Name", Type.TEXT),
    Field("position", "Position", Type.NUMBER),
    Field("outcome", "Outcome", Type.TEXT, choices=("open", "won", "lost", "disqualified")),
    Field("is_qualified", "Qualified", Type.BOOL),
)
OPPORTUNITY = ObjectType.of(
    "opportunity",
    "Opportunity",
    Field("name", "Name", Type.TEXT),
    Field("account", "Account", Type.REFERENCE, target="account"),
    Field("owner", "Owner", Type.REFERENCE, target="user"),
    Field("stage", "Stage", Type.REFERENCE, target="stage"),
    Field("opportunity_type", "Opportunity type", Type.TEXT, choices=("new", "expansion", "renewal")),
    Field("amount", "Amount", Type.MONEY),
    Field("probability", "Probability", Type.NUMBER),
    Field("close_date", "Close date", Type.DATE),
    Field("created_at", "Created", Type.INSTANT),
    Field("is_test", "Test record", Type.BOOL),
    Field("custom.score", "Score", Type.NUMBER),
    Field("custom.last", "Last word", Type.TEXT),
)
CATALOG = Catalog.of(USER, ACCOUNT, STAGE, OPPORTUNITY)
TERMS = {
    "icp": Term("account", 'is_target and employees >= 500 and segment in ("Enterprise", "Mid-market")'),
    "closed_won": Term("opportunity", 'stage.outcome = "won"'),
    "good_deal": Term("opportunity", "meets(closed_won) and account meets(icp)"),
    "egg": Term("opportunity", "meets(hen)"),
    "hen": Term("opportunity", "meets(egg)"),
}
NOON = datetime(2026, 5, 20, 15, 0, tzinfo=UTC)
NEW_YORK = CalendarPeriods(NOON, MonthlyCalendar(start_month=2), ZoneInfo("America/New_York"))
