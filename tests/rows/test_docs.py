"""docs/adding-a-construction.md says what is so: its code runs, its row is the table's, its lists are complete."""

from __future__ import annotations

import doctest
import re
import tomllib
from pathlib import Path

from extractors.constructions import constructions
from extractors.measured import INDICATORS

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "adding-a-construction.md"
TEXT = PAGE.read_text("utf-8")


def test_its_code_prints_what_the_page_shows() -> None:
    result = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert result.attempted >= 12
    assert not result.failed


def test_its_row_stands_in_the_table() -> None:
    blocks = [tomllib.loads(block) for block in re.findall(r"^```toml\n(\[\[row\]\]\n.*?)^```$", TEXT, re.M | re.S)]
    shown = [row for block in blocks for row in block["row"]]
    assert shown
    table = {construction.row.id: dict(construction.row.values) for construction in constructions()}
    assert [row for row in shown if table.get(row["id"]) != row] == []


def test_it_names_every_way_to_find_an_indicator_and_no_other() -> None:
    table = TEXT.partition("| `indicator` | in |")[2].partition("\n\n")[0]
    first_cells = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", table, re.M)
    assert sorted(re.findall(r"\w+", " ".join(first_cells))) == sorted(INDICATORS)


def test_it_explains_every_column_and_value_in_use() -> None:
    explained = set(re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", TEXT, flags=re.M | re.S)))
    rows = [construction.row for construction in constructions()]
    assert {column for row in rows for column in row.values} <= explained
    assert {row.get("direction") for row in rows} - {None} <= explained
    assert {row.get("basis") for row in rows} - {None} <= explained
