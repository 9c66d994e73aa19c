"""What is easily got wrong with Pandera and pandas, each met once: indexes, faults of a frame, no rows, coercion."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas import TABLES
from schemas.figures import FIGURES
from schemas.row_checks import EXAMPLE
from schemas.table import SchemaError
from schemas.validation import validate

BAD = {"status": "planned"}


def rows(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**EXAMPLE, **change} for change in changes]


def frame(*changes: dict[str, Any]) -> pd.DataFrame:
    return FIGURES.frame(FIGURES.arrow_table(rows(*changes)))


INDEXES = {
    "doubled": [0, 0, 1, 1],
    "backwards": [3, 2, 1, 0],
    "of texts": ["a", "b", "a", "c"],
    "missing": [None, None, None, None],
}


@pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES.keys())
def test_bad_rows_are_found_by_position_whatever_the_index(index: list[Any]) -> None:
    """By index a doubled one would take good rows along: Pandera's own dropping of bad rows lost all of them."""
    found = FIGURES.failures(frame({}, BAD, {}, {"end": 99}).set_axis(index))
    assert [(failure.position, failure.checks) for failure in found] == [
        (1, ("status.vocabulary",)),
        (3, ("quote_length",)),
    ]


def test_a_check_over_the_frame_counts_once_a_row_though_reported_once_a_column() -> None:
    (found,) = FIGURES.failures(frame({"end": 99}))
    assert found.checks == ("quote_length",)
    assert found.message == "end - start is the length of the quote"


FAULTS = {
    "a column is missing": lambda good: good.drop(columns="unit"),
    "a column too many": lambda good: good.assign(more=1),
    "columns in another order": lambda good: good[good.columns[::-1]],
    "a column of another type": lambda good: good.astype({"start": "object"}),
    "numbers as texts": lambda good: good.assign(value=good["value"].astype("string")),
    "no columns at all": lambda good: pd.DataFrame(),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
@pytest.mark.parametrize("changes", [({},), ({}, BAD), ()], ids=["good", "with a bad row", "no rows"])
def test_a_fault_of_the_frame_is_no_fault_of_rows(fault: Any, changes: tuple[dict[str, Any], ...]) -> None:
    """It comes without an index: taken for one row's, all others would pass unchecked."""
    with pytest.raises(SchemaError, match="figures"):
        FIGURES.failures(fault(frame(*changes)))


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_no_rows_keep_their_types_through_checks_and_files(table: Any, tmp_path: Any) -> None:
    checked = validate(table, [], [], [])
    assert checked.quarantined == []
    pq.write_table(checked.good, tmp_path / "none.parquet")
    again = pq.read_table(tmp_path / "none.parquet")
    assert again.schema.equals(table.arrow.remove_metadata())
    assert table.failures(table.frame(again)) == []


# a cell, and whether the column takes it: nothing is turned into something else on the way
CELLS = [
    ({"start": "35"}, False),
    ({"start": 35.5}, False),
    ({"value": "320100000000"}, False),
    ({"period_end": "2020-12-31"}, False),
    ({"flags": "odd"}, False),
    ({"quote": 5}, False),
    ({"value": 320_100_000_000}, True),
    ({"entity": None}, True),
]


@pytest.mark.parametrize(("change", "taken"), CELLS, ids=[str(row[0]) for row in CELLS])
def test_cells_are_not_coerced(change: dict[str, Any], taken: bool) -> None:
    if taken:
        assert FIGURES.failures(frame(change)) == []
        return
    with pytest.raises(SchemaError, match=next(iter(change))):
        frame(change)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_stopped(value: float) -> None:
    checked = validate(FIGURES, rows({"value": value}), ["a.txt"], [""])
    assert checked.good.num_rows == 0


def test_whole_numbers_with_gaps_stay_whole_numbers() -> None:
    """As pandas' own integers they would become floats with the first gap."""
    table = TABLES["documents"]
    assert all(field.type != pa.float64() for field in table.arrow)
    assert str(table.frame(table.arrow_table([])).dtypes["characters"]) == "int64[pyarrow]"
