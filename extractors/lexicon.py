"""Loads the rule tables of ``extractors/rules/*.toml`` and refuses rows that are malformed.

A folder named by ``NUMERATE_RULES`` may hold tables of the same names: a row there replaces the one with its id, or is
one more. It counts in the fingerprint like the rows built in.

A table is a TOML file of ``[[row]]`` entries. Every row has a unique ``id`` and ``examples`` (texts in which the row
must fire); ``not_examples`` (texts in which it must not) are optional. The columns that a table knows besides these are
declared by the module that reads it, so that a misspelt column fails at once instead of being ignored.
"""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

#: names the folder of a project's own tables
LOCAL = "NUMERATE_RULES"
#: the tables that were loaded in this process, as they are in force
LOADED: dict[str, tuple[Row, ...]] = {}
COMMON = {"id": str, "examples": list, "not_examples": list, "note": str}


class RuleError(ValueError):
    """A row of a rule table that cannot be used. The message names table, row and column."""

    in_own_words = True


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
    def where(self) -> str:
        return f"{_place(self.table)}, row {self.id!r}"

    @property
    def is_local(self) -> bool:
        """Whether it is one of the project's own."""
        return self.table.endswith(".toml")

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
    rows = parse(table, text, required, optional or {})
    if own := local_tables().get(table):
        more = parse(str(own), _text(own), required, optional or {})
        for row in more:
            _check_values(row, rows)
        rows = tuple({row.id: row for row in (*rows, *more)}.values())
    LOADED[table] = rows
    return rows


def built_in() -> list[str]:
    """The names of the tables.

    >>> {"units", "indicators", "places", "boilerplate"} <= set(built_in())
    True
    """
    found = files("extractors").joinpath("rules").iterdir()
    return sorted(entry.name.removesuffix(".toml") for entry in found if entry.name.endswith(".toml"))


def local_tables() -> dict[str, Path]:
    """The project's own tables by name; none where no folder is named.

    Raises:
        RuleError: there is no such folder, or one of its files is named like no table.
    """
    folder = Path(os.environ.get(LOCAL) or os.devnull)
    if not os.environ.get(LOCAL):
        return {}
    if not folder.is_dir():
        raise RuleError(f"the folder of rule tables {str(folder)!r} is not there")
    tables = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    if strangers := sorted(set(tables) - set(built_in())):
        raise RuleError(f"{tables[strangers[0]]}: there is no such table; there are {', '.join(built_in())}")
    return tables


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise RuleError(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def parse(table: str, text: str, required: Mapping[str, type], optional: Mapping[str, type]) -> tuple[Row, ...]:
    """The rows of a table given as TOML text; a name without a suffix is one of those built in.

    >>> [row.id for row in parse("demo", '[[row]]\\nid = "a"\\nunit = "m"\\nexamples = ["1 m"]', {"unit": str}, {})]
    ['a']
    >>> parse("demo", '[[row]]\\nid = "a"\\nunti = "m"\\nexamples = ["1 m"]', {}, {})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    extractors.lexicon.RuleError: rules/demo.toml, row 'a': unknown column 'unti'; allowed: ...
    """
    rows: dict[str, Row] = {}
    for number, values in enumerate(_entries(table, text), 1):
        row = Row(table, str(values.get("id", f"number {number}")), values)
        _check(row, required, optional)
        if row.id in rows:
            raise RuleError(f"{_place(table)}: the id {row.id!r} stands twice; ids must be unique")
        rows[row.id] = row
    return tuple(rows.values())


def _entries(table: str, text: str) -> list[dict[str, Any]]:
    try:
        content = tomllib.loads(text)
    except ValueError as error:
        raise RuleError(f"{_place(table)}: {error}") from error
    rows = content.get("row", [])
    if set(content) - {"row"} or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RuleError(f"{_place(table)}: it must consist of [[row]] entries and nothing else")
    return rows


def _place(table: str) -> str:
    return table if table.endswith(".toml") else f"rules/{table}.toml"


def _check(row: Row, required: Mapping[str, type], optional: Mapping[str, type]) -> None:
    where = row.where
    known = {**COMMON, **required, **optional}
    for column, value in row.values.items():
        if column not in known:
            raise RuleError(f"{where}: unknown column {column!r}; allowed: {', '.join(sorted(known))}")
        if not isinstance(value, known[column]):
            raise RuleError(f"{where}: column {column!r} is {type(value).__name__}; allowed: {known[column].__name__}")
    missing = [c for c in ("id", "examples", *required) if c not in row.values]
    if missing or not row.values["examples"]:
        raise RuleError(f"{where}: needs {', '.join(missing) or 'at least one example'}")


#: columns whose words the code knows: those that the rows built in use, and no others
_CLOSED = frozenset("kind role where why bound label direction indicator needs case dimension".split())
_DECIMALS = frozenset(("factor", "si"))
_PATTERNS = frozenset(("pattern", "left", "right"))
_NAME = re.compile(r"\{[A-Za-z]+\}")


def _check_values(row: Row, built_in: tuple[Row, ...]) -> None:
    """The values of a project's own row, which no test of ours has seen."""
    for column, value in row.values.items():
        if problem := _problem(column, value, built_in):
            raise RuleError(f"{row.where}: column {column!r} is {value!r}; {problem}")


def _problem(column: str, value: Any, built_in: tuple[Row, ...]) -> str:
    if isinstance(value, list):
        return "" if all(isinstance(item, str) and item.strip() for item in value) else "it must hold texts, none empty"
    known = sorted({str(row[column]) for row in built_in if column in row.values}) if column in _CLOSED else []
    if known and value not in known:
        return f"allowed: {', '.join(known)}"
    if column == "key" and not re.fullmatch(r"[a-z0-9_]+", value):
        return "it must consist of small letters, digits and _"
    try:
        if column in _DECIMALS:
            Decimal(value)
        elif column in _PATTERNS:
            re.compile(_NAME.sub("x", value))
    except ArithmeticError:
        return "it must be a decimal number such as 0.3048"
    except re.error as error:
        return f"it is no regular expression: {error}"
    return ""


@cache
def words(row_id: str) -> frozenset[str]:
    """The words of a row of ``rules/words.toml``.

    >>> "however" in {word.lower() for word in words("lead_in")}
    True
    """
    return next(frozenset(row["words"]) for row in load("words", {"words": list}) if row.id == row_id)


@cache
def fingerprint() -> str:
    """A short hash over the code and the rule tables, built in and the project's own, for ``pipeline_version``.

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
    for name, path in local_tables().items():
        digest.update(b"local " + name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
