"""One run at a time writes a ``processed/``. The lock goes with its process: whatever kills a run frees it."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flows.outcome import BusyError

LOCK = ".lock"


@contextmanager
def exclusive(processed: Path, *, wait: bool, say: Callable[[str], None]) -> Iterator[None]:
    """Holds the lock of a folder. Waits for another run, saying once for whom, or refuses.

    Raises:
        BusyError: another run holds it and ``wait`` is false.
    """
    processed.mkdir(parents=True, exist_ok=True)
    with open(processed / LOCK, "a+", encoding="utf-8") as file:
        _acquire(file.fileno(), processed, wait, say)
        file.seek(0)
        file.truncate()
        file.write(json.dumps({"host": socket.gethostname(), "pid": os.getpid(), "since": _now()}))
        file.flush()
        yield
        file.seek(0)
        file.truncate()


def _acquire(descriptor: int, processed: Path, wait: bool, say: Callable[[str], None]) -> None:
    told = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except OSError:
            holder = _holder(processed)
        if not wait:
            raise BusyError(f"{holder} is writing {processed}; without --no-wait this run would wait its turn")
        if not told:
            say(f"waiting: {holder} is writing {processed}")
            told = True
        time.sleep(0.2)


def _holder(processed: Path) -> str:
    try:
        entry = json.loads((processed / LOCK).read_text("utf-8"))
        return f"process {entry['pid']} on {entry['host']} (since {entry['since']})"
    except (OSError, ValueError, KeyError):
        return "another run"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
