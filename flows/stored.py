"""Rows of a snapshot with the columns of today, whatever schema it was published with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from flows.outcome import DamagedError, WrongUseError
from schemas.catalog import TABLES
from schemas.migrations import UnknownVersionError, rows_of


def stored(
    paths: Iterable[str | Path], table: str, version: str, columns: Sequence[str] | None = None, where: Any = None
) -> pa.Table:
    """Rows of the files of a table, all or those for which an Arrow expression holds; none without files.

    Raises:
        WrongUseError: the snapshot is of a schema that this release does not know.
        DamagedError: a file is missing or cannot be read.
    """
    known, files = TABLES[table], [str(path) for path in paths]
    try:
        if files:
            return rows_of(known, ds.dataset(files, format="parquet", partitioning=None), version, columns, where)
        return rows_of(known, ds.dataset(known.arrow.empty_table()), version, columns, where)
    except UnknownVersionError as error:
        raise WrongUseError(str(error)) from None
    except (pa.ArrowException, OSError) as error:
        what = str(error).splitlines()[0][:300]
        raise DamagedError(f"the table {table} is damaged, `numerate snapshots verify` says where: {what}") from error
