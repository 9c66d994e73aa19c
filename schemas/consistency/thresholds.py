"""How far numbers may be apart: every threshold of the checks. Shares of one unless said otherwise."""

from __future__ import annotations

from schemas.consistency.intervals import Interval

# --- what a stated number may mean ------------------------------------------------------------------------------------
#: a whole number that ends in two zeros and more may be rounded to them, but by no more than this
ROUND_NUMBER = 0.10
#: `twice`, `a third`: said in words, meant roughly
IN_WORDS = 0.20
#: about, around, some, roughly: usual and widest
ABOUT, ABOUT_AT_MOST = 0.03, 0.10
#: nearly, almost, close to: so far below
NEARLY, NEARLY_AT_MOST = 0.05, 0.15
#: more than, less than: usually no further away
BEYOND = 0.10

# --- real growth against nominal levels, a year: the deflator ---------------------------------------------------------
#: over one or two years nothing to say; a finding of severity suspect
DEFLATOR, DEFLATOR_ODD = Interval(-0.03, 0.08), Interval(-0.08, 0.15)
#: over three and more
DEFLATOR_LONG, DEFLATOR_LONG_ODD = Interval(-0.02, 0.05), Interval(-0.04, 0.08)

# --- ratios -----------------------------------------------------------------------------------------------------------
#: per head: the average population of a year is used, the one at its end is stated
PER_HEAD, PER_HEAD_ODD = 0.02, 0.05
#: numbers `a:b:c` whose sum is so near a hundred are percentages
NEAR_HUNDRED = 10.0
#: exchange rates within a document, and between documents of one year
RATE, RATE_ODD = 0.03, 0.10
RATE_ELSEWHERE, RATE_ELSEWHERE_ODD = 0.05, 0.12
#: more different numbers than this under one key: it does not tell them apart, and they are not compared
MOST_NUMBERS = 20
#: so many amounts are tried as the operand of a relation, the nearest first
MOST_OPERANDS = 6
#: powers of ten that a slip of scale or unit may be
SLIPS = tuple(10.0**n for n in range(-8, 9) if n)
