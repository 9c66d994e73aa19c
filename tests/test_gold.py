"""The annotated documents are well formed, and the checks that say so find what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.gold.annotation import (
    FOLDERS,
    Annotated,
    documents,
    faults_of_figure,
    faults_of_other,
    faults_of_spans,
    faults_of_text,
)

DOCUMENTS = list(documents())


@pytest.fixture(params=DOCUMENTS, ids=lambda document: document.name)
def document(request: pytest.FixtureRequest) -> Annotated:
    assert isinstance(request.param, Annotated)
    return request.param


def test_all_folders_are_there() -> None:
    assert {document.name.split("/")[0] for document in DOCUMENTS} == set(FOLDERS)
    assert len(DOCUMENTS) >= 26
    assert sum(len(document.figures) for document in DOCUMENTS) >= 435


def test_the_clean_text_is_the_raw_text_repaired(document: Annotated) -> None:
    assert not list(faults_of_text(document))


def test_every_figure_is_well_formed(document: Annotated) -> None:
    assert not [(f["quote"], fault) for f in document.figures for fault in faults_of_figure(f, document.clean)]


def test_every_other_number_has_a_reason(document: Annotated) -> None:
    assert not [(o["quote"], fault) for o in document.not_figures for fault in faults_of_other(o, document.clean)]


def test_every_number_is_in_one_list(document: Annotated) -> None:
    assert not list(faults_of_spans(document))


SAMPLE = next(document for document in DOCUMENTS if document.name.startswith("seeds/"))
# A growth rate of the sample page, and what each careless change to it must be caught as.
GROWTH = next(figure for figure in SAMPLE.figures if figure["kind"] == "growth_rate")


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"start": GROWTH["start"] + 1}, "offsets"),
        ({"unit": "furlong"}, "unknown unit"),
        ({"bound": "vague"}, "bound is"),
        ({"bound": "more_than"}, "low and high"),
        ({"bound": "range"}, "a range has"),
        ({"value": None}, "no value"),
        ({"direction": None}, "needs a direction"),
        ({"direction": "down"}, "sign and direction"),
        ({"kind": "level"}, "a level has no direction"),
        ({"unit": "percentage_point"}, "a growth_rate in percentage_point"),
        ({"indicator": ""}, "the indicator has 0"),
        ({"period_start": "2016-12-31", "period_end": "2016-01-01"}, "a period that ends"),
        ({"period_end": "2016-13-01"}, "month"),
    ],
)
def test_a_careless_figure_is_found(changed: dict[str, object], fault: str) -> None:
    assert not list(faults_of_figure(GROWTH, SAMPLE.clean))
    assert any(fault in found for found in faults_of_figure(GROWTH | changed, SAMPLE.clean))


def test_a_changed_text_is_found() -> None:
    document = SAMPLE
    start = document.figures[0]["start"]
    assert list(faults_of_text(replace(document, clean=document.clean[:start] + "9" + document.clean[start:])))


def test_a_forgotten_or_doubled_number_is_found() -> None:
    document = SAMPLE
    assert list(faults_of_spans(replace(document, figures=document.figures[1:])))
    assert list(faults_of_spans(replace(document, figures=[document.figures[0], *document.figures])))
