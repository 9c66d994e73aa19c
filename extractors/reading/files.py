"""What lies in a folder: the files that have a reader, their sidecars, and what is passed over and why.

A folder is a local path or any URL that fsspec knows. Nothing is opened here.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

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


@dataclass(slots=True)
class Listing:
    """All that a folder holds, each list sorted by source in byte order."""

    files: list[FoundFile] = field(default_factory=list)
    refused: list[tuple[str, Refusal]] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    orphans: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Entry:
    source: str
    path: str
    size: int
    refusal: Refusal | None = None


def is_remote(location: str) -> bool:
    """True for a URL such as ``s3://bucket/raw``; a local path, or ``file://…``, is not remote.

    >>> is_remote("s3://bucket/raw"), is_remote("raw"), is_remote("file:///raw")
    (True, False, False)
    """
    return "://" in location and not location.startswith(("file://", "local://"))


def list_folder(folder: str, suffixes: Collection[str], *, follow_links: bool = False) -> Listing:
    """What a folder holds. ``suffixes`` are those with a reader, in lower case.

    Raises:
        FileNotFoundError: there is no such folder.
        NotADirectoryError: it is something else.
    """
    entries = _remote_entries(folder) if is_remote(folder) else _local_entries(folder, follow_links)
    return _sort(sorted(entries, key=lambda entry: entry.source.encode()), suffixes)


def _sort(entries: list[_Entry], suffixes: Collection[str]) -> Listing:
    listing = Listing()
    sidecars = {entry.source: entry.path for entry in entries if entry.source.endswith(SIDECAR)}
    used: set[str] = set()
    for entry in entries:
        if entry.source in sidecars:
            continue
        suffix = reader_suffix(entry.source, suffixes)
        if not suffix:
            listing.skipped[_shown_suffix(entry.source)] += entry.refusal is None
        elif entry.refusal:
            listing.refused.append((entry.source, entry.refusal))
        else:
            name = next((name for name in _sidecar_names(entry.source, suffix) if name in sidecars), None)
            used.update([name] if name else [])
            sidecar = sidecars[name] if name else None
            listing.files.append(FoundFile(entry.source, entry.path, suffix, entry.size, sidecar))
    listing.orphans = [name for name in sidecars if name not in used]
    listing.skipped = +listing.skipped
    return listing


def reader_suffix(source: str, suffixes: Collection[str]) -> str | None:
    """The longest of the suffixes that a name ends with (``.txt.gz`` before ``.gz``), whatever its case.

    >>> reader_suffix("a/b.TXT.gz", {".txt", ".txt.gz"})
    '.txt.gz'
    """
    name = PurePosixPath(source).name.lower()
    fitting = [suffix for suffix in suffixes if name.endswith(suffix) and len(name) > len(suffix)]
    return max(fitting, key=len, default=None)


def _sidecar_names(source: str, suffix: str) -> tuple[str, str]:
    return source + SIDECAR, source[: -len(suffix)] + SIDECAR


def _shown_suffix(source: str) -> str:
    name = PurePosixPath(source).name
    return "(hidden)" if name.startswith(".") else PurePosixPath(name).suffix.lower() or "(none)"


def _local_entries(folder: str, follow_links: bool) -> Iterator[_Entry]:
    root = folder.removeprefix("file://")
    status = os.stat(root)
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(f"{folder} is not a folder")
    yield from _walk(root, root, follow_links, {os.path.realpath(root)})


def _walk(root: str, folder: str, follow_links: bool, seen: set[str]) -> Iterator[_Entry]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield _Entry(_source(root, folder), folder, 0, Refusal("unreadable", str(error.strerror)))
        return
    for entry in entries:
        outside = entry.is_symlink() and not follow_links and not _inside(root, entry.path)
        if outside:
            detail = "it leads out of the folder; --follow-links reads it all the same"
            yield _Entry(_source(root, entry.path), entry.path, 0, Refusal("link_outside", detail))
        elif entry.is_dir(follow_symlinks=follow_links):
            yield _Entry(_source(root, entry.path), entry.path, 0, Refusal("not_a_file", "it is a folder"))
            real = os.path.realpath(entry.path)
            if real not in seen and not entry.name.startswith("."):
                seen.add(real)
                yield from _walk(root, entry.path, follow_links, seen)
        else:
            yield _local_file(root, entry)


def _local_file(root: str, entry: os.DirEntry[str]) -> _Entry:
    source = _source(root, entry.path)
    try:
        status = entry.stat()
    except OSError as error:
        return _Entry(source, entry.path, 0, Refusal("unreadable", str(error.strerror)))
    if not stat.S_ISREG(status.st_mode):
        return _Entry(source, entry.path, 0, Refusal("not_a_file", "it is no regular file"))
    return _Entry(source, entry.path, status.st_size)


def _inside(root: str, path: str) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def _source(root: str, path: str) -> str:
    """A name that every table can hold: bytes that are no UTF-8 are written as escapes."""
    relative = os.fsencode(os.path.relpath(path, root))
    return relative.decode("utf-8", "backslashreplace").replace(os.sep, "/")


def _remote_entries(folder: str) -> Iterator[_Entry]:
    files, root = filesystem(folder)
    if not files.isdir(root):
        raise FileNotFoundError(f"there is nothing at {folder}")
    for path, info in files.find(root, detail=True).items():
        source = path[len(root) :].lstrip("/")
        if source and info.get("type") == "file":
            yield _Entry(source, files.unstrip_protocol(path), int(info.get("size") or 0))


def filesystem(location: str) -> tuple[Any, str]:
    """The fsspec file system of a location, and the path in it."""
    import fsspec

    files, path = fsspec.core.url_to_fs(location)
    return files, str(path).rstrip("/")
