"""Bounded numbers that only say which things were counted: thresholds of a group are no figures."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.readings import Reading, context
from extractors.tokens import Tokens

_BOUNDED = ("less_than", "more_than", "at_least", "at_most")
_IN_DIMENSION = (["in", "size"], ["in", "height"], ["in", "length"], ["in", "diameter"])
_CLAUSE_STARTS = frozenset((".", ",", ";", "”", "and", "while", "but"))
_REACH = 12


def set_definitions(tokens: Tokens, readings: Sequence[Reading]) -> None:
    """Refuses the numbers that define a group, given the number before each."""
    subject: Reading | None = None
    for reading in readings:
        if reading.why is not None or reading.dropped:
            continue
        if _is_definition(tokens, subject, reading):
            reading.refuse("definition", "threshold")
        else:
            subject = reading


def _is_definition(tokens: Tokens, subject: Reading | None, reading: Reading) -> bool:
    if _of_none(tokens, reading) or _is_base(tokens, reading) or _of_each(tokens, subject, reading):
        return True
    if reading.bound not in _BOUNDED:
        return False
    return (
        tokens.low[reading.last] == "each"
        or (reading.bound != "at_most" and tokens.between(reading.last, reading.last + 2) in _IN_DIMENSION)
        or _and_above(tokens, reading)
        or (subject is not None and (_qualifies(tokens, subject, reading) or _predicates(tokens, subject, reading)))
    )


def _of_none(tokens: Tokens, reading: Reading) -> bool:
    """``Not a single enterprise had sales of 1 billion yuan``."""
    before = tokens.before(reading.first, _REACH)
    return "single" in before and any(before[i : i + 3] == ["not", "a", "single"] for i in range(len(before)))


def _of_each(tokens: Tokens, subject: Reading | None, reading: Reading) -> bool:
    """``two cranes with a capacity of 124 t each``: a size of every one of those counted."""
    if subject is None or subject.kind != "count" or reading.kind in ("count", "percent", "number"):
        return False
    return tokens.low[reading.last] == "each" and tokens.before(reading.first, 1) == ["of"]


def _is_base(tokens: Tokens, reading: Reading) -> bool:
    """``1 ton of waste can be turned into 180 kg``: one unit at the start of a clause, before its verb."""
    if reading.value != 1 or not reading.own_unit or tokens.low[reading.last] != "of":
        return False
    opens = reading.first == 0 or tokens.low[reading.first - 1] in _CLAUSE_STARTS
    return opens and not context("recipe_verb").isdisjoint(tokens.between(reading.last, reading.last + 6))


def _and_above(tokens: Tokens, reading: Reading) -> bool:
    """``berths of 10,000 tons and above``."""
    joined = tokens.low[reading.last - 2] in ("and", "or")
    return reading.bound_rule == "at_least" and joined and tokens.before(reading.first, 1) == ["of"]


def _qualifies(tokens: Tokens, subject: Reading, reading: Reading) -> bool:
    """``3,842 boilers below 10 tons``: the bound stands right behind the things counted."""
    named = subject.kind == "count" and subject.last > subject.numeral.last
    adjacent = tokens.between(subject.last, reading.first) in ([], ["of"], ["with"])
    return named and adjacent and reading.kind not in ("count", "percent", "time")


def _predicates(tokens: Tokens, subject: Reading, reading: Reading) -> bool:
    """``80% had moved less than 100 miles away``: a share is the subject, the bounded number stands behind its verb."""
    if subject.kind == "count" and reading.kind == "percent":
        return tokens.between(subject.last, reading.first) in (["were"], ["are"])
    if subject.unit != "percent" and subject.form != "fraction" and subject.rule != "part_of":
        return False
    opens = subject.first == 0 or tokens.low[subject.first - 1] in _CLAUSE_STARTS
    between = tokens.between(subject.last, reading.first)
    if not opens or len(between) > _REACH or "," in between or "and" in between:
        return False
    return not context("group_verb").isdisjoint(between)
