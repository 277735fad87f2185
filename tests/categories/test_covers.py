"""Standing in: for many categories in one act, overlapping, handed over by the owner."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.catalogue import current_ids
from categories.models import Cover, CoverKind
from categories.owning import covers, delegating, owners
from categories.owning.covers import CoverSelfError
from categories.owning.days import CoverLongError, CoverOverError, Days
from categories.owning.delegating import NotYoursError
from categories.routing.reasons import Reason
from categories.routing.route import route
from directory.models import School
from foundation.outbox import OutboxEvent
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory, MembershipFactory, SchoolFactory

TODAY = NOON.date()


@pytest.fixture
def school(session: Session) -> School:
    return SchoolFactory()


@pytest.fixture
def some(session: Session, authority_id: int) -> list[int]:
    return sorted(current_ids(session, authority_id).values())[:12]


def days(first: int, last: int) -> Days:
    return Days(TODAY + timedelta(days=first), TODAY + timedelta(days=last))


def cover(session: Session, school: School, choices: dict[int, int], span: tuple, **more):
    return covers.set_covers(
        session, school_id=school.id, choices=choices, days=days(*span), by=None, at=NOON, **more
    )


def lead(session: Session, school: School, category_id: int, person_id: int) -> None:
    owners.assign(
        session,
        school_id=school.id,
        category_id=category_id,
        person_id=person_id,
        by=None,
        at=NOON,
    )


def standing(session: Session, category_id: int) -> list[tuple[int, int, int]]:
    rows = session.execute(
        sa.select(Cover.person_id, Cover.starts_on, Cover.ends_on)
        .where(Cover.category_id == category_id, Cover.ended_at.is_(None))
        .order_by(Cover.starts_on)
    )
    return [(row[0], (row[1] - TODAY).days, (row[2] - TODAY).days) for row in rows]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("there", "new", "left"),
    [
        ((0, 10), (0, 10), []),
        ((0, 10), (3, 5), [(0, 2), (6, 10)]),
        ((0, 10), (5, 12), [(0, 4)]),
        ((5, 10), (0, 7), [(8, 10)]),
        ((0, 3), (4, 6), [(0, 3)]),
        ((-9, 10), (2, 20), [(0, 1)]),
        ((-9, 3), (0, 1), [(2, 3)]),
    ],
)
def test_a_new_cover_takes_its_days_and_leaves_the_rest(
    session: Session, school: School, some: list[int], there: tuple, new: tuple, left: list
) -> None:
    one, two = (MembershipFactory(school=school).person_id for _ in range(2))
    cover(session, school, {some[0]: one}, there)
    cover(session, school, {some[0]: two}, new)
    expected = sorted([(one, *span) for span in left] + [(two, *new)], key=lambda each: each[1])
    assert standing(session, some[0]) == expected
    again = cover(session, school, {some[0]: two}, new)
    assert (again.changed, again.unchanged) == ([], [some[0]])


def test_somebody_away_is_covered_in_everything_at_once(
    session: Session, school: School, some: list[int], statements: list[str]
) -> None:
    away, one, two = (MembershipFactory(school=school).person_id for _ in range(3))
    for category_id in some:
        lead(session, school, category_id, away)
    lead(session, school, some[-1], two)
    choices = dict.fromkeys(some[:6], one) | dict.fromkeys(some[6:], two)
    statements.clear()
    done = cover(session, school, choices, (0, 4))
    assert len(statements) < 15
    assert (done.changed, done.own) == (some[:-1], [some[-1]])
    assert standing(session, some[0]) == [(one, 0, 4)]
    event = session.scalars(sa.select(OutboxEvent).order_by(OutboxEvent.id.desc())).first()
    assert event is not None
    assert event.payload["category_ids"] == some[:-1]
    ids = session.scalars(sa.select(Cover.id)).all()
    facts = {"school_id": school.id, "cover_ids": ids, "by": None, "at": NOON}
    assert [covers.end_covers(session, **facts) for _ in range(2)] == [11, 0]


@pytest.mark.sqlite_only
def test_what_begins_later_moves_nothing_today(
    session: Session, school: School, some: list[int]
) -> None:
    cover(session, school, {some[0]: MembershipFactory(school=school).person_id}, (1, 4))
    assert session.scalar(sa.select(sa.func.count()).select_from(OutboxEvent)) == 0


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("span", "refusal"), [((-4, -1), CoverOverError), ((0, 900), CoverLongError)]
)
def test_days_that_cannot_be_meant_are_refused(
    session: Session, school: School, some: list[int], span: tuple, refusal: type
) -> None:
    with pytest.raises(refusal):
        cover(session, school, {some[0]: MembershipFactory(school=school).person_id}, span)


@pytest.mark.sqlite_only
def test_nobody_stands_in_for_themselves(session: Session, school: School, some: list[int]) -> None:
    person = MembershipFactory(school=school).person_id
    lead(session, school, some[0], person)
    with pytest.raises(CoverSelfError):
        cover(session, school, {some[0]: person}, (0, 1))


@pytest.mark.sqlite_only
def test_when_the_stand_in_leaves_during_the_cover_the_owner_gets_it_again(
    session: Session, school: School, some: list[int], authority_id: int
) -> None:
    HeadFactory(school=school)
    owner, stand_in = MembershipFactory(school=school), MembershipFactory(school=school)
    lead(session, school, some[0], owner.person_id)
    cover(session, school, {some[0]: stand_in.person_id}, (0, 9))
    schools = sa.select(School.id).where(School.id == school.id)

    def reached(day: int) -> tuple[int, str]:
        query = route(authority_id, schools, some[:1], on=TODAY + timedelta(days=day))
        row = session.execute(query).one()
        return row.person_id, row.reason

    assert reached(1) == (stand_in.person_id, Reason.COVER)
    stand_in.ended_at = NOON + timedelta(days=1)
    session.flush()
    assert reached(2) == (owner.person_id, Reason.OWNER)


@pytest.mark.sqlite_only
def test_an_owner_hands_over_what_they_lead_and_takes_it_back(
    session: Session, school: School, some: list[int]
) -> None:
    owner, colleague = (MembershipFactory(school=school).person_id for _ in range(2))
    lead(session, school, some[0], owner)
    lead(session, school, some[1], colleague)
    facts = {"school_id": school.id, "owner_id": owner, "at": NOON}
    until = TODAY + timedelta(days=7)
    with pytest.raises(NotYoursError):
        delegating.delegate(session, category_ids=some[:2], to_id=colleague, until=until, **facts)
    delegating.delegate(session, category_ids=some[:1], to_id=colleague, until=until, **facts)
    row = session.scalars(sa.select(Cover)).one()
    assert (row.kind, row.set_by_id, row.starts_on) == (CoverKind.DELEGATED, owner, TODAY)
    assert delegating.take_back(session, category_id=some[0], **facts) == 1
    cover(session, school, {some[0]: colleague}, (0, 3))
    assert delegating.take_back(session, category_id=some[0], **facts) == 0


@pytest.mark.sqlite_only
def test_an_owner_asks_once_to_be_rid_of_a_category(
    session: Session, school: School, some: list[int], authority_id: int
) -> None:
    owner = MembershipFactory(school=school)
    lead(session, school, some[0], owner.person_id)
    facts = {"school_id": school.id, "by": owner.person_id, "at": NOON}
    asked = [delegating.disown(session, category_id=some[0], **facts) for _ in range(2)]
    assert asked == [True, False]
    names = session.scalars(sa.select(OutboxEvent.name).order_by(OutboxEvent.id)).all()
    assert names == ["OwnersChanged", "NotMine"]
    with pytest.raises(NotYoursError):
        delegating.disown(session, category_id=some[1], **facts)
