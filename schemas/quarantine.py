"""The table ``quarantine``: what could not be read or published, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandera.pandas as pandera

from extractors.reading import REASONS, Refusal
from schemas.table import TEXT, Failure, Table, column, one_of

SNIPPET = 200

SCHEMA = pandera.DataFrameSchema(
    {
        "doc_id": column(
            TEXT,
            "The document; null when its bytes could not be had. Joins documents for rows of other tables.",
            example="5d0c6ab4f1e39c7d82b6a410",
            nullable=True,
        ),
        "source": column(TEXT, "Path below the raw folder.", example="city/scan.txt"),
        "table": column(
            TEXT,
            "The table it would have been in: documents for a whole file.",
            example="documents",
            checks=[one_of("documents", "figures", "edits")],
        ),
        "row": column(TEXT, "The row as JSON; null for a whole file.", example=None, nullable=True),
        "reason": column(
            TEXT,
            "Why, in one word: for a file one of " + ", ".join(REASONS) + "; for a row the id of the first check it "
            "failed.",
            example="binary",
        ),
        "check": column(TEXT, "What must hold, and what was found instead.", example="it begins like a PDF file"),
        "snippet": column(
            TEXT, "The raw text concerned, cut to 200 characters; empty for a file without text.", example="%PDF-1.7"
        ),
    },
    strict=True,
    ordered=True,
)

QUARANTINE = Table(
    "quarantine",
    "one file or row that was not published",
    SCHEMA,
    order=("source", "table", "reason", "row", "check"),
    start=("source", "reason", "check", "snippet"),
)


def refused(source: str, refusal: Refusal, doc_id: str | None = None) -> dict[str, Any]:
    """The row for a file that could not be read."""
    return {
        "doc_id": doc_id,
        "source": source,
        "table": "documents",
        "row": None,
        "reason": refusal.reason,
        "check": f"{refusal.detail} ({REASONS[refusal.reason]})",
        "snippet": refusal.snippet[:SNIPPET],
    }


def failed(table: str, source: str, record: Mapping[str, Any], failure: Failure, snippet: str) -> dict[str, Any]:
    """The row for a row that failed its checks. ``source`` names the document it came from."""
    return {
        "doc_id": record["doc_id"],
        "source": source,
        "table": table,
        "row": json.dumps(record, ensure_ascii=False, default=str, sort_keys=True),
        "reason": failure.checks[0],
        "check": failure.message,
        "snippet": snippet[:SNIPPET],
    }
