"""Whatever is killed, the last snapshot stays whole and the next run does the rest."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest

import schemas
from flows.lock import exclusive
from flows.outcome import RefusedError
from flows.snapshots import Snapshots
from tests.flows.conftest import PAGE, TIMEOUT, Numerate, shard_bytes

pytestmark = pytest.mark.server


def test_workers_end_with_their_parent_and_the_run_is_reaped(
    small_pages: Path, processed: Path, hook: None, server: str, numerate: Numerate
) -> None:
    (small_pages / "hang.txt").write_text("This never comes back.")
    process = start(small_pages, processed, server)
    workers = wait_for(lambda: children(process.pid))
    wait_for(lambda: list((processed / ".staging").glob("*/.at.*")))
    process.kill()
    process.wait()
    wait_for(lambda: not any(Path(f"/proc/{worker}").exists() and not zombie(worker) for worker in workers))
    assert "its process is gone" in numerate("runs").out
    assert "1 marked as crashed" in numerate("runs", "--reap").out
    listed = numerate("runs").out
    assert "Crashed" in listed
    assert "its process is gone" not in listed
    assert numerate("runs", "--reap").out == "no run has died\n"


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_run_told_to_stop_stops_soon_and_says_so(
    sent: signal.Signals, small_pages: Path, processed: Path, hook: None, server: str, tmp_path: Path
) -> None:
    (small_pages / "hang.txt").write_text("This never comes back.")
    with open(tmp_path / "said", "w+") as said:
        process = start(small_pages, processed, server, stderr=said)
        wait_for(lambda: list((processed / ".staging").glob("*/.at.*")))
        process.send_signal(sent)
        assert process.wait(30) == 3
        said.seek(0)
        assert "nothing was published" in said.read()
    assert not children(process.pid)
    assert not (processed / "current").exists()


@pytest.mark.sweep
def test_the_server_of_a_killed_run_is_ended(small_pages: Path, processed: Path, hook: None, tmp_path: Path) -> None:
    """With an embedded server, in a Prefect home of its own: the next command for that home ends it."""
    (small_pages / "hang.txt").write_text("This never comes back.")
    home = {"PREFECT_HOME": str(tmp_path / "home"), "PREFECT_API_URL": ""}
    environment = {name: value for name, value in (os.environ | home).items() if value}
    arguments = ["run", str(small_pages), str(processed), "--workers", "1", "-q"]
    process = subprocess.Popen([sys.executable, "-m", "flows.cli", *arguments], env=environment)
    wait_for(lambda: list((processed / ".staging").glob("*/.at.*")), 120)
    (server_process,) = servers(tmp_path / "home")
    process.kill()
    process.wait()
    assert servers(tmp_path / "home") == [server_process]
    reaped = subprocess.run(
        [sys.executable, "-m", "flows.cli", "runs", "--reap"], env=environment, capture_output=True, check=True
    )
    assert b"1 marked as crashed" in reaped.stdout
    wait_for(lambda: not servers(tmp_path / "home"))


def servers(home: Path) -> list[int]:
    """The Prefect servers of a home."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if b"prefect.server" in (path / "cmdline").read_bytes():
                found += [int(path.name)] * (str(home).encode() in (path / "environ").read_bytes())
        except OSError:
            continue
    return found


@pytest.mark.sweep
def test_a_small_run_that_a_document_killed_goes_on_in_workers(
    small_pages: Path, processed: Path, hook: None, numerate: Numerate
) -> None:
    (small_pages / "bomb.txt").write_text("This ends its process.")
    steps = "from flows.run import *; from flows.batch import process_batch; s = Settings(*sys.argv[1:])"
    steps = f"import sys; {steps}; w = make_ready(s, take_stock(s)); [process_batch(t) for t in tasks(w)]"
    killed = subprocess.run([sys.executable, "-c", steps, small_pages, processed], check=False)
    assert killed.returncode == -signal.SIGKILL
    ended = numerate("run", small_pages, processed)
    assert ended.status == 0, ended.err
    assert schemas.read(processed, "quarantine").reason.tolist() == ["crashed"]


def start(small_pages: Path, processed: Path, server: str, stderr: IO[str] | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "run", str(small_pages), str(processed), "--workers", "2", "-q"],
        env={**os.environ, "PREFECT_API_URL": server},
        start_new_session=True,
        stderr=stderr,
    )


def kill_at(moment: float, sent: int, process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(moment)
    except subprocess.TimeoutExpired:
        process.send_signal(sent)
        process.wait(TIMEOUT)


def check_kills(moments: list[float], small_pages: Path, folder: Path, server: str, numerate: Numerate) -> None:
    """Kills runs at some moments, each over the corpse of the one before; in the end nothing is lost or doubled."""
    for path in list(small_pages.iterdir())[::3]:
        path.write_text(path.read_text() + "This takes its time.")
    store = Snapshots(str(folder / "killed"))
    before = None
    for number, moment in enumerate(moments):
        kill_at(moment, signal.SIGTERM if number % 3 == 2 else signal.SIGKILL, start(small_pages, store.root, server))
        current = store.current()
        assert before is None or current is not None
        assert current is None or store.verify(current) == []
        before = current
        (small_pages / f"more{number}.txt").write_text(PAGE.format(f"more {number}", number, number))
    for target in (store.root, folder / "fresh"):
        ended = numerate("run", small_pages, target)
        assert ended.status == 0, ended.err
    assert shard_bytes(store.root) == shard_bytes(folder / "fresh")
    assert not list(store.root.rglob(".building*"))


def test_killed_runs_lose_and_double_nothing(
    small_pages: Path, tmp_path: Path, hook: None, server: str, numerate: Numerate
) -> None:
    check_kills([6.0, 9.0, 8.0], small_pages, tmp_path, server, numerate)


@pytest.mark.sweep
def test_killed_at_thirty_moments(
    small_pages: Path, tmp_path: Path, hook: None, server: str, numerate: Numerate
) -> None:
    chance = random.Random(20260101)
    check_kills([chance.uniform(2, 14) for _ in range(30)], small_pages, tmp_path, server, numerate)


def children(pid: int) -> list[int]:
    """The Python processes that a process has started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
            line = (path.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == pid and b"spawn_main" in line:
            found.append(int(path.parent.name))
    return found


def zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait_for(condition: Callable[[], Any], seconds: float = 60.0) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := condition():
            return answer
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def test_one_run_at_a_time(small_pages: Path, processed: Path, numerate: Numerate) -> None:
    said: list[str] = []
    with exclusive(processed, wait=False, say=said.append):
        with pytest.raises(RefusedError, match=f"process {os.getpid()}"), exclusive(processed, wait=False, say=print):
            pass
        assert numerate("run", small_pages, processed, "--no-wait").status == 4
        waiting = threading.Thread(target=wait_and_note, args=(processed, said))
        waiting.start()
        wait_for(lambda: said)
        assert f"process {os.getpid()}" in said[0]
    waiting.join(10)
    assert said[1:] == ["mine"]


def wait_and_note(processed: Path, said: list[str]) -> None:
    with exclusive(processed, wait=True, say=said.append):
        said.append("mine")


@pytest.mark.sweep
def test_no_space_left_publishes_nothing(small_pages: Path, tmp_path: Path, server: str, numerate: Numerate) -> None:
    """On a real file system that is full; skipped where none can be mounted."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2500k", "tmpfs", small], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no right to mount a small file system")
    try:
        assert numerate("run", small_pages, small / "p").status == 0
        before = shard_bytes(small / "p")
        for number in range(30):
            (small_pages / f"large{number}.txt").write_text(
                f"Page {number}. " + "The road to the city was long. " * 3000
            )
        ended = numerate("run", small_pages, small / "p", "--workers", "1")
        assert ended.status == 3
        assert "No space left" in ended.err
        assert "Traceback" not in ended.err
        assert shard_bytes(small / "p") == before
    finally:
        subprocess.run(["umount", "-l", small], check=False)
