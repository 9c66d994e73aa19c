"""Reading what was published: by every engine, of older schemas too, and what a wrong question is told."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

import schemas
from schemas import TABLES
from schemas.migrations import CHANGES, UnknownVersionError, numbered, upgraded
from schemas.published import ENGINES, NotPublishedError, ReadError, shard_files
from schemas.version import SCHEMA_VERSION

OLDER = Path(__file__).parent / "older"
SNAPSHOT = "20261127T091243.815047Z-44b37223"


@pytest.fixture
def processed(tmp_path: Path) -> Path:
    """A folder whose current snapshot was published with schema 1.0."""
    shutil.copytree(OLDER / SNAPSHOT, tmp_path / "snapshots" / SNAPSHOT)
    (tmp_path / "current").symlink_to(f"snapshots/{SNAPSHOT}")
    return tmp_path


@pytest.mark.parametrize("engine", ENGINES)
def test_an_older_snapshot_reads_as_one_of_today(processed: Path, engine: Any) -> None:
    assert numbered(json.loads((processed / "current/manifest.json").read_text())["schema_version"]) == (1, 0)
    for name, table in TABLES.items():
        found = schemas.read(processed, name, engine=engine)
        assert list(found.columns if engine != "pyarrow" else found.column_names) == table.columns, name


def test_an_older_snapshot_has_the_rows_it_had_and_the_flags_of_today(processed: Path) -> None:
    rows = schemas.read(processed, "figures", engine="pyarrow", columns=["kind", "flags"]).to_pylist()
    assert [row["kind"] for row in rows] == ["level", "growth_rate", "rank", "count"]
    assert [row["flags"] for row in rows] == [[], [], ["unit_impossible"], []]
    frame = schemas.read(processed, "figures", where=[("kind", "=", "rank")], columns=["value"])
    assert frame["value"].tolist() == [3]


def test_columns_that_came_later_hold_nothing_and_those_that_went_are_left_out() -> None:
    table = TABLES["units"]
    old = table.arrow_table([]).drop_columns(["ucum"]).append_column("gone", pa.array([], pa.string()))
    assert upgraded(table, old, "1.0").schema.equals(table.arrow, check_metadata=True)


@pytest.mark.parametrize("version", ["1.99", "2.0", "one", ""])
def test_a_version_that_is_unknown_is_said(version: str) -> None:
    with pytest.raises(UnknownVersionError, match="schema"):
        upgraded(TABLES["units"], TABLES["units"].arrow_table([]), version)


def test_changes_are_of_versions_and_tables_there_are() -> None:
    assert all(step <= numbered(SCHEMA_VERSION) for step in CHANGES)
    assert {name for changed in CHANGES.values() for name in changed} <= set(TABLES)


WHERE = [
    ([("unit", "=", "CNY")], 1),
    ([("unit", "!=", "CNY"), ("value", ">=", 5.9)], 2),
    ([[("kind", "=", "rank")], [("kind", "=", "count")]], 2),
    ([("kind", "in", ["rank", "count"])], 2),
    ([("period_end", ">=", "2020-12-31")], 4),
    ([("period_end", "<", date(2020, 12, 31))], 0),
    ([("period_end", "in", ["2020-12-31"])], 4),
    (pc.field("value") > 1e9, 1),
]


@pytest.mark.parametrize(("where", "rows"), WHERE, ids=range(len(WHERE)))
def test_conditions(processed: Path, where: Any, rows: int) -> None:
    assert len(schemas.read(processed, "figures", where=where)) == rows


# what is asked, the error, and what its one line must say
WRONG: list[tuple[str, dict[str, Any], type[Exception], list[str]]] = [
    ("a column", {"columns": ["x"]}, ReadError, ["'x'", "figure_id", "flags"]),
    ("a column of another table", {"columns": ["value", "title"]}, ReadError, ["'title'"]),
    ("a text for a list", {"columns": "value"}, ReadError, ["['value']"]),
    ("an engine", {"engine": "spark"}, ReadError, ["'spark'", "pandas, pyarrow, polars, duckdb"]),
    ("a column of a condition", {"where": [("x", "=", 1)]}, ReadError, ["'x'", "figure_id"]),
    ("a sign", {"where": [("value", "~", 1)]}, ReadError, ["'~'", "not in"]),
    ("no triple", {"where": [("value", 1)]}, ReadError, ["('value', 1)", "column, sign, value"]),
    ("a text", {"where": "value > 1"}, ReadError, ["'value > 1'", "column, sign, value"]),
    ("a day", {"where": [("period_end", ">", "last year")]}, ReadError, ["'last year'", "2020-12-31"]),
    ("a value of another type", {"where": [("value", ">", "many")]}, ReadError, ["'many'", "figures"]),
    ("an expression", {"where": pc.field("x") > 1}, ReadError, ["x"]),
    ("a table", {"table": "figure"}, NotPublishedError, ["'figure'", "documents, edits, figures"]),
    ("a snapshot", {"snapshot": "2020"}, NotPublishedError, ["'2020'"]),
]


@pytest.mark.parametrize(("why", "asked", "error", "said"), WRONG, ids=[row[0] for row in WRONG])
def test_a_wrong_question_is_told_in_one_line(
    processed: Path, why: str, asked: dict[str, Any], error: type[Exception], said: list[str]
) -> None:
    with pytest.raises(error) as raised:
        schemas.read(processed, **({"table": "figures"} | asked))
    message = str(raised.value)
    assert "\n" not in message
    assert all(each in message for each in said), message


def test_nothing_published_is_said(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "missing", "memory://nowhere"):
        with pytest.raises(NotPublishedError, match="numerate run"):
            schemas.read(place, "figures")


def test_the_files_are_there_for_other_engines(processed: Path) -> None:
    files, paths = shard_files(processed, "figures")
    assert [files.size(path) > 0 for path in paths] == [True]
