"""Fixes of broken numbers. A digit is joined to another only where a unit, `%`, a scale word or a complete group makes
the reading certain; what looks broken and has no certain reading is kept and becomes a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.cleaning.engine import Proposal
from extractors.cleaning.vocabulary import choice

NUMERAL = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
MEASURE = rf"(?:[ ]?[%‰℃]|[ -]?(?:{choice('scale', 'unit_word')}\b|{choice('unit_symbol')}\b))"
PREFIX = choice("currency_prefix")

BROKEN_DECIMAL = re.compile(
    rf"(?<![\d.,:/])(\d{{1,3}}(?:,\d{{3}})+|\d+)(\.\s+)(\d{{1,3}})(?=(?:,? and \d[\d.]*)?{MEASURE}|:\d)"
)
SERIES_DECIMAL = re.compile(r"(?<=\d\.\d, )\d+(\. )\d{1,2}(?=,? and \d|, \d)|\b(?!(?:19|20)\d\d\.)\d+(\. )\d{1,2}(?= and [a-z])")
DECIMAL_AFTER_SIGN = re.compile(rf"{PREFIX} ?(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(\. )\d{{1,2}}\b(?![.,]\d)")
SPACED_POINT = re.compile(r"(?<=\d)( +\. ?|\. \.)(?=\d)")
SPACED_COMMA = re.compile(r"(?<![\d.,])\d{1,3}(?:(?: +, ?| ?,)\d{3})+(?![\d,])(?=([.]\d+)?)")
CERTAIN_GROUP = re.compile(r"(?<![\d.,])\d{1,3}(, )0\d\d(?![\d.,])|(?<=[a-z\d)%][.!?] )\d{1,3}(, )\d{3}(?= [a-z])")
SPLIT_PERCENT = re.compile(rf"(?<=[a-z] )\d( )\d(?:\.\d+)?(?= ?%| (?i:percent|per cent|{choice('scale')})\b)")
CUE_GROUP = re.compile(
    rf"\b(?:{choice('amount_cue')}|{PREFIX}) ?\d{{1,3}}(, )\d{{3}}(?![\d,]|\.\d|(?: and| or|, )[ ]?\d)(?=[ ](?!and\b|or\b|to\b)[a-zA-Z])"
)
COMMA = re.compile(r" *, *")
SPACED_PERCENT = re.compile(r"\d( +)%(?![\w(])")
DECIMAL_COMMA = re.compile(r"(?<![\d.,])\d+,\d{1,2}$")
OCR_TOKEN = re.compile(r"(?<![\w.,+/:@#&=$-])(?=[\dlI.,]*[OolI])(?:[lIO]?\d[\dOoIl]*(?:[.,][\dOoIl]+)*|[lI]\d*(?:[.,]\d+)+)(?:(?![\w/@=+-])|(?=(?:th|st|nd|rd)\b))")
AS_DIGITS = str.maketrans("OolI", "0011")
WELL_FORMED = re.compile(r"(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?")
POINTS, ROUND = str.maketrans("", "", ".,"), str.maketrans("Oo", "00", ".,")
ORDINAL_END = re.compile(r"(?:th|st|nd|rd)\b")
MEASURED = re.compile(MEASURE)


def broken_decimals(text: str) -> Iterator[Proposal]:
    """A space or line break after the decimal point, before a unit; not where a year may end a sentence.

    >>> [p.replacement for p in broken_decimals("320. 1 billion; rose to 5. 2020 was better; in 2015. 12 million people")]
    ['.']
    """
    if ". " not in text and ".\n" not in text:
        return
    for m in BROKEN_DECIMAL.finditer(text):
        if not _may_end_sentence(text, m):
            yield Proposal(m.start(2), m.end(2), ".")


def _may_end_sentence(text: str, m: re.Match[str]) -> bool:
    whole = m[1]
    year = len(whole) == 4 and whole[:2] in ("19", "20")
    list_marker = len(whole) < 3 and (m.start() == 0 or text[m.start() - 1] == "\n")
    return year or list_marker or (len(m[3]) == 3 and "%" not in text[m.end() : m.end() + 2])


def decimals_in_series(text: str) -> Iterator[Proposal]:
    """The same among other decimals, or where no sentence would begin.

    >>> [p.replacement for p in decimals_in_series("were 5.7, 53. 9 and 40.4; wheat was 98. 6 and autumn grain")]
    ['.', '.']
    """
    if ". " not in text:
        return
    for m in SERIES_DECIMAL.finditer(text):
        group = 1 if m[1] else 2
        yield Proposal(m.start(group), m.end(group), ".")


def decimals_after_sign(text: str) -> Iterator[Proposal]:
    """The same after a currency sign.

    >>> [p.replacement for p in decimals_after_sign("about US$12. 3 a share")]
    ['.']
    """
    if ". " not in text:
        return
    for m in DECIMAL_AFTER_SIGN.finditer(text):
        yield Proposal(m.start(1), m.end(1), ".")


def spaced_points(text: str) -> Iterator[Proposal]:
    """A space before the decimal point: no sentence ends that way and goes on with a digit.

    >>> [p.replacement for p in spaced_points("US$ 1 .2 trillion")]
    ['.']
    """
    if " ." not in text:
        return
    for m in SPACED_POINT.finditer(text):
        yield Proposal(m.start(), m.end(), ".")


def spaced_groups(text: str) -> Iterator[Proposal]:
    """A space before the comma between complete groups of three digits.

    >>> [p.replacement for p in spaced_groups("10 , 958 mu, 1 ,800; districts 1, 200 and 300; 1 , 80")]
    ['10,958', '1,800']
    """
    if " ," not in text:
        return
    for m in SPACED_COMMA.finditer(text):
        if " ," in m[0]:
            yield Proposal(m.start(), m.end(), COMMA.sub(",", m[0]))


def certain_groups(text: str) -> Iterator[Proposal]:
    """A space after the comma before a group that starts with a zero, or in a number that starts a sentence.

    >>> [p.replacement for p in certain_groups("five new 1, 000-ton berths. 3, 842 boilers")]
    [',', ',']
    """
    if ", " not in text:
        return
    for m in CERTAIN_GROUP.finditer(text):
        group = 1 if m[1] else 2
        yield Proposal(m.start(group), m.end(group), ",")


def split_percents(text: str) -> Iterator[Proposal]:
    """A space between two digits of a percentage or a scaled amount in a sentence: two numbers have no reading there.

    >>> [p.replacement for p in split_percents("for 9 5 percent of them, by 6 9.4%, and 3 0.8 of")]
    ['', '']
    """
    for m in SPLIT_PERCENT.finditer(text):
        yield Proposal(m.start(1), m.end(1), "")


def cued_groups(text: str) -> Iterator[Proposal]:
    """A space after the comma, where the words before announce one amount and a noun follows.

    >>> [p.replacement for p in cued_groups("more than 2, 300 years; in 2020, 125 items; districts 1, 200 and 300")]
    [',']
    """
    if ", " not in text:
        return
    for m in CUE_GROUP.finditer(text):
        yield Proposal(m.start(1), m.end(1), ",")


def percent_signs(text: str) -> Iterator[Proposal]:
    """No space before `%`; a number with a decimal comma keeps its own convention.

    >>> [(p.start, p.end) for p in percent_signs("up 37 % and 107,0 %")]
    [(5, 6)]
    """
    if " %" not in text:
        return
    for m in SPACED_PERCENT.finditer(text):
        if not DECIMAL_COMMA.search(text, max(0, m.start() - 12), m.start() + 1):
            yield Proposal(m.start(1), m.end(1), "")


def letters_in_numbers(text: str) -> Iterator[Proposal]:
    """O, l and I that stand for 0 and 1 in what is otherwise a number.

    >>> [p.replacement for p in letters_in_numbers("l2.6%, 2O20 and I0,958 mu, but 5O, IO, l2, 4l and OO")]
    ['12.6', '2020', '10,958']
    """
    for m in OCR_TOKEN.finditer(text):
        digits = m[0].translate(AS_DIGITS)
        if WELL_FORMED.fullmatch(digits) and _certain(m[0], digits, text[m.end() : m.end() + 16]):
            yield Proposal(m.start(), m.end(), digits)


def _certain(token: str, digits: str, after: str) -> bool:
    """Whether nothing but a number is written like that."""
    seen = sum(c.isdigit() for c in token)
    if ORDINAL_END.match(after) or MEASURED.match(after):
        return seen > 0 and len(digits) > 1 and token[1:].translate(ROUND).isdigit()
    inner = token[0].isdigit() and token[-1].isdigit()
    small_l = token[0] == "l" and token[1:].translate(POINTS).isdigit()
    grouped = "." in digits or "," in digits
    return (seen >= 2 and (inner or grouped or small_l)) or (small_l and grouped)
