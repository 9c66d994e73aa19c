"""The synonyms of indicators: every phrase under one key, and near misses apart."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.indicators import _normal, indicator_key
from extractors.lexicon import Row, load

ROWS = load("indicators", {"key": str, "phrases": list}, {"unit_kinds": list})
KEYS = {row["key"] for row in ROWS}
UNIT_KINDS = set(
    """currency percent permille percentage_point index count area length mass volume energy power temperature time
    speed ratio container number rank multiple""".split()
)
BY_ID = [pytest.param(row, id=row.id) for row in ROWS]
PHRASES = [(phrase, row["key"]) for row in ROWS for phrase in row["phrases"]]


def test_the_table_is_large_enough_to_be_of_use() -> None:
    assert len(KEYS) >= 230


def test_no_phrase_stands_under_two_keys() -> None:
    """Compared as the product compares them: the later row would win in silence."""
    keys = defaultdict(set)
    for phrase, key in PHRASES:
        keys[_normal(phrase)].add(key)
    assert not {phrase: found for phrase, found in keys.items() if len(found) > 1}


def test_no_phrase_is_listed_twice() -> None:
    """Plural, article and ``total`` make no new phrase."""
    counts = Counter(_normal(phrase) for phrase, _ in PHRASES)
    assert not [phrase for phrase, count in counts.items() if count > 1]


@pytest.mark.parametrize("row", BY_ID)
def test_a_row_is_well_formed(row: Row) -> None:
    assert row.id == row["key"]
    assert re.fullmatch(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*", row["key"])
    assert set(row.get("unit_kinds")) <= UNIT_KINDS, "a kind of unit nobody knows"
    assert row.get("unit_kinds"), "a level has some unit"
    assert all(_normal(phrase) for phrase in row["phrases"])


@pytest.mark.parametrize("row", BY_ID)
def test_phrases_and_examples_have_the_key_and_near_misses_do_not(row: Row) -> None:
    wanted = [*row["phrases"], *row.examples]
    assert not [text for text in wanted if indicator_key(text) != row["key"]]
    assert not [text for text in row.not_examples if indicator_key(text) == row["key"]]


def test_a_key_read_as_words_is_never_another_indicator() -> None:
    """A phrase that is in no row becomes a key by its words: it must not hit the key of something else."""
    spelled = {key: indicator_key(key.replace("_", " ")) for key in KEYS}
    assert not {key: found for key, found in spelled.items() if found != key and found in KEYS}


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("GDP", "the gross domestic product", "an acronym and its words"),
        ("value added of primary industry", "primary sector added value", "word order, industry and sector"),
        ("industrial value added", "added value of industry", "adjective and noun"),
        ("output of grain", "total grain output", "word order, total"),
        ("investment in fixed assets", "fixed-asset investment", "a hyphen"),
        ("actually utilised foreign capital", "foreign capital actually used", "spelling and word order"),
        ("tourists", "number of tourists", "number of"),
        ("urbanisation rate", "urbanization level", "British and American"),
        ("number of schools", "schools", "what is counted"),
        ("labour force", "labor force", "British and American"),
        ("R&D expenditure", "expenditure on research and development", "an abbreviation"),
        ("sown area of corn", "area planted to maize", "two names of one crop"),
    ],
)  # fmt: skip
def test_synonyms_are_joined(one: str, other: str, why: str) -> None:
    assert indicator_key(one) == indicator_key(other), why


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("permanent population", "registered population", "who is counted"),
        ("permanent population", "urban permanent population", "urban"),
        ("GDP", "per capita GDP", "per capita"),
        ("GDP", "value added of primary industry", "a sector"),
        ("GDP", "gross national income", "another concept"),
        ("industrial added value", "value added of industries above designated size", "above designated size"),
        ("per capita disposable income of urban residents", "per capita disposable income of rural residents", "place"),
        ("per capita disposable income of rural residents", "per capita net income of farmers", "before 2013"),
        ("fiscal revenue", "general public budget revenue", "the general public budget"),
        ("fiscal revenue", "tax revenue", "tax"),
        ("foreign-funded enterprises", "new foreign-funded enterprises", "new"),
        ("installed capacity", "newly installed capacity", "new"),
        ("utilised foreign capital", "contracted foreign capital", "paid in or promised"),
        ("registered urban unemployment rate", "surveyed urban unemployment rate", "how it is measured"),
        ("cargo throughput", "container throughput", "container"),
        ("cargo throughput", "foreign trade cargo throughput", "foreign"),
        ("trade surplus", "trade deficit", "opposite signs"),
        ("exports", "exports of services", "services"),
        ("completed investment", "planned investment", "planned"),
        ("operating income", "operating revenue", "income may be profit"),
        ("net profit", "gross profit", "before or after costs"),
        ("hospital beds", "hotel beds", "whose beds"),
        ("average wage", "minimum wage", "which wage"),
        ("output of coal", "coal consumption", "made or used"),
        ("output of vehicles", "sales of vehicles", "made or sold"),
    ],
)  # fmt: skip
def test_qualifiers_are_never_dropped(one: str, other: str, why: str) -> None:
    assert indicator_key(one) != indicator_key(other), why


@given(st.sampled_from(PHRASES), st.sampled_from(["the {}", "total {}", "The total {}", "{}"]), st.booleans())
def test_articles_total_and_capitals_do_not_matter(phrase: tuple[str, str], frame: str, capitals: bool) -> None:
    text = frame.format(phrase[0])
    assert indicator_key(text.upper() if capitals else text) == phrase[1]
