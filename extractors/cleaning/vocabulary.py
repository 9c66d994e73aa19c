"""The words that cleaning knows: rows of rules/cleaning.toml, and how common an English word is."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import cache, lru_cache

from extractors.lexicon import Row, load

#: The cost of a word that nobody uses; costs are negative natural logarithms of frequencies.
NEVER = 99.0
#: From these costs on a word is rare, or probably a piece of one.
RARE, PIECE_OF_WORD = 13.0, 13.9

_G = "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo"
_Z = "a ai an ang ao e ei en eng i ong ou u uan ui un uo"
#: The syllables of romanised Chinese: the finals that each initial takes.
FINALS = {
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "f": "a an ang ei en eng o ou u",
    "d": "a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo",
    "t": "a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan ue uo",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan ue un uo",
    "g": _G, "k": _G, "h": _G,
    "[jqx]": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "[zcs]h": _G + " i",
    "[zcs]": _Z,
    "r": "an ang ao e en eng i ong ou u ua uan ui un uo",
    "y": "a an ang ao e i in ing o ong ou u uan ue un",
    "w": "a ai an ang ei en eng o u",
    "": "a ai an ang ao e ei en er o ou",
}  # fmt: skip
SYLLABLE = "|".join(f"{initial}(?:{'|'.join(finals.split()[::-1])})" for initial, finals in FINALS.items())
SYLLABLES = re.compile(rf"(?:{SYLLABLE})+")
PINYIN = re.compile(rf"(?:{SYLLABLE})(?:{SYLLABLE})+")


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

    return get_frequency_dict("en", wordlist="large")


@lru_cache(maxsize=1 << 18)
def cost(word: str) -> float:
    """How surprising a lower-case word is: about 3 for `the`, 12 for a rare word, NEVER for an unknown one.

    >>> cost("the") < 4, cost("haveaccelerated") == NEVER
    (True, True)
    """
    frequency = frequencies().get(word, 0.0)
    return -math.log(frequency) if frequency else NEVER


@cache
def in_use(rarest: float) -> dict[str, float]:
    """The costs of all words of three letters and more up to a cost, and of the short words of the table."""
    found = {word: cost(word) for word in words("short_word") if word != "i"}
    for word, frequency in frequencies().items():  # the most frequent first
        price = -math.log(frequency)
        if price > rarest:
            break
        if len(word) > 2:
            found[word] = price
    return found


class Sieve:
    """Takes from many words the few that pass a test, and remembers those that do not.

    Most words of a text were in the texts before it: leaving those out of a set is one step, asking for each is many.

    >>> sieve = Sieve(str.isupper)
    >>> sorted(sieve(frozenset(["GDP", "rose"]))), sorted(sieve(frozenset(["GDP", "rose", "EU"])))
    (['GDP'], ['EU', 'GDP'])
    """

    _MOST = 1 << 18

    def __init__(self, passes: Callable[[str], object]) -> None:
        self._passes = passes
        self._refused: set[str] = set()

    def __call__(self, words: frozenset[str]) -> frozenset[str]:
        if len(self._refused) > self._MOST:
            self._refused = set()
        unknown = words - self._refused
        passed = frozenset(filter(self._passes, unknown))
        self._refused |= unknown - passed
        return passed


@lru_cache(maxsize=1 << 16)
def is_pinyin(word: str) -> bool:
    """Whether a word is made of two or more syllables of romanised Chinese.

    >>> is_pinyin("Jiangmen"), is_pinyin("Jiangmenhas"), is_pinyin("Feng")
    (True, False, False)
    """
    return 4 <= len(word) <= 20 and PINYIN.fullmatch(word.lower()) is not None


def are_syllables(left: str, right: str) -> bool:
    """Whether two pieces are syllables of romanised Chinese each, as the parts of a name are.

    >>> are_syllables("Xin", "hui"), are_syllables("Bay", "Area")
    (True, False)
    """
    return all(SYLLABLES.fullmatch(piece.lower()) for piece in (left, right)) and is_pinyin(left + right)


def is_broken_word(left: str, right: str) -> bool:
    """Whether two sides of a hyphen are one common word without it, as at the end of a line.

    >>> is_broken_word("accord", "ing"), is_broken_word("high", "speed")
    (True, False)
    """
    return cost((left + right).lower()) < (RARE + 1.5 if cost(right) > PIECE_OF_WORD else RARE)
