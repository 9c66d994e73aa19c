"""Worker processes: who ends or holds up one is found, and the others are read."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

import schemas
from flows.batch import Task, in_flight_path, process_batch
from flows.pieces import run_here
from flows.run import Work, make_ready, publish, record, take_stock, tasks, worker_count
from flows.settings import Settings
from flows.workers import Workers


def ready(raw: Path, processed: Path) -> tuple[Work, Task]:
    """A run with one batch to do."""
    settings = Settings(str(raw), str(processed), seconds_per_document=5)
    work = make_ready(settings, take_stock(settings))
    (batch,) = tasks(work)
    return work, batch


def test_a_document_that_ends_or_holds_up_its_worker_is_found(
    small_pages: Path, processed: Path, hook: None, tmp_path: Path
) -> None:
    (small_pages / "bomb.txt").write_text("This ends its process.")
    (small_pages / "hang.txt").write_text("This never comes back.")
    (small_pages / "large.txt").write_text("This eats all memory.")
    work, batch = ready(small_pages, processed)
    with Workers(1) as workers:
        for done in workers.run(batch):
            record(work, done)
    publish(work, run_here)
    quarantine = schemas.read(processed, "quarantine")
    reasons = dict(zip(quarantine.source, quarantine.reason, strict=True))
    assert reasons == {"bomb.txt": "crashed", "hang.txt": "too_slow", "large.txt": "failed"}
    assert "MemoryError" in quarantine.check[quarantine.source == "large.txt"].item()
    assert len(schemas.read(processed, "documents")) == 12, "the rest completes"

    for name in ("bomb.txt", "hang.txt", "large.txt"):
        (small_pages / name).unlink()
    work, batch = ready(small_pages, tmp_path / "without")
    record(work, process_batch(batch))
    publish(work, run_here)
    figures = [
        schemas.read(folder, "figures").to_json(date_format="iso") for folder in (processed, tmp_path / "without")
    ]
    assert figures[0] == figures[1]


def test_what_a_dead_run_left_neither_kills_nor_blames_anybody(small_pages: Path, processed: Path) -> None:
    """The number of its process may belong to another by now, and its document may be done with."""
    work, batch = ready(small_pages, processed)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as bystander:
        word = in_flight_path(batch)
        word.parent.mkdir(parents=True)
        word.write_text(json.dumps({"doc_id": batch.items[0].doc_id, "pid": bystander.pid, "seconds": 0.1}))
        os.utime(word, (0, 0))
        with Workers(1) as workers:
            done = workers.run(batch)
        assert bystander.poll() is None
        bystander.kill()
    assert [part.documents for part in done] == [len(batch.items)]
    word.write_text("{}")
    work = make_ready(work.settings, take_stock(work.settings))
    assert not word.exists()
    assert worker_count(work) > 0, "it may have died of a document: that is read where it can do no harm"


@pytest.mark.parametrize("name", ["index.arrow", "figures.arrow"])
@pytest.mark.parametrize("length", [0, 30, None])
def test_a_staged_batch_that_cannot_be_opened_is_done_again(
    name: str, length: int | None, small_pages: Path, processed: Path
) -> None:
    work, batch = ready(small_pages, processed)
    damaged = Path(process_batch(batch).path) / name
    if length is None:
        damaged.unlink()
    else:
        damaged.write_bytes(damaged.read_bytes()[:length])
    (work.staging.parent / "a stray file").write_text("")
    work, again = ready(small_pages, processed)
    assert again == batch
    assert list(work.staging.parent.iterdir()) == [work.staging]
    record(work, process_batch(again))
    publish(work, run_here)


def own_process(_: int) -> int:
    return os.getpid()


def test_workers_give_way_to_new_ones() -> None:
    with Workers(1, renew_after=3) as workers:
        processes = list(workers.map(own_process, range(7)))
    assert [len(set(processes[start : start + 3])) for start in (0, 3)] == [1, 1]
    assert len(set(processes)) == 3


def end_once(flag: Path) -> int:
    """Ends its process the first time it is called."""
    if flag.exists():
        return 1
    flag.touch()
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def test_other_work_is_done_again_when_a_worker_ends(tmp_path: Path) -> None:
    with Workers(2) as workers:
        assert list(workers.map(end_once, [tmp_path / str(number) for number in range(3)])) == [1, 1, 1]


def test_a_run_that_failed_does_not_wait_for_its_workers() -> None:
    started = time.monotonic()
    with ThreadPoolExecutor(1) as threads:
        workers = Workers(1)
        future = threads.submit(next, workers.map(time.sleep, [120]))
        time.sleep(8)  # until it has begun
        workers.__exit__(KeyboardInterrupt)
        assert isinstance(future.exception(), BrokenProcessPool)
    assert time.monotonic() - started < 60
