"""Findings and observations of a snapshot: its figures compared with each other, in parts that fit into memory.

A part is all figures of some entities, so that nothing has to be compared across parts but rates of exchange, which are
a part of their own. Everything is worked out anew for each snapshot: an incremental run gives what a full one does.
"""

from __future__ import annotations

import gc
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from flows.shards import ShardFile, link_or_copy, write_shard
from schemas import findings, observations
from schemas.consistency import COLUMNS, check_entities, check_rates
from schemas.consistency.mentions import entity_key
from schemas.keys import shard_of
from schemas.table import SchemaError, Table

#: so many figures are looked at together: about 400 MB of memory
PART = 100_000
#: the number of the part that holds the amounts with an equivalent in another currency
RATES = -1
_WORST = 20


@dataclass(frozen=True, slots=True)
class Part:
    """Some entities' figures: those whose name hashes to ``number`` of ``parts``. The rows found go to ``folder``."""

    files: tuple[str, ...]
    number: int
    parts: int
    folder: str
    shards: int


@dataclass(slots=True)
class Found:
    """What a part came to: counts by severity, and the worst findings in words."""

    severities: Counter[str] = field(default_factory=Counter)
    worst: list[tuple[str, str]] = field(default_factory=list)


def parts(files: Iterable[str], figures: int, folder: Path, shards: int) -> Iterator[Part]:
    """The parts of a snapshot with so many figures."""
    named = tuple(files)
    count = max(1, ceil(figures / PART))
    for number in (*range(count), RATES):
        yield Part(named, number, count, str(folder), shards)


@contextmanager
def _without_collection() -> Iterator[None]:
    """No search for cycles among the many small objects of a part, where there are none: a sixth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_without_collection()
def look(part: Part) -> Found:
    """Compares the figures of a part, and leaves the rows found in its folder."""
    rows = _rows(part)
    if part.number == RATES:
        found, known = list(check_rates(rows)), []
    else:
        checked = check_entities(rows)
        found, known = checked.findings, checked.observations
    _leave(part, findings.FINDINGS, [findings.row(each) for each in found], _finding_key)
    _leave(part, observations.OBSERVATIONS, [observations.row(each) for each in known], _observation_key)
    return Found(
        Counter(each.severity for each in found), [(each.severity, each.explanation) for each in found[:_WORST]]
    )


def _finding_key(row: dict[str, Any]) -> str:
    return str(row["finding_id"])


def _observation_key(row: dict[str, Any]) -> str:
    return f"{row['entity']} {row['indicator_key']}"


def _rows(part: Part) -> Iterator[dict[str, Any]]:
    figures = ds.dataset(list(part.files), format="parquet", partitioning=None)
    if part.number == RATES:
        wanted = pc.match_substring_regex(pc.field("unit"), "^[A-Z]{3}$")
    else:
        names = pc.unique(figures.to_table(columns=["entity"])["entity"]).to_pylist()
        mine = [name for name in names if name is not None and _part_of(name, part.parts) == part.number]
        wanted = pc.field("entity").isin(pa.array(mine, pa.string()))
    for batch in figures.to_batches(columns=COLUMNS, filter=wanted):
        yield from batch.to_pylist()


def _part_of(name: str, parts: int) -> int:
    """Names that are compared as one are in one part."""
    return int.from_bytes(hashlib.sha256(str(entity_key(name)).encode()).digest()[:4]) % parts


def _leave(part: Part, table: Table, rows: list[dict[str, Any]], key: Callable[[dict[str, Any]], str]) -> None:
    arrow = table.arrow_table(rows)
    if faults := table.failures(table.frame(arrow)):
        raise SchemaError(f"a row of {table.name} is not as it must be: {faults[0].message}")
    placed = arrow.append_column("shard", pa.array([shard_of(key(row), part.shards) for row in rows], pa.int32()))
    path = Path(part.folder) / f".{table.name}.{part.number}.arrow"
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, placed.schema) as writer:
        writer.write_table(placed)


def gather(folder: Path, parent: Path | None) -> dict[str, list[ShardFile]]:
    """Writes the tables from what the parts left; shards that are as in the parent snapshot are shared with it."""
    return {table.name: _gathered(table, folder, parent) for table in (findings.FINDINGS, observations.OBSERVATIONS)}


def _gathered(table: Table, folder: Path, parent: Path | None) -> list[ShardFile]:
    left = sorted(folder.glob(f".{table.name}.*.arrow"))
    rows = pa.concat_tables(_read(path) for path in left)
    files = []
    for shard in sorted(pc.unique(rows["shard"]).to_pylist()) or [0]:
        mine = rows.filter(pc.equal(rows["shard"], shard)).drop_columns("shard").cast(table.arrow)
        file = write_shard(table, mine, shard, str(folder))
        _share(folder / table.name / file.name, parent)
        files.append(file)
    for path in left:
        path.unlink()
    return files


def _read(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()


def _share(file: Path, parent: Path | None) -> None:
    """Files are named by their content: one of the same name in the parent is the same."""
    twin = parent / file.parent.name / file.name if parent else None
    if twin and twin.is_file():
        shared = file.with_name(f".{file.name}")
        link_or_copy(twin, shared)
        os.replace(shared, file)


def summed(found: Iterable[Found]) -> Found:
    """All parts together, conflicts first."""
    total = Found()
    for each in found:
        total.severities += each.severities
        total.worst = sorted([*total.worst, *each.worst], key=lambda worst: _RANK[worst[0]])[:_WORST]
    return total


_RANK = {"conflict": 0, "magnitude": 1, "suspect": 2}
