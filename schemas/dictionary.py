"""The data dictionary, generated from the schemas: Frictionless, Markdown, and views for DuckDB.

Run as a module, it writes ``docs/data-dictionary.md`` and ``processed/README.md`` of a checkout anew:
``python -m schemas.dictionary``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import pandera.pandas as pandera
import pyarrow as pa

from schemas.catalog import TABLES
from schemas.row_checks import HARD_CHECKS, SOFT_CHECKS, RowCheck
from schemas.table import Table
from schemas.version import SCHEMA_VERSION

_TYPES = {"string": "string", "int64": "integer", "double": "number", "date32[day]": "date", "bool": "boolean"}
DOCUMENT = Path("docs/data-dictionary.md")
README = Path("processed/README.md")
_KEYS = {
    "figures": "figure_id",
    "documents": "doc_id",
    "units": "unit",
    "observations": "observation_id",
    "findings": "finding_id",
}
_LINKS = {"figures": "documents", "edits": "documents"}


def datapackage(files: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The Frictionless description of a snapshot; ``files`` are the shards of each table, as paths inside it."""
    return {
        "profile": "data-package",
        "name": "numerate",
        "title": "Figures stated in texts",
        "version": SCHEMA_VERSION,
        "resources": [resource(TABLES[name], paths) for name, paths in files.items()],
    }


def resource(table: Table, paths: Sequence[str]) -> dict[str, Any]:
    """A table as a Frictionless resource with its schema."""
    schema: dict[str, Any] = {"fields": [_field(table, name) for name in table.columns], "missingValues": []}
    if table.name in _KEYS:
        schema["primaryKey"] = _KEYS[table.name]
    if table.name in _LINKS:
        reference = {"resource": _LINKS[table.name], "fields": "doc_id"}
        schema["foreignKeys"] = [{"fields": "doc_id", "reference": reference}]
    # a package's path is one text, or a list of at least one
    path = paths[0] if len(paths) == 1 else list(paths)
    return {
        "name": table.name,
        "description": f"A row is {table.row}.",
        "path": path,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": schema,
    }


def _field(table: Table, name: str) -> dict[str, Any]:
    spec = table.schema.columns[name]
    metadata = spec.metadata or {}
    constraints: dict[str, Any] = {"required": True} if not spec.nullable else {}
    if allowed := _vocabulary(spec):
        constraints["enum"] = allowed
    field = {"name": name, "description": spec.description} | _type(metadata["arrow"])
    field |= {"example": metadata["example"]} if metadata["example"] is not None else {}
    field |= {"unit": metadata["unit"]} if metadata["unit"] else {}
    return field | ({"constraints": constraints} if constraints else {})


def _vocabulary(spec: pandera.Column) -> list[str]:
    sentences = [str(check.description) for check in spec.checks if check.name == "vocabulary"]
    return sentences[0].removeprefix("is one of ").split(", ") if sentences else []


def _type(arrow: pa.DataType) -> dict[str, Any]:
    """Frictionless refuses the lists of a Parquet file for its own type ``array``: what they hold is said beside it."""
    if pa.types.is_list(arrow):
        items = "object" if pa.types.is_struct(arrow.value_type) else _TYPES[str(arrow.value_type)]
        return {"type": "any", "listOf": items}
    return {"type": _TYPES[str(arrow)]}


def markdown() -> str:
    """The dictionary for people."""
    lines = [
        "# Data dictionary",
        "",
        f"Version {SCHEMA_VERSION} of the tables, generated from the schemas; do not edit.",
    ]
    for table in TABLES.values():
        lines += ["", f"## {table.name}", "", f"A row is {table.row}. Sorted by {', '.join(table.order)}.", ""]
        lines += ["| column | type | null | meaning | example |", "|---|---|---|---|---|"]
        lines += [_line(table, name) for name in table.columns]
    lines += [
        "",
        "## Checks of figures",
        "",
        "Of a row of `figures`; besides, every column is of its type and vocabulary.",
    ]
    lines += ["", "| check | what must hold | a row that fails has | a row that nearly does |", "|---|---|---|---|"]
    lines += [_check_line(check, "quarantine") for check in HARD_CHECKS]
    lines += [_check_line(check, "flag") for check in SOFT_CHECKS]
    return "\n".join(lines) + "\n"


def _check_line(check: RowCheck, then: str) -> str:
    return f"| `{check.name}` ({then}) | {check.sentence} | {_change(check.fails)} | {_change(check.passes)} |"


def _change(change: Mapping[str, Any]) -> str:
    """What a reader needs of a row: offsets and what follows from other columns say nothing."""
    follow = ("end", "value_text", "unit_kind") if "quote" in change else ()
    told = {name: value for name, value in change.items() if name not in follow}
    return ", ".join(f"{name} {'null' if value is None else value}" for name, value in told.items())


def _line(table: Table, name: str) -> str:
    return f"| {' | '.join(_cells(table, name))} |".replace("||", "| |")


def _cells(table: Table, name: str) -> tuple[str, str, str, str, str]:
    """Column, type, whether it may be null, meaning and example, as the dictionary has them."""
    field = _field(table, name)
    meaning = field["description"]
    if allowed := field.get("constraints", {}).get("enum"):
        meaning += f" One of {', '.join(f'`{value}`' for value in allowed)}."
    if "unit" in field:
        meaning += f" In {field['unit']}."
    example = f"`{json.dumps(field['example'], ensure_ascii=False)}`" if "example" in field else ""
    null = "yes" if table.schema.columns[name].nullable else ""
    kind = f"list of {field['listOf']}" if "listOf" in field else field["type"]
    return f"`{name}`", kind, null, meaning, example


def readme() -> str:
    """The page for those who read the tables and know nothing of the code; every snapshot holds it, too."""
    text = resources.files("schemas").joinpath("consumers.md").read_text("utf-8")
    generated = {
        "tables": _overview(),
        "flags": "\n".join(["| flag | what must hold and does not |", "|---|---|", *map(_flag, SOFT_CHECKS)]),
        "version": SCHEMA_VERSION,
        "columns": "\n\n".join(map(_described, TABLES.values())),
    }
    for name, content in generated.items():
        text = text.replace(f"{{{name}}}", content)
    return text


def _overview() -> str:
    rows = (
        f"| `{table.name}` | {table.row} | {', '.join(f'`{name}`' for name in table.start)} |"
        for table in TABLES.values()
    )
    return "\n".join(["| table | one row is | columns to start with |", "|---|---|---|", *rows])


def _flag(check: RowCheck) -> str:
    return f"| `{check.name}` | {check.sentence} |"


def _described(table: Table) -> str:
    """The columns of a table, a line each; those with a closed vocabulary with its words."""
    lines = [f"### {table.name}", "", "| column | type | meaning |", "|---|---|---|"]
    for name in table.columns:
        column, kind, null, meaning, _ = _cells(table, name)
        lines.append(f"| {column} | {kind}{' or null' if null else ''} | {meaning} |")
    return "\n".join(lines)


def sql(files: Mapping[str, Sequence[str]]) -> str:
    """Views for DuckDB over the shards of a snapshot; the variable ``numerate`` says where it lies.

    Paths that are whole URLs stand for themselves.
    """
    views = [_view(name, paths) for name, paths in files.items()]
    return "\n".join([_HOW, *views, _VIEWS])


def _view(name: str, paths: Sequence[str]) -> str:
    listed = ",\n    ".join(f"'{path}'" for path in paths)
    if not any("://" in path for path in paths):
        listed = f"{_PLACE} || name for name in [{listed}]"
    return f"create or replace view {name} as select * from read_parquet([{listed}]);"


_PLACE = "coalesce(getvariable('numerate') || '/', '')"
_HOW = """-- From the folder of the snapshot as it is: duckdb -init numerate.sql
-- From elsewhere say first where it lies:     set variable numerate = 'processed/current';"""
_VIEWS = """create or replace view figures_in_si as
  select figures.*, units.dimension, figures.value * units.factor as si_value
  from figures join units using (unit) where units.factor is not null;
create or replace view figures_with_documents as
  select figures.*, documents.title, documents.publisher, documents.published, documents.url
  from figures join documents using (doc_id);
create or replace view findings_with_figures as
  select finding_id, findings.kind as finding, severity, explanation, figures.*
  from (select *, unnest(figure_ids) as figure_id from findings) as findings join figures using (figure_id);
"""


if __name__ == "__main__":
    DOCUMENT.write_text(markdown(), "utf-8")
    README.write_text(readme(), "utf-8")
