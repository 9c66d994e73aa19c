"""Raw folders of any size for the benchmarks, from the annotated pages: `python -m benchmarks.corpus FOLDER MEGABYTES`.

No two pages are alike: paragraphs of the annotated pages are drawn in another order, and plain paragraphs, words of
these pages without any number, stand between them. Every ten pages are of places of their own, as where each city has
some pages: names get a new beginning, and every digit is drawn anew but those of years, ordinals and round thousands.
What two pages of a place both say is the same; within a sentence sums and rates do not hold. The same seed gives the
same pages.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from wordfreq import zipf_frequency

GOLD = Path(__file__).resolve().parent.parent / "tests" / "gold"
_KEPT = re.compile(r"\b(?:19|20)\d\d\b|\b1[0,]*\b(?![.,]\d)|\b\d+(?:st|nd|rd|th)\b")
_DIGIT = re.compile(r"\d")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b")
_USUAL = 2.5
_PAGES_OF_A_PLACE = 10
_SYLLABLES = [first + vowel for first in "BDFGHKLMNPRSTW" for vowel in ("a", "ei", "i", "o", "u", "ang", "en", "ong")]
_WORD = re.compile(r"(?<![\w-])[a-z]+(?![\w-])")


def paragraphs() -> list[str]:
    """The paragraphs of the annotated pages, as they were collected."""
    files = sorted(path for path in GOLD.glob("*/*.txt") if ".clean" not in path.name)
    return [part.strip() for path in files for part in re.split(r"\n\s*\n", path.read_text("utf-8")) if part.strip()]


def pages(megabytes: float, *, dense: float = 1.0, page_bytes: int = 6000, seed: int = 1) -> Iterator[str]:
    """Pages that hold so many megabytes together; ``dense`` is the share of paragraphs with figures.

    >>> next(pages(1)) == next(pages(1)), next(pages(1)) == next(pages(1, seed=2))
    (True, False)
    """
    chance, pool = random.Random(seed), paragraphs()
    words = [word for paragraph in pool for word in _WORD.findall(paragraph)]  # as often as they are used
    names = _names(pool)
    left, number = megabytes * 1e6, 0
    while left > 0:
        place = number // _PAGES_OF_A_PLACE
        parts: list[str] = []
        while sum(map(len, parts)) < page_bytes:
            is_dense = chance.random() < dense
            parts.append(_redrawn(chance.choice(pool), place) if is_dense else _plain(words, chance))
        page = _renamed("\n\n".join(parts) + "\n", names, place)
        number += 1
        left -= len(page.encode())
        yield page


def _names(pool: list[str]) -> re.Pattern[str]:
    """The names of the pages: capitalised within a sentence, never written small, and no usual word (``Tuesday``)."""
    text = "\n".join(pool)
    small = set(_WORD.findall(text))
    found = {name for name in _NAME.findall(text) if name.lower() not in small and zipf_frequency(name, "en") < _USUAL}
    return re.compile(rf"\b(?:{'|'.join(sorted(found, key=len, reverse=True))})\b")


def _renamed(page: str, names: re.Pattern[str], place: int) -> str:
    """Every name with the same new beginning, another for each place.

    >>> _renamed("Exports of Lanhe", re.compile("Lanhe"), 3)
    'Exports of Bolanhe'
    """
    base = len(_SYLLABLES)
    start = _SYLLABLES[place % base] + (_SYLLABLES[place // base % base].lower() if place >= base else "")
    return names.sub(lambda name: start + name[0].lower(), page)


def _redrawn(text: str, place: int) -> str:
    """With other digits, the same for one place.

    >>> _redrawn("In 2020, 35 tons", 1) == _redrawn("In 2020, 35 tons", 1), _redrawn("In 2020, 35 tons", 2)[:9]
    (True, 'In 2020, ')
    """
    chance = random.Random(f"{place} {text}")
    kept = [match.span() for match in _KEPT.finditer(text)]
    inside = {at for start, end in kept for at in range(start, end)}
    return _DIGIT.sub(lambda digit: digit[0] if digit.start() in inside else str(chance.randrange(10)), text)


def _plain(words: list[str], chance: random.Random) -> str:
    sentences = (" ".join(chance.choices(words, k=chance.randrange(8, 25))) for _ in range(5))
    return " ".join(f"{sentence.capitalize()}." for sentence in sentences)


def write(folder: Path, megabytes: float, *, dense: float = 1.0, page_bytes: int = 6000, seed: int = 1) -> int:
    """Writes the pages into a folder, a hundred to a folder below it; how many there are."""
    number = -1
    for number, page in enumerate(pages(megabytes, dense=dense, page_bytes=page_bytes, seed=seed)):
        below = folder / f"{number // 100:05d}"
        below.mkdir(parents=True, exist_ok=True)
        (below / f"page{number:07d}.txt").write_text(page, "utf-8")
    return number + 1


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), float(sys.argv[2]), dense=float(sys.argv[3]) if len(sys.argv) > 3 else 1.0), "pages")
