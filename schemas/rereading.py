"""The numeral read again from the quote: does it give the value and the limits of the row?

Only the quote is looked at, so a scale that stands in a table's header may multiply what is read by one of the usual
powers of ten; anything else is another number than the text has.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from math import isnan, nan

import pandas as pd

from extractors.numerals import find_numerals
from extractors.tokens import tokenise

#: basis points and minor units, the number itself, fractions as percent, and the scales that headers state
SCALES = (1.0, 1e2, 1e3, 1e4, 1e6, 1e8, 1e9, 1e12, 1e-2)
_RELATIVE = 1e-9
#: fractions are published with four decimals
_ROUNDED = 6e-5


def agreeing(quotes: pd.Series, *numbers: pd.Series) -> pd.Series:
    """Whether each row agrees; a missing number does, and all do with a missing quote.

    Most quotes say one plain number: these are compared at once, and only what is left is looked at by itself.

    >>> agreeing(pd.Series(["5 km", "two-thirds", "5 km"]), pd.Series([5, 66.6667, 6])).tolist()
    [True, True, False]
    """
    texts = quotes.fillna("").to_numpy()
    said = pd.Series([_plainly_said(text) for text in texts], dtype="float64").to_numpy()
    columns = [column.to_numpy("float64", na_value=nan) for column in numbers]
    found = pd.notna(said)
    for column in columns:
        size, near = abs(column), pd.isna(column)
        for scale in SCALES:
            near |= abs(size - said * scale) <= _RELATIVE * size
        found &= near
    for row in (~found).nonzero()[0].tolist():
        own = (column[row] for column in columns)
        found[row] = agrees(texts[row], *(number for number in own if not isnan(number)))
    return pd.Series(found, index=quotes.index)


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


#: a quote with one plain numeral, and what stands around it
_PLAIN = re.compile(r"(\D*)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(\D*)")


def _readings(quote: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """What the numerals of a quote may mean, exactly and after rounding.

    Most quotes are one numeral with the same few words around it, whose factor is worked out once: reading every quote
    anew was a third of all checks.
    """
    value = _plainly_said(quote)
    return _read_whole(quote) if isnan(value) else ((value,), (value,))


@lru_cache(maxsize=100_000)
def _plainly_said(quote: str) -> float:
    """The number of a quote with one plain numeral; NaN for any other quote."""
    plain = _PLAIN.fullmatch(quote)
    factor = _factor(plain[1], "." if plain[3] else "", plain[4]) if plain else None
    if plain is None or factor is None:
        return nan
    return float(plain[2].replace(",", "") + (plain[3] or "")) * factor


@lru_cache(maxsize=10_000)
def _factor(before: str, point: str, after: str) -> float | None:
    """What a numeral is multiplied with by the words around it, or None where they do more than that.

    >>> _factor("about ", ".", " billion yuan"), _factor("", "", " and a half")
    (1000000000.0, None)
    """
    samples = (4.25, 7.25) if point else (4, 7)
    found = {
        (exact[0] / sample if len(exact := _read_whole(f"{before}{sample}{after}")[0]) == 1 else None)
        for sample in samples
    }
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=100_000)
def _read_whole(quote: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The readings of any quote.

    Each by itself; two of them as units and hundredths (``3 dollars 50``), with the scale of the second (``7-9 lakh``)
    or, rounded, as a fraction (``nine in ten``).
    """
    found = find_numerals(tokenise(quote))
    ends = [abs(float(end)) for n in found for end in (n.value, n.low, n.high) if end is not None]
    pairs = [(abs(float(a.value)), abs(float(b.value)), float(b.scale)) for a, b in pairwise(found)]
    exact = [*ends, *(a + b / 100 for a, b, _ in pairs), *(a * scale for a, _, scale in pairs)]
    quotients = [a / b for a, b, _ in pairs if b]
    return tuple(exact), (*ends, *quotients)
