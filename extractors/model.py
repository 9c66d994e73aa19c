"""The data that flows through numerate, from a document to its figures.

Every type is a frozen, slotted dataclass without behaviour beyond small lookups; this module imports
nothing else of the project. Offsets are character offsets, half-open. Numbers stay ``Decimal``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import takewhile
from typing import Literal

Bound = Literal["exact", "approx", "more_than", "at_least", "less_than", "at_most", "range", "vague"]
Kind = Literal["level", "change_abs", "growth_rate", "share", "multiple", "rank", "count"]
Direction = Literal["up", "down"]
Status = Literal["actual", "projected"]
EntityFrom = Literal["stated", "subject", "masthead", "none"]
PeriodFrom = Literal["stated", "inherited", "scope", "dateline", "none"]
Why = Literal[
    "period",
    "name",
    "label",
    "identifier",
    "address",
    "ordinal",
    "section",
    "idiom",
    "vague",
    "definition",
    "unreadable",
]
BlockKind = Literal["heading", "paragraph", "list_item", "table_row", "caption"]


@dataclass(frozen=True, slots=True)
class LayoutSpan:
    """A structural element that a reader saw in the markup: a span of the raw text.

    ``kind`` is one of table, row, cell, header_cell, heading, list_item, link.
    """

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Document:
    """One text as its reader gave it. ``source`` is the path relative to RAW, or the id of a JSON line."""

    source: str
    text: str
    doc_id: str = ""
    reader: str = "text"
    encoding: str = "utf-8"
    bytes_sha256: str = ""
    language: str | None = None
    published: date | None = None
    fetched: date | None = None
    url: str | None = None
    publisher: str | None = None
    title: str | None = None
    layout: tuple[LayoutSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """One repair: ``raw[raw_start:raw_end]`` was replaced by ``replacement`` by the fix named ``rule``."""

    raw_start: int
    raw_end: int
    replacement: str
    rule: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item, caption or table row: ``text[start:end]`` of the clean text."""

    start: int
    end: int
    kind: BlockKind


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """A line of furniture that was left out of the clean text; later passes still see it.

    ``role`` says what it can tell: dateline, masthead, source, navigation, contact, other.
    """

    raw_start: int
    raw_end: int
    text: str
    role: str
    rule: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that looks like a damaged number but has no certain reading; the text was kept."""

    raw_start: int
    raw_end: int
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class CleanText:
    """The text its author meant, with the way back to the raw text.

    ``edits`` are sorted and do not overlap; applying them to ``raw`` gives ``text``. ``raw_points`` and
    ``clean_points`` are the breakpoints: from ``clean_points[i]`` on, raw = clean + (raw_points[i] - clean_points[i]),
    until the next breakpoint.
    """

    raw: str
    text: str
    edits: tuple[Edit, ...] = ()
    blocks: tuple[Block, ...] = ()
    boilerplate: tuple[Boilerplate, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    #: start of each edit's replacement in the clean text, parallel to ``edits``
    clean_starts: tuple[int, ...] = field(default=(), repr=False)

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """The smallest raw span that reads as ``text[start:end]`` (whole edits, where one is cut).

        An empty replacement (a deletion) at either edge stays outside the span.
        """
        return self._raw_start(start), self._raw_end(end)

    def _raw_start(self, offset: int) -> int:
        i = bisect_right(self.clean_starts, offset) - 1
        if i < 0:
            return offset
        edit, clean_start = self.edits[i], self.clean_starts[i]
        if offset < clean_start + len(edit.replacement):
            return edit.raw_start
        return edit.raw_end + (offset - clean_start - len(edit.replacement))

    def _raw_end(self, offset: int) -> int:
        i = bisect_left(self.clean_starts, offset) - 1
        if i < 0:
            return offset
        edit, clean_start = self.edits[i], self.clean_starts[i]
        if offset <= clean_start + len(edit.replacement):
            return edit.raw_end if edit.replacement else edit.raw_start
        return edit.raw_end + (offset - clean_start - len(edit.replacement))

    def to_clean(self, raw_offset: int) -> int:
        """The clean offset of a raw offset; inside an edit, the start of its replacement."""
        shift = 0
        for edit, clean_start in zip(self.edits, self.clean_starts, strict=True):
            if raw_offset < edit.raw_start:
                break
            if raw_offset < edit.raw_end:
                return clean_start
            shift = clean_start + len(edit.replacement) - edit.raw_end
        return raw_offset + shift

    def repairs(self, raw_start: int, raw_end: int) -> tuple[str, ...]:
        """The ids of the fixes that changed something inside ``raw[raw_start:raw_end]``, each once, in order."""
        first = bisect_right(self.edits, raw_start, key=lambda edit: edit.raw_end)
        inside = takewhile(lambda edit: edit.raw_start < raw_end, self.edits[first:])
        return tuple(dict.fromkeys(edit.rule for edit in inside))


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """A time expression in a sentence.

    ``start``/``end`` are offsets in the text. ``first``/``last`` are its days, or None where the text alone does not
    date it. ``role`` is how it is used: ``time`` (when the figure holds), ``basis`` (what it is compared with),
    ``name`` (an edition or a plan that only names), ``duration``. ``relative`` keeps an expression that needs a date
    (``last_year``, ``this_year``, ``first_half`` …) for the document pass. ``text`` is the phrase.
    """

    start: int
    end: int
    text: str
    first: date | None
    last: date | None
    role: str
    rule: str
    relative: str | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A numeral with its unit and bound, before anyone knows what it measures.

    ``start``/``end`` delimit the quote as GUIDELINE.md defines it; ``numeral_start``/``numeral_end`` the number alone.
    ``value`` is scaled but never converted; it is None for ranges and vague numbers, which have ``low`` and ``high``.
    ``form`` is how the number is written: digits, words, fraction (of a whole: value is still the bare fraction),
    ordinal, fold (doubled, two-fold), ratio (a part of ``8.8:43.8:47.4``).
    ``unit_rule`` and ``bound_rule`` name the table rows that fired.
    """

    start: int
    end: int
    numeral_start: int
    numeral_end: int
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: str
    unit_kind: str
    bound: Bound
    form: str = "digits"
    direction: Direction | None = None
    rule: str = ""
    unit_rule: str = ""
    bound_rule: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotFigure:
    """A numeral that only names, dates, orders, defines or identifies, with the guideline's reason."""

    start: int
    end: int
    quote: str
    why: Why
    rule: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One numeric statement: what was measured, of whom, when, how much, compared with what.

    Fields and vocabularies are those of GUIDELINE.md, section 2. ``start``/``end`` are offsets in the clean text,
    ``raw_start``/``raw_end`` in the raw text.
    """

    quote: str
    sentence: str
    start: int
    end: int
    raw_start: int
    raw_end: int
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: str
    unit_kind: str
    bound: Bound
    kind: Kind
    direction: Direction | None
    status: Status
    indicator: str
    indicator_key: str
    entity: str | None
    entity_from: EntityFrom
    period_start: date | None
    period_end: date | None
    period_from: PeriodFrom
    basis: str | None
    rule: str
    repaired: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was read from one document."""

    document: Document
    clean: CleanText
    figures: tuple[Figure, ...]
    not_figures: tuple[NotFigure, ...]
