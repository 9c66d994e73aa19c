"""The log: one event a line, and no text of a document in it, nor in an error, nor in what Prefect keeps of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from flows.log import VERBOSE, discreetly, told
from flows.outcome import RunError, WrongUseError
from flows.workers import Workers
from tests.flows.conftest import Ended, Numerate, command

#: seconds that a run may take beside others, with workers that end and start again
LONG = 900
#: stands in every text, and may be found nowhere else
MARK = "Xanadubra"
TEXT = f"In 2020, the GDP of {MARK} City was {{}} billion yuan, up 5.9 percent. {{}}\n"
PAGES = {
    "good.txt": TEXT.format(3.5, "").encode(),
    "page.html": f"<h1>{MARK}</h1><p>{TEXT.format(3.5, '')}</p>".encode(),
    "error.txt": TEXT.format(4.5, "It breaks its reader.").encode(),
    "crash.txt": TEXT.format(5.5, "It ends its process.").encode(),
    "rows.txt": TEXT.format(6.5, "It fails its checks.").encode(),
    "binary.txt": f"%PDF-1.7 {MARK}\x00\x01".encode(),
    "broken.txt.gz": f"{MARK} is no gzip".encode(),
    "empty.html": f"<!-- {MARK} -->".encode(),
    "french.txt": (
        f"Le produit de {MARK} a atteint 320 milliards d'euros, soit une hausse de 5 pour cent. " * 4
    ).encode(),
    "dated.txt": TEXT.format(3.5, "It is dated.").encode(),
    "dated.txt.meta.json": json.dumps({"published": f"{MARK} day"}).encode(),
    "listed.txt": TEXT.format(3.5, "It is listed.").encode(),
    "listed.txt.meta.json": f"[{MARK}]".encode(),
}
SPOILT = TEXT.format(7.5, "It spoils its rows.")


@pytest.fixture(autouse=True)
def said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test asks for holds for its processes only."""
    monkeypatch.setenv(VERBOSE, "0")


@pytest.fixture
def pages(tmp_path: Path, hook: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with pages of all kinds in raw/, and Prefect at home in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    (tmp_path / "raw").mkdir()
    for name, content in PAGES.items():
        (tmp_path / "raw" / name).write_bytes(content)
    return tmp_path


def kept_by_prefect(home: Path) -> Iterator[tuple[str, str]]:
    """What stands in the database of Prefect, but for artifacts, which may quote, and in its files."""
    with closing(sqlite3.connect(home / "prefect.db")) as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            if not table.startswith("artifact"):
                yield from ((table, str(row)) for row in database.execute(f'select * from "{table}"'))
    for path in home.rglob("*"):
        if path.is_file() and not path.name.startswith("prefect.db"):
            yield path.name, path.read_bytes().decode("latin-1")


def events(ended: Ended) -> list[dict[str, object]]:
    """The events among the lines on stderr; the others are said to a person."""
    lines = ended.err.splitlines()
    return [json.loads(line) for line in lines if not line.startswith("numerate: ")]


def test_no_text_of_a_document_is_in_logs_and_errors(pages: Path) -> None:
    ran = command("run", "--workers", "2", "--verbose", timeout=LONG)
    assert ran.status == 0, ran.err
    assert MARK not in ran.out + ran.err
    found = events(ran)
    assert all({"time", "level", "event"} <= set(each) for each in found)
    assert {"discovered", "planned", "batch", "refused", "ended"} <= {str(each["event"]) for each in found}
    refused = {each["source"]: each["reason"] for each in found if each["event"] == "refused"}
    assert (refused["error.txt"], refused["crash.txt"], refused["french.txt"]) == (
        "failed",
        "crashed",
        "wrong_language",
    )

    (pages / "raw" / "spoilt.txt").write_text(SPOILT)  # fails with its batch, on the worker of a cluster
    failed = command("run", "--runner", "dask", "--workers", "1", "--verbose", timeout=LONG)
    assert failed.status == 3, failed.err
    assert "the column 'start' of a row does not fit the table 'figures'" in failed.err
    assert MARK not in failed.out + failed.err

    kept = list(kept_by_prefect(pages / "prefect"))
    assert any(table == "log" and '"event": "ended"' in row for table, row in kept), "events are on the page of the run"
    assert any("does not fit the table" in row for table, row in kept if table == "flow_run_state")
    assert [(table, row) for table, row in kept if MARK in row] == []


@pytest.mark.parametrize("words", [("extract",), ("clean",), ("check",), ("extract", "--jsonl"), ("explain",)])
def test_nor_is_it_beside_the_result_of_a_filter(
    words: tuple[str, ...], pages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from flows.cli import main

    for name in PAGES:
        file = f"raw/{name}" + (":0" if words == ("explain",) else "")
        with pytest.raises(SystemExit):
            main([*words, file, "--verbose"])
        out, err = capsys.readouterr()
        assert MARK not in err
        assert MARK not in out or words != ("extract", "--jsonl"), "errors, each line of these pages"


@pytest.mark.server
def test_quiet_says_nothing_and_verbose_says_more(raw: Path, processed: Path, numerate: Numerate) -> None:
    quiet = numerate("run", raw, processed, "--quiet")
    assert (quiet.status, quiet.out, quiet.err) == (0, "", "")
    plain, verbose = numerate("run", raw, processed), numerate("run", raw, processed, "-v")
    assert [each["event"] for each in events(plain)] == ["discovered", "planned", "ended"]
    assert {"stage"} == {str(each["event"]) for each in events(verbose)} - {"discovered", "planned", "ended"}
    assert all(each["level"] in ("debug", "info") for each in events(verbose))


def test_every_command_can_be_quiet_and_verbose(capsys: pytest.CaptureFixture[str]) -> None:
    from flows.cli import main
    from tests.flows.test_filters import COMMANDS

    for words in COMMANDS:
        with pytest.raises(SystemExit):
            main([*words, "--help"])
        shown = capsys.readouterr().out
        assert "-q, --quiet" in shown, words
        assert "-v, --verbose" in shown, words


FOREIGN = [
    (ValueError(MARK), "ValueError"),
    (KeyError(MARK), "KeyError"),
    (FileNotFoundError(2, "No such file or directory", "raw/a.txt"), "raw/a.txt: No such file or directory"),
    (OSError(MARK), "OSError"),
    (UnicodeDecodeError("utf-8", MARK.encode(), 0, 1, MARK), "UnicodeDecodeError"),
    (WrongUseError("RAW is 'x',\nwhich is not there"), "RAW is 'x', which is not there"),
]


@pytest.mark.parametrize(("error", "words"), FOREIGN, ids=[type(error).__name__ for error, _ in FOREIGN])
def test_errors_of_others_are_told_by_their_type(error: Exception, words: str) -> None:
    assert told(error) == words


def choke(text: str) -> None:
    """As a library does."""
    raise ValueError(f"cannot read {text!r}")


def test_an_error_in_a_worker_process_is_told_by_its_place() -> None:
    with Workers(1) as workers, pytest.raises(RunError) as raised:
        list(workers.map(choke, [MARK]))
    assert str(raised.value).startswith("nothing was published: ValueError at tests/flows/test_log.py:")
    assert raised.value.frames[-1].endswith(" choke")


def test_the_context_of_an_error_is_not_printed_with_it() -> None:
    import traceback

    with pytest.raises(RunError) as raised:
        discreetly(choke, MARK)
    assert MARK not in "".join(traceback.format_exception(raised.value))
