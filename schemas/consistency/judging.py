"""How bad it is when a derived number and the stated one do not meet: SPEC, section 2, in its order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from schemas.consistency.intervals import Interval
from schemas.consistency.mentions import Mention
from schemas.consistency.thresholds import SLIPS

Severity = Literal["conflict", "magnitude", "suspect"]
#: the number that follows from others
Derive = Callable[[Sequence[Interval]], Interval]
#: an interval that counts as met, for the derived number and the stated one
Band = Callable[[Interval, Interval], bool]


def meets(derived: Interval, stated: Interval) -> bool:
    """The plain test: some number lies in both."""
    return derived.meets(stated)


def holds(operands: Sequence[Mention], stated: Mention, derive: Derive, usual: Band = meets) -> bool:
    """Whether a relation holds in the usual reading of its numbers."""
    return usual(derive([operand.narrow for operand in operands]), stated.narrow)


def judge(
    operands: Sequence[Mention],
    stated: Mention,
    derive: Derive,
    *,
    usual: Band = meets,
    unusual: Iterable[Band] = (),
    scales_stated: bool = True,
) -> Severity | None:
    """The severity of a relation between figures, or None where it holds or cannot be tested.

    ``derive`` gives what ``stated`` should be from the operands; ``usual`` says when that is so, ``unusual`` when it is
    so in a reading that few would mean.
    """
    narrow = [operand.narrow for operand in operands]
    derived = derive(narrow)
    if usual(derived, stated.narrow):
        return None
    widest = derive([operand.wide for operand in operands])
    if widest.width > max(abs(stated.value), abs(derived.low + derived.high) / 2):
        return None
    if _is_slip(operands, stated, derive, usual, scales_stated=scales_stated):
        return "magnitude"
    if usual(widest, stated.wide) or any(band(derived, stated.narrow) for band in unusual):
        return "suspect"
    return "conflict"


def _is_slip(operands: Sequence[Mention], stated: Mention, derive: Derive, usual: Band, *, scales_stated: bool) -> bool:
    """Whether the numbers meet once one of them is multiplied by a power of ten."""
    narrow = [operand.narrow for operand in operands]
    scalable = [*operands, stated] if scales_stated else operands
    if any(figure.digits < 2 for figure in scalable):
        return False
    for slip in SLIPS:
        if scales_stated and usual(derive(narrow), stated.narrow.scaled(slip)):
            return True
        for place in range(len(narrow)):
            scaled = [*narrow[:place], narrow[place].scaled(slip), *narrow[place + 1 :]]
            if usual(derive(scaled), stated.narrow):
                return True
    return False
