"""Reading what was published. ``current`` is resolved once, so that a reader sees one snapshot, never a mixture."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, TypeAlias, get_args

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from schemas.catalog import TABLES
from schemas.migrations import rows_of

Engine = Literal["pandas", "pyarrow", "polars", "duckdb"]
ENGINES: tuple[str, ...] = get_args(Engine)
SIGNS = ("=", "==", "!=", "<", ">", "<=", ">=", "in", "not in")
#: conditions that all hold, alternatives of such lists, or an Arrow expression
Where: TypeAlias = Sequence[tuple[str, str, Any]] | Sequence[Sequence[tuple[str, str, Any]]] | Any
CURRENT = "CURRENT"


class NotPublishedError(LookupError):
    """There is no such snapshot or table; the message says what there is."""


class ReadError(ValueError):
    """What was asked of ``read`` cannot be answered; the message says what was got and what is allowed."""


def read(
    processed: str | os.PathLike[str],
    table: str,
    *,
    columns: Sequence[str] | None = None,
    where: Where | None = None,
    engine: Engine = "pandas",
    snapshot: str | None = None,
) -> Any:
    """A table of the current snapshot, or of the one named: a pandas frame, or what ``engine`` names.

    ``where`` filters while reading: ``[("unit", "=", "CNY"), ("value", ">", 1e9)]``, several lists of such conditions
    for alternatives, or an Arrow expression; days may be ISO texts. ``engine`` "pyarrow" gives a Table, "polars" a
    DataFrame, "duckdb" a relation. ``processed`` may be a folder or a URL that fsspec knows, such as ``s3://…``.

    Raises:
        NotPublishedError: nothing was published there, or no such table or snapshot.
        ReadError: no such column, engine or condition, or a file that is damaged.

    >>> read("processed", "figures", engine="numpy")
    Traceback (most recent call last):
    ReadError: unknown engine 'numpy'; allowed: pandas, pyarrow, polars, duckdb
    """
    if engine not in ENGINES:
        raise ReadError(f"unknown engine {engine!r}; allowed: {', '.join(ENGINES)}")
    root = os.fspath(processed)
    files, base = _filesystem(root)
    identity = snapshot or current(root)
    content = _manifest(files, base, identity)
    paths = _shards(content, base, identity, table)
    kept = _known_columns(table, columns)
    condition = _expression(table, where)
    try:
        dataset = ds.dataset(paths, format="parquet", filesystem=files, partitioning=None)
    except (pa.ArrowException, OSError) as error:
        what = str(error).splitlines()[0][:300]
        raise ReadError(f"the table {table} is damaged, `numerate snapshots verify` says where: {what}") from error
    try:
        found = rows_of(TABLES[table], dataset, content["schema_version"], kept, condition)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
        if where is None:
            raise
        what = str(error).splitlines()[0]
        raise ReadError(f"where is {where!r}, which cannot be applied to {table}: {what}") from None
    return _as(found, engine)


def _known_columns(table: str, columns: Sequence[str] | None) -> list[str]:
    known = TABLES[table].columns
    if columns is None:
        return known
    if isinstance(columns, str):
        raise ReadError(f"columns is {columns!r}; it must be a list of names, such as [{columns!r}]")
    if unknown := [name for name in columns if name not in known]:
        raise ReadError(f"the table {table} has no column {unknown[0]!r}; it has {', '.join(known)}")
    return list(columns)


def _expression(table: str, where: Where | None) -> ds.Expression | None:
    if where is None or isinstance(where, ds.Expression):
        return where
    groups = list(where) if not isinstance(where, str) else [where]
    alternatives = groups if groups and isinstance(groups[0], list) else [groups]
    return pq.filters_to_expression([[_condition(table, each) for each in group] for group in alternatives])


def _condition(table: str, condition: Any) -> tuple[str, str, Any]:
    if not isinstance(condition, tuple) or len(condition) != 3:
        raise ReadError(f"where has {condition!r}; a condition is (column, sign, value), such as ('unit', '=', 'CNY')")
    name, sign, value = condition
    _known_columns(table, [name])
    if sign not in SIGNS:
        raise ReadError(f"where has the sign {sign!r}; allowed: {', '.join(SIGNS)}")
    if pa.types.is_date(TABLES[table].arrow.field(name).type):
        value = [_day(day) for day in value] if sign in ("in", "not in") else _day(value)
    return name, sign, value


def _day(value: Any) -> Any:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise ReadError(f"where has the day {value!r}; a day is such as '2020-12-31'") from None


def shard_files(processed: str | os.PathLike[str], table: str, snapshot: str | None = None) -> tuple[Any, list[str]]:
    """The file system and the paths of a table's shards in one snapshot, in order; for engines of one's own."""
    root = os.fspath(processed)
    files, base = _filesystem(root)
    identity = snapshot or current(root)
    return files, _shards(_manifest(files, base, identity), base, identity, table)


def _shards(manifest: dict[str, Any], base: str, snapshot: str, table: str) -> list[str]:
    tables = manifest["tables"]
    if table not in tables:
        raise NotPublishedError(f"snapshot {snapshot} has no table {table!r}; it has {', '.join(tables)}")
    return [f"{base}/{_place(manifest, snapshot, table)}/{part['name']}" for part in tables[table]["files"]]


def current(processed: str | os.PathLike[str]) -> str:
    """The id of the current snapshot.

    Raises:
        NotPublishedError: nothing was published there yet.
    """
    root = os.fspath(processed).removeprefix("file://")
    if "://" not in root:
        try:
            return os.path.basename(os.readlink(os.path.join(root, "current")))
        except OSError:
            raise NotPublishedError(f"nothing is published in {root}; `numerate run` publishes") from None
    files, base = _filesystem(root)
    try:
        return str(json.loads(files.cat_file(f"{base}/{CURRENT}"))["snapshot"])
    except FileNotFoundError:
        raise NotPublishedError(f"nothing is published in {root}; `numerate run` publishes") from None


def manifest(processed: str | os.PathLike[str], snapshot: str | None = None) -> dict[str, Any]:
    """What a snapshot holds and how it was made: the content of its ``manifest.json``."""
    root = os.fspath(processed)
    files, base = _filesystem(root)
    return _manifest(files, base, snapshot or current(root))


def _place(manifest: dict[str, Any], snapshot: str, table: str) -> str:
    """Where a snapshot's shards lie: in its own folder, or where an object store shares them."""
    return str(manifest.get("shards_at", {}).get(table, f"snapshots/{snapshot}/{table}"))


def _manifest(files: Any, base: str, snapshot: str) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(files.cat_file(f"{base}/snapshots/{snapshot}/manifest.json"))
    except FileNotFoundError:
        raise NotPublishedError(f"there is no snapshot {snapshot!r}") from None
    return content


def _filesystem(location: str) -> tuple[Any, str]:
    import fsspec

    if "://" not in location:
        location = os.path.abspath(location)
    files, base = fsspec.core.url_to_fs(location, use_listings_cache=False)
    return files, str(base).rstrip("/")


def _as(table: pa.Table, engine: str) -> Any:
    if engine == "pandas":
        return table.to_pandas(date_as_object=False)
    if engine == "pyarrow":
        return table
    try:  # libraries the reader chose; no dependencies of ours
        return importlib.import_module(engine).from_arrow(table)
    except ModuleNotFoundError:
        raise ReadError(f"the engine {engine!r} is not installed; `pip install {engine}` installs it") from None
