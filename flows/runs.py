"""The runs that Prefect remembers, and the marking of those that died without a word."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from flows.embedded import end_orphans, prepare, reach_server

prepare()

from prefect import tags  # noqa: E402 - after its settings
from prefect.client.orchestration import get_client  # noqa: E402
from prefect.client.schemas.filters import FlowFilter, FlowFilterName  # noqa: E402
from prefect.client.schemas.objects import FlowRun, State  # noqa: E402
from prefect.client.schemas.sorting import FlowRunSort  # noqa: E402
from prefect.states import Crashed  # noqa: E402

_FLOWS = ("process", "reprocess")


def tagged() -> AbstractContextManager[Any]:
    """Runs started inside carry tags by which others can tell whether they still live."""
    return tags(f"host:{socket.gethostname()}", f"pid:{os.getpid()}", f"born:{_born(os.getpid())}")


def listed(limit: int) -> list[dict[str, Any]]:
    """The last runs, newest first: id, state, when they started, and whether their process is gone."""
    reach_server()
    return [_row(run) for run in asyncio.run(_read(limit))]


def reap(limit: int = 200) -> list[str]:
    """Marks the runs of this machine that say they are running but whose process is gone; their names.

    The servers that they started end, too.
    """
    reach_server()
    end_orphans()
    return asyncio.run(_reap(limit))


async def _read(limit: int) -> list[FlowRun]:
    async with get_client() as client:
        return await client.read_flow_runs(
            flow_filter=FlowFilter(name=FlowFilterName(any_=list(_FLOWS))),
            sort=FlowRunSort.START_TIME_DESC,
            limit=limit,
        )


async def _reap(limit: int) -> list[str]:
    dead = [run for run in await _read(limit) if _is_dead(run)]
    async with get_client() as client:
        for run in dead:
            gone: State[Any] = Crashed(message="its process is gone; the next run does what it left")
            await client.set_flow_run_state(run.id, gone, force=True)
    return [run.name for run in dead]


def _row(run: FlowRun) -> dict[str, Any]:
    return {
        "run": run.name,
        "state": run.state_name,
        "started": run.start_time.isoformat(timespec="seconds") if run.start_time else None,
        "seconds": round(run.estimated_run_time.total_seconds(), 1),
        "note": "its process is gone; --reap marks it" if _is_dead(run) else None,
    }


def _is_dead(run: FlowRun) -> bool:
    """It says it is running, here, and its process is gone or another one that got the same number."""
    said = dict(tag.split(":", 1) for tag in run.tags if ":" in tag)
    if run.state_name != "Running" or said.get("host") != socket.gethostname() or not said.get("pid", "").isdigit():
        return False
    born = _born(int(said["pid"]))
    return born == _GONE or said.get("born", born) != born


_GONE = "gone"


def _born(pid: int) -> str:
    """When a process was started, in whatever the system counts; ``gone`` where there is none, empty if unknown."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return _GONE
    except PermissionError:
        pass
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""
