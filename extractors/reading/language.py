"""Is a text English? A cheap test answers for nearly every page; py3langid is only asked when that is in doubt."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

SAMPLE = 20_000
#: what the rules are for; None is a text too short or too numerical to tell
LANGUAGES = (None, "en")
_WORD = re.compile(r"[^\W\d_]+")
#: words that hardly any other language writes this way
_ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "by",
        "with",
        "from",
        "that",
        "are",
        "its",
        "has",
        "were",
        "this",
        "have",
        "more",
        "than",
        "which",
        "year",
        "years",
    ]
)
_CERTAIN = 0.7
#: related languages share these scripts, so that none is certain; English is none of them
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def identify(text: str) -> str | None:
    """The ISO 639-1 code of a text's language, or None where it is too short or too bare of words to tell.

    English is what has English function words, whatever else stands beside them: a page with a Chinese menu or a
    bilingual page is read.

    >>> identify("The total output of the city was 3 billion yuan, and that of the county a third of it.")
    'en'
    >>> identify("GDP 320.1") is None
    True
    """
    words = _WORD.findall(text[:SAMPLE].lower())
    letters = sum(map(len, words))
    if letters < 30:
        return None
    english = sum(len(word) for word in words if word in _ENGLISH)
    if english >= 0.04 * letters and sum(word in _ENGLISH for word in words) >= 3:
        return "en"
    code, certainty = _identifier().classify(" ".join(words))
    foreign_script = len(_EAST_ASIAN.findall(text[:SAMPLE])) > letters / 2
    return str(code) if foreign_script or certainty >= _CERTAIN else None


@cache
def _identifier() -> Any:
    """Loads the model once; half a second, which most runs never pay."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
