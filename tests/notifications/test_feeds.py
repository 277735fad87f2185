import re
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import sqlalchemy as sa

from directory.events import PeopleMerged, PersonLeft
from directory.key_dates import DateKind, KeyDate
from directory.models import PersonState, Role, SchoolStatus
from foundation.audit import AuditEntry
from foundation.errors import NotFoundError
from notifications.feeds import addresses, atom
from notifications.feeds.calendar_file import calendar_file
from notifications.feeds.due import due_items
from notifications.models import DeliveryState
from notifications.models_reading import FeedKind, PrivateAddress
from notifications.reading.inbox import reader_of
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory, MembershipFactory, OfficerFactory, PersonFactory
from tests.factories.notifications import DeliveryFactory

ADDRESS = "https://portal.example"
TODAY = NOON.date()
ATOM = f"{{{atom.ATOM}}}"
pytestmark = pytest.mark.sqlite_only


def make(session, place, kind=FeedKind.ATOM, at=NOON):
    return addresses.make(session, place, kind, by=place.person_id, at=at)


def test_an_address_leads_to_whoever_made_it_and_only_its_hash_is_kept(session):
    head = HeadFactory()
    token = make(session, head)
    found = addresses.find(session, token, FeedKind.ATOM)
    assert found is not None
    assert found.reader == reader_of(head)
    assert len(token) == 43
    kept = session.execute(sa.select(PrivateAddress.__table__)).one()
    assert token not in repr(kept)
    assert addresses.find(session, token, FeedKind.CALENDAR) is None


def ended(session, place, _token):
    place.ended_at = NOON


def disabled(session, place, _token):
    place.person.state = PersonState.DISABLED


def school_closed(session, place, _token):
    place.school.status = SchoolStatus.CLOSED


def another_role(session, place, _token):
    place.role = Role.PANEL


def another_person(session, place, _token):
    place.person_id = PersonFactory().id


def revoked(session, place, _token):
    (row,) = session.scalars(sa.select(PrivateAddress))
    assert addresses.end(session, row.id, by=place.person, at=NOON) is FeedKind.ATOM


def made_anew(session, place, _token):
    make(session, place)


def left(session, place, _token):
    event = PersonLeft(place.authority_id, place.school_id, place.person_id)
    addresses.follow_leaver(session, event, NOON)


def merged(session, place, _token):
    event = PeopleMerged(place.authority_id, place.person_id, PersonFactory().id)
    addresses.follow_merge(session, event, NOON)


@pytest.mark.parametrize(
    "how",
    [
        ended,
        disabled,
        school_closed,
        another_role,
        another_person,
        revoked,
        made_anew,
        left,
        merged,
    ],
)
def test_an_address_ends_with_what_it_hangs_on(session, how):
    place = MembershipFactory()
    token = make(session, place)
    how(session, place, token)
    session.flush()
    assert addresses.find(session, token, FeedKind.ATOM) is None


def test_nothing_of_one_place_or_person_ends_anothers(session):
    place = MembershipFactory()
    second = MembershipFactory(person=place.person)
    kept = [make(session, second), make(session, MembershipFactory(school=place.school))]
    make(session, place)
    left(session, place, "")
    assert all(addresses.find(session, token, FeedKind.ATOM) for token in kept)


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "a" * 44, "ä" * 43, "a" * 5000, "%00"])
def test_what_is_no_address_leads_nowhere(session, token):
    make(session, MembershipFactory())
    assert addresses.find(session, token, FeedKind.ATOM) is None


def test_an_address_is_for_a_place_that_can_be_sent_something(session):
    for place in (OfficerFactory(), MembershipFactory(role=Role.PANEL)):
        with pytest.raises(NotFoundError):
            make(session, place)


def test_making_and_ending_are_on_the_audit_trail_by_ids_alone(session):
    place = MembershipFactory()
    revoked(session, place, make(session, place))
    entries = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.sequence)).all()
    assert [entry.action for entry in entries[-2:]] == [
        "private_address.made",
        "private_address.ended",
    ]
    assert entries[-1].detail == {"kind": "atom", "membership_id": place.id}


# The feed


def feed_of(session, place):
    entries = atom.entries(session, reader_of(place))
    return atom.feed(entries, address=ADDRESS, own="feed/1", title="Items", began=NOON)


def test_a_feed_tells_what_an_item_is_called_but_not_what_it_says(session):
    place = MembershipFactory()
    item = DeliveryFactory.to(
        place,
        notice__title='<b>"Ends" & begins\x00\x0b\ufffe</b>',
        notice__body="The secret text.",
        notice__due_on=date(2026, 12, 4),
        notice__sender="Finance & more",
    )
    content = feed_of(session, place)
    entry = ET.fromstring(content).find(f"{ATOM}entry")  # noqa: S314 - our own
    assert entry.findtext(f"{ATOM}title") == '<b>"Ends" & begins</b>'
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Finance & more"
    assert entry.find(f"{ATOM}link").get("href") == f"{ADDRESS}/inbox/{item.id}"
    assert "Due 4 December 2026." in entry.findtext(f"{ATOM}summary")
    assert b"secret text" not in content


def test_an_entry_keeps_its_id_and_says_when_it_changed(session):
    place = MembershipFactory()
    item = DeliveryFactory.to(place)

    def entry():
        found = ET.fromstring(feed_of(session, place)).find(f"{ATOM}entry")  # noqa: S314 - our own
        return [found.findtext(f"{ATOM}{name}") for name in ("id", "updated", "summary")]

    before = entry()
    assert entry() == before
    assert before[0] == f"tag:portal.example,2026-11-23:delivery/{item.id}"
    item.notice.withdrawn_at = NOON + timedelta(days=2)
    session.flush()
    after = entry()
    assert after[:2] == [before[0], "2026-11-25T12:00:00Z"]
    assert after[2].startswith("Withdrawn on 25 November 2026.")


def test_a_feed_has_a_hundred_entries_at_most_each_notice_once_the_newest_first(session):
    head = HeadFactory()
    teacher = MembershipFactory(school=head.school)
    for number in range(103):
        at = NOON - timedelta(hours=number)
        item = DeliveryFactory.to(teacher, delivered_at=at, notice__title=f"Item {number}")
        if not number:
            own = DeliveryFactory.to(head, delivered_at=at, notice=item.notice)
    entries = atom.entries(session, reader_of(head))
    assert [entry.title for entry in entries] == [f"Item {number}" for number in range(100)]
    assert entries[0].delivery_id == own.id


# The calendar


def events_of(session, place):
    items = due_items(session, reader_of(place), at=NOON, today=TODAY)
    written = calendar_file(items, (), address=ADDRESS, name="Hillside: dates", is_feed=True)
    return icalendar.Calendar.from_ical(written)


def due(place, on=date(2026, 12, 4), **more):
    return DeliveryFactory.to(place, notice__due_on=on, **more)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({}, "CONFIRMED"),
        ({"state": DeliveryState.READ}, "CONFIRMED"),
        ({"on": TODAY - timedelta(days=20)}, "CONFIRMED"),
        ({"state": DeliveryState.DONE, "done_at": NOON - timedelta(days=3)}, "CANCELLED"),
        ({"notice__withdrawn_at": NOON - timedelta(days=3)}, "CANCELLED"),
        ({"notice__replaced_at": NOON - timedelta(days=3)}, "CANCELLED"),
        ({"notice__stopped": True}, "CANCELLED"),
        ({"state": DeliveryState.CLOSED}, "CANCELLED"),
        ({"on": None}, None),
        ({"on": TODAY - timedelta(days=100)}, None),
        (
            {
                "on": TODAY - timedelta(days=60),
                "state": DeliveryState.DONE,
                "done_at": NOON - timedelta(days=40),
            },
            None,
        ),
    ],
)
def test_a_calendar_shows_what_is_due_and_takes_out_what_is_off(session, more, status):
    place = MembershipFactory()
    due(place, **more)
    events = events_of(session, place).walk("VEVENT")
    assert [event["STATUS"] for event in events] == ([status] if status else [])


def test_an_event_is_a_whole_day_with_one_name_for_ever_and_counts_its_changes(session):
    place = MembershipFactory()
    item = due(place, notice__title="Long; with, signs\\ and\nlines " + "ä" * 120)
    before = events_of(session, place)
    (event,) = before.walk("VEVENT")
    assert event.decoded("DTSTART") == date(2026, 12, 4)
    assert event.decoded("DTEND") == date(2026, 12, 5)
    assert str(event["SUMMARY"]) == "Due: Long; with, signs\\ and lines " + "ä" * 120
    assert str(before["X-WR-CALNAME"]) == "Hillside: dates"
    assert "VTIMEZONE" not in {part.name for part in before.walk()}
    assert all(len(line) <= 75 for line in before.to_ical().split(b"\r\n"))
    item.state, item.done_at = DeliveryState.DONE, NOON
    item.notice.amended_at = NOON + timedelta(hours=1)
    session.flush()
    (after,) = events_of(session, place).walk("VEVENT")
    assert after["UID"] == event["UID"] == f"due-{item.notice_id}-{place.school_id}@portal.example"
    assert after["SEQUENCE"] > event["SEQUENCE"]


def test_a_schools_task_is_open_for_its_head_until_everybody_has_done_it(session):
    head = HeadFactory()
    first = due(MembershipFactory(school=head.school), state=DeliveryState.DONE, done_at=NOON)
    second = DeliveryFactory.to(MembershipFactory(school=head.school), notice=first.notice)
    (event,) = events_of(session, head).walk("VEVENT")
    assert event["STATUS"] == "CONFIRMED"
    second.state, second.done_at = DeliveryState.DONE, NOON
    session.flush()
    (event,) = events_of(session, head).walk("VEVENT")
    assert event["STATUS"] == "CANCELLED"


def test_the_schools_own_dates_stand_in_it_with_their_last_day_included():
    dates = [
        KeyDate(date(2026, 12, 19), date(2027, 1, 4), "School holiday", DateKind.HOLIDAY),
        KeyDate(date(2027, 5, 10), date(2027, 5, 13), "Tests", DateKind.BUSY, approximate=True),
    ]
    written = calendar_file([], dates, address=ADDRESS, name="Dates", is_feed=True)
    assert written == calendar_file([], dates, address=ADDRESS, name="Dates", is_feed=True)
    holiday, tests = icalendar.Calendar.from_ical(written).walk("VEVENT")
    assert holiday.decoded("DTEND") == date(2027, 1, 5)
    assert (str(tests["SUMMARY"]), tests["STATUS"]) == ("Tests (date not final)", "TENTATIVE")


# The pages


def make_on_page(client, place, kind):
    page = client.post(f"/my/feeds/{kind}", data={"place": place.id})
    (address,) = re.findall(r'id="address"[^>]*value="http://[^/]+([^"]+)"', page.text)
    return address


@pytest.mark.parametrize("kind", ["atom", "calendar"])
def test_an_address_is_shown_once_and_gives_what_its_owner_sees_until_it_is_ended(
    client, app, session, sign_in, kind
):
    place = MembershipFactory()
    due(place, on=datetime.now(UTC).date() + timedelta(days=9), notice__title="Hall of Kestrels")
    DeliveryFactory.to(MembershipFactory(), notice__title="Somebody else’s")
    session.commit()
    sign_in(client, place)
    address = make_on_page(client, place, kind)
    listed = client.get("/my/feeds").text
    assert address not in listed
    assert "not used yet" in listed
    stranger = app.test_client()
    answer = stranger.get(address)
    assert "Hall of Kestrels" in answer.text
    assert "Somebody" not in answer.text
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    again = stranger.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "last used" in client.get("/my/feeds").text
    (row,) = session.scalars(sa.select(PrivateAddress))
    session.commit()
    assert client.post(f"/my/feeds/{row.id}/end").status_code == 302
    assert stranger.get(address).status_code == 404


def test_nobody_ends_somebody_elses_and_no_page_makes_one_for_another_place(
    client, session, sign_in
):
    place, other = MembershipFactory(), MembershipFactory()
    make(session, place)
    (row,) = session.scalars(sa.select(PrivateAddress))
    session.commit()
    sign_in(client, other)
    assert client.post(f"/my/feeds/{row.id}/end").status_code == 404
    assert client.post("/my/feeds/atom", data={"place": place.id}).status_code == 409
    assert client.post("/my/feeds/news", data={"place": other.id}).status_code == 404
    session.expire_all()
    assert session.scalars(sa.select(PrivateAddress.revoked_at)).all() == [None]


def test_a_client_that_asks_too_often_is_told_to_wait(client):
    answers = {client.get(f"/feeds/{'a' * 43}.atom").status_code for _ in range(61)}
    assert answers == {404, 429}


def test_one_due_date_can_be_put_into_a_calendar_by_whoever_may_read_the_item(
    client, session, sign_in
):
    place, other = MembershipFactory(), MembershipFactory()
    item, nothing = due(place), DeliveryFactory.to(place)
    session.commit()
    sign_in(client, place)
    answer = client.get(f"/inbox/{item.id}/due.ics")
    (event,) = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
    assert event.decoded("DTSTART") == date(2026, 12, 4)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="due-2026-12-04.ics"'
    assert client.get(f"/inbox/{nothing.id}/due.ics").status_code == 404
    sign_in(client, other)
    assert client.get(f"/inbox/{item.id}/due.ics").status_code == 404
