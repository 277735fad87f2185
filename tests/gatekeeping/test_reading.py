"""Texts of every shape: no check may fail, crawl, or lose its place in them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeping.asked import AttachedText
from gatekeeping.checks import checks, run_checks
from gatekeeping.documents import SubmissionDocument
from gatekeeping.evidence import text_of
from gatekeeping.findings import Context
from gatekeeping.reading.asks import asks
from gatekeeping.reading.denial import denied
from gatekeeping.reading.plain import plain, sentences
from tests.judging import TODAY

OURS = {"K30", "K31", "K40", "K41", "K70", "K71", "K72", "K91", "K92", "K93"}
LETTER = (
    "Please return the attached form by post or e-mail it to data@example.gov.uk by Friday. How "
    "many pupils with SEND do you have, by year group and gender? We will match names and dates of "
    "birth of each child with health records. Book now for £95 per delegate! Print, sign and scan "
    "the form, then return it. If you have any questions, contact us.\n\n"
)
SIZE = 50_000
ATTACHED = 5_000
SHAPES = {
    "letters": LETTER * (SIZE // len(LETTER)),
    "capitals": LETTER.upper() * 100,
    "no stops": "return the form of each pupil and " * 1_500,
    "one word": "a" * SIZE,
    "spaces": " " * SIZE,
    "odd spaces": "\u00a0" * SIZE,
    "lines": "\n" * 50_000,
    "a table": "Pupil\tBorn\tUPN\n" * 3_000,
    "dots": "." * SIZE,
    "underscores": "_" * SIZE,
    "at signs": "a@" * (SIZE // 2),
    "addresses": "https://a.example/" * 3_000,
    "print and sign": "print and sign " * 3_000,
    "names and": "the names, and " * 3_000,
    "not": "not " * 12_000,
    "questions": "How many? " * 5_000,
    "Welsh": "Mae'n rhaid i'r ysgol ddychwelyd y ffurflen erbyn dydd Gwener. " * 2_000,
    "empty": "",
}


@pytest.mark.sqlite_only
@pytest.mark.parametrize("shape", SHAPES)
def test_a_long_text_of_any_shape_is_read_to_its_end(shape):
    text = SHAPES[shape]
    for kind in ("communication", "data_request"):
        document = {"kind": kind, "title": text[:300], "body": text, "attachments": ["a.docx"]}
        read = SubmissionDocument.read(document)
        context = Context(today=TODAY, attachments=(AttachedText("a.docx", text[:ATTACHED]),))
        for check in checks():
            if check.RULE not in OURS:
                continue
            for finding in check.check(read, context):
                for span in finding.evidence:
                    assert text_of(document, span.field)[span.start : span.end] == span.text


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.sampled_from(["communication", "data_request"]))
def test_any_text_gives_the_same_findings_twice_and_none_fails(text, kind):
    document = SubmissionDocument.read(
        {"kind": kind, "body": text, "title": text[:200], "items": [{"name": text}]}
    )
    context = Context(today=TODAY)
    assert run_checks(document, context) == run_checks(document, context)


@given(st.text())
def test_plain_keeps_every_character_in_its_place(text):
    assert len(plain(text)) == len(text)


@given(st.text(alphabet="aB .!?\n\t-1(é", max_size=200))
def test_sentences_stand_where_they_say_in_order_and_leave_nothing_out(text):
    shown, end = plain(text), 0
    for piece in sentences(text):
        assert shown[piece.start : piece.end] == piece.text
        assert not shown[end : piece.start].strip()
        end = piece.end
    assert not shown[end:].strip()


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("See e.g. No. 4 of Mr. Hill.", ["See e.g. No. 4 of Mr. Hill."]),
        ("1. First\n2. Second", ["1. First", "2. Second"]),
        ("A line that is\nwrapped by mail.", ["A line that is wrapped by mail."]),
        ("Heading\nText", ["Heading", "Text"]),
        ("It costs 3.50 each.", ["It costs 3.50 each."]),
        ("", []),
    ],
)
def test_texts_are_cut_as_people_read_them(text, pieces):
    assert [piece.text for piece in sentences(text)] == pieces


@pytest.mark.parametrize(
    ("text", "word", "said_not"),
    [
        ("No ink is needed.", "ink", True),
        ("Do not print, scan or ink it.", "ink", True),
        ("Ink is not needed.", "Ink", True),
        ("Forms cannot be accepted without ink.", "ink", False),
        ("We cannot take e-mails from you here, use ink.", "ink", False),
        ("Do not forget the ink.", "ink", False),
        ("If you do not sign in, use ink.", "ink", False),
        ("Use ink, not later than Friday.", "ink", False),
        ("Instead of ink, sign in.", "ink", True),
    ],
)
def test_what_a_clause_denies_is_told_from_what_it_says(text, word, said_not):
    start = text.index(word)
    assert denied(text, start, start + len(word)) == said_not


def test_odd_dashes_spaces_and_quotes_change_nothing():
    plainly = "Please e-mail the pupils' list to us."
    oddly = "Please\u00a0e\u2011mail the pupils\u2019 list to\u202fus."
    assert [(ask.start, ask.end) for ask in asks(plainly)] == [
        (ask.start, ask.end) for ask in asks(oddly)
    ]
