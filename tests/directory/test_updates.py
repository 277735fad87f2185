"""Updates from a file put up to the last change applied: in the database, by workers."""

import io

import pytest
import sqlalchemy as sa

from directory.authorities import ensure_authority
from directory.models import Membership, Role, School, SchoolStatus
from directory.models_updates import (
    ChangeKind,
    ChangeState,
    SchoolsUpdate,
    UpdateState,
)
from directory.updates.applying import apply_chosen
from directory.updates.choosing import Chosen, NothingTickedError, choose, pass_over, take_back
from directory.updates.moves import MOVES
from directory.updates.staging import LEASE, Put, compare_waiting, put_up
from foundation.audit import AuditEntry
from foundation.db import EVERY_AUTHORITY
from foundation.files import FileStore
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory, MembershipFactory, SchoolFactory
from tests.factories.updates import SchoolsUpdateFactory
from tests.schools_file import ACADEMY, CLOSED, LATER, as_row, changes, events, row, school_of

S, K = ChangeState, ChangeKind


def test_an_academy_takes_over_the_people_of_the_school_that_closes(session, compared, apply_all):
    gone = SchoolFactory(urn=101)
    head = HeadFactory(school=gone)
    office = MembershipFactory(school=gone, mailbox="office@a.example", manages_owners=True)
    update = compared([as_row(gone, **CLOSED), row(150, "Academy", **ACADEMY)], (101, 150))
    (change,) = changes(session)
    assert (change.kind, change.state, change.school_id) == (K.ACADEMISING, S.WAITING, gone.id)
    assert apply_all(update) == 1
    academy = school_of(session, 150)
    assert (academy.type_code, academy.status, academy.email) == ("34", "open", gone.email)
    assert school_of(session, 101).status is SchoolStatus.CLOSED
    places = session.scalars(sa.select(Membership).where(Membership.school_id == academy.id))
    assert {
        (place.person_id, place.role, place.mailbox, place.manages_owners) for place in places
    } == {
        (head.person_id, Role.HEAD, "", False),
        (office.person_id, Role.STAFF, "office@a.example", True),
    }
    assert all(place.ended_at == LATER for place in (head, office))
    assert events(session) == [
        (
            "SchoolSucceeded",
            {
                "authority_id": gone.authority_id,
                "gone_id": gone.id,
                "successor_id": academy.id,
                "gone_ids": [gone.id],
            },
        )
    ]
    entry = session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "school.academising")
    ).one()
    assert entry.detail == {"change": change.id, "update": update.id, "schools": 2, "places": 2}


@pytest.mark.sqlite_only
def test_the_successors_own_head_stays_and_the_larger_schools_comes_first(
    session, compared, apply_all
):
    own, small, large = (SchoolFactory(urn=urn, pupils=urn) for urn in (101, 102, 103))
    kept, one, other = (HeadFactory(school=school) for school in (own, small, large))
    both = MembershipFactory(school=small, person=kept.person)
    rows = [as_row(own, pupils=101), as_row(small, **CLOSED), as_row(large, **CLOSED)]
    apply_all(compared(rows, (102, 101), (103, 101)))
    heads_now = session.scalars(
        sa.select(Membership).where(Membership.school_id == own.id, Membership.ended_at.is_(None))
    )
    assert {(place.person_id, place.role) for place in heads_now} == {
        (kept.person_id, Role.HEAD),
        (one.person_id, Role.STAFF),
        (other.person_id, Role.STAFF),
        (both.person_id, Role.STAFF),
    }
    assert [payload["gone_id"] for _, payload in events(session)] == [large.id, small.id]


@pytest.mark.sqlite_only
def test_of_two_heads_without_a_third_the_larger_schools_is_head(session, compared, apply_all):
    small, large = SchoolFactory(urn=102, pupils=10), SchoolFactory(urn=103, pupils=90)
    one, other = HeadFactory(school=small), HeadFactory(school=large)
    rows = [as_row(small, **CLOSED), as_row(large, **CLOSED), row(150, "Both")]
    apply_all(compared(rows, (102, 150), (103, 150)))
    there = session.scalars(
        sa.select(Membership).where(Membership.school_id == school_of(session, 150).id)
    )
    assert {(place.person_id, place.role) for place in there} == {
        (other.person_id, Role.HEAD),
        (one.person_id, Role.STAFF),
    }


@pytest.mark.sqlite_only
def test_a_school_that_nothing_follows_ends_its_places(session, compared, apply_all):
    place = MembershipFactory(school=SchoolFactory(urn=101))
    apply_all(compared([as_row(place.school, **CLOSED)]))
    assert place.ended_at == LATER
    assert events(session) == [
        ("SchoolClosed", {"authority_id": place.authority_id, "school_id": place.school_id})
    ]


@pytest.mark.sqlite_only
def test_a_closing_to_come_waits_for_its_day(session, compared, apply_all):
    school = SchoolFactory(urn=101)
    update = compared([as_row(school, status="2", closed="31-08-2027")])
    assert apply_all(update, at=NOON) == 0
    assert changes(session)[0].state is S.CHOSEN
    assert apply_all(update, at=LATER) == 1


@pytest.mark.sqlite_only
def test_a_trust_is_made_and_the_change_is_told(session, compared, apply_all):
    school = SchoolFactory(urn=101)
    apply_all(compared([as_row(school, trust="7", trust_name="The Trust")]))
    trust = school_of(session, 101).trust
    assert (trust.code, trust.name) == ("7", "The Trust")
    ((name, payload),) = events(session)
    assert (name, payload["before_id"], payload["after_id"]) == ("TrustChanged", None, trust.id)


def test_applying_twice_and_by_two_workers_does_it_once(session, database, compared, apply_all):
    SchoolFactory(urn=101)
    update = compared([row(101, "New"), row(102, "Fresh")])
    assert apply_all(update) == 2
    assert apply_all(update) == 0
    assert apply_chosen(database, at=LATER) == 0
    assert [change.state for change in changes(session)] == [S.APPLIED, S.APPLIED]
    assert session.scalar(sa.select(sa.func.count()).select_from(School)) == 2


def test_what_changed_meanwhile_is_out_of_date_and_says_so(session, compared, apply_all):
    school = SchoolFactory(urn=101, name="Old")
    update = compared([row(101, "New"), row(102, "Fresh")])
    school.name = "Another"
    SchoolFactory(urn=102)
    session.commit()
    apply_all(update)
    fresh, renamed = changes(session)
    assert (fresh.state, renamed.state) == (S.STALE, S.STALE)
    assert "is here already" in fresh.said
    assert renamed.said.endswith("name was “Old” and is “Another” now.")
    assert school_of(session, 101).name == "Another"


@pytest.mark.sqlite_only
def test_what_follows_must_be_open_when_it_is_applied(session, compared, apply_all):
    gone, successor = SchoolFactory(urn=101), SchoolFactory(urn=102)
    update = compared([as_row(gone, **CLOSED), as_row(successor)], (101, 102))
    successor.status = SchoolStatus.CLOSED
    session.commit()
    apply_all(update)
    (change,) = changes(session)
    assert (change.state, school_of(session, 101).status) == (S.STALE, SchoolStatus.OPEN)


def test_a_urn_of_another_authority_is_refused(
    session, database, compared, apply_all, authority_id
):
    with database.transaction(authority=EVERY_AUTHORITY) as other:
        elsewhere = ensure_authority(other, la_code="999", name="Elsewhere").authority_id
        other.add(_school(elsewhere, 102))
    update = compared([row(101, "Fresh"), row(102, "Theirs")])
    assert [change.urn for change in changes(session)] == [101]
    assert "belongs to the authority 999" in update.rejected[0][2]
    session.rollback()
    with database.transaction(authority=EVERY_AUTHORITY) as other:
        other.add(_school(elsewhere, 101))
    apply_all(update)
    (change,) = changes(session)
    assert (change.state, change.said.split(".")[0]) == (
        S.REFUSED,
        "Another school or trust has this number already",
    )


def _school(authority_id, urn):
    return School(
        authority_id=authority_id,
        urn=urn,
        la_code="999",
        name="Theirs",
        type_code="01",
        type_name="",
        phase_code="2",
        phase_name="Primary",
        status=SchoolStatus.OPEN,
        imported_at=NOON,
    )


@pytest.mark.sqlite_only
def test_details_are_applied_at_once_when_asked(session, database, compared):
    school = SchoolFactory(urn=101, town="Leyland")
    compared([row(101, school.name, town="Preston"), row(102, "New")], apply_details=True)
    assert apply_chosen(database, at=NOON) == 1
    assert school_of(session, 101).town == "Preston"
    assert {change.kind: change.state for change in changes(session)} == {
        K.OPENING: S.WAITING,
        K.DETAILS: S.APPLIED,
    }


@pytest.mark.sqlite_only
def test_a_newer_file_puts_what_nobody_chose_out_of_date(session, compared):
    SchoolFactory(urn=101)
    compared([row(101, "New")])
    compared([row(101, "Newer")])
    assert [change.state for change in changes(session)] == [S.STALE, S.WAITING]


@pytest.mark.sqlite_only
def test_a_broken_file_says_why(session, database, tmp_path, authority_id):
    store = FileStore(tmp_path)
    stored = store.put(io.BytesIO(b"a,b\n1,2\n"), most=100)
    for sha256 in (stored.sha256, "0" * 64):
        put_up(session, authority_id, Put("x.csv", sha256), by=None, at=NOON)
    session.commit()
    assert compare_waiting(database, store, at=NOON) == 2
    session.expire_all()
    broken, gone = session.scalars(sa.select(SchoolsUpdate).order_by(SchoolsUpdate.id))
    assert (broken.state, gone.state) == (UpdateState.BROKEN, UpdateState.BROKEN)
    assert "not a list of schools from GIAS" in broken.said
    assert "not in the store" in gone.said


def test_a_file_whose_worker_was_killed_is_taken_over_after_its_lease(session, database, tmp_path):
    update = SchoolsUpdateFactory(state=UpdateState.WAITING, claimed_until=NOON + LEASE)
    session.commit()
    store = FileStore(tmp_path)
    assert compare_waiting(database, store, at=NOON) == 0
    assert compare_waiting(database, store, at=NOON + 2 * LEASE) == 1
    session.expire_all()
    assert session.get_one(SchoolsUpdate, update.id).state is UpdateState.BROKEN


@pytest.mark.sqlite_only
def test_choosing_passing_over_and_taking_back(session, compared, authority_id):
    SchoolFactory(urn=101)
    update = compared([row(101, "New"), row(102, "Riverside"), row(103, "Hilltop")])
    opening = Chosen(update.id, None, K.OPENING, "river")
    assert choose(session, authority_id, opening, by=None, at=NOON) == 1
    assert choose(session, authority_id, opening, by=None, at=NOON) == 0
    rest = Chosen(update.id, [change.id for change in changes(session)])
    assert pass_over(session, authority_id, rest, by=None, at=NOON) == 2
    assert take_back(session, authority_id, rest, by=None, at=NOON) == 3
    assert {change.state for change in changes(session)} == {S.WAITING}
    with pytest.raises(NothingTickedError):
        choose(session, authority_id, Chosen(update.id, []), by=None, at=NOON)
    assert choose(session, authority_id + 1, rest, by=None, at=NOON) == 0


def test_the_table_of_moves_names_every_state():
    assert set(MOVES) == set(ChangeState)
    assert set().union(*MOVES.values()) <= set(ChangeState)
