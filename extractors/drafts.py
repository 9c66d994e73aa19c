"""A figure in the making, and what a sentence leaves behind for the next."""

from __future__ import annotations

from dataclasses import dataclass, field

from extractors.model import Direction, Kind, PeriodMention, Quantity, Status


@dataclass(slots=True)
class Draft:
    """A figure in the making. ``time`` is its own time expression; ``refers``: it is about the document's subject."""

    quantity: Quantity
    node: int
    kind: Kind
    rule: str
    direction: Direction | None = None
    status: Status = "actual"
    indicator: str = ""
    entity: str | None = None
    refers: bool = False
    noun: str = ""
    time: PeriodMention | None = None
    basis: str | None = None
    unit: str = ""
    unit_kind: str = ""
    stock: bool = False
    past: bool = False
    timeless: bool = False
    flags: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Memory:
    """What earlier sentences of the document left behind for ``it``, ``that of`` and bare continuations."""

    indicator: str = ""
    kind: str = ""
    entity: str | None = None
    block: int = -1
    topic: str | None = None  #: the name that heads the sentence before, which ``it`` stands for
    union: str | None = None  #: the union of countries that the paragraph has figures of
    share: str = ""  #: what was last told to be a share of something
    whole: str = ""  #: what the lines of a profile are parts of, as the heading above them says
    phrases: list[str] = field(default_factory=list)
