"""Tables and highlighted text for the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from extractors.model import Extraction, Figure
from flows.signs import SIGNS

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
    is_terminal = Console().is_terminal
    console = Console(width=None if is_terminal else 200)
    for part in parts:
        # a text in a file keeps the lines it has
        console.print(part, soft_wrap=isinstance(part, Text) and not is_terminal)


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
    """The clean text with its figures in brackets, each kind with a colour and a sign, and a legend.

    >>> from extractors.model import Document
    >>> from extractors.pipeline import extract
    >>> print(highlighted(extract(Document("demo", "In 2020, GDP was 3.5 billion yuan, up 5.9 %."))))
    In 2020, GDP was [3.5 billion yuan =], up [5.9% %].
    <BLANKLINE>
    [= level] [% growth_rate]
    """
    shown, open_figures, at = Text(), list[Figure](), 0
    text = extraction.clean.text

    def forward(until: int) -> None:
        nonlocal at
        shown.append(text[at:until], _STYLES[open_figures[-1].kind] if open_figures else "")
        at = until

    for figure in [*sorted(extraction.figures, key=lambda each: (each.start, -each.end)), None]:
        start = figure.start if figure else len(text)
        while open_figures and open_figures[-1].end <= start:
            forward(open_figures[-1].end)
            closed = open_figures.pop()
            shown.append(f" {SIGNS[closed.kind]}]", _STYLES[closed.kind])
        forward(start)
        if figure and (not open_figures or figure.end <= open_figures[-1].end):
            shown.append("[", _STYLES[figure.kind])
            open_figures.append(figure)
    kinds = {figure.kind for figure in extraction.figures}
    legend = [Text(f"[{sign} {kind}]", _STYLES[kind]) for kind, sign in SIGNS.items() if kind in kinds]
    return Text.assemble(shown, "" if shown.plain.endswith("\n") else "\n", "\n", Text(" ").join(legend))
