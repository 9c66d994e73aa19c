"""Our own sentences: what must be read in each, and nothing besides."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from extractors.model import Document, NotFigure, Quantity
from extractors.periods import find_periods
from extractors.pipeline import extract
from extractors.quantities import read_text

FILES = sorted(Path(__file__).parent.glob("cases*.toml"))


def _cases() -> Iterator[object]:
    for path in FILES:
        for group in tomllib.loads(path.read_text("utf-8"))["group"]:
            for number, (text, *expected) in enumerate(group["cases"], 1):
                why = group.get("unmended", {}).get(text)
                marks = [pytest.mark.xfail(strict=True, reason=why)] if why else []
                yield pytest.param(text, expected, id=f"{group['id']}-{number}", marks=marks)


def _shown(quantity: Quantity, text: str) -> str:
    number = (
        f"{quantity.value.normalize():f}"
        if quantity.value is not None
        else f"{_plain(quantity.low)}..{_plain(quantity.high)}"
    )
    parts = [text[quantity.start : quantity.end], number, quantity.unit]
    return " | ".join(parts if quantity.bound in ("exact", "range") else [*parts, quantity.bound])


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"


def _refused(item: NotFigure) -> str:
    return f"! {item.quote} | {item.why}"


@pytest.mark.parametrize(("text", "expected"), list(_cases()))
def test_reads_exactly_what_the_sentence_says(text: str, expected: list[str]) -> None:
    quantities, refused = read_text(text, find_periods(text))
    assert sorted([_shown(q, text) for q in quantities] + [_refused(n) for n in refused]) == sorted(expected)


#: Numbers with nothing around them, as a table cell, a question or a form may hold them.
ALONE = """one eighth; 2/10; a half; twenty-three fifths; 3/15; two thirds; half a dozen; 40 percent; 12; -4/5;
one in three; five to ten; twice; 21st; dozens; $20; 5 km; 1.5 million; about 30; more than 7 kg;
20-25%; ±3; 1/2 cup; a dollar; 10 below zero; 2 dollars and a half"""


@pytest.mark.parametrize("text", [phrase.strip() for phrase in ALONE.split(";")])
def test_a_number_alone_becomes_a_row(text: str) -> None:
    rows = extract(Document("alone", text))
    assert len(rows.figures) == len(read_text(text, [])[0])


def test_rows_are_made_of_every_sentence() -> None:
    for case in _cases():
        text = case.values[0]  # type: ignore[attr-defined]
        assert extract(Document("case", text)).clean.text, text
