"""Findings: each kind with a text that has the fault and one that only looks as if it had."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from extractors.model import Document
from extractors.pipeline import extract
from schemas import figures
from schemas.consistency import Checked, check

DEV = Path(__file__).parent / "dev"


def checked(*texts: str) -> Checked:
    """What texts about one city, each a document of its own, say of each other."""
    documents = [Document(f"{number:02d}.txt", text) for number, text in enumerate(texts, 1)]
    return check(row for document in documents for row in figures.rows(extract(document)))


#: kind, severity, texts of the documents
FAULTS = [
    ("conflict", "conflict", ["Lanhe covers an area of 9,846 square kilometers.", "Lanhe has an area of 9,864 km2."]),
    (
        "conflict",
        "suspect",
        ["In 2020, the GDP of Lanhe was 3.47 billion yuan.", "In 2020, the GDP of Lanhe was 3.4 billion yuan."],
    ),
    (
        "magnitude",
        "magnitude",
        ["In 2020, the GDP of Lanhe was 17.42 billion yuan.", "In 2020, Lanhe's GDP reached 17.42 million yuan."],
    ),
    (
        "change",
        "conflict",
        ["In 2020, the GDP of Lanhe was 31.4 billion yuan, 9.6 billion yuan more than the 22.7 billion yuan of 2015."],
    ),
    (
        "growth",
        "conflict",
        [
            "In 2020, the output of grain of Lanhe was 148.2 million tons, up 7.5 percent over the 131.6 million tons "
            "of 2019."
        ],
    ),
    (
        "growth",
        "suspect",
        ["In 2020, Lanhe's GDP was 120.0 billion yuan, up 3.0 percent over the 105.0 billion yuan of 2019."],
    ),
    ("multiple", "conflict", ["Lanhe City\n\nIn 2020, the city had 684 schools, 2.5 times the 152 schools of 2015."]),
    ("multiple", "suspect", ["Visits to Lanhe increased by 3.2 times, from 105 trips in 2017 to 336 trips in 2020."]),
    (
        "share",
        "conflict",
        [
            "In 2020, Lanhe's GDP was 87.4 billion yuan. The added value of the primary industry was 3.9 billion yuan, "
            "that of the secondary industry was 38.6 billion yuan and that of the tertiary industry was 47.9 billion "
            "yuan."
        ],
    ),
    (
        "per_capita",
        "conflict",
        [
            "In 2020, Lanhe's GDP was 299.6 billion yuan and its per capita GDP was 66,150 yuan. At the end of 2020, "
            "Lanhe had a permanent population of 4.88 million."
        ],
    ),
    (
        "exchange",
        "conflict",
        [
            "In 2020, Lanhe's exports were 38.7 billion yuan (US$5.61 billion). In 2020, its imports were 3.86 billion "
            "yuan (US$420 million)."
        ],
    ),
]


@pytest.mark.parametrize(("kind", "severity", "texts"), FAULTS, ids=[f"{f[0]}-{f[1]}" for f in FAULTS])
def test_a_fault_is_found(kind: str, severity: str, texts: list[str]) -> None:
    assert [(each.kind, each.severity) for each in checked(*texts).findings] == [(kind, severity)]


#: why it is none, texts of the documents
CONSISTENT = [
    ("rounded", ["In 2020, the GDP of Lanhe was 214.63 billion yuan.", "In 2020, Lanhe's GDP was 214.6 billion yuan."]),
    ("a bound that holds", ["Lanhe had 684 schools in 2020.", "In 2020, Lanhe had more than 680 schools."]),
    ("another year", ["In 2020, the GDP of Lanhe was 31 billion yuan.", "In 2021, Lanhe's GDP was 35 billion yuan."]),
    ("a forecast", ["In 2020, the GDP of Lanhe was 31 billion yuan. It will reach 50 billion yuan in 2020."]),
    (
        "another city",
        ["In 2020, the GDP of Lanhe was 31.2 billion yuan.", "In 2020, Qinghe's GDP was 45.7 billion yuan."],
    ),
    ("another currency", ["In 2020, Lanhe's exports were 38.7 billion yuan (US$5.61 billion)."]),
    (
        "the difference fits",
        ["In 2020, Lanhe's GDP was 31.4 billion yuan, 9.6 billion yuan more than the 21.8 billion yuan of 2015."],
    ),
    (
        "a deflator",
        ["In 2020, Lanhe's GDP was 110.0 billion yuan, up 3.0 percent over the 105.0 billion yuan of 2019."],
    ),
    (
        "the average population",
        [
            "In 2020, Lanhe's GDP was 214.63 billion yuan and its per capita GDP was 63,027 yuan. At the end of 2020, "
            "Lanhe had a permanent population of 3.412 million."
        ],
    ),
    ("parts not said to be all", ["In 2020, Lanhe produced 236,500 tons of meat, including 186,400 tons of pork."]),
    (
        "registered, not permanent",
        [
            "At the end of 2020, Lanhe had a permanent population of 3.412 million and a registered population of "
            "3.786 million."
        ],
    ),
    (
        "verified later",
        ["In 2019, Lanhe's GDP was 287.4 billion yuan.", "Lanhe's GDP of 2019 was revised to 289.1 billion yuan."],
    ),
]


@pytest.mark.parametrize("texts", [case[1] for case in CONSISTENT], ids=[case[0] for case in CONSISTENT])
def test_what_may_well_be_true_is_no_finding(texts: list[str]) -> None:
    assert [each.explanation for each in checked(*texts).findings] == []


def digits(quotes: Iterable[str]) -> set[str]:
    return {number.replace(",", "") for quote in quotes for number in re.findall(r"\d[\d,.]*", quote)}


def found_in_dev() -> Checked:
    texts = {path.name: path.read_text("utf-8") for path in sorted(DEV.glob("*.txt"))}
    return check(row for name, text in texts.items() for row in figures.rows(extract(Document(name, text))))


def test_the_planted_faults_are_found_and_no_other() -> None:
    """Twelve annotated pages with nineteen faults, and sixty-three pairs that look like one."""
    wanted: list[dict[str, Any]] = json.loads((DEV / "expected.json").read_text("utf-8"))["findings"]
    found = found_in_dev().findings
    missed = [
        each["why"]
        for each in wanted
        if not any(
            (each["kind"], each["docs"], each["severity"]) == (other.kind, other.docs, other.severity)
            and digits(each["quotes"]) <= digits(other.quotes)
            for other in found
        )
    ]
    assert len(missed) <= 1, missed
    assert len(found) <= len(wanted), [each.explanation for each in found]


def test_mentions_are_reconciled() -> None:
    known = {
        (each.entity, each.indicator_key, str(each.period_end), each.kind): each for each in found_in_dev().observations
    }
    gdp = known["Yanxi", "gdp", "2020-12-31", "level"]
    assert (gdp.value, gdp.mentions, gdp.documents, gdp.agreement) == (214.63e9, 4, 4, "agree")
    area = known["Yanxi", "area", "None", "level"]
    assert (area.value, area.unit, area.agreement) == (9846, "km2", "conflict")


def test_what_follows_from_others_is_told_apart() -> None:
    known = checked(
        "In 2020, the GDP of Lanhe was 214.6 billion yuan, 63.4 billion yuan more than in 2015."
    ).observations
    derived = [each for each in known if each.formula]
    assert [(each.value, str(each.period_end), each.formula, each.mentions) for each in derived] == [
        (151.2e9, "2015-12-31", "214.6 billion yuan - 63.4 billion yuan = 151.2 billion", 0)
    ]
