"""Snapshots are listed, verified, rolled back and pruned, and a reader sees one of them or fails, never a mixture."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import schemas
from flows.batch import process_batch
from flows.run import Settings, make_ready, merge_here, publish, record, take_stock, tasks
from flows.snapshots import Snapshots
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
    return publish(work, merge_here)


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, list[str]]:
    """A folder with two snapshots, the second with one page changed."""
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    write_pages(raw, 1)
    first = publish_once(raw, processed)
    (raw / "page0.txt").write_text(TEXT.format(0, 2, 2))
    return processed, [first, publish_once(raw, processed)]


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> Ended:
    from flows.cli import main

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
    assert list(store.verify(first)) == []
    rewritten(old, older)
    assert ["units" in line and "other columns" in line for line in store.verify(first)] == [True]
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


def test_the_grace_period_begins_when_another_snapshot_takes_over(two: tuple[Path, list[str]]) -> None:
    """What was current until a moment ago has readers, however long ago it was made."""
    processed, (first, second) = two
    store = Snapshots(str(processed))
    place = processed / "snapshots"

    def made(snapshot: str, created: str) -> None:
        rewritten(place / snapshot / "manifest.json", lambda manifest: manifest.update(created=created))

    made(first, "2026-01-01T00:00:00+00:00")
    assert store.prune(7) == [], "made long ago, superseded just now"
    store.flip(first)
    assert store.prune(7) == [], "rolled back from just now"
    store.flip(second)
    made(second, "2026-01-02T00:00:00+00:00")
    assert store.prune(7) == [first]
    assert list(store.verify(second)) == []


def test_prune_keeps_the_current_one(two: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    processed, (first, second) = two
    assert run(capsys, "prune", processed).out == "nothing to remove\n", "both are younger than the grace period"
    assert first in run(capsys, "prune", processed, "--days", "0").out
    assert Snapshots(str(processed)).ids() == [second]
    assert run(capsys, "verify", processed).status == 0, "what it shared with the one removed is still there"


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
