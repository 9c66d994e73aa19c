"""Findings: each kind with a text that has the fault and one that only looks as if it had."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from extractors.model import Document
from extractors.pipeline import extract
from schemas import figures
from schemas.consistency import Checked, Observation, check
from schemas.consistency.mentions import entity_key

HERE = Path(__file__).parent
#: annotated pages with planted faults, and with pairs that only look like one
FOLDERS = ("dev", "fresh", "varied", "unseen", "cities", "harbours")
#: the least share of annotated observations that are found with value and agreement
RECONCILED = 0.85


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
        "per_capita",
        "conflict",
        [
            "Lanhe covers 11,236 km2. At the end of 2022, it had a permanent population of 5.316 million. "
            "The population density was 573 persons per km2 at the end of 2022."
        ],
    ),
    (
        "per_capita",
        "conflict",
        ["In 2022 Lanhe Hospital had 48,200 inpatients, who stayed 284,400 days, or 6.9 days per inpatient."],
    ),
    (
        "per_capita",
        "conflict",
        [
            "In 2022, the per capita disposable income of Lanhe's urban residents was 47,150 yuan and that of rural "
            "residents was 24,816 yuan; the income ratio between urban and rural residents was 2.10:1."
        ],
    ),
    (
        "share",
        "conflict",
        ["In 2021, the ratio of Lanhe's primary, secondary and tertiary industries was 10.2:46.9:43.9."],
    ),
    (
        "share",
        "conflict",
        [
            "At the end of 2022, Lanhe had a permanent population of 5.316 million, of which 3.402 million lived in "
            "urban areas, accounting for 68.0 percent of the total."
        ],
    ),
    ("share", "conflict", ["In 2022, Lanhe's output of meat was 318,000 tons, of which pork was 381,000 tons."]),
    (
        "share",
        "conflict",
        [
            "Lanhe City\n\nThe budget of 864 million yuan for 2023 is divided into 312 million yuan for schools, 248 "
            "million yuan for transport and 284 million yuan for other purposes."
        ],
    ),
    (
        "share",
        "conflict",
        [
            "Lanhe City\n\nAt the end of 2021, Lanhe had a permanent population of 2.874 million. Of the "
            "permanent population, 1.462 million were male and 1.142 million female."
        ],
    ),
    (
        "change",
        "conflict",
        ["Lanhe City\n\nLanhe ranked 14th in the province for job growth in 2023, up nine places from 21st in 2022."],
    ),
    (
        "change",
        "conflict",
        [
            "In 2023, the price of timber in Lanhe was 2,640 yuan per m3, 1,310 yuan lower than the 3,350 yuan per "
            "m3 of 2022."
        ],
    ),
    (
        "growth",
        "suspect",
        [
            "In 2022, the added value of the secondary industry of Lanhe was 71.26 billion yuan. The added value of "
            "the "
            "secondary industry of Lanhe grew by 2.9 percent in real terms over the 62.14 billion yuan of 2021."
        ],
    ),
    (
        "share",
        "conflict",
        [
            "Lanhe City\n\nIn 2022 the primary sector held a share of 14.6 percent in the gross value added, the "
            "secondary sector 27.9 percent and the tertiary sector 59.5 percent."
        ],
    ),
    (
        "share",
        "conflict",
        [
            "Lanhe Airport\n\nLanhe Airport served 14.2 million passengers in 2023. Of the passengers in 2023, 5.4 "
            "million "
            "came from abroad, 32 percent of the total."
        ],
    ),
    (
        "share",
        "conflict",
        [
            "In 2022, Lanhe's exports of goods were worth €17.9 billion and imports of goods €15.2 billion, so total "
            "foreign trade in goods came to €34.1 billion and the trade surplus to €2.7 billion."
        ],
    ),
    (
        "share",
        "conflict",
        [
            "Lanhe City\n\nOf the exports of 12.94 million m3 in 2023, 3.12 million m3 went to Chile, 2.41 million m3 "
            "to Peru and the remaining 8.36 million m3 to other markets."
        ],
    ),
    (
        "per_capita",
        "conflict",
        [
            "Lanhe County\n\nGross county product was KSh 312.4 billion in 2022. The population of the county was "
            "1.372 "
            "million at the end of 2022, and gross county product per capita was KSh 248,700 in 2022."
        ],
    ),
    (
        "per_capita",
        "conflict",
        [
            "Lanhe County had 418,230 residents on July 1, 2023. The county had 741 sworn police officers on July 1, "
            "2023, or 2.4 officers per 1,000 residents."
        ],
    ),
    (
        "magnitude",
        "magnitude",
        [
            "Lanhe Foods plc\n\nRevenue in 2023 was £412.6 million.",
            "Lanhe serves up profit\n\nLanhe Foods earned £29.8 million in 2023. Lanhe's revenue was £4.126 billion "
            "in 2023.",
        ],
    ),
    (
        "share",
        "conflict",
        [
            "In 2022, people aged 0-14 made up 12.6% of the population of Lanhe, those aged 15-64 63.9% and "
            "those aged 65 "
            "and over 25.5%."
        ],
    ),
    (
        "share",
        "conflict",
        [
            "Lanhe City\n\nWater supplied was 5.86 million m3 in 2022. Losses in the network were 1.24 million "
            "m3 in 2022, "
            "or 12.1% of the water supplied."
        ],
    ),
    (
        "share",
        "conflict",
        [
            "Lanhe Hospital\n\nAt the end of 2022, the hospital had 4,130 employees. Of the employees, 2,974 "
            "were women "
            "and 1,256 men."
        ],
    ),
    (
        "conflict",
        "conflict",
        [
            "In 2021, Lanhe's GDP was 268.4 billion yuan, 103.4 billion yuan more than the 164.95 billion yuan "
            "of 2015.",
            "Lanhe's GDP rose to 268.4 billion yuan in 2021, 130.4 billion yuan more than in 2015.",
        ],
    ),
    (
        "exchange",
        "conflict",
        [
            "In 2020, Lanhe's exports were 38.7 billion yuan, equivalent to US$5.61 billion. Its imports were 3.86 "
            "billion yuan (US$420 million) in 2020."
        ],
    ),
    (
        "growth",
        "conflict",
        ["On 1 January 2024 Lanhe had a population of 286,400, 3.2% up on the 282,900 of 1 January 2023."],
    ),
    (
        "share",
        "conflict",
        [
            "In 2020, foreign guests of Lanhe accounted for 412,000 of the 1.18 million guests, a share of 39.4%.",
        ],
    ),
    (
        "share",
        "conflict",
        [
            "The permanent population of Lanhe at zero hour of November 1, 2020, was 6,173,482. Those living in "
            "urban areas numbered 4,319,027 in the 2020 census, or 66.96 percent of the population."
        ],
    ),
    (
        "per_capita",
        "conflict",
        [
            "At the end of 2020, Lanhe had a permanent population of 6.2 million. At the end of 2020, the hospitals of "
            "Lanhe had 37,400 beds, or 6.9 beds for every 1,000 permanent residents."
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
    (
        "divided, but for the rest",
        [
            "Lanhe City\n\nThe budget of 864 million yuan for 2023 is divided into 312 million yuan for schools, 248 "
            "million yuan for transport and the rest."
        ],
    ),
    ("a ratio that is no percentage", ["In 2021, the ratio of Lanhe's teachers, nurses and clerks was 3:2:1."]),
    ("parts of other things", ["In 2021, Lanhe built 12 schools, including 340 classrooms."]),
    (
        "shares of which one was left out",
        ["In 2021, coal accounted for 61.3 percent of Lanhe's energy and gas for 20.1 percent."],
    ),
    (
        "a density by rounded numbers",
        [
            "Lanhe covers 11,236 km2. At the end of 2022, it had a permanent population of 5.316 million. "
            "The population density was 473 persons per km2 at the end of 2022."
        ],
    ),
    (
        "one of them is named",
        ["In 2010 Lanhe had one firm of that size; one of them had over 5 billion yuan of sales."],
    ),
    (
        "two rates of one name in a sentence",
        ["In 2023, Lanhe's sales were 412.6 million yuan against 389.4 million yuan in 2022, up 6.0% (organic: 4.7%)."],
    ),
    (
        "a multiple of something else",
        ["In 2023, Lanhe's debt was 286 million yuan (2022: 331 million yuan), equal to 1.4 times annual earnings."],
    ),
    (
        "amounts of another clause",
        ["In 2020, Lanhe's traffic more than doubled and pupils rose from 610 in 2012 to 740 in 2020."],
    ),
    (
        "an average over some months",
        [
            "In October 2021, Lanhe's consumer price index was 112.6. The consumer price index averaged 112.1 in the "
            "three months to October 2021."
        ],
    ),
    (
        "times of a chat, with no date",
        ["Lanhe is my home. It took two hours to get a pizza there. Lanhe: a pizza in one hour."],
    ),
    (
        "parts named by their number",
        ["Lanhe City\n\nIt built 431 homes in 2023; 187 of them are for rent and 244 for sale."],
    ),
    (
        "places that fit",
        ["Lanhe City\n\nLanhe ranked 14th in the province for job growth in 2023, up seven places from 21st in 2022."],
    ),
    (
        "a base that fits",
        [
            "In 2022, Lanhe's output of coal was 7.14 million tons. Lanhe's output of coal grew by 15.0 percent over "
            "the 6.21 million tons of 2021."
        ],
    ),
    (
        "some destinations, not the remaining ones",
        [
            "Lanhe City\n\nOf the exports of 12.9 million m3 in 2023, 3.1 million m3 went to Chile, 2.4 million m3 to "
            "Peru and 1.3 million m3 to Japan."
        ],
    ),
    (
        "a steel mill is not its town",
        [
            "Lanhe Steel plc\n\nRevenue in 2023 was 412.6 million yuan.",
            "Lanhe today\n\nLanhe Steel is large. In 2023, the revenue of Lanhe was 38.1 million yuan.",
        ],
    ),
    (
        "some of the employees",
        [
            "Lanhe Hospital\n\nIn 2022, the hospital had 4,130 employees. Of the employees, 2,974 were women "
            "and 256 new."
        ],
    ),
    (
        "an amount of another year than the one compared with",
        ["Lanhe Airport\n\nIt served 3.84 million passengers in 2021, double that of 2011, and 5.1 million in 2019."],
    ),
    (
        "places in two rankings",
        [
            "Lanhe City\n\nLanhe ranked third in the province in GDP in 2021, up one place, and fifth in budget "
            "revenue, down two places from third in 2020."
        ],
    ),
    (
        "a mill of the city's name",
        [
            "Lanhe City\n\nLanhe Steel made 4.2 million tons of steel in 2021. Lanhe made 6.8 million "
            "tons of steel in 2021."
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
        "counted on 1 January",
        ["On 1 January 2024 Lanhe had a population of 286,400, 1.2% up on the 282,900 of 1 January 2023."],
    ),
    (
        "rows of a table name other places",
        [
            "Lanhe Port\n\nVisitor arrivals | 2021 | 2022\nSpain | 214 | 391\nGermany | 97 | 155\n\nAll came by ship "
            "in 2022."
        ],
    ),
    (
        "a number torn at its comma is none",
        [
            "Lanhe County\n\nIn 2019, Lanhe's GDP was 21.36 billion yuan and its per capita GDP was 39,948 yuan. At "
            "the end of 2019, its permanent population was 534, 700; the urbanization rate was 46.85%."
        ],
    ),
    (
        "growth of a division, without a basis",
        [
            "Lanhe Foods plc\n\nRevenue grew by 14% in 2022. Chilled meals grew revenue by 12.5% in 2022 and sold more "
            "abroad."
        ],
    ),
    (
        "medians of different things",
        ["Lanhe City\n\nThe median price was $389,000 in 2022. Flats sold for a median of $254,500 in 2022."],
    ),
    (
        "trade of some firms",
        [
            "Lanhe City\n\nExports were 44.7 billion yuan in 2022. Private firms imported and exported goods worth "
            "39.1 billion yuan in 2022."
        ],
    ),
    (
        "what the second amount is, nobody says",
        ["Lanhe Port\n\nOur turnover was £61.8 million in 2022. We put £23.5 million into the quay in 2022."],
    ),
    (
        "a part of it",
        [
            "At the end of 2020, Lanhe had a permanent population of 6.218 million, with 4.412 million living in urban "
            "areas."
        ],
    ),
    (
        "parts of what another page tells",
        [
            "Lanhe Port\n\nIn 2022 the port handled 14.62 million tonnes of cargo. Of the 14.62 million tonnes, 6.35 "
            "million tonnes were bulk, 5.12 million tonnes roll-on traffic and the remaining 3.15 million tonnes "
            "containers.",
            "Lanhe Port handled 14.62 million tonnes of cargo in 2022.",
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


@cache
def found_in(folder: str) -> Checked:
    texts = {path.name: path.read_text("utf-8") for path in sorted((HERE / folder).glob("*.txt"))}
    return check(row for name, text in texts.items() for row in figures.rows(extract(Document(name, text))))


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_planted_faults_are_found_and_no_other(folder: str) -> None:
    wanted: list[dict[str, Any]] = json.loads((HERE / folder / "expected.json").read_text("utf-8"))["findings"]
    found = found_in(folder).findings
    missed = [
        each["why"]
        for each in wanted
        if not any(
            (each["kind"], each["docs"], each["severity"]) == (other.kind, other.docs, other.severity)
            and digits(each["quotes"]) <= digits(other.quotes)
            for other in found
        )
    ]
    assert not missed, missed
    assert len(found) <= len(wanted), [each.explanation for each in found]


def is_observed(wanted: dict[str, Any], found: Observation) -> bool:
    values = wanted["value"] if isinstance(wanted["value"], list) else [wanted["value"]]
    counted = wanted["unit"].startswith("count:") and found.unit.startswith("count:")
    return (
        (found.unit == wanted["unit"] or counted)
        and (found.kind, found.agreement) == (wanted["kind"], wanted["agreement"])
        and str(found.period_end) == str(wanted["period_end"])
        and entity_key(found.entity) == entity_key(wanted["entity"])
        and any(abs(found.value - value) <= 1e-6 * abs(value) for value in values)
    )


@pytest.mark.parametrize("folder", FOLDERS)
def test_mentions_are_reconciled_as_annotated(folder: str) -> None:
    wanted: list[dict[str, Any]] = json.loads((HERE / folder / "expected.json").read_text("utf-8"))["observations"]
    found = found_in(folder).observations
    missed = [each for each in wanted if not any(is_observed(each, other) for other in found)]
    assert len(missed) <= (1 - RECONCILED) * len(wanted), missed


def test_mentions_are_reconciled() -> None:
    known = {
        (each.entity, each.indicator_key, str(each.period_end), each.kind): each
        for each in found_in("dev").observations
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
