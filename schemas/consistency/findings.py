"""What a check finds: figures that cannot all be true, with the arithmetic written out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.consistency.judging import Severity
from schemas.consistency.mentions import Mention


@dataclass(frozen=True, slots=True)
class Finding:
    """Figures that cannot all be true, or only in an unusual reading."""

    kind: str
    severity: Severity
    figures: tuple[Mention, ...]
    arithmetic: str
    explanation: str

    @property
    def finding_id(self) -> str:
        parts = [self.kind, *sorted(figure.figure_id for figure in self.figures)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]

    @property
    def docs(self) -> list[str]:
        """The names of the documents without their suffix."""
        return sorted({stem(figure.doc) for figure in self.figures})

    @property
    def quotes(self) -> list[str]:
        """What the figures say, each different number once."""
        seen: dict[tuple[float, str], str] = {}
        for figure in self.figures:
            seen.setdefault((figure.value, figure.unit), figure.quote)
        return list(seen.values())


def stem(source: str) -> str:
    """
    >>> stem("city/2021-report.txt"), stem("a.html.gz")
    ('2021-report', 'a')
    """
    name = os.path.basename(source)
    for suffix in (".gz", ".txt", ".md", ".html", ".htm"):
        name = name.removesuffix(suffix)
    return name


def number(value: float) -> str:
    """A number as people write it: in billions where it is that large, without digits that say nothing.

    >>> number(320.1e9), number(0.1 + 0.2), number(1234567), number(12345678)
    ('320.1 billion', '0.3', '1,234,567', '12.345678 million')
    """
    for factor, name in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(value) >= 10 * factor or (abs(value) >= factor and name != "million"):
            return f"{value / factor:.10g} {name}"
    return f"{value:,.10g}" if abs(value) < 1e4 and value != int(value) else f"{value:,.6f}".rstrip("0").rstrip(".")


def written(figures: Sequence[Mention], *values: float) -> list[str]:
    """Numbers as people write them, in the unit that the figures have where it is the same one."""
    units = {figure.said[1] for figure in figures}
    first = figures[0]
    factor = first.said[0] / first.value if len(units) == 1 and first.value else 1.0
    return [number(float(f"{value * factor:.8g}")) for value in values]


def rank(severity: Severity) -> int:
    """The worst first."""
    return ("conflict", "magnitude", "suspect").index(severity)


def ordered(found: Sequence[Finding]) -> list[Finding]:
    """Conflicts first, then by document and place."""
    return sorted(found, key=lambda each: (rank(each.severity), each.kind, each.docs, each.figures[0].place))


_WHAT = {"change_abs": "change of ", "growth_rate": "growth of ", "share": "share of ", "multiple": "multiple of "}


def about(each: Mention) -> str:
    """What a figure is about, for the explanation of a finding."""
    when = f" ({each.dated[1]})" if each.dated[1] else ""
    return f"{_WHAT.get(each.kind, '')}{each.indicator} of {each.name}{when}"
