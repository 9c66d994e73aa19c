"""Fixes of broken numbers. A digit is joined to another only where a unit, `%`, a scale word or a complete group makes
the reading certain; what looks broken and has no certain reading is kept and becomes a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.cleaning.engine import Proposal
from extractors.cleaning.vocabulary import choice

SCALED = r"[ -]?(?i:percent|[bmtr]+illion)"
MEASURE = rf"(?:[ ]?[%‰℃]|{SCALED}|[ -]?(?:{choice('scale', 'unit_word')}\b|{choice('unit_symbol')}\b))"
PREFIX = choice("currency_prefix")

# A pattern begins with the character that is rare and is then checked on both sides: that is what keeps it fast.
DECIMAL_GAP = re.compile(r"\.\s{1,9}(\d{1,3})(?!\d)")
WHOLE_BEFORE = re.compile(r"(?<![\d.,/])(\d{1,3}(?:,\d{3})+|\d+)$")
MEASURED_AFTER = re.compile(rf"(?! {choice('countable')}\b)(?:,? and \d+(?:\. ?\d+)?)?{MEASURE}|:\d")
RATIO_BEFORE, RATIO_AFTER = re.compile(r"\d\.\d{1,2}: ?\d+\.\d{1,2}: ?$"), re.compile(r": ?\d")
SERIES_BEFORE, SERIES_AFTER = re.compile(r"\d\.\d{1,4}, $"), re.compile(r",? and \d|, \d")
LONG_FRACTION_AFTER = re.compile(r" ?%| (?:million|billion|trillion|percent)\b")
NO_SENTENCE_AFTER = re.compile(r" and [a-z]")
SIGN_BEFORE, NUMBERED_BEFORE = re.compile(rf"{PREFIX} ?$"), re.compile(rf"\b{choice('numbered')}s? $")

GROUP_GAP = re.compile(r", (\d{3})(?![\d,])")
WHOLE_GROUP = re.compile(r"\d,\d{3}(?!\d)")
GROUP_BEFORE = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})*$")
DECIMALS_AFTER = re.compile(r"\.\d")
SENTENCE_BEFORE = re.compile(r"[a-z\d)%][.!?] $")
CUE_BEFORE = re.compile(rf"(?:\b{choice('amount_cue')}|{PREFIX}) ?$")
NOUN_AFTER = re.compile(r"(?:\.\d+)? (?!(?:and|or|to)\b|of (?:them|these|those|whom|which)\b)[a-zA-Z]")

SPACED_POINT = re.compile(r" \. ?(?=\d+(?!\d|\.\d))")
COMMA_DIGIT = re.compile(r" , ?\d")
SPACED_COMMA = re.compile(r"(?<![\d.,])\d{1,3}(?:(?: +, ?| ?,)\d{3})+(?![\d,])")
SPLIT_PERCENT = re.compile(rf"[0-9]( )\d(?:\.\d+)?(?= ?%| (?i:percent|per cent|{choice('scale')})\b)")
PROSE_BEFORE = re.compile(r"[a-z] $")
COMMA = re.compile(r" *, *")
SPACED_PERCENT = re.compile(r"\d( +)%(?![\dA-Z_]|\((?!\d))")
RATIO_GAP = re.compile(r": \d(?<=\d: \d)")
SPACED_RATIO = re.compile(r"\d+(?:\.\d+)?(?:: ?\d+(?:\.\d+)?){2,}(?![\d:])")
DECIMAL_COMMA = re.compile(r"(?<![\d.,])\d+,\d{1,2}$")
LETTER_BESIDE_DIGIT = re.compile(r"[0-9](?:[OolI]|(?<=[OolI]\d)|(?<=[lI][.,]\d))")
OCR_TOKEN = re.compile(
    r"(?<![\w.,+/:@#&=-])(?:[lIO]?\d[\dOoIl]*(?:[.,][\dOoIl]+)*|[lI]\d*(?:[.,]\d+)+)"
    r"(?:(?![\w/@=+-])|(?=(?:th|st|nd|rd)\b))"
)
YEAR, YEAR_BEFORE = re.compile(r"(?:19|20)\d\d"), re.compile(r"\b(?i:in|of|since|from|by|to|until|and|year) $")
AS_DIGITS = str.maketrans("OolI", "0011")
WELL_FORMED = re.compile(r"(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?")
POINTS, ROUND = str.maketrans("", "", ".,"), str.maketrans("Oo", "00", ".,")
ORDINAL_END = re.compile(r"(?:th|st|nd|rd)\b")
MEASURED = re.compile(MEASURE)

MAY_DOUBT = re.compile(r"[0-9](?: \d| \.\d|\+|[.,][.,]\d|,\d{4}|\.\d+\.\d)")
NUMBER_BEFORE = re.compile(r"(?<![\d.,])[\d.,]+$")
DAMAGED = re.compile(
    r"(?:\d+\.\d \d{2}|\d{1,3},(?:\d{2} \d|\d \d{2})|\d+\.\d+ \.\d+"
    r"|[\d.,]*6[.,]?5[.,]?4[.,]?3[.,]?8[.,]?0?\+\d*(?:[./]\w+)*)(?![\d,]|\.\d)"
)
SPLIT_YEAR, YEAR_CUE = re.compile(r"(?:19|20) \d\d(?=[ ,.]|$)"), re.compile(r"\b(?i:in|since|of) $")
#: Two numbers of which the second is no group of three, before a noun: 2 8 berths, 1 5,000 people.
SPLIT_COUNT = re.compile(
    r"(?!\d+ \d{3}(?:\.\d+)?(?![\d,]))\d{1,3} \d{1,3}(?:,\d{3})*(?:\.\d+)?(?= (?![ap]\.?m\b)[a-z]{2}| ?%)"
)
#: Points and commas that no convention puts so, before a unit: 5.7.3 percent, 5..2%, 1,2345 billion.
MALFORMED = re.compile(
    rf"(?:(?!\d{{1,3}}(?:\.\d{{3}})+(?![\d.]))\d+(?:\.\d+){{2,}}|[\d,]*\d(?:\.\.|,\.|\.,)\d+|\d{{1,3}},\d{{4,}}(?:\.\d+)?)(?={MEASURE})"
)
SPLIT_AMOUNT = re.compile(rf"\d{{2,3}} \d(?= (?:{choice('scale', 'unit_word')})\b)")


def _seen(pattern: re.Pattern[str], text: str, end: int, reach: int = 24) -> re.Match[str] | None:
    """The match of a pattern that ends with ``$`` in the text just before ``end``."""
    return pattern.search(text, max(0, end - reach), end)


def broken_decimals(text: str) -> Iterator[Proposal]:
    """A space or line break after a decimal point: before a unit, after a currency sign, in a series of decimals.

    >>> texts = ("320. 1 billion", "to 5. 2020 was", "in 2015. 12 million people", "US$12. 3 each", "5.7, 53. 9 and 4")
    >>> [text[: p.start] for text in texts for p in broken_decimals(text)]
    ['320', 'US$12', '5.7, 53']
    >>> texts = ("was 9.8:43. 7:46.5", "was 9.8:43.7:46. 5.", "was 2.1:1. 5 percent", "at 10:30. 5 people")
    >>> [text[: p.start] for text in texts for p in broken_decimals(text)]
    ['was 9.8:43', 'was 9.8:43.7:46']
    """
    for m in DECIMAL_GAP.finditer(text):
        whole = _seen(WHOLE_BEFORE, text, m.start())
        if whole and _is_decimal(text, whole, m):
            yield Proposal(m.start(), m.start(1), ".")


def _is_decimal(text: str, whole: re.Match[str], m: re.Match[str]) -> bool:
    digits, start, end = whole[1], whole.start(), m.end()
    year = len(digits) == 4 and digits[:2] in ("19", "20")
    long = len(m[1]) == 3 and not LONG_FRACTION_AFTER.match(text, end)
    if year or long:
        return False
    if text[start - 1 : start] == ":":
        return bool(RATIO_AFTER.match(text, end) or _seen(RATIO_BEFORE, text, start))
    if _seen(SIGN_BEFORE, text, start):
        return True
    if _seen(NUMBERED_BEFORE, text, start):
        return False
    list_marker = len(digits) < 3 and (start == 0 or text[start - 1] == "\n")
    if list_marker:
        return False
    series = SERIES_AFTER.match(text, end) and _seen(SERIES_BEFORE, text, start)
    return bool(series or MEASURED_AFTER.match(text, end) or (len(m[1]) < 3 and NO_SENTENCE_AFTER.match(text, end)))


def spaced_points(text: str) -> Iterator[Proposal]:
    """A space before the decimal point: no sentence ends that way and goes on with a digit.

    >>> [p.replacement for p in spaced_points("US$ 1 .2 trillion")]
    ['.']
    """
    if " ." not in text:
        return
    for m in SPACED_POINT.finditer(text):
        if not text[m.start() - 1 : m.start()].isdigit():
            continue
        yield Proposal(m.start(), m.end(), ".")


def spaced_groups(text: str) -> Iterator[Proposal]:
    """A space before the comma between complete groups of three digits.

    >>> [p.replacement for p in spaced_groups("10 , 958 mu, 1 ,800; districts 1, 200 and 300; 1 , 80")]
    ['10,958', '1,800']
    """
    if not COMMA_DIGIT.search(text):
        return
    for m in SPACED_COMMA.finditer(text):
        if " ," in m[0]:
            yield Proposal(m.start(), m.end(), COMMA.sub(",", m[0]))


def broken_groups(text: str) -> Iterator[Proposal]:
    """A space after the comma of a group: before a zero, where a sentence starts, or where an amount is announced.

    >>> texts = ("five new 1, 000-ton berths", "of it. 3, 842 boilers", "more than 2, 300 years", "In 2020, 125 items")
    >>> [text[: p.start] for text in texts for p in broken_groups(text)]
    ['five new 1', 'of it. 3', 'more than 2']
    >>> texts = ("a total of 4,873, 216 people", "lots 1,200, 300 and 450 of it", "of 1,200, 300 and 450 people")
    >>> [text[: p.start] for text in texts for p in broken_groups(text)]
    ['a total of 4,873']

    A text that writes all its groups so shows it: ``10, 000 men and 1, 118 women``.

    >>> [p.start for p in broken_groups("10, 000 men met 1, 118 women")]
    [2, 17]
    """
    gaps = [(m, head) for m in GROUP_GAP.finditer(text) if (head := _seen(GROUP_BEFORE, text, m.start(), 16))]
    shown = any(_opens_with_zero(text, m) for m, _ in gaps) and not WHOLE_GROUP.search(text)
    for m, head in gaps:
        if _is_group(text, head.start(), m, shown=shown):
            yield Proposal(m.start(), m.start(1), ",")


def _opens_with_zero(text: str, m: re.Match[str]) -> bool:
    return m[1][0] == "0" and not DECIMALS_AFTER.match(text, m.end())


def _is_group(text: str, start: int, m: re.Match[str], *, shown: bool) -> bool:
    if m[1][0] == "0":
        return _opens_with_zero(text, m)
    if not NOUN_AFTER.match(text, m.end()):
        return False
    return shown or bool(_seen(CUE_BEFORE, text, start) or _seen(SENTENCE_BEFORE, text, start))


def split_percents(text: str) -> Iterator[Proposal]:
    """A space between two digits of a percentage or a scaled amount in a sentence: two numbers have no reading there.

    >>> [p.start for p in split_percents("for 9 5 percent of them, by 6 9.4%, and 3 0.8 of")]
    [5, 29]
    """
    for m in SPLIT_PERCENT.finditer(text):
        if _seen(PROSE_BEFORE, text, m.start(), 3):
            yield Proposal(m.start(1), m.end(1), "")


def spaced_ratios(text: str) -> Iterator[Proposal]:
    """Spaces in a ratio of three parts or more.

    >>> [p.replacement for p in spaced_ratios("The ratio was 9.8: 43.7: 46.5 at 10: 30.")]
    ['9.8:43.7:46.5']
    """
    if not RATIO_GAP.search(text):
        return
    for m in SPACED_RATIO.finditer(text):
        if " " in m[0]:
            yield Proposal(m.start(), m.end(), m[0].replace(" ", ""))


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
    if not LETTER_BESIDE_DIGIT.search(text):
        return
    for m in OCR_TOKEN.finditer(text):
        if m[0].isdigit() or not LETTER_BESIDE_DIGIT.search(m[0]):
            continue
        digits = m[0].translate(AS_DIGITS)
        year = YEAR.fullmatch(digits) and _seen(YEAR_BEFORE, text, m.start())
        if year or (WELL_FORMED.fullmatch(digits) and _certain(m[0], digits, text[m.end() : m.end() + 16])):
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


def doubtful(text: str) -> Iterator[tuple[int, int]]:
    """Where a number looks damaged and has no certain reading; such text is kept.

    >>> text = "1.8 00 million, 3,20 0 tons, by 65438+04%, in 20 18, paid 465 1 yuan; 250 000 and 2 812.4"
    >>> [text[start:end] for start, end in doubtful(text)]
    ['1.8 00', '3,20 0', '65438+04', '20 18', '465 1']
    >>> text = "has 2 8 berths and 7 10-ton trucks, grew by 5.7.3 percent to 2.000.000 euros, cost 1,2345 billion"
    >>> [text[start:end] for start, end in doubtful(text)]
    ['2 8', '5.7.3', '1,2345']
    """
    done = 0
    for m in MAY_DOUBT.finditer(text):
        number = _seen(NUMBER_BEFORE, text, m.start() + 1, 40)
        damaged = _damage(text, number.start()) if number and number.start() >= done else None
        if damaged:
            done = damaged.end()
            yield damaged.span()


def _damage(text: str, start: int) -> re.Match[str] | None:
    year = SPLIT_YEAR.match(text, start) if _seen(YEAR_CUE, text, start) else None
    amount = SPLIT_AMOUNT.match(text, start) if _seen(PROSE_BEFORE, text, start, 3) else None
    count = SPLIT_COUNT.match(text, start) if _seen(CUE_BEFORE, text, start) else None
    return DAMAGED.match(text, start) or year or amount or count or MALFORMED.match(text, start)
