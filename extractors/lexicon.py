"""Loads the rule tables of ``extractors/rules/*.toml`` and refuses rows that are malformed.

A table is a TOML file of ``[[row]]`` entries. Every row has a unique ``id`` and ``examples`` (texts in which the row
must fire); ``not_examples`` (texts in which it must not) are optional. The columns that a table knows besides these are
declared by the module that reads it, so that a misspelt column fails at once instead of being ignored.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

COMMON = {"id": str, "examples": list, "not_examples": list, "note": str}


class RuleError(ValueError):
    """A row of a rule table that cannot be used. The message names table, row and column."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a rule table. ``get(column)`` gives a column's value or its default."""

    table: str
    id: str
    values: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    def get(self, column: str, default: Any = None) -> Any:
        return self.values.get(column, default)

    @property
    def examples(self) -> list[str]:
        return list(self.values.get("examples", ()))

    @property
    def not_examples(self) -> list[str]:
        return list(self.values.get("not_examples", ()))


def load(table: str, required: Mapping[str, type], optional: Mapping[str, type] | None = None) -> tuple[Row, ...]:
    """The rows of ``rules/TABLE.toml``, checked against the columns given.

    Raises:
        RuleError: a column is missing, unknown or of the wrong type, an id is doubled, or a row has no example.
    """
    text = files("extractors").joinpath("rules", f"{table}.toml").read_text("utf-8")
    return parse(table, text, required, optional or {})


def parse(table: str, text: str, required: Mapping[str, type], optional: Mapping[str, type]) -> tuple[Row, ...]:
    """The rows of a table given as TOML text.

    >>> [row.id for row in parse("demo", '[[row]]\\nid = "a"\\nunit = "m"\\nexamples = ["1 m"]', {"unit": str}, {})]
    ['a']
    >>> parse("demo", '[[row]]\\nid = "a"\\nunti = "m"\\nexamples = ["1 m"]', {}, {})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    extractors.lexicon.RuleError: rules/demo.toml, row 'a': unknown column 'unti'; allowed: ...
    """
    rows: dict[str, Row] = {}
    for number, values in enumerate(tomllib.loads(text).get("row", []), 1):
        row = Row(table, str(values.get("id", f"number {number}")), values)
        _check(row, required, optional)
        if row.id in rows:
            raise RuleError(f"rules/{table}.toml: the id {row.id!r} stands twice; ids must be unique")
        rows[row.id] = row
    return tuple(rows.values())


def _check(row: Row, required: Mapping[str, type], optional: Mapping[str, type]) -> None:
    where = f"rules/{row.table}.toml, row {row.id!r}"
    known = {**COMMON, **required, **optional}
    for column, value in row.values.items():
        if column not in known:
            raise RuleError(f"{where}: unknown column {column!r}; allowed: {', '.join(sorted(known))}")
        if not isinstance(value, known[column]):
            raise RuleError(f"{where}: column {column!r} is {type(value).__name__}; allowed: {known[column].__name__}")
    missing = [c for c in ("id", "examples", *required) if c not in row.values]
    if missing or not row.values["examples"]:
        raise RuleError(f"{where}: needs {', '.join(missing) or 'at least one example'}")


@cache
def words(row_id: str) -> frozenset[str]:
    """The words of a row of ``rules/words.toml``.

    >>> "however" in {word.lower() for word in words("lead_in")}
    True
    """
    return next(frozenset(row["words"]) for row in load("words", {"words": list}) if row.id == row_id)


@cache
def fingerprint() -> str:
    """A short hash over the code and the rule tables of this package: what ``pipeline_version`` holds.

    Two runs with the same fingerprint give the same figures for the same text.
    """
    digest = hashlib.sha256()
    pending = [files("extractors")]
    while pending:
        for item in sorted(pending.pop().iterdir(), key=lambda entry: entry.name):
            if item.is_dir() and item.name != "__pycache__":
                pending.append(item)
            elif item.name.endswith((".py", ".toml")):
                digest.update(item.name.encode() + b"\0" + item.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
