"""Prefect without a server of one's own: settings to be made before Prefect is imported.

A server named by ``PREFECT_API_URL`` is used instead, and everything set by the user stays as it is.
"""

from __future__ import annotations

import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from flows.outcome import RunError

#: seconds within which a server that is named must answer
_PATIENCE = 30
_DEFAULTS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLIENT_ENABLE_METRICS": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    # the run says itself what there is to say; its states and artifacts are on its page
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_CLI_PROMPT": "false",
}


def prepare(home: Path | None = None) -> None:
    """Sets what Prefect needs to run embedded, its home in ``.prefect`` of the working folder."""
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
    if "PREFECT_API_URL" not in os.environ:
        os.environ.setdefault("PREFECT_HOME", str((home or Path.cwd() / ".prefect").absolute()))
        os.environ.setdefault("PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "true")


def reach_server() -> None:
    """Says at once when the server that is named cannot be had; Prefect itself would only show how it failed.

    Raises:
        RunError: nothing answers at PREFECT_API_URL.
    """
    url = os.environ.get("PREFECT_API_URL")
    if not url:
        return
    try:
        urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=_PATIENCE).close()
    except urllib.error.HTTPError:
        return  # it answers, though it may want a key: Prefect has that
    except (OSError, ValueError) as error:
        raise RunError(
            f"no Prefect server answers at PREFECT_API_URL, {url} ({getattr(error, 'reason', error)}); "
            "start it, or unset the variable to do without"
        ) from None


def end_orphans() -> int:
    """Ends servers of this Prefect home whose run was killed, which nobody else would; how many there were.

    A server belongs to the run that started it, and to no other. Only where there is a ``/proc``; elsewhere it is left
    to the user.
    """
    home = os.environ.get("PREFECT_HOME")
    orphans = [pid for pid in _servers(f"PREFECT_HOME={home}".encode()) if _is_orphan(pid)] if home else []
    for pid in orphans:
        with suppress(ProcessLookupError):  # it ended by itself, or another run ended it
            os.kill(pid, signal.SIGTERM)
    return len(orphans)


def _servers(home: bytes) -> Iterator[int]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command, environment = (process / "cmdline").read_bytes(), (process / "environ").read_bytes()
        except OSError:  # gone, or another user's
            continue
        if b"prefect.server.api.server:create_app" in command and home in environment.split(b"\0"):
            yield int(process.name)


def _is_orphan(pid: int) -> bool:
    """Its parent is what takes in the children of the dead, no Python process."""
    try:
        parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
        command = Path(f"/proc/{parent}/cmdline").read_bytes()
    except OSError:
        return False
    return b"python" not in command and b"numerate" not in command
