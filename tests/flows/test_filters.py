"""The filters: a line in, a line out, and no traceback for a user's mistake."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from flows.cli import main
from flows.filters import answer_lines, as_csv, as_json, clean_answer, extract_answer
from schemas.records import record_columns
from tests.flows.conftest import ENGLISH, Ended, command

Run = Callable[..., Ended]
REPAIR = "GDP reached 320. 1 billion yuan,a rise of 5.9 percent."


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in this process, with some bytes on standard input."""

    def call(*arguments: str | Path, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Ended(int(ended.value.code or 0), out, err)

    return call


def test_clean_prints_the_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(REPAIR)
    for arguments, stdin in ((("clean", tmp_path / "page.txt"), b""), (("clean", "-"), REPAIR.encode())):
        ended = run(*arguments, stdin=stdin)
        assert (ended.status, ended.out) == (0, "GDP reached 320.1 billion yuan, a rise of 5.9 percent.\n")


def test_diff_shows_each_repair_and_its_rule(run: Run) -> None:
    answer = json.loads(run("clean", "--diff", "--format", "json", stdin=REPAIR.encode()).out)
    text = run("clean", "--diff", stdin=REPAIR.encode()).out
    assert answer["edits"]
    for edit in answer["edits"]:
        assert REPAIR[edit["raw_start"] : edit["raw_end"]] == edit["before"]
        assert f"{edit['raw_start']}-{edit['raw_end']}\t{edit['rule']}\t" in text
    applied = REPAIR
    for edit in reversed(answer["edits"]):
        applied = applied[: edit["raw_start"]] + edit["after"] + applied[edit["raw_end"] :]
    assert applied == answer["text"]


def test_diff_is_in_colour_on_a_terminal_only(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = run("clean", "--diff", stdin=REPAIR.encode()).out
    assert "\x1b" not in plain
    monkeypatch.setattr("flows.cli._in_colour", lambda: True)
    coloured = run("clean", "--diff", stdin=REPAIR.encode()).out
    assert "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


def test_what_is_not_english_is_said(run: Run) -> None:
    french = "Le produit intérieur brut de la ville a atteint 320 milliards d'euros, soit une hausse de 5 pour cent. "
    ended = run("extract", stdin=(french * 3).encode())
    assert ended.status == 0
    assert "'fr'" in ended.err
    assert run("extract", stdin=REPAIR.encode()).err == ""


def test_lines_are_answered_with_their_id(run: Run) -> None:
    ids = [1, "a", None, {"n": 1}, [2], 1.5, True]
    stdin = b"".join(json.dumps({"id": i, "text": REPAIR, "more": 1}).encode() + b"\n\n" for i in ids)
    for name, keys in (("clean", ["id", "text", "edits"]), ("extract", ["id", "text", "figures"])):
        ended = run(name, "--jsonl", stdin=stdin)
        answers = [json.loads(line) for line in ended.out.splitlines()]
        assert ended.status == 0
        assert [answer["id"] for answer in answers] == ids
        assert all(list(answer) == keys for answer in answers)


def test_a_figure_has_the_columns_of_the_table(run: Run) -> None:
    line = json.dumps({"id": 1, "text": "Exports totaled 320.1 billion yuan last year.", "published": "2021-02-03"})
    answer = json.loads(run("extract", "--jsonl", "--all", stdin=line.encode()).out)
    (figure,) = answer["figures"]
    assert list(figure) == record_columns()
    assert {"doc_id", "source", "figure_id"}.isdisjoint(figure)
    assert (figure["value"], figure["value_text"]) == (320100000000, "320100000000")
    assert answer["text"][figure["start"] : figure["end"]] == figure["quote"]
    assert figure["period_from"] == "dateline", "the date of the line is used"
    assert figure["period_end"] == "2020-12-31"
    assert all({"quote", "start", "end", "why"} == set(other) for other in answer["not_figures"])


BAD_LINES = [
    (b"not json", None, "JSONDecodeError"),
    (b"[1]", None, "list"),
    (b'{"id": 1}', 1, "text is missing"),
    (b'{"id": 1, "text": 5}', 1, "text is int"),
    (b'{"id": 1, "text": "x", "published": "soon"}', 1, "published"),
    (b'{"id": 1, "text": "x", "title": []}', 1, "title is list"),
    (b'{"id": 1, "text": "\\ud800"}', 1, "surrogate"),
    (b'{"id": 1, "text": "\xff"}', None, "UnicodeDecodeError"),
    (b"[" * 100_000, None, "RecursionError"),
]


@pytest.mark.parametrize(("line", "identity", "said"), BAD_LINES, ids=[row[2] for row in BAD_LINES])
def test_a_bad_line_is_answered_and_the_rest_goes_on(line: bytes, identity: object, said: str, run: Run) -> None:
    ended = run("extract", "--jsonl", stdin=line + b"\n" + b'{"id": 2, "text": "ok"}\n')
    bad, good = map(json.loads, ended.out.splitlines())
    assert ended.status == 1
    assert set(bad) == {"id", "error"}
    assert bad["id"] == identity
    assert said in bad["error"]
    assert good["id"] == 2
    assert "Traceback" not in ended.err


def test_an_error_inside_is_an_answer_too() -> None:
    def broken(_: object) -> dict[str, object]:
        raise ZeroDivisionError("deep inside")

    ((line, failed),) = answer_lines([b'{"id": 3, "text": "x"}'], broken)
    assert failed
    answer = json.loads(line)
    assert (answer["id"], answer["error"].split()[0]) == (3, "ZeroDivisionError")
    assert "deep inside" not in line, "the words of an error may quote the text"


@pytest.mark.parametrize("arguments", [["--format", "json"], ["--format", "csv"], ["--format", "text"], ["--all"], []])
def test_every_format_shows_the_figure(arguments: list[str], run: Run) -> None:
    ended = run("extract", *arguments, stdin=ENGLISH.encode())
    assert ended.status == 0
    assert "320.1 billion yuan" in ended.out


def test_the_text_format_marks_every_figure_and_explains_its_signs(run: Run) -> None:
    text = "The GDP of Lanhe was 3.5 billion yuan in 2020, up 5.9 %. " + "It is a long story. " * 20
    shown = run("extract", "--format", "text", stdin=text.encode()).out.splitlines()
    assert "[3.5 billion yuan =] in 2020, up [5.9% %]" in shown[0]
    assert len(shown[0]) > 400, "a line stays a line where there is no terminal"
    assert shown[-1] == "[= level] [% growth_rate]"


def test_colours_go_to_a_terminal_only() -> None:
    from io import StringIO

    from rich.console import Console

    from extractors.model import Document
    from extractors.pipeline import extract
    from flows.display import highlighted

    shown = highlighted(extract(Document("", ENGLISH)))
    for is_terminal in (True, False):
        console = Console(file=StringIO(), force_terminal=is_terminal, color_system="standard" if is_terminal else None)
        console.print(shown)
        assert ("\x1b[1;32m[" in console.file.getvalue()) == is_terminal  # type: ignore[attr-defined]


def test_csv_is_safe_to_open_in_a_spreadsheet() -> None:
    records = [{"quote": "=1+1", "value": -5.5, "value_text": "-5.5", "flags": ["a", "b"]}]
    assert as_csv(records, records[0]) == "quote,value,value_text,flags\n'=1+1,-5.5,-5.5,a b\n"


def test_json_is_readable_and_always_writable() -> None:
    assert as_json({"a": "亿元"}) == '{"a": "亿元"}'
    assert json.loads(as_json("\ud800")) == "\ud800"


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("clean", "no-such-file.txt"), 2, "no such file"),
        (("extract", "."), 2, "folder"),
        (("extract", "--jsonl", "no-such-file.jsonl"), 2, "No such file"),
        (("extract", "--format", "xml"), 2, "--format"),
        (("clean", "--no-such-option"), 2, "--no-such-option"),
        (("clean", "--format", "json"), 2, "add --diff"),
        (("units", "--kind", "furlongs"), 2, "there are"),
        (("score", "."), 2, "no annotated documents"),
        (("snapshots", "list", "no-such-folder"), 2, "nothing is published"),
        (("snapshots", "verify", "no-such-folder"), 2, "nothing"),
    ],
)
def test_a_mistake_is_said_in_words(arguments: tuple[str, ...], status: int, said: str, run: Run) -> None:
    ended = run(*arguments)
    assert ended.status == status
    assert said in ended.err
    assert "Traceback" not in ended.err
    assert ended.out == ""


def test_a_file_that_cannot_be_read_fails(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes(bytes(range(256)))
    ended = run("extract", tmp_path / "x.txt")
    assert (ended.status, "binary" in ended.err) == (3, True)


def test_a_reader_that_has_gone_is_no_error() -> None:
    lines = b'{"id": 1, "text": "GDP rose"}\n' * 5000
    done = subprocess.run(
        f"{sys.executable} -m flows.cli clean --jsonl | head -1; echo ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        input=lines,
        capture_output=True,
        check=False,
    )
    assert done.stderr == b""
    assert done.stdout.splitlines()[-1] == b"0"


def test_output_comes_line_by_line() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "clean", "--jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        for number in range(3):
            process.stdin.write(json.dumps({"id": number, "text": "GDP rose"}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number, "answered before the next line is sent"
        process.stdin.close()
        assert process.wait() == 0


def test_filters_start_quickly() -> None:
    """At most 2.5 times as long as spaCy's blank pipeline takes; the best of two, as others use the machine too."""
    text = b"GDP grew by 5.9 % in 2020."
    blank = min(seconds([sys.executable, "-c", "import spacy; spacy.blank('en')"]) for _ in range(2))
    for name in ("clean", "extract"):
        assert min(seconds([sys.executable, "-m", "flows.cli", name], text) for _ in range(2)) <= 2.5 * blank


def seconds(arguments: list[str], stdin: bytes = b"") -> float:
    started = time.perf_counter()
    subprocess.run(arguments, input=stdin, capture_output=True, check=True)
    return time.perf_counter() - started


def test_the_module_runs_as_a_command() -> None:
    ended = command("extract", "--format", "json", stdin=ENGLISH.encode())
    assert ended.status == 0
    assert len(json.loads(ended.out)["figures"]) == 2


def test_cleaning_and_extraction_agree_on_the_text() -> None:
    from extractors.model import Document

    document = Document("x", REPAIR)
    assert clean_answer(document)["text"] == extract_answer(document)["text"]


COMMANDS = [
    *(["run"], ["clean"], ["extract"], ["score"], ["units"], ["runs"], ["check"], ["config"], ["tables"]),
    *(["reprocess"], ["diff"], ["export"], ["explain"], ["serve"], ["report"]),
    *(["snapshots", name] for name in ("list", "verify", "rollback", "prune")),
]


@pytest.mark.parametrize("words", COMMANDS, ids=[" ".join(words) for words in COMMANDS])
def test_every_command_has_help_with_an_example(words: list[str], run: Run) -> None:
    ended = run(*words, "--help")
    assert ended.status == 0
    assert "Example: " in ended.out
    assert f"numerate {' '.join(words)}" in ended.out.split("Example: ")[1]


def test_no_command_is_forgotten_here() -> None:
    from flows import operations
    from flows.cli import app, snapshots_app

    commands = [*app.registered_commands, *operations.app.registered_commands]
    known = {command.name or command.callback.__name__ for command in commands if command.callback}
    assert known == {words[0] for words in COMMANDS if len(words) == 1}
    assert {command.name for command in snapshots_app.registered_commands} == {w[1] for w in COMMANDS if len(w) == 2}
