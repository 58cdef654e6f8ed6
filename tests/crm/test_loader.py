"""What one load does to records and their history, with values worked out by hand."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from core.errors import Conflict, Invalid
from core.instants import FOREVER
from crm.loader import Change, Op
from crm.models import CURRENT, VERSION, CustomField, CustomValue, LoadRun, RunVersion, Source
from tenants.models import DataVersion
from tests.conftest import Company
from tests.crm.ledger import LOADED, current_row, day, make_source, take, versions

Mode = LoadRun.Mode


def spans(source_id: str) -> list[tuple[object, ...]]:
    """What we believe of an opportunity now: from, to, amount, deleted."""
    rows = versions("opportunity").filter(known_to=FOREVER, record__source_id=source_id)
    return [
        (row.valid_from, row.valid_to, row.amount, row.is_deleted)
        for row in rows.order_by("valid_from", "seq")
    ]


def amount(source_id: str, on: int, value: int, *, op: Op = Op.PATCH) -> Change:
    return Change(source_id, day(on), op=op, values={"amount": Decimal(value)})


def test_a_late_change_lands_in_the_past_and_later_ones_stand(in_acme: Company) -> None:
    source = make_source()
    take(source, [amount("o1", 1, 10), amount("o1", 9, 30)])

    late = take(source, [amount("o1", 5, 20)])

    ten, twenty, thirty = Decimal(10), Decimal(20), Decimal(30)
    assert spans("o1") == [
        (day(1), day(5), ten, False),
        (day(5), day(9), twenty, False),
        (day(9), FOREVER, thirty, False),
    ]
    assert current_row("opportunity", "o1").amount == thirty
    assert late.data_version is not None
    closed = versions("opportunity").exclude(known_to=FOREVER).get()
    assert (closed.valid_to, closed.known_to) == (day(9), late.data_version.at)


def test_a_deleted_record_keeps_its_values_and_can_come_back(in_acme: Company) -> None:
    source = make_source()
    take(source, [amount("o1", 1, 10, op=Op.UPSERT), Change("o1", day(3), op=Op.DELETE)])
    assert current_row("opportunity", "o1").is_deleted

    take(source, [amount("o1", 4, 11), amount("o1", 6, 12, op=Op.UPSERT)])

    assert spans("o1") == [
        (day(1), day(3), Decimal(10), False),
        (day(3), day(4), Decimal(10), True),
        (day(4), day(6), Decimal(11), True),  # a field history says nothing about existence
        (day(6), FOREVER, Decimal(12), False),
    ]


def test_changes_at_one_instant_follow_their_sequence(in_acme: Company) -> None:
    source = make_source()
    second = Change("o1", day(1), 2, Op.PATCH, {"amount": Decimal(2)})
    first = Change("o1", day(1), 1, Op.UPSERT, {"amount": Decimal(1), "name": "One"})
    take(source, [second])
    take(source, [first])

    assert spans("o1") == [(day(1), day(1), Decimal(1), False), (day(1), FOREVER, Decimal(2), False)]
    assert current_row("opportunity", "o1").name == "One"


def test_a_correction_of_one_event_replaces_it_and_keeps_the_belief(in_acme: Company) -> None:
    source = make_source()
    first = take(source, [amount("o1", 1, 10)])
    corrected = take(source, [amount("o1", 1, 12)])

    assert spans("o1") == [(day(1), FOREVER, Decimal(12), False)]
    assert first.data_version
    assert corrected.data_version
    old = versions("opportunity").get(known_from=first.data_version.at)
    assert (old.amount, old.known_to) == (Decimal(10), corrected.data_version.at)


def test_observations_count_from_the_run_and_only_when_they_say_something_new(in_acme: Company) -> None:
    source = make_source()
    row = Change("o1", values={"amount": Decimal(10), "name": "A"}, refs={"account": "a1"})
    assert take(source, [row]).changed == 1
    count = DataVersion.objects.count()

    same = take(source, [row], observed_at=LOADED + timedelta(days=1))
    assert (same.read, same.changed, same.unchanged, same.data_version) == (1, 0, 1, None)
    assert DataVersion.objects.count() == count

    moved = Change("o1", values={"amount": Decimal(11), "name": "A"}, refs={"account": "a1"})
    take(source, [moved], observed_at=LOADED + timedelta(days=2))
    assert [(a, b) for a, b, *_ in spans("o1")] == [
        (LOADED, LOADED + timedelta(days=2)),
        (LOADED + timedelta(days=2), FOREVER),
    ]


def test_one_file_naming_a_record_twice_is_one_observation(in_acme: Company) -> None:
    source = make_source()
    rows = [Change("o1", values={"name": "first"}), Change("o1", values={"name": "second"})]

    assert take(source, rows).changed == 1
    assert take(source, rows).changed == 0
    assert current_row("opportunity", "o1").name == "second"


def test_an_unknown_reference_is_a_stub_until_its_record_arrives(in_acme: Company) -> None:
    source = make_source()
    result = take(source, [Change("o1", day(1), refs={"account": "a1", "merged_into": "o2"})])
    assert result.stubs == 2
    stub = CURRENT["account"].objects.get(source_id="a1")
    assert stub.is_stub

    take(
        source,
        [Change("a1", day(1), values={"name": "Acme"}), Change("a2", refs={"parent": "a2"})],
        object="account",
    )

    assert CURRENT["account"].objects.filter(pk=stub.pk, is_stub=False).exists()
    assert current_row("opportunity", "o1").account_id == stub.pk
    parent = current_row("account", "a2")
    assert parent.parent_id == parent.pk


def test_one_id_in_two_sources_is_two_records(in_acme: Company) -> None:
    for source in (make_source("north"), make_source("south")):
        take(source, [Change("o1", day(1), refs={"account": "a1"})])

    assert CURRENT["opportunity"].objects.filter(source_id="o1").count() == 2
    assert CURRENT["account"].objects.filter(source_id="a1").count() == 2


def test_a_full_list_ends_what_it_does_not_name(in_acme: Company) -> None:
    source = make_source()
    everyone = [Change(f"o{number}", values={"name": f"N{number}"}) for number in range(40)]
    take(source, everyone, mode=Mode.FULL_LIST)

    ended = take(source, everyone[2:], mode=Mode.FULL_LIST, observed_at=LOADED + timedelta(days=1))

    assert (ended.ended, ended.changed, ended.unchanged) == (2, 0, 38)
    living = CURRENT["opportunity"].objects.filter(is_deleted=False)
    assert living.count() == 38
    back = take(source, everyone, mode=Mode.FULL_LIST, observed_at=LOADED + timedelta(days=2))
    assert (back.changed, back.ended, living.count()) == (2, 0, 40)


def test_ending_more_than_a_twentieth_must_be_confirmed(in_acme: Company) -> None:
    source = make_source()
    everyone = [Change(f"o{number}", values={"name": f"N{number}"}) for number in range(40)]
    take(source, everyone, mode=Mode.FULL_LIST)
    rows, count = VERSION["opportunity"].objects.count(), DataVersion.objects.count()

    with pytest.raises(Conflict) as refusal:
        take(source, everyone[3:], mode=Mode.FULL_LIST)

    assert (refusal.value.details["ending"], refusal.value.details["living"]) == (3, 40)
    assert (VERSION["opportunity"].objects.count(), DataVersion.objects.count()) == (rows, count)
    assert take(source, everyone[3:], mode=Mode.FULL_LIST, confirm_ending=True).ended == 3


def test_an_empty_full_list_is_an_error_not_the_end_of_everything(in_acme: Company) -> None:
    with pytest.raises(Invalid):
        take(make_source(), [], mode=Mode.FULL_LIST)


def weekly(*lists: tuple[int, str]) -> list[Change]:
    return [Change(f"o{who}", day(on), values={"name": f"week {on}"}) for on, names in lists for who in names]


def lives(source_id: str) -> list[int]:
    """Days of January on which an opportunity existed."""
    rows = versions("opportunity").filter(known_to=FOREVER, record__source_id=source_id, is_deleted=False)
    return [on for on in range(1, 30) if rows.filter(valid_from__lte=day(on), valid_to__gt=day(on)).exists()]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
@pytest.mark.parametrize("together", [True, False])
def test_dated_snapshots_tell_when_records_came_and_went(
    in_acme: Company, order: tuple[int, ...], together: bool
) -> None:
    source = make_source()
    sheets = [weekly((1, "12")), weekly((8, "13")), weekly((15, "23")), weekly((22, "3"))]
    if together:
        take(source, [change for number in order for change in sheets[number]], mode=Mode.SNAPSHOTS)
    else:
        for number in order:
            take(source, sheets[number], mode=Mode.SNAPSHOTS)

    assert lives("o1") == list(range(1, 15))
    assert lives("o2") == [*range(1, 8), *range(15, 22)]
    assert lives("o3") == list(range(8, 30))
    again = take(source, sheets[1], mode=Mode.SNAPSHOTS)
    assert again.data_version is None


def test_history_of_a_first_load_is_marked_as_reconstructed(in_acme: Company) -> None:
    source = make_source()
    take(source, [amount("o1", 1, 10), Change("o2", values={"name": "seen"})])
    take(source, [amount("o1", 5, 20)])
    take(source, [amount("o1", 7, 30)], mode=Mode.HISTORY)

    marked = [(row.valid_from, row.reconstructed) for row in versions("opportunity").filter(known_to=FOREVER)]
    assert sorted(marked) == [(day(1), True), (day(5), False), (day(7), True), (LOADED, False)]


def test_a_run_counts_what_it_did_and_remembers_its_data_versions(in_acme: Company) -> None:
    result = take(make_source(), [amount("o1", 1, 10), amount("o1", 2, 11), amount("o2", 1, 5)])

    run = LoadRun.objects.get()
    assert (run.read, run.changed, run.unchanged, run.stubs) == (3, 3, 0, 0)
    assert result.data_version
    assert run.data_version == result.data_version.number
    assert RunVersion.objects.get(run=run).at == result.data_version.at


def test_values_beyond_what_a_column_holds_leave_nothing_behind(in_acme: Company) -> None:
    source = make_source()
    with pytest.raises(Invalid, match="Row 2"):
        take(source, [amount("o1", 1, 1), Change("o2", day(1), values={"name": "a\0b"})])
    with pytest.raises(ValueError, match="no columns"):
        take(source, [Change("o1", day(1), values={"nmae": "x"})])

    assert not CURRENT["opportunity"].objects.exists()
    assert not DataVersion.objects.exists()


def test_filterable_custom_values_are_kept_typed(in_acme: Company) -> None:
    source = make_source()
    field = CustomField.objects.create(
        object="opportunity", name="seats", label="Seats", type="number", is_filterable=True
    )
    take(source, [Change("o1", day(1), custom={"seats": 5}), Change("o2", day(1), custom={"other": "x"})])
    take(source, [Change("o1", day(2), op=Op.PATCH, custom={"seats": Decimal("7.5")})])

    value = CustomValue.objects.get(field=field)
    assert (value.number, value.record_id) == (Decimal("7.5"), current_row("opportunity", "o1").pk)
    take(source, [Change("o1", day(3), op=Op.PATCH, custom={"seats": None})])
    assert not CustomValue.objects.exists()
    assert current_row("opportunity", "o1").custom == {}


def test_every_object_of_the_catalog_can_be_loaded(in_acme: Company) -> None:
    source: Source = make_source()
    for object in CURRENT:
        assert take(source, [Change("x1", day(1))], object=object).changed == 1
        assert take(source, [Change("x1", day(1))], object=object).changed == 0
