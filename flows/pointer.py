"""The object ``CURRENT`` of an object store, which says which snapshot is current: read, and put on a condition.

On S3 the store itself sees to the condition (``If-Match``, ``If-None-Match``): of two writers at once one wins. Other
stores are asked right before writing, which leaves a moment.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from schemas.published import CURRENT

_CHANGED = {"PreconditionFailed", "412", "ConditionalRequestConflict", "409", "NoSuchKey", "404"}


class ConflictError(Exception):
    """The object is another one than it was when it was read."""


class Pointer(NamedTuple):
    """Which snapshot is current, and the mark by which the store knows that it still is."""

    snapshot: str
    mark: str


def read_pointer(files: Any, base: str) -> Pointer | None:
    """What is current in a store, or None before the first snapshot.

    The mark is asked for first: should another run come between, nothing can be put on the strength of it.
    """
    path = f"{base}/{CURRENT}"
    try:
        mark = _mark(files, path)
        return Pointer(str(json.loads(files.cat_file(path))["snapshot"]), mark)
    except FileNotFoundError:
        return None


def put_pointer(files: Any, base: str, snapshot: str, before: Pointer | None) -> None:
    """Makes a snapshot the current one, if what was current ``before`` still is.

    Raises:
        ConflictError: somebody else was quicker.
    """
    path, content = f"{base}/{CURRENT}", json.dumps({"snapshot": snapshot}).encode()
    try:
        if "s3" in _protocols(files):
            _put_on_s3(files, path, content, before)
        else:
            _put_elsewhere(files, path, content, before)
    except ConflictError:
        now = read_pointer(files, base)
        if now is None or now.snapshot != snapshot:  # else the answer to a first try was lost on its way
            raise


def _put_on_s3(files: Any, path: str, content: bytes, before: Pointer | None) -> None:
    bucket, key, _ = files.split_path(path)
    condition = {"IfMatch": before.mark} if before else {"IfNoneMatch": "*"}
    try:
        files.call_s3("put_object", Bucket=bucket, Key=key, Body=content, **condition)
    except OSError as error:
        response = getattr(error.__cause__, "response", {})
        if isinstance(error, FileExistsError) or str(response.get("Error", {}).get("Code")) in _CHANGED:
            raise ConflictError from error
        raise


def _put_elsewhere(files: Any, path: str, content: bytes, before: Pointer | None) -> None:
    now = _mark(files, path) if files.exists(path) else None
    if now != (before.mark if before else None):
        raise ConflictError
    files.pipe_file(path, content)


def _mark(files: Any, path: str) -> str:
    """The store's own mark of a version; its content, where the store has none."""
    files.invalidate_cache()
    info = files.info(path)
    return str(info.get("ETag") or info.get("etag") or files.cat_file(path).decode())


def _protocols(files: Any) -> tuple[str, ...]:
    return (files.protocol,) if isinstance(files.protocol, str) else tuple(files.protocol)
