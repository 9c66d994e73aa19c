"""Closed intervals of numbers, and arithmetic with them: what a sum or a quotient may be when its parts are rounded."""

from __future__ import annotations

from math import inf
from typing import NamedTuple


class Interval(NamedTuple):
    """All numbers from ``low`` to ``high``, the ends included."""

    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low

    def __add__(self, other: Interval) -> Interval:  # type: ignore[override]
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        """
        >>> Interval(3, 4) - Interval(1, 2)
        Interval(low=1, high=3)
        """
        return Interval(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Interval) -> Interval:  # type: ignore[override]
        ends = [_product(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def __truediv__(self, other: Interval) -> Interval:
        """
        >>> Interval(6, 8) / Interval(2, 4)
        Interval(low=1.5, high=4.0)
        >>> Interval(6, 8) / Interval(-1, 1)
        Interval(low=-inf, high=inf)
        """
        if other.low <= 0 <= other.high:
            return Interval(-inf, inf)
        return self * Interval(1 / other.high, 1 / other.low)

    def root(self, years: float) -> Interval:
        """The number whose power of ``years`` this is; nothing below zero has one.

        >>> Interval(4, 9).root(2)
        Interval(low=2.0, high=3.0)
        """
        return Interval(max(self.low, 0.0) ** (1 / years), max(self.high, 0.0) ** (1 / years))

    def scaled(self, factor: float) -> Interval:
        if factor == 1:
            return self
        ends = self.low * factor, self.high * factor
        return Interval(*ends) if factor >= 0 else Interval(ends[1], ends[0])

    def shifted(self, by: float) -> Interval:
        return Interval(self.low + by, self.high + by)

    def meets(self, other: Interval) -> bool:
        """Whether some number lies in both; touching ends count. A billionth more is taken for a rounding of floats.

        >>> Interval(1, 2).meets(Interval(2, 3)), Interval(1, 2).meets(Interval(2.1, 3))
        (True, False)
        """
        if self.low <= other.high and other.low <= self.high:
            return True
        largest = max(abs(self.low), abs(self.high), abs(other.low), abs(other.high))
        if largest == inf:
            largest = max((abs(end) for end in (*self, *other) if abs(end) < inf), default=0.0)
        slack = 1e-9 * largest
        return self.low <= other.high + slack and other.low <= self.high + slack


def around(value: float, half: float) -> Interval:
    """
    >>> around(5, 0.5)
    Interval(low=4.5, high=5.5)
    """
    return Interval(value - half, value + half)


def _product(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else a * b
