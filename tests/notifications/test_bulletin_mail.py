from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy

import pytest
import sqlalchemy as sa

from directory.events import PersonLeft
from directory.models import PersonState, Role, SchoolStatus
from foundation.db import EVERY_AUTHORITY, Database
from notifications.bulletin import closing, mailing
from notifications.bulletin.letter import letters
from notifications.bulletin.week import Week
from notifications.mail.compose import NotNeededError, compose
from notifications.mail.message import Letterhead
from notifications.models import Attention, DeliveryState
from notifications.models_mail import Mail, Occasion
from notifications.models_reaching import Bulletin, BulletinMail
from tests.factories.base import NOON
from tests.factories.calendar import load_lancashire
from tests.factories.directory import HeadFactory, MembershipFactory, SchoolFactory
from tests.factories.notifications import DeliveryFactory, DeliveryMoveFactory, NoticeFactory
from tests.factories.reaching import ReachChoiceFactory

WEEK = Week(date(2026, 11, 16))
IN_WEEK = datetime(2026, 11, 18, 9, tzinfo=UTC)
SIX = datetime(2026, 11, 23, 6, tzinfo=UTC)
LETTERHEAD = Letterhead("https://portal.example", "portal@authority.example", key="secret")


def to(place, **more):
    return DeliveryFactory.to(place, **{"delivered_at": IN_WEEK, **more})


def told(session) -> list[int]:
    query = sa.select(Mail.person_id).where(Mail.occasion == Occasion.BULLETIN).order_by(Mail.id)
    return list(session.scalars(query))


def close_last_week(session, place, *, at=SIX) -> list[int]:
    closing.close(session, place.authority_id, WEEK, with_mail=True, at=at)
    mailing.write_mails(session, place.authority_id, at=at)
    return told(session)


def ended(place):
    place.ended_at = NOON


def disabled(place):
    place.person.state = PersonState.DISABLED


def closed(place):
    place.school.status = SchoolStatus.CLOSED


def on_panel(place):
    place.role = Role.PANEL


def unwilling(place):
    ReachChoiceFactory(person_id=place.person_id, bulletin=False)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("why_not", [ended, disabled, closed, on_panel, unwilling])
def test_nobody_is_told_who_cannot_read_it_or_wants_none(session, why_not):
    place = MembershipFactory()
    to(place)
    why_not(place)
    session.flush()
    assert close_last_week(session, place) == []


@pytest.mark.parametrize(
    "item",
    [
        {"delivered_at": WEEK.starts_at - timedelta(seconds=1)},
        {"delivered_at": WEEK.ends_at},
        {"notice__attention": Attention.ACTION},
        {"notice__attention": Attention.URGENT},
    ],
)
@pytest.mark.sqlite_only
def test_nobody_is_told_of_a_week_without_anything_for_them(session, item):
    place = MembershipFactory()
    to(place, **item)
    assert close_last_week(session, place) == []


def test_each_reader_and_place_gets_one_and_a_head_who_is_a_governor_too_only_the_heads(session):
    head = HeadFactory()
    teacher = MembershipFactory(school=head.school)
    governing = MembershipFactory(school=head.school, person=head.person, role=Role.GOVERNOR)
    nobody = MembershipFactory(school=head.school)
    second = MembershipFactory(person=teacher.person, school=SchoolFactory())
    for place in (teacher, second):
        to(place)
    taken = to(nobody, state=DeliveryState.CLOSED)
    DeliveryMoveFactory(
        delivery_id=taken.id, from_person_id=nobody.person_id, to_person_id=teacher.person_id
    )
    # the head has nothing of their own, but sees what the teacher got
    people = close_last_week(session, head)
    assert sorted(people) == sorted([head.person_id, teacher.person_id, teacher.person_id])
    places = set(session.scalars(sa.select(BulletinMail.membership_id)))
    assert places == {head.id, teacher.id, second.id}
    assert governing.id not in places


@pytest.mark.sqlite_only
def test_quiet_hours_hold_it_back(session):
    place = MembershipFactory()
    to(place)
    ReachChoiceFactory(person_id=place.person_id, quiet_from=time(18), quiet_to=time(8))
    close_last_week(session, place)
    (mail,) = session.scalars(sa.select(Mail))
    assert mail.send_after == SIX + timedelta(hours=2)


@pytest.fixture
def readers(session):
    """Five people at a school who each have an item of the week."""
    load_lancashire()
    school = SchoolFactory()
    places = [MembershipFactory(school=school) for _ in range(5)]
    for place in places:
        to(place, notice=NoticeFactory())
    session.commit()
    return [place.person_id for place in places]


class Killed(BaseException):
    """The worker was killed."""


def count(database: Database) -> int:
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        return session.scalar(sa.select(sa.func.count(Mail.id)))


def test_however_often_it_runs_and_wherever_it_is_killed_each_gets_one(
    database, readers, monkeypatch
):
    monkeypatch.setattr(mailing, "BATCH", 2)
    monkeypatch.setattr(closing, "BATCH", 2)
    writes = mailing.update_all

    def killed(*args, **more):
        raise Killed

    monkeypatch.setattr(mailing, "update_all", killed)
    with pytest.raises(Killed):
        closing.close_due(database, at=SIX)
    assert count(database) == 0
    monkeypatch.setattr(mailing, "update_all", writes)
    stops = iter([False, True])
    assert closing.close_due(database, at=SIX, stopping=lambda: next(stops)) == 2
    assert closing.close_due(database, at=SIX) == 3
    assert closing.close_due(database, at=SIX) == 0
    assert count(database) == len(readers)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("at", "mails"),
    [
        (datetime(2026, 11, 22, 23, 59, tzinfo=UTC), 0),
        (datetime(2026, 11, 23, 5, 59, tzinfo=UTC), 0),
        (SIX, 5),
        (SIX + timedelta(days=4), 5),
        # nobody wants last week's news on a Saturday
        (SIX + timedelta(days=5), 0),
    ],
)
def test_it_goes_out_at_six_on_the_first_school_day_after_its_week(database, readers, at, mails):
    assert len(readers) == 5
    assert closing.close_due(database, at=at) == mails


@pytest.mark.sqlite_only
def test_in_a_holiday_it_waits_until_school_begins_again(session, readers, authority_id):
    week = Week(date(2026, 12, 14))
    assert closing.mailed_at(session, authority_id, week).date() == date(2027, 1, 5)


@pytest.mark.sqlite_only
def test_a_week_that_was_closed_stays_closed(session, database, readers, authority_id):
    session.add(Bulletin(authority_id=authority_id, week_on=WEEK.monday, composed_at=NOON))
    session.commit()
    assert closing.close_due(database, at=SIX) == 0


def mail_to(session, place):
    close_last_week(session, place)
    mail = session.scalars(sa.select(Mail).where(Mail.person_id == place.person_id)).one()
    content = compose(session, [mail], LETTERHEAD, at=SIX)[mail.id]
    assert isinstance(content, bytes), content
    return message_from_bytes(content, policy=policy.default)


@pytest.mark.sqlite_only
def test_it_tells_what_is_unread_first_says_where_the_rest_is_and_how_to_stop_it(session):
    place = MembershipFactory(school__name="Hillside", person__name="Ann Example")
    to(place, notice__title="Read <b>already</b>", state=DeliveryState.READ, read_at=NOON)
    to(place, notice__title="Not read yet", notice__body="The roof.\n\nIt leaks.")
    DeliveryFactory.to(
        place,
        notice__title="Form",
        notice__due_on=date(2026, 11, 30),
        notice__attention=Attention.ACTION,
    )
    message = mail_to(session, place)
    assert message["Subject"] == "Bulletin of 16 to 22 November 2026, Hillside"
    assert message["List-Unsubscribe"].startswith("<https://portal.example/mail/stop/bulletin-")
    plain = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    assert plain.index("Not read yet") < plain.index("Read <b>already</b>")
    assert "Read &lt;b&gt;already&lt;/b&gt;" in html
    for text in (plain, html):
        assert "The roof." in text
        assert "Form" in text
        assert "30 November 2026" in text
        assert "https://portal.example/bulletin/2026-11-16" in text
        assert "Help:" in text


@pytest.mark.sqlite_only
def test_to_a_mailbox_it_says_for_whom_it_is(session):
    place = MembershipFactory(mailbox="office@school.example", person__name="Ann Example")
    to(place)
    message = mail_to(session, place)
    assert message["To"] == "office@school.example"
    assert message["Subject"].startswith("For Ann Example: Bulletin of ")


@pytest.mark.sqlite_only
def test_it_goes_to_nobody_elses_mailbox_nor_to_that_of_another_school(session):
    MembershipFactory(mailbox="first@school.example")
    place = MembershipFactory(mailbox="here@school.example")
    second = MembershipFactory(person=place.person)
    plain = MembershipFactory()
    for each in (place, second, plain):
        to(each)
    close_last_week(session, place)
    told = set(session.scalars(sa.select(Mail.address)))
    assert told == {"here@school.example", place.person.email, plain.person.email}
    ids = session.scalars(sa.select(Mail.id)).all()
    subjects = {each.subject for each in letters(session, ids, address="").values()}
    assert sum(subject.startswith("For ") for subject in subjects) == 1


@pytest.mark.sqlite_only
def test_what_its_reader_left_behind_is_not_needed(session):
    place = MembershipFactory()
    to(place)
    session.flush()
    close_last_week(session, place)
    place.ended_at = NOON
    session.flush()
    mails = session.scalars(sa.select(Mail)).all()
    made = compose(session, mails, LETTERHEAD, at=SIX)
    assert [type(content) for content in made.values()] == [NotNeededError]


@pytest.mark.sqlite_only
def test_what_waits_for_somebody_who_leaves_is_taken_back(session):
    place, other = MembershipFactory(), MembershipFactory()
    for each in (place, other):
        to(each)
    close_last_week(session, place)
    place.ended_at = NOON
    event = PersonLeft(place.authority_id, place.school_id, place.person_id)
    for _ in range(2):
        mailing.follow_leaver(session, event, NOON)
    assert told(session) == [other.person_id]
