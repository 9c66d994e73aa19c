"""The numeral read again from the quote: does it give the value and the limits of the row?

Only the quote is looked at, so a scale that stands in a table's header may multiply what is read by one of the usual
powers of ten; anything else is another number than the text has.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from extractors.numerals import find_numerals
from extractors.tokens import tokenise

#: basis points and minor units, the number itself, fractions as percent, and the scales that headers state
SCALES = (1.0, 1e2, 1e3, 1e4, 1e6, 1e8, 1e9, 1e12, 1e-2)
_RELATIVE = 1e-9
#: fractions are published with four decimals
_ROUNDED = 6e-5


def agrees(quote: str, *numbers: float | None) -> bool:
    """Whether each of the numbers is what the quote says; true when the quote holds no numeral (``a dollar``).

    >>> agrees("320.1 billion yuan", 320.1e9), agrees("320.1 billion yuan", 320.1e6)
    (True, False)
    >>> agrees("two-thirds", 66.6667), agrees("6.5 to 7 percent", 6.5, 7.0), agrees("15.9", 15.9e8)
    (True, True, True)
    """
    exact, rounded = _readings(quote)
    if not exact:
        return True
    return all(_is_one_of(abs(number), exact, rounded) for number in numbers if number is not None)


def _is_one_of(number: float, exact: tuple[float, ...], rounded: tuple[float, ...]) -> bool:
    if any(abs(number - reading * scale) <= _RELATIVE * number for reading in exact for scale in SCALES):
        return True
    return any(abs(number - reading * scale) <= _ROUNDED for reading in rounded for scale in (1.0, 1e2))


@lru_cache(maxsize=100_000)
def _readings(quote: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """What the numerals of a quote may mean, exactly and after rounding.

    Each by itself; two of them as units and hundredths (``3 dollars 50``), with the scale of the second (``7-9 lakh``)
    or, rounded, as a fraction (``nine in ten``).
    """
    found = find_numerals(tokenise(quote))
    ends = [abs(float(end)) for n in found for end in (n.value, n.low, n.high) if end is not None]
    pairs = [(abs(float(a.value)), abs(float(b.value)), float(b.scale)) for a, b in pairwise(found)]
    exact = [*ends, *(a + b / 100 for a, b, _ in pairs), *(a * scale for a, _, scale in pairs)]
    quotients = [a / b for a, b, _ in pairs if b]
    return tuple(exact), (*ends, *quotients)
