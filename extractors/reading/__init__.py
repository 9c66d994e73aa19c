"""Reading: from the files of a folder, local or in an object store, to Documents.

``READERS`` is the one place that knows formats: a suffix and the function that makes a Document of a file's bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from extractors.model import Document
from extractors.reading.decoding import decode
from extractors.reading.files import (
    Entry,
    FoundFile,
    Listing,
    Orphan,
    Refused,
    Skipped,
    filesystem,
    is_remote,
    list_folder,
    reader_suffix,
    walk_folder,
)
from extractors.reading.language import LANGUAGES, identify
from extractors.reading.refusal import REASONS, Refusal

__all__ = [
    "LANGUAGES",
    "MAX_BYTES",
    "READERS",
    "REASONS",
    "Entry",
    "FoundFile",
    "Listing",
    "Orphan",
    "RawFile",
    "Refusal",
    "Refused",
    "Skipped",
    "discover",
    "document_id",
    "identify",
    "load",
    "read",
    "read_documents",
    "reader_of",
    "walk",
]

#: more than this, before or after unpacking, is refused unless a caller allows it
MAX_BYTES = 100_000_000
_SURROGATE = re.compile("[\ud800-\udfff]")
_SIDECAR_FIELDS = {"url": str, "publisher": str, "title": str, "published": date, "fetched": date}


@dataclass(frozen=True, slots=True)
class RawFile:
    """The bytes of one file as they lie there, and those of its sidecar. ``suffix`` chooses the reader.

    ``max_bytes`` bounds what it may unpack to.
    """

    source: str
    suffix: str
    data: bytes
    sidecar: bytes = b""
    max_bytes: int = MAX_BYTES


Reader = Callable[[RawFile], Document]


def read_text(file: RawFile) -> Document:
    """A Document of plain text, decoded, newlines untouched.

    >>> read_text(RawFile("a.txt", ".txt", b"GDP\\r\\nrose")).text
    'GDP\\r\\nrose'
    """
    text, encoding = decode(file.data)
    if not text.strip():
        raise Refusal("empty", f"{len(text)} characters, all of them white space")
    return Document(file.source, text, reader="text", encoding=encoding)


def read_markdown(file: RawFile) -> Document:
    """A Document of Markdown, marks and all: the cleaning knows headings and tables written with signs."""
    return replace(read_text(file), reader="markdown")


def read_html(file: RawFile) -> Document:
    """A Document of a web page: its text, the layout of headings, lists, tables and links, and its metadata."""
    from extractors.reading.markup import (  # lxml and inscriptis: only for those who need it
        declared_encoding,
        read_page,
    )

    markup, encoding = decode(file.data, declared_encoding(file.data))
    page = read_page(markup)
    return Document(
        file.source,
        page.text,
        reader="html",
        encoding=encoding,
        published=page.published,
        url=page.url,
        publisher=page.publisher,
        title=page.title,
        layout=page.layout,
    )


def gzipped(reader: Reader) -> Reader:
    """A reader for the gzip form of what ``reader`` reads."""

    def read_gzip(file: RawFile) -> Document:
        document = reader(replace(file, data=_unpacked(file.data, file.max_bytes)))
        return replace(document, reader=f"{document.reader}+gzip")

    return read_gzip


_PLAIN: dict[str, Reader] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".html": read_html,
    ".htm": read_html,
}
#: suffix -> reader; to add a format, write a reader and add its line above
READERS: Mapping[str, Reader] = MappingProxyType(
    _PLAIN | {f"{suffix}.gz": gzipped(reader) for suffix, reader in _PLAIN.items()}
)


def _unpacked(data: bytes, limit: int) -> bytes:
    """The unpacked bytes; stops reading one byte over the limit, so that a small file cannot fill the memory."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            unpacked = stream.read(limit + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise Refusal("truncated_gzip", f"{len(data)} bytes of gzip: {error}") from error
    if len(unpacked) > limit:
        raise Refusal("too_large", f"more than {limit:,} bytes when unpacked, from {len(data):,}")
    return unpacked


def discover(folder: str, *, follow_links: bool = False) -> Listing:
    """What a folder, or any URL that fsspec knows, holds for the readers; see ``list_folder``."""
    return list_folder(folder, READERS.keys(), follow_links=follow_links)


def walk(folder: str, *, follow_links: bool = False) -> Iterator[Entry]:
    """The same as ``discover``, one entry after another in no order, for folders too large to be listed at once."""
    return walk_folder(folder, READERS.keys(), follow_links=follow_links)


def load(found: FoundFile, *, max_bytes: int = MAX_BYTES) -> RawFile:
    """The bytes of a file that was found.

    Raises:
        Refusal: ``vanished``, ``unreadable`` or ``too_large``.
    """
    data = _bytes(found.path, max_bytes)
    sidecar = _bytes(found.sidecar, max_bytes) if found.sidecar else b""
    return RawFile(found.source, found.suffix, data, sidecar, max_bytes)


def _bytes(path: str, limit: int) -> bytes:
    try:
        stream = _open(path)
        with stream:
            data: bytes = stream.read(limit + 1)
    except FileNotFoundError as error:
        raise Refusal("vanished", "there is no such file, or no longer") from error
    except OSError as error:
        raise Refusal("unreadable", error.strerror or type(error).__name__) from error
    if len(data) > limit:
        raise Refusal("too_large", f"more than {limit:,} bytes")
    return data


def _open(path: str) -> Any:
    if is_remote(path):
        files, name = filesystem(path)
        return files.open(name, "rb")
    return open(path, "rb")


def read(file: RawFile) -> Document:
    """The Document of a file: text, layout, metadata (the sidecar's before the markup's), ids and language.

    Raises:
        Refusal: it cannot be read; the reason is one of ``REASONS``.

    >>> document = read(RawFile("a.txt", ".txt", b"GDP rose", b'{"publisher": "City News", "published": "2021-03-01"}'))
    >>> document.publisher, document.published, document.encoding
    ('City News', datetime.date(2021, 3, 1), 'utf-8')
    """
    metadata = _metadata(file.sidecar)
    document = replace(READERS[file.suffix](file), **metadata)
    if _SURROGATE.search(document.text):
        raise Refusal("undecodable", "it holds halves of characters, which no file can hold")
    return replace(
        document,
        doc_id=document_id(file),
        bytes_sha256=hashlib.sha256(file.data).hexdigest(),
        language=identify(document.text),
    )


def document_id(file: RawFile) -> str:
    """The hash of a file's bytes, its reader and its sidecar: identical in all three is the same document."""
    digest = hashlib.sha256()
    for part in (file.data, file.suffix.replace(".htm.", ".html.").encode(), file.sidecar):
        digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()[:24]


def reader_of(name: str) -> str | None:
    """The suffix of a name that has a reader, or None.

    >>> reader_of("page.HTML.gz"), reader_of("page.pdf")
    ('.html.gz', None)
    """
    return reader_suffix(name, READERS.keys())


def read_documents(folder: str, *, follow_links: bool = False) -> Iterator[Document | tuple[str, Refusal]]:
    """The documents of a folder one after another; for what cannot be read, its source and the reason."""
    listing = discover(folder, follow_links=follow_links)
    yield from listing.refused
    for found in listing.files:
        try:
            yield read(load(found))
        except Refusal as refusal:
            yield found.source, refusal


def _metadata(sidecar: bytes) -> dict[str, Any]:
    if not sidecar:
        return {}
    try:
        fields = json.loads(sidecar)
        if not isinstance(fields, dict):
            raise ValueError(f"it is a {type(fields).__name__}, not an object")
        return {name: _typed(name, fields[name]) for name in _SIDECAR_FIELDS if fields.get(name) is not None}
    except (ValueError, RecursionError) as error:
        raise Refusal("bad_sidecar", f"{error}; known fields: {', '.join(_SIDECAR_FIELDS)}") from error


def _typed(name: str, value: object) -> str | date:
    if not isinstance(value, str):
        raise ValueError(f"{name} is {type(value).__name__}, not text")
    if _SIDECAR_FIELDS[name] is not date:
        return value
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        raise ValueError(f"{name} is no date such as 2021-03-04") from None


def local_source(path: str | os.PathLike[str]) -> RawFile:
    """A single local file, whatever its suffix: what no reader claims is read as plain text.

    Raises:
        Refusal: ``vanished``, ``unreadable``, ``too_large`` or ``not_a_file``.
    """
    name = os.fspath(path)
    if os.path.exists(name) and not os.path.isfile(name):
        raise Refusal("not_a_file", "it is a folder or a device")
    return load(FoundFile(os.path.basename(name), name, reader_of(name) or ".txt", 0))
