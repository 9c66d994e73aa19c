"""Words and signs that multiply a number: ``million``, ``bn``, ``lakh``, ``亿``; rows of ``rules/scales.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from extractors.inflection import words_of
from extractors.lexicon import Row, load
from extractors.tokens import Tokens
from extractors.unit_tables import is_currency

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale word or sign; ``needs`` and ``counts`` say when a sign counts (see ``rules/scales.toml``)."""

    factor: Decimal
    needs: str
    rule: str
    counts: tuple[str, ...] = ()
    unless: str = ""


@cache
def scale_rows() -> tuple[Row, ...]:
    """The rows of ``rules/scales.toml``."""
    return load("scales", {"factor": str}, {"words": list, "signs": list, "needs": str, "counts": list, "unless": str})


@cache
def scales() -> tuple[dict[str, Scale], dict[str, Scale]]:
    words: dict[str, Scale] = {}
    signs: dict[str, Scale] = {}
    for row in scale_rows():
        factor = Decimal(int(Decimal(row["factor"])))
        scale = Scale(factor, row.get("needs", ""), row.id, tuple(row.get("counts", ())), row.get("unless", ""))
        words |= dict.fromkeys(row.get("words", ()), scale)
        signs |= dict.fromkeys(row.get("signs", ()), scale)
    return words, signs


def scale_words(tokens: Tokens, i: int) -> tuple[int, Decimal]:
    """The scale words at ``i`` multiplied, and where they end. A hyphen may join them (``1.8 billion-mile``)."""
    words, signs = scales()
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
    if scale.unless and tokens.tells(scale.unless, words_of(scale.unless)):
        return None
    if scale.needs == "touch":
        last = tokens.raw[i] == "k" and i + 1 >= len(tokens)
        return scale if touches or last or _counts_people(tokens, i, scale) else None
    counts = _counts_people(tokens, i, scale) or (touches and (_beside_millions(tokens) or _of_people(tokens, i)))
    return scale if _money_around(tokens, i) or counts else None


def _counts_people(tokens: Tokens, i: int, scale: Scale) -> bool:
    """``8 B people``, ``2.4 M subscribers``: a capital before those who are counted, where no unit can stand."""
    return tokens.raw[i] in scale.counts and tokens.low[i + 1] in words_of("in_millions")


def _beside_millions(tokens: Tokens) -> bool:
    """``10.2 million viewers, versus 11.4m``: where millions are told and no length, ``m`` is one of them."""
    if "millions" not in tokens.facts:
        told = not {"million", "billion"}.isdisjoint(tokens.low) or _counts_millions(tokens)
        tokens.facts["millions"] = told and words_of("length_word").isdisjoint(tokens.low)
    return tokens.facts["millions"]


def _of_people(tokens: Tokens, i: int) -> bool:
    """``the number of people out of work fell to 1.34m``: decimals, where many are counted and no length is told."""
    if tokens.raw[i] != "m" or "." not in tokens.raw[i - 1]:
        return False
    lengths = tokens.tells("length_word", words_of("length_word")) or tokens.tells("distance", words_of("distance"))
    return not lengths and tokens.tells("in_millions", words_of("in_millions"))


def _counts_millions(tokens: Tokens) -> bool:
    """``5.5m barrels``: a letter glued to a number, before what is counted in millions."""
    places = (i for i, raw in enumerate(tokens.raw) if raw == "m" and tokens.glued(i))
    return any(tokens.low[i + 1] in words_of("in_millions") for i in places)


def _money_around(tokens: Tokens, i: int) -> bool:
    """Whether a currency stands before the number that ends before ``i``, or after the sign at ``i``."""
    return is_currency(tokens, i - 2, before=True) or is_currency(tokens, i + 1, before=False)
