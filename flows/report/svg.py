"""Pictures as inline SVG, drawn with shapes and words as well as with colours: lines over time, and bars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, inf, isfinite, log10

from markupsafe import Markup, escape

_WIDTH, _HEIGHT = 640, 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 18, 14, 26
_BAR, _GAP, _LABEL = 16, 8, 150
_TICKS = 5
#: the least length of an arrow, and of a whisker that shows beside its mark
_ARROW, _SEEN = 20, 12
#: a rival value that is so many times as large as all else is drawn at the edge
_FAR = 3
#: what the name of a year needs
_ROOM = 58
_NAME = Markup('<text class="axis" x="{:.1f}" y="{}" text-anchor="middle">{}</text>')
_RING = Markup('<circle class="ring" cx="{:.1f}" cy="{:.1f}" r="9"/>')
_BARS = Markup(
    '<text x="{}" y="{}" text-anchor="end">{}</text>'
    '<rect class="{}" x="{}" y="{}" width="{:.1f}" height="{}" rx="2"/>'
    '<text class="axis" x="{:.1f}" y="{}">{:,}</text>'
)
_LINE = Markup('<polyline class="line s{}{}" points="{}"/>')
_SHORT = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "k"))


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a day, with the least and the greatest it may be (infinite: open). ``state`` is a class in CSS.

    ``rivals`` are other values that are stated for the same, each with what is told of it.
    """

    day: date
    value: float
    low: float
    high: float
    state: str
    told: str
    rivals: Sequence[tuple[float, str]] = ()


def short(value: float, digits: int = 4) -> str:
    """A number as an axis shows it.

    >>> short(320.1e9), short(1800), short(0.25), short(0), short(-2.5e6)
    ('320.1bn', '1.8k', '0.25', '0', '-2.5m')
    """
    for size, name in _SHORT:
        if abs(value) >= size:
            return f"{value / size:.{digits}g}{name}"
    return f"{value:.{digits}g}"


def ticks(low: float, high: float) -> list[float]:
    """Round numbers from at or below ``low`` to at or above ``high``.

    >>> ticks(0, 320), ticks(5.85, 5.95)
    ([0, 100, 200, 300, 400], [5.85, 5.9, 5.95])
    """
    rough = max(high - low, abs(high) * 1e-9) / (_TICKS - 1) or 1.0
    size = 10 ** floor(log10(rough))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough * 0.8)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(number * step, 12) for number in range(first, max(last, first + 1) + 1)]


def lines(series: Sequence[tuple[str, Sequence[Point]]], title: str) -> Markup:
    """Values over time, a line for each of the named series; all have at least one point."""
    points = [point for _, found in series for point in found]
    marks = ticks(*_extent(points))
    first, last = (pick(point.day for point in points).toordinal() for pick in (min, max))
    plot = _Plot(first, last, marks[0], marks[-1])
    parts = [*_grid(plot, marks), *_years(plot, points)]
    for number, (_, found) in enumerate(series):
        parts += _line(plot, found, number)
        parts += [_mark(plot, point, number) for point in found]
    return _picture(_WIDTH, _HEIGHT, title, parts)


def _extent(points: Sequence[Point]) -> tuple[float, float]:
    ends = [end for point in points for end in (point.low, point.value, point.high) if isfinite(end)]
    low, high = min(ends), max(ends)
    room = _FAR * max(abs(low), abs(high))  # a number with the wrong scale would press all others flat
    near = [rival for point in points for rival, _ in point.rivals if abs(rival) <= room]
    low, high = min([low, *near]), max([high, *near])
    if 0 < low < 0.75 * high:
        low = 0.0
    elif low < high < 0 and high > 0.75 * low:
        high = 0.0
    margin = 0 if low in (0.0, high) else (high - low) * 0.08
    return (low - margin, high + (high - low) * 0.04) if low != high else (min(0.0, low), max(0.0, high) or 1.0)


@dataclass(frozen=True, slots=True)
class _Plot:
    first: int
    last: int
    low: float
    high: float

    def x(self, day: date) -> float:
        span = self.last - self.first
        inside = _WIDTH - _LEFT - _RIGHT - 40
        return _LEFT + 20 + (inside * (day.toordinal() - self.first) / span if span else inside / 2)

    def y(self, value: float) -> float:
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def _grid(plot: _Plot, marks: Iterable[float]) -> Iterator[Markup]:
    for value in marks:
        y = plot.y(value)
        yield Markup('<path class="grid" d="M{} {:.1f}H{}"/>').format(_LEFT, y, _WIDTH - _RIGHT)
        yield Markup('<text class="axis" x="{}" y="{:.1f}" text-anchor="end">{}</text>').format(
            _LEFT - 8, y + 4, short(value)
        )


def _years(plot: _Plot, points: Sequence[Point]) -> Iterator[Markup]:
    """Names of the years in which points lie, those that have room."""
    days = {point.day.year: point.day for point in sorted(points, key=lambda point: point.day)}
    free = inf
    for year, day in sorted(days.items(), reverse=True):
        x = plot.x(day)
        if x <= free:
            free = x - _ROOM
            yield _NAME.format(x, _HEIGHT - 7, year)


def _line(plot: _Plot, found: Sequence[Point], number: int) -> Iterator[Markup]:
    """A line through what was, and from there on, dashed, through what is expected."""
    was = [point for point in found if point.state != "projected"]
    expected = [point for point in found if point.state == "projected"]
    for points, name in ((was, ""), ([*was[-1:], *expected], " projected")):
        if len(points) > 1:
            places = " ".join(f"{plot.x(point.day):.1f},{plot.y(point.value):.1f}" for point in points)
            yield _LINE.format(number, name, places)


def _mark(plot: _Plot, point: Point, number: int) -> Markup:
    x, y = plot.x(point.day), plot.y(point.value)
    mark = Markup('<g class="point s{} {}"><title>{}</title>{}{}{}</g>').format(
        number,
        point.state,
        point.told,
        _bounds(plot, point, x, y),
        Markup('<path d="{}"/>').format(shape(number, x, y)),
        _RING.format(x, y) if point.state == "conflict" else "",
    )
    return Markup("").join([*(_rival(plot, x, y, *rival) for rival in point.rivals), mark])


def _rival(plot: _Plot, x: float, y: float, value: float, told: str) -> Markup:
    """A cross at a value that others do not bear out, tied to the one that they do; an arrow where it lies outside."""
    at = plot.y(value)
    outside = (value > plot.high) - (value < plot.low)
    cross = f"M{x - 4:.1f} {at - 4:.1f}l8 8M{x - 4:.1f} {at + 4:.1f}l8 -8"
    arrow = f"M{x - 4:.1f} {at + 6 * outside:.1f}l4 {-6 * outside}l4 {6 * outside}"
    return Markup(
        '<g class="rival"><title>{}</title><path class="tie" d="M{:.1f} {:.1f}V{:.1f}"/><path d="{}"/></g>'
    ).format(told, x, y, at, arrow if outside else cross)


def _bounds(plot: _Plot, point: Point, x: float, y: float) -> Markup:
    """A whisker over what the value may be, none where it would not be seen; an arrow for "more than" and its like."""
    top, bottom = (plot.y(end) if isfinite(end) else y for end in (point.high, point.low))
    up, down = point.low == point.value < point.high, point.low < point.value == point.high
    if up or down:
        sign = -1 if up else 1
        tip = (min(top, y - _ARROW)) if up else max(bottom, y + _ARROW)
        drawn = f"M{x:.1f} {y:.1f}V{tip:.1f}M{x - 4:.1f} {tip - 5 * sign:.1f}L{x:.1f} {tip:.1f}l4 {-5 * sign}"
    elif bottom - top >= _SEEN:
        drawn = f"M{x:.1f} {top:.1f}V{bottom:.1f}M{x - 4:.1f} {top:.1f}h8M{x - 4:.1f} {bottom:.1f}h8"
    else:
        return Markup("")
    return Markup('<path class="bounds" d="{}"/>').format(drawn)


def shape(number: int, x: float, y: float) -> str:
    """The outline of a series' marks, each another one: circle, square, triangle, diamond, and so on."""
    return (
        f"M{x - 4.5:.1f} {y:.1f}a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z",
        f"M{x - 4:.1f} {y - 4:.1f}h8v8h-8z",
        f"M{x:.1f} {y - 5:.1f}l5 9h-10z",
        f"M{x:.1f} {y - 6:.1f}l5.5 6l-5.5 6l-5.5 -6z",
        f"M{x:.1f} {y + 5:.1f}l5 -9h-10z",
        f"M{x - 5:.1f} {y - 2:.1f}h3v-3h4v3h3v4h-3v3h-4v-3h-3z",
    )[number % 6]


def bars(counts: Sequence[tuple[str, int, str]], title: str) -> Markup:
    """A bar for each label; the third of each is a class of the page."""
    most = max((count for _, count, _ in counts), default=0) or 1
    room = _WIDTH - _LABEL - 70
    parts = []
    for number, (label, count, name) in enumerate(counts):
        y = number * (_BAR + _GAP)
        width = max(2.0, room * count / most)
        cut = label if len(label) <= 22 else f"{label[:21]}…"
        end = _LABEL + width + 6
        parts.append(_BARS.format(_LABEL - 8, y + 13, cut, name, _LABEL, y, width, _BAR, end, y + 13, count))
    return _picture(_WIDTH, max(1, len(counts)) * (_BAR + _GAP), title, parts)


def _picture(width: int, height: int, title: str, parts: Iterable[Markup]) -> Markup:
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        width, height, escape(title), Markup("").join(parts)
    )


def ends(low: float | None, high: float | None) -> tuple[float, float]:
    """The ends of an interval as numbers, infinite where there is none."""
    return (-inf if low is None else low, inf if high is None else high)
