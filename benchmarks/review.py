"""How long the review page takes to make and to open: `python -m benchmarks.review [DOCUMENTS] [BYTES_A_PAGE]`.

Pages of `benchmarks.corpus` are published by `numerate run`, which makes their review, too; then `numerate report`
makes it once more, and Chromium opens the index, a page of a document, and a file with 200 documents.
`python -m benchmarks.review open FILE...` only opens pages that are there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import corpus
from benchmarks.runs import NUMERATE

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def write(folder: Path, documents: int, page_bytes: int) -> None:
    """So many pages, a hundred to a folder."""
    texts = corpus.pages(float("inf"), page_bytes=page_bytes)
    for number in range(documents):
        below = folder / f"{number // 100:04d}"
        below.mkdir(parents=True, exist_ok=True)
        (below / f"page{number:06d}.txt").write_text(next(texts), "utf-8")


def publish(raw: Path, processed: Path) -> None:
    """Publishes the pages, with a Prefect home of their own."""
    environment = {**os.environ, "PREFECT_HOME": str(processed.parent / "prefect")}
    subprocess.run([NUMERATE, "run", str(raw), str(processed), "--quiet"], env=environment, check=True)


def report(processed: Path, target: Path) -> float:
    """Seconds that `numerate report` takes, its start among them."""
    start = time.perf_counter()
    command = [NUMERATE, "report", "--processed", str(processed), "-o", str(target)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


#: seconds from the start of the navigation to the end of loading, and to the first sight of something
CLOCK = """() => [performance.getEntriesByType("navigation")[0].loadEventEnd,
  performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0].map(each => each / 1000)"""


def opened(*paths: Path) -> list[tuple[float, ...]]:
    """Seconds until each page was there for the driver of Chromium, the longest of three times.

    With those, by Chromium's own clock and without the driver, until it was loaded and until something was seen.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        found = []
        for path in paths:
            taken = []
            for _ in range(3):
                page = browser.new_page()
                start = time.perf_counter()
                page.goto(path.as_uri())
                page.wait_for_selector("tbody tr, .clean")
                seconds = time.perf_counter() - start
                page.wait_for_timeout(500)  # the paint is told a little later
                taken.append((seconds, *page.evaluate(CLOCK)))
                page.close()
            found.append(tuple(map(max, zip(*taken, strict=True))))
        browser.close()
    return found


def tell(*paths: Path) -> None:
    """Opens pages and prints how long each took."""
    for path, (seconds, loaded, seen) in zip(paths, opened(*paths), strict=True):
        size = path.stat().st_size / 1e6
        print(f"{path.name}, {size:.1f} MB: opens in {seconds:.2f} s, loaded {loaded:.2f} s, first seen {seen:.2f} s")


def main(documents: int = 10_000, page_bytes: int = 1500) -> None:
    """Makes, measures, and removes what it made."""
    with tempfile.TemporaryDirectory(prefix="numerate-") as name:
        folder = Path(name)
        for label, count in (("large", documents), ("whole", 200)):
            write(folder / label / "raw", count, page_bytes)
            publish(folder / label / "raw", folder / label / "processed")
        target = folder / "report" / "report.html"
        taken = report(folder / "large" / "processed", target)
        files = [path for path in target.parent.rglob("*") if path.is_file()]
        megabytes = sum(path.stat().st_size for path in files) / 1e6
        print(f"{documents:,} documents: made in {taken:.1f} s, {len(files):,} files, {megabytes:.0f} MB")
        largest = max(target.parent.glob("report/*.html"), key=lambda path: path.stat().st_size)
        whole = folder / "whole" / "processed" / "current" / "report.html"
        if CHROMIUM:
            tell(target, largest, whole)


if __name__ == "__main__":
    if sys.argv[1:2] == ["open"]:
        tell(*(Path(name).resolve() for name in sys.argv[2:]))
    else:
        main(*map(int, sys.argv[1:]))
