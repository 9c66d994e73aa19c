"""The pictures of Prefect's pages in docs/, taken in Chromium of a real run: `python -m tests.prefect_pictures`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from flows.serving import a_server
from tests.pictures import CHROMIUM, OTHER, PICTURES, ROOT

#: what nobody can read, so that there is something in quarantine
SCAN = b"%PDF-1.7\x00\x01"

#: milliseconds until the timeline stands still: it is drawn, not written, so that there is no text to wait for
DRAWN = 25_000


def run(folder: Path) -> tuple[str, str]:
    """A run over the sample pages and one that contradicts them; the ids of the flow run and of its report."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
    from prefect.client.schemas.sorting import ArtifactSort

    shutil.copytree(ROOT / "raw", folder / "raw")
    (folder / "raw" / "other.txt").write_text(OTHER, "utf-8")
    (folder / "raw" / "scan.txt").write_bytes(SCAN)
    command = [sys.executable, "-m", "flows.cli", "run", "--quiet"]
    subprocess.run(command, cwd=folder, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    with get_client(sync_client=True) as client:
        wanted = ArtifactFilter(key=ArtifactFilterKey(any_=["numerate-report"]))
        report = client.read_artifacts(artifact_filter=wanted, sort=ArtifactSort.CREATED_DESC, limit=1)[0]
        return str(report.flow_run_id), str(report.id)


def take(browser: Browser, server: str, flow_run: str, report: str, target: Path) -> list[Path]:
    """Takes the pictures into a folder: each of a page, when a text that is waited for is in sight."""
    pages = {
        "run": (f"runs/flow-run/{flow_run}", "", 640),
        "logs": (f"runs/flow-run/{flow_run}", '"event": "ended"', 900),
        "report": (f"artifacts/artifact/{report}", "Numbers that cannot all be true", 760),
    }
    return [
        _taken(browser, f"{server}/{where}", words, height, target / f"prefect-{name}.png")
        for name, (where, words, height) in pages.items()
    ]


def _taken(browser: Browser, address: str, words: str, height: int, target: Path) -> Path:
    page = browser.new_page(viewport={"width": 1180, "height": height}, color_scheme="light")
    page.goto(address)
    if words:
        page.get_by_text(words).first.scroll_into_view_if_needed(timeout=90_000)
    page.wait_for_timeout(1000 if words else DRAWN)
    page.screenshot(path=target)
    page.close()
    return target


def main() -> None:
    """Takes all pictures anew."""
    with tempfile.TemporaryDirectory() as name:
        os.environ.setdefault("PREFECT_HOME", str(Path(name) / "prefect"))
        with a_server(print) as api:
            ids = run(Path(name))  # first: Playwright has an event loop, which Prefect minds
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                for path in take(browser, api.removesuffix("/api"), *ids, PICTURES):
                    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
