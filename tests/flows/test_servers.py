"""The server that a run starts for itself: when, that it leaves nothing behind, and what is said when it fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows import embedded
from flows.outcome import RunError
from flows.servers import Server, free_port
from tests.flows.conftest import TIMEOUT

RUN = """
import atexit, sys
from flows.cli import main
atexit.register(lambda: print("server read here:", "prefect.server.api.server" in sys.modules))
main(["run", "raw", "processed", "--quiet"])
"""


def test_a_run_has_a_server_of_its_own_and_ends_it(raw: Path, tmp_path: Path, root: Path) -> None:
    """In a folder whose modules have names of libraries; nothing of the server is read into the process of the run."""
    (tmp_path / "uvicorn.py").write_text("raise SystemExit('the module of the folder')")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    done = subprocess.run(
        [sys.executable, "-P", "-c", RUN],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "server read here: False\n"), done.stderr
    assert (tmp_path / "processed" / "current").exists()
    assert (tmp_path / ".prefect").exists()
    assert not list(embedded._servers(f"PREFECT_HOME={tmp_path / '.prefect'}".encode()))


def test_a_server_that_ends_says_why() -> None:
    server = Server([sys.executable, "-c", "raise SystemExit('the database is locked')"], free_port())
    with pytest.raises(RunError, match=r"Prefect's server ended with 1 \(the database is locked\); name one with"):
        server.wait(TIMEOUT)
    server.stop()


def test_a_server_that_does_not_answer_is_not_waited_for_for_ever() -> None:
    server = Server([sys.executable, "-c", "import time; time.sleep(600)"], free_port())
    with pytest.raises(RunError, match=r"did not answer in 0\.2 s"):
        server.wait(0.2)
    server.stop()
    server.stop()


@pytest.mark.parametrize(
    ("name", "text", "counts"),
    [
        ("home/profiles.toml", 'active = "work"', True),
        ("prefect.toml", "[api]", True),
        (".env", "PREFECT_API_URL=http://prefect:4200/api", True),
        (".env", "TOKEN=1", False),
        ("pyproject.toml", "[tool.prefect.api]", True),
        ("pyproject.toml", '[project]\ndependencies = ["prefect"]', False),
        ("home/other.toml", "", False),
    ],
)
def test_only_prefect_reads_its_files(
    name: str, text: str, counts: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a file may name a server, none is started before Prefect has read it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PREFECT_PROFILES_PATH", raising=False)
    (tmp_path / "home").mkdir()
    (tmp_path / name).write_text(text)
    assert bool(list(embedded._settings_files())) is counts
