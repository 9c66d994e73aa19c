"""Glued and split words: where a space is missing or too much between two letters of a sentence.

Only words that the vocabulary does not know, and pieces too short to be words, are looked at. What the document itself
shows elsewhere counts as known. Names that parse as pinyin and solid compounds are left alone, and so are table rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from extractors.cleaning.engine import Proposal
from extractors.cleaning.lines import in_table_row
from extractors.cleaning.readings import segment, split
from extractors.cleaning.vocabulary import PIECE_OF_WORD, RARE, cost, is_broken_word, is_pinyin, words

LETTERS = re.compile(r"[A-Za-z]+")
TOKEN = re.compile(r"[A-Za-z]+(?![\w@/\\&=-]|\.\w)")
NO_TOKEN_BEHIND = frozenset("0123456789_@#/\\&=.'’-")
HYPHENATED = re.compile(r"-([a-z]{3,})(?![\w-])")
LEFT_OF_HYPHEN = re.compile(r"(?<![\w-])[A-Za-z]{2,}$")

#: From this cost on a word of three letters is looked at; a longer one from RARE on.
RARE_SHORT = 11.5
#: Letters in a row that are read together at most: the cost grows with them, and no sentence is longer.
LONGEST_REGION = 2000
#: A merged word may be this rare.
MERGED_COST = 18.0

Word = re.Match[str]


@lru_cache(maxsize=4)
def letter_runs(text: str) -> frozenset[str]:
    """The different runs of letters in a text."""
    return frozenset(LETTERS.findall(text))


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
        return word.islower() and cost(lower) > RARE_SHORT
    return cost(lower) > RARE and not (word[0].isupper() and is_pinyin(word))


def word_gaps(text: str) -> Iterator[Proposal]:
    """Spaces set in glued words and taken out of split ones.

    >>> [(p.start, p.end, p.replacement) for p in word_gaps("We haveaccelerated it, and they ac count for half")]
    [(7, 7, ' '), (34, 35, '')]
    """
    suspicious = set(filter(is_suspicious, letter_runs(text)))
    if not suspicious:
        return
    found = [m for m in TOKEN.finditer(text) if text[m.start() - 1 : m.start()] not in NO_TOKEN_BEHIND]
    done = -1
    for i, word in enumerate(found):
        if i > done and word[0] in suspicious:
            first, done = _region(text, found, i, done + 1)
            if not in_table_row(text, word.start()):
                yield from _read(found[first : done + 1], letter_runs(text))


def _region(text: str, found: Sequence[Word], i: int, floor: int) -> tuple[int, int]:
    """The words that may belong together with the suspicious word i: a chain of suspicious ones with at most one other
    word between them, and one more on each side; none before ``floor``."""
    first = last = i
    while last + 1 < len(found) and _adjacent(text, found, last) and _goes_on(found, last):
        last += 1
    while first > floor and _adjacent(text, found, first - 1) and (first == i or len(found[first][0]) == 1):
        first -= 1
    return first, last


def _goes_on(found: Sequence[Word], i: int) -> bool:
    word = found[i][0]
    return len(word) == 1 or is_suspicious(word) or is_suspicious(found[i + 1][0])


def _adjacent(text: str, found: Sequence[Word], i: int) -> bool:
    return found[i + 1].start() == found[i].end() + 1 and text[found[i].end()] == " "


def _read(region: Sequence[Word], names: frozenset[str]) -> Iterator[Proposal]:
    """The edits that turn a region into its best reading; words are read one by one where no two can belong together."""
    texts = [word[0] for word in region]
    if sum(map(len, texts)) <= LONGEST_REGION and _may_merge(texts):
        yield from _read_together(region, names)
        return
    for word in region:
        if is_suspicious(word[0]):
            for cut in _split(word[0], names):
                yield Proposal(word.start() + cut, word.start() + cut, " ")


def _split(word: str, names: frozenset[str]) -> Sequence[int]:
    if word[0].isupper() and any(word[:k] in names for k in range(3, len(word) - 1)):
        return sorted(segment(word, frozenset(), names) or ())
    return split(word)


def _may_merge(texts: Sequence[str]) -> bool:
    """Whether any two neighbours, or three, may be one word, or a letter may belong to the other neighbour."""
    if any(len(text) <= 2 and is_suspicious(text) for text in texts):
        return True
    lower = [text.lower() for text in texts]
    if any(cost(a + b) < MERGED_COST for a, b in zip(lower, lower[1:], strict=False)):
        return True
    if any(cost(a + b + c) < MERGED_COST for a, b, c in zip(lower, lower[1:], lower[2:], strict=False)):
        return True
    return any(_may_move(a, b) for a, b in zip(lower, lower[1:], strict=False))


def _may_move(a: str, b: str) -> bool:
    return (cost(a[:-1]) < RARE and cost(a[-1] + b) < RARE) or (cost(a + b[0]) < RARE and cost(b[1:]) < RARE)


def _read_together(region: Sequence[Word], names: frozenset[str]) -> Iterator[Proposal]:
    letters = "".join(word[0] for word in region)
    starts = [word.start() + k for word in region for k in range(len(word[0]))]
    spaces = {i for i in range(1, len(starts)) if starts[i] > starts[i - 1] + 1}
    wanted = segment(letters, spaces, names)
    for cut in sorted(spaces ^ wanted) if wanted is not None else ():
        at = starts[cut]
        yield Proposal(at - 1, at, "") if cut in spaces else Proposal(at, at, " ")


def hyphen_remains(text: str) -> Iterator[Proposal]:
    """Hyphens of line ends that stayed inside a word. A text of a single line keeps them: it may be quoted as it is.

    >>> [p.start for p in hyphen_remains("A page\\n\\nthe popu-lation of co-operative, inter-provincial and popular-ized")]
    [16, 69]
    """
    if "-" not in text or "\n" not in text:
        return
    for m in HYPHENATED.finditer(text):
        left = LEFT_OF_HYPHEN.search(text, max(0, m.start() - 24), m.start())
        if left and _is_piece(left[0].lower(), m[1]) and is_broken_word(left[0], m[1]):
            yield Proposal(m.start(), m.start() + 1, "")


def _is_piece(left: str, right: str) -> bool:
    return cost(right) > PIECE_OF_WORD or (cost(left) > PIECE_OF_WORD and left not in words("solid_part"))
