"""What the pages say is true: examples print what they show, tables name what there is, links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from schemas import TABLES
from tests.readme import PAGES, ROOT, examples, rewritten, shell, workplace

README = (ROOT / "README.md").read_text("utf-8")


def commands() -> dict[str, str]:
    """The commands of the command line with their help."""
    from flows.cli import app

    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    return {name: command.help or "" for name, command in group.commands.items() if not command.hidden}


def first_cells(page: str, heading: str) -> list[str]:
    """The first cell of each row of the table under a heading."""
    section = page.split(f"## {heading}\n", 1)[1].split("\n## ")[0]
    return re.findall(r"^\| `([^`]+)`", section, re.M)


@pytest.mark.server
@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_examples_print_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    """When this fails and the new output is right: `make readme`."""
    text, folder = page.read_text("utf-8"), workplace(tmp_path)
    shown = [(example.command, example.output) for example in examples(text)]
    printed = [(example.command, shell(example.command, folder)) for example in examples(text)]
    assert printed == shown


def test_the_readme_has_examples() -> None:
    assert len(examples(README)) >= 3


def test_rewriting_a_page_changes_outputs_only(tmp_path: Path) -> None:
    page = "Before.\n```console\n$ echo a > f\nold\nlines\n$ cat f\n```\nAfter.\n"
    assert rewritten(page, tmp_path) == "Before.\n```console\n$ echo a > f\n$ cat f\na\n```\nAfter.\n"


def test_the_commands_are_those_there_are() -> None:
    named = [re.sub(r"^numerate (\S+).*", r"\1", cell) for cell in first_cells(README, "Commands")]
    assert sorted(named) == sorted(commands())


def test_every_command_has_help() -> None:
    assert not [name for name, text in commands().items() if not text.strip()]


def test_the_tables_are_those_published() -> None:
    assert sorted(first_cells(README, "Tables")) == sorted(TABLES)


def test_the_make_targets_are_those_there_are() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    pages = "\n".join(page.read_text("utf-8") for page in PAGES)
    targets = set(re.findall(r"^([a-z]+):", makefile, re.M))
    assert {"run", "test", "sweep", "lint", "lock"} <= targets
    assert set(re.findall(r"`make ([a-z]+)", pages)) <= targets


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "processed" / "README.md"], ids=lambda path: str(path.relative_to(ROOT))
)
def test_the_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))
    assert not [target for target in targets if not (page.parent / target).exists()]


def test_every_picture_is_shown_and_every_picture_shown_is_there() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    shown = {
        (page.parent / name).resolve()
        for page in pages
        for name in re.findall(r"[\w./-]*\bpictures/[\w-]+\.\w+", page.read_text("utf-8"))
    }
    assert shown == set((ROOT / "docs" / "pictures").iterdir())
