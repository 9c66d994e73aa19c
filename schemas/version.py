"""What the rows of a snapshot depend on besides the text: code, rules and the libraries that decide."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

from extractors import lexicon

#: changes when columns are added (minor) or change their meaning (major)
SCHEMA_VERSION = "1.1"
#: libraries whose release can change a row
DECIDING = ("spacy", "ftfy", "wordfreq", "inscriptis", "lxml", "py3langid", "pycountry")


def library_versions() -> Mapping[str, str]:
    """The installed releases of the libraries that decide what a row says."""
    found = {}
    for name in DECIDING:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


@cache
def checks_version() -> str:
    """A fingerprint of the code that compares figures: another one makes other findings of equal rows."""
    digest = hashlib.sha256()
    for entry in sorted((files("schemas") / "consistency").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".py"):
            digest.update(entry.name.encode() + b"\0" + entry.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@cache
def pipeline_version() -> str:
    """A fingerprint of code, rules and deciding libraries: equal fingerprints give equal rows for equal text."""
    digest = hashlib.sha256(lexicon.fingerprint().encode())
    for entry in sorted(files("schemas").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".py"):
            digest.update(entry.name.encode() + b"\0" + entry.read_bytes() + b"\0")
    digest.update(repr(sorted(library_versions().items())).encode())
    return digest.hexdigest()[:16]
