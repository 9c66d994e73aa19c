"""What is generated from the schemas says what the schemas say."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from schemas import TABLES
from schemas.dictionary import DOCUMENT, README, datapackage, markdown, readme, sql
from schemas.row_checks import SOFT_CHECKS
from schemas.table import Table

FILES = {name: [f"{name}/a.parquet", f"{name}/b.parquet"] for name in TABLES}


def test_the_document_is_up_to_date(root: Path) -> None:
    assert (root / DOCUMENT).read_text() == markdown(), "python -m schemas.dictionary writes it anew"


def test_the_page_of_consumers_is_up_to_date(root: Path) -> None:
    assert (root / README).read_text() == readme(), "python -m schemas.dictionary writes it anew"


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_the_page_of_consumers_tells_every_column_vocabulary_and_flag(table: Table) -> None:
    page = readme()
    chapter = page.partition(f"### {table.name}\n")[2].partition("\n### ")[0]
    assert re.findall(r"^\| `(\w+)` \|", chapter, re.M) == table.columns
    for name, spec in table.schema.columns.items():
        line = next(line for line in chapter.splitlines() if line.startswith(f"| `{name}` |"))
        assert spec.description in line
        assert ("or null" in line) == spec.nullable
    assert not re.search(r"\{\w+\}", page), "nothing is left to fill in"
    assert all(f"`{check.name}` | {check.sentence}" in page for check in SOFT_CHECKS)


def test_a_table_starts_with_columns_that_it_has() -> None:
    with pytest.raises(ValueError, match="'figures' has no column 'nonsense'"):
        replace(TABLES["figures"], start=("nonsense",))


def test_the_package_describes_every_column() -> None:
    package = json.loads(json.dumps(datapackage(FILES)))
    resources = {resource["name"]: resource for resource in package["resources"]}
    assert set(resources) == set(TABLES)
    for name, table in TABLES.items():
        fields = resources[name]["schema"]["fields"]
        assert [field["name"] for field in fields] == table.columns
        assert all(field["description"] for field in fields)
    bound = next(field for field in resources["figures"]["schema"]["fields"] if field["name"] == "bound")
    assert "more_than" in bound["constraints"]["enum"]
    assert resources["edits"]["schema"]["foreignKeys"][0]["reference"]["resource"] == "documents"


@pytest.mark.parametrize("name", ["figures", "documents", "edits", "quarantine", "units"])
def test_every_table_has_a_view_and_a_chapter(name: str) -> None:
    assert f"create or replace view {name} as select" in sql(FILES)
    assert f"\n## {name}\n" in markdown()
