"""Boilerplate: lines of a page that are not its content, known by the rows of boilerplate.toml and by position."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from extractors.cleaning.engine import Proposal
from extractors.cleaning.lines import LONG, Line, laid_out
from extractors.lexicon import load
from extractors.model import LayoutSpan

#: No line of furniture has more characters.
LONGEST = 300
#: A long sentence with none of these is no furniture: no pattern needs to be tried on it.
SIGN, SIGN_WORDS = (
    re.compile(r"[:：|>»©(\[/]"),
    ("opyright", "eserved", "lease ", "nformation", " by ", "EASE", "cookies"),
)
BULLET = re.compile(r"^[•■▪●◆◇·*–—-]\s+")
ROLES = ("dateline", "masthead", "source", "navigation", "contact", "other")


@dataclass(frozen=True, slots=True)
class Shape:
    """A row of the table: ``edge`` shapes count only before the first or behind the last line of prose.

    What a shape ``swallows`` are the short lines after it: headlines of other articles, names in a contact block.
    """

    id: str
    role: str
    pattern: re.Pattern[str]
    edge: bool
    swallows: bool


#: The share of a line's characters that are links in navigation.
LINK_DENSITY = 0.8
LINKS = Shape("links", "navigation", re.compile(""), edge=False, swallows=False)

#: Labels between two lines of navigation are a menu if they are no more than these.
LONGEST_MENU = 12
#: A block of labels of which one is navigation is a menu from so many lines on.
SHORTEST_BLOCK = 5
MENU = Shape("menu_entry", "navigation", re.compile(""), edge=False, swallows=False)


@cache
def shapes() -> tuple[Shape, ...]:
    """The rows of rules/boilerplate.toml, their patterns compiled to match a whole line."""
    columns = {"pattern": str, "role": str}
    return tuple(
        Shape(
            row.id,
            row["role"],
            re.compile(rf"(?:{row['pattern']})", re.I),
            row.get("where") == "edge",
            row.get("swallows", False),
        )
        for row in load("boilerplate", columns, {"where": str, "swallows": bool})
    )


@cache
def _any_shape() -> re.Pattern[str]:
    """The patterns in one, so that a line of content is refused by a single match."""
    return re.compile("|".join(shape.pattern.pattern for shape in shapes()), re.I)


@lru_cache(maxsize=1 << 12)
def _may_be_furniture(line: str) -> bool:
    return len(line) <= LONGEST and not _is_plain_sentence(line) and _any_shape().fullmatch(line) is not None


def shape_of(line: str, edge: bool) -> Shape | None:
    """The first row that matches the whole line, or None; ``edge``: the line stands before or behind all prose.

    >>> shape_of("Updated: 2020-03-17 Source: Information Office", edge=True).role
    'dateline'
    >>> shape_of("The source of growth was exports.", edge=True) is None
    True
    """
    if not _may_be_furniture(line):
        return None
    return next((s for s in shapes() if (edge or not s.edge) and s.pattern.fullmatch(line)), None)


def _is_plain_sentence(line: str) -> bool:
    if len(line) < LONG or line[-1] not in ".!?" or SIGN.search(line):
        return False
    return not any(word in line for word in SIGN_WORDS)


def boilerplate(text: str, layout: Sequence[LayoutSpan] = ()) -> Iterator[Proposal]:
    """Lines of furniture with the line break behind them; a text of a single line is content, whatever it says.

    >>> page = "The city grew fast in 2020.\\nCopyright 2020 All Rights Reserved"
    >>> [(p.role, p.rule) for p in boilerplate(page) if p.role]
    [('other', 'boilerplate.copyright')]
    """
    if "\n" not in text.strip():
        return
    found = laid_out(text, layout)
    shaped = _with_links(found, _with_menus(text, found, _shaped(found)), layout)
    for run in _runs(shaped):
        for number in run:
            shape, line = shaped[number], found[number]
            if shape:
                yield from _gap_before(text, found, run, number)
                yield Proposal(line.start, line.end, "", f"boilerplate.{shape.id}", shape.role)
        yield from _gap_behind(text, found, run)


def _shaped(found: Sequence[Line]) -> list[Shape | None]:
    """For each line the shape that says it is furniture, or None."""
    first, last = _prose_range(found)
    shaped: list[Shape | None] = []
    swallowing: Shape | None = None
    for number, line in enumerate(found):
        edge = not first <= number <= last
        shape = shape_of(line.text, edge) or (shape_of(_unmarked(line), edge) if line.kind == "list_item" else None)
        if shape and shape.id == "link_bar" and _heads_table(found, number):
            shape = None
        if shape is None and swallowing and not line.finished and not line.prose:
            shape = swallowing
        else:
            swallowing = shape if shape and shape.swallows else None
        shaped.append(shape)
    return shaped


def _heads_table(found: Sequence[Line], number: int) -> bool:
    """``Indicator | Value | Growth (%)`` over a line with as many bars and a number in it: the head of a table."""
    bars = found[number].text.count("|")
    following = found[number + 1 : number + 3]
    return any(line.text.count("|") == bars and any(map(str.isdigit, line.text)) for line in following)


def _unmarked(line: Line) -> str:
    """The text of a list item without its bullet."""
    return BULLET.sub("", line.text)


def _with_menus(text: str, found: Sequence[Line], shaped: list[Shape | None]) -> list[Shape | None]:
    """Labels that stand line by line, without a blank one, between two lines of navigation are of the same menu; so are
    all of a long block of labels before the first line of prose, of which one is navigation."""
    for block in _label_blocks(text, found[: _prose_range(found)[0]], shaped):
        if len(block) >= SHORTEST_BLOCK and any(shaped[n] for n in block):
            shaped[block.start : block.stop] = [shaped[n] or MENU for n in block]
    last = None  # the line of navigation that the labels so far lie behind
    for number, line in enumerate(found):
        shape = shaped[number]
        if last is not None and _blank(text, found[number - 1], line):
            last = None
        if shape and shape.role == "navigation":
            if last is not None and 2 < number - last <= LONGEST_MENU:  # a label alone may be the title
                shaped[last + 1 : number] = [each or MENU for each in shaped[last + 1 : number]]
            last = number
        elif not shape and not _is_label(line):
            last = None
    return shaped


def _label_blocks(text: str, found: Sequence[Line], shaped: Sequence[Shape | None]) -> Iterator[range]:
    """The ranges of lines without a blank one that are labels or navigation."""
    start = 0
    for number in range(len(found) + 1):
        ends = number == len(found) or (number > start and _blank(text, found[number - 1], found[number]))
        shape = None if number == len(found) else shaped[number]
        other = not ends and not (shape.role == "navigation" if shape else _is_label(found[number]))
        if ends or other:
            yield range(start, number)
            start = number + other


def _is_label(line: Line) -> bool:
    """Whether a line may be an entry of a menu: a few words with a capital, no digit, no end of a sentence."""
    text = _unmarked(line)
    if len(text) > 30 or line.finished or line.kind == "table_row" or not text[0].isupper():
        return False
    return text.count(" ") < 3 and not any(map(str.isdigit, text))


def _with_links(found: Sequence[Line], shaped: list[Shape | None], layout: Sequence[LayoutSpan]) -> list[Shape | None]:
    """In markup, a line that is nearly all links, and no heading, row or sentence, is navigation as well."""
    links = sorted((s.start, s.end) for s in layout if s.kind == "link")
    for number, line in enumerate(found) if links else ():
        here = links[bisect_left(links, (line.start, 0)) : bisect_left(links, (line.end, 0))]
        inside = sum(min(end, line.end) - start for start, end in here)
        letters = line.end - line.start - line.text.count(" ")
        content = shaped[number] or line.finished or (line.element >= 0 and line.kind in ("heading", "table_row"))
        if not content and inside >= LINK_DENSITY * letters:
            shaped[number] = LINKS
    return shaped


def _runs(shaped: Sequence[Shape | None]) -> Iterator[range]:
    """Ranges of line numbers that are furniture without a break."""
    start = None
    for number, shape in enumerate([*shaped, None]):
        if shape and start is None:
            start = number
        elif not shape and start is not None:
            yield range(start, number)
            start = None


def _blank(text: str, a: Line, b: Line) -> bool:
    return text.count("\n", a.end, b.start) > 1


def _keeps_gap_before(text: str, found: Sequence[Line], run: range) -> bool:
    """Of the gaps before and behind a run that goes, the one with a blank line stays."""
    if not run.start or run.stop == len(found):
        return False
    return _blank(text, found[run.start - 1], found[run.start]) or not _blank(text, found[run[-1]], found[run.stop])


def _gap_before(text: str, found: Sequence[Line], run: range, number: int) -> Iterator[Proposal]:
    if number and (number > run.start or not _keeps_gap_before(text, found, run)):
        yield Proposal(found[number - 1].end, found[number].start, "", "layout.line")


def _gap_behind(text: str, found: Sequence[Line], run: range) -> Iterator[Proposal]:
    if run.stop < len(found) and (not run.start or _keeps_gap_before(text, found, run)):
        yield Proposal(found[run[-1]].end, found[run.stop].start, "", "layout.line")


def _prose_range(found: Sequence[Line]) -> tuple[int, int]:
    """The numbers of the first and the last line of prose."""

    def is_prose(n: int) -> bool:
        line = found[n]
        return line.kind in ("paragraph", "list_item") and len(line.text) >= LONG and not shape_of(line.text, edge=True)

    first = next(filter(is_prose, range(len(found))), None)
    if first is not None:
        return first, next(filter(is_prose, reversed(range(len(found)))))
    rows = [n for n, line in enumerate(found) if line.kind in ("table_row", "list_item")] or [0, len(found)]
    return rows[0], rows[-1]
