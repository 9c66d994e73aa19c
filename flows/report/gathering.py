"""What the review page shows, from a snapshot or from texts as they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow.dataset as ds

from extractors.reading import LANGUAGES
from flows.checking import documents_of
from flows.filters import edit_records
from flows.report import Review, Reviewed
from flows.snapshots import Snapshots
from schemas import figures, findings, observations
from schemas.consistency import check


def of_snapshot(snapshots: Snapshots, snapshot: str) -> Review:
    """A published snapshot."""
    manifest = snapshots.manifest(snapshot)

    def rows(table: str) -> list[dict[str, Any]]:
        files = manifest["tables"].get(table, {}).get("files", [])
        paths = [str(snapshots.folder / snapshot / table / part["name"]) for part in files]
        found: list[dict[str, Any]] = ds.dataset(paths, format="parquet", partitioning=None).to_table().to_pylist()
        return found

    by_document: dict[str, dict[str, list[dict[str, Any]]]] = {"figures": defaultdict(list), "edits": defaultdict(list)}
    for table, grouped in by_document.items():
        for row in rows(table):
            grouped[row["doc_id"]].append(row)
    counts = {name: entry["rows"] for name, entry in manifest["tables"].items()}
    numbers = [(name, f"{counts[name]:,}") for name in ("documents", "figures", "edits")]
    numbers += [(f"quarantined: {reason}", f"{count:,}") for reason, count in manifest["quarantined"].items()]
    numbers += [(severity, f"{count:,}") for severity, count in manifest.get("findings", {}).items()]
    worst_first = sorted(rows("findings"), key=lambda row: (_RANK[row["severity"]], row["kind"], row["docs"]))
    review = Review(
        f"numerate, snapshot {snapshot}", numbers, _changes(manifest["changes"]), worst_first, rows("observations")
    )
    review.documents = [
        Reviewed(
            row["sources"][0],
            row["title"],
            row["text"] or "",
            row["clean_text"] or "",
            by_document["edits"][row["doc_id"]],
            by_document["figures"][row["doc_id"]],
        )
        for row in sorted(rows("documents"), key=lambda row: row["sources"][0])
    ]
    return review


_RANK = {"conflict": 0, "magnitude": 1, "suspect": 2}
_WORDS = {
    "new": "new",
    "changed": "changed",
    "stale": "read by older rules before",
    "again": "read again",
    "unchanged": "unchanged",
    "removed": "gone",
}


def _changes(counts: Mapping[str, int]) -> str:
    """What the snapshot changed of the one before."""
    told = [f"{counts[name]:,} {words}" for name, words in _WORDS.items() if counts.get(name)]
    return f"Files since the snapshot before: {', '.join(told)}." if told else ""


def of_texts(paths: Iterable[str]) -> tuple[Review, list[str]]:
    """Files and folders as they are, and what could not be read."""
    from extractors.pipeline import extract

    notes, documents, all_rows = [], [], []
    for found in documents_of(paths):
        if isinstance(found, tuple):
            notes.append(f"{found[0]}: {found[1].detail} ({found[1].reason})")
            continue
        if found.language not in LANGUAGES:
            notes.append(f"{found.source}: it reads as {found.language!r}; the rules are for English")
            continue
        extraction = extract(found)
        rows = list(figures.rows(extraction))
        all_rows += rows
        edits = edit_records(extraction.clean)
        documents.append(Reviewed(found.source, found.title, found.text, extraction.clean.text, edits, rows))
    checked = check(all_rows)
    numbers = [
        ("documents", len(documents)),
        ("figures", len(all_rows)),
        ("repairs", sum(len(each.edits) for each in documents)),
        ("contradictions", len(checked.findings)),
    ]
    shown = [findings.row(each) for each in checked.findings]
    known = [observations.row(each) for each in checked.observations]
    return Review("numerate", numbers, "", shown, known, documents), notes
