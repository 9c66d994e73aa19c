"""What is installed: bounds, pins, and a wheel that works in an environment of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = {"requirements.txt": [], "requirements-test.txt": PROJECT["project"]["optional-dependencies"]["test"]}
#: Released by date: there is no next major version to stay under.
DATED = {"dask", "distributed", "fsspec", "packaging", "s3fs"}
UNREACHABLE = re.compile(r"dns error|client error .Connect|error sending request|timed out|NewConnectionError")
PAGE = "In 2016, the city's GDP reached 320. 1 billion yuan , up 7.4 % over the previous year."


def pins(lock: str) -> Iterator[tuple[Requirement, int]]:
    """Each pin of a lock file with the number of its hashes."""
    entries = re.sub(r"\\\n", " ", (ROOT / lock).read_text("utf-8"))
    for line in entries.splitlines():
        if line and not line.lstrip().startswith("#"):
            requirement, *hashes = re.split(r"\s+--hash=sha256:", line.strip())
            yield Requirement(requirement), len(hashes)


@pytest.mark.parametrize(
    "line", PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["test"]
)
def test_every_dependency_is_bounded(line: str) -> None:
    requirement = Requirement(line)
    signs = {specifier.operator for specifier in requirement.specifier}
    assert ">=" in signs
    assert "<" in signs or requirement.name in DATED


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes_and_no_address(lock: str) -> None:
    found = list(pins(lock))
    assert len(found) > 100
    assert not [str(pin) for pin, hashes in found if not hashes or [s.operator for s in pin.specifier] != ["=="]]
    assert not re.search(r"://|^\s*-(?!-hash)", (ROOT / lock).read_text("utf-8"), re.M)


@pytest.mark.parametrize("lock", LOCKS)
def test_the_pins_are_within_the_bounds(lock: str) -> None:
    """Fails when a bound was changed without `make lock`."""
    pinned: dict[str, list[Version]] = {}
    for pin, _ in pins(lock):
        version = next(iter(pin.specifier)).version
        pinned.setdefault(canonicalize_name(pin.name), []).append(Version(version))
    lines = [*PROJECT["project"]["dependencies"], *LOCKS[lock], *PROJECT["dependency-groups"]["setup"]]
    for bound in map(Requirement, lines):
        versions = pinned.get(canonicalize_name(bound.name), [])
        assert versions, f"{bound.name} is not in {lock}"
        assert all(version in bound.specifier for version in versions)


def test_the_test_pins_agree_with_the_others() -> None:
    plain, tests = ({str(pin) for pin, _ in pins(lock)} for lock in LOCKS)
    assert plain <= tests


def test_the_pins_serve_linux_and_macos() -> None:
    """No pin of a library we import is for one platform only."""
    names = {canonicalize_name(Requirement(line).name) for line in PROJECT["project"]["dependencies"]}
    markers = [pin.marker for pin, _ in pins("requirements.txt") if canonicalize_name(pin.name) in names]
    for environment in ({"sys_platform": "linux"}, {"sys_platform": "darwin", "platform_machine": "arm64"}):
        assert all(Marker(str(marker)).evaluate(environment) for marker in markers if marker)


def test_the_entry_points_exist() -> None:
    """spaCy loads all of them for every pipeline of the process: a missing one breaks spaCy itself."""
    declared = PROJECT["project"]["entry-points"]["spacy_factories"]
    installed = {point.name: point for point in entry_points(group="spacy_factories") if point.name in declared}
    assert set(installed) == set(declared), "run `make test`, which installs the project again"
    assert all(callable(point.load()) for point in installed.values())


def uv(*arguments: str | Path, cwd: Path) -> str:
    """Run the installer; without a network the test is skipped, any other failure is one."""
    command = [sys.executable, "-m", "uv", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode and UNREACHABLE.search(done.stderr):
        pytest.skip(f"no package registry in reach: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    uv("build", "--wheel", "--quiet", "--out-dir", folder, ROOT, cwd=folder)
    return next(folder.glob("numerate-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """The programs of a new environment that holds the wheel and what it asks for, nothing else."""
    home = wheel.parent / "venv"
    uv("venv", "--quiet", "--python", sys.executable, home, cwd=wheel.parent)
    lock = ROOT / "requirements.txt"
    python = home / "bin" / "python"
    uv("pip", "install", "--quiet", "--python", python, "--constraints", lock, wheel, cwd=wheel.parent)
    return home / "bin"


def run(program: Path, *arguments: str, cwd: Path, text: str = "") -> str:
    """What a program prints, run away from the work tree and without its paths."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    command = [str(program), *arguments]
    done = subprocess.run(command, cwd=cwd, env=environment, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_the_packages_and_their_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = {name for name in names if ".dist-info/" not in name}
    assert {name.split("/")[0] for name in ours} == {"extractors", "schemas", "flows"}
    expected = {
        str(path.relative_to(ROOT))
        for package in ("extractors", "schemas", "flows")
        for pattern in ("**/*.py", "**/*.toml", "py.typed")
        for path in (ROOT / package).glob(pattern)
    }
    assert any(name.endswith(".toml") for name in expected)
    assert expected <= ours
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_filters_run_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    cleaned = run(installed / "numerate", "clean", "-", cwd=tmp_path, text=PAGE)
    assert "reached 320.1 billion yuan, up 7.4% over" in cleaned
    line = json.dumps({"id": "a", "text": PAGE}) + "\n"
    answer = json.loads(run(installed / "numerate", "extract", "--jsonl", cwd=tmp_path, text=line))
    assert answer["id"] == "a"
    assert [figure["value"] for figure in answer["figures"]] == [320.1e9, 7.4]


def test_the_components_are_found_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    names = list(PROJECT["project"]["entry-points"]["spacy_factories"])
    code = f"import spacy; nlp = spacy.blank('en'); [nlp.add_pipe(name) for name in {names}]; print(*nlp.pipe_names)"
    assert run(installed / "python", "-c", code, cwd=tmp_path).split() == names


def test_the_whole_of_the_product_imports_from_the_wheel(installed: Path, wheel: Path) -> None:
    """A module that needs something only the tests bring fails here."""
    of_extras = {"flows/cluster.py"}  # numerate[dask]
    files = [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".py") and name not in of_extras]
    modules = [name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in files]
    code = f"import importlib; [importlib.import_module(name) for name in {modules}]; print('imported')"
    assert run(installed / "python", "-c", code, cwd=wheel.parent) == "imported\n"


@pytest.mark.sweep
def test_plain_pip_installs_the_project(tmp_path: Path) -> None:
    """Without uv, without pins: what a user gets today."""
    run(Path(sys.executable), "-m", "venv", str(tmp_path / "venv"), cwd=tmp_path)
    pip = [sys.executable, "-m", "pip", "--python", str(tmp_path / "venv" / "bin" / "python"), "install", "--quiet"]
    done = subprocess.run([*pip, str(ROOT)], cwd=tmp_path, capture_output=True, text=True, check=False)
    if done.returncode and UNREACHABLE.search(done.stderr):
        pytest.skip("no package registry in reach")
    assert done.returncode == 0, done.stderr
    assert "reached 320.1 billion yuan, up 7.4% over" in run(
        tmp_path / "venv" / "bin" / "numerate", "clean", "-", cwd=tmp_path, text=PAGE
    )
