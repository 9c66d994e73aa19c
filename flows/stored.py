"""Rows of a snapshot with the columns of today, whatever schema it was published with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from flows.outcome import DamagedError, WrongUseError
from schemas.version import SCHEMA_VERSION


def stored(
    paths: Iterable[str | Path], table: str, version: str, columns: Sequence[str] | None = None, where: Any = None
) -> pa.Table:
    """Rows of the files of a table, all or those for which an Arrow expression holds; none without files.

    Raises:
        WrongUseError: the snapshot is of a schema that this release does not know.
        DamagedError: a file is missing or cannot be read.
    """
    files = [str(path) for path in paths]
    try:
        if files and version == SCHEMA_VERSION:
            return _dataset(files).to_table(columns=None if columns is None else list(columns), filter=where)
        return _of_older(files, table, version, columns, where)
    except (pa.ArrowException, OSError) as error:
        what = str(error).splitlines()[0][:300]
        raise DamagedError(f"the table {table} is damaged, `numerate snapshots verify` says where: {what}") from error


def _of_older(files: list[str], table: str, version: str, columns: Sequence[str] | None, where: Any) -> pa.Table:
    """Rows that need the schema of today: they were published with an older one, or there are none."""
    from schemas.catalog import TABLES  # pandas and Pandera, a second that most who read a snapshot of today can spare
    from schemas.migrations import UnknownVersionError, rows_of

    known = TABLES[table]
    try:
        return rows_of(
            known, _dataset(files) if files else ds.dataset(known.arrow.empty_table()), version, columns, where
        )
    except UnknownVersionError as error:
        raise WrongUseError(str(error)) from None


def _dataset(files: list[str]) -> ds.Dataset:
    return ds.dataset(files, format="parquet", partitioning=None)
