"""Which units are known, and of which kind: those of the table ``units``, things counted, and ratios of known units."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache

import pandas as pd

from extractors.indicators import unit_kinds
from schemas.units import rows

RATIO, COUNT = "ratio", "count"
_COUNTED = "count:"
#: a noun in the singular as codes have it: no capitals, spaces or signs that compose units
_NOUN = re.compile(r"[^\W\d_][\w'’.&+-]*")
#: a power of ten or another whole number before what something is counted per: ``1000_person``
_MULTIPLE = re.compile(r"\d+_")


@cache
def _kinds() -> dict[str, str]:
    return {row["unit"]: row["unit_kind"] for row in rows()}


@cache
def kinds() -> tuple[str, ...]:
    """Every kind of unit there is, sorted.

    >>> "area" in kinds(), "ratio" in kinds(), "areas" in kinds()
    (True, True, False)
    """
    return tuple(sorted({*_kinds().values(), RATIO}))


@lru_cache(maxsize=100_000)
def kind_of_unit(unit: str) -> str | None:
    """The kind of a unit, or None where it is unknown.

    >>> [kind_of_unit(unit) for unit in ("km2", "CNY", "count:school", "CNY/(m2.mo)", "count:bed/1000_person")]
    ['area', 'currency', 'count', 'ratio', 'ratio']
    >>> [kind_of_unit(unit) for unit in ("sq.km", "count:", "count:Schools", "CNY/", "blorp/km2", "CNY/(m2.mo")]
    [None, None, None, None, None, None]
    """
    if known := _kinds().get(unit):
        return known
    above, stroke, below = unit.partition("/")
    if not stroke:
        return COUNT if unit.startswith(_COUNTED) and _is_noun(unit.removeprefix(_COUNTED)) else None
    composed = below[1:-1].split(".") if below.startswith("(") and below.endswith(")") else [below]
    return RATIO if kind_of_unit(above) and all(map(_is_denominator, composed)) else None


def _is_noun(text: str) -> bool:
    return bool(_NOUN.fullmatch(text)) and text == text.lower()


def _is_denominator(text: str) -> bool:
    single = _MULTIPLE.sub("", text, count=1)
    return single in _kinds() or _is_noun(single)


@lru_cache(maxsize=100_000)
def _measured(unit: str) -> str:
    """The kind of what a unit counts: that of the numerator of a ratio."""
    return kind_of_unit(unit.partition("/")[0]) or ""


@lru_cache(maxsize=100_000)
def fits(indicator_key: str, unit: str) -> bool:
    """Whether a level of an indicator may have a unit; any fits an indicator of which nothing is known.

    >>> fits("gdp", "CNY"), fits("gdp", "km2"), fits("cranes_fed_by_hand", "km2")
    (True, False, True)
    """
    allowed = unit_kinds(indicator_key)
    return not allowed or kind_of_unit(unit) in allowed or _measured(unit) in allowed


def by_distinct(values: pd.Series, test: Callable[[str], bool]) -> pd.Series:
    """A test of each text of a column, done once for equal ones; missing ones pass.

    >>> by_distinct(pd.Series(["a", "b", "a"], dtype="string"), lambda text: text == "a").tolist()
    [True, False, True]
    """
    distinct = values.dropna().drop_duplicates().to_numpy()  # texts: looking through an Arrow array is slow
    return ~values.isin([value for value in distinct if not test(value)])
