"""Number words as exact decimals: cardinals of any length, fractions, ordinals, folds, and plurals that stand alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from extractors.literals import parse_literal
from extractors.scales import ONE, scale_words, scales
from extractors.tokens import Tokens

SMALL = {
    word: Decimal(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen".split()
    )
} | {"nought": Decimal(0), "naught": Decimal(0)}

TENS = {
    word: Decimal(10 * value)
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
} | {"fourty": Decimal(40)}

ORDINALS = {
    word: Decimal(value)
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
        " fifteenth sixteenth seventeenth eighteenth nineteenth".split(),
        1,
    )
} | {word[:-1] + "ieth": value for word, value in TENS.items()}

BIG_ORDINALS = {"hundredth": Decimal(100), "thousandth": Decimal(1000), "millionth": Decimal(10**6)}

#: Denominators by their name; ``second`` is always an ordinal or a unit of time.
PARTS = {"half": Decimal(2), "quarter": Decimal(4)} | {w: v for w, v in (ORDINALS | BIG_ORDINALS).items() if v > 2}

PARTS_PLURAL = {"halves": Decimal(2)} | {word + "s": value for word, value in PARTS.items() if word != "half"}

_PART_WORDS = {*PARTS, *PARTS_PLURAL}

FOLDS = {"doubled": 2, "tripled": 3, "trebled": 3, "quadrupled": 4, "quintupled": 5, "sextupled": 6, "septupled": 7}

FOLDS |= {"doubling": 2, "tripling": 3, "trebling": 3, "quadrupling": 4, "doubles": 2, "triples": 3, "quadruples": 4}

TIMES = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4, "twice": 2, "thrice": 3}

HALVINGS = {"halved": Decimal("0.5"), "halving": Decimal("0.5"), "halves": Decimal("0.5"), "halve": Decimal("0.5")}

DOZEN = {"dozen": Decimal(12), "dozens": Decimal(12)}

#: Plurals that stand alone: how many at least; at most ten times that.
VAGUE = {
    "dozens": 12,
    "scores": 20,
    "tens": 10,
    "hundreds": 100,
    "thousands": 1000,
    "millions": 10**6,
    "billions": 10**9,
}

VAGUE |= {"trillions": 10**12, "lakhs": 10**5, "crores": 10**7}

_WORDS = {*SMALL, *TENS, *ORDINALS, *BIG_ORDINALS, *PARTS_PLURAL, *FOLDS, *TIMES, *HALVINGS, *DOZEN, *VAGUE}

_WORDS |= {"half", "quarter", "hundred", "thousand", "million", "billion", "trillion", "lakh", "crore", "minus"}

_FOLD = re.compile(r"(\w+)fold")

#: Words whose presence makes a text worth reading; digits are tested apart.
NUMBER_WORDS = frozenset(_WORDS)


@dataclass(slots=True)
class Numeral:
    """A number expression: pieces ``first`` to ``last`` (not included), what it is worth, how it is written.

    ``form`` is digits, words, fraction, ordinal, fold, vague, or the reason why it is no number: stamp, identifier,
    code, circled, unreadable. ``scale`` is the factor of its last scale words.
    """

    first: int
    last: int
    value: Decimal
    form: str
    low: Decimal | None = None
    high: Decimal | None = None
    scale: Decimal = ONE

    @property
    def scaled(self) -> bool:
        """Whether a scale word took part."""
        return self.scale != 1


def over(tokens: Tokens, i: int) -> tuple[Decimal, int] | None:
    """The denominator of ``one over twenty``, spoken as the end of a text; elsewhere ``over`` is a bound."""
    if tokens.low[i] != "over":
        return None
    if is_number(tokens, i + 1):
        below, last = parse_literal(tokens.raw[i + 1]), i + 2
    else:
        below, last, _ = _cardinal(tokens, i + 1)
    return (below, last) if below and last >= len(tokens) - (tokens.raw[len(tokens) - 1] == ".") else None


def is_number(tokens: Tokens, i: int) -> bool:
    return i < len(tokens) and tokens.kind[i] == "number"


def plus_fraction(tokens: Tokens, value: Decimal, unit: Decimal, i: int) -> tuple[Decimal, int]:
    """``two and a half``, ``two-and-a-half``, ``one million and a half``: a part of the last scale."""
    places, j = [], i
    for _ in range(3):
        j += tokens.raw[j] == "-"
        places.append(j)
        j += 1
    joint, many, part = (tokens.low[place] for place in places)
    if joint != "and" or value % unit:
        return value, i
    if part in PARTS and many in ("a", "an", "one"):
        return value + unit / PARTS[part], j
    below = PARTS_PLURAL.get(part) or (PARTS[part] if part == "quarter" else None)
    if below is not None and 1 < SMALL.get(many, below) < below:  # ``seven and five eighths``
        return value + unit * SMALL[many] / below, j
    return value, i


def read_words(tokens: Tokens, i: int) -> Numeral | None:
    word, after = tokens.low[i], tokens.low[i + 1]
    if word in ("a", "an"):
        return _read_article(tokens, i, after)
    if word in FOLDS or word in HALVINGS or word in TIMES or _FOLD.fullmatch(word):
        return _read_fold(tokens, i)
    if word in ("half", "quarter"):
        return _read_half(tokens, i, i)
    if word == "minus":
        return None
    return _read_cardinal(tokens, i) or _read_ordinal(tokens, i) or _read_vague(tokens, i)


def _read_article(tokens: Tokens, i: int, after: str) -> Numeral | None:
    """``a hundred``, ``a dozen``, ``a third of``, ``a half``, ``a quarter million``; an article alone is no number."""
    words = scales()[0]
    if after == "hundred" or after in DOZEN or (after in words and not after.endswith("s")):
        return _read_cardinal(tokens, i + 1, start=i)
    if after in ("half", "quarter"):
        return _read_half(tokens, i, i + 1)
    if after in PARTS and _ends_phrase(tokens, i + 2):
        return Numeral(i, i + 2, 1 / PARTS[after], "fraction")
    return None


#: What may follow a fraction but not an ordinal: ``a fifth of``, against ``a fifth place``.
_AFTER_FRACTION = frozenset(
    "of in on at by from to than more less higher lower are is was were and or for as have had"
    " since during over compared against with but before after between among so because when while".split()
)


def _ends_phrase(tokens: Tokens, i: int) -> bool:
    return i >= len(tokens) or (tokens.kind[i] == "punct" and tokens.raw[i] != "-") or tokens.low[i] in _AFTER_FRACTION


def _read_half(tokens: Tokens, first: int, i: int) -> Numeral | None:
    """``half a million``, ``quarter of a million``, ``half``, ``a quarter``."""
    value, j = 1 / PARTS[tokens.low[i]], i + 1
    k = j + (tokens.low[j] == "of" or (tokens.raw[j] == "-" and tokens.low[j + 1] in DOZEN))
    k += tokens.low[k] in ("a", "an")
    last, factor = scale_words(tokens, k)
    if tokens.low[k] in DOZEN:
        last, factor = k + 1, Decimal(12)
    if last > k:
        return Numeral(first, last, value * factor, "words", scale=factor)
    if tokens.low[i] == "quarter" and first == i:
        return None
    return Numeral(first, j, value, "fraction")


def _read_fold(tokens: Tokens, i: int) -> Numeral | None:
    word = tokens.low[i]
    if word in FOLDS:
        return Numeral(i, i + 1, Decimal(FOLDS[word]), "fold")
    if word in HALVINGS:
        return Numeral(i, i + 1, HALVINGS[word], "fold")
    if word in TIMES:
        return Numeral(i, i + 1, Decimal(TIMES[word]), "fold")
    stem = word.removesuffix("fold")
    value = SMALL.get(stem) or TENS.get(stem) or {"hundred": Decimal(100), "thousand": Decimal(1000)}.get(stem)
    return Numeral(i, i + 1, value, "fold") if value else None


def _read_cardinal(tokens: Tokens, i: int, start: int | None = None) -> Numeral | None:
    first = i if start is None else start
    value, last, scale = _cardinal(tokens, i)
    if value is None:
        return None
    value, last = _point(tokens, value, last)
    if last < len(tokens):
        factor_end, factor = scale_words(tokens, last)
        if factor_end > last:
            value, last, scale = value * factor, factor_end, factor
    plus, last = plus_fraction(tokens, value, scale, last)
    if plus != value:
        end, factor = scale_words(tokens, last) if scale == 1 else (last, ONE)  # ``one and a half million``
        return Numeral(first, end, plus * factor, "words", scale=scale * factor)
    part = _denominator(tokens, value, last)
    if part is not None:
        below, end = part
        return _fraction_numeral(tokens, first, end, value, below)
    ordinal = _tail_ordinal(tokens, first, i, last, value)
    return ordinal or Numeral(first, last, value, "words", scale=scale)


def _fraction_numeral(tokens: Tokens, first: int, last: int, above: Decimal, below: Decimal) -> Numeral:
    """``two-thirds``; ``three quarters billion`` is a number with its scale."""
    end, factor = scale_words(tokens, last + (tokens.low[last] == "of" and tokens.low[last + 1] == "a") * 2)
    if factor > 1:
        return Numeral(first, end, above / below * factor, "words", scale=factor)
    return Numeral(first, last, above / below, "fraction")


def _cardinal(tokens: Tokens, i: int) -> tuple[Decimal | None, int, Decimal]:
    """Value of the cardinal words at ``i``: hundreds and tens make groups, scale words close them."""
    words = scales()[0]
    low = tokens.low
    total, group, seen, last, scale = Decimal(0), Decimal(-1), "", i, ONE
    j = i
    while True:
        word = low[j]
        if word in SMALL and (seen in ("", "scale") or seen == "hundred" or (seen == "tens" and 0 < SMALL[word] < 10)):
            group, seen = max(group, Decimal(0)) + SMALL[word], "small"
        elif word in TENS and (
            seen in ("", "scale", "hundred") or (seen == "small" and group < 10 and _spelled_pair(tokens, j))
        ):
            group = group * 100 + TENS[word] if seen == "small" else max(group, Decimal(0)) + TENS[word]
            seen = "tens"
        elif word == "hundred" and seen in ("", "small", "tens") and group < 100:
            group, seen = (group if group > 0 else Decimal(1)) * 100, "hundred"
        elif word in DOZEN and (word == "dozen" or seen):
            return total + (group if group > 0 else Decimal(1)) * DOZEN[word], j + 1, DOZEN[word]
        elif word in words and tokens.kind[j] == "word" and (seen or not word.endswith("s")) and word != "hundreds":
            factor = words[word].factor
            if group < 0 and seen == "scale":
                total, scale = total * factor, scale * factor
            else:
                total, scale = total + (group if group >= 0 else ONE) * factor, factor
            group, seen = Decimal(-1), "scale"
        else:
            break
        last = j + 1
        j = _skip_joint(tokens, last, seen)
    if not seen:
        return None, i, ONE
    return total + max(group, Decimal(0)), last, scale


def _spelled_pair(tokens: Tokens, j: int) -> bool:
    """``one twenty two``, read out digit group by digit group: only where nothing else follows."""
    k = j + 1 + (tokens.low[j + 1] in SMALL)
    return k >= len(tokens)


def _skip_joint(tokens: Tokens, j: int, seen: str) -> int:
    """The next number word's place: past the ``and`` after hundreds and scales, past the hyphen in ``twenty-one``."""
    low = tokens.low
    if (
        low[j] == "and"
        and seen in ("hundred", "scale")
        and (low[j + 1] in SMALL or low[j + 1] in TENS)
        and low[j + 2] not in _PART_WORDS
    ):
        return j + 1
    if tokens.raw[j] == "," and seen == "scale" and _goes_on(tokens, j + 1):
        return j + 1
    if tokens.raw[j] in "-–" and tokens.raw[j]:
        word = low[j + 1]
        if (seen == "tens" and 0 < SMALL.get(word, Decimal(0)) < 10) or word == "hundred" or word in scales()[0]:
            return j + 1
    return j


def _goes_on(tokens: Tokens, j: int) -> bool:
    """``nineteen thousand, four hundred``: hundreds or a smaller scale follow the comma."""
    if tokens.low[j] not in SMALL and tokens.low[j] not in TENS:
        return False
    behind = tokens.low[j + 1 + 2 * (tokens.raw[j + 1] == "-")]
    return behind == "hundred"


def _point(tokens: Tokens, value: Decimal, i: int) -> tuple[Decimal, int]:
    """``twelve point six``, ``nine point nought four``."""
    if tokens.low[i] != "point":
        return value, i
    digits, j = "", i + 1
    while tokens.low[j] in SMALL:
        digits += str(SMALL[tokens.low[j]])
        j += 1
    return (value + Decimal(f"0.{digits}"), j) if digits else (value, i)


def _denominator(tokens: Tokens, above: Decimal, i: int) -> tuple[Decimal, int] | None:
    """The denominator after a numerator: ``one third``, ``two-thirds``, ``three twenty-fifths``, ``one over three``."""
    low = tokens.low
    spoken = over(tokens, i)
    if spoken is not None:
        return spoken
    j = i + (tokens.raw[i] in ("-", "–"))
    if low[j] in PARTS_PLURAL:
        return PARTS_PLURAL[low[j]], j + 1
    if low[j] in PARTS and above == 1 and tokens.raw[j + 1] != "-":
        return PARTS[low[j]], j + 1
    if low[j] in TENS and tokens.raw[j + 1] == "-" and low[j + 2].rstrip("s") in PARTS and above < 20:
        below = TENS[low[j]] + PARTS[low[j + 2].rstrip("s")]
        return below, j + 3
    return None


def _tail_ordinal(tokens: Tokens, first: int, i: int, last: int, value: Decimal) -> Numeral | None:
    """``twenty-first``: tens with an ordinal for a unit."""
    j = last + (tokens.raw[last] == "-")
    word = tokens.low[j]
    if (
        word in ORDINALS
        and ORDINALS[word] < 10
        and value % 100 >= 20
        and value % 10 == 0
        and tokens.low[last - 1] in TENS
    ):
        return Numeral(first, j + 1, value + ORDINALS[word], "ordinal")
    return None


def _read_ordinal(tokens: Tokens, i: int) -> Numeral | None:
    value = ORDINALS.get(tokens.low[i])
    return None if value is None else Numeral(i, i + 1, value, "ordinal")


def _read_vague(tokens: Tokens, i: int) -> Numeral | None:
    """``dozens``, ``tens of millions``, ``hundreds of thousands``: at least, and ten times as much at most."""
    low_limit = VAGUE.get(tokens.low[i])
    if low_limit is None:
        return None
    least, last = Decimal(low_limit), i + 1
    if tokens.low[last] == "of" and tokens.low[last + 1] in VAGUE:
        least, last = least * VAGUE[tokens.low[last + 1]], last + 2
    return Numeral(i, last, least, "vague", least, least * 10)
