"""The spaCy component, and the tables of units beside those of CLDR."""

from __future__ import annotations

from decimal import Decimal

import pytest
import spacy
from babel import Locale
from babel.numbers import get_currency_name, get_territory_currencies
from babel.units import get_unit_name
from spacy.language import Language
from spacy.tokens import Doc

from extractors.quantities import find_quantities, quantities
from extractors.tokens import currency_rows
from extractors.units import known_units


@pytest.fixture(scope="module")
def nlp() -> Language:
    pipeline = spacy.blank("en")
    pipeline.add_pipe("numerate_quantities")
    return pipeline


def test_spans_carry_typed_values(nlp: Language) -> None:
    doc = nlp("Exports rose about 5.2% to US$3 billion.")
    spans = doc.spans["numerate_quantities"]
    assert [(s.text, s.label_, s._.value, s._.unit, s._.bound) for s in spans] == [
        ("about 5.2%", "PERCENT", Decimal("5.2"), "percent", "approx"),
        ("US$3 billion", "CURRENCY", Decimal(3_000_000_000), "USD", "exact"),
    ]


def test_a_range_has_limits_and_no_value(nlp: Language) -> None:
    doc = nlp("It takes 25 to 40 minutes.")
    (span,) = doc.spans["numerate_quantities"]
    assert (span._.value, span._.low, span._.high) == (None, Decimal(25), Decimal(40))


def test_a_text_without_numbers_has_no_spans(nlp: Language) -> None:
    doc = nlp("Nothing was counted.")
    assert len(doc.spans["numerate_quantities"]) == 0


def test_a_doc_can_be_stored_and_read_again(nlp: Language) -> None:
    doc = nlp("It weighs 5 kg.")
    again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert [(s.text, s._.value, s._.unit) for s in again.spans["numerate_quantities"]] == [("5 kg", Decimal(5), "kg")]


def test_the_component_says_what_the_function_says(nlp: Language) -> None:
    text = "More than 90 ports handled 3.36 million TEUs, up 5.2%."
    assert find_quantities(nlp.make_doc(text))[0] == quantities(text)


#: Units that CLDR names and a page about places, trade or daily life may use.
CLDR = {
    "length-kilometer": "km", "length-meter": "m", "length-centimeter": "cm", "length-millimeter": "mm",
    "length-mile": "mi", "length-foot": "ft", "length-inch": "in", "length-yard": "yd",
    "length-nautical-mile": "nmi", "length-nanometer": "nm", "area-square-kilometer": "km2",
    "area-square-meter": "m2", "area-hectare": "ha", "area-acre": "acre", "area-square-mile": "mi2",
    "area-square-foot": "ft2", "volume-cubic-meter": "m3", "volume-liter": "L", "volume-milliliter": "mL",
    "volume-gallon": "gal", "volume-cubic-kilometer": "km3", "mass-tonne": "t", "mass-kilogram": "kg",
    "mass-gram": "g", "mass-milligram": "mg", "mass-pound": "lb", "mass-ounce": "oz", "energy-kilowatt-hour": "kWh",
    "energy-joule": "J", "energy-calorie": "cal", "power-watt": "W", "power-kilowatt": "kW", "power-megawatt": "MW",
    "power-gigawatt": "GW", "power-horsepower": "hp", "temperature-celsius": "Cel",
    "temperature-fahrenheit": "degF", "duration-day": "d", "duration-hour": "h", "duration-minute": "min",
    "duration-second": "s", "duration-month": "mo", "duration-week": "wk", "digital-gigabyte": "GB",
    "digital-megabyte": "MB", "speed-kilometer-per-hour": "km/h", "speed-mile-per-hour": "mph",
    "speed-meter-per-second": "m/s", "electric-volt": "V", "frequency-megahertz": "MHz",
    "pressure-kilopascal": "kPa",
}  # fmt: skip


@pytest.mark.parametrize(("name", "code"), sorted(CLDR.items()))
def test_names_of_cldr_are_known(name: str, code: str) -> None:
    words = get_unit_name(name, locale="en")
    assert words is not None
    assert [q.unit for q in quantities(f"It came to 25 {words}.")] == [code]


def current_currencies() -> list[str]:
    territories = [name for name in map(str, Locale("en").territories) if len(name) == 2]
    return sorted({str(code) for name in territories for code in get_territory_currencies(name)})


def test_the_currencies_of_the_world_are_known() -> None:
    known = {row.id for row in currency_rows()}
    unknown = [code for code in current_currencies() if code not in known]
    assert unknown == []


@pytest.mark.parametrize("code", current_currencies())
def test_a_currency_is_read_by_code_and_by_name(code: str) -> None:
    name = get_currency_name(code, count=5, locale="en")
    assert [q.unit for q in quantities(f"It cost {code} 25 million.")] == [code]
    if "(" not in name:
        assert [q.unit for q in quantities(f"It cost 25 million {name}.")] == [code]


def test_a_published_unit_stands_once_and_says_what_it_measures() -> None:
    units = known_units()
    assert len({unit.code for unit in units}) == len(units)
    assert all(unit.kind and unit.name for unit in units)
    assert {unit.code: unit.si for unit in units}["km2"] == Decimal(1_000_000)
