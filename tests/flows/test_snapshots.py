"""Snapshots are listed, verified, rolled back and pruned, and a reader sees one of them or fails, never a mixture."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import schemas
from flows import export
from flows.batch import process_batch
from flows.cli import main
from flows.outcome import WrongUseError
from flows.pieces import run_here
from flows.run import make_ready, publish, record, take_stock, tasks
from flows.selection import Selection
from flows.settings import Settings
from flows.snapshots import Snapshots
from schemas.version import SCHEMA_VERSION
from tests.flows.conftest import Ended

TEXT = "City {} report.\n\nIn 2020, GDP hit {}.5 billion yuan, up {}.5%.\n"
DOCUMENTS = 6


def write_pages(raw: Path, version: int) -> None:
    raw.mkdir(exist_ok=True)
    for number in range(DOCUMENTS):
        (raw / f"page{number}.txt").write_text(TEXT.format(number, version, version))


def publish_once(raw: Path, processed: Path) -> str:
    settings = Settings(str(raw), str(processed))
    work = make_ready(settings, take_stock(settings))
    for task in tasks(work):
        record(work, process_batch(task))
    return publish(work, run_here)


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, list[str]]:
    """A folder with two snapshots, the second with one page changed."""
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    write_pages(raw, 1)
    first = publish_once(raw, processed)
    (raw / "page0.txt").write_text(TEXT.format(0, 2, 2))
    return processed, [first, publish_once(raw, processed)]


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> Ended:
    with pytest.raises(SystemExit) as ended:
        main(["snapshots", *map(str, arguments)])
    return Ended(int(ended.value.code or 0), *capsys.readouterr())


def test_list_and_roll_back(two: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    processed, (first, second) = two
    listed = run(capsys, "list", processed)
    assert listed.status == 0
    assert listed.out.index(first) < listed.out.index(second)
    assert schemas.read(processed, "figures")["value"].max() == 2.5e9
    assert run(capsys, "rollback", first, processed).status == 0
    assert schemas.read(processed, "figures")["value"].max() == 1.5e9
    assert schemas.read(processed, "figures", snapshot=second)["value"].max() == 2.5e9
    assert run(capsys, "rollback", "no-such", processed).status == 2


def test_alone_the_command_lists(
    two: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    processed, (first, second) = two
    monkeypatch.chdir(processed.parent)
    assert run(capsys).out == run(capsys, "list").out
    rows = [json.loads(line) for line in run(capsys, "list", "--format", "json").out.splitlines()]
    assert [(row["snapshot"], row["current"], row["documents"]) for row in rows] == [
        (first, "", DOCUMENTS),
        (second, "*", DOCUMENTS),
    ]
    (processed / "snapshots" / first / "manifest.json").write_text("{")
    assert "damaged" in run(capsys, "list").out


def test_unchanged_shards_are_shared(two: tuple[Path, list[str]]) -> None:
    processed, (first, second) = two
    folders = [processed / "snapshots" / name / "figures" for name in (first, second)]
    inodes = [{path.stat().st_ino for path in folder.iterdir()} for folder in folders]
    assert len(inodes[0] & inodes[1]) == DOCUMENTS - 1


DAMAGE: dict[str, Callable[[Path], None]] = {
    "a file is gone": lambda path: path.unlink(),
    "a byte is another": lambda path: replace_bytes(path, path.read_bytes()[:-20] + b"x" + path.read_bytes()[-19:]),
    "it was cut": lambda path: replace_bytes(path, path.read_bytes()[:-50]),
}


def replace_bytes(path: Path, data: bytes) -> None:
    """As another file: shards are shared between snapshots by hard links."""
    path.unlink()
    path.write_bytes(data)


@pytest.mark.parametrize("what", DAMAGE)
def test_verify_finds_damage(what: str, two: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    processed, (first, _) = two
    assert run(capsys, "verify", processed).status == 0
    path = next((processed / "current" / "figures").iterdir())
    DAMAGE[what](path)
    ended = run(capsys, "verify", processed)
    assert ended.status == 1
    assert path.name in ended.err
    assert run(capsys, "verify", processed, first).status == 0, "the other snapshot is whole"


def rewritten(path: Path, change: Callable[[Any], None]) -> None:
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))


def test_verify_finds_strangers_missing_files_and_other_columns(two: tuple[Path, list[str]]) -> None:
    processed, (first, second) = two
    store, folder = Snapshots(str(processed)), processed / "current"
    shutil.copy(next((folder / "figures").iterdir()), folder / "figures" / "copy.parquet")
    (folder / "numerate.sql").unlink()
    assert sorted(store.verify(second)) == [
        "figures/copy.parquet is not in the manifest; readers of whole folders take it for data",
        "numerate.sql is missing",
    ]

    def older(manifest: Any) -> None:
        manifest["schema_version"] = "0.1"
        manifest["tables"]["units"]["columns"]["factor"] = "string"

    old = processed / "snapshots" / first / "manifest.json"
    assert store.verify(first) == []
    rewritten(old, older)
    assert any("units" in line and "other columns" in line for line in store.verify(first))
    old.write_text("{")
    assert ["cannot be read" in line for line in store.verify(first)] == [True]


def test_verify_finds_counts_that_do_not_add_up(two: tuple[Path, list[str]]) -> None:
    processed, (_, second) = two
    store = Snapshots(str(processed))
    path = processed / "current" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["tables"]["figures"]["rows"] += 1
    path.write_text(json.dumps(manifest))
    assert any("do not add up" in line for line in store.verify(second))


def ceased(processed: Path, snapshot: str, days: float) -> None:
    """Lets a snapshot have ceased to be current so many days ago."""
    then = time.time() - days * 86_400
    os.utime(processed / "snapshots" / snapshot, (then, then))


def test_the_grace_period_begins_when_another_snapshot_takes_over(two: tuple[Path, list[str]]) -> None:
    """What was current until a moment ago has readers, however long ago it was made."""
    processed, (first, second) = two
    store = Snapshots(str(processed))
    assert store.prune(7) == [], "superseded just now"
    ceased(processed, first, 8)
    store.flip(first)
    assert store.prune(7) == [], "rolled back from just now"
    ceased(processed, first, 8)
    ceased(processed, second, 8)
    store.flip(second)
    assert store.prune(7) == [], "the first was current once more until now"
    ceased(processed, first, 8)
    assert store.prune(7) == [first]
    assert store.verify(second) == []


def test_prune_keeps_the_current_one(two: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    processed, (first, second) = two
    assert run(capsys, "prune", processed).out == "nothing to remove\n", "both are younger than the grace period"
    assert first in run(capsys, "prune", processed, "--days", "0").out
    assert Snapshots(str(processed)).ids() == [second]
    assert run(capsys, "verify", processed).status == 0, "what it shared with the one removed is still there"


def cut(path: Path) -> None:
    replace_bytes(path, path.read_bytes()[:40])


def on_current(change: Callable[[Path], None], name: str) -> Callable[[Path], None]:
    """Does something to the one file of the current snapshot that fits a pattern."""
    return lambda processed: change(next((processed / "current").glob(name)))


def pointed_to_nothing(processed: Path) -> None:
    (processed / "current").unlink()
    (processed / "current").symlink_to("snapshots/20260101T000000.000000Z-00000000")


def to_empty_object(path: Path) -> None:
    path.write_text("{}")


#: what happened to what was published, and the words that the message must have
BROKEN: dict[str, tuple[Callable[[Path], None], str]] = {
    "the manifest was cut": (on_current(cut, "manifest.json"), "manifest.json cannot be read"),
    "the manifest is another file": (on_current(to_empty_object, "manifest.json"), "has no tables"),
    "the manifest is gone": (on_current(Path.unlink, "manifest.json"), "manifest.json cannot be read"),
    "the index is gone": (on_current(Path.unlink, "index.parquet"), "index.parquet is missing"),
    "the index was cut": (on_current(cut, "index.parquet"), "index.parquet cannot be read"),
    "a shard is gone": (on_current(Path.unlink, "figures/*.parquet"), "figures/part-"),
    "a shard was cut": (on_current(cut, "documents/*.parquet"), "has 40 bytes"),
    "current leads nowhere": (pointed_to_nothing, "manifest.json cannot be read"),
    "current is gone": (lambda processed: (processed / "current").unlink(), "none is current"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_nothing_is_built_on_a_damaged_snapshot(
    what: str, two: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    processed, (first, second) = two
    damage, words = BROKEN[what]
    damage(processed)
    raw = processed.parent / "raw"
    with pytest.raises(SystemExit) as ended:
        main(["run", str(raw), str(processed)])
    said = capsys.readouterr().err
    assert ended.value.code == 3
    assert words in said
    assert first in said.partition("rollback")[2], "the way out"
    assert run(capsys, "rollback", first, processed).status == 0
    assert publish_once(raw, processed) not in (first, second)
    assert run(capsys, "verify", processed).status == 0


def test_nothing_goes_back_to_a_damaged_snapshot(
    two: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    processed, (first, second) = two
    cut(processed / "snapshots" / first / "numerate.sql")
    ended = run(capsys, "rollback", first, processed)
    assert (ended.status, "numerate.sql" in ended.err) == (4, True)
    assert Snapshots(str(processed)).current() == second


def test_verify_looks_at_everything_in_a_snapshot(two: tuple[Path, list[str]]) -> None:
    processed, (first, second) = two
    store = Snapshots(str(processed))
    cut(processed / "current" / "index.parquet")
    replace_bytes(processed / "current" / "datapackage.json", b"{}")
    assert sorted(line.split()[0] for line in store.verify(second)) == ["datapackage.json", "index.parquet"]
    shutil.copy(processed / "current" / "manifest.json", processed / "snapshots" / first / "manifest.json")
    assert any("does not belong to this snapshot" in line for line in store.verify(first))


@pytest.mark.parametrize("content", ["{", "{}", "[]", '{"tables": 3, "schema_version": 1}'])
def test_a_manifest_of_any_kind_is_a_finding(content: str, two: tuple[Path, list[str]]) -> None:
    processed, (first, _) = two
    (processed / "snapshots" / first / "manifest.json").write_text(content)
    assert ["manifest.json" in line for line in Snapshots(str(processed)).verify(first)] == [True]


def test_prune_removes_nothing_when_no_snapshot_is_current(
    two: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    processed, both = two
    pointed_to_nothing(processed)
    ended = run(capsys, "prune", processed, "--days", "0")
    assert (ended.status, "rollback" in ended.err) == (3, True)
    assert Snapshots(str(processed)).ids() == both


def test_prune_removes_damaged_ones_too(two: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    processed, (first, _) = two
    cut(processed / "snapshots" / first / "manifest.json")
    assert run(capsys, "prune", processed, "--days", "1e12").status == 2
    assert first in run(capsys, "prune", processed, "--days", "0").out


def test_a_first_run_killed_before_it_could_say_so_is_finished(tmp_path: Path) -> None:
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    write_pages(raw, 1)
    first = publish_once(raw, processed)
    (processed / "current").unlink()
    settings = Settings(str(raw), str(processed))
    assert make_ready(settings, take_stock(settings)).nothing_to_do
    assert Snapshots(str(processed)).current() == first


READER = """
import json, sys, pandas, polars, duckdb
import schemas
processed, engine = sys.argv[1:]
folder = f"{processed}/current/figures"
print("ready", flush=True)
mixtures = failures = reads = 0
while not sys.stdin.readline():
    pass
import select
while not select.select([sys.stdin], [], [], 0)[0]:
    try:
        if engine == "ours":
            values = set(schemas.read(processed, "figures", columns=["value"], where=[("unit", "=", "CNY")]).value)
        elif engine == "pandas":
            frame = pandas.read_parquet(folder, columns=["value", "unit"])
            values = set(frame.value[frame.unit == "CNY"])
        elif engine == "polars":
            frame = polars.read_parquet(f"{folder}/*.parquet", columns=["value", "unit"])
            values = set(frame.filter(polars.col("unit") == "CNY")["value"])
        else:
            found = duckdb.sql(f"select value from '{folder}/*.parquet' where unit = 'CNY'").fetchall()
            values = {row[0] for row in found}
        reads += 1
        mixtures += len(values) > 1
    except Exception:
        failures += 1
print(json.dumps({"reads": reads, "mixtures": mixtures, "failures": failures}))
"""


ENGINES = ("ours", "pandas", "polars", "duckdb")


def read_while_publishing(snapshots: int, folder: Path) -> dict[str, dict[str, int]]:
    """What readers in other processes saw while snapshots were published in a row."""
    raw, processed = folder / "raw", folder / "processed"
    write_pages(raw, 1)
    publish_once(raw, processed)
    readers = {
        engine: subprocess.Popen(
            [sys.executable, "-c", READER, processed, engine], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for engine in ENGINES
    }
    for reader in readers.values():
        assert reader.stdout
        assert reader.stdin
        assert reader.stdout.readline() == "ready\n"
        reader.stdin.write("go\n")
        reader.stdin.flush()
    for version in range(2, 2 + snapshots):
        write_pages(raw, version)
        publish_once(raw, processed)
    return {name: json.loads(reader.communicate("stop\n", timeout=60)[0]) for name, reader in readers.items()}


def check_readers(found: dict[str, dict[str, int]]) -> None:
    assert all(seen["reads"] > 0 for seen in found.values()), found
    assert all(seen["mixtures"] == 0 for seen in found.values()), found
    assert found["ours"]["failures"] == 0


def test_readers_never_see_a_mixture(tmp_path: Path) -> None:
    check_readers(read_while_publishing(6, tmp_path))


@pytest.mark.sweep
def test_readers_never_see_a_mixture_in_fifty_snapshots(tmp_path: Path) -> None:
    check_readers(read_while_publishing(50, tmp_path))


def test_a_run_brings_a_snapshot_of_an_older_schema_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also the rows of documents that are not read again: a snapshot has one schema."""
    older = Path(__file__).parents[1] / "schemas" / "older"
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    (old,) = (path.name for path in older.iterdir() if path.is_dir())
    shutil.copytree(older / old, processed / "snapshots" / old)
    raw.mkdir()
    shutil.copy(older / "qinghe.txt", raw)
    store = Snapshots(str(processed))
    store.flip(old)
    assert store.verify(old) == []
    for name, table in schemas.TABLES.items():
        assert all(list(row) == table.columns for row in export.rows(store, old, name)), "it can be exported as it is"
    manifest = processed / "snapshots" / old / "manifest.json"
    monkeypatch.setattr(store, "manifest", lambda _: json.loads(manifest.read_text()) | {"schema_version": "9.0"})
    with pytest.raises(WrongUseError, match="a newer numerate reads it"):
        export.rows(store, old, "figures")
    monkeypatch.undo()
    selected = Selection(source=("no such document",))
    settings = Settings(str(raw), str(processed))
    work = make_ready(settings, take_stock(settings), selected)
    assert list(tasks(work)) == []
    new = publish(work, run_here)
    assert store.verify(new) == []
    assert store.manifest(new)["schema_version"] == SCHEMA_VERSION
    assert schemas.read(processed, "figures")["flags"].map(list).tolist() == [[], [], ["unit_impossible"], []]
