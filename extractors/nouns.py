"""The name of a counted thing: where it ends, and its head in the singular, without a trained tagger.

After a number stands a run of words up to a boundary (a function word, a sign, another number). The head is its first
plural: ``125 government service items on line``, ``29 new primary and secondary schools``. Words in -ed and -ing may
stand in the run, since what follows them decides: ``12,000 relocated people moved`` against ``29 kept growing``."""

from __future__ import annotations

from typing import NamedTuple

from extractors.inflection import is_plural, singular, words_of
from extractors.number_words import NUMBER_WORDS
from extractors.tokens import Tokens

LONGEST = 9


class Noun(NamedTuple):
    """A counted noun: where it ends, and its head in the singular, words joined by underscores."""

    last: int
    code: str


def read_noun(tokens: Tokens, i: int, *, many: bool) -> Noun | None:
    """The counted noun whose first word is piece ``i``; ``many`` when more than one is counted.

    Returns None where no noun follows.
    """
    return _plural_noun(tokens, i) if many else _single_noun(tokens, i)


def _plural_noun(tokens: Tokens, i: int) -> Noun | None:
    j = i
    while j < min(len(tokens), i + LONGEST):
        word = tokens.low[j]
        if tokens.kind[j] in ("word", "letters", "dotted", "code"):
            if (word in words_of("boundary") or word in NUMBER_WORDS) and not _is_joined(tokens, j, i):
                return None
            if word in ("and", "or") and not _coordinates(tokens, i, j):
                return None
            if (is_plural(word) or _is_acronym(tokens.raw[j])) and not _modifies(tokens, j):
                return _with_partner(tokens, j)
            j += 1 + _owner_sign(tokens, j)
        elif tokens.kind[j] == "number":
            j = _inner_size(tokens, j)
            if j == 0:
                return None
        elif j > i and tokens.low[j + 1] == "n" and {tokens.raw[j], tokens.raw[j + 2]} <= _APOSTROPHES:
            j += 3  # ``rock 'n' roll tunes``
        elif _joins(tokens, j, i):
            j += 1
        else:
            return None
    return None


def _is_acronym(raw: str) -> bool:
    """``MPs``, ``RBIs``, ``SUVs``: capitals in the plural."""
    return len(raw) > 2 and raw[-1] == "s" and raw[:-1].isupper() and raw[:-1].isalpha()


_APOSTROPHES = {"'", "’", "‘"}


def _is_joined(tokens: Tokens, j: int, i: int) -> bool:
    """A part of a word with a hyphen (``loss-making enterprises``), or an adjective of the thing."""
    if tokens.low[j] in words_of("may_lead") and (j == i or is_plural(tokens.low[j + 1])):
        return True
    return tokens.raw[j + 1] == "-" or (j > i and tokens.raw[j - 1] == "-")


def _coordinates(tokens: Tokens, i: int, j: int) -> bool:
    """``primary and secondary schools``: the word joins two modifiers of one noun."""
    return (
        j > i
        and tokens.kind[j + 1] == "word"
        and tokens.low[j + 1] not in words_of("boundary")
        and not tokens.low[j + 1].endswith("ly")
    )


def _inner_size(tokens: Tokens, j: int) -> int:
    """Past a size or class inside the name (``five new 1,000-ton berths``, ``4A-level attractions``), or 0."""
    k = j + 1
    if tokens.kind[k] in ("letters", "word") and tokens.glued(k):
        k += 1
    return k + 2 if tokens.raw[k] == "-" and tokens.kind[k + 1] == "word" else 0


_ABSTRACT = ("tion", "sion", "ment", "ance", "ence", "ship", "ity")


def _modifies(tokens: Tokens, j: int) -> bool:
    """A plural that only modifies what follows: ``sports facilities``, ``relics protection units``."""
    if tokens.raw[j + 1] == "-":
        return tokens.glued(j + 1)
    if sign := _owner_sign(tokens, j):
        return _owns(tokens, j + 1 + sign)
    if tokens.kind[j + 1] not in ("word", "letters"):
        return False
    if tokens.low[j + 1] in words_of("boundary"):
        return False
    if tokens.low[j] in words_of("plural_modifier"):
        return is_plural(tokens.low[j + 1]) or is_plural(tokens.low[j + 2])
    return tokens.low[j + 1].endswith(_ABSTRACT) and is_plural(tokens.low[j + 2])


def _owner_sign(tokens: Tokens, j: int) -> int:
    """How many pieces the sign of an owner has behind a plural: ``farmers'``, ``people's``."""
    if not is_plural(tokens.low[j]) or tokens.raw[j + 1] not in _APOSTROPHES:
        return 0
    return 1 if tokens.low[j].endswith("s") else 2 * (tokens.low[j + 2] == "s")


def _owns(tokens: Tokens, k: int) -> bool:
    """``farmers' professional cooperatives``: behind the sign of an owner words lead on to another plural."""
    for at in range(k, k + 4):
        word = tokens.low[at]
        if tokens.kind[at] != "word" or word in words_of("boundary") or word in ("and", "or"):
            return False
        if is_plural(word):
            return True
    return False


def _joins(tokens: Tokens, j: int, i: int) -> bool:
    """A hyphen, slash, ``&`` or quotation mark that the name of a thing may contain."""
    raw = tokens.raw[j]
    if raw in ("-", "–", "/", "&") and j > i:
        return tokens.kind[j + 1] in ("word", "letters")
    if raw in ("“", "”", '"', "'", "’", "‘"):
        return (not (raw in ("'", "’") and tokens.glued(j)) and tokens.kind[j + 1] in ("word", "letters")) or raw in (
            "”",
            '"',
        )
    return False


def _with_partner(tokens: Tokens, head: int) -> Noun:
    """The head, and in the quote its coordinated second: ``countries and territories``."""
    raw = tokens.raw[head]
    code = raw[:-1].lower() if _is_acronym(raw) else singular(tokens.low[head])
    j = head + 1
    if tokens.low[j] in ("and", "or") and is_plural(tokens.low[j + 1]) and _closes(tokens, j + 2):
        return Noun(j + 2, code)
    return Noun(j, code)


def _closes(tokens: Tokens, i: int) -> bool:
    return tokens.kind[i] in ("punct", "") or (
        tokens.low[i] in words_of("boundary") and tokens.low[i] not in ("of", "that", "which", "who")
    )


def _single_noun(tokens: Tokens, i: int) -> Noun | None:
    last = i
    for j in range(i, min(len(tokens), i + LONGEST)):
        word = tokens.low[j]
        if tokens.kind[j] in ("word", "letters"):
            if word in words_of("boundary") or word in ("and", "or"):
                break
            if j > i and is_plural(word):
                break
            last = j + 1
        elif not (tokens.raw[j] == "-" and tokens.kind[j + 1] == "word" and j > i):
            break
    if last == i or tokens.low[last - 1] in words_of("adjective_only") or _is_participle(tokens.low[last - 1]):
        return None
    return Noun(last, singular(tokens.low[last - 1]))


def _is_participle(word: str) -> bool:
    """``the 10 initially discussed``: no thing; not ``bed``, ``seed``."""
    return len(word) > 4 and word.endswith("ed") and not word.endswith("eed")
