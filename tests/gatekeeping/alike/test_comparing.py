import json

import pytest

from gatekeeping.alike.comparing import Label, compare
from gatekeeping.alike.meaning import Meaning, meaning_of
from gatekeeping.asked import AttachedText
from gatekeeping.documents import SubmissionDocument

MEALS = {
    "title": "Free school meals",
    "team": "Catering",
    "as_at": "2026-11-30",
    "audience": {"phases": ["primary"]},
    "body": "Please tell us how many pupils are eligible for free school meals on 30 November, "
    "how many took a meal, and how many have a special diet. Reply by 12 December.",
    "items": [
        {"name": "Pupils eligible for free school meals"},
        {"name": "Meals taken"},
        {"name": "Special diets"},
    ],
}
DINNERS = {
    "title": "Hot dinners at no charge",
    "team": "Public Health",
    "as_at": "2026-11-30",
    "audience_text": "all primaries",
    "body": "How many of your children are entitled to a free dinner?",
}


def means(document, **changed):
    return meaning_of(SubmissionDocument.read({**document, **changed}))


def test_a_document_is_its_own_duplicate_in_capitals_too():
    found = compare(
        means(MEALS), means(MEALS, title="FREE SCHOOL MEALS", body=MEALS["body"].upper())
    )
    assert (found.label, found.score > 0.95) == (Label.DUPLICATE, True)
    assert set(found.shared_items) >= {"Meals taken", "Special diets"}


@pytest.mark.parametrize(
    ("changed", "label"),
    [
        ({"team": "Public Health"}, Label.DUPLICATE),
        ({"title": "Meals return, November"}, Label.DUPLICATE),
        ({"as_at": "2027-11-30"}, Label.RENEWAL),
        ({"as_at": "2025-11-30"}, Label.RENEWAL),
        ({"as_at": "2027-11-30", "team": "Public Health"}, Label.DIFFERENT),
        ({"audience": {"phases": ["secondary"]}}, Label.DIFFERENT),
        ({"audience": {"phases": ["primary"], "districts": ["Burnley"]}}, Label.OVERLAP),
        (
            {
                "body": "Please list by name the pupils who are eligible for free school meals.",
                "items": [{"name": "Names of pupils eligible for free school meals"}],
            },
            Label.DIFFERENT,
        ),
    ],
)
def test_what_was_changed_in_a_copy_tells_what_it_is(changed, label):
    one, other = means(MEALS), means(MEALS, **changed)
    assert compare(one, other).label is label
    assert compare(other, one).label is label
    assert compare(other, one).score == compare(one, other).score


def test_the_same_in_other_words_is_near_and_another_subject_is_not():
    meals = means(MEALS, items=[], body="How many pupils are eligible for free school meals?")
    near = compare(meals, means(DINNERS))
    far = compare(meals, means(DINNERS, title="Fire drills", body="How many drills did you hold?"))
    assert near.label is Label.DUPLICATE
    assert near.parts["copied"] < 0.2
    assert far.label is Label.DIFFERENT
    assert far.score < 0.1


def test_every_part_is_said_in_plain_words():
    said = " ".join(compare(means(MEALS), means(MEALS, as_at="2027-11-30")).says)
    assert "3 of 3" in said or "are asked there too" in said
    assert "Both ask the same kind of schools." in said
    assert "This one is about 30 November 2026, that one 30 November 2027." in said
    assert "word for word" in said


def test_an_attachment_asks_too():
    form = AttachedText("form.docx", "How many pupils are eligible for free school meals?")
    document = SubmissionDocument.read({"title": "Return", "attachments": ["form.docx"]})
    bare, full = meaning_of(document), meaning_of(document, attached=[form])
    meals = means(MEALS)
    assert compare(full, meals).parts["topic"] > compare(bare, meals).parts["topic"] + 0.3


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"title": "Prydau ysgol", "body": "Faint o ddisgyblion sydd â hawl i brydau am ddim?"},
        {"body": "word " * 40_000},
        {"body": "How many pupils have free school meals, and how many staff? " * 3_500},
        {"body": "Pupil\tFSM\tSEN\n___\t___\t___\n" * 200},
        {"title": "IT WAS SHOUTED", "body": "PLEASE SEND NUMBERS — BY FRIDAY…"},
    ],
    ids=["empty", "Welsh", "one word", "200 KB", "table", "capitals"],
)
def test_any_document_is_read_stored_and_compared(document):
    meaning = means(document)
    stored = json.dumps(meaning.as_json())
    assert Meaning.read(json.loads(stored)).as_json() == meaning.as_json()
    assert 0 <= compare(meaning, means(MEALS)).score < 0.5
    if document:
        assert compare(meaning, means(document)).label is Label.DUPLICATE


def test_a_usual_meaning_is_small():
    assert len(json.dumps(means(MEALS).as_json())) < 4_000


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Condition of each window, A to D", "Cost of window works in five years"),
        ("Pupils who hold a library ticket", "Damage done in the library"),
        ("First aid courses staff went on", "Spending on first aid supplies"),
        ("Who supplies your minibus", "Accidents with the minibus"),
    ],
)
def test_two_sides_of_one_subject_are_two_questions(one, other):
    ours, theirs = (means({"title": "Request", "items": [{"name": name}]}) for name in (one, other))
    assert compare(ours, theirs).label is not Label.DUPLICATE
    assert compare(ours, ours).label is Label.DUPLICATE


def test_what_every_letter_says_does_not_make_two_requests_alike():
    letter = "Dear Headteacher,\n\n{}\n\nThank you for your help.\nKind regards"
    asks = ("How many pupils learn the violin?", "When was your boiler last serviced?")
    bare = compare(*(means({"title": "Request", "body": ask}) for ask in asks))
    dressed = compare(*(means({"title": "Request", "body": letter.format(ask)}) for ask in asks))
    assert dressed.parts == bare.parts
    assert dressed.score == bare.score


def test_the_next_month_is_another_round():
    found = compare(
        means(MEALS, as_at=None, period="October 2026"),
        means(MEALS, as_at=None, period="November 2026"),
    )
    assert found.label is Label.RENEWAL


@pytest.mark.parametrize(
    ("team", "label"), [("Catering", Label.RENEWAL), ("Public Health", Label.DUPLICATE)]
)
def test_sent_a_year_apart_without_a_time_it_is_a_round_only_of_the_same_team(team, label):
    untimed = {"as_at": None, "body": "How many pupils are eligible for free school meals?"}
    earlier = means(MEALS, **untimed, send_on="2025-11-20")
    assert compare(means(MEALS, **untimed, send_on="2026-11-20", team=team), earlier).label is label
