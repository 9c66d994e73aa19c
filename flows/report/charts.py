"""Which pictures a review has: indicators over time, and how kinds, units and reasons are distributed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from math import inf, isfinite
from typing import Any, NamedTuple

from flows.report.model import Chart, Row
from flows.report.svg import Point, bars, ends, lines, short

#: so many pictures, and so many lines in one of them
MOST, LINES = 24, 6
#: so many bars; the rest is one more
BARS = 12
_YEAR = 360
#: what is said of a value that other documents do not bear out
_RIVAL = "also stated"
Key = tuple[str, str, str, str | None, str]
FiguresOf = Callable[[Set[str]], Mapping[str, Row]]


def series(observations: Iterable[Row], figures_of: FiguresOf) -> list[Chart]:
    """The longest series, a picture an indicator, a line an entity.

    ``figures_of`` gives the figures with some ids: those behind a conflict are its rival values.
    """
    groups: dict[Key, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for each in observations:
        if each["period_end"] is not None and each["kind"] != "rank":
            groups[_key(each)][each["entity"]].append(each)
    drawn = [(key, found) for key, each in groups.items() if (found := _long(each))]
    drawn.sort(key=lambda entry: (-max(map(len, entry[1].values())), -len(entry[1]), str(entry[0])))
    shown = drawn[:MOST]
    disputed = [each for _, found in shown for rows in found.values() for each in rows if _state(each) == "conflict"]
    figures = figures_of({each for row in disputed for each in row["figure_ids"]})
    return [_chart(key, found, figures) for key, found in shown]


class Rival(NamedTuple):
    """A value that other documents do not bear out, in the unit of the chart; ``told`` has it as it is stated."""

    value: float
    told: str
    figure_id: str


def rivals(observation: Row, figures: Mapping[str, Row]) -> list[Rival]:
    """The figures behind a conflict that state another value than it, each value once, from the least on.

    >>> one = {"unit": "km2", "value": 12.5, "low": 12.45, "high": 12.55, "figure_ids": ["a", "b", "c", "d"]}
    >>> stated = [("a", 12.5, None, "km2"), ("b", 15.2, None, "km2"), ("c", 12, 12, "km2"), ("d", 900, None, "ha")]
    >>> names = ("figure_id", "value", "low", "unit")  # more than 12 square kilometres is no rival
    >>> figures = {each[0]: dict(zip(names, each), high=None) for each in stated}
    >>> [(each.value, each.told) for each in rivals({**one, "agreement": "conflict"}, figures)]
    [(9.0, 'also stated, as 900 ha'), (15.2, 'also stated')]
    >>> rivals({**one, "agreement": "agree"}, figures)
    []
    """
    if observation["agreement"] != "conflict":
        return []
    known = (figures[each] for each in reversed(observation["figure_ids"]) if each in figures)
    found = filter(None, (_rival(observation, each) for each in known))
    distinct = {float(f"{each.value:.9g}"): each for each in found}
    return [distinct[value] for value in sorted(distinct)]


def _rival(observation: Row, figure: Row) -> Rival | None:
    """A figure that states what the observation leaves no room for; None for one that does not."""
    factor = _factor(figure["unit"], observation["unit"])
    value, (least, most) = figure["value"], ends(figure["low"], figure["high"])
    if value is None:
        value = (least + most) / 2  # of a range
    elif (least, most) == (-inf, inf):
        least = most = value
    if not factor or not isfinite(value):
        return None
    low, high = ends(observation["low"], observation["high"])
    if most * factor >= low and least * factor <= high:
        return None
    stated = written(value) if least == most or figure["value"] is not None else f"{written(least)} to {written(most)}"
    as_stated = "" if factor == 1 and figure["value"] is not None else f", as {stated} {figure['unit']}"
    return Rival(value * factor, _RIVAL + as_stated, figure["figure_id"])


def _factor(unit: str, wanted: str) -> float:
    """What a value in one unit is multiplied with to have it in another; zero where they measure different things.

    >>> _factor("CNY", "CNY"), _factor("ha", "km2"), _factor("km2", "CNY")
    (1.0, 0.01, 0.0)
    """
    if unit == wanted:
        return 1.0
    from schemas.consistency.mentions import main_unit  # loads the tables of units, which few pages need

    (main, size), (other, other_size) = main_unit(unit), main_unit(wanted)
    return size / other_size if main == other else 0.0


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
        months = max(1, round(days / 30.4))
        return "a month" if months == 1 else f"{months} months"
    years = round(days / 365.25)
    return "year" if years == 1 else f"{years} years"


def _long(entities: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    """The entities with the most points, each in the order of time; nothing unless one has two periods."""
    ranked = sorted(entities, key=lambda name: (-len(entities[name]), name))[:LINES]
    ordered = {name: sorted(entities[name], key=lambda each: (each["period_end"], each["value"])) for name in ranked}
    several = any(len({each["period_end"] for each in found}) > 1 for found in ordered.values())
    return ordered if several else {}


def _chart(key: Key, found: Mapping[str, list[Row]], figures: Mapping[str, Row]) -> Chart:
    most = next(iter(found.values()))[0]
    unit, basis, length = key[1], key[3], key[4]
    note = ", ".join(part for part in (unit, basis, "" if length == "year" else f"over {length}") if part)
    title = str(most["indicator"])
    listed = [entry for rows in found.values() for each in rows for entry in _listed(each, figures)]
    return Chart(
        title,
        note,
        lines(
            [(name, [_point(each, figures) for each in rows]) for name, rows in found.items()],
            f"{title} over time: {note}",
        ),
        ("entity", "period", "value", "state", "may be"),
        [cells for cells, _ in listed],
        [link for _, link in listed],
        list(found),
    )


def _point(each: Row, figures: Mapping[str, Row]) -> Point:
    where = f"{each['entity']}, {each['period_end']}"
    told = f"{where}: {written(each['value'])}, {_state(each)}"
    others = tuple((other.value, f"{where}: {written(other.value)}, {other.told}") for other in rivals(each, figures))
    return Point(each["period_end"], each["value"], *ends(each["low"], each["high"]), _state(each), told, others)


def _state(each: Row) -> str:
    if each["agreement"] == "conflict":
        return "conflict"
    if each["status"] == "projected":
        return "projected"
    return "derived" if each["derived"] else str(each["agreement"])


def _listed(each: Row, figures: Mapping[str, Row]) -> Iterator[tuple[list[str], str]]:
    """The rows of the table beside the picture, an observation and its rivals, each with the figure it leads to."""
    borne_out = (name for name in each["figure_ids"] if name not in figures or not _rival(each, figures[name]))
    yield _cells(each), next(borne_out, "")
    for other in rivals(each, figures):
        yield [each["entity"], each["period_end"].isoformat(), written(other.value), other.told, ""], other.figure_id


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
