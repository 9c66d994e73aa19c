"""Bytes become the text their author wrote, or are refused for a reason that can be acted on."""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.reading import (
    READERS,
    FoundFile,
    RawFile,
    Refusal,
    discover,
    document_id,
    read,
    read_documents,
    walk,
)
from extractors.reading.decoding import decode

ENGLISH = "In 2020, the GDP of the city reached 320.1 billion yuan, 96.1 billion yuan more than in 2015.\n"
CHINESE = "2020年，全市地区生产总值达到3201亿元，比2015年增加961亿元，年均增长5.9%。工业投资累计3487亿元。" * 3
FRENCH = "En 2020, la population de la région était de près de 320 000 habitants, après une forte hausse à Orléans. "

DECODED = [
    (ENGLISH.encode(), "utf-8", "plain ASCII"),
    ("“£5”\r\nnaïve".encode(), "utf-8", "UTF-8 proves itself; newlines stay"),
    (ENGLISH.encode("utf-16"), "utf-16", "a byte order mark"),
    (ENGLISH.encode("utf-16-le"), "utf-16-le", "UTF-16 without a mark: every other byte is NUL"),
    (ENGLISH.encode("utf-16-be"), "utf-16-be", "and the other way round"),
    (ENGLISH.encode("utf-32"), "utf-32", "its mark begins with that of UTF-16"),
    (CHINESE.encode("gb18030"), "gb18030", "a Chinese page"),
    ("Jiangmen (江门) grew — fast.".encode("gb18030"), "gb18030", "an English page with few Chinese characters"),
    ("the Pearl River·Delta — 30 ㎡ at 5 ℃".encode("gb18030"), "gb18030", "Chinese punctuation and signs alone"),
    ("São Paulo £20, café ©OECD".encode("cp1252"), "cp1252", "a Western page with the same bytes"),
    (
        ("The city’s GDP rose “fast”. " * 3).encode("gb18030"),
        "gb18030",
        "English typed in a Chinese editor: quotes are GBK",
    ),
    (FRENCH.encode("latin-1"), "cp1252", "a Western page; cp1252 contains Latin-1's letters"),
    ("Prices — “up” 5 % in Ålesund, at 20 °C".encode("cp1252"), "cp1252", "Windows quotes are no control characters"),
]


@pytest.mark.parametrize(("data", "encoding", "why"), DECODED, ids=[row[2] for row in DECODED])
def test_decoding_gives_back_the_text(data: bytes, encoding: str, why: str) -> None:
    text, found = decode(data)
    assert found == encoding, why
    assert text.encode(encoding) == data


@given(st.text(min_size=1).filter(lambda text: text.strip() and not any(ord(c) < 32 for c in text)))
def test_whatever_is_utf8_is_read_as_utf8(text: str) -> None:
    data = text.encode()
    if not data.startswith((b"%PDF-", b"PK\x03\x04", b"GIF8", b"\xef\xbb\xbf")):
        assert decode(data) == (text, "utf-8")


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        text, encoding = decode(data)
    except Refusal as refusal:
        text, encoding = "refused", refusal.reason
    assert text
    assert encoding in {"empty", "binary", "undecodable", "latin-1", "cp1252", "gb18030"} or encoding.startswith("utf")


def test_utf8_cut_in_a_character_is_not_read_as_western() -> None:
    text, encoding = decode(b"GDP grew by 5 %: " + "–".encode()[:2])
    assert (text, encoding) == ("GDP grew by 5 %: \ufffd", "utf-8-replace")


REFUSED = [
    (".txt", b"", "empty"),
    (".txt", b" \n\r\n\t", "empty"),
    (".txt", "\u3000\u00a0".encode(), "empty"),
    (".txt", bytes(range(256)) * 8, "binary"),
    (".txt", b"%PDF-1.7\nIn 2020 the GDP", "binary"),
    (".txt", b"\xef\xbb\xbfGDP \xff\xfe", "undecodable"),
    (".html", b"<html><body><script>var gdp = 3;</script><p> </p></body></html>", "no_text"),
    (".txt.gz", gzip.compress(ENGLISH.encode() * 99)[:-20], "truncated_gzip"),
    (".txt.gz", ENGLISH.encode(), "truncated_gzip"),
    (".txt.gz", gzip.compress(b" " * 101_000_000), "too_large"),
]


@pytest.mark.parametrize(("suffix", "data", "reason"), REFUSED)
def test_refusals_are_named(suffix: str, data: bytes, reason: str) -> None:
    with pytest.raises(Refusal) as caught:
        read(RawFile("x" + suffix, suffix, data))
    assert caught.value.reason == reason
    assert caught.value.detail


@pytest.mark.parametrize("sidecar", ['["list"]', "{broken", '{"published": "soon"}', '{"title": 5}'])
def test_a_sidecar_that_cannot_be_used_is_said(sidecar: str) -> None:
    with pytest.raises(Refusal, match="bad_sidecar"):
        read(RawFile("x.txt", ".txt", ENGLISH.encode(), sidecar.encode()))


def test_every_suffix_reads_its_own_sample() -> None:
    samples = {".html": b"<p>GDP rose 5%</p>", ".htm": b"<p>GDP rose 5%</p>"}
    for suffix in READERS:
        data = samples.get(suffix.removesuffix(".gz"), b"GDP rose 5%")
        packed = gzip.compress(data) if suffix.endswith(".gz") else data
        assert read(RawFile("x" + suffix, suffix, packed)).text == "GDP rose 5%"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        (CHINESE, "zh"),
        (FRENCH * 2, "fr"),
        (CHINESE + ENGLISH * 3, "en"),
        ("GDP 320.1", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert read(RawFile("x.txt", ".txt", text.encode())).language == language


PAGE = """<!DOCTYPE html><html><head><meta charset="gb2312"><title> City  figures </title>
<meta property="og:site_name" content="City News"><meta property="article:published_time" content="2021-03-04T08:00:00">
<link rel="canonical" href="https://news.example/1"></head><body><nav><a href="/">Home</a></nav><h2>GDP’s rise</h2>
<p>In 2020 GDP reached <b>320.1</b> billion
yuan.</p><ul><li>one</li><li>two</li></ul>
<table><tr><th>Item<br>name</th><th></th><th>2020</th></tr>
<tr><td>GDP</td><td><p>RMB bn</p></td><td>320.1</td></tr></table>
<table><tr><td><p>a</p><p>b</p><p>c</p><p>d</p></td><td><p>side</p></td></tr></table><p>tail</p></body></html>"""


def test_html_keeps_layout_and_metadata() -> None:
    document = read(RawFile("p.html", ".html", PAGE.encode("gb18030")))
    shown = [(span.kind, document.text[span.start : span.end]) for span in document.layout]
    assert ("heading", "GDP’s rise") in shown
    assert ("link", "Home") in shown
    assert [text for kind, text in shown if kind == "row"] == ["Item name\t\t2020", "GDP\tRMB bn\t320.1"]
    assert [text for kind, text in shown if kind == "header_cell"] == ["Item name", "2020"]
    assert [text.lstrip("* ") for kind, text in shown if kind == "list_item"] == ["one", "two"]
    assert "In 2020 GDP reached 320.1 billion yuan." in document.text.splitlines()
    assert {"a", "b", "c", "d", "side", "tail"} <= set(document.text.splitlines()), "a table of prose stays prose"
    assert (document.title, document.publisher, document.encoding) == ("City figures", "City News", "gb18030")
    assert (document.published, document.url) == (date(2021, 3, 4), "https://news.example/1")


def test_the_sidecar_goes_before_the_markup() -> None:
    sidecar = json.dumps({"publisher": "Other", "published": "2022-01-02T00:00:00Z", "more": 1}).encode()
    document = read(RawFile("p.html", ".html", PAGE.encode("gb18030"), sidecar))
    assert (document.publisher, document.published, document.title) == ("Other", date(2022, 1, 2), "City figures")


def test_a_document_is_its_bytes_reader_and_sidecar() -> None:
    ids = {
        document_id(RawFile("a.txt", ".txt", b"x")),
        document_id(RawFile("a.txt", ".txt", b"y")),
        document_id(RawFile("a.txt", ".md", b"x")),
        document_id(RawFile("a.txt", ".txt", b"x", b"{}")),
    }
    assert len(ids) == 4
    assert document_id(RawFile("b.txt", ".txt", b"x")) in ids, "the name is not part of it"


def test_a_folder_is_listed_with_everything_accounted_for(tmp_path: Path) -> None:
    raw, elsewhere = tmp_path / "raw", tmp_path / "elsewhere.txt"
    (raw / "x.txt").mkdir(parents=True)
    elsewhere.write_text(ENGLISH)
    for name in ("b.txt", "B.TXT", "x.txt/in.md", "a.html.gz", "c.pdf", "noext", ".hidden", "a\nb.txt"):
        (raw / name).write_text(ENGLISH)
    for name in ("b.txt.meta.json", "a.meta.json", "gone.meta.json"):
        (raw / name).write_text("{}")
    (raw / "inside.txt").symlink_to(raw / "b.txt")
    (raw / "out.txt").symlink_to(elsewhere)
    (raw / "dangling.txt").symlink_to(raw / "nowhere.txt")
    (raw / "loop").symlink_to(raw)
    os.mkfifo(raw / "pipe.txt")
    Path(os.fsdecode(os.fsencode(raw) + b"/n\xff.txt")).write_text(ENGLISH)

    listing = discover(str(raw))
    expected = ["B.TXT", "a\nb.txt", "a.html.gz", "b.txt", "inside.txt", "n\\xff.txt", "x.txt/in.md"]
    assert [found.source for found in listing.files] == expected
    reasons = {source: refusal.reason for source, refusal in listing.refused}
    assert reasons == {
        "dangling.txt": "unreadable",
        "out.txt": "link_outside",
        "pipe.txt": "not_a_file",
        "x.txt": "not_a_file",
    }
    assert listing.skipped == {".pdf": 1, "(none)": 1, "(hidden)": 1}
    assert listing.orphans == ["gone.meta.json"]
    sidecars = {found.source: found.sidecar for found in listing.files if found.sidecar}
    assert sidecars == {"b.txt": f"{raw}/b.txt.meta.json", "a.html.gz": f"{raw}/a.meta.json"}
    assert sorted(walked.source for walked in walk(str(raw)) if isinstance(walked, FoundFile)) == sorted(expected)
    followed = discover(str(raw), follow_links=True)
    assert "out.txt" in [found.source for found in followed.files], "asked for, a link out is followed"


def test_hidden_files_are_not_read(tmp_path: Path) -> None:
    """Editors and systems leave them beside the pages: ``._page.txt``, ``.page.txt.swp``."""
    for name in ("page.txt", "._page.txt", ".page.txt.swp"):
        (tmp_path / name).write_text(ENGLISH)
    listing = discover(str(tmp_path))
    assert [found.source for found in listing.files] == ["page.txt"]
    assert listing.skipped == {"(hidden)": 2}


def test_a_link_to_a_folder_outside_is_told(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "b.txt").write_text(ENGLISH)
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "more").symlink_to(tmp_path / "elsewhere")
    listing = discover(str(tmp_path / "raw"))
    assert [(source, refusal.reason) for source, refusal in listing.refused] == [("more", "link_outside")]
    assert [f.source for f in discover(str(tmp_path / "raw"), follow_links=True).files] == ["more/b.txt"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become someone who may not look")
def test_a_closed_folder_is_told_and_the_rest_is_listed() -> None:
    with tempfile.TemporaryDirectory() as name:
        raw = Path(name)
        raw.chmod(0o755)
        (raw / "a.txt").write_text(ENGLISH)
        (raw / "closed").mkdir(mode=0o700)
        os.seteuid(65534)
        try:
            listing = discover(name)
        finally:
            os.seteuid(0)
    assert [found.source for found in listing.files] == ["a.txt"]
    assert [(source, refusal.reason) for source, refusal in listing.refused] == [("closed", "unreadable")]


def test_unpacking_stops_at_the_bytes_allowed() -> None:
    bomb = gzip.compress(b"The text. " * 100_000)
    with pytest.raises(Refusal, match=r"too_large: more than 5,000 bytes when unpacked"):
        read(RawFile("a.txt.gz", ".txt.gz", bomb, max_bytes=5_000))
    assert len(read(RawFile("a.txt.gz", ".txt.gz", bomb, max_bytes=1_000_000)).text) == 1_000_000


def test_an_object_store_reads_like_a_folder(tmp_path: Path) -> None:
    import fsspec

    store = fsspec.filesystem("memory")
    store.pipe("/bucket/raw/a/p.txt", ENGLISH.encode())
    store.pipe("/bucket/raw/a/p.txt.meta.json", b'{"title": "T"}')
    store.pipe("/bucket/raw/bad.txt", b"\x00\x01\x02\x03")
    answers = list(read_documents("memory://bucket/raw"))
    (tmp_path / "a").mkdir()
    (tmp_path / "a/p.txt").write_text(ENGLISH)
    (tmp_path / "a/p.txt.meta.json").write_text('{"title": "T"}')
    assert answers[0] == next(read_documents(str(tmp_path)))
    assert isinstance(answers[1], tuple)
    assert (answers[1][0], answers[1][1].reason) == ("bad.txt", "binary")


def test_a_missing_folder_or_a_file_in_its_place_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        discover(str(tmp_path / "none"))
    (tmp_path / "f").write_text("")
    with pytest.raises(NotADirectoryError):
        discover(str(tmp_path / "f"))
