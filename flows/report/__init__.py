"""The review page: documents with their figures in place, contradictions, a table and series, in one file of HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from extractors.model import Kind
from flows.report.charts import charts

if TYPE_CHECKING:
    from jinja2 import Template

#: more documents than this get a page each, and an index
ONE_FILE = 200
#: a sign for each kind, for those who see no colour
MARKS = {
    "level": "=",
    "change_abs": "±",
    "growth_rate": "%",
    "share": "/",
    "multiple": "×",
    "rank": "#",
    "count": "n",
}
#: the columns of the table, the first of which leads to the text
TABLE = "quote source value unit bound kind indicator entity period_end basis status sentence repaired flags".split()


@dataclass(slots=True)
class Reviewed:
    """A document to be shown: its texts, repairs and figures, as rows of the tables."""

    source: str
    title: str | None
    raw: str
    clean: str
    edits: Sequence[Mapping[str, Any]]
    figures: Sequence[Mapping[str, Any]]


@dataclass(slots=True)
class Review:
    """All there is to show. ``numbers`` are the counts of the overview."""

    title: str
    numbers: Sequence[tuple[str, Any]]
    changes: str
    findings: Sequence[Mapping[str, Any]]
    observations: Sequence[Mapping[str, Any]]
    documents: list[Reviewed] = field(default_factory=list)


def write(review: Review, target: Path) -> list[Path]:
    """Writes the page, or for many documents a folder with an index and a page a document; what was written."""
    if len(review.documents) <= ONE_FILE:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_rendered(review, review.documents, whole=True), "utf-8")
        return [target]
    folder = target.with_suffix("") if target.suffix else target
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / "index.html"]
    written[0].write_text(_index(review), "utf-8")
    for number, document in enumerate(review.documents):
        written.append(folder / f"document{number}.html")
        written[-1].write_text(_rendered(review, [document], whole=False), "utf-8")
    return written


@cache
def _template() -> Template:
    from jinja2 import Environment

    environment = Environment(autoescape=True, trim_blocks=False)
    return environment.from_string(files("flows.report").joinpath("page.html.j2").read_text("utf-8"))


def _rendered(review: Review, documents: Sequence[Reviewed], *, whole: bool) -> str:
    figures = [dict(figure) for document in documents for figure in document.figures]
    wrong = {figure for finding in review.findings for figure in finding["figure_ids"]}
    explanations = _explanations(review.findings)
    number = {figure["figure_id"]: at for at, figure in enumerate(figures)}
    anchors = {figure["figure_id"]: f"f{at}" for figure, at in ((f, number[f["figure_id"]]) for f in figures)}
    drawn = charts(review.observations) if whole else []
    return _template().render(
        title=review.title if whole else documents[0].source,
        back=not whole,
        kinds=get_args(Kind),
        sections=_sections(whole=whole, with_charts=bool(drawn)),
        numbers=review.numbers if whole else (),
        changes=review.changes,
        findings=[_finding(each, figures, anchors) for each in review.findings] if whole else (),
        listed=(),
        pages=[_page(at, each, number, wrong) for at, each in enumerate(documents)],
        table=whole,
        columns=TABLE,
        charts=drawn,
        data={
            "figures": [_shown(figure, explanations) for figure in figures],
            "table": [_row(figure, anchors) for figure in figures] if whole else [],
        },
    )


def _index(review: Review) -> str:
    listed = [
        {
            "source": each.source,
            "title": each.title,
            "link": f"document{number}.html",
            "figures": len(each.figures),
            "edits": len(each.edits),
        }
        for number, each in enumerate(review.documents)
    ]
    pages = {f["figure_id"]: (n, at) for n, each in enumerate(review.documents) for at, f in enumerate(each.figures)}
    links = {figure: f"document{page}.html#f{at}" for figure, (page, at) in pages.items()}
    figures = [dict(figure) for each in review.documents for figure in each.figures]
    drawn = charts(review.observations)
    return _template().render(
        title=review.title,
        back=False,
        kinds=get_args(Kind),
        sections=[("overview", "overview"), ("findings", "contradictions"), ("documents", "documents")],
        numbers=review.numbers,
        changes=review.changes,
        findings=[_finding(each, figures, links, whole=False) for each in review.findings],
        listed=listed,
        pages=(),
        table=False,
        columns=TABLE,
        charts=drawn,
        data={"figures": [], "table": []},
    )


def _sections(*, whole: bool, with_charts: bool) -> list[tuple[str, str]]:
    if not whole:
        return []
    named = [("overview", "overview"), ("findings", "contradictions"), ("d0", "documents"), ("table", "figures")]
    return [*named, *([("charts", "series")] if with_charts else [])]


def _explanations(findings: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for finding in findings:
        for figure in finding["figure_ids"]:
            found.setdefault(figure, []).append(str(finding["explanation"]))
    return found


def _finding(
    finding: Mapping[str, Any], figures: Sequence[Mapping[str, Any]], anchors: Mapping[str, str], *, whole: bool = True
) -> dict[str, Any]:
    by_id = {figure["figure_id"]: figure for figure in figures}
    places = [
        {
            "quote": by_id[each]["quote"],
            "source": by_id[each]["source"],
            "link": f"#{anchors[each]}" if whole else anchors[each],
        }
        for each in finding["figure_ids"]
        if each in by_id
    ]
    return {**finding, "places": places}


def _page(number: int, document: Reviewed, numbers: Mapping[str, int], wrong: set[str]) -> dict[str, Any]:
    return {
        "anchor": f"d{number}",
        "source": document.source,
        "title": document.title,
        "clean": list(clean_pieces(document, numbers, wrong)),
        "raw": list(raw_pieces(document)),
    }


def clean_pieces(document: Reviewed, numbers: Mapping[str, int], wrong: set[str]) -> Iterator[dict[str, Any]]:
    """The clean text cut at its figures; a figure inside another one is in the table only."""
    at = 0
    for figure in sorted(document.figures, key=lambda each: (each["start"], -each["end"])):
        if figure["start"] < at:
            continue
        yield {"text": document.clean[at : figure["start"]], "figure": None}
        at = figure["end"]
        number = numbers[figure["figure_id"]]
        yield {
            "text": document.clean[figure["start"] : at] or f"{figure['quote']} ",  # of an edition without texts
            "figure": number,
            "id": f"f{number}",
            "kind": figure["kind"],
            "mark": MARKS[figure["kind"]],
            "wrong": figure["figure_id"] in wrong,
        }
    yield {"text": document.clean[at:], "figure": None}


def raw_pieces(document: Reviewed) -> Iterator[dict[str, Any]]:
    """The raw text cut at its repairs."""
    at = 0
    for edit in document.edits:
        yield {"before": document.raw[at : edit["raw_start"]], "rule": ""}
        at = edit["raw_end"]
        furniture = str(edit["rule"]).startswith("boilerplate")
        before = document.raw[edit["raw_start"] : at]
        yield {"before": before, "after": edit["after"], "rule": edit["rule"], "furniture": furniture}
    yield {"before": document.raw[at:], "rule": ""}


def _shown(figure: Mapping[str, Any], explanations: Mapping[str, list[str]]) -> dict[str, Any]:
    named = {name: _plain(value) for name, value in figure.items() if name not in ("doc_id", "start", "end")}
    return named | {"findings": explanations.get(figure["figure_id"], [])}


def _row(figure: Mapping[str, Any], anchors: Mapping[str, str]) -> dict[str, Any]:
    return {"anchor": anchors[figure["figure_id"]], "cells": [_plain(figure[name]) for name in TABLE]}


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else value
