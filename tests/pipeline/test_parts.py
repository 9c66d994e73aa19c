"""The parts that lead through a document: sentences, times and their days, units of tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from extractors.periods import find_periods, parse_date, resolve
from extractors.sentences import may_hold_figure, sentences
from extractors.tables import measure_of


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("No. 3 is up 5.9%.|It rose.", "an abbreviation and a decimal point"),
        ("The U.S. economy grew.|Prices fell.", "initials"),
        ("Acme Co. Ltd. sold 5 tons.|It won.", "two abbreviations in a row"),
        ("It rose 3% in Sept. 2018.|It fell.", "a month in short"),
        ("He asked “why?”|Then 5 left.", "a closing quote belongs to its sentence"),
        ("Output rose。|Prices fell。", "a full-width stop"),
        ("About 3 sq. km of land.|$5 was paid.", "a sentence may begin with a currency sign"),
        ("It rose 5.9%.Then it fell.", "without a space nothing ends"),
        ("No end", "a block without a stop"),
        ("x.", "one letter"),
        ("", "nothing"),
    ],
)
def test_sentences(text: str, why: str) -> None:
    joined = f"  {text.replace('|', ' ')} "
    assert "|".join(joined[a:b] for a, b in sentences(joined, 0, len(joined))) == text, why


def test_a_page_reference_ends_no_sentence() -> None:
    text = "It grew 3.5% (see p. 3). Then it fell."
    assert len(list(sentences(text, 0, len(text)))) == 2


def test_sentences_stay_inside_their_block() -> None:
    text = "One. Two. Three."
    assert [text[a:b] for a, b in sentences(text, 5, 9)] == ["Two."]


@pytest.mark.parametrize(
    "text",
    ["5", "½", "三成", "a third of it", "It doubled.", "the twenty-third", "halved", "three-fold", "zero", "dozens"],
)
def test_a_numeral_may_be_a_figure(text: str) -> None:
    assert may_hold_figure(text)


@pytest.mark.parametrize("text", ["", "It fell again.", "someone, often weightless", "the forte"])
def test_no_numeral_no_figure(text: str) -> None:
    assert not may_hold_figure(text)


@pytest.mark.parametrize(
    ("text", "day", "why"),
    [
        ("Dec. 31, 2021", date(2021, 12, 31), "month first, in short"),
        ("30 June 2017", date(2017, 6, 30), "day first"),
        ("3rd of May 2018", date(2018, 5, 3), "an ordinal"),
        ("2020-03-17", date(2020, 3, 17), "year first"),
        ("2020.3.7", date(2020, 3, 7), "dots"),
        ("17/03/2020", date(2020, 3, 17), "numbers alone: day, month, year"),
        ("29 February 2020", date(2020, 2, 29), "a leap year"),
        ("29 February 2019", None, "no such day"),
        ("31.06.2020", None, "no such day"),
        ("March 2020", None, "a month is no day"),
        ("", None, "nothing"),
    ],
)
def test_dates(text: str, day: date | None, why: str) -> None:
    assert parse_date(text) == day, why


@pytest.mark.parametrize(
    ("spec", "year", "days", "why"),
    [
        ("?|01:03", 2019, (date(2019, 1, 1), date(2019, 3, 31)), "months"),
        ("?|02:02", 2020, (date(2020, 2, 1), date(2020, 2, 29)), "a leap year's February"),
        ("?|12:02", 2019, (date(2019, 12, 1), date(2020, 2, 29)), "a winter ends in the next year"),
        ("-1|", 2019, (date(2019, 1, 1), date(2019, 12, 31)), "a whole year; the caller knows which"),
        ("0|06-30", 2019, (date(2019, 6, 30), date(2019, 6, 30)), "a day"),
        ("0|02-29", 2019, None, "no such day in that year"),
    ],
)
def test_specifications_of_a_known_year(spec: str, year: int, days: tuple[date, date] | None, why: str) -> None:
    assert resolve(spec, year) == days, why


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("the 12th Five-Year Plan", date(2011, 1, 1), date(2015, 12, 31)),
        ("the First Five-Year Plan", date(1953, 1, 1), date(1957, 12, 31)),
        ("the end of June 2015", date(2015, 6, 30), date(2015, 6, 30)),
        ("Q3 2020", date(2020, 7, 1), date(2020, 9, 30)),
        ("January to March of 2020", date(2020, 1, 1), date(2020, 3, 31)),
        ("the 1990s", date(1990, 1, 1), date(1999, 12, 31)),
        ("last year", None, None),
        ("31 June 2015", None, None),
    ],
)
def test_days_that_the_text_itself_gives(text: str, first: date | None, last: date | None) -> None:
    mentions = find_periods(text)
    assert len(mentions) == 1
    assert (mentions[0].first, mentions[0].last) == (first, last)


def test_the_end_of_february_in_a_leap_year() -> None:
    assert find_periods("at the end of February 2020")[0].last == date(2020, 2, 29)


@pytest.mark.parametrize(
    ("header", "unit", "scale", "why"),
    [
        ("RMB bn", "CNY", "1000000000", "currency, then scale"),
        ("US$ million", "USD", "1000000", "a sign with letters"),
        ("million yuan", "CNY", "1000000", "scale, then currency"),
        ("100 million yuan", "CNY", "100000000", "a number of the scale"),
        ("10,000 TEU", "TEU", "10000", "a grouped number"),
        ("%", "percent", "1", "a sign"),
        ("‰", "permille", "1", "a sign"),
        ("km", "km", "1", "a symbol"),
        ("persons", "count:person", "1", "things counted"),
    ],
)
def test_what_a_header_measures(header: str, unit: str, scale: str, why: str) -> None:
    measure = measure_of(header)
    assert measure is not None, why
    assert (measure.unit, measure.scale) == (unit, Decimal(scale)), why


@pytest.mark.parametrize("header", ["", "current prices", "2019", "note 3", "…"])
def test_a_header_without_a_unit(header: str) -> None:
    assert measure_of(header) is None
