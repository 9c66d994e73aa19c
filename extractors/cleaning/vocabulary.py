"""The words that cleaning knows: rows of rules/cleaning.toml, and how common an English word is."""

from __future__ import annotations

import re
from functools import cache

from extractors.lexicon import Row, load


@cache
def rows() -> dict[str, Row]:
    """The rows of rules/cleaning.toml by id."""
    return {row.id: row for row in load("cleaning", {"words": list}, {"case": str})}


@cache
def words(row_id: str) -> frozenset[str]:
    """The words of one row."""
    return frozenset(rows()[row_id]["words"])


def choice(*row_ids: str) -> str:
    """A regular expression that matches any word of the rows, the longest first.

    >>> choice("currency_prefix").startswith("(?:")
    True
    """
    parts = []
    for row_id in row_ids:
        row = rows()[row_id]
        listed = "|".join(re.escape(word) for word in sorted(row["words"], key=lambda w: (-len(w), w)))
        parts.append(f"(?i:{listed})" if row.get("case") == "any" else listed)
    return f"(?:{'|'.join(parts)})"
