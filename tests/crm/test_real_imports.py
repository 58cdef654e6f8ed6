"""Three real exports through the import: the facts known of them stand in the database afterwards."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any  # records have the columns of their catalog entry

import pytest
from django.utils import timezone

from crm.imports import ImportResult, import_folder
from crm.mappings import saved_mappings
from crm.models import CURRENT, CustomField, Import, RejectedRow
from crm.queries import current, versions_at
from tests.conftest import Company
from tests.crm.importing import ACTOR
from tests.shared_data import shared_data


def take_export(name: str, folder: Path) -> tuple[ImportResult, ...]:
    return import_folder(folder, saved_mappings(name), actor=ACTOR)


def opportunities() -> Any:  # Any: the columns come from the catalog
    return current("opportunity")


def by_stage() -> Counter[str]:
    names: Any = CURRENT["stage"].objects
    stages = dict(names.values_list("pk", "name"))
    return Counter(stages[pk] for pk in opportunities().values_list("stage_id", flat=True))


def findings(kind: str) -> list[list[Any]]:  # Any: findings are JSON
    return [
        item
        for parent in Import.objects.all()
        for step in parent.steps.all()
        for item in step.findings.get(kind, [])
    ]


def test_the_hardware_maker_s_export(in_acme: Company) -> None:
    results = take_export("maven_crm", shared_data("maven_crm"))

    assert sum(result.rejected for result in results) == 0
    assert by_stage() == {"Won": 4238, "Lost": 2473, "Engaging": 1589, "Prospecting": 500}
    counts = {key: current(key).count() for key in ("account", "product", "user")}
    assert counts == {"account": 85, "product": 7, "user": 41}
    owners = set(opportunities().values_list("owner_id", flat=True))
    agents: Any = current("user").filter(title="Sales agent")  # type: ignore[misc]  # a catalog column
    assert (agents.count(), agents.exclude(pk__in=owners).count()) == (35, 5)
    # What is odd is reported, not dropped and not guessed.
    unknown = [item for item in findings("references") if item[2] == "GTXPro"]
    assert {(item[1], item[4]) for item in unknown} == {("product", "GTX Pro")}
    assert CURRENT["product"].objects.get(source_id="GTXPro").is_stub
    assert [(item[2], "technology" in item[3]) for item in findings("warnings")] == [("technolgy", True)]
    unsettled: Any = CURRENT["stage"].objects.filter(outcome="open")  # type: ignore[misc]  # as above
    unowned = opportunities().filter(stage_id__in=unsettled.values("pk"), account_id=None)
    assert unowned.count() == 1425
    assert opportunities().filter(stage_id__in=unsettled.values("pk"), amount__isnull=False).count() == 0
    # History is there: in the middle of 2017 some were open that are closed now.
    then = datetime(2017, 6, 30, 12, tzinfo=UTC)
    rows: Any = versions_at("opportunity", as_of=then, known_at=timezone.now())
    assert 0 < rows.filter(stage_id__in=unsettled.values("pk")).count() == open_in_file(then)


def open_in_file(at: datetime) -> int:
    """Engaged by then and not yet closed, straight from the file."""
    day = at.date().isoformat()
    with next(shared_data("maven_crm").glob("sales_pipeline.csv*")).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return sum(
        1
        for row in rows
        if row["engage_date"]
        and row["engage_date"] <= day
        and not (row["close_date"] and row["close_date"] <= day)
    )


def test_the_salesforce_shaped_export(in_acme: Company) -> None:
    take_export("salesforce_dtc", shared_data("salesforce_dtc"))

    stages = by_stage()
    assert (stages.pop("Closed Won"), stages.pop("Closed Lost")) == (1345, 463)
    assert (len(stages), sum(stages.values())) == (7, 191)
    assert opportunities().count() == 1999
    assert current("account").count() == 1001
    assert CustomField.objects.filter(object="opportunity", name="expected_revenue").exists()
    assert not RejectedRow.objects.exists()


def rows_of(path: Path) -> IO[str]:
    return gzip.open(path, "rt", encoding="utf-8", newline="")


def sampled(folder: Path, into: Path, *, every: int) -> Path:
    """Every n-th application with all its rows: a fixed sample."""
    for path in sorted(folder.glob("*.csv.gz")):
        with (
            rows_of(path) as source,
            gzip.open(into / path.name, "wt", encoding="utf-8", newline="") as target,
        ):
            rows = csv.reader(source)
            writer = csv.writer(target)
            header = next(rows)
            place = header.index("opportunity_id") if "opportunity_id" in header else None
            writer.writerow(header)
            for number, row in enumerate(rows):
                key = int("".join(filter(str.isdigit, row[place]))) if place is not None else number
                if key % every == 0:
                    writer.writerow(row)
    return into


def check_bank(folder: Path) -> None:
    """The pipeline of the bank, told from its files, stands in the database."""
    results = take_export("bpic2012", folder)

    with rows_of(folder / "opportunities.csv.gz") as file:
        rows = list(csv.DictReader(file))
    with rows_of(folder / "stage_history.csv.gz") as file:
        changes = [row for row in csv.DictReader(file) if row["to_stage"].startswith("A_")]
    assert opportunities().count() == len(rows)
    assert sum(result.rejected for result in results) == 0
    still_open = sum(1 for row in rows if not row["closed"])
    assert opportunities().filter(close_date=None).count() == still_open
    read = {result.mapping: result for result in results}
    assert read["Stage changes"].read == len(changes)


def test_a_sample_of_the_bank_s_pipeline(in_acme: Company, tmp_path: Path) -> None:
    folder = shared_data("bpic2012/dev_asof_2012-01-01")

    check_bank(sampled(folder, tmp_path, every=20))


@pytest.mark.soak
def test_the_whole_pipeline_of_the_bank(in_acme: Company) -> None:
    folder = shared_data("bpic2012/dev_asof_2012-01-01")

    check_bank(folder)

    assert opportunities().count() == 7455
    assert opportunities().filter(close_date=None).count() == 645
