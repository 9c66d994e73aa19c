"""The three verdicts on damaged numbers, and the page of documentation that shows them.

``python tests/cleaning/test_numbers.py`` writes docs/cleaning-numbers.md anew.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from extractors.cleaning import clean

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "docs" / "cleaning-numbers.md"
CASES: list[dict[str, str]] = tomllib.loads((HERE / "numbers.toml").read_text("utf-8"))["case"]
TITLES = {
    "repaired": "Repaired: one reading is certain",
    "doubt": "Doubted: damaged, and kept because no reading is certain",
    "kept": "Kept: right as it is",
}
HEAD = """# What cleaning does to numbers

Cleaning never invents a number: digits are joined only where a unit, a percent sign, a scale word or a complete group
makes the reading certain. What looks damaged and has no certain reading stays as it is and is recorded as a doubt of
the document. This page is written from the cases in `tests/cleaning/numbers.toml`, which the tests run.
"""


def page() -> str:
    """The documentation page as it should be."""
    parts = [HEAD]
    for verdict, title in TITLES.items():
        parts.append(f"\n## {title}\n\n| text | becomes | because |\n|---|---|---|\n")
        parts += [_row(case) for case in CASES if case["verdict"] == verdict]
    return "".join(parts)


def _row(case: dict[str, str]) -> str:
    return f"| {_cell(case['text'])} | {_cell(case.get('clean', ''))} | {case['why']} |\n"


def _cell(text: str) -> str:
    return f"`{text.replace(chr(10), '⏎').replace('|', chr(92) + '|')}`" if text else "—"


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:40] for case in CASES])
def test_verdict(case: dict[str, str]) -> None:
    result = clean(case["text"])
    assert result.text == case.get("clean", case["text"]), case["why"]
    assert bool(result.doubts) == (case["verdict"] == "doubt"), result.doubts
    assert ("clean" in case) == (case["verdict"] == "repaired")


def test_the_page_shows_the_cases() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python tests/cleaning/test_numbers.py"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
