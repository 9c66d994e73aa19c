"""Reading what was published. ``current`` is resolved once, so that a reader sees one snapshot, never a mixture."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

Engine = Literal["pandas", "pyarrow", "polars", "duckdb"]
#: conditions that all hold, alternatives of such lists, or an Arrow expression
Where: TypeAlias = Sequence[tuple[str, str, Any]] | Sequence[Sequence[tuple[str, str, Any]]] | Any
CURRENT = "CURRENT"


class NotPublishedError(LookupError):
    """There is no such snapshot or table; the message says what there is."""


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
    for alternatives, or an Arrow expression. ``engine`` "pyarrow" gives a Table, "polars" a DataFrame, "duckdb" a
    relation. ``processed`` may be a folder or a URL that fsspec knows.

    Raises:
        NotPublishedError: nothing was published there, or no such table or snapshot.
    """
    files, paths = shard_files(processed, table, snapshot)
    expression = where if isinstance(where, ds.Expression) or where is None else pq.filters_to_expression(where)
    dataset = ds.dataset(paths, format="parquet", filesystem=files, partitioning=None)
    found = dataset.to_table(columns=list(columns) if columns else None, filter=expression)
    return _as(found, engine)


def shard_files(processed: str | os.PathLike[str], table: str, snapshot: str | None = None) -> tuple[Any, list[str]]:
    """The file system and the paths of a table's shards in one snapshot, in order; for engines of one's own."""
    root = os.fspath(processed)
    files, base = _filesystem(root)
    identity = snapshot or current(root)
    manifest = _manifest(files, base, identity)
    if table not in manifest["tables"]:
        raise NotPublishedError(f"snapshot {identity} has no table {table!r}; it has {', '.join(manifest['tables'])}")
    return files, [
        f"{base}/{_place(manifest, identity, table)}/{part['name']}" for part in manifest["tables"][table]["files"]
    ]


def current(processed: str | os.PathLike[str]) -> str:
    """The id of the current snapshot.

    Raises:
        NotPublishedError: nothing was published there yet.
    """
    root = os.fspath(processed)
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

    files, base = fsspec.core.url_to_fs(location if "://" in location else os.path.abspath(location))
    return files, str(base).rstrip("/")


def _as(table: pa.Table, engine: str) -> Any:
    if engine == "pandas":
        return table.to_pandas(date_as_object=False)
    if engine == "pyarrow":
        return table
    if engine in ("polars", "duckdb"):  # libraries the reader chose; no dependencies of ours
        return importlib.import_module(engine).from_arrow(table)
    raise ValueError(f"unknown engine {engine!r}; allowed: pandas, pyarrow, polars, duckdb")
