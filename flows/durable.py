"""What must survive a power loss is brought to disk before anything refers to it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

#: on macOS fsync leaves the data in the drive's cache; this empties it
_FULL = getattr(fcntl, "F_FULLFSYNC", None)


def sync(path: Path) -> None:
    """Brings a file's data, or a folder's entries, to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        if _FULL is not None:
            fcntl.fcntl(descriptor, _FULL)
        else:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_all(folder: Path, but: str = "") -> None:
    """Brings everything in a folder to disk, and the folder; ``but`` names one in it whose files can be made again."""
    for path in folder.rglob("*"):
        if path.parent.name != but:
            sync(path)
    sync(folder)
