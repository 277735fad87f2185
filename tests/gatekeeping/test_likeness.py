from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeping.documents import SubmissionDocument
from gatekeeping.likeness import earlier_alike, likeness, normalised, remember, sketch
from gatekeeping.models import State
from tests.factories.base import NOON
from tests.factories.gatekeeping import make_submission, version_of

LETTER = (
    "Please tell us how many pupils travel to school by bus, by car, by bicycle and on foot. "
    "We use the numbers to plan the routes of the coming year, and to bid for safer crossings. "
    "Count on any one day of the week that begins on 11 January."
)


def submitted(session, state=State.LIVE, **document):
    submission = make_submission(state, document={"body": LETTER, "title": "Travel", **document})
    remember(session, version_of(submission))
    session.flush()
    return submission


def alike(session, authority_id, *, at=NOON, besides=None, **document):
    read = SubmissionDocument.read({"body": LETTER, "title": "Travel", **document})
    return earlier_alike(session, authority_id, read, at=at, besides=besides)


def test_a_sketch_is_the_same_whatever_the_layout():
    assert sketch("The Quick  brown\nfox jumps over") == sketch(
        "the quick **brown** fox, jumps over!"
    )
    assert len(sketch(" ".join(str(n) for n in range(1000)))) == 32


@pytest.mark.parametrize(("text", "size"), [("", 0), ("!?", 0), ("one", 1), ("a b c d", 1)])
def test_a_short_text_is_hashed_as_a_whole(text, size):
    assert len(sketch(text)) == size


@given(st.text())
def test_every_text_has_a_sketch_that_the_database_can_hold(text):
    assert all(0 <= number < 2**63 for number in sketch(text))


def test_the_same_text_again_is_found_with_its_number(session, authority_id):
    earlier = submitted(session)
    (found,) = alike(session, authority_id)
    assert (found.number, found.text) == (earlier.number, 1.0)


def test_a_text_with_few_words_changed_is_found(session, authority_id):
    submitted(session)
    (found,) = alike(session, authority_id, body=LETTER.replace("by bicycle", "by scooter"))
    assert 0.9 <= found.text < 1


def test_another_text_is_not_found(session, authority_id):
    submitted(session)
    assert alike(session, authority_id, body="The menus of the spring term are out.") == []


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("state", "days_ago", "counts"),
    [
        (State.TRIAGE, 10, True),
        (State.LIVE, 500, True),
        (State.CLOSED, 300, True),
        (State.CLOSED, 400, False),
        (State.REFUSED, 10, True),
        (State.WITHDRAWN, 10, False),
        (State.LIVE, -1, False),
    ],
)
def test_live_and_recent_submissions_count(session, authority_id, state, days_ago, counts):
    earlier = submitted(session, state)
    version_of(earlier).submitted_at = NOON - timedelta(days=days_ago)
    session.flush()
    assert any(found.is_recent for found in alike(session, authority_id)) == counts


@pytest.mark.sqlite_only
def test_a_submission_is_no_duplicate_of_itself(session, authority_id):
    earlier = submitted(session)
    assert alike(session, authority_id, besides=earlier.id) == []


@pytest.mark.sqlite_only
def test_the_likest_comes_first_in_one_statement(session, authority_id, statements):
    for place in range(25):
        submitted(session, body=f"{LETTER} {'More words here. ' * (place % 3)}")
    session.commit()
    statements.clear()
    found = alike(session, authority_id)
    assert len(statements) == 1
    assert found[0].text == 1.0
    assert [each.text for each in found] == sorted((each.text for each in found), reverse=True)


def test_long_texts_are_compared_by_words():
    long = normalised("word " * 30_000)
    assert likeness(long, long) == 1.0
    assert likeness(long, normalised("other " * 30_000), at_least=0.9) == 0.0
