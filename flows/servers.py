"""A Prefect server in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping

from flows.outcome import RunError

#: seconds between two questions whether it answers, and those it is given to end
_POLL = 0.1
_GRACE = 5.0


def free_port() -> int:
    """A port of this machine that nobody uses.

    >>> free_port() > 1024
    True
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Server:
    """A server that was started, and may not answer yet. ``address`` is that of its pages, ``api`` Prefect's."""

    def __init__(self, command: list[str], port: int, environment: Mapping[str, str] | None = None) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.api = f"{self.address}/api"
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the server
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=self._said)

    def wait(self, seconds: float) -> None:
        """Returns when it answers.

        Raises:
            RunError: it ended, or does not answer in this time.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.api}/health", timeout=5).close()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(_POLL)
        status = self._process.poll()
        how = f"did not answer in {seconds:g} s" if status is None else f"ended with {status}{self._last_words()}"
        raise RunError(f"Prefect's server {how}; name one with PREFECT_API_URL, or see `prefect server start`")

    def _last_words(self) -> str:
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f" ({last[:300]})" if last else ""

    def stop(self) -> None:
        """Ends it; may be called again."""
        self._process.terminate()
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._said.close()
