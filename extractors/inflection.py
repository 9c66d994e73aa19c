"""Nouns in the singular and the plural, by the word lists of ``rules/nouns.toml``."""

from __future__ import annotations

from functools import cache

from extractors.lexicon import Row, load

_VOWELS = frozenset("aeiou")


@cache
def noun_rows() -> tuple[Row, ...]:
    """The rows of ``rules/nouns.toml``."""
    return load("nouns", {"words": list})


@cache
def words_of(row_id: str) -> frozenset[str]:
    """The words of one row."""
    return frozenset(next(row["words"] for row in noun_rows() if row.id == row_id))


@cache
def _singulars() -> dict[str, str]:
    return dict(pair.split("=") for pair in next(row["words"] for row in noun_rows() if row.id == "singular"))


@cache
def singular(word: str) -> str:
    """A noun in the singular.

    >>> [singular(w) for w in ("cities", "buses", "boxes", "people", "houses", "bus", "branches")]
    ['city', 'bus', 'box', 'person', 'house', 'bus', 'branch']
    """
    if word in _singulars():
        return _singulars()[word]
    if word in words_of("not_plural") or not word.endswith("s") or word.endswith(("ss", "us", "is")) or len(word) < 4:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zzes")):
        return word[:-2]
    return word[:-1]


def plural(word: str) -> str:
    """A noun in the plural.

    >>> [plural(w) for w in ("city", "day", "inch", "foot", "mu", "tonne")]
    ['cities', 'days', 'inches', 'feet', 'mus', 'tonnes']
    """
    if word == "foot":
        return "feet"
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")


@cache
def is_plural(word: str) -> bool:
    """Whether a word looks like a plural noun."""
    if word in words_of("plural"):
        return True
    if word in words_of("not_plural") or word in words_of("boundary"):
        return False
    return len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "ous"))
