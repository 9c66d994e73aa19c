"""What a run shows while it works: a bar on a terminal, a line now and then elsewhere, an artifact in Prefect."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from flows import log

_EVERY = 2.0
_LINE_EVERY = 10.0


class Progress(Protocol):
    """Told how much of how much is done, in bytes, and what stage the run is at."""

    def stage(self, name: str) -> None: ...

    def done(self, amount: int, total: int) -> None: ...

    def say(self, message: str) -> None: ...


class Quiet:
    """Shows nothing."""

    def stage(self, name: str) -> None:
        """Nothing to show."""

    def done(self, amount: int, total: int) -> None:
        """Nothing to show."""

    def say(self, message: str) -> None:
        """Nothing to say."""


class Logged:
    """An event every ten seconds, for logs and pipes."""

    def __init__(self) -> None:
        self._shown: float | None = None

    def stage(self, name: str) -> None:
        """The stages of a run."""
        log.detail("stage", stage=name)

    def done(self, amount: int, total: int) -> None:
        now = time.monotonic()
        self._shown = self._shown or now
        if now - self._shown > _LINE_EVERY:
            self._shown = now
            log.event("progress", bytes=amount, of=total)

    def say(self, message: str) -> None:
        log.event("note", note=message)


class Bar:
    """A Rich progress bar on stderr."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar
        self._task = bar.add_task("starting", total=None)

    def stage(self, name: str) -> None:
        self._bar.update(self._task, description=name)

    def done(self, amount: int, total: int) -> None:
        self._bar.update(self._task, completed=amount, total=total)

    def say(self, message: str) -> None:
        self._bar.console.print(message, highlight=False)


class WithArtifact:
    """Shows progress as ``shown`` does and, inside a Prefect run, in an artifact on the page of the run."""

    def __init__(self, shown: Progress) -> None:
        self._shown = shown
        self._id: Any = None
        self._sent = 0.0

    def stage(self, name: str) -> None:
        self._shown.stage(name)

    def say(self, message: str) -> None:
        self._shown.say(message)

    def done(self, amount: int, total: int) -> None:
        self._shown.done(amount, total)
        finished = amount >= total
        if _in_prefect_run() and (finished or time.monotonic() - self._sent > _EVERY):
            self._sent = time.monotonic()
            self._send(100.0 * amount / total if total else 100.0)

    def _send(self, percent: float) -> None:
        from prefect.artifacts import create_progress_artifact, update_progress_artifact

        if self._id is None:
            self._id = create_progress_artifact(percent, key="numerate-progress", description="Bytes read")
        else:
            update_progress_artifact(self._id, percent)


#: where the runs of this context show how far they are
SHOWN: ContextVar[Progress] = ContextVar("SHOWN", default=Quiet())  # noqa: B039 - it holds nothing


def shown() -> Progress:
    """What the run of this context shows how far it is with.

    A function, since Prefect pickles a served flow with the globals that it names, and a context variable has no copy.
    """
    return SHOWN.get()


def _in_prefect_run() -> bool:
    from prefect.context import FlowRunContext

    context = FlowRunContext.get()
    return bool(context and context.flow_run)


@contextmanager
def on_terminal(*, quiet: bool) -> Iterator[Progress]:
    """The progress that fits where stderr goes; events where a log was asked for."""
    if quiet or log.is_verbose() or not sys.stderr.isatty():
        yield Quiet() if quiet else Logged()
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with RichProgress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield Bar(bar)
