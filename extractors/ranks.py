"""Ordinals and numbers that are places in a ranking, against those that only order."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.nonfigures import is_superlative
from extractors.readings import Reading, context
from extractors.tokens import Tokens

_AFTER_PLACE = frozenset("in on from to among and place nationwide nationally".split())
_NEVER_PLACES = frozenset("batch time phase stage year of to and".split())
_RANKING_WORDS = frozenset("ranking rankings ranked rank".split())


def set_ranks(tokens: Tokens, readings: Sequence[Reading]) -> None:
    """Gives ranks their unit, and refuses the ordinals that are none."""
    ranked = False
    for reading in readings:
        if reading.dropped:
            continue
        if reading.rule == "top_group" and _is_placed(tokens, reading):
            _rank_at_most(tokens, reading)
            ranked = True
            continue
        if reading.why is None:
            ranked = _set_rank(tokens, reading, ranked) or ranked


def _set_rank(tokens: Tokens, reading: Reading, ranked: bool) -> bool:
    """Decides about one number; whether it is a rank."""
    if reading.form == "ordinal":
        if _is_rank(tokens, reading, ranked):
            _make_rank(reading)
            return True
        reading.refuse("ordinal", "ordinal")
    elif _numbered(tokens, reading):
        return reading.why is None
    elif _is_move(tokens, reading, ranked):
        reading.give("rank", "rank", "places")
    return False


def _is_rank(tokens: Tokens, reading: Reading, ranked: bool) -> bool:
    """``ranked fifth``, ``second largest``, ``12th place``, ``up to 7th in the ranking``."""
    first, last = reading.numeral.first, reading.numeral.last
    before = tokens.before(first, 4)
    after = tokens.low[last + 1] if tokens.raw[last] == "-" else tokens.low[last]
    if after in context("rank_after") or is_superlative(after):
        return True
    if not context("rank").isdisjoint(before):
        return after not in _NEVER_PLACES or not _RANKING_WORDS.isdisjoint(before)
    ends = tokens.kind[last] in ("punct", "") or after in _AFTER_PLACE
    if after == "among" or (after == "by" and before[-1:] and before[-1] in ("was", "is", "were", "are", "and", ",")):
        return tokens.low[last + 1 : last + 2] != [tokens.low[first]]
    if first > 0 and tokens.raw[first - 1] == "(" and tokens.raw[last] == ")":
        return tokens.kind[first] != "word"  # ``chemistry (14th)``
    if ranked and before and before[-1] in ("from", "to", "and", ",", "the"):
        return ends
    alone = (first == 0 or (first == 1 and tokens.kind[0] == "circled")) and last >= len(tokens) - 1
    return alone or (ends and not _RANKING_WORDS.isdisjoint(tokens.low))


def _numbered(tokens: Tokens, reading: Reading) -> bool:
    """``No. 23``: a rank where something is placed, otherwise part of a name. Whether it is one of the two."""
    start = _number_sign(tokens, reading.first)
    if start is None or reading.own_unit or reading.numeral.value % 1:
        return False
    placed = not context("rank").isdisjoint(tokens.before(start, 3))
    reading.first, reading.last = start, reading.numeral.last
    if placed or tokens.low[reading.last] in _AFTER_PLACE - {"to", "and", "place", "from"}:
        _make_rank(reading)
    else:
        reading.refuse("name", "numbered_name")
    return True


def _number_sign(tokens: Tokens, i: int) -> int | None:
    """Where the ``No.``, ``number`` or ``#`` before piece ``i`` starts."""
    if tokens.before(i, 2) == ["no", "."]:
        return i - 2
    return i - 1 if tokens.before(i, 1) in (["no"], ["number"], ["#"]) else None


def _is_move(tokens: Tokens, reading: Reading, ranked: bool) -> bool:
    """``up four places in the ranking``; ``came 21st, up 13``."""
    if reading.unit == "count:place":
        return not context("rank_scene").isdisjoint(tokens.low)
    return ranked and not reading.unit and tokens.low[reading.first - 1] in ("up", "down")


def _is_placed(tokens: Tokens, reading: Reading) -> bool:
    """``ranked among the top 10 nationwide``: one subject placed, in contrast to ``the top 50 enterprises``."""
    before = tokens.before(reading.numeral.first, 3)
    words = before[:-1] if before[-2:-1] != ["the"] else before[:-2]
    return before[-1:] == ["top"] and bool(words) and words[-1] in context("placed_in") and not reading.counted


def _rank_at_most(tokens: Tokens, reading: Reading) -> None:
    reading.why = None
    _make_rank(reading)
    reading.first, reading.last = reading.numeral.first - 1, reading.numeral.last
    reading.bound, reading.bound_rule, reading.high = "at_most", "top", reading.value


def _make_rank(reading: Reading) -> None:
    reading.give("rank", "rank", "ordinal")
    reading.form, reading.rule, reading.counted = "ordinal", "rank", False
