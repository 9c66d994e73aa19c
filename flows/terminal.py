"""What the commands write: output that ends quietly when its reader has gone, warnings, lists."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import wraps
from inspect import Parameter, signature
from typing import Annotated, Any, TypeVar

import typer

from flows import log
from flows.outcome import Exit

Function = TypeVar("Function", bound=Callable[..., Any])


class App(typer.Typer):
    """Commands that all take ``--quiet`` and ``--verbose``."""

    def command(self, *arguments: Any, **options: Any) -> Callable[[Function], Function]:
        """Registers a command, as Typer does."""
        register = super().command(*arguments, **options)

        def registered(function: Function) -> Function:
            register(_talking(function))
            return function

        return registered


def _talking(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with two more options, which say how much it tells beside its result."""

    @wraps(function)
    def command(*arguments: Any, quiet: bool, verbose: bool, **options: Any) -> Any:
        log.set_up(quiet=quiet, verbose=verbose)
        return function(*arguments, **options)

    added = {
        "quiet": Annotated[bool, typer.Option("--quiet", "-q", help="Only the result, and errors.")],
        "verbose": Annotated[bool, typer.Option("--verbose", "-v", help="Each step on stderr, a JSON line an event.")],
    }
    plain = signature(function, eval_str=True)
    more = [Parameter(name, Parameter.KEYWORD_ONLY, default=False, annotation=kind) for name, kind in added.items()]
    command.__signature__ = plain.replace(parameters=[*plain.parameters.values(), *more])  # type: ignore[attr-defined]
    command.__annotations__ = {each.name: each.annotation for each in (*plain.parameters.values(), *more)}
    return command


class Runner(StrEnum):
    """Who reads the batches."""

    local = "local"
    dask = "dask"


RunnerOption = Annotated[
    Runner, typer.Option(help="Who reads: processes of this machine, or the workers of a Dask cluster.")
]
BatchBytes = Annotated[int, typer.Option(min=1, help="About so many bytes of raw files are one batch.")]
AddressOption = Annotated[
    str, typer.Option(metavar="URL", help="The scheduler of --runner dask, tcp://HOST:8786; none starts one here.")
]


class ListFormat(StrEnum):
    """How a list is shown."""

    table = "table"
    json = "json"
    csv = "csv"


class ExportFormat(StrEnum):
    """What a table is exported as."""

    csv = "csv"
    jsonl = "jsonl"
    sdmx = "sdmx"


class DifferenceFormat(StrEnum):
    """How differences are shown."""

    text = "text"
    json = "json"


def write(text: str) -> None:
    """Writes and flushes, so that a reader sees each line at once; ends quietly when the reader has gone."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would flush once more at the end, and complain
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(Exit.DONE) from None


def note(messages: Iterable[str]) -> None:
    """Says something that the person at the terminal may not want to know."""
    if not log.is_quiet():
        warn(messages)


def warn(messages: Iterable[str]) -> None:
    """Says something to the person at the terminal, beside the output."""
    for message in messages:
        typer.echo(f"numerate: {message}", err=True)


def show_list(found: list[dict[str, Any]], format: ListFormat) -> None:
    """Shows rows with the same keys: as a table, as JSON lines or as CSV."""
    from flows import display, filters

    if format is ListFormat.json:
        write("".join(filters.as_json(row) + "\n" for row in found))
    elif format is ListFormat.csv:
        write(filters.as_csv(found, found[0]))
    else:
        display.show(display.plain_table(found))


def in_colour() -> bool:
    """Whether the output is a terminal whose user has not asked for plain text (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
