"""Do the rows of the rule tables do what their examples say? For the tests, and for rows of a project's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, partial

import spacy
from spacy.language import Language

from extractors import periods
from extractors.cleaning import furniture
from extractors.cues import find_cues
from extractors.indicators import indicator_key
from extractors.lexicon import LOADED, Row
from extractors.model import Document
from extractors.pipeline import extract
from extractors.quantities import find_quantities

#: a page that needs every table
SAMPLE = """Home > News
In 2020, the GDP of Lanhe City was about 3.5 billion yuan, up 5.9%, with 12 schools over 14 square kilometers.
"""


@cache
def _english() -> Language:
    return spacy.blank("en")


@cache
def tables() -> dict[str, tuple[Row, ...]]:
    """Every table as it is in force, a project's own rows with those built in.

    Raises:
        RuleError: a row cannot be used.
    """
    extract(Document("sample", SAMPLE))
    return dict(LOADED)


def shape_of_line(text: str) -> set[str]:
    shape = furniture.shape_of(text, edge=True)
    return {shape.id} if shape else set()


def rules_of_quantities(text: str) -> set[str]:
    """Without the time expressions, which would claim some of the numbers before a row can."""
    quantities, others = find_quantities(_english()(text), [])
    return {rule for q in quantities for rule in (q.unit_rule, q.bound_rule)} | {other.rule for other in others}


def rules_of_figures(text: str) -> set[str]:
    return {figure.rule for figure in extract(Document("example", text)).figures}


def cues_of(text: str) -> set[str]:
    return {cue.row.id for cue in find_cues(_english()(text))}


def indicators_of(text: str) -> set[str]:
    key = indicator_key(text)
    return {row.id for row in tables()["indicators"] if row["key"] == key}


def rows_with_a_word(table: str, column: str, text: str) -> set[str]:
    """The rows of a table of plain words one of whose words stands in the text."""
    present = partial(re.search, string=text, flags=re.I)
    return {
        row.id for row in tables()[table] if any(present(rf"(?<!\w){re.escape(word)}(?!\w)") for word in row[column])
    }


#: How to see which rows of a table fire in a text.
FIRED: dict[str, Callable[[str], set[str]]] = {
    "boilerplate": shape_of_line,
    "bounds": rules_of_quantities,
    "constructions": rules_of_figures,
    "cues": cues_of,
    "currencies": rules_of_quantities,
    "heads": partial(rows_with_a_word, "heads", "nouns"),
    "indicators": indicators_of,
    "nonfigures": rules_of_quantities,
    "periods": periods.ids_fired,
    "places": partial(rows_with_a_word, "places", "nouns"),
    "units": rules_of_quantities,
    "verbs": partial(rows_with_a_word, "verbs", "verbs"),
    "words": partial(rows_with_a_word, "words", "words"),
}


def untrue(table: str, row: Row) -> Iterator[str]:
    """What a row says of itself that is not so; nothing for a table whose rows only matter beside others."""
    if fired := FIRED.get(table):
        for text in row.examples:
            if row.id not in fired(text):
                yield f"{row.where}: does not fire in its example {text!r}"
        for text in row.not_examples:
            if row.id in fired(text):
                yield f"{row.where}: fires in its counterexample {text!r}"
