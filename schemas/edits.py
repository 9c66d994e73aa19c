"""The table ``edits``: a row a repair of the raw text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandera.pandas as pandera

from extractors.model import Extraction
from schemas.table import INTEGER, TEXT, Table, at_least, check, column, is_hash

SCHEMA = pandera.DataFrameSchema(
    {
        "doc_id": column(
            TEXT,
            "The document that was repaired; joins documents.",
            example="5d0c6ab4f1e39c7d82b6a410",
            checks=[is_hash(24)],
        ),
        "raw_start": column(
            INTEGER,
            "Start of what was replaced, in documents.text.",
            example=23,
            checks=[at_least(0)],
            unit="characters",
        ),
        "raw_end": column(INTEGER, "End of it (half-open).", example=29, checks=[at_least(0)], unit="characters"),
        "before": column(TEXT, "What stood there.", example="320. 1", nullable=True),
        "after": column(TEXT, "What it was replaced by; empty for a deletion.", example="320.1"),
        "rule": column(TEXT, "Id of the fix.", example="number.decimal"),
    },
    checks=[check(lambda frame: frame["raw_start"] <= frame["raw_end"], "span", "raw_start is not after raw_end")],
    strict=True,
    ordered=True,
)

EDITS = Table(
    "edits",
    "one repair of a raw text",
    SCHEMA,
    order=("doc_id", "raw_start", "raw_end", "rule"),
    start=("doc_id", "raw_start", "raw_end", "before", "after", "rule"),
)


def rows(extraction: Extraction) -> Iterator[dict[str, Any]]:
    """The repairs of one document, in text order."""
    raw, doc_id = extraction.clean.raw, extraction.document.doc_id
    for edit in extraction.clean.edits:
        yield {
            "doc_id": doc_id,
            "raw_start": edit.raw_start,
            "raw_end": edit.raw_end,
            "before": raw[edit.raw_start : edit.raw_end],
            "after": edit.replacement,
            "rule": edit.rule,
        }
