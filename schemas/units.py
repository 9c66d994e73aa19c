"""The table ``units``: a row a unit that figures may have, with its codes and its factor to SI."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pandera.pandas as pandera

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

UNITS = Table("units", "one unit", SCHEMA, order=("unit_kind", "unit"), sharded=False)


def rows() -> list[dict[str, Any]]:
    """All units known, sorted. Of several rule rows with one unit, the first that is not scaled describes it."""
    found: dict[str, dict[str, Any]] = {}
    for row in (*_measures(), *_currencies()):
        found.setdefault(row["unit"], row)
    return sorted(found.values(), key=lambda row: (row["unit_kind"], row["unit"]))


def _measures() -> Iterator[dict[str, Any]]:
    table = _table("units")
    for row in sorted(table, key=lambda row: "factor" in row):
        names = row.get("names") or row.get("symbols") or [row["unit"]]
        yield {
            "unit": row["unit"],
            "name": names[0],
            "unit_kind": row["kind"],
            "dimension": row.get("dimension"),
            "factor": float(row["si"]) if "si" in row else None,
            "ucum": row.get("ucum"),
            "cldr": row.get("cldr"),
        }


def _currencies() -> Iterator[dict[str, Any]]:
    for row in _table("currencies"):
        names = [row["names"][0], *(f"{row['names'][0]}, hundredth" for _ in row.get("minor", ())[:1])]
        for code, name in zip((row["id"], row["id"] + ".c"), names, strict=False):
            money = {"unit_kind": "currency", "dimension": None, "factor": None, "ucum": None}
            yield {"unit": code, "name": name, **money, "cldr": row["id"] if code == row["id"] else None}


def _table(name: str) -> list[dict[str, Any]]:
    text = files("extractors").joinpath("rules", f"{name}.toml").read_text("utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["row"]
    return rows
