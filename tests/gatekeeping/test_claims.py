import pytest

from gatekeeping.claims import cites_a_provision, claim_spans
from gatekeeping.documents import SubmissionDocument


@pytest.mark.parametrize(
    "text",
    [
        "Education Act 1996, section 537A",
        "section 537A of the Education Act 1996 (c. 56)",
        "s251 ASCL Act 2009",
        "s.175 Education Act 2002",
        "EA 1996 s537A",
        "SSFA 1998 s.42(3)",
        "CA2004 s.11",
        "ASCLA 2009 s251",
        "SI 2013/2094, reg 3",
        "S.I. 2013 No. 2094 regulation 5A(4)",
        "Reg 13(1) of the School Attendance (Pupil Registration) (England) Regs 2024",
        "regulation 7 of the 2008 Regulations",
        "UK GDPR Art 6(1)(c)",
        "paragraph 3 of Schedule 2 to the Childcare Act 2006",
        "sections 13, 14 and 15A of the Childcare Act 2006",
        "Sec. 11, Children Act 2004",
        "section 11 of the\nChildren Act 2004",
    ],
)
def test_a_provision_of_an_act_or_instrument_is_recognised(text):
    assert cites_a_provision(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Children Act 2004",
        "The School Information (England) Regulations 2008",
        "Complete section 2 of the form by 14 December 2026",
        "Section 4 asks about schools 5 to 11",
        "Ofsted framework, paragraph 12",
        "Keeping children safe in education 2025, paragraph 82",
        "KCSIE 2025 para 82",
        "Send it by DEC 2026, see section 3",
        "Act now: read section 3",
    ],
)
def test_a_whole_act_or_a_section_of_no_law_is_no_provision(text):
    assert not cites_a_provision(text)


@pytest.mark.parametrize(
    ("field", "text", "claimed"),
    [
        ("body", "This is a statutory return.", ["statutory"]),
        ("title", "Statutory return 2026", ["Statutory"]),
        ("purpose", "Schools are legally required to tell us.", ["legally required"]),
        ("body", "You must return the form by Friday.", ["You must return"]),
        ("body", "This is required by law.", ["required by law"]),
        ("body", "The law requires every school to answer.", ["The law requires"]),
        ("body", "We ask under the Children Act 2004.", ["Children Act"]),
        ("legal_claim", "Children Act 2004", ["Children Act"]),
        ("body", "This is not optional, it is statutory.", ["statutory"]),
        ("body", "This is not only useful but statutory.", ["statutory"]),
        ("body", "This is not statutory.", []),
        ("body", "This is a non-statutory survey.", []),
        ("body", "There is no statutory duty to answer.", []),
        ("body", "You are not legally required to answer.", []),
        ("body", "Schools don't have a legal duty here.", []),
        ("body", "No law requires this and answering is not required by law.", []),
        ("legal_claim", "None. This is not a statutory request.", []),
        ("legal_claim", "Statutory duty: none", []),
        ("body", "Data is kept under the Data Protection Act 2018.", []),
        ("body", "Replies must reach us by Friday.", []),
        ("body", "Act now to save energy.", []),
    ],
)
def test_words_of_duty_are_claims_unless_denied(field, text, claimed):
    found = claim_spans(SubmissionDocument.read({field: text}))
    assert [span.text.split(" 20")[0] for span in found] == claimed
    assert all(text[span.start : span.end] == span.text for span in found)


def test_an_origin_in_statute_is_a_claim():
    (span,) = claim_spans(SubmissionDocument.read({"origin": "statute"}))
    assert (span.field, span.text) == ("origin", "statute")
