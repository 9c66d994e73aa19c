"""The rules of the house: which package may import which, what starts quickly, what no file may name."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
#: What each package may import of ours.
MAY_IMPORT = {
    "extractors": {"extractors"},
    "schemas": {"extractors", "schemas"},
    "flows": {"extractors", "schemas", "flows"},
}
HEAVY = ("pandas", "pandera", "prefect", "pyarrow", "duckdb", "polars")

# Written so that the patterns do not find themselves.
FORBIDDEN = {
    "a package index": re.compile(r"py[p]i\.|python[h]osted|--(?:extra-)?index[-]url|--find[-]links", re.I),
    "a path of one machine": re.compile(r"(?<![\w.:/<>*}])/(?:work|root|home|Users|opt|mnt)/[\w.]"),
    "a folder outside the project": re.compile(r"[.][.]/shared|shared/[b]ench"),
}
#: Pages and annotations as they were collected: not ours to reword.
COLLECTED = ("raw/", "tests/gold/seeds/", "tests/gold/dev/")
TEXT = {".py", ".toml", ".md", ".txt", ".yaml", ".yml", ".cfg", ".json", ".sql", ".html", ""}


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """The full names a module imports, wherever in the file the import stands."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively; the house imports by full name"
            yield node.module or ""


def ours(names: Iterator[str]) -> set[str]:
    return {name.split(".")[0] for name in names} & set(MAY_IMPORT)


def tracked() -> list[str]:
    """The files git knows or would add; a copy without git has no such list and skips."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git work tree")
    return [name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


def loaded_after(code: str) -> set[str]:
    """The top-level modules in memory after a fresh interpreter ran the code."""
    script = f"import sys\n{code}\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_run_one_way(package: str) -> None:
    wrong = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules(package)
        for name in ours(imports(path)) - MAY_IMPORT[package]
    }
    assert modules(package)
    assert not wrong


def test_a_module_of_types_imports_nothing_of_ours() -> None:
    assert not ours(imports(ROOT / "extractors" / "model.py"))


def test_extractors_load_nothing_heavy() -> None:
    """Also not through a library: this is what keeps the filters quick to start."""
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in modules("extractors")]
    names = [name.removesuffix(".__init__") for name in names]
    loaded = loaded_after("import importlib\n" + "\n".join(f"importlib.import_module({name!r})" for name in names))
    assert "extractors" in loaded
    assert not loaded & set(HEAVY)


def test_the_command_line_loads_nothing_heavy() -> None:
    loaded = loaded_after("import flows.cli")
    assert not loaded & {*HEAVY, "spacy"}


def test_every_library_imported_is_declared() -> None:
    """A library that only comes along with another one can go away without notice."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["dask"]]
    declared = {canonicalize_name(Requirement(line).name) for line in lines}
    providers = packages_distributions()
    undeclared = {}
    for package in MAY_IMPORT:
        for path in modules(package):
            for name in {name.split(".")[0] for name in imports(path)} - set(sys.stdlib_module_names) - set(MAY_IMPORT):
                if name != "__future__" and not {canonicalize_name(d) for d in providers.get(name, [])} & declared:
                    undeclared[str(path.relative_to(ROOT))] = name
    assert not undeclared


def test_every_library_declared_is_imported() -> None:
    """But for those that only hold Prefect to releases it works with."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    names = {name.split(".")[0] for package in MAY_IMPORT for path in modules(package) for name in imports(path)}
    used = {canonicalize_name(d) for name in names for d in packages_distributions().get(name, [])}
    assert declared - used == {"fastapi", "sqlalchemy"}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what: str) -> None:
    found = []
    for name in tracked():
        if Path(name).suffix in TEXT and not name.startswith(COLLECTED):
            text = (ROOT / name).read_text("utf-8", errors="replace")
            found += [f"{name}: {match[0]}" for match in FORBIDDEN[what].finditer(text)]
    assert not found


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a package index", "https://" + "py" + "pi.org/simple"),
        ("a package index", "--extra-" + "index-url=x"),
        ("a path of one machine", "see /" + "home/ann/raw"),
        ("a folder outside the project", ".." + "/shared/DESIGN.md"),
    ],
)
def test_the_patterns_find_what_they_are_for(what: str, text: str) -> None:
    assert FORBIDDEN[what].search(text)


@pytest.mark.parametrize("text", ["raw/home/page.txt", "https://example.org/home/x", "s3://bucket/opt/x", "a/work/b"])
def test_the_patterns_leave_other_paths_alone(text: str) -> None:
    assert not FORBIDDEN["a path of one machine"].search(text)
