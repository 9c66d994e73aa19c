"""Runs on a schedule from one machine: the flow is served to a Prefect server, one of its own where none is named."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flows.embedded import prepare, reach_server
from flows.outcome import WrongUseError
from flows.servers import Server, free_port

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
    port = free_port()
    server = Server(
        [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)], port
    )
    try:
        server.wait(_PATIENCE)
        say(f"Prefect's pages: {server.address}")
        os.environ["PREFECT_API_URL"] = server.api
        yield server.api
    finally:
        server.stop()


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
