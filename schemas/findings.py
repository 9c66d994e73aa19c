"""The table ``findings``: figures that cannot all be true, or only in an unusual reading."""

from __future__ import annotations

from typing import Any

import pandera.pandas as pandera

from schemas.consistency import Finding
from schemas.consistency.kinds import KINDS, KINDS_OF_ALL
from schemas.table import TEXT, TEXTS, Table, column, is_hash, one_of

SCHEMA = pandera.DataFrameSchema(
    {
        "finding_id": column(
            TEXT, "Id of the finding: a hash of its kind and figures.", example="9f" * 12, checks=[is_hash(24)]
        ),
        "kind": column(
            TEXT,
            "What was compared; see docs/consistency.md.",
            example="conflict",
            checks=[one_of(*KINDS, *KINDS_OF_ALL)],
        ),
        "severity": column(
            TEXT,
            "conflict: nothing fits; magnitude: it fits once one number is multiplied by a power of ten; suspect: only "
            "an unusual reading fits.",
            example="conflict",
            checks=[one_of("conflict", "magnitude", "suspect")],
        ),
        "doc_ids": column(TEXTS, "The documents concerned.", example=["5d0c6ab4f1e39c7d82b6a410"]),
        "docs": column(TEXTS, "Their file names without suffix, sorted.", example=["2021-report"]),
        "figure_ids": column(TEXTS, "The figures concerned; joins figures.", example=["0a" * 12]),
        "quotes": column(
            TEXTS, "What they say, each different number once.", example=["96.1 billion yuan", "92.7 billion yuan"]
        ),
        "arithmetic": column(
            TEXT,
            "What was calculated.",
            example="320.1 billion - 96.1 billion = 224 billion, but 227.4 billion yuan is stated (a.txt)",
        ),
        "explanation": column(
            TEXT, "The same in a sentence.", example="GDP of Jiangmen (2015-12-31) is stated as 224 and 227.4 billion"
        ),
    },
    strict=True,
    ordered=True,
    unique=["finding_id"],
)

FINDINGS = Table(
    "findings",
    "one contradiction: figures that cannot all be true",
    SCHEMA,
    order=("severity", "kind", "finding_id"),
    start=("severity", "kind", "explanation", "docs", "figure_ids"),
)


def row(found: Finding) -> dict[str, Any]:
    """The row of a finding."""
    return {
        "finding_id": found.finding_id,
        "kind": found.kind,
        "severity": found.severity,
        "doc_ids": sorted({figure.doc_id for figure in found.figures}),
        "docs": found.docs,
        "figure_ids": [figure.figure_id for figure in found.figures],
        "quotes": found.quotes,
        "arithmetic": found.arithmetic,
        "explanation": found.explanation,
    }
