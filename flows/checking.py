"""Checking the numbers of texts against each other without a run: what ``numerate check`` does."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from extractors.model import Document
from extractors.reading import LANGUAGES, Refusal, local_source, read, read_documents
from flows.outcome import WrongUseError
from schemas import figures
from schemas.consistency import Checked, Finding, Observation, check

if TYPE_CHECKING:
    from rich.console import RenderableType

#: so much of a sentence is shown on each side of a quote
_CONTEXT = 60


def documents_of(paths: Iterable[str]) -> Iterator[Document | tuple[str, Refusal]]:
    """The documents of files and folders; for what cannot be read, its name and the reason.

    Raises:
        WrongUseError: there is no such file or folder.
    """
    for path in paths:
        if os.path.isdir(path):
            yield from read_documents(path)
        elif not os.path.exists(path):
            raise WrongUseError(f"{path} is not there")
        else:
            try:
                yield read(local_source(path))
            except Refusal as refusal:
                yield path, refusal


def checked(paths: Iterable[str]) -> tuple[Checked, list[str]]:
    """What the figures of some files and folders say of each other, and what could not be read."""
    from extractors.pipeline import extract

    rows: list[dict[str, Any]] = []
    notes = []
    for found in documents_of(paths):
        if isinstance(found, tuple):
            notes.append(f"{found[0]}: {found[1].detail} ({found[1].reason})")
        elif found.language not in LANGUAGES:
            notes.append(f"{found.source}: it reads as {found.language!r}; the rules are for English")
        else:
            rows += figures.rows(extract(found))
    return check(rows), notes


def finding_record(found: Finding) -> dict[str, Any]:
    """A finding for programs; ``docs`` are file names without suffix."""
    return {
        "finding_id": found.finding_id,
        "kind": found.kind,
        "severity": found.severity,
        "docs": found.docs,
        "quotes": found.quotes,
        "figure_ids": [figure.figure_id for figure in found.figures],
        "arithmetic": found.arithmetic,
        "explanation": found.explanation,
    }


def observation_record(found: Observation) -> dict[str, Any]:
    """An observation for programs; days are ISO texts."""
    fields = found._asdict().items()
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in fields}
    return {"observation_id": found.observation_id, **plain, "derived": found.formula is not None}


def as_lines(records: Iterable[dict[str, Any]]) -> str:
    """JSON lines."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def as_text(found: Finding) -> Iterator[RenderableType]:
    """A finding for people: what it is, the arithmetic, and each quote where it stands."""
    from rich.text import Text

    colour = {"conflict": "bold red", "magnitude": "bold magenta", "suspect": "yellow"}[found.severity]
    title = found.kind if found.kind == found.severity else f"{found.kind}, {found.severity}"
    yield Text.assemble((title, colour), ": ", found.explanation)
    for figure in found.figures:
        before, quote, after = _in_context(figure.sentence, figure.quote)
        yield Text.assemble(f"    {figure.doc}: {before}", (quote, "bold cyan"), after)


def _in_context(sentence: str, quote: str) -> tuple[str, str, str]:
    place = sentence.find(quote)
    if place < 0:
        return "", quote, ""
    before, after = sentence[:place], sentence[place + len(quote) :]
    if len(before) > _CONTEXT:
        before = "…" + re.sub(r"^\S*", "", before[-_CONTEXT:])
    if len(after) > _CONTEXT:
        after = re.sub(r"\S*$", "", after[:_CONTEXT]) + "…"
    return before, quote, after
