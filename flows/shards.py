"""The Parquet files of a snapshot: each holds the rows of one shard of a table, and is named by its content."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from extractors.reading import Refusal
from flows.staging import STAGED, staged_rows
from schemas import quarantine
from schemas.catalog import TABLES
from schemas.migrations import upgraded
from schemas.table import Table

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
    """One shard to be written anew, in every table: the old files without some documents, and rows from batches.

    ``old`` is the published file by table, ``staged`` the batches and which documents of each, ``refused`` the source,
    reason and detail of files that were refused before they were read. The old files are of some version of the schema.
    """

    shard: int
    old: Mapping[str, str]
    schema_version: str
    dropped: frozenset[str]
    staged: tuple[tuple[str, frozenset[str]], ...]
    refused: tuple[tuple[str, str, str], ...]
    folder: str


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
        rows = upgraded(table, pq.read_table(old, partitioning=None), work.schema_version)
        gone = pc.is_in(rows["doc_id"], pa.array(sorted(work.dropped), pa.string()))
        yield rows.filter(pc.and_not(pc.is_valid(rows["doc_id"]), gone))


def _staged_rows(work: Merge, table: Table) -> Iterator[pa.Table]:
    for path, wanted in work.staged:
        rows = staged_rows(path, table)
        mine = pc.and_(
            pc.equal(rows["shard"], work.shard), pc.is_in(rows["doc_id"], pa.array(sorted(wanted), pa.string()))
        )
        yield rows.filter(mine).drop_columns("shard").cast(table.arrow)
