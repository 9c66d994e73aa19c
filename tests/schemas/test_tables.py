"""Good rows pass, each wrong one is stopped by the check it is meant for, and faults of a frame are said."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.model import CleanText, Document, Edit, Extraction, Figure
from extractors.reading import REASONS, Refusal
from schemas import TABLES, documents, edits, quarantine
from schemas.figures import FIGURES, rows
from schemas.keys import SHARDS, figure_ids, shard_of
from schemas.records import exact, figure_record, json_number, record_columns
from schemas.rereading import agreeing, agrees
from schemas.row_checks import EXAMPLE, HARD_CHECKS, SOFT_CHECKS, RowCheck, soft_flags
from schemas.table import Failure, SchemaError
from schemas.validation import validate
from schemas.vocabulary import kind_of_unit

TEXT = "In 2020, GDP reached 320.1 billion yuan."
FIGURE = Figure(
    quote="320.1 billion yuan",
    sentence=TEXT,
    start=21,
    end=39,
    raw_start=21,
    raw_end=39,
    value=Decimal("320100000000"),
    low=None,
    high=None,
    unit="CNY",
    unit_kind="currency",
    bound="exact",
    kind="level",
    direction=None,
    status="actual",
    indicator="GDP",
    indicator_key="gdp",
    entity="Qinghe",
    entity_from="subject",
    period_start=date(2020, 1, 1),
    period_end=date(2020, 12, 31),
    period_from="stated",
    basis=None,
    rule="level.verb",
)
DOCUMENT = Document("a.txt", TEXT, doc_id="a" * 24, bytes_sha256="0" * 64)
MORE = replace(FIGURE, bound="more_than", low=FIGURE.value)


def saying(quote: str, value: str | None, **fields: Any) -> Figure:
    number = None if value is None else Decimal(value)
    kind = str(kind_of_unit(fields.get("unit", FIGURE.unit)))
    return replace(FIGURE, quote=quote, end=FIGURE.start + len(quote), value=number, unit_kind=kind, **fields)


RANGE = saying("5 to 7 billion yuan", None, bound="range", low=Decimal("5E+9"), high=Decimal("7E+9"))
RANK = saying("third", "3", kind="rank", unit="rank")
COUNT = saying("three schools", "3", kind="count", unit="count:school")


def extraction(*figures: Figure) -> Extraction:
    return Extraction(DOCUMENT, CleanText(TEXT, TEXT), figures, ())


def records(*figures: Figure) -> list[dict[str, Any]]:
    return list(rows(extraction(*figures)))


def failures(*changes: dict[str, Any]) -> list[tuple[str, ...]]:
    changed = [records(FIGURE)[0] | change for change in changes]
    return [failure.checks for failure in FIGURES.failures(FIGURES.frame(FIGURES.arrow_table(changed)))]


GOOD = [
    ("exact", FIGURE),
    ("a bound has the value as its limit", MORE),
    ("a fall of more than: the other limit", replace(MORE, low=None, high=FIGURE.value, direction="down")),
    ("a range has ends and no value", RANGE),
    ("a range of one point", replace(RANGE, high=RANGE.low)),
    ("vague", replace(RANGE, bound="vague")),
    ("first of a ranking", saying("first", "1", kind="rank", unit="rank")),
    ("none at all", saying("zero cases", "0", kind="count", unit="count:case")),
    ("one day", replace(FIGURE, period_start=date(2020, 12, 31))),
    ("no period", replace(FIGURE, period_start=None, period_end=None, period_from="none")),
    ("a total since a day", replace(FIGURE, period_end=None)),
    ("a long exact decimal", saying("0.1234567890123456789", "0.1234567890123456789")),
    ("a fall", saying("5.9%", "-5.9", kind="growth_rate", unit="percent", direction="down")),
]


@pytest.mark.parametrize(("why", "figure"), GOOD, ids=[row[0] for row in GOOD])
def test_good_rows_pass(why: str, figure: Figure) -> None:
    checked = validate(FIGURES, records(figure), ["a.txt"], [""])
    assert (checked.good.num_rows, checked.quarantined) == (1, []), why


# what is wrong with a row, and the check that must say so
BAD = [
    ({"end": 40}, "quote_length"),
    ({"raw_end": 21}, "raw_span"),
    ({"value": None, "value_text": None}, "value_or_range"),
    ({"bound": "range"}, "value_or_range"),
    ({"low": 1.0}, "limits"),
    ({"bound": "at_least"}, "limits"),
    ({"bound": "at_most", "low": 320.1e9, "high": 320.1e9}, "limits"),
    ({"bound": "more_than", "low": 320.2e9}, "limits"),
    ({"bound": "range", "value": None, "value_text": None, "low": 7.0, "high": 5.0}, "ends_in_order"),
    ({"value_text": "320100000001"}, "exact_text"),
    ({"value_text": None}, "exact_text"),
    ({"value_text": "3.2E+5"}, "value_text.form"),
    ({"value": 320.1e6, "value_text": "320100000"}, "numeral"),
    ({"quote": "320.2 billion yuan"}, "numeral"),
    ({"quote": "230.1 billion yuan"}, "numeral"),
    ({"kind": "rank", "value": 0.0, "value_text": "0"}, "rank_whole"),
    ({"kind": "rank", "value": 1.5, "value_text": "1.5"}, "rank_whole"),
    ({"kind": "count", "value": -1.0, "value_text": "-1"}, "count_positive"),
    ({"period_start": date(2021, 1, 1)}, "period_in_order"),
    ({"bound": "roughly"}, "bound.vocabulary"),
    ({"kind": "level "}, "kind.vocabulary"),
    ({"direction": "sideways"}, "direction.vocabulary"),
    ({"status": "planned"}, "status.vocabulary"),
    ({"entity_from": ""}, "entity_from.vocabulary"),
    ({"figure_id": "short"}, "figure_id.form"),
    ({"unit": " CNY"}, "unit.known_unit"),
    ({"unit": ""}, "unit.known_unit"),
    ({"unit": "count:"}, "unit.known_unit"),
    ({"unit": "CNY/kilogramme of meat"}, "unit.known_unit"),
    ({"unit_kind": "money"}, "unit_kind.vocabulary"),
    ({"unit_kind": "area"}, "unit_of_kind"),
    ({"kind": "rank", "value": 0.0, "value_text": "0"}, "rank_whole"),
    ({"kind": "rank", "bound": "range", "low": 0.0, "high": 3.0}, "rank_whole"),
    ({"kind": "count", "bound": "range", "low": -1.0, "high": 3.0}, "count_positive"),
    ({"kind": "change_abs", "direction": "down"}, "direction_sign"),
    ({"kind": "growth_rate", "direction": "up", "value": -5.0}, "direction_sign"),
    ({"kind": "growth_rate", "direction": "down", "bound": "range", "low": 1.0, "high": 2.0}, "direction_sign"),
    ({"start": -1, "end": 17}, "start.at_least"),
    ({"quote": None}, "quote.not_nullable"),
]


@pytest.mark.parametrize(("change", "check"), BAD, ids=[f"{row[1]}-{number}" for number, row in enumerate(BAD)])
def test_a_wrong_row_is_stopped_by_its_check(change: dict[str, Any], check: str) -> None:
    assert [check] == [name for failed in failures(change) for name in failed if name == check]


READ_AGAIN = [
    ("dozens of schools", (12.0, 120.0), True),
    ("nine in ten", (90.0,), True),
    ("a third of", (33.3333,), True),
    ("half a million", (500000.0,), True),
    ("3 dollars 50", (3.5,), True),
    ("31 basis points", (0.31,), True),
    ("7-9 lakh rupees", (7e5, 9e5), True),
    ("fell 5.9%", (-5.9,), True),
    ("a dollar", (1.0,), True),
    ("15.9", (15.9e8,), True),
    ("15.9", (15.8,), False),
    ("1,800 firms", (800.0,), False),
    ("6.5 to 7 percent", (6.5, 7.1), False),
    ("a third of", (33.4,), False),
]


@pytest.mark.parametrize(("quote", "numbers", "same"), READ_AGAIN)
def test_the_numeral_read_again(quote: str, numbers: tuple[float, ...], same: bool) -> None:
    assert agrees(quote, *numbers) == same
    at_once = agreeing(pd.Series([quote, quote, None]), *(pd.Series([number, None, number]) for number in numbers))
    assert at_once.tolist() == [same, True, True]


def of_example(change: Mapping[str, Any]) -> dict[str, Any]:
    return {**EXAMPLE, **change}


def failing(change: Mapping[str, Any]) -> list[str]:
    """The checks over several columns that a change of the example row fails."""
    (failure, *_) = FIGURES.failures(FIGURES.frame(FIGURES.arrow_table([of_example(change)]))) or [Failure(0, (), "")]
    return [name for name in failure.checks if name in {check.name for check in HARD_CHECKS}]


@pytest.mark.parametrize("check", HARD_CHECKS, ids=lambda check: check.name)
def test_a_hard_check_stops_its_row_and_lets_the_near_one_pass(check: RowCheck) -> None:
    assert failing(check.fails) == [check.name]
    assert FIGURES.failures(FIGURES.frame(FIGURES.arrow_table([of_example(check.passes)]))) == []


@pytest.mark.parametrize("check", SOFT_CHECKS, ids=lambda check: check.name)
def test_a_soft_check_flags_its_row_and_not_the_near_one(check: RowCheck) -> None:
    odd = of_example(check.fails) | {"flags": ["from_extraction"]}
    checked = validate(FIGURES, [odd, of_example(check.passes)], ["a.txt"] * 2, [""] * 2)
    assert checked.good["flags"].to_pylist() == [["from_extraction", check.name], []]


def test_checks_have_ids_of_their_own() -> None:
    names = [check.name for check in (*HARD_CHECKS, *SOFT_CHECKS)]
    assert len(set(names)) == len(names)


def level(quote: str, value: str | None, unit: str, **fields: Any) -> Figure:
    return saying(quote, value, unit=unit, **fields)


# what else a soft check must find odd, or must not
ODD = [
    (
        "a range of things that are not whole",
        level("3.5 to 4 schools", None, "count:school", kind="count", indicator_key="schools"),
        {"bound": "range", "low": 3.5, "high": 4.0},
        ["count_not_whole"],
    ),
    (
        "a share that may be over all",
        level("90 to 110%", None, "percent", kind="share"),
        {"bound": "range", "low": 90.0, "high": 110.0},
        ["share_over_100"],
    ),
    (
        "a ratio is measured by what stands above",
        level("3 beds per 1,000 people", "3", "count:bed/1000_person", indicator_key="hospital_beds"),
        {},
        [],
    ),
    ("nothing is known of the indicator", level("3 km", "3", "km", indicator_key="length_of_things"), {}, []),
    (
        "a scale without its unit",
        level("711.2 billion", "711200000000", "1", indicator_key="something"),
        {},
        ["unit_missing"],
    ),
    ("a ratio has no unit", level("2.07", "2.07", "1", indicator_key="ratio_of_things"), {}, []),
    ("places moved", level("3 places", "3", "rank", kind="change_abs", direction="up"), {}, []),
    ("growth in money", level("3 yuan", "3", "CNY", kind="growth_rate"), {}, ["unit_impossible"]),
    ("percent of an amount", level("5%", "5", "percent", kind="growth_rate"), {}, []),
    ("more than tenfold", level("1001%", "1001", "percent", kind="growth_rate"), {}, ["growth_implausible"]),
    ("long ago", FIGURE, {"period_start": date(1799, 12, 31)}, ["period_implausible"]),
]


@pytest.mark.parametrize(("why", "figure", "change", "flags"), ODD, ids=[row[0] for row in ODD])
def test_what_is_odd_is_flagged(why: str, figure: Figure, change: dict[str, Any], flags: list[str]) -> None:
    checked = validate(FIGURES, [records(figure)[0] | change], ["a.txt"], [""])
    assert checked.good["flags"].to_pylist() == [flags], why


def test_good_and_bad_are_told_apart_whatever_the_index() -> None:
    """A frame glued together has a doubled index; positions count."""
    listed = records(FIGURE, MORE, RANGE)
    frame = FIGURES.frame(FIGURES.arrow_table([listed[0], listed[1] | {"status": "x"}, listed[2] | {"kind": "y"}]))
    doubled = pd.concat([frame, frame])
    assert [failure.position for failure in FIGURES.failures(doubled)] == [1, 2, 4, 5]


def test_a_row_that_fails_several_checks_is_quarantined_once() -> None:
    wrong = records(FIGURE)[0] | {"status": "x", "kind": "y", "low": 3.0}
    checked = validate(FIGURES, [wrong], ["a.txt"], ["320. 1 billion"])
    (row,) = checked.quarantined
    assert row["reason"] == "kind.vocabulary"
    assert "low and high fit the bound" in row["check"]
    assert (row["snippet"], row["source"], row["doc_id"]) == ("320. 1 billion", "a.txt", "a" * 24)
    assert '"status": "x"' in row["row"]


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_no_rows_are_a_table_too(table: Any) -> None:
    empty = table.arrow_table([])
    assert table.failures(table.frame(empty)) == []
    assert table.to_arrow(table.frame(empty)).schema.equals(table.arrow, check_metadata=True)


def test_faults_of_the_frame_are_said_not_quarantined() -> None:
    frame = FIGURES.frame(FIGURES.arrow_table(records(FIGURE)))
    for wrong in (
        frame.drop(columns="unit"),
        frame.assign(more=1),
        frame.astype({"value": "object"}),
        frame[frame.columns[::-1]],
    ):
        with pytest.raises(SchemaError, match="figures"):
            FIGURES.failures(wrong)
    with pytest.raises(SchemaError, match="start"):
        FIGURES.arrow_table([records(FIGURE)[0] | {"start": "one"}])


def test_figure_columns_are_the_fields_of_a_figure() -> None:
    """The two places that know a column agree."""
    own = {"figure_id", "doc_id", "source"}
    assert FIGURES.columns == ["figure_id", "doc_id", "source", *record_columns()]
    assert {field.name for field in dataclasses.fields(Figure)} == set(FIGURES.columns) - own - {"value_text"}
    assert list(figure_record(FIGURE)) == record_columns()


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_every_column_is_described_and_has_an_example(table: Any) -> None:
    for field in table.arrow:
        assert field.metadata[b"description"].endswith((b".", b"failed.", b"\xe2\x80\xa6")), field.name
        assert b"example" in field.metadata
        assert table.schema.columns[field.name].nullable == field.nullable


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_the_examples_are_values_of_their_columns(table: Any) -> None:
    for name, spec in table.schema.columns.items():
        example = spec.metadata["example"]
        if isinstance(example, str) and spec.metadata["arrow"] == pa.date32():
            example = date.fromisoformat(example)
        assert pa.array([example], spec.metadata["arrow"]).to_pylist() == [example], name


def test_the_other_tables_take_their_rows() -> None:
    repaired = CleanText("320. 1", "320.1", (Edit(4, 5, "", "number.decimal"),))
    whole = Extraction(DOCUMENT, repaired, (), ())
    for table, listed in (
        (documents.DOCUMENTS, [documents.row(whole, ["a.txt", "b.txt"], version="v")]),
        (edits.EDITS, list(edits.rows(whole))),
        (quarantine.QUARANTINE, [quarantine.refused("x", Refusal(reason, "d")) for reason in REASONS]),
    ):
        checked = validate(table, listed, [""] * len(listed), [""] * len(listed))
        assert (checked.good.num_rows, checked.quarantined) == (len(listed), [])
    assert next(edits.rows(whole))["before"] == " "


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_decimals_are_written_out_exactly(value: Decimal) -> None:
    written = exact(value)
    assert written is not None
    assert Decimal(written) == value
    assert "E" not in written
    number = json_number(value)
    assert number is not None
    assert float(number) == float(value)


def test_ids_survive_edits_elsewhere() -> None:
    before = list(figure_ids("a.txt", ["5%", "7%", "5%"]))
    after = list(figure_ids("a.txt", ["new", "5%", "5%"]))
    assert len(set(before)) == 3
    assert {before[0], before[2]} < set(after)
    assert list(figure_ids("b.txt", ["5%"])) != before[:1]


@given(st.text(min_size=1).filter(lambda name: name.isprintable()))
def test_every_source_has_a_shard(source: str) -> None:
    assert 0 <= shard_of(source) < SHARDS


def test_soft_flags_do_not_touch_missing_values() -> None:
    frame = FIGURES.frame(FIGURES.arrow_table(records(RANGE)))
    assert not any(mask.any() for mask in soft_flags(frame).values())
