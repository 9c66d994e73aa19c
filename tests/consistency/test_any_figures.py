"""Whatever numbers stand in a dataset, comparing them ends: no zero, sign or odd bound stops a run."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.consistency import check

VALUES = st.sampled_from((0.0, -0.0, 1.0, -1.0, 100.0, 1e-300, 1e300, 0.1, 12.5e9)) | st.floats(
    allow_nan=False, allow_infinity=False
)
DAYS = st.sampled_from(
    (None, date(1, 1, 1), date(2020, 1, 1), date(2020, 12, 31), date(2021, 12, 31), date(9999, 12, 31))
)


@st.composite
def figure(draw: st.DrawFn) -> dict[str, Any]:
    """A row of `figures` with few different names, so that rows meet each other."""
    value = draw(VALUES)
    quote = draw(st.sampled_from(("0", "5%", "US$0", "1.0 billion yuan", "twice", "a third", "zero", "12:5", "")))
    start, end = sorted((draw(DAYS), draw(DAYS)), key=lambda day: day or date(1, 1, 1))
    key = draw(
        st.sampled_from(("gdp", "population_permanent", "exports", "imports", "foreign_trade", "gdp_per_capita"))
    )
    return {
        "figure_id": draw(st.uuids()).hex,
        "doc_id": "d",
        "source": draw(st.sampled_from(("a.txt", "b.txt"))),
        "quote": quote,
        "sentence": draw(
            st.sampled_from((f"It was {quote}, of which {quote}: from {quote} to {quote}.", "Of this total,", ""))
        ),
        "start": draw(st.integers(0, 60)),
        "value": value,
        "low": draw(st.none() | VALUES),
        "high": draw(st.none() | VALUES),
        "unit": draw(
            st.sampled_from(("CNY", "USD", "percent", "multiple", "count:person", "count:person/km2", "1", "rank"))
        ),
        "bound": draw(st.sampled_from(("exact", "approx", "range", "more_than", "less_than", "vague"))),
        "kind": draw(st.sampled_from(("level", "count", "change_abs", "growth_rate", "share", "multiple", "rank"))),
        "status": "actual",
        "direction": None,
        "indicator": key.replace("_", " "),
        "indicator_key": key,
        "entity": "Lanhe",
        "period_start": start if end else None,
        "period_end": end,
        "period_from": "stated",
        "basis": draw(
            st.sampled_from((None, "year_on_year", "2015", "average_annual", "end of 2019", "total", "0001"))
        ),
        "rule": draw(st.sampled_from(("amount", "equivalent"))),
    }


@given(st.lists(figure(), max_size=8))
def test_any_figures_can_be_compared(rows: list[dict[str, Any]]) -> None:
    checked = check(rows)
    assert all(each.arithmetic for each in checked.findings)
    assert len({each.finding_id for each in checked.findings}) == len(checked.findings)
