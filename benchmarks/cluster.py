"""What a second worker of a cluster brings, and what a batch costs: `python -m benchmarks.cluster [MEGABYTES]`.

A scheduler and workers with one thread each, all of them processes of this machine; the pages are read by one worker,
then by two. The cost of a batch is that of one with a single empty page, of many in a row.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from benchmarks import corpus
from flows.cluster import Cluster
from flows.run import make_ready, take_stock, tasks
from flows.settings import Settings

_EMPTY = 200


@contextmanager
def cluster(workers: int) -> Iterator[Cluster]:
    """A scheduler with so many workers, and what a run makes of it."""
    with tempfile.TemporaryDirectory(prefix="numerate-") as folder:
        told = Path(folder) / "scheduler.json"
        started = [_start("scheduler", "--port", "0", "--scheduler-file", str(told))]
        while not told.exists():
            time.sleep(0.1)
        where = ("--scheduler-file", str(told), "--nthreads", "1", "--no-nanny", "--local-directory", folder)
        started += [_start("worker", *where) for _ in range(workers)]
        address = told.read_text().partition('"address": "')[2].partition('"')[0]
        try:
            with Cluster(address, 1) as found:
                while found.count < workers:
                    time.sleep(0.1)
                yield found
        finally:
            for process in reversed(started):
                process.terminate()
                process.wait()


def _start(what: str, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--host", "127.0.0.1", "--no-dashboard"]
    return subprocess.Popen([*command, *arguments], stderr=subprocess.DEVNULL)


def seconds(found: Cluster, raw: Path, processed: Path, **settings: int) -> float:
    """Wall seconds for all batches of a raw folder, every process warm."""
    batches = list(tasks(make_ready(asked := Settings(str(raw), str(processed), **settings), take_stock(asked))))  # type: ignore[arg-type]
    with ThreadPoolExecutor(2 * found.count) as threads:
        list(threads.map(found.run, batches[: found.count]))
        start = time.perf_counter()
        list(threads.map(found.run, batches))
        return time.perf_counter() - start


def main(megabytes: float = 4) -> None:
    with tempfile.TemporaryDirectory(prefix="numerate-") as name:
        folder = Path(name)
        corpus.write(folder / "raw", megabytes)
        (folder / "empty").mkdir()
        for number in range(_EMPTY):
            (folder / "empty" / f"{number}.txt").write_text(f"Page {number}.\n")
        took = {}
        for workers in (1, 2):
            with cluster(workers) as found:
                runs = [
                    seconds(found, folder / "raw", folder / f"p{workers}{n}", batch_bytes=250_000) for n in range(3)
                ]
                took[workers] = statistics.median(runs)
                print(f"{workers} workers: {took[workers]:.1f} s, {megabytes / took[workers]:.3f} MB/s", flush=True)
                if workers == 1:
                    empty = seconds(found, folder / "empty", folder / "pe", batch_bytes=1)
                    print(f"a batch costs {1000 * empty / _EMPTY:.1f} ms besides its pages", flush=True)
        print(f"two workers are {took[1] / took[2]:.2f} times as fast as one")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
