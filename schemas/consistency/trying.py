"""What the checks find in a few sentences: for the examples in their docstrings, and for trying one out."""

from __future__ import annotations

from extractors.model import Document
from extractors.pipeline import extract
from schemas import figures
from schemas.consistency import check


def findings_in(*texts: str) -> list[str]:
    """Severity and arithmetic of the findings in texts, each a document of its own about the city of Lanhe.

    >>> findings_in("Its area is 9,846 square kilometers.", "Its area is 9,864 square kilometers.")
    ['conflict: 9,846 square kilometers (1.txt) and 9,864 square kilometers (2.txt)']
    """
    documents = [Document(f"{number}.txt", f"Lanhe City\n\n{text}\n") for number, text in enumerate(texts, 1)]
    found = check(row for document in documents for row in figures.rows(extract(document))).findings
    return [f"{each.severity}: {each.arithmetic}" for each in found]
