"""Glued and split words: where a space is missing or too much between two letters of a sentence.

Only words that the vocabulary does not know, and pieces too short to be words, are looked at. What the document itself
shows elsewhere counts as known. Names that parse as pinyin and solid compounds are left alone, and so are table rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from string import ascii_letters
from typing import NamedTuple

from extractors.cleaning.engine import Proposal
from extractors.cleaning.lines import in_table_row
from extractors.cleaning.readings import MOVED, segment, split
from extractors.cleaning.vocabulary import (
    PIECE_OF_WORD,
    Sieve,
    are_syllables,
    cost,
    frequencies,
    in_use,
    is_broken_word,
    is_pinyin,
    words,
)

LETTERS = re.compile(r"[A-Za-z]+")
TOKEN = re.compile(r"[A-Za-z]+(?![\w@/\\&=-]|\.\w|['’](?:t|ll|ve|re|d|m)\b)")
ASCII_LETTERS = frozenset(ascii_letters)
NO_TOKEN_BEHIND = frozenset("0123456789_@#/\\&=.'’-")
HYPHENATED = re.compile(r"-([a-z]{3,})(?![\w-])")
LEFT_OF_HYPHEN = re.compile(r"(?<![\w-])[A-Za-z]{2,}$")

#: From these costs on a word is looked at: one of three letters, a longer one, two little words in one.
UNUSUAL_SHORT, UNUSUAL, LITTLE_PAIR = 11.5, 14.5, 12.5
#: The costs of a word that is common enough to stand where it stands, and of one that hardly anyone uses.
COMMON_WORD, UNUSED = 9.5, 16.0
#: Letters in a row that are read together at most: the cost grows with them, and no sentence is longer.
LONGEST_REGION = 2000


class Word(NamedTuple):
    """A run of letters in the text, and where it stands."""

    start: int
    end: int
    text: str


@lru_cache(maxsize=2)
def letter_runs(text: str) -> tuple[str, ...]:
    """The runs of letters in a text, in their order.

    >>> letter_runs("GDP rose, GDP-wise.")
    ('GDP', 'rose', 'GDP', 'wise')
    """
    return tuple(LETTERS.findall(text))


@lru_cache(maxsize=2)
def different_runs(text: str) -> frozenset[str]:
    """The different runs of letters in a text."""
    return frozenset(letter_runs(text))


@lru_cache(maxsize=1 << 18)
def is_suspicious(word: str) -> bool:
    """Whether a word may be glued or a piece: unknown, rare, or too short to be one.

    >>> [is_suspicious(w) for w in ("the", "haveaccelerated", "ge", "B", "Jiangmen")]
    [False, True, True, False, False]
    """
    length, lower = len(word), word.lower()
    if length <= 2:
        return word.islower() and lower not in words("short_word")
    if not (word.islower() or word[1:].islower()):
        return False
    if length == 3:
        return word.islower() and cost(lower) > UNUSUAL_SHORT
    if lower in _little_pairs():
        return cost(lower) > LITTLE_PAIR
    return cost(lower) > UNUSUAL and not (word[0].isupper() and is_pinyin(word))


_suspicious = Sieve(is_suspicious)


@cache
def _little_pairs() -> frozenset[str]:
    """Two little words in one, which are found glued so often that the vocabulary knows them: ofthe, tobe."""
    before, after = words("joined_before"), words("joined_after")
    return frozenset(a + b for a in before for b in before | after)


def word_gaps(text: str) -> Iterator[Proposal]:
    """Spaces set in glued words and taken out of split ones.

    >>> [(p.start, p.end, p.replacement) for p in word_gaps("We haveaccelerated it, and they ac count for half")]
    [(7, 7, ' '), (34, 35, '')]
    """
    names = different_runs(text)
    suspicious = _suspicious(names)
    done = 0
    for word in _occurrences(text, filter(suspicious.__contains__, letter_runs(text))):
        if word.start >= done:
            region = _region(text, word, done)
            done = region[-1].end
            proposals = list(_read(region, names))
            if proposals and not in_table_row(text, word.start):
                yield from proposals


def _occurrences(text: str, runs: Iterable[str]) -> Iterator[Word]:
    """Where some of the runs of letters stand, given in their order, but for parts of identifiers or hyphenated words.

    Each is looked for behind the one before it: the text is gone through once.
    """
    end = 0
    for run in runs:
        start = text.find(run, end)
        end = start + len(run)
        while text[start - 1 : start] in ASCII_LETTERS or text[end : end + 1] in ASCII_LETTERS:
            start = text.find(run, start + 1)  # that was a part of another run
            end = start + len(run)
        found = _word_at(text, start)
        if found:
            yield found


def _word_at(text: str, start: int) -> Word | None:
    if start and (text[start - 1] in NO_TOKEN_BEHIND or text[start - 1].isalpha()):
        return None
    m = TOKEN.match(text, start)
    return Word(start, m.end(), m[0]) if m else None


def _next(text: str, word: Word) -> Word | None:
    return _word_at(text, word.end + 1) if text.startswith(" ", word.end) else None


def _previous(text: str, word: Word, floor: int) -> Word | None:
    end = word.start - 1
    if end <= floor or text[end] != " ":
        return None
    start = end
    while start > floor and text[start - 1].isalpha():
        start -= 1
    return _word_at(text, start) if start < end else None


def _region(text: str, word: Word, floor: int) -> list[Word]:
    """The words that may belong together with a suspicious one: a chain of suspicious ones with at most one other word
    between them, and one more on each side; none that starts before ``floor``."""
    region = [word]
    following = _next(text, word)
    while following and _goes_on(region[-1].text, following.text):
        region.append(following)
        following = _next(text, following)
    before = _previous(text, word, floor)
    while before:
        region.insert(0, before)
        before = _previous(text, before, floor) if len(before.text) == 1 else None
    return region


def _goes_on(word: str, following: str) -> bool:
    return len(word) == 1 or is_suspicious(word) or is_suspicious(following)


def _read(region: Sequence[Word], names: frozenset[str]) -> Iterator[Proposal]:
    """The edits that turn a region into its best reading, word by word where no two can belong together."""
    if _may_merge(tuple(word.text for word in region)) and region[-1].end - region[0].start <= LONGEST_REGION:
        yield from _read_together(region, names)
        return
    for word in region:
        if is_suspicious(word.text):
            for cut in _split(word.text, names):
                yield Proposal(word.start + cut, word.start + cut, " ")


def _split(word: str, names: frozenset[str]) -> Sequence[int]:
    if word[0].isupper() and any(word[:k] in names for k in range(3, len(word) - 1)):
        return sorted(segment(word, frozenset(), names) or ())
    return split(word)


@lru_cache(maxsize=1 << 14)
def _may_merge(texts: tuple[str, ...]) -> bool:
    """Whether any two neighbours, or three, may be one word, or a letter may belong to the other neighbour."""
    if any(len(text) <= 2 and is_suspicious(text) for text in texts):
        return True
    known, lower = frequencies(), [text.lower() for text in texts]
    odd = [is_suspicious(text) for text in texts]
    for i in range(len(lower) - 1):
        a, b = lower[i], lower[i + 1]
        if (odd[i] or odd[i + 1]) and (a + b in known or _may_move(a, b)):
            return True
        if any(odd[i : i + 3]) and a + b + "".join(lower[i + 2 : i + 3]) in known:
            return True
    return False


def _may_move(a: str, b: str) -> bool:
    known = in_use(MOVED.more)
    return (a[-1] + b in known and a[:-1] in known) or (a + b[0] in known and b[1:] in known)


def _read_together(region: Sequence[Word], names: frozenset[str]) -> Iterator[Proposal]:
    letters = "".join(word.text for word in region)
    starts = [word.start + k for word in region for k in range(len(word.text))]
    spaces = {i for i in range(1, len(starts)) if starts[i] > starts[i - 1] + 1}
    wanted = segment(letters, spaces, names)
    for cut in sorted(spaces ^ wanted) if wanted is not None else ():
        at = starts[cut]
        yield Proposal(at - 1, at, "") if cut in spaces else Proposal(at, at, " ")


def shown_wholes(text: str) -> Iterator[Proposal]:
    """Two pieces that the document writes as one elsewhere: a name in pinyin, or a word of which a piece is none.

    >>> texts = ("Xiqiao, the Xi qiao", "Henan and He nan", "Everyday, Every day", "agritainment, agri tainment")
    >>> [text[: p.start] for text in texts for p in shown_wholes(text)]
    ['Xiqiao, the Xi', 'Henan and He', 'agritainment, agri']
    """
    names = different_runs(text)
    cuts = ((word[:k], word[k:]) for word in _new_words(names) for k in range(1, len(word) - 1))
    pairs = [(a, b) for a, b in cuts if a in names and b in names and f"{a} {b}" in text and _is_one(a, b)]
    spans = (m.span(1) for a, b in pairs for m in re.finditer(rf"(?<![\w-]){a}( ){b}(?![\w-])", text))
    for start, end in sorted(spans):
        if not in_table_row(text, start):
            yield Proposal(start, end, "")


@lru_cache(maxsize=1 << 16)
def _may_be_new(word: str) -> bool:
    """Whether a word is a name in pinyin, or one that the vocabulary lacks, which may be found in pieces.

    >>> _may_be_new("Xiqiao"), _may_be_new("Therapist")
    (True, False)
    """
    if not 4 < len(word) <= 30:
        return False
    if word[0].isupper() and is_pinyin(word):
        return True
    return word[1:].islower() and cost(word.lower()) > UNUSED


_new_words = Sieve(_may_be_new)


def _is_one(left: str, right: str) -> bool:
    """Whether two pieces are no two words: parts of a name in pinyin, or one of them is unknown."""
    if not right.islower() or not (left.islower() or left[1:].islower() or len(left) == 1):
        return False
    costs = cost(left.lower()), cost(right)
    if left[0].isupper() and are_syllables(left, right):
        return max(costs) > COMMON_WORD
    return len(left) > 2 and len(right) > 2 and max(costs) > UNUSED


def hyphen_remains(text: str) -> Iterator[Proposal]:
    """Hyphens of line ends that stayed inside a word. A text of a single line keeps them: it may be quoted as it is.

    >>> [p.start for p in hyphen_remains("A page\\n\\nthe popu-lation, co-operative, inter-provincial, popular-ized")]
    [16, 64]
    """
    if "-" not in text or "\n" not in text:
        return
    for m in HYPHENATED.finditer(text):
        left = LEFT_OF_HYPHEN.search(text, max(0, m.start() - 24), m.start())
        if left and _is_piece(left[0].lower(), m[1]) and is_broken_word(left[0], m[1]):
            yield Proposal(m.start(), m.start() + 1, "")


def _is_piece(left: str, right: str) -> bool:
    return cost(right) > PIECE_OF_WORD or (cost(left) > PIECE_OF_WORD and left not in words("solid_part"))
