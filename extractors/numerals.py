"""Reads number expressions, in digits or words, as exact decimals.

What is read here is the number alone, with its scale: ``320.1 billion``, ``one hundred and twelve point six``,
``two-thirds``, ``half a million``, ``21st``, ``1.5亿``, ``dozens``. Units, bounds and signs are other modules' subject.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from extractors.lexicon import Row, load
from extractors.tokens import Tokens, tokenise

ONE = Decimal(1)
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
VULGAR = dict(
    zip(
        "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞",
        "1/2 1/3 2/3 1/4 3/4 1/5 2/5 3/5 4/5 1/6 5/6 1/8 3/8 5/8 7/8".split(),
        strict=True,
    )
)
FOLDS = {"doubled": 2, "tripled": 3, "trebled": 3, "quadrupled": 4, "quintupled": 5, "sextupled": 6, "septupled": 7}
FOLDS |= {"doubling": 2, "tripling": 3, "trebling": 3, "quadrupling": 4, "doubles": 2, "triples": 3, "quadruples": 4}
TIMES = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4, "twice": 2, "thrice": 3}
HALVINGS = {"halved": Decimal("0.5"), "halving": Decimal("0.5"), "halves": Decimal("0.5"), "halve": Decimal("0.5")}
DOZEN = {"dozen": Decimal(12), "dozens": Decimal(12)}
#: Plurals that stand alone: how many at least; at most ten times that.
VAGUE = {"dozens": 12, "scores": 20, "tens": 10, "hundreds": 100, "thousands": 1000, "millions": 10**6, "billions": 10**9}
VAGUE |= {"trillions": 10**12, "lakhs": 10**5, "crores": 10**7}

_WORDS = {*SMALL, *TENS, *ORDINALS, *BIG_ORDINALS, *PARTS_PLURAL, *FOLDS, *TIMES, *HALVINGS, *DOZEN, *VAGUE}
_WORDS |= {"half", "quarter", "hundred", "thousand", "million", "billion", "trillion", "lakh", "crore", "minus"}
_FOLD = re.compile(r"(\w+)fold")
#: Words whose presence makes a text worth reading; digits are tested apart.
NUMBER_WORDS = frozenset(_WORDS)

_PLAIN = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_WESTERN = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?")
_MYRIAD = re.compile(r"\d{1,4}(?:,\d{4})+(?:\.\d+)?")
_EUROPEAN = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}")
_COMMA = re.compile(r"\d+,\d{1,2}|0,\d+")
_POWER = re.compile(r"(.*?)(?:[eE]([+-]?\d+)|\s?[×x]\s?10\^?\s?([−–⁻-]?[\d⁰¹²³⁴⁵⁶⁷⁸⁹]+)|\^([+-]*\d+))")
_SUPERSCRIPTS = str.maketrans("⁻−–⁰¹²³⁴⁵⁶⁷⁸⁹", "---0123456789")
_SPACED_HEAD = re.compile(r"[1-9]\d{0,2}")
_SPACED_TAIL = re.compile(r"\d{3}(?:[.,]\d+)?")
_CUE = re.compile(r"\d|[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞①-⓿]|\b(?:" + "|".join(sorted(NUMBER_WORDS, key=len, reverse=True)) + r"|\w+fold)\b", re.I)


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


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale word or sign; ``needs`` says when a sign counts (see ``rules/scales.toml``)."""

    factor: Decimal
    needs: str
    rule: str


@cache
def scale_rows() -> tuple[Row, ...]:
    """The rows of ``rules/scales.toml``."""
    return load("scales", {"factor": str}, {"words": list, "signs": list, "needs": str})


@cache
def _scales() -> tuple[dict[str, Scale], dict[str, Scale]]:
    words: dict[str, Scale] = {}
    signs: dict[str, Scale] = {}
    for row in scale_rows():
        scale = Scale(Decimal(int(Decimal(row["factor"]))), row.get("needs", ""), row.id)
        words |= dict.fromkeys(row.get("words", ()), scale)
        signs |= dict.fromkeys(row.get("signs", ()), scale)
    return words, signs


def has_numeral(text: str) -> bool:
    """Whether anything in the text can be a number; cheap, and wrong only on the safe side.

    >>> has_numeral("Nothing to see"), has_numeral("up by a third")
    (False, True)
    """
    return _CUE.search(text) is not None


def parse_literal(digits: str) -> Decimal | None:
    """The value of a run of digits, commas and points, or None where no grouping makes it certain.

    >>> parse_literal("12,34,567.5"), parse_literal("2.812,4"), parse_literal("214.377.21231")
    (Decimal('1234567.5'), Decimal('2812.4'), None)
    """
    if digits.isdigit() or _PLAIN.fullmatch(digits):
        return Decimal(digits)
    if _WESTERN.fullmatch(digits) or _INDIAN.fullmatch(digits) or _MYRIAD.fullmatch(digits):
        return Decimal(digits.replace(",", ""))
    if _EUROPEAN.fullmatch(digits):
        return Decimal(digits.replace(".", "").replace(",", "."))
    return _parse_power(digits)


def _parse_power(digits: str) -> Decimal | None:
    match = _POWER.fullmatch(digits)
    base = parse_literal(match[1]) if match and match[1] else None
    if match is None or base is None:
        return None
    exponent = match[2] or match[3]
    try:
        if exponent:
            return base.scaleb(int(exponent.translate(_SUPERSCRIPTS)))
        power = int(match[4].lstrip("+-"))
        return base ** (-power if match[4].count("-") % 2 else power) if power < 1000 else None
    except (ArithmeticError, ValueError):
        return None


def find_numerals(tokens: Tokens) -> list[Numeral]:
    """All number expressions of a text, in order.

    >>> [(n.value, n.form) for n in find_numerals(tokenise("two and a half of 3.2 million"))]
    [(Decimal('2.5'), 'words'), (Decimal('3200000.0'), 'digits')]
    """
    found: list[Numeral] = []
    position = 0
    for i in _candidates(tokens):
        if i < position:
            continue
        numeral = _read(tokens, i)
        if numeral is not None:
            found.append(numeral)
            position = numeral.last
    return found


def _candidates(tokens: Tokens) -> Iterator[int]:
    low = tokens.low
    for i, kind in enumerate(tokens.kind):
        if kind == "word" or kind == "letters":
            if low[i] in _STARTS or low[i].endswith("fold"):
                yield i
        elif kind != "punct" and kind != "cjk":
            yield i


_STARTS = NUMBER_WORDS | {"a", "an"}


def _read(tokens: Tokens, i: int) -> Numeral | None:
    kind = tokens.kind[i]
    if kind in ("word", "letters"):
        return _read_words(tokens, i)
    if kind in ("number", "fraction", "vulgar"):
        return _read_digits(tokens, i)
    if kind in ("stamp", "circled"):
        return Numeral(i, i + 1, Decimal(0), kind)
    if kind in ("ident", "url", "code") and any(c.isdigit() for c in tokens.raw[i]):
        return Numeral(i, i + 1, Decimal(0), "code" if kind == "code" else "identifier")
    return None


# --- digits ------------------------------------------------------------------------------------------------------------


def _read_digits(tokens: Tokens, i: int) -> Numeral:
    value, last, form = _literal(tokens, i)
    if value is None:
        return Numeral(i, i + 1, Decimal(0), "unreadable")
    if tokens.glued(last) and tokens.low[last] in ("st", "nd", "rd", "th"):
        return Numeral(i, last + 1, value, "ordinal")
    value, last, scale = _scaled(tokens, value, last)
    if tokens.low[last] in DOZEN:
        value, last, scale = value * 12, last + 1, Decimal(12)
    value, last = _plus_fraction(tokens, value, scale, last)
    below = _over(tokens, last)
    if below is not None and form == "digits":
        return Numeral(i, below[1], value / below[0], "fraction")
    return Numeral(i, last, value, form, scale=scale)


def _over(tokens: Tokens, i: int) -> tuple[Decimal, int] | None:
    """The denominator of ``one over twenty``, spoken as the end of a text; elsewhere ``over`` is a bound."""
    if tokens.low[i] != "over":
        return None
    if _is_number(tokens, i + 1):
        below, last = parse_literal(tokens.raw[i + 1]), i + 2
    else:
        below, last, _ = _cardinal(tokens, i + 1)
    return (below, last) if below and last >= len(tokens) - (tokens.raw[len(tokens) - 1] == ".") else None


def _is_number(tokens: Tokens, i: int) -> bool:
    return i < len(tokens) and tokens.kind[i] == "number"


def _literal(tokens: Tokens, i: int) -> tuple[Decimal | None, int, str]:
    kind, raw = tokens.kind[i], tokens.raw[i]
    if kind == "vulgar":
        return _ratio(VULGAR[raw]), i + 1, "fraction"
    if kind == "fraction":
        return _ratio(raw), i + 1, "fraction"
    if _SPACED_HEAD.fullmatch(raw):
        grouped, last = _space_groups(tokens, i)
        if grouped is not None:
            return grouped, last, "digits"
    value = parse_literal(raw)
    if value is None and _COMMA.fullmatch(raw) and _decimal_comma(tokens, i):
        value = Decimal(raw.replace(",", "."))
    following = tokens.kind[i + 1]
    if value is not None and following in ("vulgar", "fraction") and value == value.to_integral_value():
        part = _ratio(VULGAR.get(tokens.raw[i + 1], tokens.raw[i + 1]))
        if part is not None and part < 1:
            return value + part, i + 2, "digits"
    return value, i + 1, "digits"


def _ratio(text: str) -> Decimal | None:
    above, below = re.split("[/⁄∕]", text)
    return Decimal(above) / Decimal(below) if int(below) else None


def _decimal_comma(tokens: Tokens, i: int) -> bool:
    """``107,0 %`` and ``234,7 trillion``: what follows shows that the comma is a decimal one."""
    return tokens.low[i + 1] in _scales()[0] or tokens.low[i + 1] in ("%", "percent", "per")


def _space_groups(tokens: Tokens, i: int) -> tuple[Decimal | None, int]:
    """``8 343 000``: groups of three digits after single spaces, with no other number before or behind."""
    last = i + 1
    while tokens.kind[last] == "number" and _SPACED_TAIL.fullmatch(tokens.raw[last]) and _one_space(tokens, last):
        last += 1
        if not tokens.raw[last - 1].isdigit():
            break
    groups = last - i
    if groups == 1 or tokens.kind[last] == "number" or (i and tokens.kind[i - 1] == "number"):
        return None, i + 1
    if groups == 2 and i and tokens.kind[i - 1] == "word" and tokens.raw[i - 1][0].isupper() and not tokens.raw[i - 1].isupper():
        return None, i + 1
    return Decimal("".join(tokens.raw[i:last]).replace(",", ".")), last


def _one_space(tokens: Tokens, i: int) -> bool:
    return tokens.start[i] == tokens.end[i - 1] + 1 and tokens.text[tokens.end[i - 1]] in "   "


# --- scales and added parts --------------------------------------------------------------------------------------------


def _scaled(tokens: Tokens, value: Decimal, i: int) -> tuple[Decimal, int, Decimal]:
    """``value`` times the scale words that follow, and the smaller amounts added to it (``3 trillion and 268 billion``)."""
    last, factor = _scale_words(tokens, i)
    if last == i:
        return value, i, ONE
    value *= factor
    while True:
        j = last + (tokens.low[last] == "and")
        if not _is_number(tokens, j):
            return value, last, factor
        part, after = parse_literal(tokens.raw[j]), j + 1
        after, smaller = _scale_words(tokens, after)
        if part is None or after == j + 1 or smaller >= factor or part * smaller >= factor:
            return value, last, factor
        value, last, factor = value + part * smaller, after, smaller


def _scale_words(tokens: Tokens, i: int) -> tuple[int, Decimal]:
    """The scale words at ``i`` multiplied, and where they end. A hyphen may join them (``1.8 billion-mile``)."""
    words, signs = _scales()
    factor, last = Decimal(1), i
    while True:
        j = last + (tokens.raw[last] == "-" and tokens.low[last + 1] in words)
        piece = tokens.low[j]
        scale = words.get(piece) or (Scale(Decimal(100), "", "hundred") if piece == "hundred" else None)
        if scale is None and j == i and tokens.raw[j] in signs:
            scale = _sign(tokens, j, signs[tokens.raw[j]])
        if scale is None:
            return last, factor
        factor, last = factor * scale.factor, j + 1


def _sign(tokens: Tokens, i: int, scale: Scale) -> Scale | None:
    touches = tokens.glued(i)
    if scale.needs == "touch":
        return scale if touches or (tokens.raw[i] == "k" and i + 1 >= len(tokens)) else None
    return scale if _money_around(tokens, i) else None


def _money_around(tokens: Tokens, i: int) -> bool:
    """Whether a currency stands before the number that ends before ``i``, or after the sign at ``i``."""
    from extractors.units import is_currency

    return is_currency(tokens, i - 2, before=True) or is_currency(tokens, i + 1, before=False)


def _plus_fraction(tokens: Tokens, value: Decimal, unit: Decimal, i: int) -> tuple[Decimal, int]:
    """``two and a half``, ``five and a quarter``, ``one million and a half``: a part of the last scale."""
    if tokens.low[i] != "and" or tokens.low[i + 1] not in ("a", "an", "one", "two", "three"):
        return value, i
    part = tokens.low[i + 2]
    if value % unit:
        return value, i
    if part in PARTS and tokens.low[i + 1] in ("a", "an", "one"):
        return value + unit / PARTS[part], i + 3
    if part in PARTS_PLURAL and tokens.low[i + 1] in SMALL:
        return value + unit * SMALL[tokens.low[i + 1]] / PARTS_PLURAL[part], i + 3
    return value, i


# --- words -------------------------------------------------------------------------------------------------------------


def _read_words(tokens: Tokens, i: int) -> Numeral | None:
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
    words = _scales()[0]
    if after == "hundred" or after in DOZEN or (after in words and not after.endswith("s")):
        return _read_cardinal(tokens, i + 1, start=i)
    if after in ("half", "quarter"):
        return _read_half(tokens, i, i + 1)
    if after in PARTS and _ends_phrase(tokens, i + 2):
        return Numeral(i, i + 2, 1 / PARTS[after], "fraction")
    return None


#: What may follow a fraction but not an ordinal: ``a fifth of``, against ``a fifth place``.
_AFTER_FRACTION = frozenset("of in on at by from to than more less higher lower are is was were and or for as have had".split())


def _ends_phrase(tokens: Tokens, i: int) -> bool:
    return i >= len(tokens) or tokens.kind[i] == "punct" and tokens.raw[i] != "-" or tokens.low[i] in _AFTER_FRACTION


def _read_half(tokens: Tokens, first: int, i: int) -> Numeral | None:
    """``half a million``, ``quarter of a million``, ``half``, ``a quarter``."""
    value, j = 1 / PARTS[tokens.low[i]], i + 1
    k = j + (tokens.low[j] == "of")
    k += tokens.low[k] in ("a", "an")
    last, factor = _scale_words(tokens, k)
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
        factor_end, factor = _scale_words(tokens, last)
        if factor_end > last:
            value, last, scale = value * factor, factor_end, factor
    plus, last = _plus_fraction(tokens, value, scale, last)
    if plus != value:
        return Numeral(first, last, plus, "words", scale=scale)
    part = _denominator(tokens, value, last)
    if part is not None:
        below, end = part
        return _fraction_numeral(tokens, first, end, value, below)
    ordinal = _tail_ordinal(tokens, first, i, last, value)
    return ordinal or Numeral(first, last, value, "words", scale=scale)


def _fraction_numeral(tokens: Tokens, first: int, last: int, above: Decimal, below: Decimal) -> Numeral:
    """``two-thirds``; ``three quarters billion`` is a number with its scale."""
    end, factor = _scale_words(tokens, last + (tokens.low[last] == "of" and tokens.low[last + 1] == "a") * 2)
    if factor > 1:
        return Numeral(first, end, above / below * factor, "words", scale=factor)
    return Numeral(first, last, above / below, "fraction")


def _cardinal(tokens: Tokens, i: int) -> tuple[Decimal | None, int, Decimal]:
    """Value of the cardinal words at ``i``: hundreds and tens make groups, scale words close them."""
    words = _scales()[0]
    low = tokens.low
    total, group, seen, last, scale = Decimal(0), Decimal(-1), "", i, ONE
    j = i
    while True:
        word = low[j]
        if word in SMALL and (seen in ("", "scale") or seen == "hundred" or (seen == "tens" and 0 < SMALL[word] < 10)):
            group, seen = max(group, Decimal(0)) + SMALL[word], "small"
        elif word in TENS and (seen in ("", "scale", "hundred") or (seen == "small" and group < 10 and _spelled_pair(tokens, j))):
            group = group * 100 + TENS[word] if seen == "small" else max(group, Decimal(0)) + TENS[word]
            seen = "tens"
        elif word == "hundred" and seen in ("", "small", "tens") and group < 100:
            group, seen = (group if group > 0 else Decimal(1)) * 100, "hundred"
        elif word in DOZEN and (word == "dozen" or seen):
            return total + (group if group > 0 else Decimal(1)) * DOZEN[word], j + 1, DOZEN[word]
        elif word in words and tokens.kind[j] == "word" and (seen or not word.endswith("s")) and not (word == "hundreds"):
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
    if low[j] == "and" and seen in ("hundred", "scale") and (low[j + 1] in SMALL or low[j + 1] in TENS) and low[j + 2] not in PARTS_PLURAL:
        return j + 1
    if tokens.raw[j] in "-–" and tokens.raw[j]:
        word = low[j + 1]
        if (seen == "tens" and 0 < SMALL.get(word, Decimal(0)) < 10) or word == "hundred" or word in _scales()[0]:
            return j + 1
    return j


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
    spoken = _over(tokens, i)
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
    if word in ORDINALS and ORDINALS[word] < 10 and value % 100 >= 20 and value % 10 == 0 and tokens.low[last - 1] in TENS:
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
