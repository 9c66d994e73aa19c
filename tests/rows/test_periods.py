"""Time expressions are looked for only where one may begin: nothing must be missed by that."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from extractors.periods import _rules, find_periods

PAGES = sorted((Path(__file__).parents[1] / "gold").glob("*/*.txt"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.stem}")
def test_no_place_is_missed_by_the_look_ahead(page: Path) -> None:
    text = page.read_text("utf-8")
    _, finder, rules = _rules()
    at_every_word = re.compile(rf"(?<![\w.])(?:{finder.pattern})", re.IGNORECASE)
    places = {m.start() for m in at_every_word.finditer(text) if rules[m.lastgroup or ""].regex.match(text, m.start())}
    found = {p.start for p in find_periods(text)}
    assert {place for place in places if text[place : place + 4].lower() != "the " and place not in found} == set()


@pytest.mark.parametrize("text", ["İn the first quarter of 2019", "IN THE FIRST QUARTER OF 2019"])
def test_letters_that_change_their_length_move_nothing(text: str) -> None:
    assert [(p.text.lower(), str(p.last)) for p in find_periods(text)] == [("first quarter of 2019", "2019-03-31")]
