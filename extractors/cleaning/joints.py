"""Words glued at a capital letter: SilverLake, VMand, IBMCorporation. Brands in camel case are left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from extractors.cleaning.engine import Proposal
from extractors.cleaning.lines import in_table_row
from extractors.cleaning.readings import split
from extractors.cleaning.vocabulary import NEVER, are_syllables, cost, is_pinyin, words
from extractors.cleaning.words import different_runs

HINT = re.compile(r"[A-Z](?:(?<=[a-z][A-Z])|[A-Z][a-z]{2})")
LETTERS, LETTERS_BEFORE = re.compile(r"[A-Za-z]+"), re.compile(r"(?<![A-Za-z])[A-Za-z]+$")
ACRONYM_AND_WORD = re.compile(r"([A-Z]{2,})([a-z]{3,}|(?<=[A-Z]{3})(?:of|in|is|to|by|at))")
PART = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|[A-Z]")
BEFORE = re.compile(r"[\w@#/\\&=.]")
BEHIND = re.compile(r"[\w@/\\&=]|\.\w")
ROMAN = frozenset(("I", "II", "III", "IV"))

#: More letters in a row than this are no words.
LONGEST = 80
#: Costs: a part of a word in camel case must be this common, or beside a name this; a whole this common is a name.
COMMON, BESIDE_NAME, KNOWN_BRAND = 11.8, 14.5, 17.5


@lru_cache(maxsize=1 << 16)
def is_camel(word: str) -> bool:
    """Whether a run of letters has a capital behind a small letter, or small letters behind an acronym.

    >>> [is_camel(word) for word in ("SilverLake", "VMand", "Silver", "GDP", "SMEs")]
    [True, True, False, False, False]
    """
    if word.islower() or word[1:].islower() or word.isupper() or len(word) > LONGEST:
        return False
    return ACRONYM_AND_WORD.fullmatch(word) is not None or any(a.islower() and b.isupper() for a, b in pairwise(word))


def joints(text: str) -> Iterator[Proposal]:
    """A missing space between a small and a capital letter, or behind an acronym.

    >>> [text[: p.start] for text in ("AgriculturalCooperation", "PetroChina", "VMand CH") for p in joints(text)]
    ['Agricultural', 'VM']
    """
    camel = {word for word in _candidates(text) if is_camel(word)}
    names = different_runs(text) if camel else frozenset()
    cuts = {word: tuple(_cuts(word, text, names)) for word in camel}
    found = [m for word, at in cuts.items() if at for m in re.finditer(word, text) if _stands_alone(text, m)]
    for m in sorted(found, key=lambda m: m.start()):
        if not in_table_row(text, m.start()):
            for cut in cuts[m[0]]:
                yield Proposal(m.start() + cut, m.start() + cut, " ")


def _candidates(text: str) -> Iterator[str]:
    """The runs of letters around a capital behind a small letter, or around two capitals before small letters."""
    for m in HINT.finditer(text):
        before = LETTERS_BEFORE.search(text, max(0, m.start() - LONGEST), m.start())
        start = before.start() if before else m.start()
        run = LETTERS.match(text, start, start + 2 * LONGEST)
        if run:
            yield run[0]


def _stands_alone(text: str, m: re.Match[str]) -> bool:
    return not (BEFORE.match(text[m.start() - 1 : m.start()]) or BEHIND.match(text, m.end()))


def _cuts(word: str, text: str, names: frozenset[str]) -> Iterator[int]:
    acronym = ACRONYM_AND_WORD.fullmatch(word)
    if acronym and (acronym[2] in words("joined_after") or _is_plain_word(acronym, word)):
        yield len(acronym[1])
        return
    cut = 0
    for left, right in pairwise(PART.findall(word)):
        cut += len(left)
        if _is_joint(left, right, word, text, names):
            yield cut


def _is_plain_word(acronym: re.Match[str], word: str) -> bool:
    """Whether what follows the acronym is a common word, and the whole is none: GDPgrowth, not SMEs or PhDs."""
    return len(acronym[2]) > 3 and cost(acronym[2]) < COMMON and cost(word.lower()) == NEVER


def _is_joint(left: str, right: str, word: str, text: str, names: frozenset[str]) -> bool:
    """Whether two parts of a word in camel case are two words: the document shows it, or no brand would be made so."""
    if word in words("two_words"):
        return True
    if f"{left} {right}" in text and re.search(rf"\b{left} {right}\b", text):
        return True
    if are_syllables(left, right) and (left + right.lower() in names or cost((left + right).lower()) < NEVER):
        return False
    if right in ROMAN:
        return _is_word(left, names)
    brands = words("brand_part")
    if left in brands or right in brands or len(right) < 2 or _is_name(word, text):
        return False
    if left.islower():
        return left in words("joined_before") and (right.isupper() or _is_word(right, names))
    if len(left) > 3 and len(right) > 3 and (left in names or is_pinyin(left)) and cost(right.lower()) < BESIDE_NAME:
        return True
    return len(left) > 2 and len(right) > 2 and _is_word(left, names) and _is_word(right, names)


def _is_name(word: str, text: str) -> bool:
    """Whether a word in camel case is used as a name: known as a whole, or written so more than once."""
    known = cost(word.lower())
    return known < KNOWN_BRAND or (known < NEVER and text.count(word) > 1) or text.count(word) > 2


def _is_word(part: str, names: frozenset[str]) -> bool:
    if part.isupper():
        return len(part) > 2
    return part in names or is_pinyin(part) or cost(part.lower()) < COMMON or (len(part) > 6 and bool(split(part)))
