"""Numerals that are no figures: the guideline's reasons, by rows of ``rules/nonfigures.toml`` and a few shapes.

A row is looked up by the word that touches the numeral, so that the cost does not grow with the table.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple, cast

from extractors.lexicon import Row, load
from extractors.model import Why
from extractors.readings import Reading, context
from extractors.tokens import Tokens, tokenise

_COLUMNS = {
    "before": list,
    "after": list,
    "forms": list,
    "unit": str,
    "whole": bool,
    "plain": bool,
    "touching": bool,
    "capital": bool,
    "always": bool,
    "scale_alone": bool,
    "scale_sign": str,
    "unless": str,
    "near": str,
}
_LONG_TIMES = frozenset(("a", "mo", "wk", "d", "decade", "century"))
_SCALES = frozenset("hundred thousand million billion trillion lakh crore dozen".split())
#: More than there are grades or phases.
_MANY = 10
_CLASSES = ("<cap>", "<num>", "<word>", "<superlative>", "<month>")
_ROMAN = re.compile(r"(?=[IVX])(?:X{0,3})(?:IX|IV|V?I{0,3})")
_NO_SUPERLATIVES = frozenset("forest interest guest harvest invest request protest contest suggest honest".split())
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")


class _Phrase(NamedTuple):
    """What must stand beside a numeral: its pieces, and the row that they belong to.

    ``literals`` and ``classes`` are the pieces by their offset: words as they are, which fail fast, and the others.
    """

    size: int
    literals: tuple[tuple[int, str], ...]
    classes: tuple[tuple[int, str], ...]
    row: Row


def _phrase(pieces: tuple[str, ...], row: Row) -> _Phrase:
    numbered = tuple(enumerate(pieces))
    return _Phrase(
        len(pieces),
        tuple((k, piece) for k, piece in numbered if piece not in _CLASSES),
        tuple((k, piece) for k, piece in numbered if piece in _CLASSES),
        row,
    )


@cache
def nonfigure_rows() -> tuple[Row, ...]:
    """The rows of ``rules/nonfigures.toml``."""
    return load("nonfigures", {"why": str}, _COLUMNS)


@cache
def _by_neighbour() -> tuple[dict[str, list[_Phrase]], dict[str, list[_Phrase]]]:
    """Rows by the first piece of what stands after; those without, by the last piece of what stands before."""
    after: dict[str, list[_Phrase]] = {}
    before: dict[str, list[_Phrase]] = {}
    for row in nonfigure_rows():
        if row.get("after"):
            for phrase in row["after"]:
                pieces = _pieces(phrase)
                after.setdefault(pieces[0], []).append(_phrase(pieces, row))
        else:
            for phrase in row["before"]:
                pieces = _pieces(phrase)
                before.setdefault(pieces[-1], []).append(_phrase(pieces, row))
    return after, before


@cache
def _pieces(phrase: str) -> tuple[str, ...]:
    """``"<Cap> road"`` as pieces; what stands in angle brackets is a class of words."""
    return tuple(
        piece
        for part in re.split(r"(<\w+>)", phrase)
        for piece in (
            [part.lower()]
            if part.startswith("<") and len(part) > 2 and part.endswith(">")
            else tokenise(part.lower()).pieces()
        )
    )


def _is(tokens: Tokens, i: int, piece: str) -> bool:
    if not 0 <= i < len(tokens):
        return False
    if piece[0] != "<" or piece not in _CLASSES:
        return tokens.low[i] == piece
    raw = tokens.raw[i]
    if piece == "<cap>":
        return raw[0].isupper()
    if piece == "<num>":
        return tokens.kind[i] in ("number", "code")
    if piece == "<superlative>":
        return is_superlative(tokens.low[i])
    if piece == "<month>":
        return tokens.low[i] in context("month") and (raw[0].isupper() or tokens.low[i] not in ("may", "march", "mar"))
    return tokens.kind[i] in ("word", "letters")


def is_superlative(word: str) -> bool:
    """``largest``, ``fastest``; not ``forest``."""
    return len(word) > 4 and word.endswith("est") and word not in _NO_SUPERLATIVES


def _here(tokens: Tokens, i: int, phrase: _Phrase) -> bool:
    """Whether the pieces of a phrase stand from piece ``i`` on."""
    low = tokens.low
    if i < 0 or i + phrase.size > len(low):
        return False
    for k, piece in phrase.literals:
        if low[i + k] != piece:
            return False
    return all(_is(tokens, i + k, piece) for k, piece in phrase.classes)


def classify(tokens: Tokens, reading: Reading) -> tuple[Why, str] | None:
    """Why a numeral is no figure, and the row or shape that says so; None if it may be one."""
    after, before = _by_neighbour()
    for place in {reading.numeral.last, reading.last}:
        for phrase in _rows_at(tokens, place, after):
            if _here(tokens, place, phrase) and _row_fits(tokens, reading, phrase.row, place):
                return cast(Why, phrase.row["why"]), phrase.row.id
    for phrase in _rows_at(tokens, reading.first - 1, before):
        row = phrase.row
        if (
            _here(tokens, reading.first - phrase.size, phrase)
            and _fits(tokens, reading, row)
            and _names(tokens, reading, row)
        ):
            return cast(Why, row["why"]), row.id
    return _shape(tokens, reading)


def _names(tokens: Tokens, reading: Reading, row: Row) -> bool:
    """``Line 2 trains`` names, ``to train 1,200 members`` counts: beside a counted noun only a name names."""
    if not reading.counted or row["why"] not in ("name", "label", "section", "identifier"):
        return True
    if row.get("always"):
        return reading.numeral.value < _MANY
    return tokens.raw[reading.first - 1][:1].isupper() or not tokens.raw[reading.first - 1].isalpha()


def _rows_at(tokens: Tokens, i: int, table: dict[str, list[_Phrase]]) -> list[_Phrase]:
    if not 0 <= i < len(tokens):
        return []
    found = table.get(tokens.low[i], [])
    for name in _CLASSES:
        if name in table and _is(tokens, i, name):
            found = found + table[name]
    return found


def _row_fits(tokens: Tokens, reading: Reading, row: Row, place: int) -> bool:
    if row.get("touching") and not tokens.glued(place):
        return False
    if row.get("capital") and not tokens.raw[place].isupper():
        return False
    if row.get("unless") and _speaks_of(tokens, row["unless"]):
        return False
    if row.get("near") and not _speaks_of(tokens, row["near"]):
        return False
    if not _fits(tokens, reading, row):
        return False
    phrases = _phrases_before(row.id) if row.get("before") else ()
    return not phrases or any(_here(tokens, reading.first - phrase.size, phrase) for phrase in phrases)


def _speaks_of(tokens: Tokens, row_id: str) -> bool:
    """Whether a word of a row of ``contexts.toml`` is in the text."""
    if row_id not in tokens.facts:
        tokens.facts[row_id] = not context(row_id).isdisjoint(tokens.low)
    return tokens.facts[row_id]


@cache
def _phrases_before(row_id: str) -> tuple[_Phrase, ...]:
    row = next(row for row in nonfigure_rows() if row.id == row_id)
    return tuple(_phrase(_pieces(words), row) for words in row["before"])


def _fits(tokens: Tokens, reading: Reading, row: Row) -> bool:
    """Whether the numeral has the form, the unit and the value that a row asks for."""
    numeral = reading.numeral
    forms = row.get("forms", ("digits", "words"))
    if numeral.form not in forms and not (
        "one" in forms and numeral.form == "words" and numeral.value == 1 and numeral.last - numeral.first == 1
    ):
        return False
    if row.get("whole") and (numeral.value % 1 or numeral.scaled):
        return False
    if row.get("plain") and (numeral.value < 100 or "," in tokens.raw[numeral.first]):
        return False
    if row.get("scale_alone") and tokens.low[numeral.first] not in _SCALES:
        return False
    if row.get("scale_sign", tokens.raw[numeral.last - 1]) != tokens.raw[numeral.last - 1]:
        return False
    wanted = row.get("unit", "none")
    if row.get("why") == "period" and reading.age:
        return False
    if wanted == "none":
        return not reading.own_unit
    return wanted in ("any", reading.kind) or (wanted == "long_time" and reading.unit in _LONG_TIMES)


# --- shapes ----------------------------------------------------------------------------------------------------------


def _shape(tokens: Tokens, reading: Reading) -> tuple[Why, str] | None:
    """What no single neighbouring word tells: years, section numbers at the start, product names, class labels."""
    if reading.hyphenated and reading.unit in _LONG_TIMES and not reading.age:
        return "period", "duration_modifier"
    if reading.hyphenated and reading.kind == "currency" and reading.first == reading.numeral.first and _round(reading):
        return "label", "money_class"
    if reading.own_unit:
        return None
    if _is_section(tokens, reading):
        return "section", "list_number"
    if _is_stroke_pair(tokens, reading):
        return "identifier", "bare_pair"
    if reading.numeral.form != "digits":
        return ("name", "title_number") if _titled(tokens, reading) else None
    if _is_year(tokens, reading) and tokens.low[reading.first - 1] in _IN_YEAR and reading.first:
        return "period", "bare_year"
    return None


def classify_bare(tokens: Tokens, reading: Reading) -> tuple[Why, str] | None:
    """Why a numeral that found no unit among its neighbours is no figure: a year, a score, a product's number."""
    if reading.numeral.form != "digits" or reading.own_unit:
        return None
    if _is_year(tokens, reading):
        return "period", "bare_year"
    if reading.counted:
        return ("name", "product_number") if _is_model(tokens, reading.numeral.first) else None
    if _is_pair(tokens, reading):
        return "identifier", "bare_pair"
    if _is_postcode(tokens, reading.numeral.first):
        return "identifier", "postcode"
    if tokens.kind[reading.numeral.last] == "code" and reading.numeral.last == reading.last:
        return "identifier", "code_number"
    if _is_product(tokens, reading):
        return "name", "product_number"
    return None


_IN_YEAR = frozenset("in since during by until till of".split())


def _round(reading: Reading) -> bool:
    value = reading.numeral.value
    return value >= 1000 and set(str(int(value)).rstrip("0")) == {"1"} and len(str(int(value)).rstrip("0")) == 1


def _is_section(tokens: Tokens, reading: Reading) -> bool:
    """A number that opens a line or a point: ``1. General``, ``(2) Industry``, ``3) exports``, ``Notes: 1 In``."""
    first, last = reading.numeral.first, reading.numeral.last
    raw = tokens.raw
    if last - first > 1 or reading.numeral.value > 100 or reading.numeral.value % 1 or last >= len(tokens):
        return False
    before = raw[first - 1] if first else ""
    titled = tokens.kind[last + 1] == "word" and raw[last + 1][0].isupper()
    if raw[last] in (".", "、"):
        alone = (first == 0 or tokens.low[0] in _NOTES) and last + 1 == len(tokens) and len(raw[first]) < 3
        return alone or (titled and before in ("", ".", ":", "!"))
    if before == "[" and raw[last] == "]":
        return True
    if raw[last] in (")", "）"):
        return _is_point(tokens, first, last)
    return tokens.low[0] in _NOTES and before in (":", ";", ".") and titled


_NOTES = frozenset("note notes remark remarks".split())


def _is_point(tokens: Tokens, first: int, last: int) -> bool:
    """``(2) Industry`` at the start, ``3) exports`` with no bracket open."""
    if tokens.kind[last + 1] != "word":
        return False
    if tokens.raw[first - 1] in ("(", "（"):
        return first == 1
    return first == 0 or {"(", "（"}.isdisjoint(tokens.raw[max(0, first - 15) : first])


def _titled(tokens: Tokens, reading: Reading) -> bool:
    """A capitalised number word before a capitalised word, not at the start: ``the Three Gorges``."""
    first, last = reading.numeral.first, reading.numeral.last
    return (
        first > 0
        and tokens.raw[first][0].isupper()
        and tokens.kind[last] == "word"
        and tokens.raw[last][0].isupper()
        and tokens.raw[first - 1] not in (".", "!", "?", ":", '"', "“")
        and reading.numeral.form == "words"
    )


def _is_year(tokens: Tokens, reading: Reading) -> bool:
    numeral = reading.numeral
    raw = tokens.raw[numeral.first]
    if not _YEAR.fullmatch(raw) or numeral.last - numeral.first != 1 or reading.signed:
        return False
    before, after = tokens.low[numeral.first - 1] if numeral.first else "", tokens.low[numeral.last]
    if before in context("year_before"):
        return (
            not reading.counted
            or before in ("the", "in", "since", "by", "until", "during")
            or tokens.raw[numeral.last][:1].isupper()
        )
    if reading.counted:
        return 1900 <= numeral.value <= 2050 and numeral.value != 2000 and numeral.value % 100 != 0
    return 1900 <= numeral.value <= 2050 and after not in ("%", "or")


def _is_pair(tokens: Tokens, reading: Reading) -> bool:
    """``2-2``, ``89-89``, ``15-18``: two bare whole numbers joined by a hyphen, with no unit behind."""
    first, last = reading.numeral.first, reading.numeral.last
    if reading.counted or reading.numeral.scaled or reading.numeral.value % 1:
        return False
    behind = (
        tokens.raw[last] in ("-", "–")
        and tokens.glued(last)
        and tokens.kind[last + 1] == "number"
        and tokens.glued(last + 1)
    )
    ahead = (
        first > 1
        and tokens.raw[first - 1] in ("-", "–")
        and tokens.glued(first)
        and tokens.kind[first - 2] == "number"
        and tokens.glued(first - 1)
    )
    return behind or ahead


def _is_stroke_pair(tokens: Tokens, reading: Reading) -> bool:
    """``24/7``, ``9/11``, ``41/58``: two numbers with a stroke that no one tells parts of a whole by."""
    first, last = reading.numeral.first, reading.numeral.last
    alone = first == 0 and last >= len(tokens) - 1
    if tokens.kind[first] != "fraction" or last - first > 1 or alone or tokens.low[last] == "of":
        return False
    above, below = (int(number) for number in re.split(r"\D", tokens.raw[first]))
    return above >= below or below > _MANY


def _is_postcode(tokens: Tokens, i: int) -> bool:
    """``MD 21202``, ``Cleveland, Ohio 44122``, ``5233-NT``."""
    raw = tokens.raw
    five = i > 0 and len(raw[i]) == 5 and raw[i].isdigit()
    state = five and len(raw[i - 1]) == 2 and raw[i - 1].isupper()
    state = state or (five and i > 1 and raw[i - 2] == "," and raw[i - 1][:1].isupper())
    return state or (raw[i + 1] == "-" and len(raw[i + 2]) == 2 and raw[i + 2].isupper())


def _is_model(tokens: Tokens, i: int) -> bool:
    """``the iPhone 11 Pro cameras``: behind a name with an inner capital, before another name."""
    before = tokens.raw[i - 1] if i else ""
    return not before.isupper() and not before[1:].islower() and before.isalpha() and tokens.raw[i + 1][:1].isupper()


def _is_product(tokens: Tokens, reading: Reading) -> bool:
    """``iPhone 11 Pro``, ``Model 3``, ``Unit 5 at``: a whole number behind a name, with nothing counted behind it."""
    numeral = reading.numeral
    if (
        reading.counted
        or numeral.scaled
        or numeral.value % 1
        or numeral.value >= 10000
        or "," in tokens.raw[numeral.first]
        or reading.signed
    ):
        return False
    i = numeral.first - 1
    if (
        tokens.kind[numeral.last] == "word"
        and tokens.raw[numeral.last][0].isupper()
        and numeral.first
        and _is_prose(tokens)
    ):
        return True
    if (
        i < 1
        or tokens.kind[i] not in ("word", "letters")
        or tokens.kind[numeral.last] == "number"
        or tokens.kind[i - 1] == "number"
    ):
        return False
    return _is_name(tokens, i) and _is_prose(tokens)


def _is_name(tokens: Tokens, i: int) -> bool:
    raw = tokens.raw[i]
    return (
        (raw[0].isupper() or raw[1:2].isupper())
        and tokens.low[i] not in context("month")
        and tokens.raw[i - 1] not in (".", "!", "?", ":")
    )


def _is_prose(tokens: Tokens) -> bool:
    """Running text, in contrast to a table row or a heading: mostly small letters."""
    if "prose" not in tokens.facts:
        words = [raw for raw, kind in zip(tokens.raw, tokens.kind, strict=True) if kind == "word"]
        tokens.facts["prose"] = sum(raw[0].islower() for raw in words) >= max(4, len(words) // 2)
    return tokens.facts["prose"]


def roman_numerals(tokens: Tokens) -> list[tuple[int, Why]]:
    """Roman numerals that label (``Phase III``, ``Phases I and II``) or number a section (``I. General``)."""
    found: list[tuple[int, Why]] = []
    for i, raw in enumerate(tokens.raw):
        if not raw or raw[0] not in "IVX" or not _ROMAN.fullmatch(raw):
            continue
        before = tokens.low[i - 1] if i else ""
        if i == 0 and tokens.raw[1] in (".", "、", ",") and tokens.kind[2] == "word":
            found.append((i, "section"))
        elif before in context("label") or (
            before in ("and", "to", ",", "-", "or") and found and found[-1][0] == i - 2
        ):
            found.append((i, "label"))
    return found
