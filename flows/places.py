"""Where a rule stands: the row of a table, built in or of the project's own, or the line of the code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from extractors import lexicon

_ID = re.compile(r"""\s*id\s*=\s*["']([^"']+)["']""")
#: where code gives a rule, as an argument
_GIVES = re.compile(r"(?:refuse|give|Draft|NotFigure|Shape)\(.*")
_TEXT = re.compile(r'"([^"]*)"')
#: a rule behind the reason for which it sets a number aside
_ASIDE = re.compile(r'"[a-z]+", "([^"]*)"')


def place_of(rule: str, *tables: str) -> str:
    """The row of a rule with its file and line, looked for in some tables first; else the line of the code.

    >>> place_of("percent", "units")
    'row percent (extractors/rules/units.toml:...)'
    >>> place_of("table.cell")
    'rule table.cell (extractors/tables.py:...)'
    """
    if not rule:
        return ""
    rows = _rows()
    found = next((rows[key] for key in (*(f"{table}/{rule}" for table in tables), rule) if key in rows), None)
    return found or _in_code(rule) or f"rule {rule}"


@cache
def _rows() -> Mapping[str, str]:
    """Where each row of the rule tables stands, by id and by table and id; the project's own last, as they win."""
    found: dict[str, str] = {}
    built_in = [(name, files("extractors").joinpath("rules", f"{name}.toml")) for name in lexicon.built_in()]
    tables = [(name, f"extractors/rules/{name}.toml", path.read_text("utf-8")) for name, path in built_in]
    own = [(name, str(path), path.read_text("utf-8")) for name, path in lexicon.local_tables().items()]
    for name, shown, text in tables + own:
        for number, line in enumerate(text.splitlines(), 1):
            if match := _ID.match(line):
                found[match[1]] = found[f"{name}/{match[1]}"] = f"row {match[1]} ({shown}:{number})"
    return found


def _in_code(rule: str) -> str:
    place = _given().get(rule)
    return f"rule {rule} ({place})" if place else ""


@cache
def _given() -> Mapping[str, str]:
    """Where code gives each rule first."""
    found: dict[str, str] = {}
    for path, text in _code():
        for number, line in enumerate(text.splitlines(), 1):
            given = _GIVES.search(line)
            for rule in [*(_TEXT.findall(given[0]) if given else ()), *_ASIDE.findall(line)]:
                found.setdefault(rule, f"{path}:{number}")
    return found


def _code() -> list[tuple[str, str]]:
    return sorted(_modules(files("extractors"), "extractors"))


def _modules(folder: Traversable, name: str) -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _modules(entry, f"{name}/{entry.name}")
        elif entry.name.endswith(".py"):
            yield f"{name}/{entry.name}", entry.read_text("utf-8")
