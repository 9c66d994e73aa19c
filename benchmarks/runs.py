"""What a run costs beside bare extraction: `python -m benchmarks.runs overhead|workers|memory|many|line [MEGABYTES]`.

Bare extraction is two processes that read and extract half of the pages each, and do nothing else. Runs are those of
the command line, with a Prefect home of their own, in a folder of the temporary directory that is removed afterwards.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import corpus

NUMERATE = str(Path(sys.executable).parent / "numerate")
BARE = """
import sys, time
from pathlib import Path
from extractors.pipeline import extract
from extractors.reading import local_source, read
from flows.batch import warm_up
warm_up()
print("ready", flush=True)
sys.stdin.readline()
files = sorted(Path(sys.argv[1]).rglob("*.txt"))[int(sys.argv[2])::2]
figures = sum(len(extract(read(local_source(path))).figures) for path in files)
print(figures, flush=True)
"""


@dataclass(frozen=True)
class Run:
    """One run of the command: wall seconds, largest memory of the process of the run in MB, its seconds by stage."""

    seconds: float
    peak: float
    stages: str


def bare(raw: Path) -> float:
    """Wall seconds that two bare processes need for the pages, from when both are ready."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", BARE, str(raw), str(half)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for half in (0, 1)
    ]
    for process in started:
        assert process.stdout
        process.stdout.readline()
    start = time.perf_counter()
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda process: process.communicate("go\n"), started))
    return time.perf_counter() - start


def run(raw: Path, folder: Path, *options: str) -> Run:
    """`numerate run` into a new folder; the peak is that of the process itself, without its workers and the server."""
    processed = folder / "processed"
    shutil.rmtree(processed, ignore_errors=True)
    environment = {**os.environ, "PREFECT_HOME": str(folder / "prefect")}
    start = time.perf_counter()
    command = [NUMERATE, "run", str(raw), str(processed), *options]
    process = subprocess.Popen(command, env=environment | {"COLUMNS": "200"}, stdout=subprocess.PIPE, text=True)
    peak, done = [0.0], threading.Event()
    watch = threading.Thread(target=_watch, args=(process.pid, peak, done))
    watch.start()
    shown = process.communicate()[0]
    seconds = time.perf_counter() - start
    done.set()
    watch.join()
    if process.returncode:
        raise SystemExit(f"the run ended with {process.returncode}")
    stages = next(line for line in shown.splitlines() if "discover" in line)
    return Run(seconds, peak[0], stages.strip("│ \n"))


def _watch(pid: int, peak: list[float], done: threading.Event) -> None:
    while not done.wait(0.2):
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            return
        if "VmHWM:" in status:
            peak[0] = int(status.split("VmHWM:")[1].split()[0]) / 1000


@contextmanager
def scratch(megabytes: float, dense: float = 1.0) -> Iterator[tuple[Path, Path]]:
    """A folder to work in, and a raw folder with so much text in it."""
    with tempfile.TemporaryDirectory(prefix="numerate-") as name:
        folder = Path(name)
        corpus.write(folder / "raw", megabytes, dense=dense)
        yield folder, folder / "raw"


def overhead(megabytes: float = 40, dense: float = 1.0) -> None:
    """A run of two workers against two bare processes; the fixed start is a run over one page."""
    with scratch(megabytes, dense) as (folder, raw):
        corpus.write(folder / "one", 0.001)
        run(folder / "one", folder)  # makes the home of Prefect
        starts = [run(folder / "one", folder, "--workers", "2").seconds for _ in range(3)]
        start = statistics.median(starts)
        plain = bare(raw)
        whole = run(raw, folder, "--workers", "2")
        added = (whole.seconds - start) / plain - 1
        print(f"{megabytes:g} MB, dense {dense:g}: bare {plain:.1f} s, run {whole.seconds:.1f} s, start {start:.1f} s")
        print(f"added to bare extraction besides the start: {added:.1%}; {whole.stages}")


def workers(megabytes: float = 6, rounds: float = 5) -> None:
    """Two workers of the pool against two bare processes, in turn, both warm."""
    with scratch(megabytes) as (folder, raw):
        ratios = []
        for number in range(int(rounds)):
            plain = bare(raw)
            pooled = _pooled(raw, folder / f"p{number}")
            ratios.append(plain / pooled)
            print(f"bare {plain:.2f} s, two workers {pooled:.2f} s: {ratios[-1]:.3f}", flush=True)
        print(f"median {statistics.median(ratios):.3f}")


def _pooled(raw: Path, processed: Path) -> float:
    from flows.run import make_ready, take_stock, tasks
    from flows.settings import Settings
    from flows.workers import Workers

    settings = Settings(str(raw), str(processed), workers=2)
    batches = list(tasks(make_ready(settings, take_stock(settings))))
    with Workers(2) as pool, ThreadPoolExecutor(4) as threads:
        list(pool.map(time.sleep, [0.5] * 4))  # both have started
        start = time.perf_counter()
        list(threads.map(pool.run, batches))
        return time.perf_counter() - start


def memory(megabytes: float = 100, dense: float = 0.05) -> None:
    """The peak of the process of a run over so much text, and over four times as much."""
    peaks = []
    for size in (megabytes, 4 * megabytes):
        with scratch(size, dense) as (folder, raw):
            done = run(raw, folder, "--workers", "2")
            peaks.append(done.peak)
            print(f"{size:g} MB: {done.seconds:.0f} s, peak of the run's process {done.peak:.0f} MB", flush=True)
    print(f"four times the text: {peaks[1] / peaks[0] - 1:+.1%}")


def many(files: float = 100_000) -> None:
    """So many files of one sentence, then again with nothing new."""
    with tempfile.TemporaryDirectory(prefix="numerate-") as name:
        folder, raw = Path(name), Path(name) / "raw"
        for number in range(int(files)):
            below = raw / f"{number // 1000:04d}"
            below.mkdir(parents=True, exist_ok=True)
            (below / f"{number}.txt").write_text(
                f"In 2020, the GDP of city {number} reached {number}.5 billion yuan.\n"
            )
        first = run(raw, folder, "--workers", "2")
        print(f"{files:g} files: {first.seconds:.0f} s, peak {first.peak:.0f} MB; {first.stages}")
        start = time.perf_counter()
        subprocess.run(
            [NUMERATE, "run", str(raw), str(folder / "processed"), "--quiet"],
            env={**os.environ, "PREFECT_HOME": str(folder / "prefect")},
            check=True,
        )
        print(f"again, nothing new: {time.perf_counter() - start:.0f} s")


def line(megabytes: float = 50) -> None:
    """One line of so much text."""
    with tempfile.TemporaryDirectory(prefix="numerate-") as name:
        folder, raw = Path(name), Path(name) / "raw"
        raw.mkdir()
        text = " ".join(" ".join(page.split()) for page in corpus.pages(megabytes, dense=0.3))
        (raw / "line.txt").write_text(text, "utf-8")
        done = run(raw, folder, "--workers", "1", "--seconds-per-document", "600")
        largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
        print(f"one line of {megabytes:g} MB: {done.seconds:.0f} s, largest process {largest:.0f} MB")


if __name__ == "__main__":
    measures = {"overhead": overhead, "workers": workers, "memory": memory, "many": many, "line": line}
    measures[sys.argv[1]](*map(float, sys.argv[2:]))  # type: ignore[operator]
