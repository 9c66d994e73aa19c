"""Batches between worker and snapshot: each a folder of Arrow files that is there whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from flows.durable import sync_all
from flows.ledger import Known
from schemas import documents, edits, figures, quarantine
from schemas.keys import shard_of
from schemas.table import Table

STAGED: tuple[Table, ...] = (figures.FIGURES, documents.DOCUMENTS, edits.EDITS, quarantine.QUARANTINE)
INDEX = pa.schema(
    [
        ("doc_id", pa.string()),
        ("sources", pa.list_(pa.string())),
        ("outcome", pa.string()),
        ("version", pa.string()),
    ]
)
_INDEX_FILE = "index.arrow"


def stage(target: Path, tables: Mapping[str, pa.Table], index: list[dict[str, Any]], shards: int) -> None:
    """Writes a batch beside its place and moves it there, whole and on disk."""
    building = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    places = {entry["doc_id"]: shard_of(entry["sources"][0], shards) for entry in index}
    for name, rows in tables.items():
        _write(building / f"{name}.arrow", _placed(rows, places))
    _write(building / _INDEX_FILE, pa.Table.from_pylist(index, schema=INDEX))
    sync_all(building)
    shutil.rmtree(target, ignore_errors=True)
    building.rename(target)


def _placed(table: pa.Table, places: Mapping[str, int]) -> pa.Table:
    """The table with a column that says which shard each row belongs to: that of its document."""
    shards = [places[doc_id] for doc_id in table["doc_id"].to_pylist()]
    return table.append_column("shard", pa.array(shards, pa.int32()))


def _write(path: Path, table: pa.Table) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def staged(folder: Path) -> Iterator[tuple[str, list[Known]]]:
    """The batches that are staged in a folder, and what each holds. One that cannot be opened is removed."""
    for batch in sorted(folder.glob("[!.]*")):
        try:
            entries = read_index(batch)
            for table in STAGED:
                with pa.memory_map(str(batch / f"{table.name}.arrow")) as source:
                    pa.ipc.open_file(source)
        except (OSError, pa.ArrowException):
            remove(batch)
        else:
            yield str(batch), entries


def read_index(batch: Path) -> list[Known]:
    """The documents of one staged batch and what became of them."""
    with pa.memory_map(str(batch / _INDEX_FILE)) as source:
        return list(known(pa.ipc.open_file(source).read_all().to_pylist()))


def known(rows: Iterable[Mapping[str, Any]]) -> Iterator[Known]:
    """The entries of an index, a batch's or a snapshot's."""
    return (Known(row["doc_id"], tuple(row["sources"]), row["outcome"], row["version"]) for row in rows)


def staged_rows(batch: str, table: Table) -> pa.Table:
    """The rows of a table in one batch, with the column ``shard``."""
    with pa.memory_map(f"{batch}/{table.name}.arrow") as source:
        return pa.ipc.open_file(source).read_all()


def remove(path: Path) -> None:
    """Removes a file or a folder with what is in it; what cannot be removed stays."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
