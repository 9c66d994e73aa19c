"""The log: one event a line, as JSON, on stderr and on the page of the run in Prefect.

An event has a name and fields: counts, names, ids, seconds. Text of documents is never in it, nor in an error: what
fails with somebody else's words is told by its type and place (``told``), since libraries like to quote what they
choke on.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from flows.outcome import RunError

LOGGER = logging.getLogger("numerate")
#: set for the processes of a command that was told to say more
VERBOSE = "NUMERATE_VERBOSE"
Output = TypeVar("Output")
_HERE = Path(__file__).resolve().parent.parent
_STATE = {"quiet": False}


class Event:
    """An event as a log record holds it.

    >>> print(Event("published", {"snapshot": "s1", "figures": 58}))
    {"event": "published", "snapshot": "s1", "figures": 58}
    """

    def __init__(self, name: str, fields: dict[str, Any]) -> None:
        self._all = {"event": name, **fields}

    def __str__(self) -> str:
        return json.dumps(self._all, ensure_ascii=False, default=str)


class JsonLines(logging.Formatter):
    """An event with its time and level, as a line."""

    def format(self, record: logging.LogRecord) -> str:
        """
        >>> line = JsonLines().format(logging.makeLogRecord({"msg": Event("ended", {}), "levelname": "INFO"}))
        >>> sorted(json.loads(line))
        ['event', 'level', 'time']
        """
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return f'{{"time": "{time}", "level": "{record.levelname.lower()}", {record.getMessage()[1:]}'


class _Stderr(logging.Handler):
    """Writes to what stderr is at the time."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(self.format(record) + "\n")
        sys.stderr.flush()


def event(name: str, **fields: Any) -> None:
    """Something worth a line."""
    LOGGER.info(Event(name, fields))


def detail(name: str, **fields: Any) -> None:
    """Something worth a line to who asked for more."""
    LOGGER.debug(Event(name, fields))


def failure(error: BaseException) -> None:
    """The end of a run that failed, and to who asked for more, where it came from."""
    LOGGER.error(Event("failed", {"error": told(error)}))
    detail("trace", frames=list(getattr(error, "frames", ()) or _frames(error)))


def set_up(*, quiet: bool, verbose: bool) -> None:
    """Sends events to stderr: to a file or a pipe unless told to be quiet, to a terminal only when asked for more."""
    verbose = verbose or (not quiet and os.environ.get(VERBOSE) == "1")
    _STATE["quiet"] = quiet and not verbose
    if verbose:
        os.environ[VERBOSE] = "1"
    handler = _Stderr() if verbose or not (quiet or sys.stderr.isatty()) else logging.NullHandler()
    handler.setFormatter(JsonLines())
    LOGGER.handlers = [each for each in LOGGER.handlers if not isinstance(each, _Stderr | logging.NullHandler)]
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.DEBUG if verbose else logging.INFO)
    LOGGER.propagate = False


def is_quiet() -> bool:
    """Whether the command was told to say nothing beside its result and errors."""
    return _STATE["quiet"]


def is_verbose() -> bool:
    """Whether somebody asked for more."""
    return os.environ.get(VERBOSE) == "1"


def to_prefect() -> None:
    """Sends events to the page of the run, too; for the processes that a schedule or a worker starts as well."""
    from prefect.context import FlowRunContext
    from prefect.logging.handlers import APILogHandler

    if not any(isinstance(each, APILogHandler) for each in LOGGER.handlers):
        handler = APILogHandler()
        handler.addFilter(lambda _: FlowRunContext.get() is not None)  # it warns of events that belong to no run
        LOGGER.addHandler(handler)
    if LOGGER.level == logging.NOTSET:
        LOGGER.setLevel(logging.DEBUG if is_verbose() else logging.INFO)


def told(error: BaseException) -> str:
    r"""An error in one line, without text of documents: in its own words where these are ours or the system's.

    >>> told(RunError("nothing\nhere"))
    'nothing here'
    >>> told(FileNotFoundError(2, "No such file or directory", "a.txt"))
    'a.txt: No such file or directory'
    >>> told(ValueError("could not convert 'a whole sentence'"))
    'ValueError'
    """
    if isinstance(error, OSError) and error.strerror:
        return f"{os.fsdecode(error.filename)}: {error.strerror}" if error.filename else str(error.strerror)
    if getattr(error, "in_own_words", False):
        return " ".join(str(error).split())
    place = next(reversed(list(_frames(error))), "")
    return f"{type(error).__name__} at {place}" if place else type(error).__name__


def _frames(error: BaseException) -> Iterator[str]:
    """Where in the code of this project an error passed, innermost last."""
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(_HERE) and "site-packages" not in path.relative_to(_HERE).parts:
            yield f"{path.relative_to(_HERE).as_posix()}:{frame.lineno} {frame.name}"


def discreetly(work: Callable[..., Output], *inputs: Any) -> Output:
    """Does some work; an error in somebody else's words becomes one that can be shown.

    For the border to what keeps errors: Prefect stores their words with the run, Dask prints them.

    Raises:
        RunError: anything failed but what the system says and what is told in own words.
    """
    try:
        return work(*inputs)
    except Exception as error:
        if isinstance(error, OSError) or getattr(error, "in_own_words", False):
            raise
        failed = RunError(f"nothing was published: {told(error)}")
        failed.frames = tuple(_frames(error))
    raise failed  # here, where it has no context that would be printed with it
