"""Is a snapshot what was published? A quick look before a run builds on it, and a thorough one on demand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.version import SCHEMA_VERSION

MANIFEST = "manifest.json"
INDEX_NAME = "index.parquet"
#: the folder, in that of a snapshot, with the pages that a large review leads to
PAGES = "report"
#: what a manifest must have for a run to build on it, or a check to go by it
_NEEDED = ("tables", "schema_version", "pipeline_version", "shards", "parent")


def read_manifest(folder: Path) -> dict[str, Any]:
    """What a snapshot holds and how it was made.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no manifest, in whole or in part.
    """
    return checked_manifest((folder / MANIFEST).read_text("utf-8"))


def checked_manifest(written: str) -> dict[str, Any]:
    """The content of a manifest, if it has what is needed.

    Raises:
        ValueError: it is no manifest, in whole or in part.
    """
    content = json.loads(written)
    if not isinstance(content, dict):
        raise ValueError("it is no object")
    if missing := [name for name in _NEEDED if name not in content]:
        raise ValueError(f"it has no {', '.join(missing)}")
    return content


def fingerprint(tables: Mapping[str, Any]) -> str:
    """The hash of the manifest's tables that ends the id of a snapshot."""
    return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()[:8]


def sha256(path: Path) -> str:
    """The hash of a file's bytes."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def arrow_types(schema: pa.Schema) -> dict[str, str]:
    """The columns of a table and their types, as the manifest has them. Parquet calls the items of a list elements.

    >>> arrow_types(pa.schema([("unit", pa.string()), ("flags", pa.list_(pa.field("element", pa.string())))]))
    {'unit': 'string', 'flags': 'list<item: string>'}
    """
    return {field.name: str(field.type).replace("<element: ", "<item: ") for field in schema}


def damage(folder: Path) -> str | None:
    """The first thing that keeps a run from building on a snapshot; None for one that looks whole. Reads no rows."""
    return next(islice(_glance(folder), 1), None)


def _glance(folder: Path) -> Iterator[str]:
    try:
        manifest = read_manifest(folder)
    except (OSError, ValueError) as error:
        yield _unreadable(error)
        return
    for name, size in _sizes(manifest):
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing"
        elif size is not None and path.stat().st_size != size:
            yield f"{name} has {path.stat().st_size} bytes, not {size}"
    try:
        pq.ParquetFile(folder / INDEX_NAME).close()
    except (OSError, pa.ArrowException) as error:
        yield f"{INDEX_NAME} cannot be read: {error}"


def _sizes(manifest: Mapping[str, Any]) -> Iterator[tuple[str, int | None]]:
    for name in manifest.get("files", ()):
        yield name, None
    for table, entry in manifest["tables"].items():
        for part in entry["files"]:
            yield f"{table}/{part['name']}", part["bytes"]


def _unreadable(error: Exception) -> str:
    return f"{MANIFEST} cannot be read: {getattr(error, 'strerror', None) or error}"


def faults(folder: Path) -> Iterator[str]:
    """Each thing that is not as the manifest says: files, hashes, counts, columns. Nothing for a whole snapshot."""
    try:
        manifest = read_manifest(folder)
    except (OSError, ValueError) as error:
        yield _unreadable(error)
        return
    try:
        yield from _wrong_manifest(folder, manifest)
        for name, entry in manifest["tables"].items():
            yield from _wrong_table(folder / name, entry, _columns(name, entry, manifest))
    except (KeyError, TypeError, AttributeError) as error:
        yield f"{MANIFEST} is not as a run writes it: {type(error).__name__}: {error}"


def _wrong_manifest(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    if fingerprint(manifest["tables"]) not in folder.name.split("-"):
        yield f"{MANIFEST} does not belong to this snapshot: the hash of its tables is not the one in {folder.name}"
    for name, digest in {**manifest.get("files", {}), **manifest.get("report", {})}.items():
        if not (folder / name).is_file():
            yield f"{name} is missing"
        elif sha256(folder / name) != digest:
            yield _other_hash(name)


def _columns(name: str, entry: Mapping[str, Any], manifest: Mapping[str, Any]) -> Mapping[str, str]:
    """The columns that a table of a snapshot must have: those of today for a snapshot of today's schema."""
    from schemas.catalog import TABLES  # pandas and Pandera, which a glance at a snapshot does not need

    if manifest["schema_version"] == SCHEMA_VERSION and name in TABLES:
        return arrow_types(TABLES[name].arrow)
    columns: Mapping[str, str] = entry["columns"]
    return columns


def _wrong_table(folder: Path, entry: Mapping[str, Any], columns: Mapping[str, str]) -> Iterator[str]:
    named = {part["name"] for part in entry["files"]}
    for path in sorted(folder.glob("*")):
        if path.name not in named:
            yield f"{folder.name}/{path.name} is not in the manifest; readers of whole folders take it for data"
    for part in entry["files"]:
        yield from _wrong_file(folder / part["name"], part, columns)
    if sum(part["rows"] for part in entry["files"]) != entry["rows"]:
        yield f"{folder.name}: the files do not add up to {entry['rows']} rows"


def _wrong_file(path: Path, part: Mapping[str, Any], columns: Mapping[str, str]) -> Iterator[str]:
    where = f"{path.parent.name}/{path.name}"
    if not path.is_file():
        yield f"{where} is missing"
        return
    if sha256(path) != part["sha256"]:
        yield _other_hash(where)
        return
    with pq.ParquetFile(path) as file:
        if file.metadata.num_rows != part["rows"]:
            yield f"{where} has {file.metadata.num_rows} rows, not {part['rows']}"
        if (found := arrow_types(file.schema_arrow)) != dict(columns):
            differing = sorted(set(found.items()) ^ set(columns.items())) or "their order"
            yield f"{where} has other columns than its table: {differing}"


def _other_hash(where: str) -> str:
    return f"{where} is not what was published: its hash differs"
