"""A run that a schedule starts while another one is at it skips its turn, on a real server with its scheduler."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.lock import exclusive

pytestmark = pytest.mark.sweep
SERVE = """
from flows.process import process
process.serve(name='t', interval=10, parameters={{'raw': {0!r}, 'processed': {1!r}}})
"""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A server on loopback, and the environment of its clients."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/api"
    home = {"PREFECT_HOME": str(tmp_path / "home"), "PREFECT_API_URL": url, "DO_NOT_TRACK": "1"}
    environment = os.environ | home | {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "PREFECT_LOGGING_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
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


def runs(url: str) -> list[dict[str, Any]]:
    """All flow runs the server knows."""
    request = urllib.request.Request(
        f"{url}/flow_runs/filter", b"{}", {"content-type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        found: list[dict[str, Any]] = json.load(answer)
    return found


def wait_for_state(url: str, name: str) -> dict[str, Any]:
    end = time.monotonic() + 180
    while time.monotonic() < end:
        for run in runs(url):
            if run["state_name"] == name:
                return dict(run["state"])
        time.sleep(1)
    raise AssertionError(f"no run came to {name}: {[run['state_name'] for run in runs(url)]}")


def test_a_scheduled_run_skips_its_turn(
    small_pages: Path, processed: Path, address: dict[str, str], root: Path
) -> None:
    code = SERVE.format(str(small_pages), str(processed))
    with exclusive(processed, wait=False, say=print):
        serving = subprocess.Popen([sys.executable, "-c", code], env=address, cwd=root)
        try:
            skipped = wait_for_state(address["PREFECT_API_URL"], "Skipped")
        except BaseException:
            serving.kill()
            raise
    try:
        assert skipped["type"] == "COMPLETED"
        assert f"process {os.getpid()}" in skipped["message"]
        wait_for_state(address["PREFECT_API_URL"], "Completed")
        assert (processed / "current" / "manifest.json").is_file(), "the next turn is taken"
    finally:
        serving.terminate()
        serving.wait(60)
