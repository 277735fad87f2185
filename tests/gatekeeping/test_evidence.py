from gatekeeping.documents import AudienceWords, Frequency, SubmissionDocument
from gatekeeping.evidence import excerpts, marked
from gatekeeping.wording import audience_in_words, field_name, frequency_in_words

BODY = "Please sign in ink. " + "More words follow here. " * 20


def test_an_excerpt_shows_the_words_with_what_stands_around_them():
    document = SubmissionDocument.read({"body": BODY})
    (piece,) = excerpts(document, [{"field": "body", "start": 7, "end": 18}])
    assert (piece.field, piece.before, piece.marked) == ("Text", "Please ", "sign in ink")
    assert piece.after.endswith(" …")


def test_evidence_in_a_choice_is_shown_in_its_words():
    document = SubmissionDocument.read({"origin": "statute", "items": [{"name": "Ink copy"}]})
    found = excerpts(
        document,
        [
            {"field": "origin", "start": 0, "end": 7},
            {"field": "items.0.name", "start": 0, "end": 3},
        ],
    )
    assert [(piece.field, piece.marked) for piece in found] == [
        ("Where it comes from", "An Act of Parliament or regulations"),
        ("Item 1, name", "Ink"),
    ]


def test_evidence_for_a_field_that_is_not_there_shows_nothing():
    (piece,) = excerpts({"items": []}, [{"field": "items.3.name", "start": 0, "end": 5}])
    assert piece.marked == ""


def test_a_very_long_piece_is_shortened():
    (piece,) = excerpts({"body": BODY}, [{"field": "body", "start": 0, "end": len(BODY)}])
    assert len(piece.marked) < 100


def test_marked_text_is_escaped_and_links_to_its_finding():
    html = marked("<b>sign in ink</b>", [(3, 14, "K30"), (5, 9, "K01")])
    assert "&lt;b&gt;<mark" in html
    assert html.count("<mark") == 1
    assert 'href="#finding-K30"' in html
    assert "<b>" not in html


def test_audiences_are_worded_plainly():
    words = [
        audience_in_words(AudienceWords.model_validate(values), {"TR1": "Lune Trust"})
        for values in (
            {"all": True, "phases": ["primary"]},
            {"phases": ["primary", "secondary"], "districts": ["Wyre"], "trusts": ["TR1"]},
            {"urns": [1, 1, 2]},
            {"types": ["special"], "urns": [1]},
            {},
        )
    ]
    assert words == [
        "All open schools",
        "Schools that are: primary or secondary; in Wyre; of Lune Trust",
        "2 schools listed by URN",
        "Schools that are: special schools, and 1 school listed by URN",
        "No schools yet",
    ]


def test_frequencies_and_fields_are_worded_plainly():
    said = [frequency_in_words(Frequency(times=times, per=per)) for times, per in FREQUENCIES]
    assert said == ["Once only", "Twice", "Once each term", "3 times each year"]
    assert field_name("items.1.why") == "Item 2, why"


FREQUENCIES = ((1, "once"), (2, "once"), (1, "term"), (3, "year"))
