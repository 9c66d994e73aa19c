"""Series as inline SVG: an indicator of one entity over its periods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markupsafe import Markup

_WIDTH, _HEIGHT, _LEFT, _PAD = 640, 180, 90, 24
#: fewer periods than this are no series
_SHORTEST = 3
_MOST = 24


def charts(observations: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The longest series of levels, each with its picture and its points."""
    groups: dict[tuple[str, str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for each in observations:
        dated = each["period_end"] is not None and each["value"] is not None
        if each["kind"] in ("level", "count") and each["status"] == "actual" and dated:
            groups[each["entity"], each["indicator_key"], each["unit"]].append(each)
    long = [sorted(found, key=lambda each: each["period_end"]) for found in groups.values() if len(found) >= _SHORTEST]
    long = [found for found in long if len({each["period_end"] for each in found}) >= _SHORTEST]
    ranked = sorted(long, key=lambda found: (-len(found), found[0]["entity"], found[0]["indicator_key"]))
    return [_chart(found) for found in ranked[:_MOST]]


def _chart(found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    points = [
        {
            "period": each["period_end"].isoformat(),
            "value": float(each["value"]),
            "shown": f"{each['value']:,.10g}",
            "agreement": "derived" if each["derived"] else each["agreement"],
        }
        for each in found
    ]
    title = f"{found[0]['indicator']}, {found[0]['entity']}"
    return {"title": title, "unit": found[0]["unit"], "points": points, "svg": _svg(points, title)}


def _svg(points: Sequence[Mapping[str, Any]], title: str) -> Markup:
    from markupsafe import Markup, escape

    values = [point["value"] for point in points]
    low, high = min(0.0, *values), max(values)
    span = (high - low) or 1.0
    step = (_WIDTH - _LEFT - _PAD) / max(1, len(points) - 1)
    places = [
        (_LEFT + number * step, _HEIGHT - _PAD - (point["value"] - low) / span * (_HEIGHT - 2 * _PAD))
        for number, point in enumerate(points)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = Markup("").join(
        Markup('<circle class="dot{}" cx="{:.1f}" cy="{:.1f}" r="4"><title>{}: {}</title></circle>').format(
            " bad" if point["agreement"] == "conflict" else "", x, y, point["period"], point["shown"]
        )
        for (x, y), point in zip(places, points, strict=True)
    )
    labels = Markup("").join(
        Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(x, _HEIGHT - 6, point["period"][:4])
        for (x, _), point in zip(places, points, strict=True)
    )
    return Markup(
        '<svg viewBox="0 0 {w} {h}" width="100%" role="img" aria-label="{title}"><text x="4" y="{top}">{high}</text>'
        '<text x="4" y="{bottom}">{low}</text><polyline class="line" points="{line}"/>{dots}{labels}</svg>'
    ).format(
        w=_WIDTH,
        h=_HEIGHT,
        title=escape(title),
        top=_PAD + 4,
        high=f"{high:,.6g}",
        bottom=_HEIGHT - _PAD,
        low=f"{low:,.6g}",
        line=line,
        dots=dots,
        labels=labels,
    )
