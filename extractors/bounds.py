"""Words that say how exactly a number holds: ``about``, ``more than``, ``or less``; rows of ``rules/bounds.toml``."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import NamedTuple, cast

from extractors.lexicon import Row, load
from extractors.model import Bound
from extractors.number_words import NUMBER_WORDS
from extractors.tokens import Tokens, tokenise


class BoundWord(NamedTuple):
    """A bound read beside a number: the edge it moves the quote to, its kind, the row it comes from."""

    edge: int
    bound: Bound
    rule: str


class _Phrase(NamedTuple):
    pieces: tuple[str, ...]
    row: Row


@cache
def bound_rows() -> tuple[Row, ...]:
    """The rows of ``rules/bounds.toml``."""
    lists = ("before", "after", "unless", "unless_next", "spans")
    return load("bounds", {"bound": str}, dict.fromkeys(lists, list))


@cache
def _phrases(column: str) -> dict[str, list[_Phrase]]:
    """Phrases by the piece that touches the number, the longest first."""
    table: dict[str, list[_Phrase]] = {}
    for row in bound_rows():
        for phrase in row.get(column, ()):
            pieces = tuple(tokenise(phrase.lower()).pieces())
            table.setdefault(pieces[-1 if column == "before" else 0], []).append(_Phrase(pieces, row))
    for phrases in table.values():
        phrases.sort(key=lambda phrase: -len(phrase.pieces))
    return table


def bound_before(tokens: Tokens, first: int) -> BoundWord | None:
    """The bound whose words end just before piece ``first``."""
    if first == 0:
        return None
    for pieces, row in _phrases("before").get(tokens.low[first - 1], ()):
        start = first - len(pieces)
        if start >= 0 and tuple(tokens.low[start:first]) == pieces:
            if start and tokens.low[start - 1] in row.get("unless", ()):
                continue
            if _ends_ages(tokens, start) or _is_joined(tokens, start) or _goes_on_over(tokens, start, first, row):
                return None
            return BoundWord(start, cast(Bound, row["bound"]), row.id)
    return None


def _is_joined(tokens: Tokens, start: int) -> bool:
    """``a four-under 68``: the word is the second part of another."""
    return start > 1 and tokens.raw[start - 1] == "-" and tokens.glued(start) and tokens.glued(start - 1)


def _goes_on_over(tokens: Tokens, start: int, first: int, row: Row) -> bool:
    """``two runs over six innings``: how long something went on, no bound."""
    return tokens.between(start, first) == ["over"] and tokens.low[first + 1] in row.get("spans", ())


def _ends_ages(tokens: Tokens, start: int) -> bool:
    """``those aged 65 and over 25.5 percent``: the word belongs to the age before it."""
    joined = start > 2 and tokens.low[start - 1] in ("and", "or") and tokens.kind[start - 2] == "number"
    return joined and "aged" in tokens.before(start - 2, 4)


def bound_after(tokens: Tokens, last: int) -> BoundWord | None:
    """The bound whose words start at piece ``last``."""
    for pieces, row in _phrases("after").get(tokens.low[last], ()):
        if tuple(tokens.low[last : last + len(pieces)]) == pieces and not _opens_next(tokens, last, len(pieces)):
            if pieces == ("plus",) and _adds(tokens, last + 1, row):
                continue
            return BoundWord(last + len(pieces), cast(Bound, row["bound"]), row.id)
    return None


def _adds(tokens: Tokens, i: int, row: Row) -> bool:
    """``$500 plus a fee``, ``three plus four``: what follows is added."""
    return tokens.low[i] in row.get("unless_next", ()) or tokens.low[i] in NUMBER_WORDS or tokens.kind[i] == "number"


def _opens_next(tokens: Tokens, last: int, size: int) -> bool:
    """``14 units and over 120 items``: the words belong to the next number."""
    if size < 2 or tokens.low[last] not in ("and", "or"):
        return False
    told_on = tokens.low[last + size - 1] in ("up", "down") and tokens.low[last + size] in ("by", "to", "from")
    return told_on or tokens.kind[last + size] == "number"  # ``up by 2% and up by 4%``


def limits(bound: Bound, value: Decimal) -> tuple[Decimal | None, Decimal | None]:
    """The interval that a bound leaves open on one side.

    >>> limits("at_least", Decimal(30)), limits("approx", Decimal(30))
    ((Decimal('30'), None), (None, None))
    """
    if bound in ("more_than", "at_least"):
        return value, None
    if bound in ("less_than", "at_most"):
        return None, value
    return None, None
