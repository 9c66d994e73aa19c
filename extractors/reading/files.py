"""What lies in a folder: the files that have a reader, their sidecars, and what is passed over and why.

A folder is a local path or any URL that fsspec knows. Nothing is opened here.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias

from extractors.reading.refusal import Refusal

SIDECAR = ".meta.json"


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that has a reader. ``source`` names it for people: the path below the folder, with ``/`` between parts."""

    source: str
    path: str
    suffix: str
    size: int
    sidecar: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A name that a reader would claim, but that cannot be read."""

    source: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that no reader claims; ``suffix`` is how it is counted."""

    source: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Orphan:
    """A sidecar that belongs to no file."""

    source: str


Entry: TypeAlias = FoundFile | Refused | Skipped | Orphan


@dataclass(slots=True)
class Listing:
    """All that a folder holds, each list sorted by source in byte order."""

    files: list[FoundFile] = field(default_factory=list)
    refused: list[tuple[str, Refusal]] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    orphans: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Name:
    """One name in a folder, before anyone asked which reader it is for. A closed folder hides what would be read."""

    source: str
    path: str
    size: int = 0
    refusal: Refusal | None = None
    closed_folder: bool = False


def is_remote(location: str) -> bool:
    """True for a URL such as ``s3://bucket/raw``; a local path, or ``file://…``, is not remote.

    >>> is_remote("s3://bucket/raw"), is_remote("raw"), is_remote("file:///raw")
    (True, False, False)
    """
    return "://" in location and not location.startswith(("file://", "local://"))


def list_folder(folder: str, suffixes: Collection[str], *, follow_links: bool = False) -> Listing:
    """What a folder holds, all of it at once. ``suffixes`` are those with a reader, in lower case.

    Raises:
        FileNotFoundError: there is no such folder.
        NotADirectoryError: it is something else.
    """
    listing = Listing()
    for entry in walk_folder(folder, suffixes, follow_links=follow_links):
        match entry:
            case FoundFile():
                listing.files.append(entry)
            case Refused(source, refusal):
                listing.refused.append((source, refusal))
            case Skipped(_, suffix):
                listing.skipped[suffix] += 1
            case Orphan(source):
                listing.orphans.append(source)
    listing.files.sort(key=lambda found: found.source.encode())
    listing.refused.sort(key=lambda entry: entry[0].encode())
    listing.orphans.sort()
    return listing


def walk_folder(folder: str, suffixes: Collection[str], *, follow_links: bool = False) -> Iterator[Entry]:
    """What a folder holds, one entry after another, in no order: a folder of millions takes no memory to list.

    Raises:
        FileNotFoundError: there is no such folder.
        NotADirectoryError: it is something else.
    """
    folders = _remote_folders(folder) if is_remote(folder) else _local_folders(folder, follow_links)
    for names in folders:
        yield from _claimed(names, suffixes)


def _claimed(names: Callable[[], Iterator[_Name]], suffixes: Collection[str]) -> Iterator[Entry]:
    """The entries of one folder. It is looked through twice: a sidecar may stand before or after its file."""
    sidecars = {name.source: name.path for name in names() if name.source.endswith(SIDECAR)}
    used: set[str] = set()
    for name in names():
        if name.source in sidecars:
            continue
        suffix = reader_suffix(name.source, suffixes)
        if name.refusal and (suffix or name.closed_folder):
            yield Refused(name.source, name.refusal)
        elif not suffix:
            if name.refusal is None:
                yield Skipped(name.source, _shown_suffix(name.source))
        else:
            mine = next((sidecar for sidecar in _sidecar_names(name.source, suffix) if sidecar in sidecars), None)
            used.update([mine] if mine else [])
            yield FoundFile(name.source, name.path, suffix, name.size, sidecars[mine] if mine else None)
    yield from (Orphan(source) for source in sidecars if source not in used)


def reader_suffix(source: str, suffixes: Collection[str]) -> str | None:
    """The longest of the suffixes that a name ends with (``.txt.gz`` before ``.gz``), whatever its case.

    Hidden files have none: they are what editors and systems leave behind.

    >>> reader_suffix("a/b.TXT.gz", {".txt", ".txt.gz"}), reader_suffix("a/._b.txt", {".txt"})
    ('.txt.gz', None)
    """
    name = PurePosixPath(source).name.lower()
    if name.startswith("."):
        return None
    fitting = [suffix for suffix in suffixes if name.endswith(suffix) and len(name) > len(suffix)]
    return max(fitting, key=len, default=None)


def _sidecar_names(source: str, suffix: str) -> tuple[str, str]:
    return source + SIDECAR, source[: -len(suffix)] + SIDECAR


def _shown_suffix(source: str) -> str:
    name = PurePosixPath(source).name
    return "(hidden)" if name.startswith(".") else PurePosixPath(name).suffix.lower() or "(none)"


def _local_folders(folder: str, follow_links: bool) -> Iterator[Callable[[], Iterator[_Name]]]:
    """The folders below a folder, itself first, each as a function that looks through it."""
    root = folder.removeprefix("file://")
    status = os.stat(root)
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(f"{folder} is not a folder")
    waiting, seen = [root], {os.path.realpath(root)}
    while waiting:
        current = waiting.pop()
        yield partial(_local_names, root, current, follow_links)
        for path in _folders_in(root, current, follow_links):
            real = os.path.realpath(path)
            if real not in seen:
                seen.add(real)
                waiting.append(path)


def _folders_in(root: str, folder: str, follow_links: bool) -> list[str]:
    """The folders to go down into, the last by name first. Which of two links to one folder counts is no chance."""
    try:
        with os.scandir(folder) as entries:
            found = [e.path for e in entries if e.is_dir() and not e.name.startswith(".")]
    except OSError:
        return []  # said by ``_local_names``
    return sorted((path for path in found if follow_links or not os.path.islink(path)), reverse=True)


def _local_names(root: str, folder: str, follow_links: bool) -> Iterator[_Name]:
    try:
        entries = os.scandir(folder)
    except OSError as error:
        yield _Name(_source(root, folder), folder, 0, Refusal("unreadable", str(error.strerror)), closed_folder=True)
        return
    with entries:
        for entry in entries:
            yield _local_name(root, entry, follow_links)


def _local_name(root: str, entry: os.DirEntry[str], follow_links: bool) -> _Name:
    source = _source(root, entry.path)
    if entry.is_symlink() and not follow_links and not _inside(root, entry.path):
        detail = "it leads out of the folder; --follow-links reads it all the same"
        return _Name(source, entry.path, 0, Refusal("link_outside", detail), closed_folder=entry.is_dir())
    try:
        status = entry.stat()
    except OSError as error:
        return _Name(source, entry.path, 0, Refusal("unreadable", str(error.strerror)))
    if stat.S_ISDIR(status.st_mode):
        return _Name(source, entry.path, 0, Refusal("not_a_file", "it is a folder"))
    if not stat.S_ISREG(status.st_mode):
        return _Name(source, entry.path, 0, Refusal("not_a_file", "it is no regular file"))
    return _Name(source, entry.path, status.st_size)


def _inside(root: str, path: str) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def _source(root: str, path: str) -> str:
    """A name that every table can hold: bytes that are no UTF-8 are written as escapes."""
    relative = os.fsencode(os.path.relpath(path, root))
    return relative.decode("utf-8", "backslashreplace").replace(os.sep, "/")


def _remote_folders(folder: str) -> Iterator[Callable[[], Iterator[_Name]]]:
    files, root = filesystem(folder)
    if not files.isdir(root):
        raise FileNotFoundError(f"there is nothing at {folder}")
    for path, _, found in files.walk(root, detail=True):
        yield partial(_remote_names, files, root, path, found)


def _remote_names(files: Any, root: str, folder: str, found: dict[str, dict[str, Any]]) -> Iterator[_Name]:
    for name, info in found.items():
        path = f"{folder.rstrip('/')}/{name}"
        if name:
            yield _Name(path[len(root) :].lstrip("/"), files.unstrip_protocol(path), int(info.get("size") or 0))


def filesystem(location: str) -> tuple[Any, str]:
    """The fsspec file system of a location, and the path in it."""
    import fsspec

    files, path = fsspec.core.url_to_fs(location)
    return files, str(path).rstrip("/")
