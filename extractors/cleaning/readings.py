"""Where spaces belong in a run of letters: the cheapest reading as words of the vocabulary.

A reading costs how surprising its words are (``vocabulary.cost``) plus a price for each space that it sets or takes
away, so that the text as it stands wins unless another reading is clearly better.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from extractors.cleaning.vocabulary import NEVER, PIECE_OF_WORD, cost, in_use, is_pinyin, words

# Prices, set on the development part of real OCR text and on injected errors.
SET_SPACE = 5.0
SET_BEFORE_LITTLE = 3.0  #: little words are what is most often glued
TAKE_SPACE = 5.0
TAKE_IN_SPACED_TEXT = 1.0  #: where single letters stand in a row
MOVE_SPACE = 1.0  #: a space that moves by some letters costs both prices and this
GAIN = 1.0  #: a reading must be better than the text by this much

# Costs of what the vocabulary does not know.
UNKNOWN, UNKNOWN_LETTER = 13.0, 1.3  #: an unknown word as it stands: a price, and one for each letter
LONG = 14  #: few words are longer; each further letter costs one more
LETTER, PIECE = 7.0, 12.0  #: a letter, or two, that are no word
SHOWN_NAME, PINYIN_NAME = 9.0, 11.0


class Rarest(NamedTuple):
    """The highest cost of a word of three, four and more letters that a reading may contain."""

    three: float
    four: float
    more: float


CUT_OUT = Rarest(10.5, 12.5, 14.5)  #: of a longer word
MERGED = Rarest(12.0, 14.5, 18.0)  #: from whole pieces
MOVED = Rarest(9.0, 10.5, 12.5)  #: from a piece and a part of another

LONGEST = 22
#: A rare word of the vocabulary that is a common word and one of these is a fault that many make, not a word.
GLUED_ENDS = ("to", "of", "by", "and", "the", "has", "have", "was", "were", "with", "which", "that", "from")
RARE_WHOLE, COMMON_START = 13.5, 10.5


@lru_cache(maxsize=1 << 16)
def split(word: str) -> tuple[int, ...]:
    """Where spaces are missing inside one word; empty for a word that reads best as it is.

    >>> split("haveaccelerated"), split("provincewide"), split("Jiangmenhas"), split("Jiangmen")
    ((4,), (), (8,), ())
    """
    return tuple(sorted(segment(word, frozenset(), frozenset()) or ()))


def segment(letters: str, spaces: Set[int], names: Set[str]) -> set[int] | None:
    """The offsets between the letters where spaces belong, or None where the text reads best as it is.

    ``spaces`` are the offsets where they stand, ``names`` what else counts as words.

    >>> segment("account", {2}, set())
    set()
    """
    take = TAKE_IN_SPACED_TEXT if _is_spaced(letters, spaces) else TAKE_SPACE
    best = [0.0] + [NEVER * 99] * len(letters)
    back = [0] * len(best)
    for start, base in enumerate(best[:-1]):
        if best[start] < NEVER * 99:
            base = best[start]
            for end, price in _words_from(letters, start, spaces, take, names):
                if base + price < best[end]:
                    best[end], back[end] = base + price, start
    edges = [0, *sorted(spaces), len(letters)]
    as_it_is = sum(_standing(letters[a:b]) for a, b in pairwise(edges))
    if best[-1] + GAIN >= as_it_is:
        return None
    return _without_solid(letters, spaces, _path(back))


def _path(back: Sequence[int]) -> list[int]:
    cuts = [len(back) - 1]
    while cuts[-1]:
        cuts.append(back[cuts[-1]])
    return cuts[::-1]


def _is_spaced(letters: str, spaces: Set[int]) -> bool:
    return len(spaces) >= 3 and len(letters) / (len(spaces) + 1) < 2.5


def _words_from(
    letters: str, start: int, spaces: Set[int], take: float, names: Set[str]
) -> Iterator[tuple[int, float]]:
    """The words that may begin at ``start``: where each ends, and its cost with that of the spaces."""
    edge = not start or start in spaces
    taken = 0
    known, lower, name = in_use(CUT_OUT.more), letters.lower(), letters[start].isupper()
    for end in range(start + 1, min(len(letters), start + LONGEST) + 1):
        taken += start < end - 1 and end - 1 in spaces
        whole = edge and (end == len(letters) or end in spaces)
        if not whole and not name and lower[start:end] not in known:
            continue
        word = letters[start:end]
        if not taken:
            price = _standing(word) if whole else _cut_out(word, names)
        elif not whole:
            price = _in_use(word, MOVED) + MOVE_SPACE
        else:
            price = NEVER if _all_words(letters, start, end, spaces) else _merged(word)
        if price < NEVER:
            yield end, price + taken * take + (0.0 if edge else _setting(word))


def _setting(word: str) -> float:
    return SET_BEFORE_LITTLE if len(word) > 2 and word in words("joined_after") else SET_SPACE


def _standing(word: str) -> float:
    """The cost of a word that stands in the text."""
    lower = word.lower()
    if len(word) <= 2 and lower not in words("short_word"):
        return PIECE if len(word) == 2 else LETTER
    if word[0].isupper() and is_pinyin(word):
        return PINYIN_NAME
    usual = NEVER if _is_known_glue(lower) else cost(lower)
    return min(usual, UNKNOWN + UNKNOWN_LETTER * len(word) + max(0, len(word) - LONG))


def _is_known_glue(word: str) -> bool:
    """Whether a rare word of the vocabulary is a common word with a little one glued to it: accordingto, fellby.

    >>> _is_known_glue("accordingto"), _is_known_glue("thereto"), _is_known_glue("husband")
    (True, False, False)
    """
    if cost(word) < RARE_WHOLE or word.startswith(("here", "there", "where")):
        return False
    return any(word.endswith(end) and cost(word[: -len(end)]) < COMMON_START for end in GLUED_ENDS)


def _cut_out(word: str, names: Set[str]) -> float:
    """The cost of a word cut out of a longer one: it must be in good use, or a name."""
    usual = _in_use(word, CUT_OUT)
    if usual == NEVER and len(word) > 2 and word[0].isupper():
        return SHOWN_NAME if word in names else PINYIN_NAME if is_pinyin(word) else NEVER
    return usual


def _in_use(word: str, rarest: Rarest) -> float:
    """The cost of a word written as words are, NEVER if it is rarer than allowed for its length."""
    price = in_use(CUT_OUT.more).get(word.lower(), NEVER)
    if price == NEVER or not (word.islower() or word[1:].islower() or word.isupper()):
        return NEVER
    return price if len(word) <= 2 or price <= rarest[min(len(word), 5) - 3] else NEVER


def _merged(word: str) -> float:
    """The cost of a word made of whole pieces, which may be rarer."""
    usual = cost(word.lower()) if word.islower() or word[1:].islower() or word.isupper() else NEVER
    limit = MERGED[min(len(word), 5) - 3] if len(word) > 2 else 0.0
    return usual if usual <= limit else _in_use(word, CUT_OUT)


def _all_words(letters: str, start: int, end: int, spaces: Set[int]) -> bool:
    """Whether a merged word would be made of words that stand well alone."""
    edges = [start, *(k for k in range(start + 1, end) if k in spaces), end]
    return all(b - a > 2 and cost(letters[a:b].lower()) < PIECE_OF_WORD for a, b in pairwise(edges))


def _without_solid(letters: str, spaces: Set[int], path: Sequence[int]) -> set[int]:
    """The cuts of a path but for new ones that would take apart a solid compound or a name."""
    parts = {cut: (letters[a:cut], letters[cut:b]) for a, cut, b in zip(path, path[1:], path[2:], strict=False)}
    return {cut for cut, (left, right) in parts.items() if cut in spaces or not _is_solid(left, right)}


def _is_solid(left: str, right: str) -> bool:
    """Whether two words belong together, as in provincewide or overgeneration.

    >>> _is_solid("province", "wide"), _is_solid("over", "the"), _is_solid("Gian", "us")
    (True, False, True)
    """
    before, after, solid = words("joined_before"), words("joined_after"), words("solid_part")
    capital, left, right = left[0].isupper(), left.lower(), right.lower()
    if len(right) <= 2:
        short_name = capital and len(left) < 6 and not is_pinyin(left)
        return short_name or (right not in after and right != "a" and left not in before)
    if right in after or right in before:
        return False
    return left in solid or (right in solid and (capital or left not in before))
