"""Fixes of spaces: runs of them, around hyphens, punctuation, quotes and brackets, and between a number and its unit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.cleaning.engine import Proposal
from extractors.cleaning.vocabulary import choice, words
from extractors.cleaning.words import is_suspicious

RUN = re.compile(r"[ \t]{2,}|\t")
LINE_EDGE = re.compile(r"^[ \t]+|[ \t]+$", re.M)

AFTER_HYPHEN = re.compile(r"(?<![\s-])(?<=[\w)])-( +)(?=([A-Za-z\d][\w'’]*)(-?))")
YEAR_RANGE = re.compile(r"(?<![\d-])((?:19|20)\d\d)( *)[-–]( *)((?:19|20)\d\d)(?![\d-])")

BEFORE_MARK = re.compile(r"(?<=[\w)\]%”\"’'])( +)(?=[,;.](?:[\s”\"’')]|$)|[:!?](?:\s+[A-Z“\"(]|\s*$|[”\"’')]))", re.M)
MOVED_COMMA = re.compile(r"(?<=[a-z)\]%]) ([,;])(?=[A-Za-z]{2})")
AFTER_OPENING = re.compile(r"(?<=[(“])( +)(?=\S)")
BEFORE_CLOSING = re.compile(r"(?<=\S)( +)(?=[)”])")
GLUED_COMMA = re.compile(r"(?<=[A-Za-z)\]%”\"’])[,;](?=[A-Za-z“(]|\d)|(?<=\d)[,;](?=[A-Za-z“])")
GLUED_STOP = re.compile(r"(?:(?<=[a-z)%”\d])|(?<=[A-Z]{3}))[.!?:](?=[A-Z“(])")
WORD_BEFORE = re.compile(r"[A-Za-z.]+$")
WORD_AFTER = re.compile(r"([A-Za-z]+)(,(?=\S))?")
DATE_COMMA = re.compile(rf"\b{choice('month')} ?\d{{1,2}}(?:st|nd|rd|th)?(,)(?=(?:19|20)\d\d\b)")

STRAIGHT = re.compile(r'"')
GLUED_BRACKET = re.compile(r"(?<=[a-z]{3})(?=\((?:[A-Z]?[a-z]{3,}\b|[A-Z]{3,}\b|(?:19|20)\d\d\b))|(?<=\w\w\))(?=[A-Za-z][a-z])")
GLUED_GENITIVE = re.compile(r"(?<=[a-z]['’]s)(?=[A-Z]|[a-z]{3})")
GLUED_MONTH = re.compile(
    r"(?:January|February|March|April|June|July|August|September|October|November|December)(?=\d{1,2}\b|(?:19|20)\d\d\b)"
)
CURLY = re.compile(r"(?<=[a-z,;\d])(?=“)|(?<=”)(?=[A-Za-z\d])")

NUMBER_UNIT = re.compile(
    rf"(?<![A-Za-z\d_#/=&.-])((?:RMB|CNY|USD|[$€£¥])?\d[\d,]*(?:\.\d+)?)"
    rf"(?=(?:{choice('scale', 'unit_word')}|{choice('unit_symbol')})(?![A-Za-z\d_])|(?:{choice('number_neighbour')})(?![A-Za-z\d_-]))"
)
UNIT_WORD = re.compile(
    rf"(?<=\d)[ ]?(?:{choice('unit_symbol', 'unit_word')}(?=(?:of|and|in|per|for|by|to|from|with)\b)|[%‰℃²³](?=[a-z]{{2}}))"
)
STAYS_GLUED = re.compile(r"bn|mn|m\b", re.I)
SCALE_UNIT = re.compile(rf"\b(?i:thousand|million|billion|trillion)(?={choice('unit_word', 'unit_symbol')}\b)")
WORD_NUMBER = re.compile(rf"(?<![\w-]){choice('number_neighbour')}(?=\d[\d,]*(?:\.\d+)?(?:[ %]|[,.;]?(?:\s|$)))")


def runs(text: str) -> Iterator[Proposal]:
    """Runs of spaces and tabs become one space; at the ends of a line they go.

    >>> [(p.start, p.end, p.replacement) for p in runs("a  b \\n c")]
    [(1, 3, ' '), (4, 5, ''), (6, 7, '')]
    """
    found = [Proposal(m.start(), m.end(), " ") for m in RUN.finditer(text)] if "  " in text or "\t" in text else []
    edges = [Proposal(m.start(), m.end(), "") for m in LINE_EDGE.finditer(text)] if _has_edge(text) else []
    covered = {(p.start, p.end) for p in edges}
    yield from sorted([*edges, *(p for p in found if (p.start, p.end) not in covered)])


def _has_edge(text: str) -> bool:
    return " \n" in text or "\n " in text or "\t" in text or text[:1] == " " or text[-1:] == " "


def hyphens(text: str) -> Iterator[Proposal]:
    """A space after a hyphen inside a word; suspended hyphens and dashes keep it.

    >>> [p.start for p in hyphens("high- speed, small- and medium-sized, year- on- year")]
    [5, 43, 47]
    """
    if "- " not in text:
        return
    keeps = words("hyphen_keeps_space")
    for m in AFTER_HYPHEN.finditer(text):
        goes_on = m[3] == "-" or text[m.end(2) : m.end(2) + 1] == "-"
        if m[2].lower() not in keeps or (goes_on and m[2].lower() not in ("and", "or", "to")):
            yield Proposal(m.start(1), m.end(1), "")


def year_ranges(text: str) -> Iterator[Proposal]:
    """A space on one side of the dash between two years.

    >>> [p.start for p in year_ranges("2019 -2030; 2019 - 2030; 2030- 2019")]
    [4]
    """
    if "-" not in text and "–" not in text:
        return
    for m in YEAR_RANGE.finditer(text):
        if bool(m[2]) != bool(m[3]) and m[1] < m[4]:
            side = 2 if m[2] else 3
            yield Proposal(m.start(side), m.end(side), "")


def before_punctuation(text: str) -> Iterator[Proposal]:
    """A space before a punctuation mark, and inside brackets or typographic quotes.

    >>> [p.start for p in before_punctuation("grew 12.6% . In ( 2019 ), .5 and ...")]
    [10, 17, 22]
    """
    found = {}
    if " ," in text or " ." in text or " ;" in text or " :" in text or " !" in text or " ?" in text:
        found.update((m.span(1), m) for m in BEFORE_MARK.finditer(text))
    if "( " in text or "“ " in text:
        found.update((m.span(1), m) for m in AFTER_OPENING.finditer(text))
    if " )" in text or " ”" in text:
        found.update((m.span(1), m) for m in BEFORE_CLOSING.finditer(text))
    for start, end in sorted(found):
        yield Proposal(start, end, "")


def moved_commas(text: str) -> Iterator[Proposal]:
    """A comma that stands on the wrong side of its space.

    >>> [p.replacement for p in moved_commas("3 counties ,with")]
    [', ']
    """
    if " ," not in text and " ;" not in text:
        return
    for m in MOVED_COMMA.finditer(text):
        yield Proposal(m.start(), m.end(), m[1] + " ")


def after_punctuation(text: str) -> Iterator[Proposal]:
    """A missing space after a comma, a semicolon, or a full stop before a capital.

    >>> [p.start for p in after_punctuation("yuan,nearly 5%.In U.S.A. e.g.The No.3 f(x,y) 2020,the yuan.A rise")]
    [5, 15, 50, 59]
    """
    found = [m.end() for m in GLUED_COMMA.finditer(text) if _parts_words(text, m)]
    found += [m.end() for m in GLUED_STOP.finditer(text) if _ends_sentence(text, m)]
    found += [m.end(1) for m in DATE_COMMA.finditer(text)] if "," in text else []
    for at in sorted(found):
        yield Proposal(at, at, " ")


def _parts_words(text: str, m: re.Match[str]) -> bool:
    before, after = text[max(0, m.start() - 2) : m.start()], text[m.end() : m.end() + 2]
    if after[:1].isdigit():
        return m[0] == ";" and before.isalpha()
    single = after[:1].isalpha() and not after[1:2].isalpha() and after[:1] not in "aA"
    if _in_code(text, m):
        return False
    return not single and (before[-1:] in ")]%”\"’" or before[-1:].isdigit() or (before.isalpha() and len(before) == 2))


def _in_code(text: str, m: re.Match[str]) -> bool:
    """Whether the mark stands in a list of capitals without any space, or beside something that is no word."""
    left = WORD_BEFORE.search(text, max(0, m.start() - 24), m.start())
    right = WORD_AFTER.match(text, m.end())
    if left and right and left[0].isupper() and right[0].isupper():
        return right[2] == "," or text[left.start() - 1 : left.start()] == ","
    sides = [side for side in (left and left[0], right and right[1]) if side]
    return any(side.islower() and is_suspicious(side) for side in sides) and m[0] == ";" or all(
        is_suspicious(side) for side in sides
    ) and len(sides) == 2


def _ends_sentence(text: str, m: re.Match[str]) -> bool:
    start, end = m.span()
    before = WORD_BEFORE.search(text, max(0, start - 24), start)
    after, following = text[end : end + 2], WORD_AFTER.match(text, end)
    if following and following[1].lower() in words("domain_end"):
        return False
    if m[0] == ":" and not (before and after.isalpha()):
        return False
    if before and ("." in before[0] or len(before[0]) < 2 or before[0] in words("abbreviation")):
        return False
    return after[:1] in "“(" or after[1:2].islower() or after in ("A ", "I ") or (after[1:2].isupper() and bool(before))


def straight_quotes(text: str) -> Iterator[Proposal]:
    """Spaces around straight quotes, where an even number of them in the line tells which opens and which closes.

    >>> [p.start for p in straight_quotes('the"Magnetic Field" and "1+6"core parks')]
    [3, 29]
    """
    if '"' not in text:
        return
    start = 0
    for line in text.split("\n"):
        if line.count('"') % 2 == 0 and '"' in line:
            yield from _line_quotes(line, start)
        start += len(line) + 1


def _line_quotes(line: str, offset: int) -> Iterator[Proposal]:
    if _contradicts(line):
        return
    for number, m in enumerate(STRAIGHT.finditer(line)):
        at = m.start()
        before, after = line[at - 1 : at] if at else "", line[at + 1 : at + 2]
        if number % 2 == 0 and (before.isalnum() or before in tuple(",;")):
            yield Proposal(offset + at, offset + at, " ")
        elif number % 2 and after.isalnum():
            yield Proposal(offset + at + 1, offset + at + 1, " ")


def _contradicts(line: str) -> bool:
    """Whether counting quotes gives an opening one that closes, or the reverse: inch marks, or quotes over several lines."""
    for number, m in enumerate(STRAIGHT.finditer(line)):
        open_before = m.start() == 0 or line[m.start() - 1] in " (["
        open_after = m.end() == len(line) or line[m.end()] in " .,;:)]"
        if open_before != open_after and open_before == bool(number % 2):
            return True
    return False


def curly_quotes(text: str) -> Iterator[Proposal]:
    """A missing space outside typographic quotes.

    >>> [p.start for p in curly_quotes("the“Magnetic”field")]
    [3, 13]
    """
    if "“" not in text and "”" not in text:
        return
    for m in CURLY.finditer(text):
        yield Proposal(m.start(), m.start(), " ")


def glued_brackets(text: str) -> Iterator[Proposal]:
    """A missing space outside brackets; plurals such as city(ies) and names of functions stay.

    >>> [p.start for p in glued_brackets("friends(Smith, 1997) and (IMF)said; f(x), year(s), total(2012)")]
    [7, 30, 56]
    """
    if "(" not in text:
        return
    for m in GLUED_BRACKET.finditer(text):
        yield Proposal(m.start(), m.start(), " ")


def glued_genitives(text: str) -> Iterator[Proposal]:
    """A word glued to a genitive.

    >>> [p.start for p in glued_genitives("Hailin'sGDP and the city'stotal")]
    [8, 26]
    """
    if "'s" not in text and "’s" not in text:
        return
    for m in GLUED_GENITIVE.finditer(text):
        yield Proposal(m.start(), m.start(), " ")


def glued_months(text: str) -> Iterator[Proposal]:
    """A month glued to its day or year.

    >>> [p.start for p in glued_months("September30, March 2021, May5")]
    [9]
    """
    for m in GLUED_MONTH.finditer(text):
        yield Proposal(m.end(), m.end(), " ")


def number_units(text: str) -> Iterator[Proposal]:
    """A number glued to its unit or to a little word; `bn`, `mn`, `m` stay as written.

    >>> [p.start for p in number_units("130km, 6.3billion, 5bn, 2023and, RMB320.1billion, 5G, 12,415RMB, 20yuan")]
    [3, 10, 28, 41, 60, 67]
    """
    for m in NUMBER_UNIT.finditer(text):
        if not STAYS_GLUED.match(text, m.end()):
            yield Proposal(m.end(), m.end(), " ")


def words_after_units(text: str) -> Iterator[Proposal]:
    """A little word glued to a unit.

    >>> [p.start for p in words_after_units("180 kgof fertilizer, 12%of it, 46 km²and")]
    [6, 24, 37]
    """
    for m in UNIT_WORD.finditer(text):
        yield Proposal(m.end(), m.end(), " ")


def scale_units(text: str) -> Iterator[Proposal]:
    """A scale word glued to its unit.

    >>> [p.start for p in scale_units("25.68 billionyuan")]
    [13]
    """
    for m in SCALE_UNIT.finditer(text):
        yield Proposal(m.end(), m.end(), " ")


def words_before_numbers(text: str) -> Iterator[Proposal]:
    """A little word glued to the number after it.

    >>> [p.start for p in words_before_numbers("is13.9 to 53.6, by16.96%, in2020.")]
    [2, 18, 28]
    """
    for m in WORD_NUMBER.finditer(text):
        yield Proposal(m.end(), m.end(), " ")
