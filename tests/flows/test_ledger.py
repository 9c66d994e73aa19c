"""What a run has to do, from what lies in the raw folder and what is published."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.reading import FoundFile, Refusal
from flows.batch import process_batch
from flows.ledger import Changes, Item, Known, Ledger
from flows.outcome import RefusedError, RunError
from flows.pieces import run_here
from flows.plan import refuse_shrinking, take_inventory
from flows.run import make_ready, publish, record, take_stock, tasks
from flows.settings import Settings
from tests.flows.conftest import shard_bytes

A, B, C = ("a" * 24, "b" * 24, "c" * 24)


def found(source: str) -> FoundFile:
    return FoundFile(source, f"/raw/{source}", ".txt", 100)


def ledger(files: dict[str, str], published: Iterable[Known] = (), version: str = "") -> Ledger:
    """A ledger of files (name: document) beside what is published."""
    made = Ledger()
    for source, doc_id in files.items():
        made.add_file(found(source), doc_id)
    made.group()
    made.add_published(published)
    made.compare(version)
    return made


ONE = [Known(A, ("a.txt",), "read")]
TWO = [*ONE, Known(B, ("b.txt",), "read")]
#: why, the files, what is published, the counts that are not zero, the documents to be read
CASES: list[tuple[str, dict[str, str], list[Known], dict[str, int], list[str]]] = [
    ("a first run", {"a.txt": A}, [], {"new": 1}, [A]),
    ("nothing has changed", {"a.txt": A}, ONE, {"unchanged": 1}, []),
    ("other content under the same name", {"a.txt": C}, ONE, {"changed": 1}, [C]),
    ("one more file", {"a.txt": A, "b.txt": B}, ONE, {"unchanged": 1, "new": 1}, [B]),
    ("a file that left", {"a.txt": A}, TWO, {"unchanged": 1, "removed": 1, "gone": 1}, []),
    ("renamed: no document is gone", {"z.txt": A}, ONE, {"new": 1, "removed": 1}, [A]),
    ("a twin: the document has one more source", {"a.txt": A, "t.txt": A}, ONE, {"unchanged": 1, "new": 1}, [A]),
    ("two that change places", {"a.txt": B, "b.txt": A}, TWO, {"changed": 2}, [A, B]),
]


@pytest.mark.parametrize(("files", "published", "counts", "todo"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_changes(files: dict[str, str], published: list[Known], counts: dict[str, int], todo: list[str]) -> None:
    made = ledger(files, published)
    expected = Changes(**{"published": len(published)} | counts)
    assert made.changes() == expected
    assert sorted(item.doc_id for item in made.todo()) == todo


def test_other_rules_make_everything_stale() -> None:
    made = ledger({"a.txt": A, "b.txt": B}, TWO, "other")
    assert made.changes() == Changes(stale=2, published=2)
    assert len(list(made.todo())) == 2


def test_identical_files_are_one_document_in_byte_order() -> None:
    made = ledger({"b.txt": A, "a.txt": A, "ä.txt": A, "B.txt": A})
    (item,) = made.todo()
    assert item.sources == ("B.txt", "a.txt", "b.txt", "ä.txt")
    assert Item(A, item.files[:1]).cost == item.cost


def test_names_that_no_text_can_hold_come_back_as_they_were() -> None:
    made = Ledger()
    path = "/raw/n\udcff\n.txt"
    assert made.add_file(FoundFile("n\\xff\n.txt", path, ".txt", 1, path + ".meta.json"), A)
    assert not made.add_file(FoundFile("n\\xff\n.txt", "/raw/other", ".txt", 1), B), "two files of one name"
    made.group()
    ((file,),) = [item.files for item in made.todo()]
    assert (file.path, file.sidecar) == (path, path + ".meta.json")


def test_a_file_that_is_refused_now_touches_its_shard_once() -> None:
    made = Ledger()
    made.add_refusal("x.txt", Refusal("unreadable", "Permission denied"))
    made.group()
    made.add_published([Known(None, ("x.txt",), "unreadable")])
    assert made.touched() == []
    made.add_refusal("y.txt", Refusal("unreadable", "Permission denied"))
    made.group()
    assert len(made.touched()) == 1
    assert made.outcomes() == {"unreadable": 2}


def test_what_passes_by_itself_is_tried_again() -> None:
    made = Ledger()
    for source, doc_id in (("a.txt", A), ("b.txt", B)):
        made.add_file(found(source), doc_id)
    made.group()
    made.add_published([Known(A, ("a.txt",), "vanished"), Known(B, ("b.txt",), "binary")])
    made.compare(again=["vanished"])
    assert [item.doc_id for item in made.todo()] == [A]


def test_a_file_that_became_another_document_is_left_to_the_next_run() -> None:
    made = ledger({"a.txt": A, "b.txt": B})
    assert made.record("batch1", [Known(B, ("b.txt",), "read")]) == 0
    assert made.record("batch2", [Known(B, ("a.txt",), "read")]) == 1, "a.txt holds now what b.txt holds"
    assert list(made.known()) == [Known(B, ("b.txt",), "read")]


@pytest.mark.parametrize(("gone", "published", "refused"), [(1, 4, True), (1, 5, False), (2, 5, True), (0, 0, False)])
def test_more_than_a_fifth_gone_is_refused(gone: int, published: int, refused: bool) -> None:
    changes = Changes(gone=gone, published=published)
    if refused:
        with pytest.raises(RefusedError, match="--allow-shrink"):
            refuse_shrinking(changes, "raw")
    else:
        refuse_shrinking(changes, "raw")


#: prints the most that Python held at once while so many files were listed, compared and cut into batches. The limit of
#: a file is small, since reading one sets so many bytes aside, which would hide what grows.
PEAK = """
import sys, tracemalloc
from flows.run import make_ready, take_stock, tasks
from flows.settings import Settings

def peak(raw):
    settings = Settings(raw, raw + "-processed", batch_bytes=100_000, max_bytes=10_000)
    tracemalloc.start()
    batches = sum(1 for _ in tasks(make_ready(settings, take_stock(settings))))
    largest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return largest, batches

peak(sys.argv[1])  # what is loaded once
for raw in sys.argv[1:]:
    print(*peak(raw))
"""


def test_the_memory_of_a_run_does_not_grow_with_its_documents(tmp_path: Path) -> None:
    """In a process of its own: threads that other tests left would count."""
    for files in (2000, 8000):
        (tmp_path / str(files)).mkdir()
        for number in range(files):
            (tmp_path / str(files) / f"page{number}.txt").write_text(f"Page {number}.")
    folders = [str(tmp_path / "2000"), str(tmp_path / "8000")]
    done = subprocess.run([sys.executable, "-c", PEAK, *folders], capture_output=True, text=True, check=True)
    (few, few_batches), (many, many_batches) = (map(int, line.split()) for line in done.stdout.splitlines())
    assert few_batches > 39
    assert many_batches > 159
    assert many - few < 300_000, "50 bytes a file"


def publish_once(raw: Path, processed: Path) -> None:
    run_settings = Settings(str(raw), str(processed), allow_shrink=True, batch_bytes=8_000)
    work = make_ready(run_settings, take_stock(run_settings))
    if not work.nothing_to_do:
        for task in tasks(work):
            record(work, process_batch(task))
        publish(work, run_here)


CONTENTS = [
    *(f"City {n} report.\n\nIn 2020, GDP hit {n}.5 billion yuan ,up {n}.5%." for n in range(1, 5)),
    "The whole text is in order, and says nothing.",
    "2020年，全市地区生产总值达到3201亿元，比2015年增加961亿元，年均增长5.9%。" * 4,
    "\x00\x01\x02\x03",
]
NAMES = [f"{folder}page{n}.txt" for folder in ("", "sub/") for n in range(4)]
STATES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(CONTENTS), min_size=1)


def lay(raw: Path, state: dict[str, str]) -> None:
    shutil.rmtree(raw, ignore_errors=True)
    for name, text in state.items():
        (raw / name).parent.mkdir(parents=True, exist_ok=True)
        (raw / name).write_text(text)


@settings(max_examples=max(5, settings().max_examples // 20), suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STATES, min_size=2, max_size=4))
def test_whatever_happens_to_the_folder_incremental_equals_full(states: list[dict[str, str]]) -> None:
    """Files come, change, go, are renamed and doubled between runs; the last snapshot is that of a first run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for state in states:
            lay(folder / "raw", state)
            try:
                publish_once(folder / "raw", folder / "incremental")
            except RunError:  # nothing in it can be read
                assert not any(text in CONTENTS[:5] for text in state.values())
        try:
            publish_once(folder / "raw", folder / "full")
        except RunError:
            return
        assert shard_bytes(folder / "incremental") == shard_bytes(folder / "full")
        index = [(folder / kind / "current" / "index.parquet").read_bytes() for kind in ("incremental", "full")]
        assert index[0] == index[1]


def test_an_inventory_counts_what_it_passes_over(tmp_path: Path) -> None:
    for name in ("a.txt", "b.pdf", ".hidden.txt", "x.meta.json", "y.meta.json"):
        (tmp_path / name).write_text("The text.")
    inventory = take_inventory(str(tmp_path), follow_links=False, max_bytes=10**6)
    assert inventory.skipped == {".pdf": 1, "(hidden)": 1}
    assert (inventory.orphans, inventory.orphan_names) == (2, ["x.meta.json", "y.meta.json"])
