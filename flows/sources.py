"""Where entity, period and basis of a figure come from: the words, their line, and the row that read them."""

from __future__ import annotations

import re

from extractors import lexicon
from extractors.indicators import head_of
from extractors.model import Extraction, Figure
from extractors.periods import find_periods
from flows.codes import ENTITY, PERIOD
from flows.places import place_of

_OF_TABLE = "the header of its row or column says so"


def entity(extraction: Extraction, figure: Figure) -> str:
    """Where the entity comes from, and the line in which the text names it first."""
    told = ENTITY[figure.entity_from]
    if figure.entity is None or figure.entity_from == "stated":
        return told
    place = extraction.clean.raw.find(figure.entity)
    return f"{told}, first in {_line(extraction, place)}" if place >= 0 else told


def period(extraction: Extraction, figure: Figure) -> str:
    """Where the period comes from: the time expression with its row, in the sentence or before it."""
    if figure.period_from == "stated" and figure.rule.startswith("table."):
        return _OF_TABLE
    told = PERIOD[figure.period_from]
    if figure.period_from == "stated":
        found = find_periods(figure.sentence)
        dated = [each for each in found if (each.first, each.last) == (figure.period_start, figure.period_end)]
        chosen = dated or [each for each in found if each.first is None]
        return f"{told}: {chosen[0].text!r}, {place_of(chosen[0].rule, 'periods')}" if chosen else told
    if figure.period_from == "dateline":
        undated = [each for each in find_periods(figure.sentence) if each.first is None]
        expression = f" {undated[0].text!r}, {place_of(undated[0].rule, 'periods')}" if undated else ""
        day = extraction.document.published
        return f"{told}{expression}" + (f"; published on {day}" if day else "")
    before = extraction.clean.text[: figure.start]
    same = [
        each for each in find_periods(before) if (each.first, each.last) == (figure.period_start, figure.period_end)
    ]
    if not same or figure.period_from == "none":
        return told
    last = same[-1] if figure.period_from == "inherited" else same[0]
    place = extraction.clean.to_raw(last.start, last.end)[0]
    return f"{told}: {last.text!r} in {_line(extraction, place)}, {place_of(last.rule, 'periods')}"


def basis(figure: Figure) -> str:
    """Where the basis comes from: the words for a usual one with their row, the indicator, or the sentence.

    >>> from extractors.model import Document
    >>> from extractors.pipeline import extract
    >>> basis(extract(Document("", "In 2020, GDP grew 5.9% year-on-year.")).figures[0])[:41]
    "'year-on-year', row year_on_year (extract"
    """
    for row in lexicon.LOADED.get("cues", ()):
        if row.get("value") == figure.basis:
            phrases = sorted(row.get("phrases", ()), key=len, reverse=True)
            said = next((each for each in phrases if re.search(rf"\b{re.escape(each)}\b", figure.sentence, re.I)), None)
            if said:
                return f"{said!r}, {place_of(row.id, 'cues')}"
    if figure.basis and figure.basis == head_of(figure.indicator).basis:
        rows = (row for row in lexicon.LOADED.get("heads", ()) if row.get("basis") == figure.basis)
        heads = [each.id for each in rows if any(noun in figure.indicator for noun in each.get("nouns", ()))]
        return "the indicator itself" + (f", {place_of(heads[0], 'heads')}" if heads else "")
    if figure.basis and figure.basis in figure.sentence:
        return f"the words {figure.basis!r} of the sentence"
    relative = next((each for each in find_periods(figure.sentence) if each.relative), None)
    return "what the sentence compares with" + (f": {relative.text!r}" if relative else "")


def _line(extraction: Extraction, place: int) -> str:
    return f"line {extraction.clean.raw.count(chr(10), 0, place) + 1}"
