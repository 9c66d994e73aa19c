"""The words that cleaning knows: rows of rules/cleaning.toml, and how common an English word is."""

from __future__ import annotations

import math
import re
from functools import cache

from extractors.lexicon import Row, load

#: The cost of a word that nobody uses; costs are negative natural logarithms of frequencies.
NEVER = 99.0
#: From these costs on a word is rare, or probably a piece of one.
RARE, PIECE_OF_WORD = 13.0, 13.9

INITIAL = "zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]"
FINAL = "iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|a|e|i|o|u"
PINYIN = re.compile(rf"(?:(?:{INITIAL})(?:{FINAL})|(?:ang|an|ao|ai|en|er|e|a))(?:(?:{INITIAL})(?:{FINAL}))*")


@cache
def rows() -> dict[str, Row]:
    """The rows of rules/cleaning.toml by id."""
    return {row.id: row for row in load("cleaning", {"words": list}, {"case": str})}


@cache
def words(row_id: str) -> frozenset[str]:
    """The words of one row."""
    return frozenset(rows()[row_id]["words"])


@cache
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


@cache
def frequencies() -> dict[str, float]:
    """How often English words are used, from wordfreq; loaded when the first word is looked up (0.4 s, 40 MB)."""
    from wordfreq import get_frequency_dict

    return dict(get_frequency_dict("en", wordlist="large"))


@cache
def cost(word: str) -> float:
    """How surprising a lower-case word is: about 3 for `the`, 12 for a rare word, NEVER for an unknown one.

    >>> cost("the") < 4, cost("haveaccelerated") == NEVER
    (True, True)
    """
    frequency = frequencies().get(word, 0.0)
    return -math.log(frequency) if frequency else NEVER


@cache
def is_pinyin(word: str) -> bool:
    """Whether a word is made of two or more syllables of romanised Chinese.

    >>> is_pinyin("Jiangmen"), is_pinyin("Jiangmenhas"), is_pinyin("Feng")
    (True, False, False)
    """
    if not 4 <= len(word) <= 20:
        return False
    match = PINYIN.fullmatch(word.lower())
    return match is not None and not re.fullmatch(rf"(?:{INITIAL})?(?:{FINAL})", word.lower())


def is_broken_word(left: str, right: str) -> bool:
    """Whether two sides of a hyphen are one common word without it, as at the end of a line.

    >>> is_broken_word("accord", "ing"), is_broken_word("high", "speed")
    (True, False)
    """
    return cost((left + right).lower()) < (RARE + 1.5 if cost(right) > PIECE_OF_WORD else RARE)
