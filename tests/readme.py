"""The examples of README.md and docs/: finds them, runs them, writes down what they print (`python -m tests.readme`).

They are blocks fenced as `console`: a line that starts with `$ ` is a command, lines that start with `> ` continue it,
what follows is what it prints. The commands of a page run one after the other in a folder with a copy of `raw/`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
_COMMAND = re.compile(r"^\$ (.*\n(?:>.*\n)*)((?:(?!\$ ).*\n)*)", re.M)


@dataclass(frozen=True, slots=True)
class Example:
    """A command as it stands on a page, and what the page says it prints; ``start`` and ``end`` delimit the latter."""

    command: str
    output: str
    start: int
    end: int


def examples(page: str) -> list[Example]:
    """The examples of a page, in order.

    >>> [(e.command, e.output) for e in examples("```console\\n$ echo a\\na\\n$ true\\n```\\n")]
    [('echo a', 'a\\n'), ('true', '')]
    >>> [(e.command, e.output) for e in examples("```console\\n$ cat <<E\\n> a\\n> E\\na\\n```\\n")]
    [('cat <<E\\na\\nE', 'a\\n')]
    """
    return [
        Example(
            re.sub(r"^> ?", "", match[1], flags=re.M).rstrip("\n"),
            match[2],
            block.start(1) + match.start(2),
            block.start(1) + match.end(2),
        )
        for block in _BLOCK.finditer(page)
        for match in _COMMAND.finditer(block[1])
    ]


def shell(command: str, folder: Path) -> str:
    """What a command prints on standard output, with the project's programs on the path and a plain terminal."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "COLUMNS": "120", "TERM": "dumb", "NO_COLOR": "1"}
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode > 1:  # 1 is "done, and there is something to see"
        raise RuntimeError(f"{command}: exit status {done.returncode}\n{done.stderr}")
    return "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())


def workplace(folder: Path) -> Path:
    """The folder, with the sample pages in it as a new clone has them."""
    shutil.copytree(ROOT / "raw", folder / "raw")
    return folder


def rewritten(page: str, folder: Path) -> str:
    """The page with what its examples print now."""
    pieces, at = [], 0
    for example in examples(page):
        pieces += [page[at : example.start], shell(example.command, folder)]
        at = example.end
    return "".join([*pieces, page[at:]])


def main() -> None:
    """Rewrite all pages."""
    with tempfile.TemporaryDirectory() as name:
        folder = workplace(Path(name))
        for path in PAGES:
            path.write_text(rewritten(path.read_text("utf-8"), folder), "utf-8")


if __name__ == "__main__":
    main()
