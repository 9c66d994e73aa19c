"""Snapshots on a local disk: building one from staged batches and its parent, flipping to it, listing, verifying.

A snapshot is a folder under ``snapshots/`` that is complete before it gets its name; ``current`` is a symbolic link
that is replaced in one step. Whatever is killed on the way, the last snapshot stays as it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.batch import INDEX
from flows.plan import Known
from schemas.catalog import TABLES
from schemas.table import Table

MANIFEST = "manifest.json"
INDEX_NAME = "index.parquet"
_ROW_GROUP = 100_000


@dataclass(frozen=True, slots=True)
class ShardFile:
    """One Parquet file of a table; ``name`` ends in a hash of its content."""

    shard: int
    name: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Merge:
    """One shard of one table to be written anew: the old file without some documents, and rows from staged batches."""

    table: str
    shard: int
    old: str | None
    dropped: frozenset[str]
    staged: tuple[tuple[str, frozenset[str]], ...]
    extra: tuple[tuple[tuple[str, Any], ...], ...]
    folder: str


class Snapshots:
    """The snapshots of one ``processed`` folder."""

    def __init__(self, processed: str) -> None:
        self.root = Path(processed)
        self.folder = self.root / "snapshots"

    def current(self) -> str | None:
        """The id of the current snapshot, or None before the first."""
        try:
            return os.path.basename(os.readlink(self.root / "current"))
        except OSError:
            return None

    def ids(self) -> list[str]:
        """All complete snapshots, oldest first."""
        found = self.folder.iterdir() if self.folder.is_dir() else ()
        return sorted(path.name for path in found if not path.name.startswith(".") and (path / MANIFEST).is_file())

    def manifest(self, snapshot: str) -> dict[str, Any]:
        """What a snapshot holds and how it was made."""
        content: dict[str, Any] = json.loads((self.folder / snapshot / MANIFEST).read_text("utf-8"))
        return content

    def index(self, snapshot: str) -> list[Known]:
        """The documents of a snapshot and what became of them."""
        rows = pq.read_table(self.folder / snapshot / INDEX_NAME, schema=INDEX).to_pylist()
        return [Known(row["doc_id"], tuple(row["sources"]), row["outcome"]) for row in rows]

    def begin(self) -> Path:
        """A new folder to build a snapshot in; what dead runs left half built is removed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for leftover in self.folder.glob(".building-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        building = self.folder / f".building-{os.getpid()}"
        building.mkdir()
        return building

    def commit(self, building: Path, manifest: dict[str, Any]) -> str:
        """Gives a complete snapshot its name and makes it the current one."""
        snapshot = self._new_id(manifest)
        content = json.dumps(manifest | {"snapshot": snapshot}, indent=1, ensure_ascii=False, sort_keys=True)
        (building / MANIFEST).write_text(content + "\n", "utf-8")
        _to_disk(building)
        building.rename(self.folder / snapshot)
        self.flip(snapshot)
        return snapshot

    def flip(self, snapshot: str) -> None:
        """Makes a snapshot the current one, in one step that a reader sees whole or not at all."""
        link = self.root / f".current-{os.getpid()}"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("snapshots") / snapshot)
        os.replace(link, self.root / "current")
        _sync(self.root)

    def _new_id(self, manifest: Mapping[str, Any]) -> str:
        """Time, to the microsecond, and content: ids sort by age, also where two are published in one second."""
        digest = hashlib.sha256(json.dumps(manifest["tables"], sort_keys=True).encode()).hexdigest()[:8]
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        snapshot = f"{stamp}-{digest}"
        return snapshot if not (self.folder / snapshot).exists() else f"{snapshot}-{os.getpid()}"

    def prune(self, days: float) -> list[str]:
        """Removes snapshots older than so many days, but never the current one. Shared files live on in the others."""
        before = datetime.now(UTC) - timedelta(days=days)
        old = [name for name in self.ids() if datetime.fromisoformat(self.manifest(name)["created"]) < before]
        gone = [name for name in old if name != self.current()]
        for name in gone:
            hidden = self.folder / f".building-gone-{name}"
            (self.folder / name).rename(hidden)
            shutil.rmtree(hidden, ignore_errors=True)
        return gone

    def verify(self, snapshot: str) -> Iterator[str]:
        """Each thing that is not as the manifest says: files, hashes, counts, columns. Nothing for a whole snapshot."""
        manifest = self.manifest(snapshot)
        for name, entry in manifest["tables"].items():
            for part in entry["files"]:
                yield from _wrong(self.folder / snapshot / name / part["name"], part, TABLES.get(name))
            if sum(part["rows"] for part in entry["files"]) != entry["rows"]:
                yield f"{name}: the files do not add up to {entry['rows']} rows"


def _wrong(path: Path, part: Mapping[str, Any], table: Table | None) -> Iterator[str]:
    where = f"{path.parent.name}/{path.name}"
    if not path.is_file():
        yield f"{where} is missing"
        return
    if hashlib.sha256(path.read_bytes()).hexdigest() != part["sha256"]:
        yield f"{where} is not what was published: its hash differs"
        return
    file = pq.ParquetFile(path)
    if file.metadata.num_rows != part["rows"]:
        yield f"{where} has {file.metadata.num_rows} rows, not {part['rows']}"
    if table and file.schema_arrow.names != table.columns:
        yield f"{where} has other columns than the table {table.name}"


def write_shard(table: Table, rows: pa.Table, shard: int, folder: str) -> ShardFile:
    """Writes rows in the table's order; equal rows give equal bytes and so an equal name."""
    target = Path(folder) / table.name
    target.mkdir(exist_ok=True)
    temporary = target / f".{shard}.writing"
    ordered = _sorted(table, rows)
    pq.write_table(ordered, temporary, compression="zstd", row_group_size=_ROW_GROUP, write_page_index=True)
    content = temporary.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    name = f"part-{shard:02d}-{digest[:20]}.parquet"
    os.replace(temporary, target / name)
    return ShardFile(shard, name, ordered.num_rows, len(content), digest)


def _sorted(table: Table, rows: pa.Table) -> pa.Table:
    """In the order of the table; a list counts by its first entry. Texts sort by code point, the same everywhere."""
    keys = [(name, rows[name]) for name in table.order]
    plain = [(name, pc.list_element(column, 0) if pa.types.is_list(column.type) else column) for name, column in keys]
    order = pc.sort_indices(pa.table(dict(plain)), sort_keys=[(name, "ascending") for name, _ in plain])
    return rows.take(order).combine_chunks()


def merge(work: Merge) -> ShardFile | None:
    """Writes one shard from its old rows and the staged ones; None when no row is left."""
    table = TABLES[work.table]
    parts = [*_old_rows(work, table), *_staged_rows(work, table)]
    if work.extra:
        parts.append(table.arrow_table([dict(row) for row in work.extra]))
    rows = pa.concat_tables(parts) if parts else table.arrow_table([])
    return write_shard(table, rows, work.shard, work.folder) if rows.num_rows else None


def _old_rows(work: Merge, table: Table) -> Iterator[pa.Table]:
    """The published rows that stay; files that were refused without an id are looked at anew in every run."""
    if work.old:
        rows = pq.read_table(work.old, schema=table.arrow, partitioning=None)
        gone = pc.is_in(rows["doc_id"], pa.array(sorted(work.dropped), pa.string()))
        yield rows.filter(pc.and_not(pc.is_valid(rows["doc_id"]), gone))


def _staged_rows(work: Merge, table: Table) -> Iterator[pa.Table]:
    for path, wanted in work.staged:
        with pa.memory_map(f"{path}/{table.name}.arrow") as source:
            rows = pa.ipc.open_file(source).read_all()
            mine = pc.and_(
                pc.equal(rows["shard"], work.shard), pc.is_in(rows["doc_id"], pa.array(sorted(wanted), pa.string()))
            )
            yield rows.filter(mine).drop_columns("shard").cast(table.arrow)


def staged_index(staging: Path) -> Iterator[tuple[str, list[Known]]]:
    """The batches that are staged, and what each holds."""
    for path in sorted(staging.glob("[!.]*/index.arrow")):
        yield str(path.parent), read_staged_index(path.parent)


def read_staged_index(batch: Path) -> list[Known]:
    """The documents of one staged batch and what became of them."""
    with pa.memory_map(str(batch / "index.arrow")) as source:
        rows = pa.ipc.open_file(source).read_all().to_pylist()
    return [Known(row["doc_id"], tuple(row["sources"]), row["outcome"]) for row in rows]


def link_or_copy(source: Path, target: Path) -> None:
    """Shares a file between snapshots; copies where the file system knows no hard links."""
    target.parent.mkdir(exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def write_index(folder: Path, known: Sequence[Known]) -> None:
    """The memory of a snapshot: which documents it holds, and what was refused."""
    ordered = sorted(known, key=lambda entry: (entry.sources[0].encode(), entry.doc_id or ""))
    rows = [{"doc_id": k.doc_id, "sources": list(k.sources), "outcome": k.outcome} for k in ordered]
    pq.write_table(pa.Table.from_pylist(rows, schema=INDEX), folder / INDEX_NAME, compression="zstd")


def _to_disk(folder: Path) -> None:
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
