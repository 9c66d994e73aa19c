"""Our own sentences and short documents: what their figures must say, and what must not be touched.

A case of ``cases_*.toml`` stands in a list named after its construction and has

* ``text``, and where it needs them ``title`` and ``published`` of the document;
* ``why``: what the case is about;
* ``figures``: all figures of the text in order, each with the fields the case is about. "" is null; ``period`` is
  ``2018``, ``FIRST/LAST``, ``FIRST/`` (no end) or "" (none); ``key`` is the indicator_key; capitals do not matter in
  an indicator;
* ``xfail``: what is read wrongly today. Such a case fails once it is read well: then the line is taken out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from extractors.model import Document, Figure
from extractors.pipeline import extract

FILES = sorted(Path(__file__).parent.glob("cases_*.toml"))
CASES = [
    (group, number, case)
    for path in FILES
    for group, cases in tomllib.loads(path.read_text("utf-8")).items()
    for number, case in enumerate(cases, 1)
]
NUMBERS = ("value", "low", "high")
PLAIN = "quote kind direction unit bound entity basis status period_from entity_from rule".split()
NAMES = {"indicator", "key", "period", *NUMBERS, *PLAIN}
KEYS = {"text", "why", "figures", "title", "published", "xfail"}


def _parameters() -> Iterator[object]:
    for group, number, case in CASES:
        marks = [pytest.mark.xfail(reason=case["xfail"], strict=True)] if "xfail" in case else []
        yield pytest.param(case, id=f"{group}-{number}", marks=marks)


def shown(figure: Figure, field: str) -> str:
    """A field of a figure as the cases write it."""
    if field == "period":
        return _period(figure.period_start, figure.period_end)
    if field == "indicator":
        return figure.indicator.casefold()
    value = getattr(figure, "indicator_key" if field == "key" else field)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def _period(first: date | None, last: date | None) -> str:
    if first is None and last is None:
        return ""
    whole = first and last and (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    if whole and first and last and first.year == last.year:
        return str(first.year)
    return f"{first or ''}/{last or ''}"


def expected(figure: Mapping[str, Any]) -> dict[str, str]:
    return {name: value.casefold() if name == "indicator" else value for name, value in figure.items()}


@pytest.mark.parametrize("case", list(_parameters()))
def test_reads_what_the_text_says(case: dict[str, Any]) -> None:
    document = Document("case", case["text"], title=case.get("title"), published=case.get("published"))
    figures = extract(document).figures
    assert [figure.quote for figure in figures] == [figure["quote"] for figure in case["figures"]], case["why"]
    for figure, wanted in zip(figures, case["figures"], strict=True):
        read = {field: shown(figure, field) for field in wanted}
        assert read == expected(wanted), case["why"]


def test_cases_are_well_formed() -> None:
    """A misspelt field would be looked for in vain, a doubled text would count twice."""
    assert len(CASES) >= 150
    assert len({(case["text"], case.get("title"), str(case.get("published"))) for _, _, case in CASES}) == len(CASES)
    for group, number, case in CASES:
        assert case.keys() <= KEYS, (group, number)
        assert case["why"], (group, number)
        assert all(figure.keys() <= NAMES and "quote" in figure for figure in case["figures"]), (group, number)
