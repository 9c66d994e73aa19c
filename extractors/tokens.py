"""Splits a text into the small pieces that numbers and units are read from.

spaCy's tokeniser keeps ``6.5%-7%`` or ``3.45yuan/ton`` whole, which suits prose and not numbers; here digits,
letters and signs always part, and what only looks like a number (a web address, a time of day, a code) is one piece.
One regular expression does it, at about a fifth of the cost of tokenising.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from extractors.lexicon import Row, load

_LETTER = "A-Za-zªµºÀ-ÖØ-öø-ɏͰ-Ͽ℃℉"
_CJK = "㐀-鿿"

#: Chinese words that bound the number right behind them; rows of ``rules/bounds.toml`` say how.
_BOUNDS = "大约|不低于|不少于|不超过|不到|不足|至少|超过|低于|高于|约|近|超"

_TOKEN = rf"""
    (?: (?P<word> [{_LETTER}]+(?![\w²³]|-\d|\.[A-Za-z]|://) )
  | (?P<url> (?:https?://|www\.)\S+ | @[\w.-]+\w )
  | (?P<stamp> \d{{4}}-\d\d-\d\d(?:T[\d:.]+Z?)?(?!\w)
      | (?<![\d.,])\d{{1,2}}[./]\d{{1,2}}[./](?:19|20)\d\d(?![\d.]) | (?<![\d.,/])\d{{1,2}}/\d{{1,2}}/\d\d(?![\d/])
      | (?<![\d:.,])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:\.\d{{1,3}})?(?![\d:])
      | (?<![\d.,])(?:1[0-2]|0?[1-9])[.]?(?:[0-5]\d)?\s?[ap](?:\.m\.|m)(?![a-z]) )
  | (?P<ident> \(0?\d{{2,4}}\)\s?\d{{3,4}}[-\s]\d{{3,4}}(?![\d,.]\d) | 0\d{{2,3}}-\d{{7,8}}(?!\d)
      | 0\d{{2,4}}(?:\s\d{{3,4}}){{2}}(?![\d,.]\d)
      | \+\d{{1,3}}\s\(?\d{{2,4}}\)?(?:[-\s]\d{{3,4}}){{1,3}}(?![\d,.]\d)
      | \+\d[\d-]+\d(?:/\d+)? | \d+(?:-\d+){{2,}} | v\d+(?:\.\d+)+ )
  | (?P<circled> [①-⓿❶-➓] )
  | (?P<power> (?:km|hm|dm|cm|mm|nm|µm|μm|um|m|ft|in|yd|mi|Nm)[23²³](?![\w²³]) )
  | (?P<money> (?:{{CODES}})(?=-?\d+(?:[.,]\d+)*(?![\w.-]*[A-Za-z]-?\d)) )
  | (?P<code> (?<!\$)(?:[A-Za-z]*[A-Z][A-Za-z]*-|[A-Za-z]+)\d[A-Za-z\d]*(?:[.-]\d+)* )
  | (?P<fraction> \d+[/⁄∕]\d+(?![\d/⁄∕]) )
  | (?P<number> (?:\d+(?:[.,]\d+)*|(?<![\w.])\.\d+)
        (?: [eE][+-]?\d+(?!\w) | \s?[×x]\s?10(?:\^\s?[−–-]?\d+|[−–-]\d+|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+) | \^[+-]{{0,2}}\d+ )? )
  | (?P<vulgar> [½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞] )
  | (?P<cjk> 万亿 | [万亿余多约近] | (?:{_BOUNDS})(?=\d) | [{_CJK}]+?(?=(?:{_BOUNDS})\d) | [{_CJK}]+ )
  | (?P<dotted> (?:[A-Za-z]\.){{2,}} | [A-Za-z]\.[A-Za-z](?![A-Za-z]) )
  | (?P<letters> [{_LETTER}]+ )
  | (?P<punct> \S )
    ) \s*
    """


@cache
def currency_rows() -> tuple[Row, ...]:
    """The rows of ``rules/currencies.toml``."""
    lists = ("minor", "minor_before", "before_scaled", "before_near", "tenth", "thousand")
    return load("currencies", {"names": list, "before": list}, {**dict.fromkeys(lists, list), "near": str})


@cache
def _pattern() -> re.Pattern[str]:
    """The alternatives, with the codes of currencies that may be glued to a number (``RMB51.8bn``) put in."""
    signs = {sign for row in currency_rows() for column in ("before", "minor_before") for sign in row.get(column, ())}
    letters = sorted((sign for sign in signs if sign.isalpha()), key=len, reverse=True)
    return re.compile(_TOKEN.replace("{CODES}", "|".join(letters)), re.VERBOSE)


#: Empty pieces after the last one.
_MARGIN = 6


@dataclass(slots=True)
class Tokens:
    """The pieces of a text as parallel lists: kind, text as written, in lower case, start and end.

    ``kind`` is the name of the alternative that matched. After the last piece stand a few empty ones, so that a short
    look-ahead needs no test; ``len`` does not count them.
    """

    text: str
    kind: list[str]
    raw: list[str]
    low: list[str]
    start: list[int]
    end: list[int]
    #: what was worked out about the whole text, so that it is worked out once
    facts: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.raw) - _MARGIN

    def glued(self, i: int) -> bool:
        """Whether nothing stands between piece ``i`` and the one before it."""
        return i > 0 and self.start[i] == self.end[i - 1]

    def tells(self, name: str, words: frozenset[str]) -> bool:
        """Whether any of ``words``, a list called ``name``, is in the text; worked out once."""
        if name not in self.facts:
            self.facts[name] = not words.isdisjoint(self.low)
        return self.facts[name]

    def pieces(self) -> list[str]:
        """The pieces as written."""
        return self.raw[: len(self)]

    def before(self, i: int, size: int) -> list[str]:
        """The ``size`` pieces before piece ``i`` in lower case; fewer at the start of the text."""
        return self.low[max(0, i - size) : i]

    def between(self, first: int, last: int) -> list[str]:
        """The pieces from ``first`` to ``last``, the last one not included, in lower case."""
        return self.low[first:last]

    def quote(self, first: int, last: int) -> str:
        """The text of the pieces ``first`` to ``last``, the last one not included."""
        return self.text[self.start[first] : self.end[last - 1]]


def is_suspended(tokens: Tokens, i: int) -> bool:
    """Whether piece ``i`` is the hyphen of a word that is left out: ``55- and 75-inch sizes``."""
    open_end = not tokens.glued(i + 1) or tokens.raw[i + 1] == ","
    return tokens.raw[i] == "-" and tokens.glued(i) and open_end and i + 1 < len(tokens)


def tokenise(text: str) -> Tokens:
    """The pieces of ``text``.

    >>> tokenise("about 3.45yuan/ton").pieces()
    ['about', '3.45', 'yuan', '/', 'ton']
    >>> tokenise("at 9:15 from A-27").kind[:4]
    ['word', 'stamp', 'word', 'code']
    """
    matches = list(_pattern().finditer(text))
    spans = [m.span(m.lastindex or 0) for m in matches]
    raw = [text[start:end] for start, end in spans]
    kinds = [m.lastgroup or "" for m in matches]
    raw += [""] * _MARGIN
    kinds += [""] * _MARGIN
    size = [len(text)] * _MARGIN
    return Tokens(
        text,
        kinds,
        raw,
        [piece.lower() for piece in raw],
        [start for start, _ in spans] + size,
        [end for _, end in spans] + size,
    )
