"""The parts that build rows, one by one: labels and clauses, phrases, lists, heads and keys, names."""

from __future__ import annotations

import pytest

from extractors.clauses import Node, Sentence, parse
from extractors.cleaning import clean
from extractors.entities import _told_by, find_names, same_entity
from extractors.figures import plural_head
from extractors.indicators import head_of, indicator_key
from extractors.lists import split_list
from extractors.periods import find_periods
from extractors.phrases import noun_phrase
from extractors.pipeline import build
from extractors.quantities import find_quantities


def read(text: str, *names: str) -> Sentence:
    periods, doc = find_periods(text), build().make_doc(text)
    return parse(doc, doc.text, find_quantities(doc, periods)[0], periods, frozenset(names))


def words(nodes: list[Node]) -> str:
    return " ".join(node.text for node in nodes)


@pytest.mark.parametrize(
    ("text", "labels", "why"),
    [
        ("Exports rose by 4.1 percent in 2018.", "W RISE by Q in P .", "cue, number, time, function words"),
        (
            "GDP was 5 billion yuan, up 7.2% year on year.",
            "W BE Q , RISE Q BASIS .",
            "`up` is a verb, the basis one node",
        ),
        ("The gross domestic product (GDP) was 5 tons.", "the W W W BE Q .", "brackets without a number are left out"),
        ("Output was 5 tons (4 tons in 2017).", "W BE Q ( Q in P ) .", "brackets with a number stay"),
        (
            "Electricity used by industry fell 2%.",
            "W VERB by W FALL Q .",
            "a participle before a preposition is a verb",
        ),
        ("The urban registered unemployment rate stood at 3%.", "the W W W W REACH Q .", "before a noun it is none"),
        ("The cost per ton was 40 yuan.", "the W per W BE Q .", "after an article nothing is a verb"),
        ("It was 4 percent higher than that of 2015.", "it BE Q MORE than THAT_OF P .", "`that of` is one cue"),
        ("The rate that rose most was 5%.", "the W SUBORD RISE W BE Q .", "any other `that` opens a side clause"),
        ("The value added was 3 tons.", "the W BE Q .", "a compound is one word, whatever its parts are elsewhere"),
        ("The county has 24 stations, of which 7 are new.", "the W HAVE Q , OF_WHICH Q BE W .", "of which"),
        (".", ".", "a mark alone"),
    ],
)
def test_labels_of_a_sentence(text: str, labels: str, why: str) -> None:
    assert " ".join(node.label for node in read(text).nodes) == labels, why


@pytest.mark.parametrize(
    ("text", "pieces", "why"),
    [
        (
            "In 2018, exports rose by 4 percent, while imports fell 2 percent.",
            [("In 2018", None), ("exports rose by 4 percent", "exports"), ("imports fell 2 percent", "imports")],
            "a time that leads in is no subject; each clause has its own",
        ),
        (
            "GDP was 5 billion yuan, up 7.2%.",
            [("GDP was 5 billion yuan", "GDP"), ("up 7.2%", "GDP")],
            "a piece without a subject keeps the last one",
        ),
        (
            "Prices of food, tobacco and liquor fell 2 percent.",
            [
                ("Prices of food", None),
                ("tobacco", None),
                ("liquor fell 2 percent", "Prices of food , tobacco and liquor"),
            ],
            "a subject may be a list over several pieces",
        ),
        (
            "The harbour, which handled 18 million tons, employs 2,300 people.",
            [
                ("The harbour", None),
                ("handled 18 million tons", "The harbour"),
                ("employs 2,300 people", "The harbour"),
            ],
            "a relative clause is about what stands before it, and so is what follows",
        ),
        (
            "Electricity used by industry amounted to 3 kWh.",
            [("Electricity used by industry amounted to 3 kWh", "Electricity used by industry")],
            "the main verb is the one that states, past a participle of the subject",
        ),
    ],
)
def test_pieces_and_their_subjects(text: str, pieces: list[tuple[str, str | None]], why: str) -> None:
    sentence = read(text)
    found = [
        (words(sentence.nodes[p.first : p.last]), words(sentence.nodes[slice(*p.subject)]) if p.subject else None)
        for p in sentence.pieces
    ]
    assert found == pieces, why


def test_a_node_belongs_to_one_piece() -> None:
    sentence = read("Exports rose 4 percent, and imports fell.")
    for piece in sentence.pieces:
        assert all(sentence.piece_of(node) is piece for node in range(piece.first, piece.last))


@pytest.mark.parametrize(
    ("text", "phrase", "entity", "refers", "why"),
    [
        ("the exports", "exports", None, False, "an article is no part of an indicator"),
        ("In 2019, the city's GDP", "GDP", None, True, "`the city's` is the document's subject"),
        ("Jinhu's exports", "exports", "Jinhu", False, "a name with 's owns the thing"),
        ("the city", "", None, True, "the subject itself measures nothing"),
        ("it", "", None, True, "nor does a pronoun"),
        ("Jinhu", "", "Jinhu", False, "nor a name, but it is an entity"),
        ("output of coal of the city", "output of coal", None, False, "`of the city` is cut off"),
        ("exports in 2018", "exports", None, False, "and so is a time"),
        ("exports in Jinhu", "exports", "Jinhu", False, "a place is cut off and kept as the entity"),
        ("gross output (at current prices)", "gross output", None, False, "and a bracket"),
        ("its total exports and imports", "total exports and imports", None, False, "a coordination stays whole"),
        ("Jinhu Lake Resort's visitors", "visitors", "Jinhu Lake Resort", False, "a name of several words"),
        ("of", "", None, True, "a preposition alone"),
    ],
)
def test_noun_phrases(text: str, phrase: str, entity: str | None, refers: bool, why: str) -> None:
    sentence = read(text, "Jinhu", "Lake", "Resort")
    found = noun_phrase(sentence.nodes, sentence.text)
    assert (found.text, found.entity) == (phrase, entity), why
    assert found.refers or not refers, why


def test_no_nodes_are_no_phrase() -> None:
    assert noun_phrase([], "").text == ""


@pytest.mark.parametrize(
    ("indicator", "members", "why"),
    [
        ("exports and imports", "exports | imports", "two things"),
        ("output of wheat, rice and maize", "output of wheat | output of rice | output of maize", "a shared head"),
        ("urban and rural residents", "urban residents | rural residents", "a shared noun after adjectives"),
        ("value of light and heavy industry", "value of light industry | value of heavy industry", "both"),
        ("bread, and butter", "bread | butter", "a comma before `and`"),
        ("GDP", "GDP", "nothing to split"),
        ("research and development of drugs", "research and development of drugs", "`and` in the head splits nothing"),
        ("brand value", "brand value", "`and` inside a word"),
        ("", "", "nothing"),
    ],
)  # fmt: skip
def test_lists_are_split_with_their_shared_parts(indicator: str, members: str, why: str) -> None:
    assert " | ".join(split_list(indicator)) == members, why


@pytest.mark.parametrize(
    ("indicator", "noun", "why"),
    [
        ("high-tech enterprises", "enterprise", "the last word"),
        ("number of pupils", "pupil", "what is numbered"),
        ("pupils in primary schools", "pupil", "before the place"),
        ("companies", "company", "-ies"),
        ("boxes", "box", "-xes"),
        ("classes", "class", "-sses"),
        ("farmers aged over 60", "farmer", "before what narrows it"),
        ("GDP", None, "no plural"),
        ("analysis", None, "-is is singular"),
        ("surplus", None, "-us is singular"),
        ("bridges built", None, "a participle at the end is no noun"),
        ("gas", None, "too short to be a plural"),
        ("", None, "nothing"),
    ],
)
def test_plural_heads(indicator: str, noun: str | None, why: str) -> None:
    assert plural_head(indicator) == noun, why


@pytest.mark.parametrize(
    ("indicator", "key", "why"),
    [
        ("GDP", "gdp", "a phrase of the table"),
        ("the total gross domestic product", "gdp", "a synonym, with article and `total`"),
        ("county's GDP", "gdp", "the owner is no part of the key"),
        ("added value of the primary industry", "value_added_primary", "articles inside"),
        ("output of raw coal", "output_raw_coal", "else a slug, without `of`"),
        ("Outputs of raw coals", "output_raw_coal", "number and case do not matter"),
        ("", "unknown", "never empty"),
        ("№ ×", "unknown", "never empty"),
    ],
)
def test_indicator_keys(indicator: str, key: str, why: str) -> None:
    assert indicator_key(indicator) == key, why


@pytest.mark.parametrize(
    ("indicator", "says", "why"),
    [
        ("unemployment rate", {"kind": "level", "stock": True}, "a named rate"),
        ("share of the rate", {"kind": "share"}, "the noun before `of` decides"),
        ("growth of exports", {"kind": "growth_rate", "direction": None}, "growth may go either way"),
        ("decline in exports", {"kind": "growth_rate", "direction": "down"}, "a decline does not"),
        ("population", {"unit": "count:person", "stock": True}, "people without a noun"),
        ("price index", {"unit": "index"}, "an index"),
        ("land area", {"timeless": True}, "an area"),
        ("area sown", {"timeless": False}, "an area that changes every year"),
        ("GDP", {"kind": None, "unit": None, "stock": False}, "nothing"),
    ],
)
def test_heads(indicator: str, says: dict[str, object], why: str) -> None:
    head = head_of(indicator)
    assert {name: getattr(head, name) for name in says} == says, why


@pytest.mark.parametrize(
    ("text", "subject", "found", "why"),
    [
        ("Overview of Qinghe\n\nQinghe lies in the north. It has 3 ports.", "Qinghe", "subject", "title and lead"),
        ("Haining Port handled 3 tons. The port grew.", "Haining Port", "subject", "a name by its last word"),
        ("In 2018, Jinhu's exports rose 4 percent.", "Jinhu", "subject", "a name inside a sentence"),
        (
            "Exports rose 4 percent. In May they fell.",
            None,
            "none",
            "capitals of sentence starts and months are no names",
        ),
        ("GDP AND EXPORTS ROSE 5 percent.", None, "none", "capitals throughout say nothing"),
        ("", None, "none", "nothing"),
    ],
)
def test_the_subject_of_a_document(text: str, subject: str | None, found: str, why: str) -> None:
    names = find_names(clean(text))
    assert (names.subject, names.found) == (subject, found), why


def test_the_facility_a_noun_stands_for_is_the_last_one_named() -> None:
    text = "In 2018, Haining Port grew. In 2019, Taravel Port grew. The port won."
    names = find_names(clean(text))
    assert names.last_with("port", len(text)) == "Taravel Port"
    assert names.last_with("port", text.index("2019")) == "Haining Port"
    assert names.last_with("port", 0) is None
    assert names.last_with("airport", len(text)) is None


@pytest.mark.parametrize(
    ("name", "subject", "same"),
    [
        ("Qinghe City", "Qinghe", True),
        ("Qinghe", "Qinghe Municipality", True),
        ("Qinghe County", "Qinghe", False),
        ("Qinghe", "Taravel", False),
    ],
)
def test_names_of_one_entity(name: str, subject: str, same: bool) -> None:
    assert same_entity(name, subject) is same


@pytest.mark.parametrize(
    "text",
    [
        "Exports rose, according to the Ministry of Trade.",
        "Exports rose, the Ministry of Trade said.",
        "It was announced by the Ministry of Trade.",
        "It was released by the Ministry of Trade.",
        "Data from the Ministry of Trade show it.",
        "Statistics from the Ministry of Trade show it.",
        "The information from the Ministry of Trade is new.",
        "source: Ministry of Trade",
        "The Ministry of Trade estimates it.",
        "The Ministry of Trade forecast it.",
        "The Ministry of Trade published it.",
    ],
)
def test_every_way_of_telling_is_looked_for(text: str) -> None:
    """Lines without a sign of telling are left out for speed: no way that the pattern knows may be among them."""
    assert _told_by(text)["Ministry of Trade"] == 1
