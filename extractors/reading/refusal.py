"""Why something could not be read, in one word that the quarantine keeps and one sentence that a person can act on."""

from __future__ import annotations

#: reason id -> what it means; the quarantine's ``reason`` for whole documents is one of these
REASONS = {
    "not_a_file": "a folder, pipe, socket or device where a file was expected",
    "link_outside": "a symbolic link that leads out of the folder",
    "vanished": "it was there when the folder was listed, and gone when it was to be read",
    "unreadable": "the operating system or the store refused to give its bytes",
    "too_large": "more bytes than allowed, before or after unpacking",
    "truncated_gzip": "the gzip stream ends before its end, or is damaged",
    "binary": "bytes that are no text in any encoding known here",
    "undecodable": "text in an encoding that could not be told",
    "empty": "nothing in it but white space",
    "no_text": "markup without any text to read",
    "bad_sidecar": "its .meta.json is no JSON object with the fields known",
    "wrong_language": "text in a language that is not read",
    "crashed": "reading it ended the worker process, twice",
    "too_slow": "reading it took longer than allowed",
    "failed": "an error inside the extractors",
}


class Refusal(Exception):  # noqa: N818 - it is an answer more than an error
    """A document that cannot be read. ``reason`` is a key of ``REASONS``, ``detail`` says what was found instead.

    >>> str(Refusal("binary", "it begins like a PDF file"))
    'binary: it begins like a PDF file'
    """

    in_own_words = True

    def __init__(self, reason: str, detail: str, snippet: str = "") -> None:
        if reason not in REASONS:
            raise ValueError(f"unknown reason {reason!r}; allowed: {', '.join(REASONS)}")
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.snippet = snippet
