"""The edit engine: fixes propose edits on the text they see; only this module knows raw offsets.

A fix is a function of the text alone. The engine runs the fixes in order and composes what each proposes into one
sorted list of non-overlapping edits on the raw text, so that applying the list to the raw text gives the clean text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from extractors.model import Boilerplate, Edit, LayoutSpan

# Text in which a space, a dot or a digit is part of a name.
URL_SIGNS = {sign: re.compile(re.escape(sign) + r"[^\s<>\"“”]+") for sign in ("://", "www.", "mailto:")}
SCHEME = re.compile(r"(?:https?|ftp)$")
MAIL_HOST = re.compile(r"@[\w-]+(?:\.[\w-]+)+")
MAIL_NAME = re.compile(r"[\w.+-]+$")


class Proposal(NamedTuple):
    """``text[start:end]`` should read ``replacement``; ``rule`` refines the fix id, ``role`` marks boilerplate."""

    start: int
    end: int
    replacement: str
    rule: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Fix:
    """One repair: its id, and the function that proposes edits (in text order, not overlapping).

    With ``reads_layout`` the function is also given the layout, its offsets moved to the text it sees.
    """

    id: str
    propose: Callable[..., Iterable[Proposal]]
    reads_layout: bool = False


class Span(NamedTuple):
    """An edit while it is being composed: where it lies in the current text, what it replaces in the raw text, and why.

    ``rules`` holds the ids of the fixes, joined by ``+``. The replacement is the current text between start and end.
    """

    start: int
    end: int
    raw_start: int
    raw_end: int
    rules: str


@dataclass(slots=True)
class Draft:
    """A raw text, its current text, and the edits that lead from one to the other."""

    raw: str
    text: str = ""
    spans: list[Span] = field(default_factory=list)
    removed: list[Boilerplate] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.text = self.raw

    def run(self, fixes: Iterable[Fix], layout: Sequence[LayoutSpan] = ()) -> None:
        """Apply the fixes in order; ``layout`` lies over the raw text."""
        for fix in fixes:
            seen = (self.text, self.moved(layout)) if layout and fix.reads_layout else (self.text,)
            proposals = list(fix.propose(*seen))
            if proposals:
                self.apply(proposals, fix.id)

    def apply(self, proposals: Sequence[Proposal], fix_id: str) -> None:
        """Take the proposals (sorted, apart from each other) into the draft; those inside protected text are refused.

        >>> draft = Draft("a  b ,c")
        >>> draft.apply([Proposal(1, 3, " ")], "squeeze")
        >>> draft.apply([Proposal(3, 4, "")], "punctuation")
        >>> draft.text, [(e.raw_start, e.raw_end, e.replacement) for e in draft.edits()]
        ('a b,c', [(1, 3, ' '), (4, 5, '')])
        """
        wanted = [p for p in _unprotected(self.text, proposals) if self.text[p.start : p.end] != p.replacement]
        if not wanted:
            return
        for p in wanted:
            if p.role:
                start, end = self.raw_span(p.start, p.end)
                self.removed.append(Boilerplate(start, end, self.text[p.start : p.end], p.role, p.rule or fix_id))
        text = _apply(self.text, wanted)
        self.spans = list(_compose(self.raw, text, self.spans, wanted, fix_id))
        self.text = text

    def edits(self) -> tuple[Edit, ...]:
        """The edits on the raw text, sorted and apart from each other."""
        return tuple(Edit(s.raw_start, s.raw_end, self.text[s.start : s.end], _each_once(s.rules)) for s in self.spans)

    def clean_starts(self) -> tuple[int, ...]:
        """Where each edit's replacement starts in the current text."""
        return tuple(span.start for span in self.spans)

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The raw span of ``text[start:end]``, widened to whole edits where one is cut."""
        return _to_raw(self.spans, start)[0], _to_raw(self.spans, end)[1]

    def moved(self, layout: Sequence[LayoutSpan]) -> tuple[LayoutSpan, ...]:
        """The layout over the current text; what has been left out of the text is left out of it."""
        spans = (LayoutSpan(self.position(s.start), self.position(s.end), s.kind) for s in layout)
        return tuple(span for span in spans if span.start < span.end)

    def position(self, raw_offset: int) -> int:
        """Where a raw offset stands in the current text; inside an edit, the start of its replacement."""
        i = bisect_right(self.spans, raw_offset, key=lambda s: s.raw_start) - 1
        if i < 0:
            return raw_offset
        span = self.spans[i]
        return span.start if raw_offset < span.raw_end else span.end + raw_offset - span.raw_end


def _unprotected(text: str, proposals: Sequence[Proposal]) -> Sequence[Proposal]:
    guarded = _guarded(text)
    if not guarded:
        return proposals
    starts = [start for start, _ in guarded]

    def free(p: Proposal) -> bool:
        i = bisect_right(starts, p.start) - 1
        inside = i >= 0 and guarded[i][0] < p.start < guarded[i][1]
        return bool(p.role) or not inside

    return [p for p in proposals if free(p)]


def _urls(text: str) -> Iterator[tuple[int, int]]:
    for m in (m for sign, pattern in URL_SIGNS.items() if sign in text for m in pattern.finditer(text)):
        if m[0][0] != ":":
            yield m.span()
        elif scheme := SCHEME.search(text, max(0, m.start() - 5), m.start()):
            yield scheme.start(), m.end()


def _guarded(text: str) -> list[tuple[int, int]]:
    """The spans of URLs and mail addresses."""
    spans = list(_urls(text))
    for m in MAIL_HOST.finditer(text) if "@" in text else ():
        name = MAIL_NAME.search(text, max(0, m.start() - 64), m.start())
        spans.append((name.start() if name else m.start(), m.end()))
    return _outermost(spans)


def _outermost(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, without those that lie inside another.

    >>> _outermost([(7, 20), (0, 20), (30, 40)])
    [(0, 20), (30, 40)]
    """
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if not kept or end > kept[-1][1]:
            kept.append((start, end))
    return kept


def _apply(text: str, proposals: Sequence[Proposal]) -> str:
    parts: list[str] = []
    last = 0
    for p in proposals:
        parts += (text[last : p.start], p.replacement)
        last = p.end
    return "".join((*parts, text[last:]))


def _to_raw(spans: Sequence[Span], offset: int) -> tuple[int, int]:
    """The raw offsets of a current offset, as the start and as the end of a span."""
    i = bisect_right(spans, offset, key=lambda s: s.start) - 1
    if i < 0:
        return offset, offset
    span = spans[i]
    if offset < span.end:
        at_start = offset == span.start
        return span.raw_start, span.raw_start if at_start else span.raw_end
    raw = span.raw_end + offset - span.end
    return raw, raw


def _touch(start: int, end: int, other_start: int, other_end: int) -> bool:
    """Whether two spans share text; an empty one also touches what it stands beside, since the order is then open."""
    if start == end or other_start == other_end:
        return start <= other_end and other_start <= end
    return start < other_end and other_start < end


def _each_once(rules: str) -> str:
    return "+".join(dict.fromkeys(rules.split("+"))) if "+" in rules else rules


def _compose(
    raw: str, new_text: str, spans: Sequence[Span], proposals: Sequence[Proposal], fix_id: str
) -> Iterator[Span]:
    """Old edits (raw to text) and new ones (text to new text) as one list from raw to the new text.

    Both are walked in the order of the text between; a new one becomes one with all that touch it, and what ends up as
    no change is left out.
    """
    raw_shift = new_shift = 0  # raw, and new, minus current offsets
    old, new = 0, 0
    while new < len(proposals):
        p = proposals[new]
        while old < len(spans) and spans[old].end <= p.start:
            span = spans[old]
            if span.end == p.start and (span.start == span.end or p.start == p.end):
                break  # they touch
            raw_shift = span.raw_end - span.end
            yield _moved(span, new_shift)
            old += 1
        start = min(p.start, spans[old].start) if old < len(spans) else p.start
        end, rules = start, ""
        raw_start, new_start = start + raw_shift, start + new_shift
        while True:
            if old < len(spans) and _touch(start, end, spans[old].start, spans[old].end):
                end, raw_shift = max(end, spans[old].end), spans[old].raw_end - spans[old].end
                rules += "+" + spans[old].rules
                old += 1
            elif new < len(proposals) and _touch(start, end, proposals[new].start, proposals[new].end):
                p = proposals[new]
                end, new_shift = max(end, p.end), new_shift + len(p.replacement) - (p.end - p.start)
                rules += "+" + (p.rule or fix_id)
                new += 1
            else:
                break
        raw_end, new_end = end + raw_shift, end + new_shift
        if raw[raw_start:raw_end] != new_text[new_start:new_end]:
            yield Span(new_start, new_end, raw_start, raw_end, rules[1:])
    for span in spans[old:]:
        yield _moved(span, new_shift)


def _moved(span: Span, shift: int) -> Span:
    start, end, raw_start, raw_end, rules = span
    return Span(start + shift, end + shift, raw_start, raw_end, rules) if shift else span
