"""Whatever lies in the raw folder, the rest is processed and the reason is in quarantine."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

import schemas
from flows.outcome import Report
from tests.flows.conftest import ENGLISH, Numerate, command

pytestmark = pytest.mark.server

CHINESE = "2020年，全市地区生产总值达到3201亿元，比2015年增加961亿元，年均增长5.9%。" * 4


def write(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


def with_broken_sidecar(path: Path) -> None:
    path.write_text(ENGLISH)
    Path(f"{path}.meta.json").write_text("{")


# what is put at a name, and the reason in quarantine, or None where it is read after all
CASES: list[tuple[str, str, Callable[[Path], object], str | None]] = [
    ("a folder named like a file", "x.txt", lambda path: path.mkdir(), "not_a_file"),
    ("binary data named .txt", "b.txt", write(bytes(range(256)) * 4), "binary"),
    ("a truncated gzip", "t.txt.gz", write(gzip.compress(ENGLISH.encode() * 50)[:-9]), "truncated_gzip"),
    ("a UTF-16 page", "u.txt", write(ENGLISH.encode("utf-16")), None),
    ("a GB18030 page in English", "g.txt", write(("“A” " + ENGLISH).encode("gb18030")), None),
    ("a GB18030 page in Chinese", "c.txt", write(CHINESE.encode("gb18030")), "wrong_language"),
    ("a Latin-1 page", "l.txt", write(("The café of Málaga: " + ENGLISH).encode("latin-1")), None),
    ("a page without text", "n.html", write(b"<html><body><script>1</script></body></html>"), "no_text"),
    ("an empty file", "e.txt", write(b""), "empty"),
    ("a page in another language", "z.txt", write((CHINESE).encode()), "wrong_language"),
    ("a broken sidecar", "s.txt", with_broken_sidecar, "bad_sidecar"),
    ("a pipe", "p.txt", os.mkfifo, "not_a_file"),
    ("a link that leads nowhere", "d.txt", lambda path: path.symlink_to("nowhere"), "unreadable"),
    ("a newline in the name", "n\nn.txt", write(ENGLISH.encode()), None),
    ("a link out of the folder", "o.txt", lambda path: path.symlink_to("/dev/zero"), "link_outside"),
]


@pytest.fixture(scope="module")
def everything(server: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report]:
    """All that is bad in one folder, beside one good page: what was published, and what the run says."""
    from flows.process import process

    raw = tmp_path_factory.mktemp("bad") / "raw"
    raw.mkdir()
    (raw / "good.txt").write_text(ENGLISH + "A good page.")
    for _, name, put, _ in CASES:
        put(raw / name)
    return raw.parent, process(str(raw), str(raw.parent / "processed"))


@pytest.mark.parametrize(("name", "reason"), [(case[1], case[3]) for case in CASES], ids=[case[0] for case in CASES])
def test_bad_input(name: str, reason: str | None, everything: tuple[Path, Report]) -> None:
    folder, report = everything
    sources = schemas.read(folder / "processed", "documents").sources.explode().tolist()
    quarantine = schemas.read(folder / "processed", "quarantine", where=[("source", "=", name)])
    assert "good.txt" in sources, "the rest is processed"
    assert quarantine.reason.tolist() == ([reason] if reason else [])
    assert quarantine.check.str.len().gt(10).all(), "and said in words"
    assert (name in sources) == (reason is None)
    assert reason is None or report.quarantined[reason] >= 1


def test_bad_documents_are_an_exit_status_only_when_asked(everything: tuple[Path, Report], numerate: Numerate) -> None:
    folder, _ = everything
    ended = numerate("run", folder / "raw", folder / "processed")
    assert ended.status == 0
    assert "not_a_file" in ended.out, "the summary says it"
    assert numerate("run", folder / "raw", folder / "processed", "--strict").status == 1


def test_raw_missing_or_no_folder(tmp_path: Path, processed: Path, numerate: Numerate) -> None:
    assert numerate("run", tmp_path / "none", processed).status == 2
    (tmp_path / "file").write_text(ENGLISH)
    ended = numerate("run", tmp_path / "file", processed)
    assert (ended.status, ended.out) == (2, "")
    assert "no folder" in ended.err
    assert not processed.exists()


def test_raw_empty_on_a_first_run_gives_an_empty_snapshot(tmp_path: Path, processed: Path, numerate: Numerate) -> None:
    (tmp_path / "raw").mkdir()
    ended = numerate("run", tmp_path / "raw", processed)
    assert ended.status == 0
    assert "is empty" in ended.out
    for table in schemas.TABLES:
        frame = schemas.read(processed, table)
        assert list(frame.columns) == schemas.TABLES[table].columns
    assert len(schemas.read(processed, "figures")) == 0
    assert numerate("run", tmp_path / "raw", processed).status == 0, "and again, nothing to do"


def test_raw_emptied_later_is_refused(raw: Path, processed: Path, numerate: Numerate) -> None:
    assert numerate("run", raw, processed).status == 0
    (raw / "good.txt").unlink()
    ended = numerate("run", raw, processed)
    assert ended.status == 4
    assert "--allow-shrink" in ended.err
    assert len(schemas.read(processed, "documents")) == 1, "what was published stays"
    assert numerate("run", raw, processed, "--allow-shrink").status == 0
    assert len(schemas.read(processed, "documents")) == 0


@pytest.mark.parametrize("name", ["scan.pdf", "b.txt"])
def test_nothing_readable_publishes_nothing(name: str, tmp_path: Path, processed: Path, numerate: Numerate) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / name).write_bytes(b"%PDF-1.7 ...")
    ended = numerate("run", tmp_path / "raw", processed)
    assert ended.status == 3
    assert "pdf" in ended.err or "binary" in ended.err
    assert not (processed / "current").exists()


def test_processed_where_it_cannot_be(raw: Path, tmp_path: Path, numerate: Numerate) -> None:
    assert numerate("run", raw, raw / "out").status == 2, "raw is never written to"
    (tmp_path / "file").write_text("")
    assert numerate("run", raw, tmp_path / "file").status == 2
    assert numerate("run", raw, "/dev/full").status == 2


def test_a_file_too_large_and_a_gzip_bomb(raw: Path, processed: Path, numerate: Numerate) -> None:
    (raw / "large.txt").write_text(ENGLISH * 100)
    (raw / "bomb.txt.gz").write_bytes(gzip.compress(b" " * 150_000_000))
    assert numerate("run", raw, processed, "--max-bytes", "8000").status == 0
    reasons = dict(schemas.read(processed, "quarantine")[["source", "reason"]].to_numpy().tolist())
    assert reasons == {"large.txt": "too_large", "bomb.txt.gz": "too_large"}


def test_a_name_that_is_no_utf8(raw: Path, processed: Path, numerate: Numerate) -> None:
    (raw / os.fsdecode(b"caf\xe9.txt")).write_text(ENGLISH + "Another page.")
    assert numerate("run", raw, processed).status == 0
    assert "caf\\xe9.txt" in schemas.read(processed, "documents").sources.explode().tolist()
    assert "nothing new" in numerate("run", raw, processed).out


def test_limits_that_were_moved_bring_back_what_they_kept_out(raw: Path, processed: Path, numerate: Numerate) -> None:
    (raw / "large.txt.gz").write_bytes(gzip.compress((ENGLISH * 100).encode()))
    assert numerate("run", raw, processed, "--max-bytes", "5000").status == 0
    assert schemas.read(processed, "quarantine").reason.tolist() == ["too_large"]
    assert "nothing new" in numerate("run", raw, processed, "--max-bytes", "5000").out
    assert numerate("run", raw, processed).status == 0
    assert len(schemas.read(processed, "quarantine")) == 0
    assert len(schemas.read(processed, "documents")) == 2


def test_links_out_of_the_folder_are_followed_when_asked(
    raw: Path, processed: Path, tmp_path: Path, numerate: Numerate
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "b.txt").write_text(ENGLISH + "Elsewhere.")
    (raw / "more").symlink_to(tmp_path / "elsewhere")
    assert numerate("run", raw, processed).status == 0
    assert schemas.read(processed, "quarantine")[["source", "reason"]].to_numpy().tolist() == [["more", "link_outside"]]
    assert numerate("run", raw, processed, "--follow-links").status == 0
    assert "more/b.txt" in schemas.read(processed, "documents").sources.explode().tolist()
    assert len(schemas.read(processed, "quarantine")) == 0


def test_a_renamed_folder_is_no_shrinking(raw: Path, processed: Path, numerate: Numerate) -> None:
    for number in range(4):
        (raw / f"p{number}.txt").write_text(f"{ENGLISH} Page {number}.")
    assert numerate("run", raw, processed).status == 0
    (raw / "year").mkdir()
    for number in range(4):
        (raw / f"p{number}.txt").rename(raw / "year" / f"p{number}.txt")
    ended = numerate("run", raw, processed)
    assert ended.status == 0, ended.err
    assert "4 new" in ended.out
    assert "4 gone" in ended.out


@pytest.mark.sweep
def test_a_hundred_thousand_tiny_files(tmp_path: Path, processed: Path, server: str) -> None:
    """In a process of its own; the second run has nothing to do and is over in no more than the start of a run."""
    for number in range(100_000):
        below = tmp_path / "raw" / f"{number // 1000}"
        below.mkdir(parents=True, exist_ok=True)
        (below / f"{number}.txt").write_text(
            f"In 2020, the GDP of the city of X{number} reached {number}.5 billion yuan."
        )
    ended = command("run", tmp_path / "raw", processed, PREFECT_API_URL=server, timeout=900)
    assert ended.status == 0, ended.err
    counts = [len(schemas.read(processed, table, columns=["doc_id"])) for table in ("documents", "figures")]
    assert counts == [100_000, 100_000]
    ended = command("run", tmp_path / "raw", processed, PREFECT_API_URL=server)
    assert "nothing new; 100,000 unchanged" in ended.out


@pytest.mark.sweep
def test_a_line_of_fifty_megabytes(raw: Path, processed: Path, server: str) -> None:
    words = "the road to the city was long and the people of the region were many, "
    parts = [words * 20 + f"exports reached {number}.5 billion yuan in 2020, " for number in range(36_000)]
    (raw / "line.txt").write_text("".join(parts))
    assert (raw / "line.txt").stat().st_size > 50_000_000
    ended = command("run", raw, processed, "--workers", "1", PREFECT_API_URL=server, timeout=900)
    assert ended.status == 0, ended.err
    figures = schemas.read(processed, "figures", where=[("source", "=", "line.txt")], columns=["value", "sentence"])
    assert len(figures) == 36_000
    assert figures.sentence.str.len().max() <= 2_000
