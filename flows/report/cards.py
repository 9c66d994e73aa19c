"""Findings as the page shows them: each with the places where its figures stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from flows.report.model import SEVERITIES, Card, Place, Row

#: so much of a sentence is shown on each side of a quote
_CONTEXT = 90
#: the columns of a figure that a place needs
COLUMNS = ["figure_id", "doc_id", "source", "quote", "sentence"]


def cards(findings: Iterable[Row], figures: Mapping[str, Row]) -> list[Card]:
    """The findings, worst first. Figures are given by id; one that is not there has no place."""
    return [_card(row, figures) for row in sorted(findings, key=_rank)]


def _rank(row: Row) -> tuple[int, str, list[str], str]:
    return SEVERITIES.index(row["severity"]), row["kind"], row["docs"], row["finding_id"]


def _card(row: Row, figures: Mapping[str, Row]) -> Card:
    known = (figures[each] for each in row["figure_ids"] if each in figures)
    # an explanation that only writes out the arithmetic need not say it twice
    arithmetic = "" if row["arithmetic"] in row["explanation"] else row["arithmetic"]
    places = tuple(map(place, known))
    return Card(row["finding_id"], row["kind"], row["severity"], row["explanation"], arithmetic, places)


def place(figure: Row) -> Place:
    """Where a figure stands.

    >>> ids = {"figure_id": "f", "doc_id": "d", "source": "a.txt"}
    >>> found = place({**ids, "quote": "5%", "sentence": "GDP grew by 5% in 2020."})
    >>> found.before, found.quote, found.after
    ('GDP grew by ', '5%', ' in 2020.')
    """
    quote, sentence = figure["quote"], figure["sentence"] or ""
    at = sentence.find(quote)
    before, after = (sentence[:at], sentence[at + len(quote) :]) if at >= 0 else ("", "")
    if len(before) > _CONTEXT:
        before = "…" + re.sub(r"^\S*", "", before[-_CONTEXT:])
    if len(after) > _CONTEXT:
        after = re.sub(r"\S*$", "", after[:_CONTEXT]) + "…"
    return Place(figure["figure_id"], figure["doc_id"], figure["source"], before, quote, after)
