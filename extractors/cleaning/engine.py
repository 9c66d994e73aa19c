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

from extractors.model import Boilerplate, Edit

#: Text in which a space, a dot or a digit is part of a name. Looked for only where "://", "www." or "@" stands.
PROTECTED = re.compile(r"(?:https?://|ftp://|www\.)[^\s<>\"“”]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


class Proposal(NamedTuple):
    """``text[start:end]`` should read ``replacement``. ``rule`` refines the id of the fix; ``role`` marks boilerplate."""

    start: int
    end: int
    replacement: str
    rule: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Fix:
    """One repair: its id, and the function that proposes edits (in text order, not overlapping)."""

    id: str
    propose: Callable[[str], Iterable[Proposal]]


class Span(NamedTuple):
    """An edit while it is being composed: where it lies in the current text, and what it does to the raw text."""

    start: int
    end: int
    edit: Edit


@dataclass(slots=True)
class Draft:
    """A raw text, its current text, and the edits that lead from one to the other."""

    raw: str
    text: str = ""
    spans: list[Span] = field(default_factory=list)
    removed: list[Boilerplate] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.text = self.raw

    def run(self, fixes: Iterable[Fix]) -> None:
        """Apply the fixes in order."""
        for fix in fixes:
            proposals = list(fix.propose(self.text))
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
        self.spans = _compose(self.raw, self.text, self.spans, wanted, fix_id)
        self.text = _apply(self.text, wanted)

    def edits(self) -> tuple[Edit, ...]:
        """The edits on the raw text, sorted and apart from each other."""
        return tuple(span.edit for span in self.spans)

    def clean_starts(self) -> tuple[int, ...]:
        """Where each edit's replacement starts in the current text."""
        return tuple(span.start for span in self.spans)

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The raw span of ``text[start:end]``, widened to whole edits where one is cut."""
        return _to_raw(self.spans, start)[0], _to_raw(self.spans, end)[1]

    def position(self, raw_offset: int) -> int:
        """Where a raw offset stands in the current text; inside an edit, the start of its replacement."""
        i = bisect_right(self.spans, raw_offset, key=lambda s: s.edit.raw_start) - 1
        if i < 0:
            return raw_offset
        span = self.spans[i]
        return span.start if raw_offset < span.edit.raw_end else span.end + raw_offset - span.edit.raw_end


def _unprotected(text: str, proposals: Sequence[Proposal]) -> Sequence[Proposal]:
    if not ("@" in text or "://" in text or "www." in text):
        return proposals
    guarded = [(m.start(), m.end()) for m in PROTECTED.finditer(text)]
    starts = [start for start, _ in guarded]

    def free(p: Proposal) -> bool:
        i = bisect_right(starts, p.start) - 1
        inside = i >= 0 and p.start < guarded[i][1] and p.start > guarded[i][0]
        return bool(p.role) or not inside

    return [p for p in proposals if free(p)]


def _apply(text: str, proposals: Sequence[Proposal]) -> str:
    parts, last = [], 0
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
        return span.edit.raw_start, span.edit.raw_start if at_start else span.edit.raw_end
    raw = span.edit.raw_end + offset - span.end
    return raw, raw


def _touch(start: int, end: int, other_start: int, other_end: int) -> bool:
    """Whether two spans share text; an empty one also touches what it stands beside, since the order is then open."""
    if start == end or other_start == other_end:
        return start <= other_end and other_start <= end
    return start < other_end and other_start < end


@dataclass(slots=True)
class _Group:
    """Edits, old and new, that touch each other and become one; offsets in the current text."""

    start: int
    end: int
    rules: list[str]
    proposals: list[Proposal]
    raw_shift: int | None  #: raw minus current offsets behind its last old edit, if it holds one


def _compose(raw: str, text: str, spans: Sequence[Span], proposals: Sequence[Proposal], fix_id: str) -> list[Span]:
    """Old edits (raw to text) and new ones (on text) as one list from raw to the new text."""
    pieces = [_Group(s.start, s.end, s.edit.rule.split("+"), [], s.edit.raw_end - s.end) for s in spans]
    pieces += [_Group(p.start, p.end, [p.rule or fix_id], [p], None) for p in proposals]
    pieces.sort(key=lambda piece: (piece.start, piece.end))
    groups: list[_Group] = []
    for piece in pieces:
        if groups and _touch(groups[-1].start, groups[-1].end, piece.start, piece.end):
            _merge(groups[-1], piece)
        else:
            groups.append(piece)
    return list(_composed(raw, text, groups))


def _merge(group: _Group, piece: _Group) -> None:
    group.end = max(group.end, piece.end)
    group.rules += piece.rules
    group.proposals += piece.proposals
    if piece.raw_shift is not None:
        group.raw_shift = piece.raw_shift


def _composed(raw: str, text: str, groups: Iterable[_Group]) -> Iterator[Span]:
    """The edit of each group; what ends up as no change is left out."""
    raw_shift = new_shift = 0
    for group in groups:
        raw_start = group.start + raw_shift
        raw_shift = raw_shift if group.raw_shift is None else group.raw_shift
        raw_end = group.end + raw_shift
        moved = [p._replace(start=p.start - group.start, end=p.end - group.start) for p in group.proposals]
        replacement = _apply(text[group.start : group.end], moved)
        start = group.start + new_shift
        new_shift += len(replacement) - (group.end - group.start)
        if raw[raw_start:raw_end] != replacement:
            edit = Edit(raw_start, raw_end, replacement, "+".join(dict.fromkeys(group.rules)))
            yield Span(start, start + len(replacement), edit)
