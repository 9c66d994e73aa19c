"""How a command ends: the exit statuses, the errors that lead to them, and what a run has to say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.differences import Differences


class Exit(IntEnum):
    """Exit statuses, the same for every command."""

    DONE = 0
    LOOK = 1  # done, and there is something to see
    WRONG_USE = 2
    FAILED = 3  # nothing was published
    REFUSED = 4  # another run holds the lock, too much quarantined, too much of the raw folder gone


class RunError(Exception):
    """A run that ends without publishing, with a message for a person and the exit status."""

    status = Exit.FAILED
    #: the message quotes no document, so that it may be shown and kept in logs; errors of others have no such mark
    in_own_words = True
    #: where in the code an error of others came from that this one stands for
    frames: tuple[str, ...] = ()


class WrongUseError(RunError):
    """What was asked cannot be done: a folder is missing, an option has no such value."""

    status = Exit.WRONG_USE


class RefusedError(RunError):
    """What was asked would do harm, or another run is at it."""

    status = Exit.REFUSED


class DamagedError(RunError):
    """What was published is not whole any more; nothing is built on it."""


class BusyError(RefusedError):
    """Another run is writing there."""


@dataclass(slots=True)
class Report:
    """What a run did, for the terminal, the Prefect artifact and the manifest."""

    raw: str
    processed: str
    snapshot: str | None = None
    parent: str | None = None
    published: bool = False
    new: int = 0
    changed: int = 0
    stale: int = 0
    unchanged: int = 0
    removed: int = 0
    again: int = 0
    documents: int = 0
    figures: int = 0
    edits: int = 0
    #: by severity, and the worst of them in words
    findings: dict[str, int] = field(default_factory=dict)
    worst_findings: list[str] = field(default_factory=list)
    quarantined: Counter[str] = field(default_factory=Counter)
    quarantined_documents: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    #: of a run that only looks: what it would change
    differences: Differences | None = None
