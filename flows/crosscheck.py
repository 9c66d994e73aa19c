"""Findings and observations of a snapshot: its figures compared with each other, in parts that fit into memory.

A part is all figures of some entities, so that nothing has to be compared across parts but rates of exchange, which are
a part of their own. First the figures of each file are dealt to the parts, so that each is read once. Everything is
worked out anew for each snapshot: an incremental run gives what a full one does.
"""

from __future__ import annotations

import gc
import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.pieces import RunAll
from flows.shards import ShardFile, write_shard
from flows.sharing import link_or_copy
from schemas import findings, observations
from schemas.consistency import COLUMNS, Row, check_entities, check_rates
from schemas.consistency.mentions import entity_key
from schemas.keys import shard_of
from schemas.table import SchemaError, Table

#: so many figures are looked at together: few enough that no worker waits long for another at the end
PART = 25_000
_WORST = 20
#: so many shards are written together: what the parts left is opened anew for each such piece
_TOGETHER = 8
_TABLES = (findings.FINDINGS, observations.OBSERVATIONS)


@dataclass(frozen=True, slots=True)
class Deal:
    """A file of figures, to be dealt to so many parts. The part behind the last is money, for rates of exchange."""

    file: str
    parts: int
    folder: str


@dataclass(frozen=True, slots=True)
class Part:
    """Some entities' figures: those whose name hashes to ``number`` of ``parts``. The rows found go to ``folder``."""

    files: tuple[str, ...]
    number: int
    parts: int
    folder: str
    shards: int

    @property
    def is_money(self) -> bool:
        """Whether it is the part of all amounts of money, whoever's they are."""
        return self.number == self.parts


@dataclass(frozen=True, slots=True)
class Shards:
    """Some shards of the tables, to be written from what the parts left in a folder, or shared with the parent."""

    folder: str
    numbers: range
    parent: Path | None


@dataclass(slots=True)
class Found:
    """What a part came to: counts by severity, and the worst findings in words."""

    severities: Counter[str] = field(default_factory=Counter)
    worst: list[tuple[str, str]] = field(default_factory=list)


def crosscheck(files: Iterable[str], figures: int, folder: Path, shards: int, run_all: RunAll) -> Found:
    """Compares all figures of the files, so many together; what is found waits in the folder for ``gather``."""
    count = max(1, ceil(figures / PART))
    dealt = tuple(run_all(deal, (Deal(file, count, str(folder)) for file in files)))
    every = (Part(dealt, number, count, str(folder), shards) for number in range(count + 1))
    found = summed(run_all(look, every))
    for path in dealt:
        os.unlink(path)
    return found


def deal(work: Deal) -> str:
    """Writes the figures of a file part by part, a record batch each, into one file, and says which."""
    figures = pq.ParquetFile(work.file).read(columns=COLUMNS).combine_chunks()
    entity = figures["entity"].combine_chunks().dictionary_encode()
    part_of = pa.array([_part_of(name, work.parts) for name in entity.dictionary.to_pylist()], pa.int32())
    numbers = part_of.take(entity.indices)
    by_part = figures.take(pc.sort_indices(numbers)).combine_chunks()  # those of no entity come last
    path = Path(work.folder) / f".dealt.{Path(work.file).name}.arrow"
    # not compressed: with many parts that took longer than all the rest
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, figures.schema) as writer:
        start = 0
        for number in range(work.parts):
            count = pc.sum(pc.equal(numbers, number)).as_py() or 0
            _write(writer, by_part.slice(start, count))
            start += count
        _write(writer, figures.filter(pc.match_substring_regex(figures["unit"], "^[A-Z]{3}$")).combine_chunks())
    return str(path)


def _write(writer: pa.RecordBatchWriter, rows: pa.Table) -> None:
    """A record batch for the rows, also for none."""
    writer.write_batch((rows.to_batches() or [pa.RecordBatch.from_pylist([], rows.schema)])[0])


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
    if part.is_money:
        found, known = list(check_rates(rows)), []
    else:
        checked = check_entities(rows)
        found, known = checked.findings, checked.observations
    listed = findings.FINDINGS.arrow_table(findings.row(each) for each in found)
    _leave(part, findings.FINDINGS, listed, listed["finding_id"].to_pylist())
    of_whom = [f"{each.entity} {each.indicator_key}" for each in known]
    _leave(part, observations.OBSERVATIONS, observations.table(known), of_whom)
    return Found(
        Counter(each.severity for each in found), [(each.severity, each.explanation) for each in found[:_WORST]]
    )


def _rows(part: Part) -> Iterator[Row]:
    with ExitStack() as files:
        batches = [_batch(files.enter_context(pa.memory_map(path)), part.number) for path in part.files]
        columns = [_objects(column.combine_chunks()) for column in pa.Table.from_batches(batches).columns]
    return map(Row._make, zip(*columns, strict=True))


def _batch(source: pa.MemoryMappedFile, number: int) -> pa.RecordBatch:
    return pa.ipc.open_file(source).get_batch(number)


def _objects(column: pa.Array) -> list[Any]:
    """As Python objects; each text and day is made once, however often it stands there."""
    if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
        return column.to_pylist()  # type: ignore[no-any-return]
    encoded = column.dictionary_encode()
    values = [*encoded.dictionary.to_pylist(), None]
    places = encoded.indices.fill_null(len(values) - 1).to_numpy(zero_copy_only=False).tolist()
    return list(map(values.__getitem__, places))


def _part_of(name: str, parts: int) -> int:
    """Names that are compared as one are in one part."""
    return int.from_bytes(hashlib.sha256(str(entity_key(name)).encode()).digest()[:4]) % parts


def _leave(part: Part, table: Table, rows: pa.Table, keys: Iterable[str]) -> None:
    """Keeps the rows for ``gather``; what the hash of its key says is the shard of each."""
    if faults := table.failures(table.frame(rows)):
        raise SchemaError(f"a row of {table.name} is not as it must be: {faults[0].message}")
    placed = rows.append_column("shard", pa.array([shard_of(key, part.shards) for key in keys], pa.int32()))
    path = Path(part.folder) / f".{table.name}.{part.number}.arrow"
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, placed.schema) as writer:
        writer.write_table(placed)


def gather(folder: Path, parent: Path | None, shards: int, run_all: RunAll) -> dict[str, list[ShardFile]]:
    """Writes the tables from what the parts left; shards that are as in the parent snapshot are shared with it."""
    files: dict[str, list[ShardFile]] = {table.name: [] for table in _TABLES}
    pieces = (Shards(str(folder), range(n, min(n + _TOGETHER, shards)), parent) for n in range(0, shards, _TOGETHER))
    for written in run_all(gather_shards, pieces):
        for name, file in written:
            files[name].append(file)
    for table in _TABLES:
        files[table.name] = files[table.name] or [write_shard(table, table.arrow_table([]), 0, str(folder))]
        for path in folder.glob(f".{table.name}.*.arrow"):
            path.unlink()
    return files


def gather_shards(work: Shards) -> list[tuple[str, ShardFile]]:
    """The files of some shards, each with the name of its table; a shard without a row has none."""
    folder, written = Path(work.folder), []
    for table in _TABLES:
        rows = pa.concat_tables(_read(path) for path in sorted(folder.glob(f".{table.name}.*.arrow")))
        for number in work.numbers:
            mine = rows.filter(pc.equal(rows["shard"], number))
            if mine.num_rows:
                file = write_shard(table, mine.drop_columns("shard").cast(table.arrow), number, work.folder)
                _share(folder / table.name / file.name, work.parent)
                written.append((table.name, file))
    return written


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
