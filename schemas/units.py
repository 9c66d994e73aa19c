"""The table ``units``: a row a unit that figures may have, with its codes and its factor to SI."""

from __future__ import annotations

from typing import Any

import pandera.pandas as pandera

from extractors.units import Unit, known_units
from schemas.table import NUMBER, TEXT, Table, check, column

SCHEMA = pandera.DataFrameSchema(
    {
        "unit": column(TEXT, "The unit as figures.unit holds it.", example="km2"),
        "name": column(TEXT, "Its English name.", example="square kilometer"),
        "unit_kind": column(TEXT, "Its family, as figures.unit_kind holds it.", example="area"),
        "dimension": column(
            TEXT, "The physical dimension; null for money and pure numbers.", example="area", nullable=True
        ),
        "factor": column(
            NUMBER,
            "What to multiply a value with for the coherent SI unit of its dimension; null where there is none.",
            example=1000000.0,
            nullable=True,
            checks=[check(lambda values: values > 0, "positive", "is positive")],
        ),
        "ucum": column(TEXT, "UCUM code.", example="km2", nullable=True),
        "cldr": column(
            TEXT, "CLDR unit id, or ISO 4217 code for money.", example="area-square-kilometer", nullable=True
        ),
    },
    strict=True,
    ordered=True,
    unique=["unit"],
)

UNITS = Table(
    "units",
    "one unit",
    SCHEMA,
    order=("unit_kind", "unit"),
    start=("unit", "name", "dimension", "factor"),
    sharded=False,
)


#: units that no word of the text names: the number itself says them
_WITHOUT_A_NAME = (
    Unit("1", "number", "", "pure number or ratio"),
    Unit("rank", "rank", "", "place in a ranking"),
    Unit("multiple", "multiple", "", "times"),
    Unit("count:<noun>", "count", "", "things counted, by their noun in the singular"),
)


def rows() -> list[dict[str, Any]]:
    """All units known, sorted by kind and code."""
    units = {unit.code: unit for unit in (*_WITHOUT_A_NAME, *known_units())}
    return [_row(unit) for unit in sorted(units.values(), key=lambda unit: (unit.kind, unit.code))]


def _row(unit: Unit) -> dict[str, Any]:
    return {
        "unit": unit.code,
        "name": unit.name or unit.code,
        "unit_kind": unit.kind,
        "dimension": unit.dimension,
        "factor": None if unit.si is None else float(unit.si),
        "ucum": unit.ucum,
        "cldr": unit.cldr,
    }
