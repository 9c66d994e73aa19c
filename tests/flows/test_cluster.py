"""Batches on a real Dask cluster: a scheduler and workers as processes of their own, one of them killed in mid-run."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO

import pytest

import schemas
from tests.flows.conftest import PAGE, Numerate, shard_bytes
from tests.flows.test_crashes import wait_for

pytestmark = pytest.mark.server


@dataclass(frozen=True)
class Dask:
    """The address of a scheduler, and the processes of its workers."""

    address: str
    workers: list[int]


@pytest.fixture
def dask(tmp_path: Path, hook: None) -> Iterator[Dask]:
    """A scheduler with two workers on loopback."""
    told = tmp_path / "scheduler.json"
    with open(tmp_path / "dask.log", "w") as log:
        scheduler = _start(log, "scheduler", "--port", "0", "--scheduler-file", str(told))
        wait_for(told.exists)
        arguments = ("--scheduler-file", str(told), "--nthreads", "1", "--no-nanny", "--local-directory", str(tmp_path))
        workers = [_start(log, "worker", *arguments) for _ in range(2)]
        try:
            yield Dask(json.loads(told.read_text())["address"], [worker.pid for worker in workers])
        finally:
            for process in (*workers, scheduler):
                process.terminate()
                process.wait(30)


def _start(log: IO[str], what: str, *arguments: str) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        f"distributed.cli.dask_{what}",
        *arguments,
        "--host",
        "127.0.0.1",
        "--no-dashboard",
    ]
    return subprocess.Popen(command, stdout=log, stderr=log)


@pytest.fixture
def pages(small_pages: Path) -> Path:
    """Good pages, one that ends its process, and one that never comes back."""
    for number in range(12, 120):
        (small_pages / f"page{number:03d}.txt").write_text(PAGE.format(number, number, number) * 3)
    (small_pages / "bomb.txt").write_text("This ends its process.")
    (small_pages / "hang.txt").write_text("This never comes back.")
    return small_pages


def test_a_cluster_gives_what_processes_give_though_a_worker_is_killed(
    dask: Dask, pages: Path, tmp_path: Path, numerate: Numerate
) -> None:
    options = ("--batch-bytes", "12000", "--seconds-per-document", "8", "--max-quarantine", "1", "-q")
    assert numerate("run", pages, tmp_path / "local", "--workers", "2", *options).status == 0

    there = tmp_path / "there"
    killer = Thread(target=_kill_one, args=(there, dask.workers[0]))
    killer.start()
    ended = numerate("run", pages, there, "--runner", "dask", "--address", dask.address, *options)
    killer.join()
    assert (ended.status, ended.err) == (0, "")

    assert shard_bytes(there) == shard_bytes(tmp_path / "local")
    quarantine = schemas.read(there, "quarantine")
    assert dict(zip(quarantine["source"], quarantine["reason"], strict=True)) == {
        "bomb.txt": "crashed",
        "hang.txt": "too_slow",
    }


def _kill_one(processed: Path, worker: int) -> None:
    """Kills a worker in the middle of its work: as soon as some batch is done."""
    wait_for(lambda: list((processed / ".staging").glob("*/[!.]*")), 120)
    os.kill(worker, signal.SIGKILL)


def test_what_cannot_be_had_is_said_in_a_line(
    pages: Path, processed: Path, numerate: Numerate, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import cluster

    monkeypatch.setattr(cluster, "PATIENCE", 1)
    ended = numerate("run", pages, processed, "--runner", "dask", "--address", "tcp://127.0.0.1:9")
    assert ended.status == 2
    assert "no Dask worker answers at tcp://127.0.0.1:9 within 1 s" in ended.err
    assert "Traceback" not in ended.err

    ended = numerate("run", pages, processed, "--address", "tcp://127.0.0.1:9")
    said = "numerate: --address tcp://127.0.0.1:9 is that of a Dask cluster; add --runner dask\n"
    assert (ended.status, ended.err) == (2, said)

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    ended = numerate("run", pages, processed, "--runner", "dask")
    said = "numerate: --runner dask needs Dask; `pip install 'numerate[dask]'` installs it\n"
    assert (ended.status, ended.err) == (2, said)
