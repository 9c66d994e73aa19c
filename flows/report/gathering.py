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
    kept_out: list[Row] = []
    shown: list[Reviewed] = []
    for found in documents_of(paths):
        if isinstance(found, tuple):
            notes.append(f"{found[0]}: {found[1].detail} ({found[1].reason})")
            kept_out.append(_kept_out(found[0], found[1].reason, found[1].detail))
        elif found.language not in LANGUAGES:
            what = f"it reads as {found.language!r}; the rules are for English"
            notes.append(f"{found.source}: {what}")
            kept_out.append(_kept_out(found.source, "wrong_language", what))
        elif all(each.doc_id != found.doc_id for each in shown):
            shown.append(_reviewed(extract(found)))
    return _review(shown, kept_out), shown, notes


def _kept_out(source: str, reason: str, detail: str) -> Row:
    return {"source": source, "reason": reason, "check": detail, "snippet": None}


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


def _review(shown: list[Reviewed], kept_out: list[Row]) -> Review:
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
    reasons = Counter(row["reason"] for row in kept_out)
    kinds, units = (Counter(row[name] for row in rows.values()) for name in ("kind", "unit"))
    return Review(
        title="numerate",
        counts=[Count(label, value) for label, value in counts.items()],
        severities={name: severities[name] for name in SEVERITIES if severities[name]},
        quarantine=dict(sorted(reasons.items(), key=lambda entry: (-entry[1], entry[0]))),
        kept_out=kept_out,
        cards=cards.cards(found, rows),
        distributions=list(distributions(kinds, units, reasons)),
        series=series(observations.table(checked.observations).to_pylist(), lambda _: rows),
        homes={figure_id: row["doc_id"] for figure_id, row in rows.items()},
    )
