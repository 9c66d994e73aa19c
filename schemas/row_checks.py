"""Checks on the rows of ``figures``: hard ones send a row to quarantine, soft ones flag it.

A check over several columns gets the frame and answers with a boolean a row; a missing answer passes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import pandas as pd
import pandera.pandas as pandera

from schemas.rereading import agrees

Mask = pd.Series


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
    return (frame["low"] <= frame["high"]).fillna(True)


def _exact_text(frame: pd.DataFrame) -> Mask:
    """``value_text`` is there when ``value`` is, and is the same number."""
    both = frame["value"].notna() == frame["value_text"].notna()
    number = pd.to_numeric(frame["value_text"].astype("object"), errors="coerce")
    return both & (frame["value"].isna() | (number.astype("float64") == frame["value"]).fillna(False))


def _rank(frame: pd.DataFrame) -> Mask:
    value = frame["value"]
    return ((frame["kind"] != "rank") | ((value >= 1) & (value.round() == value))).fillna(True)


def _count(frame: pd.DataFrame) -> Mask:
    return ((frame["kind"] != "count") | (frame["value"] >= 0)).fillna(True)


def _period(frame: pd.DataFrame) -> Mask:
    return (frame["period_start"] <= frame["period_end"]).fillna(True)


def _numeral(frame: pd.DataFrame) -> Mask:
    """Python for each row, 3 seconds a million where quotes repeat: the one check that reads text."""
    columns = (
        frame[name].astype("object").where(frame[name].notna(), None) for name in ("quote", "value", "low", "high")
    )
    return pd.Series(
        [quote is None or agrees(quote, *numbers) for quote, *numbers in zip(*columns, strict=True)],
        index=frame.index,
        dtype="bool",
    )


_HARD: Mapping[str, tuple[Callable[[pd.DataFrame], Mask], str]] = {
    "quote_length": (_length, "end - start is the length of the quote"),
    "raw_span": (_raw_span, "raw_start lies before raw_end"),
    "value_or_range": (_value_or_range, "a range or vague number has low and high, every other figure a value"),
    "limits": (_limits, "low and high fit the bound"),
    "ends_in_order": (_ends_in_order, "low is not over high"),
    "exact_text": (_exact_text, "value_text is the value"),
    "numeral": (_numeral, "the numeral read again from the quote gives value, low and high"),
    "rank_whole": (_rank, "a rank is whole and positive"),
    "count_positive": (_count, "a count is not negative"),
    "period_in_order": (_period, "period_start is not after period_end"),
}
HARD = [
    pandera.Check(test, name=name, error=name, description=sentence, ignore_na=False)
    for name, (test, sentence) in _HARD.items()
]


def _count_not_whole(frame: pd.DataFrame) -> Mask:
    counted = (frame["kind"] == "count") & ~frame["unit"].str.contains("/", regex=False)
    return counted & (frame["value"].round() != frame["value"])


def _share_over_100(frame: pd.DataFrame) -> Mask:
    return (frame["kind"] == "share") & (frame["unit"] == "percent") & (frame["value"] > 100)


def _growth_implausible(frame: pd.DataFrame) -> Mask:
    percent = (frame["kind"] == "growth_rate") & (frame["unit"] == "percent")
    return percent & ((frame["value"] > 1000) | (frame["value"] < -100))


def _period_implausible(frame: pd.DataFrame) -> Mask:
    first, last = pd.Timestamp("1800-01-01").date(), pd.Timestamp("2100-12-31").date()
    return (frame["period_start"] < first) | (frame["period_end"] > last)


def _period_unexplained(frame: pd.DataFrame) -> Mask:
    dated = frame["period_start"].notna() | frame["period_end"].notna()
    return dated & (frame["period_from"] == "none")


def _unit_unfit(frame: pd.DataFrame) -> Mask:
    return (frame["kind"] == "rank") & (frame["unit"] != "rank")


SOFT: Mapping[str, tuple[Callable[[pd.DataFrame], Mask], str]] = MappingProxyType(
    {
        "count_not_whole": (_count_not_whole, "things are counted in whole numbers"),
        "share_over_100": (_share_over_100, "a share is at most 100 percent"),
        "growth_implausible": (_growth_implausible, "growth lies between -100 and 1000 percent"),
        "period_implausible": (_period_implausible, "a period lies between 1800 and 2100"),
        "period_unexplained": (_period_unexplained, "a period says where it was found"),
        "unit_unfit": (_unit_unfit, "a rank is counted in places"),
    }
)


def soft_flags(frame: pd.DataFrame) -> dict[str, Mask]:
    """For each soft check the rows it finds odd."""
    return {name: test(frame).fillna(False) for name, (test, _) in SOFT.items()}
