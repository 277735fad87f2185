"""Near-identical text is told by its letters, whatever is asked in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.audience import count_schools
from gatekeeping.alike.index import remember
from gatekeeping.alike.likeness import earlier_alike, likeness, normalised
from gatekeeping.alike.precedents import facts
from gatekeeping.asked import Asked
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import State
from gatekeeping.protocol import DEFAULT
from tests.factories.base import NOON
from tests.factories.gatekeeping import make_submission, version_of

LETTER = (
    "Please tell us how many pupils travel to school by bus, by car, by bicycle and on foot. "
    "We use the numbers to plan the routes of the coming year, and to bid for safer crossings. "
    "Count on any one day of the week that begins on 11 January."
)
NO_CONCEPT = "The blue wombat jumped over seventeen lukewarm trombones near Accrington yesterday."


def submitted(session, state=State.LIVE, **document):
    submission = make_submission(state, document={"body": LETTER, "title": "Travel", **document})
    remember(session, version_of(submission))
    session.flush()
    return submission


def asked(session, authority_id, **document):
    read = SubmissionDocument.read({"body": LETTER, "title": "Travel", **document})
    audience = read.audience.as_audience()
    schools = count_schools(session, authority_id, audience)
    return Asked(authority_id, read, audience, NOON, NOON.date(), DEFAULT, schools=schools)


@given(st.text())
def test_every_text_is_like_itself(text):
    assert likeness(normalised(text), normalised(text)) in (1.0, 0.0 if not normalised(text) else 1)


def test_layout_and_marks_do_not_count():
    assert normalised("The Quick  brown\nfox!") == normalised("the quick **brown** fox")


def test_the_same_text_again_is_found_with_its_number(session, authority_id):
    earlier = submitted(session)
    (found,) = earlier_alike(session, asked(session, authority_id))
    assert (found.near.number, found.text) == (earlier.number, 1.0)


@pytest.mark.sqlite_only
def test_a_text_with_few_words_changed_is_found(session, authority_id):
    submitted(session)
    body = LETTER.replace("by bicycle", "by scooter")
    (found,) = earlier_alike(session, asked(session, authority_id, body=body))
    assert 0.9 <= found.text < 1


@pytest.mark.sqlite_only
def test_near_the_same_letter_is_a_duplicate_though_it_asks_for_nothing_known(
    session, authority_id
):
    submitted(session, title="Wombat", body=NO_CONCEPT)
    changed = NO_CONCEPT.replace("seventeen", "eighteen")
    (found,) = facts(session, asked(session, authority_id, title="Wombat", body=changed))
    assert found.label == "duplicate"
    assert found.score == found.text > 0.9


@pytest.mark.sqlite_only
def test_another_text_is_not_found(session, authority_id):
    submitted(session)
    menus = {"title": "Menus", "body": "The menus of the spring term are out."}
    assert earlier_alike(session, asked(session, authority_id, **menus)) == []


@pytest.mark.sqlite_only
def test_the_second_question_about_the_same_is_answered_from_memory(
    session, authority_id, statements
):
    for place in range(20):
        submitted(session, body=f"{LETTER} {'More words here. ' * (place % 3)}")
    session.commit()
    about = asked(session, authority_id)
    statements.clear()
    found = earlier_alike(session, about)
    assert len(statements) <= 5
    statements.clear()
    assert earlier_alike(session, about) is found
    assert statements == []
    assert found[0].text == 1.0


def test_long_texts_are_compared_by_words():
    long = normalised("word " * 30_000)
    assert likeness(long, long) == 1.0
    assert likeness(long, normalised("other " * 30_000), at_least=0.9) == 0.0
