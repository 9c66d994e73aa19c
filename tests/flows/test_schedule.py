"""Runs that fire by themselves, on a real Prefect server: `serve`, and deployments on a work pool."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

import schemas
from flows.lock import exclusive
from tests.flows.conftest import PAGE

pytestmark = [pytest.mark.sweep, pytest.mark.xdist_group("schedule")]
#: a scheduled run of a busy machine may take so long until it is seen
PATIENCE = 480
#: seconds between two runs: more than the start of one costs a busy machine, else they pile up and none gets anywhere
INTERVAL = "30"
NUMERATE = [sys.executable, "-m", "flows.cli"]
PREFECT = [sys.executable, "-m", "prefect"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[dict[str, str]]:
    """A server on loopback, and the environment of its clients."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/api"
    home = {"PREFECT_HOME": str(tmp_path_factory.mktemp("home")), "PREFECT_API_URL": url, "DO_NOT_TRACK": "1"}
    quiet = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "PREFECT_LOGGING_LEVEL": "ERROR"}
    environment = os.environ | home | quiet | {"PYTHONPATH": str(root)}
    command = [*PREFECT, "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_up(url)
        yield environment
    finally:
        server.terminate()
        server.wait(60)


def wait_until_up(url: str) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{url}/health", timeout=5)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise AssertionError("the server did not start")


def runs(url: str, parameters: Callable[[dict[str, Any]], bool] = bool) -> list[dict[str, Any]]:
    """The flow runs a server knows whose parameters fit."""
    request = urllib.request.Request(
        f"{url}/flow_runs/filter", b"{}", {"content-type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        found: list[dict[str, Any]] = json.load(answer)
    return [run for run in found if parameters(run["parameters"])]


def of(processed: Path) -> Callable[[dict[str, Any]], bool]:
    """Runs that publish there."""
    return lambda parameters: bool(parameters.get("processed") == str(processed))


def wait_for_state(url: str, name: str, which: Callable[[dict[str, Any]], bool] = bool) -> dict[str, Any]:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for run in runs(url, which):
            if run["state_name"] == name:
                return run
        time.sleep(0.5)
    raise AssertionError(f"no run came to {name}: {[run['state_name'] for run in runs(url, which)]}")


@contextmanager
def going(command: list[str], folder: Path, environment: dict[str, str], output: Path) -> Iterator[None]:
    """A process that runs until it is told to stop, as by Ctrl-C."""
    with open(output, "wb") as file:
        process = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=file, stderr=file, start_new_session=True
        )
    try:
        yield
        assert process.poll() is None, output.read_text()
    finally:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        with suppress(ProcessLookupError):  # runs that it started and that are not over
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_every_half_minute(small_pages: Path, processed: Path, address: dict[str, str], tmp_path: Path) -> None:
    """While somebody else writes the tables a turn is skipped; the next one that is free is taken."""
    url, here = address["PREFECT_API_URL"], of(processed)
    command = [*NUMERATE, "serve", str(small_pages), str(processed), "--interval", INTERVAL]
    with exclusive(processed, wait=False, say=print), going(command, tmp_path, address, tmp_path / "serve.txt"):
        skipped = wait_for_state(url, "Skipped", here)["state"]
        assert skipped["type"] == "COMPLETED"
        assert f"process {os.getpid()}" in skipped["message"]
    with going(command, tmp_path, address, tmp_path / "serve.txt"):
        done = wait_for_state(url, "Completed", here)
        assert done["auto_scheduled"]
    assert len(schemas.read(processed, "documents")) == 12


def test_a_run_still_going_is_not_overtaken(
    hook: None, small_pages: Path, processed: Path, address: dict[str, str], tmp_path: Path
) -> None:
    """One that is due while a long one works does not work beside it, and says why."""
    for number in range(100):
        (small_pages / f"slow{number}.txt").write_text(f"{PAGE.format(number, 1, 1)}\nThe council takes its time.\n")
    url, here = address["PREFECT_API_URL"], of(processed)
    slow = address | {"PYTHONPATH": os.environ["PYTHONPATH"]}
    command = [*NUMERATE, "serve", str(small_pages), str(processed), "--interval", INTERVAL]
    with going(command, tmp_path, slow, tmp_path / "serve.txt"):
        first = wait_for_state(url, "Running", here)
        skipped = wait_for_state(url, "Skipped", here)["state"]
        assert skipped["message"].startswith("skipped: process ")
        wait_for_state(url, "Completed", here)
    assert first["auto_scheduled"]
    assert len(list((processed / "snapshots").iterdir())) == 1


def test_at_a_time_with_a_server_of_its_own(small_pages: Path, processed: Path, tmp_path: Path, root: Path) -> None:
    """`--cron`: each minute, in an empty folder, without any server named."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    output = tmp_path / "serve.txt"
    command = [*NUMERATE, "serve", "raw", "processed", "--cron", "* * * * *"]
    with going(command, tmp_path, environment | {"PYTHONPATH": str(root)}, output):
        url = f"{said(output, r'http://127.0.0.1:[0-9]+')}/api"
        done = wait_for_state(url, "Completed")
        assert done["auto_scheduled"]
        assert done["expected_start_time"].split(".")[0].endswith((":00", ":00Z"))
    assert len(schemas.read(processed, "documents")) == 12


def said(output: Path, pattern: str) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := re.search(pattern, output.read_text()):
            return found[0]
        time.sleep(0.5)
    raise AssertionError(output.read_text())


def test_deployments_on_a_work_pool(address: dict[str, str], tmp_path: Path, root: Path) -> None:
    """Both deployments of prefect.yaml with a real worker; `nightly` at a minute of the day that is not far off."""
    url = address["PREFECT_API_URL"]
    project = tmp_path / "project"
    (project / "raw").mkdir(parents=True)
    (project / "raw" / "page.txt").write_text(PAGE.format(1, 1, 1))
    (project / "prefect.yaml").write_text((root / "prefect.yaml").read_text().replace("0 3 * * *", "* * * * *"))
    environment = address | {"NUMERATE_HOME": str(project)}

    def prefect(*arguments: str) -> None:
        done = subprocess.run(
            [*PREFECT, "--no-prompt", *arguments], env=environment, cwd=project, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr

    prefect("work-pool", "create", "--type", "process", "numerate")
    prefect("deploy", "--all")
    worker = [*PREFECT, "worker", "start", "--pool", "numerate"]
    nightly = of(Path("processed"))
    with going(worker, tmp_path, environment, tmp_path / "worker.txt"):
        done = wait_for_state(url, "Completed", lambda parameters: nightly(parameters) and "stale" not in parameters)
        assert done["auto_scheduled"]
        current = project / "processed" / "current"
        before = current.resolve()
        chosen = ["--param", "stale=false", "--param", 'source=["page*"]']
        prefect("deployment", "run", "reprocess/reprocess", *chosen)
        wait_for_state(url, "Completed", lambda parameters: parameters.get("source") == ["page*"])
        assert current.resolve() != before, "read again and published"
    assert len(schemas.read(project / "processed", "documents")) == 1
