"""Ctrl-C and SIGTERM: a run that is told to stop cleans up behind it and says so."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from flows.outcome import RunError


@contextmanager
def interruptible() -> Iterator[None]:
    """Turns Ctrl-C and SIGTERM into an error with a message.

    A process that SIGTERM merely ended would leave behind the server that Prefect has started.

    Raises:
        RunError: the run was told to stop.
    """
    here = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, _interrupt) if here else None
    try:
        yield
    except KeyboardInterrupt:
        raise RunError(
            "interrupted; nothing was published. What was finished is kept: the next run goes on from there"
        ) from None
    finally:
        if here:
            signal.signal(signal.SIGTERM, before or signal.SIG_DFL)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
