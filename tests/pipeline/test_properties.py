"""Whatever the text: extraction ends, ends soon, and its figures stand where they say."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.model import Document, Extraction
from extractors.periods import find_periods
from extractors.pipeline import build, extract
from extractors.quantities import find_quantities

#: What statistical prose is made of, and what breaks it.
PIECES = [
    " ", " ", " ", "\n", "\n\n", "\t", ",", ".", ";", ":", "(", ")", "|", "-", "–", "%", "'s", "\u00a0", "\x00", "😀",
    "In 2018", "2019", "last year", "a year earlier", "first half of 2016", "since 2010", "13th Five-Year Plan",
    "31 June 2017", "by the end of", "In August", "the previous year", "Jan.-Sept.",
    "GDP", "exports", "imports", "the county", "The port", "Qinghe", "its", "it", "the rate", "wheat and rice",
    "rose", "fell", "up", "down", "by", "from", "to", "reached", "was", "were built", "increase", "decrease", "higher",
    "accounting for", "share of", "of which", "that of", "those of", "respectively", "year on year", "average annual",
    "compared with", "ranked", "will", "planned", "which", "while", "and", "or", "with", "an additional", "times",
    "4.1 percent", "5 billion yuan", "(+2.1%)", "(first half of 2016: 3.1)", "-3.5", "12 schools", "fifth", "doubled",
    "a third", "8.8:43.8:47.4", "1.4 percentage points", "3 to 5 tons", "over 20 million", "320亿元", "1,234", "1.2.3",
    "Item | 2018 | 2019", "Hotels | 12 | 14", "Item 2018 2019", "Coal (tons) 5,100 4,900", "Unit", "Growth (%)",
    "Updated: 2020-03-17",
]  # fmt: skip

TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=40).map("\n".join),
)


def read(text: str) -> Extraction:
    return extract(Document("any", text))


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_figures_stand_where_they_say(text: str) -> None:
    result = read(text)
    clean = result.clean
    for figure in result.figures:
        assert clean.text[figure.start : figure.end] == figure.quote
        assert figure.quote.strip() == figure.quote != ""
        assert 0 <= figure.raw_start <= figure.raw_end <= len(clean.raw)
    assert all(one.start <= two.start and one.end <= two.start for one, two in pairwise(result.figures))


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_a_number_is_a_figure_or_it_is_not(text: str) -> None:
    """Inside a quote a number may only define (a label, an ordinal); the quote's own numeral is never refused."""
    result = read(text)
    for other in result.not_figures:
        assert result.clean.text[other.start : other.end] == other.quote
        assert not [f.quote for f in result.figures if other.start <= f.start and f.end <= other.end]


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_the_numeral_of_a_quantity_is_not_refused_too(text: str) -> None:
    quantities, others = find_quantities(build().make_doc(text), find_periods(text))
    numerals = [(q.numeral_start, q.numeral_end) for q in quantities]
    assert not [o for o in others for start, end in numerals if o.start < end and start < o.end]


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_fields_agree_with_each_other(text: str) -> None:
    for figure in read(text).figures:
        first, last = figure.period_start, figure.period_end
        assert first is None or last is None or first <= last
        assert (figure.period_from == "none") == (first is None and last is None)
        assert (figure.entity_from == "none") == (figure.entity is None)
        assert figure.low is None or figure.high is None or figure.low <= figure.high
        assert figure.direction is None or figure.kind in ("growth_rate", "change_abs", "multiple")
        assert figure.indicator_key


@given(TEXTS, TEXTS)
@settings(max_examples=100, deadline=None)
def test_a_document_is_read_on_its_own(text: str, other: str) -> None:
    before = read(text)
    read(other)
    assert read(text) == before


HARD = {
    "numbers": "1 ",
    "glued numbers": "1,",
    "of which": "of which ",
    "brackets": "(",
    "levels in brackets": "5 tons (",
    "rises": "rose by ",
    "from to": "from 5 tons to ",
    "that of": "that of coal rose 3 percent, ",
    "names": "Qinghe ",
    "years": "in 2018 ",
    "respectively": "3 percent and ",
    "cells": "a | 1 | ",
    "sentences": "Exports rose 3 percent. ",
}


def _seconds(text: str) -> float:
    """The least of three readings: what else the machine does only ever adds."""
    taken = []
    for _ in range(3):
        begun = time.process_time()
        read(text)
        taken.append(time.process_time() - begun)
    return min(taken)


@pytest.mark.parametrize("piece", HARD.values(), ids=HARD.keys())
def test_time_grows_with_the_length(piece: str) -> None:
    """Twice the text takes about twice the time: quadratic steps would take four times, backtracking for ever.

    The ceiling is generous, since a short time is measured badly.
    """
    read(piece * 20)
    short, long = (_seconds(piece * count) for count in (250, 1000))
    assert long < 0.3 + 9 * short
