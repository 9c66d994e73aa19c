"""Runs on a schedule from one machine: the flow is served to a Prefect server, one of its own where none is named."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flows.embedded import prepare, reach_server
from flows.outcome import RunError, WrongUseError

_PATIENCE = 180.0


@contextmanager
def a_server(say: Callable[[str], None]) -> Iterator[str]:
    """The address of the server named by PREFECT_API_URL, else of one that lives as long as this.

    Raises:
        RunError: it did not start, or the one that is named does not answer.
    """
    prepare()
    reach_server()
    if named := os.environ.get("PREFECT_API_URL"):
        yield named
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}/api"
    try:
        _wait(server, url)
        say(f"Prefect's pages: http://127.0.0.1:{port}")
        os.environ["PREFECT_API_URL"] = url
        yield url
    finally:
        server.terminate()
        server.wait()


def _wait(server: subprocess.Popen[bytes], url: str) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/health", timeout=5)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise RunError("Prefect's server did not start; name one with PREFECT_API_URL, or see `prefect server start`")


def check_schedule(cron: str | None, interval: float | None) -> None:
    """
    >>> check_schedule("0 3 * * *", None)

    Raises:
        WrongUseError: there is no schedule, or two, or one that no cron knows.
    """
    if (cron is None) == (interval is None):
        raise WrongUseError('say when: either --cron "0 3 * * *" or --interval SECONDS')
    if cron is not None:
        from prefect.client.schemas.schedules import CronSchedule

        try:
            CronSchedule(cron=cron)
        except ValueError:
            message = f"--cron is {cron!r}; it must be five fields, such as '0 3 * * *' for three at night"
            raise WrongUseError(message) from None


def serve(cron: str | None, interval: float | None, parameters: dict[str, Any]) -> None:
    """Serves the flow until it is told to stop. Runs that are due while one is still going skip their turn."""
    from flows.process import process

    schedule: dict[str, Any] = {"cron": cron} if cron else {"interval": interval}
    process.serve(
        name="numerate", parameters=parameters, pause_on_shutdown=False, print_starting_message=False, **schedule
    )
