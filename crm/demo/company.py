"""The demo company's CRM export: two years of leads turned opportunities, with history, currencies and
defects.

Everything follows from the seed and the last day, so the same call gives the same files, byte for byte.
Planted on purpose: opportunities without amount, a type nobody mapped, reopened wins, pushed close dates, a
euro business, and sales stages that reps enter too early.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

Row = dict[str, str]

SEED = 20_261_122
MONTHS = 30
OPPORTUNITIES_A_MONTH = 62
# The open stages, each with the days usually spent in it; what stages mean is said by the saved mappings.
STAGES = (("Prospecting", 12), ("Discovery", 18), ("Evaluation", 24), ("Proposal", 16), ("Negotiation", 14))
SEGMENTS = (("Enterprise", 92_000, 0.19), ("Mid-market", 38_000, 0.26), ("Small business", 14_000, 0.31))
INDUSTRIES = ("B2B software", "Financial services", "Healthcare", "Manufacturing", "Retail", "Logistics")
REGIONS = (("North America", "US"), ("Europe", "DE"), ("Asia Pacific", "AU"))
SOURCES = ("Inbound", "Outbound", "Partner", "Event", "Referral")
TEAMS = ("Enterprise East", "Enterprise West", "Mid-market", "Velocity")
FIRST = [
    "Ana",
    "Bruno",
    "Chidi",
    "Dana",
    "Emil",
    "Fatima",
    "Goran",
    "Hana",
    "Ines",
    "Jonas",
    "Kira",
    "Liam",
    "Mara",
    "Noor",
    "Omar",
    "Petra",
    "Quinn",
    "Rosa",
    "Sam",
    "Tara",
    "Uma",
    "Viktor",
    "Wei",
    "Ximena",
    "Yusuf",
    "Zoe",
]
LAST = [
    "Achter",
    "Brandt",
    "Castel",
    "Duarte",
    "Eriksen",
    "Fontaine",
    "Grieg",
    "Hollis",
    "Ibsen",
    "Jansen",
    "Kowal",
    "Lindqvist",
    "Moreau",
    "Novak",
    "Okafor",
    "Palmer",
    "Quist",
    "Romero",
    "Sato",
    "Tanaka",
    "Ueda",
    "Varga",
    "Whitfield",
    "Xu",
    "Yilmaz",
    "Zeller",
]
STEMS = [
    "Alder",
    "Beacon",
    "Cinder",
    "Delta",
    "Ember",
    "Fathom",
    "Granite",
    "Harbor",
    "Iris",
    "Juniper",
    "Keystone",
    "Lumen",
    "Meridian",
    "Northgate",
    "Orchard",
    "Pinnacle",
    "Quarry",
    "Ridge",
    "Summit",
    "Tidal",
    "Umbra",
    "Vertex",
    "Willow",
    "Yarrow",
    "Zephyr",
]
KINDS = ("Systems", "Labs", "Works", "Group", "Networks", "Foods", "Health", "Freight", "Bank", "Retail")


@dataclass(frozen=True)
class DemoFile:
    """One file of the export; the saved mappings `demo` import them all."""

    name: str
    content: bytes


@dataclass
class _Deal:
    """An opportunity on its way through the stages; each `change` becomes a row of the history file."""

    id: str
    rows: list[Row]

    currency: str

    def change(self, at: datetime, **fields: str) -> None:
        """One row. An amount is nothing without its currency, so it brings it along."""
        money = {"currency": self.currency} if fields.get("amount") else {}
        self.rows.append({"id": self.id, "changed_at": at.isoformat(timespec="seconds"), **fields, **money})


def demo_files(last_day: date, *, seed: int = SEED) -> tuple[DemoFile, ...]:
    """The export as of the end of `last_day`, in the order in which the files are imported."""
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    users = _users(random)
    accounts = _accounts(random, [user["id"] for user in users if user["title"] == "Account executive"])
    history = list(_opportunities(random, accounts, last_day))
    files = (
        ("users.csv", users),
        ("accounts.csv", accounts),
        ("opportunity_history.csv", history),
        ("fx_rates.csv", list(_rates(random, last_day))),
    )
    return tuple(DemoFile(name, _csv(rows)) for name, rows in files)


def _csv(rows: Iterable[Row]) -> bytes:
    rows = list(rows)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _users(random: Random) -> list[Row]:
    names = [f"{first} {last}" for first, last in zip(FIRST, LAST, strict=True)]
    names += [f"{first} {last}" for first, last in zip(FIRST, LAST[5:] + LAST[:5], strict=True)]
    random.shuffle(names)
    chief, *others = names
    leads, reps = others[:4], others[4:36]
    rows = [_user(chief, "Chief revenue officer", "", "")]
    rows += [_user(name, "Sales manager", team, chief) for name, team in zip(leads, TEAMS, strict=True)]
    rows += [
        _user(name, "Account executive", TEAMS[index % 4], leads[index % 4])
        for index, name in enumerate(reps)
    ]
    return rows


def _user(name: str, title: str, team: str, manager: str) -> Row:
    return {
        "id": _id("U", name),
        "name": name,
        "email": f"{name.lower().replace(' ', '.')}@halyard.example",
        "title": title,
        "team": team,
        "manager_id": _id("U", manager) if manager else "",
        "is_active": "yes",
    }


def _id(prefix: str, name: str) -> str:
    return f"{prefix}-{name.upper().replace(' ', '-')}"


def _accounts(random: Random, owners: list[str]) -> list[Row]:
    rows: list[Row] = []
    for stem in STEMS:
        for kind in KINDS:
            segment = random.choices(SEGMENTS, weights=(2, 4, 5))[0][0]
            region, country = random.choices(REGIONS, weights=(6, 3, 1))[0]
            employees = {"Enterprise": 4_000, "Mid-market": 600, "Small business": 80}[segment]
            rows.append(
                {
                    "id": _id("A", f"{stem} {kind}"),
                    "name": f"{stem} {kind}",
                    "segment": segment,
                    "industry": random.choice(INDUSTRIES),
                    "region": region,
                    "country": country,
                    "employees": str(round(employees * random.uniform(0.4, 2.5))),
                    "owner_id": owners[len(rows) % len(owners)],
                    "is_target": "yes" if segment != "Small business" and random.random() < 0.4 else "no",
                }
            )
    return rows


def _opportunities(random: Random, accounts: list[Row], last_day: date) -> Iterable[Row]:
    end = datetime(last_day.year, last_day.month, last_day.day, 18, tzinfo=UTC)
    start = end - timedelta(days=MONTHS * 30)
    customers: list[Row] = []
    for number in range(MONTHS * OPPORTUNITIES_A_MONTH):
        opened = start + timedelta(days=30 * number / OPPORTUNITIES_A_MONTH, minutes=random.randrange(600))
        again = customers and random.random() < 0.3
        account = random.choice(customers) if again else random.choice(accounts)
        kind = random.choice(("expansion", "expansion", "renewal")) if again else "new"
        deal = _Deal(f"OPP-{number + 1:05d}", [], "EUR" if account["region"] == "Europe" else "USD")
        if _play(random, deal, account, kind, opened, end) and account not in customers:
            customers.append(account)
        yield from deal.rows


def _play(random: Random, deal: _Deal, account: Row, kind: str, opened: datetime, end: datetime) -> bool:
    """Let one opportunity run from `opened` until it closes or the export ends; True where it ends won."""
    _, size, win_rate = next(segment for segment in SEGMENTS if segment[0] == account["segment"])
    amount = round(size * random.lognormvariate(-0.12, 0.5) * (0.5 if kind == "expansion" else 1) / 100) * 100
    odds = {"new": win_rate, "expansion": win_rate + 0.15, "renewal": 0.88}[kind]
    close_on = (opened + timedelta(days=random.randint(60, 110))).date()
    known_amount = random.random() > 0.06
    deal.change(
        opened,
        name=f"{account['name']} {kind} {opened:%b %Y}",
        account_id=account["id"],
        owner_id=account["owner_id"],
        type={"new": "New business", "expansion": "Upsell", "renewal": "Renewal"}[kind]
        if random.random() > 0.01
        else "Pilot",
        lead_source=random.choice(SOURCES),
        amount=str(amount) if known_amount else "",
        close_date=close_on.isoformat(),
        stage="Prospecting",
        created_at=opened.isoformat(timespec="seconds"),
    )
    at, won = opened, random.random() < odds
    # A lost opportunity dies in some open stage; a won one passes them all, now and then skipping one.
    last_stage = 4 if won else random.choices(range(5), weights=(5, 6, 5, 3, 2))[0]
    for position in range(1, last_stage + 1):
        at += timedelta(days=STAGES[position - 1][1] * random.lognormvariate(-0.1, 0.5), minutes=7)
        if at > end:
            return False
        if random.random() < 0.06 and position < last_stage:
            continue
        fields = {"stage": STAGES[position][0]}
        if position == 3 and random.random() < 0.5:
            amount = max(1_000, round(amount * random.uniform(0.75, 1.2) / 100) * 100)
            fields["amount"] = str(amount)
        if at.date() > close_on - timedelta(days=20) and random.random() < 0.6:
            close_on += timedelta(days=random.choice((14, 30, 45, 90)))
            fields["close_date"] = close_on.isoformat()
        deal.change(at, **fields)
    at += timedelta(days=STAGES[last_stage][1] * random.lognormvariate(0, 0.5), minutes=11)
    if at > end:
        return False
    final = {"amount": str(amount), "close_date": at.date().isoformat()}
    if won:
        deal.change(at, stage="Closed Won", **final)
        if random.random() < 0.012 and at + timedelta(days=21) < end:
            deal.change(at + timedelta(days=9), stage="Negotiation")
            deal.change(at + timedelta(days=21), stage="Closed Lost", loss_reason="Customer withdrew")
            return False
        return True
    reason = random.choice(("Price", "No decision", "Competitor", "Timing"))
    outcome = "Disqualified" if last_stage <= 1 and random.random() < 0.5 else "Closed Lost"
    deal.change(at, stage=outcome, loss_reason="No fit" if outcome == "Disqualified" else reason)
    return False


def _rates(random: Random, last_day: date) -> Iterable[Row]:
    first = (last_day - timedelta(days=(MONTHS + 8) * 31)).replace(day=1)
    rate, day = 1.08, first
    while day <= last_day:
        rate = min(1.25, max(0.98, rate + random.uniform(-0.012, 0.012)))
        yield _rate("daily", f"{rate:.4f}", day)
        day = (day + timedelta(days=32)).replace(day=1)
    for year in range(first.year, last_day.year + 2):
        yield _rate(f"plan_FY{year}", "1.1000", date(year, 1, 1))


def _rate(table: str, rate: str, day: date) -> Row:
    return {
        "rate_table": table,
        "currency": "EUR",
        "to_currency": "USD",
        "rate": rate,
        "valid_on": day.isoformat(),
    }
