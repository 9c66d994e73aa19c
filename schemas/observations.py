"""The table ``observations``: what is known of one thing once its mentions are reconciled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import pandera.pandas as pandera
import pyarrow as pa

from extractors.model import Kind, Status
from schemas.consistency import Observation
from schemas.table import DAY, INTEGER, NUMBER, TEXT, TEXTS, Table, at_least, column, is_hash, one_of

FLAG = pa.bool_()

SCHEMA = pandera.DataFrameSchema(
    {
        "observation_id": column(
            TEXT, "Id of the observation: a hash of its key.", example="3c" * 12, checks=[is_hash(24)]
        ),
        "entity": column(TEXT, "Who it is about, by the name used most.", example="Jiangmen"),
        "indicator_key": column(TEXT, "What it measures, synonyms joined.", example="gdp"),
        "period_start": column(DAY, "First day of the period; null for what has none.", example=None, nullable=True),
        "period_end": column(DAY, "Last day of the period.", example="2020-12-31", nullable=True),
        "unit": column(TEXT, "Unit of value, low and high; see the table units.", example="CNY"),
        "kind": column(TEXT, "As figures.kind.", example="level", checks=[one_of(*get_args(Kind))]),
        "basis": column(TEXT, "What a change or share refers to.", example=None, nullable=True),
        "status": column(TEXT, "As figures.status.", example="actual", checks=[one_of(*get_args(Status))]),
        "indicator": column(TEXT, "What it measures, in the words used most.", example="GDP"),
        "value": column(
            NUMBER,
            "The value that most mentions bear out, from the most exact of them.",
            example=320100000000.0,
            unit="the row's unit",
        ),
        "low": column(NUMBER, "Least value that its rounding allows.", example=320050000000.0, unit="the row's unit"),
        "high": column(
            NUMBER, "Greatest value that its rounding allows.", example=320150000000.0, unit="the row's unit"
        ),
        "mentions": column(INTEGER, "How many figures state it; 0 when derived.", example=3, checks=[at_least(0)]),
        "documents": column(INTEGER, "In how many documents.", example=2, checks=[at_least(0)]),
        "agreement": column(
            TEXT,
            "single: one mention; agree: all mean the same; conflict: some do not; see findings.",
            example="agree",
            checks=[one_of("single", "agree", "conflict")],
        ),
        "derived": column(FLAG, "It is stated nowhere and follows from other figures.", example=False),
        "formula": column(
            TEXT,
            "How it follows from them; null when stated.",
            example="320.1 billion yuan - 96.1 billion yuan = 224 billion",
            nullable=True,
        ),
        "figure_ids": column(TEXTS, "The figures it rests on; joins figures.", example=["0a" * 12]),
    },
    strict=True,
    ordered=True,
    unique=["observation_id"],
)

OBSERVATIONS = Table(
    "observations",
    "one indicator of one entity in one period, its mentions reconciled",
    SCHEMA,
    order=("entity", "indicator_key", "period_end", "period_start", "unit", "kind", "observation_id"),
    start=("entity", "indicator_key", "period_end", "value", "unit", "mentions", "agreement"),
)


def table(found: Sequence[Observation]) -> pa.Table:
    """Observations as an Arrow table, a row each in their order."""
    of_fields = zip(*found, strict=True) if found else ((),) * len(Observation._fields)
    columns = {name: list(values) for name, values in zip(Observation._fields, of_fields, strict=True)}
    columns["observation_id"] = [each.observation_id for each in found]
    columns["derived"] = [formula is not None for formula in columns["formula"]]
    return OBSERVATIONS.of_columns(columns)
