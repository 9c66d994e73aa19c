"""Raw and processed in an object store: an S3 server on loopback, and a store that knows no conditions."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from moto.server import ThreadedMotoServer

import schemas
from flows.batch import process_batch
from flows.objectstore import StoredSnapshots, snapshots_at
from flows.outcome import DamagedError, RefusedError
from flows.pieces import run_here
from flows.pointer import ConflictError, put_pointer, read_pointer
from flows.run import Work, make_ready, publish, record, take_stock, tasks
from flows.selection import Selection
from flows.settings import Settings
from schemas import TABLES
from tests.flows.conftest import Numerate, command

TEXT = "Page {}\n\nIn 2020, GDP hit {}.5 billion yuan, up {}.5%.\n"
DOCUMENTS = 4


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of an S3 server with nothing in it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def environment(s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What a process needs to reach the server, and a cache of its own."""
    found = {
        "AWS_ENDPOINT_URL": s3,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    for name, value in found.items():
        monkeypatch.setenv(name, value)
    return found


@pytest.fixture
def bucket(environment: dict[str, str]) -> str:
    """An empty bucket."""
    name = f"b{uuid.uuid4().hex}"
    fsspec.filesystem("s3").mkdir(name)
    return f"s3://{name}"


@pytest.fixture(params=["s3", "memory"])
def store(request: pytest.FixtureRequest, environment: dict[str, str]) -> str:
    """Two kinds of stores; of the second there is one for the process."""
    if request.param == "s3":
        return str(request.getfixturevalue("bucket"))
    return f"memory://{uuid.uuid4().hex}"


def write_pages(raw: str, *numbers: int, version: int = 1) -> None:
    for number in numbers or range(DOCUMENTS):
        with fsspec.open(f"{raw}/page{number}.txt", "w") as file:
            file.write(TEXT.format("abcdefghi"[number], version, version))


def at_work(raw: str, processed: str) -> Work:
    """A run that has read everything and has still to publish."""
    settings = Settings(raw, processed)
    work = make_ready(settings, take_stock(settings))
    for task in tasks(work):
        record(work, process_batch(task))
    return work


def run(raw: str, processed: str) -> str:
    return publish(at_work(raw, processed), run_here)


def reprocess(raw: str, processed: str) -> str:
    """Publishes without taking notice of new pages."""
    settings = Settings(raw, processed)
    work = make_ready(settings, take_stock(settings), Selection(all=True))
    for task in tasks(work):
        record(work, process_batch(task))
    return publish(work, run_here)


def sources(processed: str) -> list[str]:
    return sorted(names[0] for names in schemas.read(processed, "documents")["sources"])


def objects(location: str) -> set[str]:
    files, path = fsspec.core.url_to_fs(location)
    files.invalidate_cache()
    return {found[len(path) :] for found in files.find(path)}


def test_a_run_from_store_to_store(store: str) -> None:
    raw, processed = f"{store}/raw", f"{store}/processed"
    write_pages(raw)
    first = run(raw, processed)
    figures = schemas.read(processed, "figures")
    assert len(figures) == 2 * DOCUMENTS
    assert sources(processed) == [f"page{number}.txt" for number in range(DOCUMENTS)]
    found = snapshots_at(processed)
    assert (found.current(), found.ids(), found.verify(first)) == (first, [first], [])


def test_the_store_gives_what_a_folder_gives(bucket: str, tmp_path: Path) -> None:
    """Byte for byte: the names of shards are hashes of their content."""
    write_pages(f"{bucket}/raw")
    (tmp_path / "raw").mkdir()
    write_pages(str(tmp_path / "raw"))
    run(f"{bucket}/raw", f"{bucket}/processed")
    run(str(tmp_path / "raw"), str(tmp_path / "processed"))
    for name in TABLES:
        _, stored = schemas.published.shard_files(f"{bucket}/processed", name)
        _, local = schemas.published.shard_files(tmp_path / "processed", name)
        assert [path.rsplit("/")[-1] for path in stored] == [path.rsplit("/")[-1] for path in local], name


def test_one_changed_page_brings_one_new_shard_of_each_table(store: str) -> None:
    raw, processed = f"{store}/raw", f"{store}/processed"
    write_pages(raw)
    first = run(raw, processed)
    assert publish_again(raw, processed) is None, "nothing is new"
    before = objects(processed)
    write_pages(raw, 0, version=2)
    second = run(raw, processed)
    new = objects(processed) - before
    assert len([name for name in new if "/figures/" in name]) == 1
    assert len([name for name in new if "/documents/" in name]) == 1
    assert not before - objects(processed), "the first snapshot is whole"
    assert snapshots_at(processed).verify(first) == snapshots_at(processed).verify(second) == []
    assert sorted(schemas.read(processed, "figures", where=[("unit", "=", "CNY")])["value"]) == [1.5e9] * 3 + [2.5e9]
    assert set(schemas.read(processed, "figures", snapshot=first, where=[("unit", "=", "CNY")])["value"]) == {1.5e9}


def publish_again(raw: str, processed: str) -> str | None:
    work = at_work(raw, processed)
    return None if work.nothing_to_do else publish(work, run_here)


def test_another_machine_goes_on_where_one_left(store: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    raw, processed = f"{store}/raw", f"{store}/processed"
    write_pages(raw)
    run(raw, processed)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "other"))
    write_pages(raw, 1, version=2)
    work = at_work(raw, processed)
    assert (work.changes.changed, work.changes.unchanged) == (1, DOCUMENTS - 1)
    publish(work, run_here)
    assert len(schemas.read(processed, "documents")) == DOCUMENTS
    copies = {path.parent.name for path in (tmp_path / "other").rglob("*.parquet") if "shards" in path.parts}
    assert copies >= {"figures"}


def test_of_two_writers_at_once_one_wins_and_the_other_loses_nothing(
    store: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    raw, processed = f"{store}/raw", f"{store}/processed"
    write_pages(raw)
    for start in (None, run(raw, processed)):  # before anything is published, and after
        write_pages(raw, 1, version=3 if start else 2)
        slow = at_work(raw, processed)
        with monkeypatch.context() as other:
            other.setenv("XDG_CACHE_HOME", str(tmp_path / f"other{bool(start)}"))
            won = run(raw, processed)
        with pytest.raises(RefusedError, match="another run published"):
            publish(slow, run_here)
        found = snapshots_at(processed)
        assert found.current() == won
        assert found.verify(won) == []
        assert publish_again(raw, processed) is None, "what both read is published"


def test_the_loser_does_the_rest_the_next_time_without_reading_again(
    bucket: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    raw, processed = f"{bucket}/raw", f"{bucket}/processed"
    write_pages(raw)
    first = run(raw, processed)
    write_pages(raw, 7, version=7)
    slow = at_work(raw, processed)
    with monkeypatch.context() as other:
        other.setenv("XDG_CACHE_HOME", str(tmp_path / "other"))
        won = reprocess(raw, processed)
    write_pages(raw, 8, version=8)
    with pytest.raises(RefusedError):
        publish(slow, run_here)
    assert snapshots_at(processed).ids() == [first, won]
    work = make_ready(slow.settings, take_stock(slow.settings))
    assert [item.sources for task in tasks(work) for item in task.items] == [("page8.txt",)]
    for task in tasks(work):
        record(work, process_batch(task))
    publish(work, run_here)
    assert sources(processed) == [f"page{number}.txt" for number in (0, 1, 2, 3, 7, 8)]


def test_the_pointer_is_put_on_its_condition(store: str) -> None:
    files, base = fsspec.core.url_to_fs(f"{store}/processed", use_listings_cache=False)
    assert read_pointer(files, base) is None
    put_pointer(files, base, "one", None)
    with pytest.raises(ConflictError):
        put_pointer(files, base, "two", None)
    one = read_pointer(files, base)
    assert one
    assert one.snapshot == "one"
    put_pointer(files, base, "two", one)
    with pytest.raises(ConflictError):
        put_pointer(files, base, "three", one)
    put_pointer(files, base, "two", one)  # a second try of what was done: its answer had been lost
    assert (read_pointer(files, base) or one).snapshot == "two"
    files.rm_file(f"{base}/CURRENT")
    with pytest.raises(ConflictError):
        put_pointer(files, base, "four", one)


def flow_of(processed: str, raw: str) -> list[str]:
    write_pages(raw)
    first = run(raw, processed)
    write_pages(raw, 0, version=2)
    return [first, run(raw, processed)]


def page_of(processed: str, snapshot: str) -> str:
    files, base = fsspec.core.url_to_fs(processed)
    return str(files.cat_file(f"{base}/snapshots/{snapshot}/report.html").decode())


def test_every_snapshot_has_its_page(
    store: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, processed = f"{store}/raw", f"{store}/processed"
    write_pages(raw)
    first = run(raw, processed)
    assert page_of(processed, first).count('class="document"') == DOCUMENTS
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("another machine")))
    write_pages(raw, 0, version=2)
    second = run(raw, processed)
    page = page_of(processed, second)
    assert page.count('class="document"') == DOCUMENTS, "those of shared shards among them"
    assert ("2.5 billion yuan" in page, "files: 1 changed" in page) == (True, True)
    monkeypatch.setattr(StoredSnapshots, "most_pages", 1)
    write_pages(raw, 1, version=3)
    page = page_of(processed, run(raw, processed))
    assert (page.count('class="document"'), "numerate report makes their pages" in page) == (0, True)
    files, base = fsspec.core.url_to_fs(processed)
    files.pipe_file(f"{base}/snapshots/{second}/report.html", b"other")
    assert snapshots_at(processed).verify(second) == ["report.html is not what was published: its hash differs"]


def test_roll_back_and_prune(store: str) -> None:
    raw, processed = f"{store}/raw", f"{store}/processed"
    first, second = flow_of(processed, raw)
    found = snapshots_at(processed)
    before = objects(processed)
    assert found.prune(7) == [], "superseded just now"
    found.flip(first)
    assert set(schemas.read(processed, "figures", where=[("unit", "=", "CNY")])["value"]) == {1.5e9}
    found.flip(second)
    assert objects(processed) >= before
    files, base = fsspec.core.url_to_fs(processed)
    files.pipe_file(f"{base}/shards/figures/part-00-ofadeadrun.parquet", b"x")
    assert found.prune(0) == [first]
    assert (found.ids(), found.verify(second)) == ([second], [])
    left = {name.rsplit("/", 1)[-1] for name in objects(f"{processed}/shards")}
    named = {part["name"] for entry in found.manifest(second)["tables"].values() for part in entry["files"]}
    assert left == named
    assert publish_again(raw, processed) is None


DAMAGE: dict[str, Callable[[Any, str, str], None]] = {
    "a shard is gone": lambda files, shard, _: files.rm_file(shard),
    "a shard was cut": lambda files, shard, _: files.pipe_file(shard, files.cat_file(shard)[:-9]),
    "the manifest is none": lambda files, _, manifest: files.pipe_file(manifest, b"{"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_nothing_is_built_on_damage(what: str, store: str) -> None:
    raw, processed = f"{store}/raw", f"{store}/processed"
    first, second = flow_of(processed, raw)
    files, (shard, *_) = schemas.published.shard_files(processed, "edits")
    base = files._strip_protocol(processed)
    DAMAGE[what](files, shard, f"{base}/snapshots/{second}/manifest.json")
    assert snapshots_at(processed).verify(second)
    with pytest.raises(DamagedError, match="damaged"):
        at_work(raw, processed)
    files.rm_file(f"{base}/CURRENT")
    with pytest.raises(DamagedError, match="CURRENT is missing"):
        at_work(raw, processed)
    assert first in snapshots_at(processed).ids()


def test_bytes_that_are_others_are_found(store: str) -> None:
    raw, processed = f"{store}/raw", f"{store}/processed"
    _, second = flow_of(processed, raw)
    files, (shard, *_) = schemas.published.shard_files(processed, "edits")
    content = files.cat_file(shard)
    files.pipe_file(shard, content[:50] + bytes([content[50] ^ 1]) + content[51:])
    assert [line for line in snapshots_at(processed).verify(second) if "its hash differs" in line]


def test_views_and_package_name_the_objects(bucket: str) -> None:
    raw, processed = f"{bucket}/raw", f"{bucket}/processed"
    _, second = flow_of(processed, raw)
    files, base = fsspec.core.url_to_fs(processed)
    inside = f"{base}/snapshots/{second}"
    package = json.loads(files.cat_file(f"{inside}/datapackage.json"))
    paths = [
        path
        for each in package["resources"]
        for path in ([each["path"]] if isinstance(each["path"], str) else each["path"])
    ]
    assert all(files.exists(path) for path in paths)
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as database:
        database.register_filesystem(files)
        database.execute(files.cat_file(f"{inside}/numerate.sql").decode())
        assert database.execute("select count(*) from figures_with_documents").fetchone() == (2 * DOCUMENTS,)


@pytest.mark.parametrize("engine", ["pandas", "pyarrow", "polars", "duckdb"])
def test_every_engine_reads_a_store(engine: Any, bucket: str) -> None:
    raw, processed = f"{bucket}/raw", f"{bucket}/processed"
    flow_of(processed, raw)
    found = schemas.read(processed, "figures", engine=engine, columns=["value"], where=[("value", ">", 2e9)])
    assert len(found) == 1


def test_a_shard_that_cannot_be_brought_publishes_nothing(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    raw, processed = f"{bucket}/raw", f"{bucket}/processed"
    write_pages(raw)
    first = run(raw, processed)
    write_pages(raw, 0, version=2)
    work = at_work(raw, processed)
    monkeypatch.setattr(StoredSnapshots, "_bring_shards", lambda *_: None)
    with pytest.raises(DamagedError, match="is missing"):
        publish(work, run_here)
    assert (snapshots_at(processed).current(), snapshots_at(processed).ids()) == (first, [first])


@pytest.mark.server
def test_the_commands_take_a_store(bucket: str, numerate: Numerate, tmp_path: Path) -> None:
    raw, processed = f"{bucket}/raw", f"{bucket}/processed"
    write_pages(raw)
    ended = numerate("run", raw, processed, "--workers", "2")
    assert ended.status == 0, ended.err
    assert f"{DOCUMENTS} new" in ended.out
    write_pages(raw, 0, version=2)
    assert numerate("run", raw, processed, "--quiet").status == 0
    listed = [
        json.loads(line) for line in numerate("snapshots", "list", processed, "--format", "json").out.splitlines()
    ]
    assert [row["figures"] for row in listed] == [2 * DOCUMENTS] * 2
    first = listed[0]["snapshot"]
    assert "is whole" in numerate("snapshots", "verify", processed).out
    assert numerate("diff", "--processed", processed).status == 1
    figure = schemas.read(processed, "figures")["figure_id"].iloc[0]
    assert "raw text" in numerate("explain", figure, processed).out
    page = tmp_path / "page.html"
    assert numerate("report", "--processed", processed, "-o", page).status == 0
    assert "2.5 billion yuan" in page.read_text("utf-8")
    assert numerate("export", "figures", processed, "--format", "jsonl").out.count("\n") == 2 * DOCUMENTS
    assert numerate("reprocess", raw, processed, "--source", "page1*", "--quiet").status == 0
    assert numerate("snapshots", "rollback", first, processed).status == 0
    assert numerate("snapshots", "prune", processed, "--days", "0").status == 0
    assert snapshots_at(processed).ids() == [first]


@pytest.mark.server
def test_the_command_that_comes_second_ends_with_4(
    bucket: str, numerate: Numerate, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    raw, processed = f"{bucket}/raw", f"{bucket}/processed"
    write_pages(raw)
    won: list[str] = []
    commit = StoredSnapshots.commit

    def overtaken(self: StoredSnapshots, building: Path, manifest: dict[str, Any]) -> str:
        """Another machine publishes when this one is about to."""
        monkeypatch.setattr(StoredSnapshots, "commit", commit)
        with monkeypatch.context() as other:
            other.setenv("XDG_CACHE_HOME", str(tmp_path / "other"))
            won.append(run(raw, processed))
        return commit(self, building, manifest)

    monkeypatch.setattr(StoredSnapshots, "commit", overtaken)
    ended = numerate("run", raw, processed, "--quiet")
    assert (ended.status, ended.err.count("\n")) == (4, 1), ended.err
    assert "another run published" in ended.err
    assert [snapshots_at(processed).current()] == snapshots_at(processed).ids() == won
    assert numerate("run", raw, processed, "--quiet").status == 0


# what is asked, and what its one line must say
WRONG = [
    (["run", "{bucket}/nothing", "{bucket}/processed"], "RAW is"),
    (["run", "{bucket}/raw", "{bucket}/raw/processed"], "lies inside RAW"),
    (["run", "{bucket}/raw", "nope://there/processed"], "cannot be reached"),
    (["run", "nope://there/raw", "{bucket}/processed"], "cannot be reached"),
    (["snapshots", "list", "{bucket}/processed"], "nothing is published"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG, ids=[" ".join(row[0][:2]) + row[1] for row in WRONG])
def test_what_cannot_be_is_said_in_one_line(arguments: list[str], said: str, bucket: str) -> None:
    write_pages(f"{bucket}/raw", 1)
    ended = command(*(each.format(bucket=bucket) for each in arguments))
    assert ended.status == 2, ended.err
    assert said in ended.err
    assert "Traceback" not in ended.err


def test_a_store_out_of_reach_is_said_in_one_line(environment: dict[str, str]) -> None:
    ended = command("snapshots", "list", "s3://nothing/processed", AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert (ended.status, ended.err.count("\n")) == (2, 1), ended.err
    assert "s3://nothing/processed cannot be reached" in ended.err
