"""A million rows checked, published and read: `python -m benchmarks.dataset [FIGURES] [WORKERS]`.

The rows are made up: ten kinds of quotes over a document for each twenty figures, one figure in a thousand wrong. What
is timed is checking them and writing the shards. The bar for a million: 15 s and 2 GB on two cores, and 3 s to read
them by pandas.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import schemas
from flows.shards import write_shard
from flows.workers import Workers
from schemas.figures import FIGURES
from schemas.keys import SHARDS
from schemas.row_checks import EXAMPLE, saying
from schemas.validation import validate
from schemas.version import SCHEMA_VERSION

_UNITS = ("CNY", "km2", "percent", "count:school", "t", "kWh", "USD", "mu", "count:bed/1000_person", "m")


@dataclass(frozen=True)
class Piece:
    """So many figures of one shard."""

    shard: int
    count: int
    folder: str


def rows(piece: Piece) -> Iterator[dict[str, Any]]:
    """Good rows, and one in a thousand whose value is not what its quote says."""
    for number in range(piece.count):
        name = f"{piece.shard}-{number}"
        amount, unit = number % 9_973 + 0.5, _UNITS[number % len(_UNITS)]
        row = {**EXAMPLE, **saying(f"{amount} {unit.partition(':')[2] or unit}", amount, unit)}
        row |= {"figure_id": f"{piece.shard:04x}{number:020x}", "doc_id": f"{piece.shard:04x}{number // 20:020x}"}
        row |= {"source": f"city{piece.shard}/page{number // 20}.txt", "indicator_key": f"i{number % 997}"}
        row |= {"sentence": f"In 2020, the indicator {name} of the city of Qinghe reached {amount} {unit}, it said."}
        yield row | ({"value": 1.0} if number % 1000 == 7 else {})


def publish(piece: Piece) -> tuple[dict[str, Any], float]:
    """Checks and writes a shard; the seconds without those for making the rows up."""
    records = list(rows(piece))
    started = time.perf_counter()
    checked = validate(FIGURES, records, [row["source"] for row in records], ["" for _ in records])
    assert len(checked.quarantined) == len(range(7, piece.count, 1000)), checked.quarantined[:1]
    file = write_shard(FIGURES, checked.good, piece.shard, piece.folder)
    return asdict(file), time.perf_counter() - started


def main(count: int, workers: int) -> None:
    with tempfile.TemporaryDirectory(prefix="numerate-") as name:
        snapshot = Path(name) / "snapshots" / "one"
        snapshot.mkdir(parents=True)
        pieces = [Piece(shard, count // SHARDS, str(snapshot)) for shard in range(SHARDS)]
        with Workers(workers) as pool:
            list(pool.map(publish, [Piece(number, 10, name) for number in range(4 * workers)]))  # they have started
            found = list(pool.map(publish, pieces))
        seconds = sum(each for _, each in found) / workers
        manifest = {"schema_version": SCHEMA_VERSION, "tables": {"figures": {"files": [file for file, _ in found]}}}
        (snapshot / "manifest.json").write_text(json.dumps(manifest))
        (Path(name) / "current").symlink_to("snapshots/one")
        megabytes = sum(file["bytes"] for file, _ in found) / 1e6
        peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
        print(f"{count:,} figures, {workers} workers: {seconds:.1f} s to check and write {megabytes:.0f} MB")
        print(f"peak of a process {peak:.0f} MB")
        for columns in (None, ["entity", "indicator_key", "period_end", "value", "unit"]):
            started = time.perf_counter()
            frame = schemas.read(name, "figures", columns=columns)
            took = time.perf_counter() - started
            print(f"pandas, {'all' if columns is None else len(columns)} columns: {took:.1f} s, {len(frame):,} rows")


if __name__ == "__main__":
    main(*map(int, (sys.argv[1:] + ["1000000", "2"][len(sys.argv) - 1 :])[:2]))
