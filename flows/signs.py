"""A sign for each kind of figure, on the page and in the terminal, for those who see no colour."""

from __future__ import annotations

from collections.abc import Mapping

SIGNS: Mapping[str, str] = {
    "level": "=",
    "change_abs": "±",
    "growth_rate": "%",
    "share": "/",
    "multiple": "×",
    "rank": "#",
    "count": "n",
}
