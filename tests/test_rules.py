"""Every row of every rule table: well formed, read by the product, and true to its own examples, both ways."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from extractors.rule_examples import FIRED

ROOT = Path(__file__).resolve().parent.parent
TABLES = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in (ROOT / "extractors" / "rules").glob("*.toml")}
ROWS = [(table, row) for table in sorted(TABLES) for row in TABLES[table].get("row", [])]
#: Columns that list the words a row is about.
WORDS = ("phrases", "words", "nouns", "verbs", "names", "before", "after", "minor", "signs", "symbols")


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
