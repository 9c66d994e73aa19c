"""How long comparing figures takes: `python -m benchmarks.consistency [FIGURES] [WORKERS]`.

Made-up figures over a document for each twenty and an entity for each two hundred: levels, changes and growth of forty
indicators over ten years, one in a thousand of them wrong. The bar for a million: 60 s and 4 GB.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.crosscheck import crosscheck, gather
from flows.pieces import run_here
from flows.workers import Workers
from schemas.consistency import COLUMNS
from schemas.figures import FIGURES

SHARDS = 64


def rows(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """So many figures, in threes: a level, its change and its growth on the year before."""
    chance = random.Random(seed)
    for number in range(0, count, 3):
        entity, indicator, year = number % (count // 200), chance.randrange(40), 2010 + chance.randrange(10)
        base = 100 + (entity * 37 + indicator * 11) % 900
        level, before = base * 1.05 ** (year - 2010), base * 1.05 ** (year - 2011)
        level *= 1.5 if chance.random() < 0.001 else 1.0
        where = {"doc_id": f"{number // 20:024x}", "source": f"doc{number // 20}.txt", "start": number % 20}
        common = {"entity": f"Place {entity}", "indicator": f"indicator {indicator}", "indicator_key": f"i{indicator}"}
        period = {
            "period_start": date(year, 1, 1),
            "period_end": date(year, 12, 31),
            "status": "actual",
            "bound": "exact",
        }
        sentence = (
            f"In {year}, it reached {level:.2f} tons, {level - before:.2f} more, up 5.0 percent, number {number}."
        )
        told = [
            (f"{level:.2f} tons", level, "t", "level", None),
            (f"{level - before:.2f}", level - before, "t", "change_abs", "year_on_year"),
            ("5.0 percent", 5.0, "percent", "growth_rate", "year_on_year"),
        ]
        for place, (quote, value, unit, kind, basis) in enumerate(told):
            yield (
                where
                | common
                | period
                | {
                    "figure_id": f"{number + place:024x}",
                    "quote": quote,
                    "sentence": sentence,
                    "value": round(value, 2),
                }
                | {"unit": unit, "kind": kind, "basis": basis, "rule": "amount", "period_from": "stated"}
            )


def write(folder: Path, count: int) -> list[str]:
    """The figures as shards; their paths."""
    schema = pa.schema([FIGURES.arrow.field(name) for name in FIGURES.columns if name in COLUMNS])
    files: list[str] = []
    batch: list[dict[str, Any]] = []
    for row in rows(count):
        batch.append({name: row.get(name) for name in schema.names})
        if len(batch) >= count // SHARDS:
            files.append(str(folder / f"part-{len(files)}.parquet"))
            pq.write_table(pa.Table.from_pylist(batch, schema=schema), files[-1], compression="zstd")
            batch = []
    return files


def main(count: int, workers: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = write(folder, count)
        started = time.perf_counter()
        with Workers(workers) if workers else nullcontext() as pool:
            run_all = pool.map if pool else run_here
            found = crosscheck(files, count, folder, SHARDS, run_all)
            compared = time.perf_counter() - started
            tables = gather(folder, None, SHARDS, run_all)
            seconds = time.perf_counter() - started
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    known = sum(file.rows for file in tables["observations"])
    print(f"{count:,} figures, {workers} workers: {compared:.0f} s to compare, {seconds:.0f} s with writing")
    print(f"peak of a process {peak:.0f} MB")
    print(f"{found.severities.total():,} findings, {known:,} observations")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, int(sys.argv[2]) if len(sys.argv) > 2 else 2)
