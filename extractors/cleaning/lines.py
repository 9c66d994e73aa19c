"""Line breaks: which of them break a sentence, and what kind of block each remaining line is."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from typing import NamedTuple

from extractors.cleaning.engine import Proposal
from extractors.cleaning.vocabulary import NEVER, are_syllables, cost, is_broken_word, words
from extractors.model import Block, BlockKind, LayoutSpan

LIST_MARK = re.compile(r"(?:[•■▪●◆◇·*–—-]|\(?\d{1,2}[.)]|\(?[a-z]\)|[①-⑳])(?:\s+(?=\S)|(?=[A-Z]))")
CELL = re.compile(r"(?<![\w.,])(?:[-+–]?[$€£¥]?\d[\d,]*(?:\.\d+)?%?|-{1,2}|\.{3}|#|\*)(?=[\s|]|$)")
GLUED_CELLS = re.compile(r"[A-Za-z)]\d[\d,]*\.\d+[\d,.-]*\d$")
GLUED_YEARS = re.compile(r"[A-Za-z)](?:(?:19|20)\d\d){2,}")
HAS_DIGIT = re.compile(r"\d|--|\.\.\.")
NUMBERS_ONLY = re.compile(r"(?:(?:19|20)\d\d){2,}|[\d.,%+–-]*\d[\d.,%+–-]*(?:\s+[\d.,%+–-]+)*")
FINISHED = re.compile(r"[.!?:;。…][\"”’')\]]*(?:\[\d+\])?$")
SENTENCE_INSIDE = re.compile(r"\.(?<=[a-z0-9)%\"”]\.)[\"”]? +[A-Z\"“]")
CAPTION = re.compile(r"\[?(?:File )?[Pp]hotos?\b|\(Photo|Fig(?:ure|\.)? ?\d+[.:]|Table \d+[.:]")
PHOTO_CREDIT = re.compile(r"[\[(](?:File )?[Pp]hoto\b[^\[(]*[\])]$")
OPEN_END = re.compile(r"[.!?;,。][\"”’')]*$")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
HYPHEN_END = re.compile(r"[^\W\d_]-$")
NUMBER_AND_HYPHEN, YEAR_AND_HYPHEN = re.compile(r"(?<![\d.,-])\d[\d.,]*-$"), re.compile(r"\b(?:19|20)\d\d-$")
#: Years that a phrase of time joins; they are no cells.
YEARS = re.compile(
    r"\b(?:from|between|in|of|for|during) (?:19|20)\d\d(?: ?[-–] ?| (?:to|and|or|through) )(?:19|20)\d\d\b", re.I
)
YEAR = re.compile(r"(?:19|20)\d\d\b")

#: A line of a profile: a label in capitals and one quantity, as ``Per Capita GDP (2019) RMB68,501``.
PROFILE_LINE = re.compile(
    r"(?=\D*[a-z]{3}|GDP)[A-Z][\w'&/-]*(?: (?:[A-Z(][\w'&/()-]*|of|and|the|in|for|per|by|to|on))*"
    r"(?:\s|(?<=[a-z)]))"
    r"(?!(?:19|20)\d\d$)(?:RMB|US\$|HK\$|[$€£¥])?\d[\d,]*(?:\.\d+)?"
    r"(?: ?%| ?(?:km²|km2|sq km|mu|ha|hectares?|square kilomet(?:er|re)s?|tons?|tonnes?|kilomet(?:er|re)s|people|yuan)"
    r")?"
    r"(?: (?:million|billion|trillion)(?: [a-z]+){0,2})?"
)
#: A line of this many characters is prose broken off, not a heading, when it does not end a sentence.
LONG = 60
#: A line of more characters is no table row.
LONGEST_ROW = 1000
#: The shortest width that a page is wrapped at.
NARROW = 45


class Line(NamedTuple):
    """A line of text with what its neighbours need to know of it."""

    start: int
    end: int
    text: str
    kind: BlockKind
    finished: bool
    prose: bool
    element: int = -1  #: the number of the markup element that it belongs to, -1 without one


@lru_cache(maxsize=4)
def lines_of(text: str) -> tuple[Line, ...]:
    """The lines that are not blank.

    >>> [(line.text, line.kind) for line in lines_of("Overview\\n\\n- a list item\\nGDP 10.6 14.1")]
    [('Overview', 'heading'), ('- a list item', 'list_item'), ('GDP 10.6 14.1', 'table_row')]
    """
    found, at = [], 0
    for part in text.split("\n"):
        stripped = part.strip()
        if stripped:
            start = at if len(stripped) == len(part) else at + part.index(stripped[0])
            found.append(Line(start, start + len(stripped), stripped, *_features(stripped)))
        at += len(part) + 1
    return tuple(found)


KIND_OF_ELEMENT: dict[str, BlockKind] = {"row": "table_row", "heading": "heading", "list_item": "list_item"}


def laid_out(text: str, layout: Sequence[LayoutSpan]) -> tuple[Line, ...]:
    """The lines, their kinds as the markup has them where it says so.

    >>> layout = [LayoutSpan(0, 8, "heading"), LayoutSpan(9, 17, "row")]
    >>> [line.kind for line in laid_out("It grew.\\nYear GDP", layout)]
    ['heading', 'table_row']
    """
    elements = sorted((s for s in layout if s.kind in KIND_OF_ELEMENT), key=lambda s: s.start)
    starts = [s.start for s in elements]

    def placed(line: Line) -> Line:
        i = bisect_right(starts, line.end - 1) - 1
        if i < 0 or elements[i].end <= line.start:
            return line
        return line._replace(kind=KIND_OF_ELEMENT[elements[i].kind], element=i, prose=False)

    return tuple(map(placed, lines_of(text))) if elements else lines_of(text)


@lru_cache(maxsize=1 << 12)
def _features(text: str) -> tuple[BlockKind, bool, bool]:
    """Kind, finished and prose of a line; every pass over the lines of a document asks for them."""
    kind = kind_of(text)
    prose = kind == "paragraph" and (len(text) >= LONG or bool(SENTENCE_INSIDE.search(text)))
    finished = FINISHED.search(text, max(0, len(text) - 12)) is not None
    return kind, finished or (kind == "list_item" and PROFILE_LINE.fullmatch(text) is not None), prose


def kind_of(text: str) -> BlockKind:
    """The kind of block that a line looks like by itself.

    >>> kind_of("In 2020, the GDP reached 320.1 billion yuan."), kind_of("II. Agriculture"), kind_of("| Area | 9,507 |")
    ('paragraph', 'heading', 'table_row')
    """
    if is_table_row(text):
        return "table_row"
    if len(text) < 300 and (CAPTION.match(text) or (text[-1] in ")]" and PHOTO_CREDIT.search(text))):
        return "caption"
    if LIST_MARK.match(text) or (len(text) < 100 and text[0].isupper() and PROFILE_LINE.fullmatch(text)):
        return "list_item"
    if len(text) < 100 and not OPEN_END.search(text, len(text) - 4) and not SENTENCE_INSIDE.search(text):
        return "heading" if text[0].isupper() or not text[0].isalpha() else "paragraph"
    return "paragraph"


def is_table_row(text: str) -> bool:
    """Whether the line is cells rather than words: bars, or numbers alone in columns, or glued columns.

    >>> [is_table_row(t) for t in ("GDP 10.6 14.1", "NAME (RMB bn)214.377.21231.596.81", "It rose 5.2 to 6.3 in 2020.")]
    [True, True, False]
    >>> is_table_row("Lanhe from 2016 to 2020"), is_table_row("From 2016 to 2020 12.1 13.5")
    (False, True)
    """
    if text.count("|") >= 2 or text.endswith("|") or NUMBERS_ONLY.fullmatch(text):
        return True
    if len(text) > 200 or text[-1] in ".!?:;" or not HAS_DIGIT.search(text):
        return False
    if GLUED_CELLS.search(text) or GLUED_YEARS.search(text):
        return True
    words_only = YEARS.sub("", text)
    cells, count = len(CELL.findall(words_only)), len(WORD.findall(words_only))
    return cells >= 2 and cells >= count / 2


def in_table_row(text: str, at: int) -> bool:
    """Whether the line around an offset is a table row; its cells are not for the fixes of words."""
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    end = end if end >= 0 else len(text)
    return end - start <= LONGEST_ROW and _features(text[start:end].strip())[0] == "table_row"


def line_breaks(text: str, layout: Sequence[LayoutSpan] = ()) -> Iterator[Proposal]:
    """Broken sentences are rejoined; else one blank line between blocks, none between rows or items in a row.

    >>> [(p.start, p.end, p.replacement) for p in line_breaks("growth in the\\n\\nGreater Bay Area was\\nfast.")]
    [(13, 15, ' '), (35, 36, ' ')]
    """
    edges = text.strip()
    if text and text != edges:
        yield from _edge(text, edges, first=True)
    if "\n" in edges:
        found = laid_out(text, layout)
        widths = _widths(text, found)
        for number, (a, b) in enumerate(pairwise(found)):
            if not (a.finished and widths[number] == 0 and text[a.end : b.start] == "\n\n"):
                yield from _gap(text, a, b, widths[number])
    if text and text != edges:
        yield from _edge(text, edges, first=False)


def _edge(text: str, stripped: str, first: bool) -> Iterator[Proposal]:
    lead = len(text) - len(text.lstrip())
    if first and lead:
        yield Proposal(0, lead, "")
    tail = len(text.rstrip())
    if not first and stripped and tail < len(text):
        yield Proposal(tail, len(text), "")


def _gap(text: str, a: Line, b: Line, width: int) -> Iterator[Proposal]:
    between = text[a.end : b.start]
    if continues(a, b, blank=between.count("\n") > 1, width=width):
        yield _joined(a, b)
        return
    wanted = "\n" if _same_block(a, b, between) else "\n\n"
    if between != wanted:
        yield Proposal(a.end, b.start, wanted)


def _same_block(a: Line, b: Line, between: str) -> bool:
    table = "table_row" in (a.kind, b.kind)
    return between.count("\n") == 1 and (table or not (a.prose or b.prose))


def _joined(a: Line, b: Line) -> Proposal:
    """A space, or nothing behind a hyphen, and no hyphen where it only marked the line end."""
    if not _hyphen_goes_on(a, b):
        return Proposal(a.end, b.start, " ")
    if not HYPHEN_END.search(a.text):
        return Proposal(a.end, b.start, "")
    left, right = WORD.findall(a.text[:-1])[-1].split("-")[-1], WORD.match(b.text)
    of_line = right is not None and right[0].islower() and _is_of_line(left, right[0])
    return Proposal(a.end - 1 if of_line else a.end, b.start, "")


def _is_of_line(left: str, right: str) -> bool:
    """Whether a hyphen between them only marked the line end: they are a broken word, or a known Chinese name."""
    known_name = left[0].isupper() and are_syllables(left, right) and cost((left + right).lower()) < NEVER
    return known_name or is_broken_word(left, right)


def _widths(text: str, found: Sequence[Line]) -> list[int]:
    """For each line, the width its paragraph is wrapped at; 0 where it is not wrapped."""
    widths = [0] * len(found)
    start = 0
    for i in range(1, len(found) + 1):
        if i == len(found) or found[i].start - found[i - 1].end > 1:
            chunk = found[start:i]
            if len(chunk) < 3:
                start = i
                continue
            broken = sum(not x.finished and (y.text[0].islower() or y.finished) for x, y in pairwise(chunk))
            widest = max(len(line.text) for line in chunk)
            if NARROW <= widest <= 130 and broken * 3 >= len(chunk) - 1:
                widths[start:i] = [widest] * len(chunk)
            start = i
    return widths


def continues(a: Line, b: Line, blank: bool, width: int = 0) -> bool:
    """Whether line b goes on with the sentence, or the wrapped paragraph, of line a."""
    if max(a.element, b.element) >= 0:
        return a.element == b.element
    if "table_row" in (a.kind, b.kind) or b.kind == "list_item":
        return False
    if _hyphen_goes_on(a, b):
        return True
    if width and not blank and len(a.text) + 1 + len(b.text.split(" ", 1)[0]) > width:
        return True
    if a.finished:
        return False
    return _sentence_goes_on(a, b)


def _hyphen_goes_on(a: Line, b: Line) -> bool:
    """Whether a hyphen at the end of a line goes on with a word, a unit, or the second of two years."""
    if a.text[-1] != "-":
        return False
    if NUMBER_AND_HYPHEN.search(a.text):
        unit = WORD.match(b.text)
        compound = unit is not None and unit[0] in words("compound_unit")
        return compound or bool(YEAR_AND_HYPHEN.search(a.text) and YEAR.match(b.text))
    return HYPHEN_END.search(a.text) is not None and b.text[0].isalnum()


def _sentence_goes_on(a: Line, b: Line) -> bool:
    count = sum(1 for _ in islice(WORD.finditer(a.text), 6))
    if (a.text[-1] in ",(–—" and (count > 5 or b.text[0].islower())) or (_open_ended(a.text, b.text) and count > 2):
        return True
    lower = b.text[0].islower() or b.text[0] in ",.;)%"
    if lower:
        return a.prose or b.finished or count > 4
    return a.prose and (b.prose or b.finished) and _unfinished_prose(a.text) and not _opens_sentence(b.text)


def _opens_sentence(text: str) -> bool:
    """Whether a line begins with a capital that only the start of a sentence gives: ``According``, ``The``."""
    first = WORD.match(text)
    return first is not None and first[0].lower() in words("opens_sentence")


def _open_ended(text: str, following: str) -> bool:
    last = text.rsplit(None, 1)[-1].lower()
    return last in words("open_ended") or (last in words("open_amount") and not _CAPITALISED.match(following))


_CAPITALISED = re.compile(r"[A-Z][a-z]")


def _unfinished_prose(text: str) -> bool:
    """Whether the line holds a sentence that ended, and then one that did not; or mostly lower-case words."""
    found = WORD.findall(text)
    lower = sum(word[0].islower() for word in found)
    return bool(SENTENCE_INSIDE.search(text)) or (len(found) >= 8 and lower * 2 > len(found))


def blocks(text: str, layout: Sequence[LayoutSpan] = ()) -> tuple[Block, ...]:
    """The blocks of a clean text, a line each.

    >>> [b.kind for b in blocks("Overview\\n\\nIt grew.\\n\\n- one\\n- two")]
    ['heading', 'paragraph', 'list_item', 'list_item']
    """
    return tuple(Block(line.start, line.end, line.kind) for line in laid_out(text, layout))
