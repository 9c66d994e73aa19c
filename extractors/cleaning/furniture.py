"""Boilerplate: lines of a page that are not its content, known by the rows of rules/boilerplate.toml and by position."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from extractors.cleaning.engine import Proposal
from extractors.cleaning.lines import Line, lines_of
from extractors.lexicon import load

ROLES = ("dateline", "masthead", "source", "navigation", "contact", "other")


@dataclass(frozen=True, slots=True)
class Shape:
    """A row of the table: ``edge`` shapes count only before the first or behind the last line of prose."""

    id: str
    role: str
    pattern: re.Pattern[str]
    edge: bool


@cache
def shapes() -> tuple[Shape, ...]:
    """The rows of rules/boilerplate.toml, their patterns compiled to match a whole line."""
    columns = {"pattern": str, "role": str}
    return tuple(
        Shape(row.id, row["role"], re.compile(rf"(?:{row['pattern']})", re.I), row.get("where", "any") == "edge")
        for row in load("boilerplate", columns, {"where": str})
    )


@cache
def _any_shape() -> re.Pattern[str]:
    """All patterns in one, so that a line of content is refused by a single match."""
    return re.compile("|".join(shape.pattern.pattern for shape in shapes()), re.I)


def shape_of(line: str, edge: bool) -> Shape | None:
    """The first row that matches the whole line, or None.

    >>> shape_of("Updated: 2020-03-17 Source: Information Office", edge=True).role
    'dateline'
    >>> shape_of("The source of growth was exports.", edge=True) is None
    True
    """
    if len(line) > 400 or not _any_shape().fullmatch(line):
        return None
    return next((s for s in shapes() if (edge or not s.edge) and s.pattern.fullmatch(line)), None)


def boilerplate(text: str) -> Iterator[Proposal]:
    """Lines of furniture with the line break behind them; a text of a single line is content, whatever it says.

    >>> [(p.role, p.rule) for p in boilerplate("The city grew fast in 2020.\\nCopyright 2020 All Rights Reserved")]
    [('other', 'boilerplate.copyright')]
    """
    if "\n" not in text.strip():
        return
    found = lines_of(text)
    first, last = _prose_range(found)
    for number, line in enumerate(found):
        shape = shape_of(line.text, edge=not first <= number <= last)
        if shape:
            end = found[number + 1].start if number + 1 < len(found) else line.end
            yield Proposal(line.start, line.end, "", f"boilerplate.{shape.id}", shape.role)
            if end > line.end:
                yield Proposal(line.end, end, "", "layout.line")


def _prose_range(found: Sequence[Line]) -> tuple[int, int]:
    """The numbers of the first and the last line of prose."""
    prose = [n for n, line in enumerate(found) if line.prose and not shape_of(line.text, edge=True)]
    return (prose[0], prose[-1]) if prose else (0, len(found))
