"""Glued and split words: where a space is missing or too much between two letters.

Only words that the vocabulary does not know, and pieces too short to be words, are looked at; the reading with the
least cost wins, where a cost is how surprising the words are plus a price for each space set or taken away. What the
document itself shows elsewhere counts as known. Names that parse as pinyin, brands in camel case and solid compounds
are left alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from extractors.cleaning.engine import Proposal
from extractors.cleaning.lines import in_table_row
from extractors.cleaning.vocabulary import NEVER, PIECE_OF_WORD, RARE, cost, is_broken_word, is_pinyin, words

TOKEN = re.compile(r"(?<![\w@#/\\&=.'’-])[A-Za-z]+(?![\w@/\\&=-]|\.\w)")
CAMEL = re.compile(r"(?<![\w@#/\\&=.])(?:[A-Z]*[a-z]+[A-Z][A-Za-z]*|[A-Z]{2,}[a-z]{3,})(?![\w@/\\&=]|\.\w)")
HYPHENATED = re.compile(r"(?<![\w-])([A-Za-z]{2,})-([a-z]{3,})(?![\w-])")
ACRONYM_AND_WORD = re.compile(r"([A-Z]{2,})([a-z]{3,})")
CAMEL_PART = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|[A-Z]")

#: Prices in the unit of ``vocabulary.cost``, set on the development part of real OCR text and on injected errors.
SET_SPACE = 5.0
SET_BEFORE_LITTLE = 3.0
TAKE_SPACE = 5.0
TAKE_IN_SPACED_TEXT = 1.0  #: where single letters stand in a row
GAIN = 1.0  #: a reading must be better than the text by this much
UNKNOWN, UNKNOWN_LETTER = 13.0, 1.3  #: an unknown word as it stands: a price, and one for each letter
#: The rarest words of three, four and more letters that a reading may contain: cut out of a word; made of whole pieces.
#: or of a piece and a part.
READ, MERGED, MOVED = (10.5, 12.5, 14.5), (12.0, 14.5, 18.0), (9.0, 10.5, 12.5)
MOVE = 1.0  #: a space that moves by a letter or more costs both prices and this
SHOWN_NAME, PINYIN_NAME = 9.0, 11.0
LETTER, PIECE = 7.0, 12.0  #: a letter, or two, that are no word
LONGEST = 22
#: From this cost on a word of three letters is looked at; a longer one from RARE on.
RARE_SHORT = 11.5

WHOLE = 14.5  #: a word in camel case may hold one as rare as this beside a name
#: A part of a word in camel case must be this common; a whole that is this common is a name.
COMMON, KNOWN_BRAND = 11.8, 17.5


class Word(NamedTuple):
    """A run of letters in the text."""

    start: int
    end: int
    text: str


@cache
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
    found = [Word(m.start(), m.end(), m[0]) for m in TOKEN.finditer(text)]
    suspects = [i for i, word in enumerate(found) if is_suspicious(word.text)]
    if not suspects:
        return
    shown = frozenset(word.text for word in found)
    done = -1
    for i in suspects:
        if i <= done:
            continue
        first, last = _region(text, found, i, done + 1)
        done = last
        if not in_table_row(text, found[i].start):
            yield from _best_reading(text, found[first : last + 1], shown)


def _region(text: str, found: Sequence[Word], i: int, floor: int) -> tuple[int, int]:
    """The words that may belong together with the suspicious word i: a chain of suspicious ones with at most one other
    word between them, and one more on each side; none before ``floor``."""
    first = last = i
    while last + 1 < len(found) and _adjacent(text, found, last) and _goes_on(found, last):
        last += 1
    while first > floor and _adjacent(text, found, first - 1) and (first == i or len(found[first].text) == 1):
        first -= 1
    return first, last


def _goes_on(found: Sequence[Word], i: int) -> bool:
    word = found[i].text
    return len(word) == 1 or is_suspicious(word) or is_suspicious(found[i + 1].text)


def _adjacent(text: str, found: Sequence[Word], i: int) -> bool:
    return found[i + 1].start == found[i].end + 1 and text[found[i].end] == " "


def _best_reading(text: str, region: Sequence[Word], shown: frozenset[str]) -> Iterator[Proposal]:
    letters = "".join(word.text for word in region)
    if len(letters) > 2000:
        return
    spaces, at = set(), 0
    for word in region[:-1]:
        at += len(word.text)
        spaces.add(at)
    wanted = _segment(letters, frozenset(spaces), shown)
    if wanted is None or wanted == spaces:
        return
    position, starts = 0, {}
    for word in region:
        starts.update({position + k: word.start + k for k in range(len(word.text))})
        position += len(word.text)
    for cut in sorted(spaces ^ wanted):
        if cut in spaces:
            yield Proposal(starts[cut] - 1, starts[cut], "")
        else:
            yield Proposal(starts[cut], starts[cut], " ")


def _segment(letters: str, spaces: frozenset[int], shown: frozenset[str]) -> set[int] | None:
    """Where spaces should stand between the letters, or None where the text reads best as it is."""
    take = TAKE_IN_SPACED_TEXT if _is_spaced(letters, spaces) else TAKE_SPACE
    edges = {0, len(letters), *spaces}
    best, back = [0.0] + [NEVER * 99] * len(letters), [0] * (len(letters) + 1)
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - LONGEST), end):
            price = _price(letters, start, end, edges, spaces, take, shown) + best[start]
            if price < best[end]:
                best[end], back[end] = price, start
    cuts, at = set(), len(letters)
    while at:
        at = back[at]
        cuts.add(at)
    cuts = {cut for cut in cuts if cut and (cut in spaces or not _solid(letters, cut, cuts))}
    as_it_is = sum(_as_it_stands(letters[a:b]) for a, b in pairwise(sorted(edges)))
    return cuts if best[-1] + GAIN < as_it_is else None


def _solid(letters: str, cut: int, cuts: set[int]) -> bool:
    """Whether a cut would take apart a solid compound, as in provincewide or overgeneration."""
    left = letters[max(c for c in cuts if c < cut) : cut].lower()
    right = letters[cut : min((c for c in cuts if c > cut), default=len(letters))].lower()
    before, after = words("joined_before"), words("joined_after")
    if len(right) <= 2 and right not in after and right != "a":
        return True
    if letters[cut - len(left)].isupper() and len(right) <= 2 and len(left) < 6 and not is_pinyin(left):
        return True
    if right in after or right in before:
        return False
    solid = words("solid_part")
    return left in solid or (right in solid and (left not in before or letters[cut - len(left)].isupper()))


def _is_spaced(letters: str, spaces: frozenset[int]) -> bool:
    return len(spaces) >= 3 and len(letters) / (len(spaces) + 1) < 2.5


def _price(
    letters: str, start: int, end: int, edges: set[int], spaces: frozenset[int], take: float, shown: frozenset[str]
) -> float:
    """The cost of reading letters[start:end] as one word, with that of the space before it."""
    word = letters[start:end]
    inner = sum(1 for k in range(start + 1, end) if k in spaces)
    original = not inner and start in edges and end in edges
    whole = start in edges and end in edges
    if original:
        known = _as_it_stands(word)
    elif inner and whole and _words_all(letters, start, end, spaces):
        known = NEVER
    elif inner:
        known = _cost_within(word, MERGED if whole else MOVED) + (0.0 if whole else MOVE)
    else:
        known = _as_reading(word, shown)
    return known + inner * take + (_setting(word) if start not in edges else 0.0)


def _words_all(letters: str, start: int, end: int, spaces: frozenset[int]) -> bool:
    """Whether a merged word is made of words that stand well alone."""
    edges = [start, *(k for k in range(start + 1, end) if k in spaces), end]
    return all(b - a > 2 and cost(letters[a:b].lower()) < PIECE_OF_WORD for a, b in pairwise(edges))


def _setting(word: str) -> float:
    """The price of a space before the word; little words are what is most often glued."""
    return SET_BEFORE_LITTLE if len(word) > 2 and word in words("joined_after") else SET_SPACE


def _as_it_stands(word: str) -> float:
    lower = word.lower()
    if len(word) <= 2 and lower not in words("short_word"):
        return PIECE if len(word) == 2 else LETTER
    if word[0].isupper() and is_pinyin(word):
        return PINYIN_NAME
    return min(cost(lower), UNKNOWN + UNKNOWN_LETTER * len(word))


def _as_reading(word: str, shown: frozenset[str]) -> float:
    """The cost of a word cut out of a longer one: it must be in good use, or a name."""
    usual = _cost_within(word, READ)
    if usual == NEVER and word[0].isupper() and len(word) > 2:
        return SHOWN_NAME if word in shown else PINYIN_NAME if is_pinyin(word) else NEVER
    return usual


def _cost_within(word: str, rarest: tuple[float, float, float]) -> float:
    """The cost of a word written as words are, NEVER if it is rarer than allowed for its length."""
    if not (word.islower() or word[1:].islower() or word.isupper()):
        return NEVER
    lower, length = word.lower(), len(word)
    if length <= 2:
        return cost(lower) if lower in words("short_word") and lower != "i" else NEVER
    usual = cost(lower)
    return usual if usual <= rarest[min(length, 5) - 3] else NEVER


def hyphen_remains(text: str) -> Iterator[Proposal]:
    """Hyphens of line ends that stayed inside a word. A text of a single line keeps them: it may be quoted as it is.

    >>> [p.start for p in hyphen_remains("A page\\n\\nthe popu-lation of co-operative, inter-provincial and popular-ized")]
    [16, 69]
    """
    if "-" not in text or "\n" not in text:
        return
    for m in HYPHENATED.finditer(text):
        left, right = m[1].lower(), m[2]
        pieces = cost(right) > PIECE_OF_WORD or (cost(left) > PIECE_OF_WORD and left not in words("solid_part"))
        if pieces and is_broken_word(left, right):
            yield Proposal(m.end(1), m.end(1) + 1, "")


def joints(text: str) -> Iterator[Proposal]:
    """A missing space between a small and a capital letter, or behind an acronym.

    >>> [text[: p.start] for text in ("AgriculturalCooperation", "PetroChina", "VMand CH") for p in joints(text)]
    ['Agricultural', 'VM']
    """
    found = [Word(m.start(), m.end(), m[0]) for m in CAMEL.finditer(text)]
    if not found:
        return
    shown = frozenset(m[0] for m in TOKEN.finditer(text))
    counts = Counter(word.text for word in found)
    for word in found:
        if counts[word.text] > 1 and cost(word.text.lower()) < NEVER:
            continue
        if in_table_row(text, word.start):
            continue
        for cut in _joints_of(word.text, text, shown):
            yield Proposal(word.start + cut, word.start + cut, " ")


def _joints_of(word: str, text: str, shown: frozenset[str]) -> Iterator[int]:
    acronym = ACRONYM_AND_WORD.fullmatch(word)
    if acronym and acronym[2] in words("joined_after") and len(acronym[2]) > 2:
        yield len(acronym[1])
        return
    parts, cut = CAMEL_PART.findall(word), 0
    for left, right in pairwise(parts):
        cut += len(left)
        if _is_joint(left, right, word, text, shown):
            yield cut


def _is_joint(left: str, right: str, word: str, text: str, shown: frozenset[str]) -> bool:
    """Whether two parts of a word in camel case are two words: the document shows it, or no brand would be made so."""
    if f" {left} {right}" in text:
        return True
    if right in ("I", "II", "III", "IV"):
        return _is_word(left, shown)
    brands = words("brand_part")
    if left in brands or right in brands or cost(word.lower()) < KNOWN_BRAND or len(right) < 2:
        return False
    if left.islower():
        return left in words("joined_before") and (right.isupper() or _is_word(right, shown))
    if len(left) > 3 and len(right) > 3 and (left in shown or is_pinyin(left)) and cost(right.lower()) < WHOLE:
        return True
    return len(left) > 2 and len(right) > 2 and _is_word(left, shown) and _is_word(right, shown)


def _is_word(part: str, shown: frozenset[str]) -> bool:
    if part.isupper():
        return len(part) > 2
    if part in shown or is_pinyin(part) or cost(part.lower()) < COMMON:
        return True
    return len(part) > 6 and _segment(part, frozenset(), shown) is not None
