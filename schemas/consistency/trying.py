"""What the checks find in a few sentences: for the examples in their docstrings, and for trying one out."""

from __future__ import annotations

from itertools import count
from typing import Any

from extractors.model import Document
from extractors.pipeline import extract
from schemas import figures
from schemas.consistency import check
from schemas.consistency.mentions import Mention, Row, mention


def findings_in(*texts: str) -> list[str]:
    """Severity and arithmetic of the findings in texts, each a document of its own about the city of Lanhe.

    >>> findings_in("Its area is 9,846 square kilometers.", "Its area is 9,864 square kilometers.")
    ['conflict: 9,846 square kilometers (1.txt) and 9,864 square kilometers (2.txt)']
    """
    found = check(row for text, number in zip(texts, count(1), strict=False) for row in _rows(text, number)).findings
    return [f"{each.severity}: {each.arithmetic}" for each in found]


def mentions_in(text: str) -> list[Mention]:
    """The figures of a text about the city of Lanhe, as the checks see them.

    >>> [each.key for each in mentions_in("Its GDP was 9 billion yuan.")]
    ['gdp']
    """
    return [each for row in _rows(text, 1) if (each := mention(Row.of(row))) is not None]


def _rows(text: str, number: int) -> list[dict[str, Any]]:
    return list(figures.rows(extract(Document(f"{number}.txt", f"Lanhe City\n\n{text}\n"))))
