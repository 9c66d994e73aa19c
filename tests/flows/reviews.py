"""What the tests of the review page share: folders of pages, and how they are published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lxml.html

from flows.batch import process_batch
from flows.pieces import run_here
from flows.run import Work, make_ready, publish, record, take_stock, tasks
from flows.settings import Settings

#: a page that is full of markup, quotes and links that do something
MARKUP = """Report on Lanhe <strong>City</strong>

<script>document.title = "gone"; fetch("http://example.org/")</script> In 2020, the GDP of Lanhe was 3.5 billion yuan,
"up" 5.9 percent & more.

<img src=x onerror="document.title='gone'"> Its population was 1.2 million in 2020 </script><!-- </textarea> -->.

<a href="javascript:document.title='gone'">In 2021, its GDP was 4.1 billion yuan</a>, http://example.org/12 says.
"""
#: a page whose characters are of more than one unit in JavaScript, and of several widths
WIDE = """Lanhe 兰河 🏞️ City

In 2020 🎉🎉, the GDP of Lanhe (兰河市) reached 3.5 billion yuan 💴, up 5.9 % over 2019 📈.

👩‍👩‍👧‍👦 The city of 𠮷野 had 1. 2 million residents in 2020 , 320亿元 of savings and 45 parks 🌳.
"""
#: two that cannot both be true, a series, and something expected
CONTRARY = {
    "one.txt": "Lanhe City\n\nIn 2020, the GDP of Lanhe was 15.2 billion yuan. "
    "In 2019, its GDP was 14.1 billion yuan.\n",
    "two.txt": "Lanhe City\n\nIn 2020, the GDP of Lanhe was 12.5 billion yuan. "
    "In 2018, its GDP exceeded 13 billion yuan.\n"
    "\nIn 2030, the GDP of Lanhe will reach 30 billion yuan.\n",
}


def folder_of(pages: dict[str, str], folder: Path) -> Path:
    """Writes pages into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def published(raw: Path, processed: Path) -> Work:
    """Publishes a snapshot without Prefect; what the run did."""
    settings = Settings(str(raw), str(processed))
    work = make_ready(settings, take_stock(settings))
    for task in tasks(work):
        record(work, process_batch(task))
    publish(work, run_here)
    return work


def parsed(path: Path) -> Any:
    """A page as a tree."""
    return lxml.html.fromstring(path.read_text("utf-8"))
