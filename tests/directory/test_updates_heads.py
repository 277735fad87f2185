"""A head whom GIAS names otherwise: nothing happens until somebody says who it is."""

import pytest

from directory.models_updates import (
    ChangeKind,
    ChangeState,
)
from directory.people import Newcomer
from directory.updates import heads, listing
from foundation.errors import NotFoundError
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory, SchoolFactory
from tests.schools_file import as_row, changes, events, school_of

S, K = ChangeState, ChangeKind


@pytest.fixture
def new_head(session, compared):
    """A head in the portal, and another name in the file."""
    place = HeadFactory(school=SchoolFactory(urn=101), person__name="Ann Example")
    update = compared([as_row(place.school, title="Mr", first="Bob", last="Other")])
    (change,) = changes(session)
    return place, update, change


@pytest.mark.sqlite_only
def test_another_head_is_never_applied_without_somebody_who_says_who(
    session, new_head, apply_all, authority_id
):
    place, update, change = new_head
    assert apply_all(update) == 0
    (case,) = listing.heads_to_settle(session, authority_id)
    assert (case.change.id, case.head, heads.new_name(case.change)) == (
        change.id,
        "Ann Example",
        "Mr Bob Other",
    )
    assert place.ended_at is None


def test_a_new_head_takes_the_former_ones_place(session, new_head, authority_id):
    place, _, change = new_head
    by = place.person_id
    heads.name_head(
        session,
        authority_id,
        change.id,
        head=Newcomer("bob@school.example", "Bob Other"),
        former="leaves",
        by=by,
        at=NOON,
    )
    session.commit()
    assert place.ended_at is not None
    assert school_of(session, 101).head_last_name == "Other"
    assert changes(session)[0].state is S.APPLIED
    assert "HeadChanged" in [name for name, _ in events(session)]
    with pytest.raises(heads.SettledError):
        heads.keep_head(session, authority_id, change.id, by=by, at=NOON)


@pytest.mark.sqlite_only
def test_the_same_head_keeps_the_place_and_the_school_the_new_spelling(
    session, new_head, authority_id
):
    place, _, change = new_head
    heads.keep_head(session, authority_id, change.id, by=place.person_id, at=NOON)
    assert (place.ended_at, school_of(session, 101).head_first_name) == (None, "Bob")
    assert listing.count_heads(session, authority_id) == 0


@pytest.mark.sqlite_only
def test_who_was_asked_is_not_forgotten_by_the_next_file(session, new_head, compared, authority_id):
    place, _, change = new_head
    heads.note_asked(session, authority_id, change.id, by=place.person_id, at=NOON)
    compared([as_row(place.school, title="Mr", first="Bob", last="Other")])
    assert [(one.state, one.asked_at) for one in changes(session)] == [
        (S.STALE, NOON),
        (S.WAITING, NOON),
    ]


@pytest.mark.sqlite_only
def test_a_head_left_alone_stays(session, new_head, authority_id):
    place, _, change = new_head
    heads.leave(session, authority_id, change.id, by=place.person_id, at=NOON)
    assert changes(session)[0].state is S.PASSED_OVER
    with pytest.raises(NotFoundError):
        heads.change_of(session, authority_id, change.id + 1)
