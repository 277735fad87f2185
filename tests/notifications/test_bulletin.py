from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from directory.key_dates import DateKind, key_dates
from directory.models import Role
from notifications.bulletin.composing import contents, counts
from notifications.bulletin.pieces import Narrowed
from notifications.bulletin.week import Week, week_at, week_of
from notifications.models import Attention, DeliveryState
from notifications.models_reading import Printout
from notifications.reading.inbox import reader_of
from tests.factories.base import NOON
from tests.factories.calendar import BusyDateFactory, TermDatesFactory, load_lancashire
from tests.factories.categories import CategoryFactory
from tests.factories.directory import (
    HeadFactory,
    MembershipFactory,
    OrganisationFactory,
    SchoolFactory,
)
from tests.factories.notifications import DeliveryFactory, NoticeAttachmentFactory

MONDAY = date(2026, 11, 16)
WEEK = Week(MONDAY)
IN_WEEK = datetime(2026, 11, 18, 9, tzinfo=UTC)


def bulletin_of(session, place, week=WEEK, **more):
    today = more.pop("today", week.next.monday)
    return contents(session, reader_of(place), week, today=today, **more)


@pytest.mark.parametrize(
    ("moment", "monday"),
    [
        (datetime(2026, 11, 16, 0, 0, tzinfo=UTC), MONDAY),
        (datetime(2026, 11, 22, 23, 59, tzinfo=UTC), MONDAY),
        (datetime(2026, 11, 15, 23, 59, tzinfo=UTC), date(2026, 11, 9)),
        # summer time: it is Monday in England an hour before it is in UTC
        (datetime(2026, 7, 5, 23, 30, tzinfo=UTC), date(2026, 7, 6)),
    ],
)
def test_a_week_begins_on_monday_by_clocks_in_england(moment, monday):
    assert week_at(moment).monday == monday


@pytest.mark.parametrize(
    ("monday", "words"),
    [
        (date(2026, 11, 16), "16 to 22 November 2026"),
        (date(2026, 11, 30), "30 November to 6 December 2026"),
        (date(2026, 12, 28), "28 December 2026 to 3 January 2027"),
    ],
)
def test_a_week_is_named_by_its_days(monday, words):
    assert str(week_of(monday + timedelta(days=3))) == words


def test_the_week_when_clocks_change_has_an_hour_more_or_less():
    lengths = [
        Week(day).ends_at.astimezone(UTC) - Week(day).starts_at.astimezone(UTC)
        for day in (date(2026, 3, 23), date(2026, 10, 19))
    ]
    assert lengths == [timedelta(days=7, hours=-1), timedelta(days=7, hours=1)]


@pytest.mark.sqlite_only
def test_items_stand_in_the_order_of_groups_each_notice_once_with_files_and_what_became_of_it(
    session,
):
    head = HeadFactory()
    teacher = MembershipFactory(school=head.school, person__name="Ann Example")
    first = CategoryFactory(group_heading="Buildings")
    second = CategoryFactory(group_heading="Arrivals")
    facts = {"delivered_at": IN_WEEK}
    own = DeliveryFactory.to(head, category_id=first.id, notice__title="Roof", **facts)
    DeliveryFactory.to(teacher, notice=own.notice, category_id=second.id, **facts)
    gone = DeliveryFactory.to(
        teacher, category_id=second.id, notice__title="Bus", notice__withdrawn_at=NOON, **facts
    )
    NoticeAttachmentFactory(notice_id=own.notice_id, name="roof.pdf")
    NoticeAttachmentFactory(notice_id=own.notice_id, name="old.pdf", replaced_at=NOON)
    found = bulletin_of(session, head)
    assert [group.heading for group in found.groups] == ["Arrivals", "Buildings"]
    bus, roof = found.pieces
    assert (bus.delivery_id, bus.mark) == (gone.id, "Withdrawn on 23 November 2026.")
    assert (roof.delivery_id, roof.unread, roof.people) == (
        own.id,
        True,
        ("Ann Example", head.person.name),
    )
    assert [file.name for file in roof.files] == ["roof.pdf"]
    assert bulletin_of(session, teacher).pieces[0].people == ()


@pytest.mark.parametrize(("days", "is_listed"), [(-1, False), (0, True), (6, True), (7, False)])
@pytest.mark.sqlite_only
def test_a_week_lists_what_was_delivered_in_it(session, days, is_listed):
    place = MembershipFactory()
    DeliveryFactory.to(place, delivered_at=WEEK.starts_at + timedelta(days=days))
    assert bool(bulletin_of(session, place).pieces) is is_listed
    assert counts(session, reader_of(place), [WEEK]) == {WEEK: int(is_listed)}


def test_dates_are_those_of_the_three_weeks_after_and_of_what_is_still_to_do(session):
    place = MembershipFactory()
    facts = {"delivered_at": NOON - timedelta(days=40), "notice__attention": Attention.ACTION}
    for title, on, more in (
        ("first", date(2026, 11, 23), {}),
        ("last", date(2026, 12, 13), {}),
        ("too late", date(2026, 12, 14), {}),
        ("before", date(2026, 11, 22), {}),
        ("done", date(2026, 12, 1), {"state": DeliveryState.DONE}),
        ("stopped", date(2026, 12, 1), {"notice__stopped": True}),
        ("withdrawn", date(2026, 12, 1), {"notice__withdrawn_at": NOON}),
    ):
        DeliveryFactory.to(place, notice__title=title, notice__due_on=on, **facts, **more)
    TermDatesFactory()
    TermDatesFactory(term="Spring 1", starts_on=date(2027, 1, 4), ends_on=date(2027, 2, 12))
    BusyDateFactory(what="Mock tests", starts_on=date(2026, 12, 7), ends_on=date(2026, 12, 8))
    BusyDateFactory(
        what="A levels",
        starts_on=date(2026, 12, 9),
        phases=["sixteen_plus"],
        ends_on=date(2026, 12, 9),
    )
    found = bulletin_of(session, place)
    assert [each.title for each in found.due] == ["first", "last"]
    assert [each.what for each in found.key_dates] == ["Mock tests"]
    so_far = bulletin_of(session, place, today=date(2026, 11, 18))
    assert [each.title for each in so_far.due] == ["before", "first", "last"]


@pytest.mark.sqlite_only
def test_a_school_has_its_own_holidays_before_its_trusts_before_the_authoritys(session):
    load_lancashire()
    trust = OrganisationFactory()
    ours, theirs = SchoolFactory(trust_id=trust.id), SchoolFactory(trust_id=trust.id)
    for place, last in (({"trust_id": trust.id}, 16), ({"school_id": ours.id}, 11)):
        TermDatesFactory(**place, ends_on=date(2026, 12, last), days_off=["2026-12-01"])
        TermDatesFactory(
            **place, term="Spring 1", starts_on=date(2027, 1, 4), ends_on=date(2027, 2, 12)
        )
    span = (date(2026, 12, 1), date(2026, 12, 31))

    def holidays(school):
        found = key_dates(session, school.authority_id, school.id, *span)
        return [(each.kind, each.starts_on.day) for each in found if each.kind != DateKind.BUSY]

    assert holidays(ours) == [(DateKind.DAY_OFF, 1), (DateKind.HOLIDAY, 12)]
    assert holidays(theirs) == [(DateKind.DAY_OFF, 1), (DateKind.HOLIDAY, 17)]
    assert (DateKind.HOLIDAY, 19) in holidays(SchoolFactory())


@pytest.mark.sqlite_only
def test_a_head_narrows_the_bulletin_to_a_person_or_to_a_role_and_nobody_else_does(
    client, session, sign_in
):
    head = HeadFactory()
    governor = MembershipFactory(school=head.school, role=Role.GOVERNOR)
    teacher = MembershipFactory(school=head.school)
    for place in (governor, teacher):
        DeliveryFactory.to(place, delivered_at=IN_WEEK, notice__title=f"For {place.role.value}")
    found = bulletin_of(session, head, narrowed=Narrowed(role=Role.GOVERNOR))
    assert [piece.title for piece in found.pieces] == ["For governor"]
    week = Week(date(2026, 11, 9))
    DeliveryFactory.to(teacher, delivered_at=week.starts_at, notice__title="To the teacher")
    session.commit()
    sign_in(client, head)
    for who, is_shown in (
        ("", True),
        (str(teacher.person_id), True),
        ("governor", False),
        ("me", False),
        ("nonsense", True),
        ("9" * 40, True),
    ):
        text = client.get(f"/bulletin/2026-11-09?who={who}").text
        assert ("To the teacher" in text) is is_shown, who
    sign_in(client, governor)
    assert "To the teacher" not in client.get(f"/bulletin/2026-11-09?who={teacher.person_id}").text


@pytest.mark.sqlite_only
def test_any_day_leads_to_its_week_and_what_is_no_week_is_not_found(client, session, sign_in):
    place = MembershipFactory()
    session.commit()
    sign_in(client, place)
    assert client.get("/bulletin/2026-11-11").location == "/bulletin/2026-11-09"
    assert client.get("/bulletin/2099-01-01").location == "/bulletin"
    for strange in ("2026-13-01", "week", "1000-01-01", "20261109"):
        assert client.get(f"/bulletin/{strange}").status_code == 404
    empty = client.get("/bulletin/2026-11-09").text
    assert "Nothing was sent for information in that week." in empty
    assert "Print as PDF" not in empty
    assert client.post("/bulletin/2026-11-09/print").status_code == 409


@pytest.mark.sqlite_only
def test_a_week_that_is_over_is_printed_once_and_anew_when_it_shows_something_else(
    client, session, sign_in
):
    place = MembershipFactory()
    item = DeliveryFactory.to(place, delivered_at=datetime(2026, 11, 10, 9, tzinfo=UTC))
    session.commit()
    sign_in(client, place)
    for _ in range(2):
        assert client.post("/bulletin/2026-11-09/print").location == "/bulletin/2026-11-09/print"
    assert session.scalar(sa.select(sa.func.count(Printout.id))) == 1
    assert "The PDF is being made" in client.get("/bulletin/2026-11-09/print").text
    item.notice.title = "Another title"
    session.commit()
    assert "has changed since" in client.get("/bulletin/2026-11-09/print").text
    now = week_at(datetime.now(UTC)).monday
    assert client.post(f"/bulletin/{now}/print").status_code == 404
