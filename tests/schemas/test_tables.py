"""Good rows pass, each wrong one is stopped by the check it is meant for, and faults of a frame are said."""

from __future__ import annotations

import dataclasses
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
from schemas.rereading import agrees
from schemas.row_checks import HARD, SOFT, soft_flags
from schemas.table import SchemaError
from schemas.validation import validate

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
    return replace(FIGURE, quote=quote, end=FIGURE.start + len(quote), value=number, **fields)


RANGE = saying("5 to 7 billion yuan", None, bound="range", low=Decimal("5E+9"), high=Decimal("7E+9"))
RANK = saying("third", "3", kind="rank", unit="rank", unit_kind="rank")
COUNT = saying("three schools", "3", kind="count", unit="count:school", unit_kind="count")


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
    ({"unit": " CNY"}, "unit.form"),
    ({"unit": ""}, "unit.form"),
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


def test_every_hard_check_has_a_row_that_fails_it() -> None:
    assert {check.name for check in HARD} <= {check for _, check in BAD}


SHARE = saying("100%", "100", kind="share", unit="percent")
GROWTH = saying("1000%", "1000", kind="growth_rate", unit="percent")
ODD_SHARE = saying("100.1%", "100.1", kind="share", unit="percent")
FALL = saying("100%", "-100", kind="growth_rate", unit="percent")
# the check, a row it finds odd, one that is nearly odd
SOFT_ROWS = [
    ("count_not_whole", saying("3.5 schools", "3.5", kind="count", unit="count:school"), COUNT),
    (
        "count_not_whole",
        saying("0.1 beds", "0.1", kind="count", unit="count:bed"),
        saying("8.1 beds", "8.1", kind="count", unit="count:bed/m2"),
    ),
    ("share_over_100", ODD_SHARE, SHARE),
    ("growth_implausible", saying("1001%", "1001", kind="growth_rate", unit="percent"), GROWTH),
    ("growth_implausible", saying("101%", "-101", kind="growth_rate", unit="percent"), FALL),
    ("period_implausible", replace(FIGURE, period_end=date(2101, 1, 1)), replace(FIGURE, period_end=date(2100, 1, 1))),
    ("period_unexplained", replace(FIGURE, period_from="none"), FIGURE),
    ("unit_unfit", replace(RANK, unit="CNY"), RANK),
]


@pytest.mark.parametrize(("name", "odd", "nearly"), SOFT_ROWS, ids=[f"{r[0]}-{n}" for n, r in enumerate(SOFT_ROWS)])
def test_soft_checks_flag_and_let_through(name: str, odd: Figure, nearly: Figure) -> None:
    flagged = replace(odd, flags=("from_extraction",))
    checked = validate(FIGURES, records(flagged, nearly), ["a.txt"] * 2, [""] * 2)
    assert checked.good["flags"].to_pylist() == [["from_extraction", name], []]


def test_every_soft_check_has_its_rows() -> None:
    assert {row[0] for row in SOFT_ROWS} == set(SOFT)


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
