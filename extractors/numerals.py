"""Reads number expressions, in digits or words, as exact decimals.

What is read here is the number alone, with its scale: ``320.1 billion``, ``one hundred and twelve point six``,
``two-thirds``, ``half a million``, ``21st``, ``1.5亿``, ``dozens``. Units, bounds and signs are not read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from extractors.literals import DECIMAL_COMMA, VULGAR, parse_literal, parse_ratio
from extractors.number_words import DOZEN, NUMBER_WORDS, Numeral, is_number, over, plus_fraction, read_words
from extractors.scales import ONE, scale_words, scales
from extractors.tokens import Tokens

__all__ = ["Numeral", "find_numerals", "has_numeral"]


_SPACED_HEAD = re.compile(r"[1-9]\d{0,2}")

_SPACED_TAIL = re.compile(r"\d{3}(?:[.,]\d+)?")

_CUE = re.compile(
    r"\d|[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞①-⓿]|\b(?:" + "|".join(sorted(NUMBER_WORDS, key=len, reverse=True)) + r"|\w+fold)\b", re.I
)


def has_numeral(text: str) -> bool:
    """Whether anything in the text can be a number; cheap, and wrong only on the safe side.

    >>> has_numeral("Nothing to see"), has_numeral("up by a third")
    (False, True)
    """
    return _CUE.search(text) is not None


def find_numerals(tokens: Tokens) -> list[Numeral]:
    """All number expressions of a text, in order.

    >>> from extractors.tokens import tokenise
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
            if low[i] in _STARTS or low[i][-4:] == "fold":
                yield i
        elif kind != "punct" and kind != "cjk":
            yield i


_STARTS = NUMBER_WORDS | {"a", "an"}


def _read(tokens: Tokens, i: int) -> Numeral | None:
    kind = tokens.kind[i]
    if kind in ("word", "letters"):
        return read_words(tokens, i)
    if kind in ("number", "fraction", "vulgar"):
        return _read_digits(tokens, i)
    if kind in ("stamp", "circled"):
        return Numeral(i, i + 1, Decimal(0), kind)
    if kind in ("ident", "url", "code") and any(c.isdigit() for c in tokens.raw[i]):
        return Numeral(i, i + 1, Decimal(0), "code" if kind == "code" else "identifier")
    return None


def _read_digits(tokens: Tokens, i: int) -> Numeral:
    value, last, form = _literal(tokens, i)
    if value is None:
        return Numeral(i, i + 1, Decimal(0), "unreadable")
    if tokens.glued(last) and tokens.low[last] == _ordinal_ending(value):
        return Numeral(i, last + 1, value, "ordinal")
    value, last, scale = _scaled(tokens, value, last)
    if tokens.low[last] in DOZEN:
        value, last, scale = value * 12, last + 1, Decimal(12)
    value, last = plus_fraction(tokens, value, scale, last)
    below = over(tokens, last)
    if below is not None and form == "digits":
        return Numeral(i, below[1], value / below[0], "words")
    return Numeral(i, last, value, form, scale=scale)


def _ordinal_ending(value: Decimal) -> str:
    """``21st``, ``12th``; ``18st`` is a weight."""
    if value % 100 // 10 == 1:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(int(value % 10), "th")


def _literal(tokens: Tokens, i: int) -> tuple[Decimal | None, int, str]:
    kind, raw = tokens.kind[i], tokens.raw[i]
    if kind == "vulgar":
        return parse_ratio(VULGAR[raw]), i + 1, "fraction"
    if kind == "fraction":
        return parse_ratio(raw), i + 1, "fraction"
    if _SPACED_HEAD.fullmatch(raw):
        grouped, last = _space_groups(tokens, i)
        if grouped is not None:
            return grouped, last, "digits"
    value = parse_literal(raw)
    if value is None and DECIMAL_COMMA.fullmatch(raw) and _decimal_comma(tokens, i):
        value = Decimal(raw.replace(",", "."))
    part, last = _spaced_fraction(tokens, i + 1)
    if part is not None and value is not None and value == value.to_integral_value():
        return value + part, last, "digits"
    j = i + 1 + _is_mixed(tokens, i + 1)
    if value is not None and tokens.kind[j] in ("vulgar", "fraction") and value == value.to_integral_value():
        part = parse_ratio(VULGAR.get(tokens.raw[j], tokens.raw[j]))
        if part is not None and part < 1:
            return value + part, j + 1, "digits"
    return value, i + 1, "digits"


def _is_mixed(tokens: Tokens, i: int) -> bool:
    """``12-1/4 cents``: the hyphen joins a whole number and its fraction."""
    glued = tokens.glued(i) and tokens.glued(i + 1)
    return tokens.raw[i] == "-" and glued and tokens.kind[i + 1] in ("vulgar", "fraction")


def _spaced_fraction(tokens: Tokens, i: int) -> tuple[Decimal | None, int]:
    """``11 3 / 8 %``: a fraction of prices and rates, written with spaces behind a whole number."""
    above, stroke, below = tokens.raw[i : i + 3]
    if stroke != "/" or below not in _HALVED or not above.isdigit() or int(above) >= int(below):
        return None, i
    return Decimal(above) / Decimal(below), i + 3


_HALVED = ("2", "4", "8", "16", "32", "64")


def _decimal_comma(tokens: Tokens, i: int) -> bool:
    """``107,0 %`` and ``234,7 trillion``: what follows shows that the comma is a decimal one."""
    return tokens.low[i + 1] in scales()[0] or tokens.low[i + 1] in ("%", "percent", "per")


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
    if (
        groups == 2
        and i
        and tokens.kind[i - 1] == "word"
        and tokens.raw[i - 1][0].isupper()
        and not tokens.raw[i - 1].isupper()
    ):
        return None, i + 1
    return Decimal("".join(tokens.raw[i:last]).replace(",", ".")), last


def _one_space(tokens: Tokens, i: int) -> bool:
    return tokens.start[i] == tokens.end[i - 1] + 1 and tokens.text[tokens.end[i - 1]] in "   "


def _scaled(tokens: Tokens, value: Decimal, i: int) -> tuple[Decimal, int, Decimal]:
    """``value`` with its scale words and the smaller amounts added to it (``3 trillion and 268 billion``)."""
    last, factor = scale_words(tokens, i)
    if last == i:
        return value, i, ONE
    value *= factor
    while True:
        j = last + (tokens.low[last] == "and")
        if not is_number(tokens, j):
            return value, last, factor
        part, after = parse_literal(tokens.raw[j]), j + 1
        after, smaller = scale_words(tokens, after)
        if part is None or after == j + 1 or smaller >= factor or part * smaller >= factor:
            return value, last, factor
        value, last, factor = value + part * smaller, after, smaller
