"""Checks on the rows of ``figures``: hard ones send a row to quarantine, soft ones flag it.

The two tables below are all there is to a check: its id, what must hold, how to test it, a row that fails and one that
nearly does. The rows are given as changes of ``EXAMPLE``; the tests and the data dictionary take them from here.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd
import pandera.pandas as pandera

from extractors.indicators import unit_kinds
from schemas.rereading import agreeing
from schemas.vocabulary import by_distinct, fits, kind_of_unit

#: a boolean a row, of a test over the whole frame; a missing answer means that nothing is wrong
Mask = pd.Series
Change = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RowCheck:
    """A check over several columns. ``test`` gives the rows that are as they should be."""

    name: str
    sentence: str
    test: Callable[[pd.DataFrame], Mask]
    fails: Change
    passes: Change


#: a good row: what ``fails`` and ``passes`` of each check are changes of
EXAMPLE: Mapping[str, Any] = MappingProxyType(
    {
        "figure_id": "0b7f5c1de2a94f3c8a6d1e20",
        "doc_id": "5d0c6ab4f1e39c7d82b6a410",
        "source": "city/2021-report.txt",
        "quote": "320.1 billion yuan",
        "sentence": "In 2020, the GDP of Qinghe reached 320.1 billion yuan.",
        "start": 35,
        "end": 53,
        "raw_start": 35,
        "raw_end": 53,
        "value": 320.1e9,
        "value_text": "320100000000",
        "low": None,
        "high": None,
        "unit": "CNY",
        "unit_kind": "currency",
        "bound": "exact",
        "kind": "level",
        "direction": None,
        "status": "actual",
        "indicator": "GDP",
        "indicator_key": "gdp",
        "entity": "Qinghe",
        "entity_from": "subject",
        "period_start": datetime.date(2020, 1, 1),
        "period_end": datetime.date(2020, 12, 31),
        "period_from": "stated",
        "basis": None,
        "rule": "level.verb",
        "repaired": [],
        "flags": [],
    }
)


def saying(quote: str, value: float | None, unit: str = "CNY", **fields: Any) -> dict[str, Any]:
    """A change of ``EXAMPLE`` to what a quote says, consistent in itself.

    >>> saying("3 schools", 3, "count:school", kind="count")["unit_kind"]
    'count'
    """
    return {
        "quote": quote,
        "end": EXAMPLE["start"] + len(quote),
        "value": value,
        "value_text": None if value is None else f"{value:.10f}".rstrip("0").rstrip("."),
        "unit": unit,
        "unit_kind": kind_of_unit(unit),
        **fields,
    }


# --- hard: the row is not published ----------------------------------------------------------------------------------


def _length(frame: pd.DataFrame) -> Mask:
    return frame["end"] - frame["start"] == frame["quote"].str.len()


def _raw_span(frame: pd.DataFrame) -> Mask:
    return frame["raw_start"] < frame["raw_end"]


def _value_or_range(frame: pd.DataFrame) -> Mask:
    """A range has two ends and no value; a vague number too; all others have a value."""
    interval = frame["bound"].isin(["range", "vague"])
    both = frame["low"].notna() & frame["high"].notna()
    return (interval & frame["value"].isna() & both) | (~interval & frame["value"].notna())


def _limits(frame: pd.DataFrame) -> Mask:
    """Exact and approximate numbers have no limits; bounds have the value as their one limit."""
    low, high, value = frame["low"], frame["high"], frame["value"]
    plain = ~frame["bound"].isin(["exact", "approx"]) | (low.isna() & high.isna())
    one_sided = frame["bound"].isin(["more_than", "at_least", "less_than", "at_most"])
    one = (low.notna() & high.isna() & (low == value)) | (low.isna() & high.notna() & (high == value))
    return plain & (~one_sided | one.fillna(False))


def _ends_in_order(frame: pd.DataFrame) -> Mask:
    return frame["low"] <= frame["high"]


def _exact_text(frame: pd.DataFrame) -> Mask:
    """``value_text`` is there when ``value`` is, and is the same number."""
    both = frame["value"].notna() == frame["value_text"].notna()
    number = pd.to_numeric(frame["value_text"].astype("object"), errors="coerce")
    return both & (frame["value"].isna() | (number.astype("float64") == frame["value"]).fillna(False))


def _all_numbers(frame: pd.DataFrame, test: Callable[[pd.Series], Mask]) -> Mask:
    """The rows of which value, low and high pass, as far as they are there."""
    return (
        test(frame["value"]).fillna(True) & test(frame["low"]).fillna(True) & test(frame["high"]).fillna(True)
    ).astype("bool[pyarrow]")


def _rank(frame: pd.DataFrame) -> Mask:
    return (frame["kind"] != "rank") | _all_numbers(frame, lambda number: (number >= 1) & (number.round() == number))


def _count(frame: pd.DataFrame) -> Mask:
    return (frame["kind"] != "count") | _all_numbers(frame, lambda number: number >= 0)


def _sign(frame: pd.DataFrame) -> Mask:
    """By the guideline falls are negative; of ``doubled`` and ``halved`` the factor is positive both ways."""
    change = frame["kind"].isin(["growth_rate", "change_abs"])
    down = change & (frame["direction"] == "down").fillna(False)
    up = change & (frame["direction"] == "up").fillna(False)
    return (~down | _all_numbers(frame, lambda number: number <= 0)) & (
        ~up | _all_numbers(frame, lambda number: number >= 0)
    )


def _unit_kind(frame: pd.DataFrame) -> Mask:
    """Pairs are few: each is looked up once."""
    pairs = frame["unit"] + "\t" + frame["unit_kind"]
    return by_distinct(pairs, lambda pair: kind_of_unit(pair.partition("\t")[0]) in (None, pair.partition("\t")[2]))


def _period(frame: pd.DataFrame) -> Mask:
    return frame["period_start"] <= frame["period_end"]


def _numeral(frame: pd.DataFrame) -> Mask:
    return agreeing(frame["quote"], frame["value"], frame["low"], frame["high"])


def _ends(low: float | None, high: float | None) -> dict[str, Any]:
    return {"bound": "range", "value": None, "value_text": None, "low": low, "high": high}


_DOWN = {"kind": "growth_rate", "direction": "down"}
_UP = {"kind": "growth_rate", "direction": "up"}

HARD_CHECKS = (
    RowCheck("quote_length", "end - start is the length of the quote", _length, {"end": 54}, {}),
    RowCheck("raw_span", "raw_start lies before raw_end", _raw_span, {"raw_end": 35}, {"raw_end": 36}),
    RowCheck(
        "value_or_range",
        "a range or vague number has low and high, every other figure a value",
        _value_or_range,
        {"bound": "range", "low": 320.1e9},
        saying("5 to 7 billion yuan", None) | _ends(5e9, 7e9),
    ),
    RowCheck(
        "limits",
        "low and high fit the bound",
        _limits,
        {"bound": "at_least"},
        {"bound": "at_least", "low": 320.1e9},
    ),
    RowCheck(
        "ends_in_order",
        "low is not over high",
        _ends_in_order,
        saying("7 to 5 billion yuan", None) | _ends(7e9, 5e9),
        saying("5 to 5 billion yuan", None) | _ends(5e9, 5e9),
    ),
    RowCheck(
        "exact_text",
        "value_text is the value",
        _exact_text,
        {"value_text": "320100000001"},
        {"value_text": "320100000000.0"},
    ),
    RowCheck(
        "numeral",
        "the numeral read again from the quote gives value, low and high",
        _numeral,
        {"value": 320.2e9, "value_text": "320200000000"},
        saying("about 0.3201 trillion yuan", 320.1e9, bound="approx"),
    ),
    RowCheck(
        "rank_whole",
        "a rank is whole and positive",
        _rank,
        saying("1.5", 1.5, "rank", kind="rank"),
        saying("first", 1, "rank", kind="rank"),
    ),
    RowCheck(
        "count_positive",
        "a count is not negative",
        _count,
        saying("-1 schools", -1, "count:school", kind="count"),
        saying("zero schools", 0, "count:school", kind="count"),
    ),
    RowCheck(
        "direction_sign",
        "the numbers of a fall are not positive, those of a rise not negative",
        _sign,
        saying("5.9%", 5.9, "percent") | _DOWN,
        saying("0%", 0, "percent") | _DOWN,
    ),
    RowCheck(
        "unit_of_kind",
        "unit_kind is the kind of the unit",
        _unit_kind,
        {"unit": "km2"},
        saying("320.1 yuan per ton", 320.1, "CNY/t"),
    ),
    RowCheck(
        "period_in_order",
        "period_start is not after period_end",
        _period,
        {"period_start": datetime.date(2021, 1, 1)},
        {"period_start": datetime.date(2020, 12, 31)},
    ),
)
HARD = [
    pandera.Check(
        lambda frame, test=check.test: test(frame).fillna(True),
        name=check.name,
        error=check.name,
        description=check.sentence,
        ignore_na=False,
    )
    for check in HARD_CHECKS
]


# --- soft: the row is published with a flag --------------------------------------------------------------------------

#: units that some kinds of figures can have
_OF_KIND = {
    "growth_rate": ("percent", "permille", "multiple"),
    "share": ("percent", "permille"),
    "multiple": ("multiple",),
    "rank": ("rank",),
}
_OF_RATES = frozenset(("percent", "permille", "percentage_point"))
#: no index number and no ratio is as large
_LARGE = 100_000


def _count_is_whole(frame: pd.DataFrame) -> Mask:
    counted = (frame["kind"] == "count") & ~frame["unit"].str.contains("/", regex=False)
    return ~counted | _all_numbers(frame, lambda number: number.round() == number)


def _share_in_whole(frame: pd.DataFrame) -> Mask:
    share = (frame["kind"] == "share") & (frame["unit"] == "percent")
    return ~share | _all_numbers(frame, lambda number: number <= 100)


def _growth(frame: pd.DataFrame) -> Mask:
    percent = (frame["kind"] == "growth_rate") & (frame["unit"] == "percent")
    return ~percent | _all_numbers(frame, lambda number: (number >= -100) & (number <= 1000))


def _period_plausible(frame: pd.DataFrame) -> Mask:
    first, last = datetime.date(1800, 1, 1), datetime.date(2100, 12, 31)
    return (frame["period_start"] >= first).fillna(True) & (frame["period_end"] <= last).fillna(True)


def _period_explained(frame: pd.DataFrame) -> Mask:
    dated = frame["period_start"].notna() | frame["period_end"].notna()
    return ~dated | (frame["period_from"] != "none")


def _is_level(frame: pd.DataFrame) -> Mask:
    return frame["kind"].isin(["level", "count"])


def _of_indicator(frame: pd.DataFrame, test: Callable[[str, str], bool]) -> Mask:
    pairs = frame["indicator_key"] + "\t" + frame["unit"]
    return by_distinct(pairs, lambda pair: test(*pair.split("\t", 1)))


def _unit_fits(frame: pd.DataFrame) -> Mask:
    return ~_is_level(frame) | (frame["unit"] == "1") | _of_indicator(frame, fits)


def _unit_there(frame: pd.DataFrame) -> Mask:
    bare = _is_level(frame) & (frame["unit"] == "1")
    return ~bare | (_of_indicator(frame, fits) & _all_numbers(frame, lambda number: number.abs() < _LARGE))


def _unit_possible(frame: pd.DataFrame) -> Mask:
    possible = ~frame["kind"].isin(list(_OF_KIND))
    for kind, units in _OF_KIND.items():
        possible |= (frame["kind"] == kind) & frame["unit"].isin(units)
    return possible


def _growth_of_no_rate(frame: pd.DataFrame) -> Mask:
    growth = (frame["kind"] == "growth_rate") & (frame["unit"] == "percent")
    is_none = by_distinct(frame["indicator_key"], lambda key: not (unit_kinds(key) and unit_kinds(key) <= _OF_RATES))
    return ~growth | is_none


_RATE = {"indicator": "urban unemployment rate", "indicator_key": "unemployment_rate_urban"}

SOFT_CHECKS = (
    RowCheck(
        "count_not_whole",
        "things are counted in whole numbers",
        _count_is_whole,
        saying("3.5 schools", 3.5, "count:school", kind="count", indicator_key="schools"),
        saying("8.1 beds per square meter", 8.1, "count:bed/m2", kind="count", indicator_key="beds"),
    ),
    RowCheck(
        "share_over_100",
        "a share is at most 100 percent",
        _share_in_whole,
        saying("100.1%", 100.1, "percent", kind="share"),
        saying("100%", 100, "percent", kind="share"),
    ),
    RowCheck(
        "growth_implausible",
        "growth lies between -100 and 1000 percent",
        _growth,
        saying("101%", -101, "percent") | _DOWN,
        saying("1000%", 1000, "percent") | _UP,
    ),
    RowCheck(
        "period_implausible",
        "a period lies between 1800 and 2100",
        _period_plausible,
        {"period_end": datetime.date(2101, 1, 1)},
        {"period_end": datetime.date(2100, 12, 31)},
    ),
    RowCheck(
        "period_unexplained",
        "a period says where it was found",
        _period_explained,
        {"period_from": "none"},
        {"period_from": "none", "period_start": None, "period_end": None},
    ),
    RowCheck(
        "unit_unfit",
        "the unit of a level is of a kind that its indicator can have",
        _unit_fits,
        saying("320.1 km", 320.1, "km"),
        saying("320.1 yuan a month", 320.1, "CNY/mo"),
    ),
    RowCheck(
        "unit_missing",
        "a level of 100,000 or more, or of an indicator that has a unit, has one",
        _unit_there,
        saying("320.1 billion", 320.1e9, "1"),
        saying("99,999", 99_999, "1", indicator_key="ratio_of_something"),
    ),
    RowCheck(
        "unit_impossible",
        "growth is in percent or times, a share in percent, a multiple in times, a rank in places",
        _unit_possible,
        saying("third", 3, "CNY", kind="rank"),
        saying("1.3 times", 1.3, "multiple", kind="growth_rate"),
    ),
    RowCheck(
        "points_as_percent",
        "a rate that rises or falls does so by points; percent of a rate are rare",
        _growth_of_no_rate,
        saying("0.2 percent", 0.2, "percent") | _UP | _RATE,
        saying("0.2 percentage points", 0.2, "percentage_point", kind="change_abs", direction="up") | _RATE,
    ),
)


def soft_flags(frame: pd.DataFrame) -> dict[str, Mask]:
    """For each soft check the rows it finds odd."""
    return {check.name: ~check.test(frame).fillna(True).astype("bool") for check in SOFT_CHECKS}
