"""The table ``documents``: a row a document that was read, with its raw and its clean text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandera.pandas as pandera
import pyarrow as pa

from extractors.model import Extraction
from schemas.table import DAY, INTEGER, TEXT, TEXTS, Table, at_least, column, is_hash

DOUBT = pa.struct([("raw_start", pa.int64()), ("raw_end", pa.int64()), ("text", pa.string()), ("rule", pa.string())])
NOT_FIGURE = pa.struct([("start", pa.int64()), ("end", pa.int64()), ("why", pa.string()), ("rule", pa.string())])
_ID = is_hash(24)
_SHA256 = is_hash(64)
_POSITIVE = [at_least(0)]

SCHEMA = pandera.DataFrameSchema(
    {
        "doc_id": column(
            TEXT,
            "Id of the document: a hash of the file's bytes, its reader and its sidecar.",
            example="5d0c6ab4f1e39c7d82b6a410",
            checks=[_ID],
        ),
        "sources": column(
            TEXTS,
            "Paths below the raw folder of all files that are this document, in byte order.",
            example=["city/2021-report.txt"],
        ),
        "url": column(TEXT, "Where the page was found.", example="https://news.example/1", nullable=True),
        "publisher": column(TEXT, "Who published it.", example="City News", nullable=True),
        "published": column(DAY, "Day of publication.", example="2021-03-04", nullable=True),
        "fetched": column(DAY, "Day it was collected.", example="2021-05-01", nullable=True),
        "title": column(TEXT, "Title of the page, from sidecar or markup.", example="Report 2021", nullable=True),
        "text": column(
            TEXT,
            "The text as read: decoded, unchanged; raw offsets count its characters. Null in editions without texts.",
            example="The city's GDP reached 320. 1 billion yuan.",
            nullable=True,
        ),
        "clean_text": column(
            TEXT,
            "The repaired text without furniture; offsets count its characters. Null in editions without texts.",
            example="The city's GDP reached 320.1 billion yuan.",
            nullable=True,
        ),
        "encoding": column(TEXT, "Encoding the file was decoded with.", example="utf-8"),
        "reader": column(TEXT, "Reader that made the text.", example="text"),
        "language": column(TEXT, "ISO 639-1 code; null when too short to tell.", example="en", nullable=True),
        "bytes_sha256": column(TEXT, "SHA-256 of the file's bytes.", example="0" * 64, checks=[_SHA256]),
        "characters": column(INTEGER, "Length of the text as read.", example=7097, checks=_POSITIVE, unit="characters"),
        "edits": column(INTEGER, "Number of repairs; see the table edits.", example=31, checks=_POSITIVE),
        "figures": column(INTEGER, "Number of its rows in figures.", example=41, checks=_POSITIVE),
        "quarantined": column(INTEGER, "Number of its figures in quarantine.", example=0, checks=_POSITIVE),
        "doubts": column(
            pa.list_(DOUBT),
            "What looks like a damaged number but has no certain reading, and was left as it is.",
            example=[{"raw_start": 10, "raw_end": 16, "text": "65438+", "rule": "number.garbled"}],
        ),
        "not_figures": column(
            pa.list_(NOT_FIGURE),
            "The numerals of clean_text that are no figures: where they stand, why, and by which rule.",
            example=[{"start": 3, "end": 7, "why": "period", "rule": "period"}],
        ),
        "pipeline_version": column(TEXT, "Fingerprint of the code and rules that read it.", example="9f2c1a7e5b3d8046"),
    },
    strict=True,
    ordered=True,
)

DOCUMENTS = Table(
    "documents",
    "one document that was read",
    SCHEMA,
    order=("sources", "doc_id"),
    start=("doc_id", "sources", "title", "published", "text", "clean_text"),
)


def row(extraction: Extraction, sources: Sequence[str], *, version: str) -> dict[str, Any]:
    """The row of one document, before anyone checked its figures: all of them count as published."""
    document, clean = extraction.document, extraction.clean
    doubts = [{"raw_start": d.raw_start, "raw_end": d.raw_end, "text": d.text, "rule": d.rule} for d in clean.doubts]
    others = [{"start": n.start, "end": n.end, "why": n.why, "rule": n.rule} for n in extraction.not_figures]
    own = {name: getattr(document, name) for name in SCHEMA.columns if hasattr(document, name)}
    return own | {
        "sources": list(sources),
        "clean_text": clean.text,
        "characters": len(document.text),
        "edits": len(clean.edits),
        "figures": len(extraction.figures),
        "quarantined": 0,
        "doubts": doubts,
        "not_figures": others,
        "pipeline_version": version,
    }
