"""From records to rows that may be published, and rows that may not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from schemas import quarantine
from schemas.figures import FIGURES, add_flags
from schemas.row_checks import soft_flags
from schemas.table import Table


class Validated(NamedTuple):
    """``good`` are the rows that passed, flagged where a soft check finds them odd; ``quarantined`` the others."""

    good: pa.Table
    quarantined: list[dict[str, Any]]


def validate(
    table: Table, records: Sequence[Mapping[str, Any]], sources: Sequence[str], snippets: Sequence[str]
) -> Validated:
    """Checks the records of a table; ``sources`` and ``snippets`` say for each where it comes from.

    Raises:
        SchemaError: a record has other columns or types than the table.
    """
    frame = table.frame(table.arrow_table(records))
    failures = table.failures(frame)
    stopped = [
        quarantine.failed(table.name, sources[f.position], records[f.position], f, snippets[f.position])
        for f in failures
    ]
    passed = frame.drop(index=[failure.position for failure in failures]) if failures else frame
    good = table.to_arrow(passed)
    return Validated(add_flags(good, soft_flags(passed)) if table is FIGURES else good, stopped)
