"""The settings: from the command line, the environment, a file, or as they are built in, the first of these that says.

The command line takes what stands here as its defaults, so the names are the same everywhere: ``--max-bytes``,
``NUMERATE_MAX_BYTES``, ``max_bytes = …`` in ``numerate.toml`` or under ``[tool.numerate]`` in ``pyproject.toml``.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints

from flows.outcome import WrongUseError

PREFIX = "NUMERATE_"
BUILT_IN = "built in"
FILE, PROJECT = "numerate.toml", "pyproject.toml"
_WORDS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is asked to do. ``workers`` 0 takes one a core, and none for a small job."""

    raw: str = "raw"
    processed: str = "processed"
    workers: int = 0
    batch_bytes: int = 1_000_000
    max_bytes: int = 100_000_000
    seconds_per_document: float = 120.0
    max_quarantine: float = 0.05
    allow_shrink: bool = False
    follow_links: bool = False
    wait: bool = True
    #: publish no sentences and no texts of documents
    without_texts: bool = False
    #: who reads: ``local`` processes, or the workers of a ``dask`` cluster
    runner: str = "local"
    #: of the scheduler of the Dask cluster, ``tcp://HOST:8786``; none starts a cluster on this machine
    address: str = ""
    #: a folder of rule tables that extend or replace rows of those built in
    rules: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting in force, and where it was said: a variable, a file, or ``built in``."""

    name: str
    value: Any
    origin: str


def in_force(folder: Path, environment: Mapping[str, str]) -> dict[str, Setting]:
    """The settings by name, without what the command line says.

    >>> found = in_force(Path("/"), {"NUMERATE_WORKERS": "2"})
    >>> found["workers"].value, found["workers"].origin, found["raw"].origin
    (2, 'NUMERATE_WORKERS', 'built in')

    Raises:
        WrongUseError: a file cannot be read, or a setting is unknown or of another type.
    """
    types = get_type_hints(Settings)
    found = {field.name: Setting(field.name, field.default, BUILT_IN) for field in fields(Settings)}
    for name, value, origin in _said(folder):
        if name not in types:
            raise WrongUseError(f"{origin}: there is no setting {name!r}; there are {', '.join(types)}")
        found[name] = Setting(name, _typed(value, types[name], f"{origin}: {name}"), origin)
    for name, kind in types.items():
        variable = PREFIX + name.upper()
        if (text := environment.get(variable)) is not None:
            found[name] = Setting(name, _parsed(text, kind, variable), variable)
    return found


def _said(folder: Path) -> Iterator[tuple[str, Any, str]]:
    """What the files of a folder say; the project's own file before pyproject.toml, which is not read beside it."""
    for name in (FILE, PROJECT):
        path = folder / name
        try:
            content = tomllib.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            raise WrongUseError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
        table = content if name == FILE else content.get("tool", {}).get("numerate", {})
        yield from ((key.replace("-", "_"), value, name) for key, value in table.items())
        if name == FILE:
            return


def _typed(value: Any, kind: type, where: str) -> Any:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise WrongUseError(f"{where} is {value!r}; it must be {_NAMES[kind]}")
    return value


def _parsed(text: str, kind: type, where: str) -> Any:
    try:
        return _WORDS[text.strip().lower()] if kind is bool else kind(text)
    except (KeyError, ValueError):
        raise WrongUseError(f"{where} is {text!r}; it must be {_NAMES[kind]}") from None


_NAMES = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def of_working_folder() -> dict[str, Setting]:
    """The settings in force where the command was started."""
    return in_force(Path.cwd(), os.environ)


def as_defaults(found: Mapping[str, Setting]) -> dict[str, Any]:
    """The settings that somebody made, by the names that the parameters of the commands have."""
    said = {name: setting.value for name, setting in found.items() if setting.origin != BUILT_IN}
    if "wait" in said:
        said["no_wait"] = not said.pop("wait")
    return said
