"""Which pictures a review has: indicators over time, and how kinds, units and reasons are distributed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flows.report.model import Chart, Row
from flows.report.svg import Point, bars, ends, lines, short

#: so many pictures, and so many lines in one of them
MOST, LINES = 24, 6
#: so many bars; the rest is one more
BARS = 12
_YEAR = 360
Key = tuple[str, str, str, str | None, str]


def series(observations: Iterable[Row]) -> list[Chart]:
    """The longest series, a picture an indicator, a line an entity."""
    groups: dict[Key, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for each in observations:
        if each["period_end"] is not None and each["kind"] != "rank":
            groups[_key(each)][each["entity"]].append(each)
    drawn = [(key, found) for key, each in groups.items() if (found := _long(each))]
    drawn.sort(key=lambda entry: (-max(map(len, entry[1].values())), -len(entry[1]), str(entry[0])))
    return [_chart(key, found) for key, found in drawn[:MOST]]


def _key(each: Row) -> Key:
    return each["indicator_key"], each["unit"], each["kind"], each["basis"], _length(each)


def _length(each: Row) -> str:
    """How long the period is: the sum of five years is no point of a line of years.

    >>> from datetime import date
    >>> _length({"period_start": date(2016, 1, 1), "period_end": date(2020, 12, 31)})
    '5 years'
    >>> _length({"period_start": date(2020, 1, 1), "period_end": date(2020, 3, 31)})
    '3 months'
    """
    start, end = each["period_start"], each["period_end"]
    if start is None or start == end:
        return "year"
    days = (end - start).days
    if days < _YEAR:
        return f"{max(1, round(days / 30.4))} months"
    years = round(days / 365.25)
    return "year" if years == 1 else f"{years} years"


def _long(entities: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    """The entities with the most points, each in the order of time; nothing unless one has two periods."""
    ranked = sorted(entities, key=lambda name: (-len(entities[name]), name))[:LINES]
    ordered = {name: sorted(entities[name], key=lambda each: (each["period_end"], each["value"])) for name in ranked}
    several = any(len({each["period_end"] for each in found}) > 1 for found in ordered.values())
    return ordered if several else {}


def _chart(key: Key, found: Mapping[str, list[Row]]) -> Chart:
    most = next(iter(found.values()))[0]
    unit, basis, length = key[1], key[3], key[4]
    note = ", ".join(part for part in (unit, basis, "" if length == "year" else f"over {length}") if part)
    title = str(most["indicator"])
    rows = [each for name in found for each in found[name]]
    return Chart(
        title,
        note,
        lines([(name, [_point(each) for each in found[name]]) for name in found], f"{title} over time: {note}"),
        ("entity", "period", "value", "state", "may be"),
        [_cells(each) for each in rows],
        [next(iter(each["figure_ids"]), "") for each in rows],
        list(found),
    )


def _point(each: Row) -> Point:
    told = f"{each['entity']}, {each['period_end']}: {written(each['value'])}, {_state(each)}"
    return Point(each["period_end"], each["value"], *ends(each["low"], each["high"]), _state(each), told)


def _state(each: Row) -> str:
    if each["agreement"] == "conflict":
        return "conflict"
    if each["status"] == "projected":
        return "projected"
    return "derived" if each["derived"] else str(each["agreement"])


def _cells(each: Row) -> list[str]:
    low, high = ends(each["low"], each["high"])
    may_be = "" if low == high else f"{short(low, 6)} to {short(high, 6)}"
    return [each["entity"], each["period_end"].isoformat(), written(each["value"]), _state(each), may_be]


def written(value: float) -> str:
    """A number in full.

    >>> written(320100000000.0), written(5.9), written(-0.25)
    ('320,100,000,000', '5.9', '-0.25')
    """
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return text if value == 0 or float(text.replace(",", "")) else f"{value:.6g}"


def distribution(title: str, counts: Mapping[str, int], *, own_colours: bool = False) -> Chart | None:
    """How often each value occurs, the most frequent first; None where there is nothing to count.

    >>> distribution("units", {"CNY": 2, "percent": 3}).rows
    [('percent', '3', '60.0 %'), ('CNY', '2', '40.0 %')]
    """
    total = sum(counts.values())
    if not total:
        return None
    shown = _ranked(counts)
    drawn = [(label, count, f"bar k-{label}" if own_colours else "bar") for label, count in shown]
    rows = [(label, f"{count:,}", f"{100 * count / total:.1f} %") for label, count in shown]
    return Chart(title, "", bars(drawn, title), (title.rstrip("s"), "rows", "share"), rows)


def _ranked(counts: Mapping[str, int]) -> Sequence[tuple[str, Any]]:
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    if len(ranked) <= BARS + 1:
        return ranked
    return [*ranked[:BARS], (f"{len(ranked) - BARS:,} others", sum(count for _, count in ranked[BARS:]))]
