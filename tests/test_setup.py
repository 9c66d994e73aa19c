"""`make` on a machine where something is missing: one line that says what, and a folder left as it was."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOO_OLD = "#!/bin/sh\nexit 1\n"
NO_VENV = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\nexit 0\n'
BROKEN_VENV = '#!/bin/sh\nif [ "$2" = venv ]; then mkdir -p .venv/bin; : > .venv/bin/python; exit 1; fi\nexit 0\n'

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for name in ("Makefile", "pyproject.toml", "requirements.txt", "requirements-test.txt"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def failure(folder: Path, *arguments: str, **environment: str) -> list[str]:
    """What `make run` says when it fails, without make's own closing line."""
    # Without the flags of the `make test` that runs this.
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "run", *arguments]
    done = subprocess.run(command, cwd=folder, env=kept | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    return [line for line in done.stderr.splitlines() if not line.startswith("make")]


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (TOO_OLD, "is older than Python 3.11"),
        (NO_VENV, "has no venv module"),
        (BROKEN_VENV, "could not make .venv"),
    ],
)
def test_an_interpreter_that_will_not_do(clone: Path, script: str, message: str) -> None:
    python = clone / "python"
    python.write_text(script)
    python.chmod(0o755)
    lines = failure(clone, f"PYTHON={python}")
    assert len(lines) == 1
    assert lines[0].startswith("numerate: ")
    assert message in lines[0]
    assert not (clone / ".venv").exists()


def test_no_interpreter_at_all(clone: Path) -> None:
    lines = failure(clone, "PYTHON=")
    assert len(lines) == 1
    assert "Python 3.11 or newer is needed" in lines[0]


def test_a_newer_interpreter_is_found_behind_an_old_python3(clone: Path) -> None:
    programs = clone / "bin"
    programs.mkdir()
    for name, script in (("python3", TOO_OLD), ("python3.13", TOO_OLD), ("python3.12", NO_VENV)):
        (programs / name).write_text(script)
        (programs / name).chmod(0o755)
    lines = failure(clone, PATH=f"{programs}{os.pathsep}{os.environ['PATH']}")
    assert lines == ["numerate: python3.12 has no venv module (on Debian and Ubuntu: apt install python3-venv)"]


def test_no_network(clone: Path) -> None:
    closed = "http://127.0.0.1:9"  # nobody listens there
    lines = failure(clone, f"PYTHON={sys.executable}", HTTPS_PROXY=closed, HTTP_PROXY=closed, https_proxy=closed)
    assert lines == [
        "numerate: the packages could not be installed (no network, or no registry in reach?); details: .venv/setup.log"
    ]
    assert (clone / ".venv" / "setup.log").read_text().strip()
