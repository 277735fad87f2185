"""Once a year: still right? One mail, again after 14 and 28 days, then silence."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.catalogue import current_ids
from categories.models import Owner, OwnerReminder, Part
from categories.owning.confirming import ask_due, confirm_group, due_schools, standings
from categories.owning.places import ChangedMeanwhileError
from directory.models import School, SchoolStatus
from foundation import outbox
from foundation.db import Database
from notifications.models_mail import Mail
from portal.wiring import HANDLERS
from tests.factories.base import NOON
from tests.factories.categories import OwnerFactory
from tests.factories.directory import HeadFactory, MembershipFactory, SchoolFactory

YEAR = timedelta(days=365)
LONG_AGO = NOON - timedelta(days=400)


@pytest.fixture
def school(session: Session) -> School:
    return SchoolFactory()


@pytest.fixture
def english(session: Session, authority_id: int) -> int:
    return current_ids(session, authority_id)["english"]


def own(school: School, category_id: int, assigned_at: datetime = LONG_AGO, **more) -> Owner:
    place = MembershipFactory(school=school)
    return OwnerFactory(
        school=school,
        category_id=category_id,
        person=place.person,
        assigned_at=assigned_at,
        **more,
    )


def group_of(session: Session, category_id: int) -> str:
    return session.scalar(
        sa.text("SELECT group_slug FROM category WHERE id = :id"), {"id": category_id}
    )


@pytest.mark.parametrize(
    ("assigned", "confirmed", "status", "ended", "due"),
    [
        (LONG_AGO, None, SchoolStatus.OPEN, False, True),
        (NOON - YEAR, None, SchoolStatus.OPEN, False, True),
        (NOON - YEAR + timedelta(hours=1), None, SchoolStatus.OPEN, False, False),
        (LONG_AGO, NOON - timedelta(days=30), SchoolStatus.OPEN, False, False),
        (LONG_AGO, None, SchoolStatus.CLOSING, False, True),
        (LONG_AGO, None, SchoolStatus.CLOSED, False, False),
        (LONG_AGO, None, SchoolStatus.OPEN, True, False),
    ],
)
def test_a_school_is_due_a_year_after_it_last_said_so(
    session: Session, authority_id: int, english: int, assigned, confirmed, status, ended, due
) -> None:
    school = SchoolFactory(status=status)
    own(school, english, assigned, confirmed_at=confirmed, ended_at=NOON if ended else None)
    session.flush()
    assert due_schools(session, authority_id, at=NOON) == ([school.id] if due else [])


def test_a_head_is_asked_three_times_a_year_and_never_twice_in_a_fortnight(
    database: Database, session: Session, school: School, english: int
) -> None:
    head = HeadFactory(school=school)
    own(school, english)
    session.commit()
    asked = []
    for day in range(0, 60, 7):
        at = NOON + timedelta(days=day, hours=day % 5)
        asked += [day] * ask_due(database, at=at)
        assert ask_due(database, at=at) == 0
        outbox.relay(database, HANDLERS, at=at)
    assert asked == [0, 14, 28]
    mails = session.scalars(sa.select(Mail).order_by(Mail.id)).all()
    assert [mail.address for mail in mails] == [head.person.email] * 3
    assert "/school/owners/confirm" in mails[0].text
    session.rollback()  # or SQLite lets nobody else write
    assert ask_due(database, at=NOON + timedelta(days=366)) == 1


@pytest.mark.sqlite_only
def test_one_click_confirms_a_group_but_nobody_who_left(
    session: Session, school: School, english: int, authority_id: int
) -> None:
    lead, also = own(school, english), own(school, english, part=Part.ALSO)
    gone = own(school, english, part=Part.DEPUTY)
    session.execute(
        sa.text("UPDATE membership SET ended_at = started_at WHERE person_id = :id"),
        {"id": gone.person_id},
    )
    elsewhere = own(SchoolFactory(), english)
    group = group_of(session, english)
    session.flush()
    there = standings(session, authority_id, school.id, at=NOON)[group]
    assert (there.parts, there.due, there.gone) == (3, 3, 1)
    facts = {"school_id": school.id, "group": group, "by": lead.person_id, "at": NOON}
    assert confirm_group(session, newest=there.newest, **facts) == 2
    session.expire_all()
    assert (lead.confirmed_at, lead.confirmed_by_id) == (NOON, lead.person_id)
    assert also.confirmed_at == NOON
    assert gone.confirmed_at is None
    assert elsewhere.confirmed_at is None
    now = standings(session, authority_id, school.id, at=NOON)[group]
    assert (now.due, now.said_at) == (1, LONG_AGO)


@pytest.mark.sqlite_only
def test_whom_the_reader_has_not_seen_cannot_be_confirmed(
    session: Session, school: School, english: int
) -> None:
    seen = own(school, english)
    session.flush()
    own(school, english, NOON, part=Part.ALSO)
    session.flush()
    with pytest.raises(ChangedMeanwhileError):
        confirm_group(
            session,
            school_id=school.id,
            group=group_of(session, english),
            newest=seen.id,
            by=None,
            at=NOON,
        )
    assert session.scalar(sa.select(sa.func.count()).select_from(OwnerReminder)) == 0
