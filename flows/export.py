"""Tables of a snapshot as text for other programs: CSV, JSON lines, and observations as SDMX-CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.outcome import WrongUseError
from flows.snapshots import Snapshots
from schemas.catalog import TABLES
from schemas.migrations import UnknownVersionError, upgraded
from schemas.table import Table

_BATCH = 10_000
#: a cell that begins so is a formula to a spreadsheet
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: SDMX-CSV 1.0, with the concepts that official statistics use; OBS_STATUS: A normal, F forecast, E derived
SDMX_COLUMNS = (
    "DATAFLOW REF_AREA INDICATOR TIME_PERIOD UNIT_MEASURE MEASURE BASIS OBS_VALUE OBS_STATUS CONF_AGREEMENT".split()
)


def rows(snapshots: Snapshots, snapshot: str, table: str) -> Iterator[dict[str, Any]]:
    """The rows of a table, shard by shard.

    Raises:
        WrongUseError: the snapshot has no such table, or is of a schema that this release does not know.
    """
    manifest = snapshots.manifest(snapshot)
    tables = manifest["tables"]
    if table not in tables:
        raise WrongUseError(f"there is no table {table!r}; there are {', '.join(sorted(tables))}")
    try:
        upgraded(TABLES[table], TABLES[table].arrow_table([]), manifest["schema_version"])
    except UnknownVersionError as error:
        raise WrongUseError(str(error)) from None
    return _rows(snapshots.files(snapshot, table), TABLES[table], manifest["schema_version"])


def _rows(paths: list[Path], table: Table, version: str) -> Iterator[dict[str, Any]]:
    for path in paths:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_BATCH):
                yield from upgraded(table, pa.Table.from_batches([batch]), version).to_pylist()


def write_jsonl(found: Iterator[dict[str, Any]], target: IO[str]) -> int:
    """JSON lines, days as ISO texts; how many."""
    count = 0
    for count, row in enumerate(found, 1):  # noqa: B007 - the last count is the answer
        target.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
    return count


def write_csv(found: Iterator[dict[str, Any]], columns: list[str], target: IO[str]) -> int:
    """CSV with a header; lists as JSON, and text that a spreadsheet would run as a formula behind an apostrophe."""
    writer = csv.writer(target)
    writer.writerow(columns)
    count = 0
    for count, row in enumerate(found, 1):  # noqa: B007 - the last count is the answer
        writer.writerow([cell(row[name]) for name in columns])
    return count


def cell(value: Any) -> Any:
    """
    >>> cell("=1+1"), cell(-5.0), cell(None), cell(["a"]), cell("-5%")
    ("'=1+1", -5.0, '', '["a"]', "'-5%")
    """
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def sdmx_rows(found: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Observations by the concepts of SDMX."""
    for row in found:
        status = "E" if row["derived"] else "F" if row["status"] == "projected" else "A"
        yield {
            "DATAFLOW": "NUMERATE:OBSERVATIONS(1.0)",
            "REF_AREA": row["entity"],
            "INDICATOR": row["indicator_key"].upper(),
            "TIME_PERIOD": time_period(row["period_start"], row["period_end"]),
            "UNIT_MEASURE": row["unit"],
            "MEASURE": row["kind"].upper(),
            "BASIS": row["basis"],
            "OBS_VALUE": row["value"],
            "OBS_STATUS": status,
            "CONF_AGREEMENT": row["agreement"],
        }


def time_period(first: date | None, last: date | None) -> str:
    """A period as SDMX writes it: a year, half, quarter, month or day where it is one, else a range of days.

    >>> from datetime import date
    >>> time_period(date(2020, 1, 1), date(2020, 12, 31)), time_period(date(2020, 4, 1), date(2020, 6, 30))
    ('2020', '2020-Q2')
    >>> time_period(date(2020, 5, 1), date(2020, 5, 31)), time_period(None, date(2020, 5, 31)), time_period(None, None)
    ('2020-05', '2020-05-31', '')
    """
    if last is None:
        return "" if first is None else first.isoformat()
    if first is None or first == last:
        return last.isoformat()
    named = _SPANS.get(((first.month, first.day), (last.month, last.day))) if first.year == last.year else None
    if named is not None:
        return f"{first.year}{named}"
    if first == last.replace(day=1) and (last + timedelta(days=1)).day == 1:
        return f"{last:%Y-%m}"
    return f"{first.isoformat()}/{last.isoformat()}"


_SPANS: Mapping[tuple[tuple[int, int], tuple[int, int]], str] = {
    ((1, 1), (12, 31)): "",
    ((1, 1), (6, 30)): "-S1",
    ((7, 1), (12, 31)): "-S2",
    ((1, 1), (3, 31)): "-Q1",
    ((4, 1), (6, 30)): "-Q2",
    ((7, 1), (9, 30)): "-Q3",
    ((10, 1), (12, 31)): "-Q4",
}
