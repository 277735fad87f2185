"""The order of an inbox, its headings, its counts, its filters, and where an item stands in it."""

from collections import Counter
from datetime import date, timedelta

import pytest

from notifications.models import Attention
from notifications.reading import counting, listing
from notifications.reading.around import around
from notifications.reading.filters import Chosen, Due, Period, Show
from notifications.reading.inbox import reader_of
from notifications.reading.listing import Section
from notifications.views.rows import groups
from tests.factories.base import NOON
from tests.factories.directory import MembershipFactory
from tests.factories.notifications import (
    DeliveryFactory,
    NoticeAttachmentFactory,
    NoticeFactory,
)

TODAY = date(2026, 11, 30)
URGENT, ACTION, INFORMATION = Attention


def day(days):
    return None if days is None else TODAY + timedelta(days=days)


ROWS = (
    # title, attention, due in days, section: in the order in which they are to stand
    ("late and urgent", URGENT, -1, Section.OVERDUE),
    ("very late", ACTION, -9, Section.OVERDUE),
    ("late", ACTION, -1, Section.OVERDUE),
    ("late to read", INFORMATION, -1, Section.OVERDUE),
    ("urgent without a day", URGENT, None, Section.TODAY),
    ("today", ACTION, 0, Section.TODAY),
    ("tomorrow", ACTION, 1, Section.WEEK),
    ("in a week", ACTION, 7, Section.WEEK),
    ("urgent later", URGENT, 30, Section.LATER),
    ("in eight days", ACTION, 8, Section.LATER),
    ("to do some day", ACTION, None, Section.NO_DATE),
    ("to read", INFORMATION, None, Section.NO_DATE),
    ("stopped", INFORMATION, -20, Section.NO_DATE),
)


@pytest.fixture
def place(session):
    return MembershipFactory()


def fill(place):
    """Deliver every row, the last first, so that nothing stands right by chance."""
    made = {}
    for number, (title, attention, due, _) in reversed(list(enumerate(ROWS))):
        made[title] = DeliveryFactory.to(
            place,
            notice__title=title,
            notice__attention=attention,
            notice__due_on=day(due),
            notice__stopped=title == "stopped",
            delivered_at=NOON - timedelta(minutes=number),
        )
    return made


def shown(session, place, **chosen):
    page = listing.inbox_page(session, reader_of(place), Chosen(**chosen), 1, today=TODAY)
    return [row.title for row in page.rows]


def counted(found):
    return (found.waiting, found.unread, found.overdue, found.today, found.snoozed)


def test_what_is_overdue_comes_first_and_what_is_urgent_on_top_of_each_group(session, place):
    fill(place)
    session.flush()
    reader = reader_of(place)
    page = listing.inbox_page(session, reader, Chosen(), 1, today=TODAY)
    assert [(row.title, row.section) for row in page.rows] == [(row[0], row[3]) for row in ROWS]
    found = counting.counts(session, reader, today=TODAY)
    sections = found.sections[Show.WAITING]
    assert [(group.heading, group.total) for group in groups(page, sections, TODAY)] == [
        ("Overdue", 4),
        ("Today", 2),
        ("This week", 2),
        ("Later", 2),
        ("No date", 3),
    ]
    assert counted(found) == (13, 13, 4, 2, 0)


def test_filters_and_parts_show_what_they_say(session, place):
    made = fill(place)
    made["late"].state, made["today"].state = "read", "done"
    made["very late"].snoozed_until = day(1)
    made["tomorrow"].snoozed_until = TODAY  # it is back
    made["to read"].category_id += 1
    made["to read"].notice.sender = "Health"
    NoticeAttachmentFactory(notice_id=made["in a week"].notice_id)
    made["urgent later"].delivered_at = NOON - timedelta(days=300)
    session.flush()
    assert shown(session, place, show=Show.DONE) == ["today"]
    assert shown(session, place, show=Show.SNOOZED) == ["very late"]
    assert "late" not in shown(session, place, show=Show.UNREAD)
    assert shown(session, place, attention=URGENT, due=Due.OVERDUE) == ["late and urgent"]
    assert shown(session, place, due=Due.OVERDUE) == ["late and urgent", "late", "late to read"]
    assert shown(session, place, due=Due.TODAY) == ["urgent without a day"]
    assert shown(session, place, due=Due.WEEK) == ["urgent without a day", "tomorrow", "in a week"]
    assert shown(session, place, due=Due.LATER) == ["urgent later", "in eight days"]
    assert shown(session, place, due=Due.NONE) == ["to do some day", "to read", "stopped"]
    assert shown(session, place, files=True) == ["in a week"]
    assert shown(session, place, sender="Health") == ["to read"]
    assert shown(session, place, category_id=made["to read"].category_id) == ["to read"]
    assert "urgent later" in shown(session, place, period=Period.YEAR)
    assert "urgent later" not in shown(session, place, period=Period.MONTH, due=Due.LATER)
    found = counting.counts(session, reader_of(place), today=TODAY)
    assert counted(found) == (11, 10, 3, 1, 1)
    for chosen in (Chosen(due=Due.WEEK), Chosen(show=Show.UNREAD, attention=URGENT)):
        page = listing.inbox_page(session, reader_of(place), chosen, 1, today=TODAY)
        known = counting.sections_of(session, reader_of(place), chosen, found, today=TODAY)
        assert known == Counter(row.section for row in page.rows)


def test_one_can_work_through_a_list_from_item_to_item(session, place):
    made = fill(place)
    session.flush()
    reader, titles = reader_of(place), [row[0] for row in ROWS]
    for number, title in enumerate(titles):
        found = around(session, reader, Chosen(), made[title], today=TODAY)
        assert (found.before.title if found.before else None) == ([None, *titles][number])
        assert (found.next.title if found.next else None) == ([*titles, None][number + 1])
        assert (found.place, found.total) == (number + 1, len(titles))


@pytest.mark.sqlite_only
def test_an_item_stands_where_it_would_when_it_has_left_its_part(session, place):
    made = fill(place)
    made["today"].state = "read"
    session.flush()
    chosen = Chosen(show=Show.UNREAD, attention=ACTION)
    found = around(session, reader_of(place), chosen, made["today"], today=TODAY)
    assert (found.before.title, found.next.title) == ("late", "tomorrow")
    assert (found.place, found.total) == (3, 7)


@pytest.mark.sqlite_only
def test_headings_are_right_across_pages(session, place):
    for number in range(60):
        due = day(-1) if number < 10 else day(3) if number < 50 else None
        DeliveryFactory.to(place, notice__due_on=due, notice__attention=ACTION)
    session.flush()
    reader = reader_of(place)
    found = []
    for number in (1, 2, 3):
        page = listing.inbox_page(session, reader, Chosen(), number, today=TODAY)
        counts = counting.counts(session, reader, today=TODAY)
        sections = counting.sections_of(session, reader, Chosen(), counts, today=TODAY)
        found.append(
            [
                (group.heading, group.total, group.continued, len(group.rows))
                for group in groups(page, sections, TODAY)
            ]
        )
    assert found == [
        [("Overdue", 10, False, 10), ("This week", 40, False, 15)],
        [("This week", 40, True, 25)],
        [("No date", 10, False, 10)],
    ]


@pytest.mark.sqlite_only
def test_a_reader_of_one_school_sees_nothing_of_another(session, place):
    second = MembershipFactory(person=place.person)
    notice = NoticeFactory(title="there")
    DeliveryFactory.to(second, notice=notice)
    session.flush()
    assert shown(session, place) == []
    assert shown(session, second) == ["there"]
