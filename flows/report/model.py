"""What a review page shows: documents with their rows, findings with their places, counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]
#: worst first
SEVERITIES = ("conflict", "magnitude", "suspect")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A document to be shown: its texts, repairs, figures and other numerals, as rows of the tables."""

    doc_id: str
    source: str
    raw: str
    clean: str
    edits: Sequence[Row] = ()
    figures: Sequence[Row] = ()
    not_figures: Sequence[Row] = ()
    doubts: Sequence[Row] = ()
    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure of a finding stands: its quote with some words of its sentence on both sides."""

    figure_id: str
    doc_id: str
    source: str
    before: str
    quote: str
    after: str


@dataclass(frozen=True, slots=True)
class Card:
    """A finding with the places it is about."""

    finding_id: str
    kind: str
    severity: str
    explanation: str
    arithmetic: str
    places: tuple[Place, ...]


def counted(number: int, what: str) -> str:
    """
    >>> counted(1, "figures"), counted(1200, "repairs"), counted(1, "quarantined")
    ('1 figure', '1,200 repairs', '1 quarantined')
    """
    return f"{number:,} {singular(number, what)}"


def singular(number: int, what: str) -> str:
    """A word as it goes with a number."""
    return what.removesuffix("s") if number == 1 else what


@dataclass(frozen=True, slots=True)
class Count:
    """A number of the overview; ``before`` is what it was in the snapshot before."""

    label: str
    value: int
    before: int | None = None

    @property
    def name(self) -> str:
        """The label as it goes with the number."""
        return singular(self.value, self.label)

    @property
    def change(self) -> str:
        """
        >>> Count("figures", 1200, 1000).change, Count("figures", 7, 7).change, Count("figures", 7).change
        ('+200', '±0', '')
        """
        if self.before is None:
            return ""
        return f"{self.value - self.before:+,}" if self.value != self.before else "±0"


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture and the table beside it; ``links`` are figure ids, one a row, empty where there is none."""

    title: str
    note: str
    svg: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    links: Sequence[str] = ()
    #: the names of its lines, for the legend
    names: Sequence[str] = ()


@dataclass(slots=True)
class Review:
    """All there is to show but the documents."""

    title: str
    counts: Sequence[Count] = ()
    changes: Sequence[str] = ()
    severities: Mapping[str, int] = field(default_factory=dict)
    quarantine: Mapping[str, int] = field(default_factory=dict)
    #: the first rows of the quarantine
    kept_out: Sequence[Row] = ()
    cards: Sequence[Card] = ()
    distributions: Sequence[Chart] = ()
    series: Sequence[Chart] = ()
    #: in which document a figure stands, of those that findings and charts lead to
    homes: Mapping[str, str] = field(default_factory=dict)
