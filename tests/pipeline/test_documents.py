"""From a whole document to its figures: markup tables, damaged text, the spaCy component."""

from __future__ import annotations

from pathlib import Path

import spacy

from extractors.model import Document
from extractors.pipeline import extract
from extractors.reading import read_documents

PAGE = """<html><body><h1>Trade of Qinghe</h1><p>The town trades.</p><table>
<tr><th>Item</th><th>2018</th><th>2019</th></tr>
<tr><td>Exports (million yuan)</td><td>310</td><td>342</td></tr>
<tr><td>Water use (tons)</td><td></td><td>14</td></tr></table></body></html>"""


def test_cells_of_a_markup_table_have_the_headers_of_their_columns(tmp_path: Path) -> None:
    """An empty cell moves nothing: 14 stands under 2019, though it is the first number of its row."""
    (tmp_path / "page.html").write_text(PAGE, "utf-8")
    (document,) = read_documents(str(tmp_path))
    assert isinstance(document, Document)
    read = [
        (f.quote, str(f.value), f.unit, f.indicator, str(f.period_end), f.entity) for f in extract(document).figures
    ]
    assert read == [
        ("310", "310000000", "CNY", "Exports", "2018-12-31", "Qinghe"),
        ("342", "342000000", "CNY", "Exports", "2019-12-31", "Qinghe"),
        ("14", "14", "t", "Water use", "2019-12-31", "Qinghe"),
    ]


def test_the_years_of_a_table_are_no_figures(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, "utf-8")
    (document,) = read_documents(str(tmp_path))
    assert isinstance(document, Document)
    assert [(n.quote, n.why) for n in extract(document).not_figures] == [("2018", "period"), ("2019", "period")]


def test_the_component_labels_figures_with_their_kind() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("numerate_figures")
    doc = nlp("Exports reached 5 billion yuan in 2018, up 4.1 percent.")
    spans = [(span.text, span.label_) for span in doc.spans["numerate_figures"]]
    assert spans == [("5 billion yuan", "level"), ("4.1 percent", "growth_rate")]


def test_offsets_lead_back_to_the_damaged_text() -> None:
    raw = "In 2018, exports reached 5billionyuan ,up 4. 1 %."
    figures = extract(Document("raw", raw)).figures
    assert [(f.quote, raw[f.raw_start : f.raw_end]) for f in figures] == [
        ("5 billion yuan", "5billionyuan"),
        ("4.1%", "4. 1 %"),
    ]
    assert all(f.repaired for f in figures)


def test_no_text_no_figures() -> None:
    result = extract(Document("empty", ""))
    assert (result.clean.text, result.figures, result.not_figures) == ("", (), ())
