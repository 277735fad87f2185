"""Whatever shows a reader's items shows exactly what ``readable`` allows: no more, and no less."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, date, datetime

import icalendar
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership, Role, School
from notifications.bulletin.closing import close
from notifications.bulletin.composing import contents
from notifications.bulletin.letter import letters
from notifications.bulletin.mailing import write_mails
from notifications.bulletin.printing import ask_for, bulletin_paper
from notifications.bulletin.week import Week
from notifications.feeds import atom
from notifications.feeds.calendar_file import calendar_file
from notifications.feeds.due import due_items
from notifications.models import Attention, Delivery, DeliveryState
from notifications.models_reaching import BulletinMail
from notifications.reading.inbox import readable, reader_of
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory, MembershipFactory, SchoolFactory
from tests.factories.notifications import DeliveryFactory, DeliveryMoveFactory

WEEK = Week(date(2026, 11, 16))
IN_WEEK = datetime(2026, 11, 18, 9, tzinfo=UTC)
ADDRESS = "https://portal.example"
PEOPLE = ("head", "teacher", "governor", "other_teacher", "other_head", "two_places")
Cast = dict[str, Membership]


@pytest.fixture
def cast(session: Session) -> Cast:
    """Two schools; a deputy, say, who works at both; everybody has items of their own."""
    here, there = SchoolFactory(name="Hillside"), SchoolFactory(name="Valley")
    made = {
        "head": HeadFactory(school=here),
        "teacher": MembershipFactory(school=here),
        "governor": MembershipFactory(school=here, role=Role.GOVERNOR),
        "other_teacher": MembershipFactory(school=there),
        "other_head": HeadFactory(school=there),
        "two_places": MembershipFactory(school=here),
    }
    elsewhere = MembershipFactory(school=there, person=made["two_places"].person)
    for place in (*made.values(), elsewhere):
        DeliveryFactory.to(place, delivered_at=IN_WEEK, notice__due_on=date(2026, 11, 30))
    _taken(made["teacher"], made["governor"])
    _at_office(here)
    session.flush()
    return made


def _taken(giver: Membership, taker: Membership) -> None:
    """Let something go from one to the other, who had it already: it is closed under the first."""
    closed = DeliveryFactory.to(
        giver,
        delivered_at=IN_WEEK,
        state=DeliveryState.CLOSED,
        notice__due_on=date(2026, 12, 1),
    )
    DeliveryMoveFactory(
        delivery_id=closed.id,
        from_person_id=giver.person_id,
        to_person_id=taker.person_id,
    )


def _at_office(school: School) -> None:
    DeliveryFactory(
        school=school, person=None, delivered_at=IN_WEEK, notice__due_on=date(2026, 12, 2)
    )


def on_page(session: Session, place: Membership) -> set[str]:
    found = contents(session, reader_of(place), WEEK, today=WEEK.next.monday)
    return {piece.title for piece in found.pieces}


def on_paper(session: Session, place: Membership) -> set[str]:
    paper = bulletin_paper(session, ask_for(session, place, WEEK, at=NOON), ADDRESS)
    return set(re.findall("<h3>(.*?)</h3>", paper.html))


def in_mail(session: Session, place: Membership) -> set[str]:
    close(session, place.authority_id, WEEK, with_mail=True, at=NOON)
    write_mails(session, place.authority_id, at=NOON)
    mail_id = session.scalar(
        sa.select(BulletinMail.mail_id).where(BulletinMail.membership_id == place.id)
    )
    values = letters(session, [mail_id], address=ADDRESS)[mail_id].values
    return {piece.title for piece in (*values["unread"], *values["others"])}


def in_feed(session: Session, place: Membership) -> set[str]:
    entries = atom.entries(session, reader_of(place))
    feed = atom.feed(entries, address=ADDRESS, own="feed/1", title="Items", began=NOON)
    root = ET.fromstring(feed)  # noqa: S314 - our own
    return {
        entry.findtext(f"{{{atom.ATOM}}}title") or ""
        for entry in root.iter(f"{{{atom.ATOM}}}entry")
    }


def in_calendar(session: Session, place: Membership) -> set[str]:
    items = due_items(session, reader_of(place), at=NOON, today=NOON.date())
    written = calendar_file(items, (), address=ADDRESS, name="Dates", is_feed=True)
    events = icalendar.Calendar.from_ical(written).walk("VEVENT")
    return {str(event["SUMMARY"]).removeprefix("Due: ") for event in events}


@pytest.mark.sqlite_only
@pytest.mark.parametrize("shown", [on_page, on_paper, in_mail, in_feed, in_calendar])
def test_every_reader_is_shown_exactly_what_they_may_read(
    session: Session, cast: Cast, shown: Callable[[Session, Membership], set[str]]
) -> None:
    for who in PEOPLE:
        may = session.scalars(
            sa.select(Delivery).where(readable(reader_of(cast[who]))).order_by(Delivery.id)
        )
        assert shown(session, cast[who]) == {each.notice.title for each in may}, who


@pytest.mark.sqlite_only
def test_a_printout_is_handed_to_nobody_whose_own_bulletin_shows_anything_else(
    session: Session, cast: Cast
) -> None:
    asked = {ask_for(session, cast[who], WEEK, at=NOON).content_hash for who in PEOPLE}
    assert len(asked) == len(PEOPLE)


@pytest.mark.sqlite_only
def test_what_is_to_be_done_stands_in_no_bulletin(session: Session, cast: Cast) -> None:
    for attention in (Attention.ACTION, Attention.URGENT):
        DeliveryFactory.to(
            cast["teacher"],
            delivered_at=IN_WEEK,
            notice__attention=attention,
            notice__title=f"Not {attention}",
        )
    assert not {title for title in on_page(session, cast["teacher"]) if title.startswith("Not ")}
