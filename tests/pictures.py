"""The pictures of the review page in docs/, taken in Chromium of the sample pages: `python -m tests.pictures`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from flows import report
from flows.report.gathering import of_texts

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
#: a page that contradicts the sample pages, as in README.md
OTHER = (
    "Jiangmen, a city on the Xi River, had a GDP of 302.1 billion yuan in 2020, and of 270.5 billion yuan in 2018.\n"
)
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def document(page: Page) -> None:
    """The text with a chosen figure."""
    page.evaluate("document.querySelector('.document').scrollIntoView()")
    page.locator(".clean mark", has_text="96.1 billion").click()


def repairs(page: Page) -> None:
    """The raw text with its repairs."""
    page.locator("input[value=raw]").first.check()
    page.evaluate("document.querySelector('.document').scrollIntoView()")
    page.evaluate("scrollBy(0, 360)")


def charts(page: Page) -> None:
    """A series and a distribution."""
    page.locator("#charts").evaluate("section => section.scrollIntoView()")


def overview(page: Page) -> None:
    """What is seen first."""


PHONE = {"width": 390, "height": 700}
WIDE = {"width": 1180, "height": 600}
#: each picture: what is done before it is taken, the size of the window, light or dark
TAKEN: dict[str, tuple[Callable[[Page], None], dict[str, int], str]] = {
    "overview": (overview, WIDE, "light"),
    "document": (document, WIDE, "light"),
    "repairs": (repairs, {"width": 820, "height": 420}, "dark"),
    "charts": (charts, WIDE, "light"),
    "phone": (document, PHONE, "light"),
}


def take(browser: Browser, folder: Path) -> list[Path]:
    """Takes the pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        other = Path(name) / "other.txt"
        other.write_text(OTHER, "utf-8")
        review, documents, _ = of_texts([str(ROOT / "raw"), str(other)])
        address = report.write(review, documents, Path(name) / "report.html").as_uri()
        return [_taken(browser, address, folder / f"review-{picture}.png", *how) for picture, how in TAKEN.items()]


def _taken(
    browser: Browser, address: str, target: Path, act: Callable[[Page], None], size: dict[str, int], scheme: str
) -> Path:
    page = browser.new_page(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(address)
    act(page)
    page.wait_for_timeout(200)
    page.screenshot(path=target)
    page.close()
    return target


def main() -> None:
    """Takes all pictures anew."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for path in take(browser, PICTURES):
            print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
