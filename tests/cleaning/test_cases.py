"""Tables of cases: what is repaired, what must not be touched, and whole pages."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from extractors.cleaning import FIXES, clean

HERE = Path(__file__).resolve().parent
CASES: list[dict[str, str]] = tomllib.loads((HERE / "cases.toml").read_text("utf-8"))["case"]
NUMBERS: list[dict[str, str]] = tomllib.loads((HERE / "numbers.toml").read_text("utf-8"))["case"]
PAGES = sorted(p for p in (HERE.parent / "gold" / "cleaning_pages").glob("*.txt") if not p.name.endswith(".clean.txt"))
#: Blocks of the ten pages that are cleaned exactly; it may only rise.
PAGES_FLOOR = 0.9


def blocks(text: str) -> Counter[str]:
    return Counter(" ".join(block.split()) for block in text.split("\n\n") if block.strip())


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:40] for case in CASES])
def test_case(case: dict[str, str]) -> None:
    assert clean(case["text"]).text == case.get("clean", case["text"]), case["why"]


@pytest.mark.parametrize("case", [*CASES, *NUMBERS], ids=lambda case: case["text"][:40])
def test_a_clean_text_is_left_alone(case: dict[str, str]) -> None:
    once = clean(case["text"]).text
    again = clean(once)
    assert again.text == once, [edit.rule for edit in again.edits]


def test_every_fix_has_a_case() -> None:
    texts = [case["text"] for case in (*CASES, *NUMBERS)] + [page.read_text("utf-8") for page in PAGES]
    fired = {rule.split(".", 1)[0] if rule.startswith("boilerplate") else rule for rule in rules_of(texts)}
    assert {fix.id for fix in FIXES} - fired - {"encoding.newline"} == set()


def rules_of(texts: list[str]) -> set[str]:
    return {rule for text in texts for edit in clean(text).edits for rule in edit.rule.split("+")}


def test_pages() -> None:
    wanted: Counter[str] = Counter()
    exact = 0
    for page in PAGES:
        expected = blocks(page.with_suffix(".clean.txt").read_text("utf-8"))
        got = blocks(clean(page.read_text("utf-8")).text)
        wanted += expected
        exact += sum((expected & got).values())
    assert exact / sum(wanted.values()) >= PAGES_FLOOR


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_clean_page_is_left_alone(page: Path) -> None:
    """The text as its author meant it, given as a page, comes back as it is."""
    expected = page.with_suffix(".clean.txt").read_text("utf-8").strip()
    assert blocks(clean(expected).text) == blocks(expected)
