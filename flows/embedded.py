"""Prefect without a server of one's own: settings to be made before Prefect is imported.

A server named by ``PREFECT_API_URL`` is used instead, and everything set by the user stays as it is.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from flows.outcome import RunError
from flows.servers import Server, free_port

#: seconds within which a server that is named must answer
_PATIENCE = 30
_STARTUP = "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"
_DEFAULTS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLIENT_ENABLE_METRICS": "false",
    _STARTUP: "300",
    # the run says itself what there is to say; its states and artifacts are on its page
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_CLI_PROMPT": "false",
}
_SERVER = "prefect.server.api.server:create_app"
#: what Prefect tells a server that it starts for one run
_EMBEDDED = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}


def prepare(home: Path | None = None) -> None:
    """Sets what Prefect needs to run embedded, its home in ``.prefect`` of the working folder."""
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
    if "PREFECT_API_URL" not in os.environ:
        os.environ.setdefault("PREFECT_HOME", str((home or Path.cwd() / ".prefect").absolute()))
        os.environ.setdefault("PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "true")


def begin_server() -> Callable[[], None]:
    """Starts the server of a run for which none is named, and returns what waits until it answers.

    Prefect would do so by itself, but only after it has read all modules of its server into this process as well, and
    with nothing else going on meanwhile: 4 s of processor time and twice as long to wait. It still does where it is in
    use already, or where its settings may be in a file: then only Prefect knows whether a server is named.

    Raises:
        RunError: by what is returned: it did not start.
    """
    if os.environ.get("PREFECT_API_URL") or "prefect" in sys.modules or any(_settings_files()):
        return lambda: None
    port = free_port()
    # -P: a module of the folder it is run in must not stand in for one of Prefect's
    command = [sys.executable, "-P", "-m", "uvicorn", "--app-dir", sys.prefix, "--factory", _SERVER]
    options = ["--host", "127.0.0.1", "--port", str(port), "--log-level", "error", "--lifespan", "on"]
    server = Server(command + options, port, os.environ | _EMBEDDED)
    atexit.register(server.stop)  # before Prefect is imported, so after it has sent the last it has to say
    os.environ["PREFECT_API_URL"] = server.api
    return lambda: server.wait(float(os.environ[_STARTUP]))


def _settings_files() -> Iterator[Path]:
    """Files in which Prefect would look for its settings, as far as they hold some."""
    here, home = Path.cwd(), Path(os.environ.get("PREFECT_HOME", "~/.prefect")).expanduser()
    named = os.environ.get("PREFECT_PROFILES_PATH")
    for path in (Path(named) if named else home / "profiles.toml", here / "prefect.toml"):
        if path.exists():
            yield path
    for path, mark in ((here / ".env", b"PREFECT_"), (here / "pyproject.toml", b"[tool.prefect")):
        with suppress(OSError):
            if mark in path.read_bytes():
                yield path


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
        if _SERVER.encode() in command and home in environment.split(b"\0"):
            yield int(process.name)


def _is_orphan(pid: int) -> bool:
    """Its parent is what takes in the children of the dead, no Python process."""
    try:
        parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
        command = Path(f"/proc/{parent}/cmdline").read_bytes()
    except OSError:
        return False
    return b"python" not in command and b"numerate" not in command
