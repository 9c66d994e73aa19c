"""Every row of every rule table: well formed, read by the product, and true to its own examples, both ways."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import spacy

from extractors import periods
from extractors.cleaning import furniture
from extractors.cues import find_cues
from extractors.indicators import indicator_key
from extractors.model import Document
from extractors.pipeline import extract
from extractors.quantities import find_quantities

NLP = spacy.blank("en")
ROOT = Path(__file__).resolve().parent.parent
TABLES = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in (ROOT / "extractors" / "rules").glob("*.toml")}
ROWS = [(table, row) for table in sorted(TABLES) for row in TABLES[table].get("row", [])]
#: Columns that list the words a row is about.
WORDS = ("phrases", "words", "nouns", "verbs", "names", "before", "after", "minor", "signs", "symbols")


def shape_of_line(text: str) -> set[str]:
    shape = furniture.shape_of(text, edge=True)
    return {shape.id} if shape else set()


def rules_of_quantities(text: str) -> set[str]:
    """Without the time expressions, which would claim some of the numbers before a row can."""
    quantities, others = find_quantities(NLP(text), [])
    return {rule for q in quantities for rule in (q.unit_rule, q.bound_rule)} | {other.rule for other in others}


def rules_of_figures(text: str) -> set[str]:
    return {figure.rule for figure in extract(Document("example", text)).figures}


def cues_of(text: str) -> set[str]:
    return {cue.row.id for cue in find_cues(NLP(text))}


def indicators_of(text: str) -> set[str]:
    key = indicator_key(text)
    return {row["id"] for row in TABLES["indicators"]["row"] if row["key"] == key}


def rows_with_a_word(table: str, column: str, text: str) -> set[str]:
    """The rows of a table of plain words one of whose words stands in the text."""
    present = partial(re.search, string=text, flags=re.I)
    return {
        row["id"]
        for row in TABLES[table]["row"]
        if any(present(rf"(?<!\w){re.escape(word)}(?!\w)") for word in row[column])
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


def examples(column: str) -> list[Any]:
    return [
        pytest.param(table, row["id"], text, id=f"{table}-{row['id']}-{number}")
        for table, row in ROWS
        if table in FIRED
        for number, text in enumerate(row.get(column, []))
    ]


def shown(row: dict[str, Any]) -> list[str]:
    return [word.casefold() for column in WORDS for word in row.get(column, [])]


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_table_is_a_list_of_rows_with_ids_of_their_own(table: str) -> None:
    rows = TABLES[table]["row"]
    assert set(TABLES[table]) == {"row"}
    assert len({row["id"] for row in rows}) == len(rows) > 0
    assert not [row["id"] for row in rows if not re.fullmatch(r"\S+", row["id"])]


@pytest.mark.parametrize(("table", "row"), ROWS, ids=[f"{table}-{row['id']}" for table, row in ROWS])
def test_a_row_has_examples_and_says_nothing_twice(table: str, row: dict[str, Any]) -> None:
    texts = row["examples"] + row.get("not_examples", [])
    assert row["examples"]
    assert all(isinstance(text, str) and text.strip() for text in texts)
    assert len(set(texts)) == len(texts)
    words = [(column, word) for column in WORDS for word in row.get(column, [])]
    assert not {word for word in words if words.count(word) > 1}, f"rules/{table}.toml lists them twice"


@pytest.mark.parametrize(
    ("table", "row"),
    [(table, row) for table, row in ROWS if shown(row) and table not in FIRED],
    ids=[f"{table}-{row['id']}" for table, row in ROWS if shown(row) and table not in FIRED],
)
def test_an_example_shows_a_word_of_its_row(table: str, row: dict[str, Any]) -> None:
    assert not [text for text in row["examples"] if not any(word in text.casefold() for word in shown(row))]


@pytest.mark.parametrize(("table", "row_id", "text"), examples("examples"))
def test_a_row_fires_in_its_examples(table: str, row_id: str, text: str) -> None:
    assert row_id in FIRED[table](text)


@pytest.mark.parametrize(("table", "row_id", "text"), examples("not_examples"))
def test_a_row_does_not_fire_in_its_counterexamples(table: str, row_id: str, text: str) -> None:
    assert row_id not in FIRED[table](text)


def test_extraction_reads_every_table() -> None:
    """A malformed row fails when its table is loaded; a table that nothing loads would never fail, and do nothing."""
    code = """
import extractors.lexicon as lexicon
read, parse = set(), lexicon.parse
lexicon.parse = lambda table, *rest: read.add(table) or parse(table, *rest)
from extractors.model import Document
from extractors.pipeline import extract
from tests.gold.annotation import documents
for document in documents():
    extract(Document(document.name, document.raw))
print(*read)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == set(TABLES)
