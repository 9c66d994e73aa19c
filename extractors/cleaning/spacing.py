"""Fixes of spaces: runs of them, around hyphens, punctuation, quotes and brackets, between a number and its unit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.cleaning.engine import Proposal
from extractors.cleaning.vocabulary import choice, cost, is_pinyin, words
from extractors.cleaning.words import is_suspicious

RUN, RUN_OF_SPACES = re.compile(r"[ \t]{2,}|\t"), re.compile(r"   *")
LINE_START, LINE_END = re.compile(r"\n([ \t]+)"), re.compile(r"[ \t](?<![ \t][ \t])[ \t]*(?=\n|\Z)")

# A pattern begins with the character that is rare and is then checked on both sides: that is what keeps it fast.
AFTER_HYPHEN = re.compile(r"-( +)(?=([A-Za-z\d][\w'’]*)(-?))")
BEFORE_HYPHEN = re.compile(r" -(?=([A-Za-z]+)( ?-)?)(?<=\w -)")
LEFT_OF_HYPHEN = re.compile(r"(-?)(\b[A-Za-z]+|\b\d[\d.,]*)$")
YEAR_RANGE = re.compile(r"(?<![\d-])((?:19|20)\d\d)( *)[-–]( *)((?:19|20)\d\d)(?![\d-])")
HALF_SPACED = ("- 1", "- 2", "– 1", "– 2", " -1", " -2", " –1", " –2")

BEFORE_MARK = re.compile(
    r" (?:[,;.](?=[\s”\"’')]|$)|[:!?](?=\s+[A-Z“\"(]|\s*$|[”\"’')]))(?<=[\w)\]%”\"’'] [,;.:!?])", re.M
)
MOVED_COMMA = re.compile(r" ([,;])(?=[A-Za-z]{2})(?<=[a-z)\]%] [,;])")
MOVED_STOP = re.compile(r" \.(?=([A-Z][a-z]+))(?<=[a-z\d)%] \.)")
AFTER_OPENING = re.compile(r"[(“]( +)(?=\S)")
BEFORE_CLOSING = re.compile(r"( +)[)”](?<=[^\s] [)”])")
GLUED_COMMA = re.compile(r",(?=[A-Za-z“(])|;(?=[A-Za-z“(\d])|,(?=\d)(?<=[a-z]{3},|..%,)")
DOTTED = re.compile(r"\.(?=([a-z]{3,}))(?<=[A-Z]\.[A-Z]\.)")
GLUED_STOP = re.compile(r"[.!?:](?=[A-Z“(])")
WORD_BEFORE = re.compile(r"[A-Za-z.]+$")
WORD_AFTER = re.compile(r"([A-Za-z]+)(,(?=\S))?")
DATE_COMMA = re.compile(r",(?=(?:19|20)\d\d\b)")
DAY_BEFORE = re.compile(rf"\b{choice('month')} ?\d{{1,2}}(?:st|nd|rd|th)?$")

STRAIGHT = re.compile(r'"')
GLUED_BRACKET = re.compile(r"\((?!ies\))(?=[A-Z]?[a-z]{3,}\b|[A-Z]{3,}\b|(?:19|20)\d\d\b)|\)(?=[A-Za-z][a-z])")
BEFORE_OPENING, BEFORE_CLOSED = re.compile(r"[a-z]{3}$|\d%$"), re.compile(r"\w\w$")
GLUED_GENITIVE = re.compile(r"['’](?:s(?=[A-Z]|[a-z]{3})(?<=[a-z]['’]s)|(?<=s['’])(?=[A-Z][a-z]{2}))")
SPLIT_GENITIVE = re.compile(
    r"( )['’]s(?=[ ,.;:)]|$)(?<=[A-Za-z)] ['’]s)|['’]( )s(?= [A-Za-z])(?<=[A-Za-z]['’] s)", re.M
)
CURLY = re.compile(r"“(?<=[a-z,;:\d]“)|”(?=[A-Za-z\d])")

DIGIT_LETTER = re.compile(r"[0-9](?=[A-Za-z])")
NUMBER_BEFORE = re.compile(r"(?<![A-Za-z\d_#/=&.-])(?:RMB|CNY|USD|[$€£¥])?\d[\d,]*(?:\.\d+)?$")
UNIT_AFTER = re.compile(
    rf"(?:{choice('scale', 'unit_word')}|{choice('unit_symbol')})(?![A-Za-z\d_])"
    rf"|{choice('number_neighbour')}(?![A-Za-z\d_-])"
)
ORDINAL_WORD = re.compile(r"(?:st|nd|rd|th)(?=([A-Z][a-z]+|[a-z]{4,}))")
STAYS_GLUED = re.compile(r"bn|mn|m\b", re.I)
AFTER_NUMBER = re.compile(r"[0-9] ?([A-Za-z]+)")
PERCENT_WORD, SIGN_WORD = re.compile(r"%(?=[a-z]{2})(?<=\d%)"), re.compile(r"[‰℃²³](?=[a-z]{2})")
#: The cost of a word that is common enough to be cut off behind an ordinal.
COMMON = 11.8
#: A unit with a little word glued to it, and how long the unit is.
UNIT_WORDS = {
    unit + little: len(unit)
    for unit in words("unit_symbol") | words("unit_word")
    for little in ("of", "and", "in", "per", "for", "by", "to", "from", "with")
}
SCALED = rf"(?:{choice('unit_word', 'unit_symbol')}|US|HK|in|of|and|for|from|by)"
SCALE_UNITS = [re.compile(rf"{end}(?={SCALED}\b)") for end in ("illion", "housand")]
LETTER_DIGIT = re.compile(r"[0-9](?<=[a-z]\d)")
NUMBER_AFTER = re.compile(r"\d[\d,]*(?:\.\d+)?(?:[ %]|[,.;]?(?:\s|$)|(?:to|and|in|of|by|from|at|kg|g|km|m|mu)\b)")
DAY_AFTER = re.compile(r"\d{1,2}\b|(?:19|20)\d\d\b")
LITTLE_BEFORE = re.compile(rf"(?<![\w-]){choice('number_neighbour')}$")
MONTH_BEFORE = re.compile(r"\b(?:January|February|March|April|June|July|August|September|October|November|December)$")


#: A line of a profile: a label in capitals glued to one quantity that fills the rest of the line.
PROFILE = re.compile(
    r"^[A-Z][\w'&/-]*(?: (?:[A-Z(][\w'&/()-]*|of|and|the|in|for|per|by|to|on))*"
    r"(?<=[A-Za-z][a-z]{3}|\d\d\d\)|[a-z]{3}\))"
    r"((?:RMB|US\$|HK\$|[$€£¥])?\d{1,3}(?:(?:,\d{3})+(?:\.\d+)?|\.\d+(?!\.)|(?=%|\d* [a-z]))\d*"
    r"(?:%| ?(?:[a-zμ°²³/%]+)(?: [a-z²³]+){0,2})?)$",
    re.M,
)
LABELLED = re.compile(r"\b(?:Table|Figure|Fig|Section|Chapter|Article|Part|Version|Step|Phase|Annex|Appendix)$")


def _seen(pattern: re.Pattern[str], text: str, end: int, reach: int = 16) -> bool:
    """Whether a pattern that ends with ``$`` matches the text just before ``end``."""
    return pattern.search(text, max(0, end - reach), end) is not None


def runs(text: str) -> Iterator[Proposal]:
    """Runs of spaces and tabs become one space; at the ends of a line they go.

    >>> [(p.start, p.end, p.replacement) for p in runs("a  b \\n c")]
    [(1, 3, ' '), (4, 5, ''), (6, 7, '')]
    """
    pattern = RUN if "\t" in text else RUN_OF_SPACES
    edges = set(_line_edges(text))
    inside = {m.span() for m in pattern.finditer(text)} - edges
    yield from sorted([*(Proposal(*span, "") for span in edges), *(Proposal(*span, " ") for span in inside)])


def _line_edges(text: str) -> Iterator[tuple[int, int]]:
    if text[:1] in (" ", "\t"):
        yield 0, len(text) - len(text.lstrip(" \t"))
    yield from (m.span(1) for m in LINE_START.finditer(text))
    if " \n" in text or "\t" in text or text[-1:] == " ":
        yield from (m.span() for m in LINE_END.finditer(text))


def hyphens(text: str) -> Iterator[Proposal]:
    """A space after a hyphen inside a word; suspended hyphens and dashes keep it.

    >>> [p.start for p in hyphens("high- speed, small- and medium-sized, year- on- year")]
    [5, 43, 47]
    """
    if "- " not in text:
        return
    keeps = words("hyphen_keeps_space")
    for m in AFTER_HYPHEN.finditer(text):
        before = text[m.start() - 1 : m.start()]
        if not (before.isalnum() or before in (")", "_")):
            continue
        goes_on = m[3] == "-" or text[m.end(2) : m.end(2) + 1] == "-"
        if m[2].startswith(("and", "or", "to")) and is_suspicious(m[2]):
            continue  # the suspended hyphen's word is glued to the next
        if m[2].lower() not in keeps or (goes_on and m[2].lower() not in ("and", "or", "to")):
            yield Proposal(m.start(1), m.end(1), "")


def before_hyphens(text: str) -> Iterator[Proposal]:
    """A space before a hyphen, where the parts are a compound: by the second of them, by more hyphens, or as the
    document writes it elsewhere. What else stands so may be a dash.

    >>> texts = ("Beijing -Tianjin-Hebei", "state -owned", "year -on -year", "a 10 -year bond", "it grew -fast- by -5")
    >>> [p.start for text in texts for p in before_hyphens(text)]
    [7, 5, 4, 8, 4]
    """
    if " -" not in text:
        return
    for m in BEFORE_HYPHEN.finditer(text):
        left = LEFT_OF_HYPHEN.search(text, max(0, m.start() - 24), m.start())
        if left and _is_compound(text, left, m):
            yield Proposal(m.start(), m.start() + 1, "")


def _is_compound(text: str, left: re.Match[str], m: re.Match[str]) -> bool:
    first, second, chained = left[2], m[1], bool(m[2] or left[1])
    if first[0].isdigit():
        return second in words("compound_unit")
    if second in words("compound_end"):
        return True
    if chained and (first[0].isupper() and second[0].isupper()):
        return True
    if (second if m[2] else first if left[1] else "") in ("on", "to", "by", "of", "in", "and"):
        return True
    return len(first) > 1 and f"{first}-{second}" in text


def year_ranges(text: str) -> Iterator[Proposal]:
    """A space on one side of the dash between two years.

    >>> [p.start for p in year_ranges("2019 -2030; 2019 - 2030; 2030- 2019")]
    [4]
    """
    if not any(shape in text for shape in HALF_SPACED):
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
    found: set[tuple[int, int]] = set()
    if " ," in text or " ." in text or " ;" in text or " :" in text or " !" in text or " ?" in text:
        found.update((m.start(), m.start() + 1) for m in BEFORE_MARK.finditer(text))
    if "( " in text or "“ " in text:
        found.update(m.span(1) for m in AFTER_OPENING.finditer(text))
    if " )" in text or " ”" in text:
        found.update(m.span(1) for m in BEFORE_CLOSING.finditer(text))
    for start, end in sorted(found):
        yield Proposal(start, end, "")


def moved_marks(text: str) -> Iterator[Proposal]:
    """A comma or a full stop that stands on the wrong side of its space.

    >>> [p.replacement for p in moved_marks("3 counties ,with 12 towns .The .Net of it")]
    [', ', '. ']
    """
    found = (
        [Proposal(m.start(), m.end(), m[1] + " ") for m in MOVED_COMMA.finditer(text)]
        if " ," in text or " ;" in text
        else []
    )
    if " ." in text:
        stops = (m for m in MOVED_STOP.finditer(text) if m[1].lower() not in words("domain_end"))
        found += [Proposal(m.start(), m.end(), ". ") for m in stops]
    yield from sorted(found)


def after_punctuation(text: str) -> Iterator[Proposal]:
    """A missing space after a comma, a semicolon, or a full stop before a capital.

    >>> [p.start for p in after_punctuation("yuan,nearly 5%.In U.S.A. e.g.The No.3 f(x,y) 2020,the yuan.A rise")]
    [5, 15, 50, 59]
    """
    found = [m.end() for m in GLUED_COMMA.finditer(text) if _parts_words(text, m)]
    found += [m.end() for m in GLUED_STOP.finditer(text) if _ends_sentence(text, m)]
    found += [m.end() for m in DOTTED.finditer(text) if m[1] not in words("domain_end") and not is_suspicious(m[1])]
    found += [m.end() for m in DATE_COMMA.finditer(text) if _seen(DAY_BEFORE, text, m.start())]
    for at in sorted(found):
        yield Proposal(at, at, " ")


def _parts_words(text: str, m: re.Match[str]) -> bool:
    before, after = text[max(0, m.start() - 2) : m.start()], text[m.end() : m.end() + 2]
    if after[:1].isdigit():
        return before.isalpha() or before[-1:] == "%"
    single = after[:1].isalpha() and not after[1:2].isalpha() and after[:1] not in "aA"
    after_word = before[-1:] in tuple(')]%”"’') or (before.isalpha() and len(before) == 2)
    if single or not (after_word or (before[-1:].isdigit() and after[:1] != "(")):
        return False
    return not _in_code(text, m)


def _in_code(text: str, m: re.Match[str]) -> bool:
    """Whether the mark stands in a list of capitals without any space, or beside something that is no word."""
    left = WORD_BEFORE.search(text, max(0, m.start() - 24), m.start())
    right = WORD_AFTER.match(text, m.end())
    if left and right and left[0].isupper() and right[0].isupper():
        return right[2] == "," or text[left.start() - 1 : left.start()] == ","
    odd = [is_suspicious(side) for side in (left and left[0], right and right[1]) if side]
    return any(odd) if m[0] == ";" else len(odd) == 2 and all(odd)


def _ends_sentence(text: str, m: re.Match[str]) -> bool:
    start, end = m.span()
    last, after = text[start - 1 : start], text[end : end + 2]
    if not (last.islower() or last.isdigit() or last in tuple(")%”") or text[start - 3 : start].isupper()):
        return False
    named = m[0] == ":" and after[:1].isdigit() and text[start - 4 : start].isalpha() and last.islower()
    if m[0] == ":" and not named and not (last.isalpha() and after.isalpha()):
        return False
    before, following = WORD_BEFORE.search(text, max(0, start - 24), start), WORD_AFTER.match(text, end)
    if following and following[1].lower() in words("domain_end"):
        return False
    if before and ("." in before[0] or len(before[0]) < 2 or before[0] in words("abbreviation")):
        return False
    if named:
        return before is not None and text[start - len(before[0]) - 1 : start - len(before[0])] in ("", "\n", " ")
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
        if number % 2 == 0 and after == " " and before in ("", " "):
            yield Proposal(offset + at + 1, offset + at + 2, "")
        elif number % 2 and before == " " and not after.isalnum() and line[at - 2] != '"':
            yield Proposal(offset + at - 1, offset + at, "")
        elif number % 2 == 0 and (before.isalnum() or before in tuple(",;") or _announces(line, at)):
            yield Proposal(offset + at, offset + at, " ")
        elif number % 2 and after.isalnum():
            yield Proposal(offset + at + 1, offset + at + 1, " ")


def _announces(line: str, at: int) -> bool:
    """Whether a colon behind a word and a capital say that someone speaks: said:"We grew." """
    return line[at - 1 : at] == ":" and line[at - 2 : at - 1].isalpha() and line[at + 1 : at + 2].isupper()


def _contradicts(line: str) -> bool:
    """Whether counting gives an opening quote that closes, or the reverse: inch marks, quotes of several lines."""
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
    >>> list(curly_quotes("such as”number of patents”"))
    []
    """
    if text.count("“") != text.count("”"):  # one of them is used for both
        return
    for m in CURLY.finditer(text) if "“" in text else ():
        at = m.start() if m[0] == "“" else m.end()
        yield Proposal(at, at, " ")


def glued_brackets(text: str) -> Iterator[Proposal]:
    """A missing space outside brackets; plurals such as city(ies) and names of functions stay.

    >>> [p.start for p in glued_brackets("friends(Smith, 1997) and (IMF)said; f(x), year(s), total(2012)")]
    [7, 30, 56]
    """
    if "(" not in text:
        return
    for m in GLUED_BRACKET.finditer(text):
        opening = m[0] == "("
        if _seen(BEFORE_OPENING if opening else BEFORE_CLOSED, text, m.start(), 3):
            at = m.start() if opening else m.end()
            yield Proposal(at, at, " ")


def glued_genitives(text: str) -> Iterator[Proposal]:
    """A word glued to a genitive.

    >>> [p.start for p in glued_genitives("Hailin'sGDP and the city'stotal")]
    [8, 26]
    >>> list(glued_genitives("in Zhu'shan"))
    []
    """
    if "'" not in text and "’" not in text:
        return
    for m in GLUED_GENITIVE.finditer(text):
        following = WORD_AFTER.match(text, m.end())
        if following and (following[1][0].isupper() or _is_owned(text, m.start(), following[1])):
            yield Proposal(m.end(), m.end(), " ")


def split_genitives(text: str) -> Iterator[Proposal]:
    """A space before or inside the ending of a genitive.

    >>> [p.start for p in split_genitives("the city 's GDP, China' s exports, the 's' key, workers' rights")]
    [8, 23]
    """
    if not any(shape in text for shape in (" 's", " ’s", "' s ", "’ s ")):
        return
    for m in SPLIT_GENITIVE.finditer(text):
        yield Proposal(*m.span(1 if m[1] else 2), "")


def _is_owned(text: str, end: int, following: str) -> bool:
    """Whether a common noun owns a common word; behind a name, as in Zhu'shan, the apostrophe parts syllables."""
    owner = WORD_BEFORE.search(text, max(0, end - 24), end)
    if owner is None or is_suspicious(following):
        return False
    return owner[0].islower() or (len(following) > 3 and not is_pinyin(following))


def number_units(text: str) -> Iterator[Proposal]:
    """A number glued to its unit or to a little word; `bn`, `mn`, `m` stay as written.

    >>> [p.start for p in number_units("130km, 6.3billion, 5bn, 2023and, RMB320.1billion, 5G, 12,415RMB, 20yuan")]
    [3, 10, 28, 41, 60, 67]
    >>> [p.start for p in number_units("the 13thFive-Year Plan, 20thcentury, 5thrower")]
    [8, 28]
    """
    for m in DIGIT_LETTER.finditer(text):
        at = m.end()
        if UNIT_AFTER.match(text, at) and not STAYS_GLUED.match(text, at) and _seen(NUMBER_BEFORE, text, at, 24):
            yield Proposal(at, at, " ")
        elif (ordinal := ORDINAL_WORD.match(text, at)) and (ordinal[1][0].isupper() or cost(ordinal[1]) < COMMON):
            yield Proposal(ordinal.end(), ordinal.end(), " ")


def words_after_units(text: str) -> Iterator[Proposal]:
    """A little word glued to a unit.

    >>> [p.start for p in words_after_units("180 kgof fertilizer, 12%of it, 46 km²and")]
    [6, 24, 37]
    """
    found = [m.start(1) + UNIT_WORDS[m[1]] for m in AFTER_NUMBER.finditer(text) if m[1] in UNIT_WORDS]
    found += [m.end() for m in PERCENT_WORD.finditer(text)]
    found += [] if text.isascii() else [m.end() for m in SIGN_WORD.finditer(text)]
    for at in sorted(found):
        yield Proposal(at, at, " ")


def scale_units(text: str) -> Iterator[Proposal]:
    """A scale word glued to its unit.

    >>> [p.start for p in scale_units("25.68 billionyuan")]
    [13]
    """
    for at in sorted(m.end() for pattern in SCALE_UNITS for m in pattern.finditer(text)):
        yield Proposal(at, at, " ")


def words_before_numbers(text: str) -> Iterator[Proposal]:
    """A little word, a month, or the label of a profile line glued to the number after it.

    >>> [p.start for p in words_before_numbers("is13.9 to 53.6, by16.96%, in2020, September30 and web2.0")]
    [2, 18, 28, 43]
    >>> [p.start for p in words_before_numbers("Land Area6,214 km²\\nGDP (2019)RMB21.4 billion")]
    [9, 29]
    """
    found = {m.start() for m in LETTER_DIGIT.finditer(text) if _is_glued(text, m.start())}
    found |= {m.start(1) for m in PROFILE.finditer(text) if not LABELLED.search(text, m.start(), m.start(1))}
    for at in sorted(found):
        yield Proposal(at, at, " ")


def _is_glued(text: str, at: int) -> bool:
    if NUMBER_AFTER.match(text, at) and _seen(LITTLE_BEFORE, text, at):
        return True
    return DAY_AFTER.match(text, at) is not None and _seen(MONTH_BEFORE, text, at)
