"""Older snapshots stay readable: what each version of the schema changed, applied to rows of the versions before.

A column that is added needs no entry: older rows have nothing there. An entry says what older rows of a table become.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.dataset as ds

from schemas.version import SCHEMA_VERSION

if TYPE_CHECKING:
    from schemas.table import Table

Change = Callable[[pa.Table], pa.Table]


class UnknownVersionError(ValueError):
    """A snapshot is of a schema that this release does not know."""


def _flags_of_ranks(rows: pa.Table) -> pa.Table:
    """Until 1.1 the flag ``unit_unfit`` was said of ranks alone; what is said of them now is ``unit_impossible``."""
    if "flags" not in rows.column_names:
        return rows
    flags = [["unit_impossible" if flag == "unit_unfit" else flag for flag in row] for row in rows["flags"].to_pylist()]
    at = rows.column_names.index("flags")
    return rows.set_column(at, rows.field("flags"), pa.array(flags, rows.field("flags").type))


#: by the version that brought it: what becomes of the rows of a table
CHANGES: Mapping[tuple[int, int], Mapping[str, Change]] = MappingProxyType({(1, 1): {"figures": _flags_of_ranks}})


def rows_of(
    table: Table, files: ds.Dataset, version: str, columns: Sequence[str] | None = None, where: Any = None
) -> pa.Table:
    """Rows of files that a snapshot of some schema holds, with columns of today; ``where`` is an Arrow expression.

    Raises:
        UnknownVersionError: the version is newer than this release, or none.
    """
    kept = table.columns if columns is None else list(columns)
    if version == SCHEMA_VERSION:
        return files.to_table(columns=kept, filter=where)
    found = upgraded(table, files.to_table(), version)
    return (found if where is None else found.filter(where)).select(kept)


def upgraded(table: Table, rows: pa.Table, version: str) -> pa.Table:
    """All rows and columns that a snapshot of an older schema holds, as those of today.

    Raises:
        UnknownVersionError: the version is newer than this release, or none.
    """
    for step in _steps(version):
        if change := CHANGES[step].get(table.name):
            rows = change(rows)
    return _conformed(table, rows)


def _conformed(table: Table, rows: pa.Table) -> pa.Table:
    """With exactly the columns of today, down to the names of what lists hold; those that came later hold nothing."""
    missing = [name for name in table.columns if name not in rows.column_names]
    for name in missing:
        rows = rows.append_column(name, _nothing(table.arrow.field(name), rows.num_rows))
    return rows.select(table.columns).cast(table.arrow)


def _nothing(column: pa.Field, rows: int) -> pa.Array:
    """Nothing of a column that came later: an empty list where it may not be null."""
    if pa.types.is_list(column.type) and not column.nullable:
        return pa.array([[]] * rows, column.type)
    return pa.nulls(rows, column.type)


def _steps(version: str) -> list[tuple[int, int]]:
    """
    >>> _steps("1.0")[:1]
    [(1, 1)]
    """
    since, today = numbered(version), numbered(SCHEMA_VERSION)
    if since > today:
        raise UnknownVersionError(
            f"the snapshot has schema {version}, and this release knows those up to {SCHEMA_VERSION}; "
            "a newer numerate reads it"
        )
    return [step for step in sorted(CHANGES) if since < step <= today]


def numbered(version: str) -> tuple[int, int]:
    """
    >>> numbered("1.10") > numbered("1.9")
    True
    """
    try:
        major, minor = map(int, version.split("."))
    except ValueError:
        raise UnknownVersionError(f"{version!r} is no version of the schema; one is {SCHEMA_VERSION}") from None
    return major, minor
