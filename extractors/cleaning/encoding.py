"""Fixes of characters: mojibake, entities, full-width forms, and the many kinds of space."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape

from extractors.cleaning.engine import Proposal

NEWLINES = re.compile(r"[\r\x0b\x0c\x85\u2028\u2029](?:(?<=\r)\n)?")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
ODD_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
#: Any character that a fix of this module but the entities is about; most texts have none.
ODD = re.compile(
    "[\r\x0b\x0c\x85\u00a0\u00a1\u00a3\u00ad\u00c2-\u00f4\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\u3002\ufeff\uff01-\uff5e]"
)
CONTROL = re.compile("[\r\x0b\x0c]")
ENTITY = re.compile(r"&(?:amp;)*(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|[A-Za-z][A-Za-z0-9]{1,12});")
FULL_WIDTH = re.compile("[\uff01-\uff5e]+")
FULL_STOP = re.compile("。 ?")
CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")

#: GBK punctuation that was read as Latin-1: both bytes are above A0, so nothing else can be meant.
GBK_AS_LATIN = {
    "¡¯": "’", "¡®": "‘", "¡°": "“", "¡±": "”", "¡ª¡ª": "——", "¡ª": "—", "¡­": "…", "¡¢": "、", "¡£": "。", "£¤": "¥",
    "£¬": ",", "£º": ":", "£»": ";", "£¨": "(", "£©": ")", "£¥": "%", "¡¶": "《", "¡·": "》", "¡¤": "·", "¡æ": "℃",
    "¡ë": "‰", "¡Á": "×", "¡À": "±", "¡ã": "°", "¡ì": "§", "¡Ý": "≥", "¡Ü": "≤", "¡Ö": "≈", "m£²": "m2", "m£³": "m3",
}  # fmt: skip
#: Of the rows of punctuation and of full-width ASCII, what is not listed and is no amount of pounds: £½.
GBK_AS_LATIN |= {
    lead + chr(second): bytes((ord(lead), second)).decode("gb2312")
    for lead, seconds in (("¡", range(0xA1, 0xC0)), ("£", (*range(0xA1, 0xB0), 0xBA, 0xBB, 0xBF)))
    for second in seconds
    if lead + chr(second) not in GBK_AS_LATIN
}
GBK_PAIR = re.compile("|".join(sorted(map(re.escape, GBK_AS_LATIN), key=len, reverse=True)))
#: The sign for square metres, in GBK behind a number.
GBK_SQUARE = re.compile(r"©O(?![A-Za-z])(?:(?<=\d©O)|(?<=\d ©O))")
#: UTF-8 of which the second or third byte was lost on the way: a closing quote, a no-break space beside a plain one.
LOST_QUOTE, LOST_SPACE = re.compile("\u00e2\u20ac(?=[\\s.,;:)]|$)"), re.compile("\u00c2(?= )(?<=[a-z0-9.,;)%]\u00c2)")
UTF8_LEAD = re.compile("[\u00c2-\u00f4]")
UTF8_AS_LATIN = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0178\u02c6-\u02dc\u2013-\u2122]{1,3}")


@lru_cache(maxsize=2)
def odd(text: str) -> str:
    """The different characters of a text that the fixes of this module look for; most texts have none.

    >>> odd("China’s 25° – plain"), odd("130\u00a0km")
    ('', '\\xa0')
    """
    return "" if text.isascii() and not CONTROL.search(text) else "".join(set(ODD.findall(text)))


def newlines(text: str) -> Iterator[Proposal]:
    """One kind of line end.

    >>> list(newlines("a\\r\\nb"))
    [Proposal(start=1, end=3, replacement='\\n', rule='', role='')]
    """
    if not NEWLINES.search(odd(text)):
        return
    for m in NEWLINES.finditer(text):
        yield Proposal(m.start(), m.end(), "\n")


def invisible(text: str) -> Iterator[Proposal]:
    """Zero-width marks and soft hyphens are taken out.

    >>> [p.replacement for p in invisible("Jiang\\u200bmen")]
    ['']
    """
    if not INVISIBLE.search(odd(text)):
        return
    for m in INVISIBLE.finditer(text):
        yield Proposal(m.start(), m.end(), "")


def odd_spaces(text: str) -> Iterator[Proposal]:
    """No-break, thin and ideographic spaces become plain ones.

    >>> [p.replacement for p in odd_spaces("130\\u00a0km")]
    [' ']
    """
    if not ODD_SPACE.search(odd(text)):
        return
    for m in ODD_SPACE.finditer(text):
        yield Proposal(m.start(), m.end(), " ")


def entities(text: str) -> Iterator[Proposal]:
    """HTML entities that survived the extraction of the text.

    >>> [p.replacement for p in entities("R&amp;D of 5 &#37;, AT&T;, China&amp;rsquo;s")]
    ['&', '%', '’']
    """
    if "&" not in text or ";" not in text:
        return
    for m in ENTITY.finditer(text):
        meant = _unescaped(m[0])
        if meant != m[0] and len(meant) == 1:
            yield Proposal(m.start(), m.end(), meant)


def _unescaped(entity: str) -> str:
    """The character of an entity, also of one that was escaped more than once: ``&amp;nbsp;``."""
    meant = unescape(entity)
    return meant if meant == entity else _unescaped(meant)


def gbk_mojibake(text: str) -> Iterator[Proposal]:
    """Chinese punctuation that was read as Latin-1.

    >>> [p.replacement for p in gbk_mojibake("China¡¯s £¤300")]
    ['’', '¥']
    """
    found = GBK_PAIR.finditer(text) if "¡" in text or "£" in text else ()
    square = GBK_SQUARE.finditer(text) if "©O" in text else ()
    yield from sorted(Proposal(m.start(), m.end(), GBK_AS_LATIN.get(m[0], "㎡")) for m in (*found, *square))


def utf8_mojibake(text: str) -> Iterator[Proposal]:
    """UTF-8 that was read as Windows-1252, character by character; ftfy would rewrite more than is broken.

    >>> [p.replacement for p in utf8_mojibake("China\\u00e2\\u20ac\\u2122s 25\\u00c2\\u00b0")]
    ['’', '°']
    >>> [p.replacement for p in utf8_mojibake("a \u00e2\u20ac\u0153city\u00e2\u20ac of 10\u00c2\u00a0m")]
    ['“', '”', '\\xa0']
    """
    if not UTF8_LEAD.search(odd(text)):
        return
    found = [Proposal(m.start(), m.end(), "”") for m in LOST_QUOTE.finditer(text)]
    found += [Proposal(m.start(), m.end(), "") for m in LOST_SPACE.finditer(text)]
    for m in UTF8_AS_LATIN.finditer(text):
        for length in (4, 3, 2):
            meant = _decoded(m[0][:length]) if len(m[0]) >= length else None
            if meant:
                found.append(Proposal(m.start(), m.start() + length, meant))
                break
    yield from sorted(found)


def _decoded(piece: str) -> str | None:
    """The one character that the piece's Windows-1252 bytes are in UTF-8, or None."""
    try:
        data = b"".join(c.encode("latin-1") if ord(c) < 0x100 else c.encode("cp1252") for c in piece)
        meant = data.decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return None
    return meant if len(meant) == 1 and (meant.isprintable() or ODD_SPACE.match(meant)) else None


def full_width(text: str) -> Iterator[Proposal]:
    """Full-width ASCII becomes ASCII; between Chinese characters it is left as it is right there.

    >>> [p.replacement for p in full_width("up １１．４％")]
    ['11.4%']
    >>> list(full_width("江门市（广东）"))
    []
    """
    if not FULL_WIDTH.search(odd(text)):
        return
    for m in FULL_WIDTH.finditer(text):
        if not _in_chinese(text, m.start(), m.end()) or any(c.isalnum() for c in m[0]):
            plain = "".join(chr(ord(c) - 0xFEE0) for c in m[0])
            opens = plain == "(" and text[m.start() - 1 : m.start()].isalnum()
            closes = plain == ")" and text[m.end() : m.end() + 1].isalnum()
            yield Proposal(m.start(), m.end(), f"{' ' * opens}{plain}{' ' * closes}")


def full_stop(text: str) -> Iterator[Proposal]:
    """The ideographic full stop in an English sentence.

    >>> [p.replacement for p in full_stop("5 percent。The city")]
    ['. ']
    """
    if "。" not in text:
        return
    for m in FULL_STOP.finditer(text):
        if not _in_chinese(text, m.start(), m.end()):
            last = m.end() == len(text) or text[m.end()] in "\n\"”'’)"
            yield Proposal(m.start(), m.end(), "." if last else ". ")


def _in_chinese(text: str, start: int, end: int) -> bool:
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    return bool(CJK.search(around))
