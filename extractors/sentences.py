"""Sentences of a block of clean text, by a table of what does not end one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from extractors.lexicon import words

_END = re.compile(r"[.!?。！？][\"”’')\]]*(?=\s+[\"“‘'(\[]*[A-Z0-9①-⑳$€£¥]|\s*$)")
#: Words before a full stop that does not end a sentence.
_ABBREVIATION = re.compile(
    r"(?:\b(?:No|Nos|p|pp|Mr|Mrs|Ms|Dr|St|Co|Corp|Ltd|Inc|vs|approx|ca|Fig|Vol|Art|Rs|Sq|sq|Prof|Gov|Gen|e\.g|i\.e|etc"
    r"|[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Jj]un|[Jj]ul|[Aa]ug|[Ss]ept?|[Oo]ct|[Nn]ov|[Dd]ec|U\.S|U\.K|a\.m|p\.m)|\b[A-Z])$"
)
#: The longest sentence that is read as one, in characters. Text without full stops (lists run together, flattened
#: tables) would otherwise cost the square of its length, in time and, as a figure quotes its sentence, in bytes.
LONGEST = 2_000
#: Where a text without full stops may be cut, the best places first: not after a digit if it can be helped.
_CUTS = tuple(
    re.compile(cut)
    for cut in (r"[;；]\s+", r"[,:，]\s+(?=[^\W\d_])", r"(?<=[^\W\d_])\s+(?=[^\W\d_])", r"\s+(?=\d)", r"\s+")
)
#: Signs that are numbers by themselves.
_DIGIT = re.compile(r"[\d½¼¾⅓⅔①-⑳一二三四五六七八九十百千万亿]")
#: Costs a third of the other, and is all that a text in ASCII needs.
_ASCII_DIGIT = re.compile("[0-9]")
_APART = str.maketrans(dict.fromkeys("-–—,.;:!?()[]\"'’“”‘/\n\t", " "))


@cache
def _number_words() -> frozenset[str]:
    return words("number_word")


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The spans of the sentences of ``text[start:end]``, without outer white space; none is longer than ``LONGEST``.

    >>> text = "No. 3 is up 5.9%. It rose to 5 million. In 2020 it fell."
    >>> [text[a:b] for a, b in sentences(text, 0, len(text))]
    ['No. 3 is up 5.9%.', 'It rose to 5 million.', 'In 2020 it fell.']
    """
    first = start
    for match in _END.finditer(text, start, end):
        if text[match.start()] == "." and _ABBREVIATION.search(text, max(start, match.start() - 8), match.start()):
            continue
        if match.start() - first <= 4 and text[first : match.start()].strip().isdigit():
            continue  # ``2.`` numbers an item
        yield from _pieces(text, first, match.end())
        first = match.end()
    yield from _pieces(text, first, end)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span without outer white space, in pieces where it is too long to be a sentence.

    >>> text = "a city with 12 schools; " * 200
    >>> {text[a:b][-9:] for a, b in _pieces(text, 0, len(text))}
    {' schools;'}
    """
    while end - start > LONGEST:
        cut = _cut(text, start + LONGEST // 2, start + LONGEST)
        yield from _stripped(text, start, cut)
        start = cut
    yield from _stripped(text, start, end)


def _cut(text: str, first: int, last: int) -> int:
    for pattern in _CUTS:
        cut = max((match.end() for match in pattern.finditer(text, first, last)), default=None)
        if cut is not None:
            return cut
    return last  # no white space in a thousand characters: whatever it is, it holds no figure


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    if piece.strip():
        yield start + left, start + len(piece.rstrip())


def may_hold_figure(text: str) -> bool:
    """Whether a text holds any numeral at all; only such text reaches spaCy.

    Looking words up in a set costs a third of an alternation of all number words.

    >>> may_hold_figure("It fell by one-half."), may_hold_figure("It fell again.")
    (True, False)
    """
    if _ASCII_DIGIT.search(text) or (not text.isascii() and _DIGIT.search(text)):
        return True
    return not _number_words().isdisjoint(text.lower().translate(_APART).split())
