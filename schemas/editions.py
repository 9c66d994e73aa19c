"""The edition without texts, for sources whose text may not be passed on. Its rows hold quotes and no more of pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from schemas.table import Table

#: ends the version of rows without texts, so that rows of the other edition are never taken for them
WITHOUT_TEXTS = "-without-texts"
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "figures": ("sentence",),
    "documents": ("text", "clean_text"),
    "edits": ("before",),
}


def without_texts(table: Table, rows: pa.Table) -> pa.Table:
    """The rows with nothing in the columns that hold texts, and quarantined rows without theirs."""
    if table.name == "quarantine":
        return table.arrow_table(_stopped_without_texts(row) for row in rows.to_pylist())
    for name in _TEXTS.get(table.name, ()):
        field = table.arrow.field(name)
        rows = rows.set_column(table.columns.index(name), field, pa.nulls(rows.num_rows, field.type))
    return rows


def _stopped_without_texts(row: dict[str, Any]) -> dict[str, Any]:
    """
    >>> stopped = {"table": "edits", "row": '{"before": "Tel. 5", "rule": "x"}', "snippet": "Tel. 5"}
    >>> _stopped_without_texts(stopped)["row"]
    '{"before": null, "rule": "x"}'
    """
    fields = json.loads(row["row"]) if row["row"] else None
    if fields:
        fields |= dict.fromkeys(_TEXTS.get(row["table"], ()))
    written = json.dumps(fields, ensure_ascii=False, sort_keys=True) if fields else row["row"]
    return {**row, "row": written, "snippet": ""}
