"""Bytes to text, without guessing where a certain answer exists.

The order matters: a byte order mark says it, UTF-8 proves itself (random bytes hardly ever are well-formed), markup
may declare it, GB18030 must be well-formed and give common Chinese characters, and what is left is a Western page.
"""

from __future__ import annotations

import codecs
import re

from extractors.reading.refusal import Refusal

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MAGIC = {
    b"%PDF-": "a PDF file",
    b"PK\x03\x04": "a ZIP or Office file",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"\x1f\x8b": "a gzip file",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"\x7fELF": "a program",
}
SAMPLE = 1 << 16
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_C1 = re.compile("[\x80-\x9f]")
_NON_ASCII = re.compile(r"[^\x00-\x7f]+")


#: GBK writes these as © and a capital letter, which Western pages also have: they speak for neither.
_NEUTRAL = re.compile("[\u338e-\u33d5]")


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text of some bytes and the name of the encoding it was read with. Newlines stay as they are.

    Raises:
        Refusal: ``empty``, ``binary`` or ``undecodable``.

    >>> decode("£5 à la carte".encode("cp1252"))
    ('£5 à la carte', 'cp1252')
    >>> decode("生产总值 3201 亿元".encode("gb18030"))
    ('生产总值 3201 亿元', 'gb18030')
    """
    if not data.strip():
        raise Refusal("empty", f"{len(data)} bytes, all of them white space")
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return _strict(data, encoding), encoding
    wide = _utf16_without_mark(data)
    if wide:
        return _strict(data, wide), wide
    _refuse_binary(data)
    return _utf8(data) or _declared(data, declared) or _gb18030(data) or _western(data)


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        detail = f"its first bytes announce {encoding}, but byte {error.start} is none"
        raise Refusal("undecodable", detail) from error


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 shows in Western text as NUL bytes at every other place."""
    sample = data[:SAMPLE]
    if len(sample) < 4 or len(data) % 2:
        return None
    half = len(sample) / 2
    even, odd = sample[::2].count(0) / half, sample[1::2].count(0) / half
    encoding = "utf-16-le" if odd > 0.3 and even < 0.01 else "utf-16-be" if even > 0.3 and odd < 0.01 else None
    controls = encoding and _CONTROL.search(sample.replace(b"\x00", b""))
    return None if controls else encoding


def _refuse_binary(data: bytes) -> None:
    for magic, name in MAGIC.items():
        if data.startswith(magic):
            raise Refusal("binary", f"it begins like {name}")
    sample = data[:SAMPLE]
    controls = len(_CONTROL.findall(sample))
    if b"\x00" in sample or controls > 0.02 * len(sample):
        raise Refusal("binary", f"{controls} control characters in its first {len(sample)} bytes")


def _utf8(data: bytes) -> tuple[str, str] | None:
    """UTF-8, also where it was cut or damaged in a few places: the damage is shown as U+FFFD."""
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        cut_at_the_end = error.start >= len(data) - 3 and error.reason == "unexpected end of data"
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(map(len, _NON_ASCII.findall(text))) - bad
    return (text, "utf-8-replace") if cut_at_the_end or good >= 9 * bad else None


def _declared(data: bytes, encoding: str | None) -> tuple[str, str] | None:
    """What the markup says of itself, if it holds. GB2312 and GBK are read as GB18030, which contains them."""
    if not encoding:
        return None
    try:
        name = codecs.lookup(encoding).name
        name = "gb18030" if name in ("gb2312", "gbk") else "cp1252" if name == "iso8859-1" else name
        return data.decode(name), name
    except (LookupError, UnicodeDecodeError, ValueError):
        return None


def _gb18030(data: bytes) -> tuple[str, str] | None:
    """GB18030 when well-formed and nearly all of its characters are in the common set of GB 2312.

    Western bytes may be well-formed by chance, but then the characters are rare ones. The dash and the middle dot are
    common too, though Python's GB 2312 has others in their places.
    """
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    foreign = _NEUTRAL.sub("", "".join(_NON_ASCII.findall(text)))
    common = len(foreign.encode("gb2312", "ignore")) / 2 + foreign.count("—") + foreign.count("·")
    return (text, "gb18030") if foreign and common >= 0.9 * len(foreign) else None


def _western(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if len(_C1.findall(text)) > 0.02 * len(text):
        raise Refusal("undecodable", "neither UTF-8, UTF-16, GB18030 nor a Western encoding fits")
    return text, "latin-1"
