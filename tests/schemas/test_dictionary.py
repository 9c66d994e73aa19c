"""What is generated from the schemas says what the schemas say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemas import TABLES
from schemas.dictionary import DOCUMENT, datapackage, markdown, sql

FILES = {name: [f"{name}/a.parquet", f"{name}/b.parquet"] for name in TABLES}


def test_the_document_is_up_to_date(root: Path) -> None:
    assert (root / DOCUMENT).read_text() == markdown(), "python -m schemas.dictionary writes it anew"


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
