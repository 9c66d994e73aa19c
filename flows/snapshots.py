"""Snapshots on a local disk: building one from staged batches and its parent, flipping to it, listing, verifying.

A snapshot is a folder under ``snapshots/`` that is complete before it gets its name; ``current`` is a symbolic link
that is replaced in one step. Whatever is killed on the way, the last snapshot stays as it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from extractors.reading import Refusal
from flows.batch import INDEX, STAGED
from flows.ledger import Known
from schemas import quarantine
from schemas.catalog import TABLES
from schemas.table import Table
from schemas.version import SCHEMA_VERSION

MANIFEST = "manifest.json"
INDEX_NAME = "index.parquet"
_ROW_GROUP = 100_000
_INDEX_ROWS = 10_000


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
    """One shard to be written anew, in every table: the old files without some documents, and rows from batches.

    ``old`` is the published file by table, ``staged`` the batches and which documents of each, ``refused`` the source,
    reason and detail of files that were refused before they were read.
    """

    shard: int
    old: Mapping[str, str]
    dropped: frozenset[str]
    staged: tuple[tuple[str, frozenset[str]], ...]
    refused: tuple[tuple[str, str, str], ...]
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

    def index(self, snapshot: str) -> Iterator[Known]:
        """The documents of a snapshot and what became of them."""
        with pq.ParquetFile(self.folder / snapshot / INDEX_NAME) as file:
            for batch in file.iter_batches(_INDEX_ROWS):
                yield from _known(batch.to_pylist())

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
        """Removes snapshots that were superseded more than so many days ago, never the current one.

        The grace period is for readers that are still at them. Shared files live on in the other snapshots.
        """
        before = datetime.now(UTC) - timedelta(days=days)
        gone = [name for name, since in self._superseded() if since < before]
        for name in gone:
            hidden = self.folder / f".building-gone-{name}"
            (self.folder / name).rename(hidden)
            shutil.rmtree(hidden, ignore_errors=True)
        return gone

    def _superseded(self) -> Iterator[tuple[str, datetime]]:
        """Every snapshot but the current one, and when it ceased to be current at the latest."""
        current, ids = self.current(), self.ids()
        manifests = {name: self.manifest(name) for name in ids}
        created = {name: datetime.fromisoformat(manifest["created"]) for name, manifest in manifests.items()}
        flipped = datetime.fromtimestamp(os.lstat(self.root / "current").st_mtime, UTC)
        for name in ids:
            later = [created[other] for other in ids if other > name]
            # after a roll-back it was current again, until one was built on it
            built_on_it = [created[other] for other in ids if manifests[other]["parent"] == name]
            if name != current:
                yield name, max([min(later), *built_on_it]) if later else flipped

    def verify(self, snapshot: str) -> Iterator[str]:
        """Each thing that is not as the manifest says: files, hashes, counts, columns. Nothing for a whole snapshot."""
        try:
            manifest = self.manifest(snapshot)
        except (OSError, ValueError) as error:
            yield f"{MANIFEST} cannot be read: {error}"
            return
        folder = self.folder / snapshot
        for name in (INDEX_NAME, "datapackage.json", "numerate.sql"):
            if not (folder / name).is_file():
                yield f"{name} is missing"
        for name, entry in manifest["tables"].items():
            yield from _wrong_table(folder / name, entry, _columns(name, entry, manifest))


def _columns(name: str, entry: Mapping[str, Any], manifest: Mapping[str, Any]) -> Mapping[str, str]:
    """The columns that a table of a snapshot must have: those of today for a snapshot of today's schema."""
    if manifest["schema_version"] == SCHEMA_VERSION and name in TABLES:
        return arrow_types(TABLES[name].arrow)
    columns: Mapping[str, str] = entry["columns"]
    return columns


def arrow_types(schema: pa.Schema) -> dict[str, str]:
    """The columns of a table and their types, as the manifest has them. Parquet calls the items of a list elements.

    >>> arrow_types(pa.schema([("unit", pa.string()), ("flags", pa.list_(pa.field("element", pa.string())))]))
    {'unit': 'string', 'flags': 'list<item: string>'}
    """
    return {field.name: str(field.type).replace("<element: ", "<item: ") for field in schema}


def _wrong_table(folder: Path, entry: Mapping[str, Any], columns: Mapping[str, str]) -> Iterator[str]:
    named = {part["name"] for part in entry["files"]}
    for path in sorted(folder.glob("*")):
        if path.name not in named:
            yield f"{folder.name}/{path.name} is not in the manifest; readers of whole folders take it for data"
    for part in entry["files"]:
        yield from _wrong(folder / part["name"], part, columns)
    if sum(part["rows"] for part in entry["files"]) != entry["rows"]:
        yield f"{folder.name}: the files do not add up to {entry['rows']} rows"


def _wrong(path: Path, part: Mapping[str, Any], columns: Mapping[str, str]) -> Iterator[str]:
    where = f"{path.parent.name}/{path.name}"
    if not path.is_file():
        yield f"{where} is missing"
        return
    with open(path, "rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != part["sha256"]:
            yield f"{where} is not what was published: its hash differs"
            return
    file = pq.ParquetFile(path)
    if file.metadata.num_rows != part["rows"]:
        yield f"{where} has {file.metadata.num_rows} rows, not {part['rows']}"
    if (found := arrow_types(file.schema_arrow)) != dict(columns):
        differing = sorted(set(found.items()) ^ set(columns.items())) or "their order"
        yield f"{where} has other columns than its table: {differing}"


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


def merge(work: Merge) -> dict[str, ShardFile]:
    """Writes one shard from its old rows and the staged ones; tables without a row have no file."""
    merged = {table.name: rows for table in STAGED if (rows := _merged_rows(work, table)).num_rows}
    return {name: write_shard(TABLES[name], rows, work.shard, work.folder) for name, rows in merged.items()}


def _merged_rows(work: Merge, table: Table) -> pa.Table:
    parts = [*_old_rows(work, table), *_staged_rows(work, table)]
    if table is quarantine.QUARANTINE:
        refused = [quarantine.refused(source, Refusal(reason, detail)) for source, reason, detail in work.refused]
        parts.append(table.arrow_table(refused))
    return pa.concat_tables(parts) if parts else table.arrow_table([])


def _old_rows(work: Merge, table: Table) -> Iterator[pa.Table]:
    """The published rows that stay; files that were refused without an id are looked at anew in every run."""
    if old := work.old.get(table.name):
        rows = pq.read_table(old, schema=table.arrow, partitioning=None)
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
        return list(_known(pa.ipc.open_file(source).read_all().to_pylist()))


def _known(rows: Iterable[Mapping[str, Any]]) -> Iterator[Known]:
    return (Known(row["doc_id"], tuple(row["sources"]), row["outcome"]) for row in rows)


def link_or_copy(source: Path, target: Path) -> None:
    """Shares a file between snapshots; copies where the file system knows no hard links."""
    target.parent.mkdir(exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def write_index(folder: Path, known: Iterable[Known]) -> None:
    """The memory of a snapshot: which documents it holds, and what was refused. Equal entries give equal bytes."""
    entries = iter(known)
    with pq.ParquetWriter(folder / INDEX_NAME, INDEX, compression="zstd") as writer:
        while chunk := [asdict(entry) for entry in islice(entries, _INDEX_ROWS)]:
            writer.write_table(pa.Table.from_pylist(chunk, schema=INDEX))


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
