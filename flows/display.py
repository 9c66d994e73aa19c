"""Tables and highlighted text for the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from extractors.model import Extraction

_STYLES = {
    "level": "bold green",
    "change_abs": "bold yellow",
    "growth_rate": "bold cyan",
    "share": "bold magenta",
    "multiple": "bold blue",
    "rank": "bold red",
    "count": "bold white",
}
_FIGURE = ("quote", "value", "unit", "bound", "kind", "indicator", "entity", "period_end", "basis")


def show(*parts: RenderableType) -> None:
    """Prints to stdout; wide where it is no terminal, so that nothing is cut in a file."""
    console = Console(width=None if Console().is_terminal else 200)
    for part in parts:
        console.print(part)


def figure_table(records: Sequence[Mapping[str, Any]]) -> Table:
    """The figures with the columns that say most; ``--format json`` has all."""
    shown = [{name: record[name] for name in _FIGURE} | {"value": _value(record)} for record in records]
    return plain_table(shown, _FIGURE)


def _value(record: Mapping[str, Any]) -> str:
    if record["value_text"] is not None:
        return str(record["value_text"])
    return f"{record['low']} to {record['high']}"


def other_table(records: Sequence[Mapping[str, Any]]) -> Table:
    """The numbers that are no figures."""
    return plain_table(records, ("quote", "why"))


def plain_table(records: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> Table:
    """Records as a table, nothing for what is missing."""
    table = Table()
    names = list(columns or records[0])
    for name in names:
        table.add_column(name, overflow="fold")
    for record in records:
        table.add_row(*(Text("" if record[name] is None else str(record[name])) for name in names))
    return table


def highlighted(extraction: Extraction) -> Text:
    """The clean text with its figures marked by colour and by brackets, and a legend."""
    shown, at = Text(), 0
    for figure in extraction.figures:
        if figure.start >= at:
            shown.append(extraction.clean.text[at : figure.start])
            shown.append(f"[{extraction.clean.text[figure.start : figure.end]}]", _STYLES[figure.kind])
            at = figure.end
    shown.append(extraction.clean.text[at:])
    shown.append("\n\n")
    for kind in dict.fromkeys(figure.kind for figure in extraction.figures):
        shown.append(f"[{kind}]", _STYLES[kind]).append(" ")
    return shown
