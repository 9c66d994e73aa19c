"""Real Prefect for the tests of the flow: one embedded server for all of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ENGLISH = "In 2020, the GDP of the city of Qinghe reached 320.1 billion yuan, an increase of 5.9 percent over 2019.\n"
#: what a run may take on a busy machine
TIMEOUT = 240


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


Numerate = Callable[..., Ended]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Prefect server that lives as long as the tests."""
    os.environ["PREFECT_HOME"] = str(tmp_path_factory.mktemp("prefect"))
    from flows.embedded import prepare

    prepare()
    from prefect.settings import PREFECT_API_URL
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=None):
        yield str(PREFECT_API_URL.value())


@pytest.fixture
def numerate(server: str, capsys: pytest.CaptureFixture[str]) -> Numerate:
    """Runs the command in this process: its exit status and what it printed."""

    def run(*arguments: str | Path) -> Ended:
        from flows.cli import main

        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Ended(int(ended.value.code or 0), out, err)

    return run


def command(*arguments: str | Path, stdin: bytes = b"", timeout: float = TIMEOUT, **environment: str) -> Ended:
    """The command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("PREFECT_LOGGING")} | environment,
        timeout=timeout,
        check=False,
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A raw folder with one good page."""
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "good.txt").write_text(ENGLISH)
    return folder


@pytest.fixture
def processed(tmp_path: Path) -> Path:
    """Where a test publishes."""
    return tmp_path / "processed"


@pytest.fixture(scope="session")
def sample(server: str, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample pages, published."""
    from flows.process import process

    folder = tmp_path_factory.mktemp("sample") / "processed"
    process(str(root / "raw"), str(folder))
    return folder


def shard_bytes(processed: Path) -> dict[str, bytes]:
    """All shards of the current snapshot: their names and bytes."""
    current = processed / "current"
    return {str(path.relative_to(current)): path.read_bytes() for path in sorted(current.glob("*/*.parquet"))}


def copy_of(folder: Path, target: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(folder, target))


# What a document can do to its process, and nothing in Python can stop: put in place of the pipeline by the
# interpreter's own start-up hook, in workers too.
HOOK = """
import os, resource, signal, sys, time
from dataclasses import replace
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder

class Finder(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name != "extractors.pipeline":
            return None
        spec = PathFinder.find_spec(name, path)
        load = spec.loader.exec_module
        def exec_module(module):
            load(module)
            extract = module.extract
            def harmful(document):
                if "ends its process" in document.text:
                    os.kill(os.getpid(), signal.SIGKILL)
                if "never comes back" in document.text:
                    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
                    time.sleep(1000)
                if "eats all memory" in document.text:
                    before = resource.getrlimit(resource.RLIMIT_AS)
                    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, before[1]))
                    try:
                        eaten = [bytearray(1 << 20) for _ in range(1 << 12)]
                    finally:
                        resource.setrlimit(resource.RLIMIT_AS, before)
                if "takes its time" in document.text:
                    time.sleep(0.5)
                if "breaks its reader" in document.text:
                    raise ValueError(document.text)
                found = extract(document)
                if "fails its checks" in document.text:
                    return replace(found, figures=tuple(replace(each, unit=document.text) for each in found.figures))
                if "spoils its rows" in document.text:
                    return replace(found, figures=tuple(replace(each, start=document.text) for each in found.figures))
                return found
            module.extract = harmful
        spec.loader.exec_module = exec_module
        return spec

sys.meta_path.insert(0, Finder())
"""
PAGE = "City {} report.\n\nIn 2020, GDP hit {}.5 billion yuan, up {}.5%.\n"


@pytest.fixture
def hook(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes started from now on, workers too, find some documents harmful."""
    folder = tmp_path / "hook"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(HOOK)
    monkeypatch.setenv("PYTHONPATH", f"{folder}{os.pathsep}{root}")


@pytest.fixture
def small_pages(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    for number in range(12):
        (folder / f"page{number:02d}.txt").write_text(PAGE.format(number, number, number))
    return folder
