"""Pieces of work that do not need each other, and who does them: this process, or workers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

Input = TypeVar("Input")
Output = TypeVar("Output")


class RunAll(Protocol):
    """Does pieces of work here or in worker processes, and gives their results in order."""

    def __call__(self, work: Callable[[Input], Output], inputs: Iterable[Input], /) -> Iterable[Output]: ...


def run_here(work: Callable[[Input], Output], inputs: Iterable[Input], /) -> Iterable[Output]:
    """Does the work in this process.

    >>> list(run_here(len, ["one", "three"]))
    [3, 5]
    """
    return map(work, inputs)
