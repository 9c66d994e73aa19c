"""Sets aside the numerals of a sentence that are no figures, before and after their neighbours are known."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from extractors.model import Why
from extractors.nonfigures import classify, classify_bare
from extractors.numerals import Numeral
from extractors.readings import Reading, context
from extractors.tokens import Tokens, is_suspended

_LISTED = (["and"], ["or"], [",", "and"], ["to"], ["&"])
_CONTAGIOUS = ("period", "name", "label", "section", "identifier", "definition")


def code_reason(tokens: Tokens, numeral: Numeral) -> tuple[Why, str]:
    """Why letters with digits are no figure: a footnote mark on a word, a long code, or a name."""
    raw = tokens.raw[numeral.first]
    letters = raw.rstrip("0123456789")
    if len(letters) > 3 and letters[1:].islower() and letters.isalpha() and len(raw) - len(letters) <= 2:
        return "section", "footnote_mark"
    return ("identifier", "code") if sum(c.isdigit() for c in raw) > 4 else ("name", "code")


def judge(tokens: Tokens, reading: Reading) -> None:
    """Sets aside a numeral that is no figure by what stands around it."""
    if _is_header_unit(tokens, reading):
        reading.refuse("definition", "header_unit")
        return
    if _is_age_of_one(tokens, reading):
        reading.give("a", "time", "age")
        reading.own_unit = reading.age = True
        return
    reason = classify(tokens, reading)
    if reason is not None:
        reading.refuse(*reason)
        reading.last = max(reading.numeral.last, reading.last if reading.own_unit else 0)
    elif reading.why is None and not reading.own_unit and not reading.counted:
        if reading.form == "digits" and _touches_letters(tokens, reading.last):
            reading.refuse("name", "glued_letters")
        elif _is_bare_one(tokens, reading) and not _counts(tokens, reading):
            reading.refuse("idiom", "one_pronoun")
        elif _is_bare_half(tokens, reading) and not _halves(tokens, reading):
            reading.refuse("idiom", "half_word")


def _is_age_of_one(tokens: Tokens, reading: Reading) -> bool:
    """``the boy, aged 7, fell``, ``died at the age of 34``: the age of one person; of a group it is a definition."""
    first, value = reading.first, reading.numeral.value
    if (
        reading.own_unit
        or reading.counted
        or not 0 < value < 120
        or value % 1
        or tokens.low[reading.last] in _MORE_AGES
    ):
        return False
    if tokens.before(first, 4) == ["at", "the", "age", "of"] or tokens.before(first, 2) == ["at", "age"]:
        return not tokens.tells("age_rule", context("age_rule"))
    if first < 1 or tokens.low[first - 1] != "aged":
        return False
    if first == 1:
        return reading.last >= len(tokens)
    name = first - 2 - (tokens.raw[first - 2] in (",", "("))
    named = name < first - 2 and tokens.raw[name][:1].isupper()
    return named or tokens.low[name] in context("person_role")


_MORE_AGES = frozenset(("and", "or", "to", "-", "–", "years", "+"))

_BARE_SCALES = frozenset("thousand thousands million millions billion billions trillion".split())


def _is_header_unit(tokens: Tokens, reading: Reading) -> bool:
    """``(US$ million)``, ``(thousand)``: the unit of a header, no number."""
    numeral, first, last = reading.numeral, reading.first, reading.last
    if tokens.raw[numeral.first] == "000" and last < len(tokens) and tokens.raw[last] == ")":
        return True  # ``('000)``
    if numeral.last - numeral.first != 1 or tokens.low[numeral.first] not in _BARE_SCALES:
        return False
    return first > 0 and last < len(tokens) and tokens.raw[first - 1] == "(" and tokens.raw[last] == ")"


def _touches_letters(tokens: Tokens, i: int) -> bool:
    return tokens.glued(i) and tokens.kind[i] in ("letters", "word", "code")


def _is_bare_one(tokens: Tokens, reading: Reading) -> bool:
    return tokens.low[reading.numeral.first] == "one" and reading.numeral.last - reading.numeral.first == 1


def _counts(tokens: Tokens, reading: Reading) -> bool:
    """``one of them``, ``one in eight``, ``fell in one and rose in twenty``; otherwise ``one`` is a pronoun."""
    last = reading.last
    after = tokens.between(last, last + 2)
    if last >= len(tokens) or after == ["of", "them"] or after[0] == "out":
        return True
    if after[0] == "in":
        return after[1:] != ["the"]
    return after[0] in ("and", ",") and tokens.low[reading.first - 1] in ("in", "to", "from")


def _is_bare_half(tokens: Tokens, reading: Reading) -> bool:
    words = tokens.between(reading.numeral.first, reading.numeral.last)
    return reading.form == "fraction" and words in (["half"], ["a", "half"])


def _halves(tokens: Tokens, reading: Reading) -> bool:
    """``half of the seats``, ``more than half``; not ``half-staff``, ``a half turn``."""
    first, last = reading.numeral.first, reading.numeral.last
    if tokens.raw[last] == "-":
        return False
    alone = first == 0 and last >= len(tokens)
    return alone or tokens.low[last] in context("halved") or tokens.low[first - 1] in context("before_half")


def judge_bare(tokens: Tokens, readings: Sequence[Reading]) -> None:
    """Sets aside numbers that found no unit among their neighbours: years, scores, parts of names, and companions."""
    before: Reading | None = None
    for reading in readings:
        if reading.dropped:
            continue
        if reading.why is None:
            reason = classify_bare(tokens, reading) or _companion(tokens, before, reading)
            if reason is not None:
                reading.refuse(*reason)
                reading.first = reading.numeral.first
                reading.last = reading.last if reading.bound == "range" else reading.numeral.last
        before = reading
    _refuse_suspended(tokens, readings)


def _refuse_suspended(tokens: Tokens, readings: Sequence[Reading]) -> None:
    """``3- and 5-year contracts``: a number that leaves out what the next one names is of its kind."""
    for first, second in pairwise(readings):
        bare = first.why is None and not first.own_unit and not first.counted and not first.dropped
        if bare and second.why is not None and is_suspended(tokens, first.last):
            first.refuse(second.why, second.rule)


def _companion(tokens: Tokens, before: Reading | None, reading: Reading) -> tuple[Why, str] | None:
    """``A.D. 1000 and 1260``, ``Routes 8, K12 and 301``: what holds of one number holds of the next in the list."""
    if before is None or before.why is None or reading.own_unit or reading.counted or reading.signed:
        return None
    if reading.form != "digits" or not _is_listed(tokens, before, reading):
        return None
    literal = tokens.raw[reading.numeral.first]
    if before.why == "period" and (
        reading.numeral.scaled or not literal.isdigit() or len(literal) != len(tokens.raw[before.numeral.first])
    ):
        return None  # ``from 212 in 2021 to 268``: a year has as many digits as the one before
    return before.why, before.rule


def _is_listed(tokens: Tokens, before: Reading, reading: Reading) -> bool:
    between = tokens.between(before.last + is_suspended(tokens, before.last), reading.first)
    if before.why == "unreadable":
        return between == ["-"]
    listed = between in _LISTED or (between == [","] and tokens.low[reading.last] in ("and", "or", ","))
    return listed and before.why in _CONTAGIOUS and not reading.numeral.value % 1
