"""A review of texts as they are, without a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from extractors.model import Extraction
from extractors.reading import LANGUAGES
from flows.checking import documents_of
from flows.filters import edit_records
from flows.report import cards
from flows.report.charts import series
from flows.report.model import SEVERITIES, Count, Review, Reviewed, Row
from flows.report.snapshot import distributions
from schemas import documents, figures, findings, observations
from schemas.consistency import check


def of_texts(paths: Iterable[str]) -> tuple[Review, list[Reviewed], list[str]]:
    """The review of files and folders, their documents, and what could not be read.

    Raises:
        WrongUseError: there is no such file or folder.
    """
    from extractors.pipeline import extract

    notes: list[str] = []
    shown: list[Reviewed] = []
    for found in documents_of(paths):
        if isinstance(found, tuple):
            notes.append(f"{found[0]}: {found[1].detail} ({found[1].reason})")
        elif found.language not in LANGUAGES:
            notes.append(f"{found.source}: it reads as {found.language!r}; the rules are for English")
        elif all(each.doc_id != found.doc_id for each in shown):
            shown.append(_reviewed(extract(found)))
    return _review(shown), shown, notes


def _reviewed(extraction: Extraction) -> Reviewed:
    document = extraction.document
    row = documents.row(extraction, [document.source], version="")
    return Reviewed(
        document.doc_id,
        document.source,
        document.text,
        extraction.clean.text,
        edit_records(extraction.clean),
        list(figures.rows(extraction)),
        row["not_figures"],
        row["doubts"],
        document.title,
        document.publisher,
        document.published.isoformat() if document.published else None,
    )


def _review(shown: list[Reviewed]) -> Review:
    rows: dict[str, Row] = {row["figure_id"]: row for each in shown for row in each.figures}
    checked = check(rows.values())
    found = [findings.row(each) for each in checked.findings]
    severities = Counter(row["severity"] for row in found)
    counts = {
        "documents": len(shown),
        "figures": len(rows),
        "repairs": sum(len(each.edits) for each in shown),
        "contradictions": len(found),
    }
    kinds, units = (Counter(row[name] for row in rows.values()) for name in ("kind", "unit"))
    return Review(
        title="numerate",
        counts=[Count(label, value) for label, value in counts.items()],
        severities={name: severities[name] for name in SEVERITIES if severities[name]},
        cards=cards.cards(found, rows),
        distributions=list(distributions(kinds, units, {})),
        series=series(observations.row(each) for each in checked.observations),
        homes={figure_id: row["doc_id"] for figure_id, row in rows.items()},
    )
