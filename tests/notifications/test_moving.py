"""What lies with somebody follows when owners, people and heads change."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from categories.events import OwnersChanged
from categories.models import Part
from categories.owning.owners import assign
from directory.events import HeadChanged, PeopleMerged, PersonLeft
from directory.models import Role
from foundation import outbox
from foundation.db import Database
from notifications.following.figures import figures
from notifications.following.lines import Choice, list_lines
from notifications.models import Delivery, DeliveryMove
from notifications.models_mail import Mail
from notifications.moving import items as moving
from notifications.reading.counting import counts
from notifications.reading.filters import Chosen, Show
from notifications.reading.inbox import Reader, readable
from notifications.reading.listing import inbox_page
from portal.wiring import HANDLERS
from tests.factories.base import NOON
from tests.factories.categories import CategoryFactory, CoverFactory, OwnerFactory
from tests.factories.directory import HeadFactory, MembershipFactory, SchoolFactory
from tests.factories.notifications import DeliveryFactory, NoticeFactory

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def head(session):
    return HeadFactory(person__name="Priya Head")


@pytest.fixture
def ann(session, head):
    return MembershipFactory(school=head.school, person__name="Ann Example")


@pytest.fixture
def bob(session, head):
    return MembershipFactory(school=head.school, person__name="Bob Example")


@pytest.fixture
def category(session):
    return CategoryFactory(heading="Admissions")


def own(place, category, **facts):
    return OwnerFactory(school=place.school, category=category, person=place.person, **facts)


def item(place, category, **facts):
    return DeliveryFactory.to(place, category_id=category.id if category else None, **facts)


def owners_changed(session, place, *categories):
    session.flush()
    event = OwnersChanged(place.authority_id, place.school_id, [one.id for one in categories])
    for _ in range(2):  # handlers may run twice
        moving.follow_owners(session, event, LATER)


def left(session, place, to=None):
    place.ended_at = NOON
    session.flush()
    event = PersonLeft(
        place.authority_id, place.school_id, place.person_id, to_id=to.person_id if to else None
    )
    for _ in range(2):
        moving.follow_leaver(session, event, LATER)


def lies_with(session, delivery):
    session.refresh(delivery)
    return delivery.person_id, delivery.state.value, delivery.reason.value


def moves(session):
    rows = session.scalars(sa.select(DeliveryMove).order_by(DeliveryMove.id))
    return [(row.delivery_id, row.from_person_id, row.to_person_id, row.why) for row in rows]


def mails(session):
    return session.scalars(sa.select(Mail).order_by(Mail.id)).all()


@pytest.mark.parametrize(
    ("state", "moved"), [("unread", True), ("read", False), ("done", False), ("closed", False)]
)
def test_only_what_is_unread_follows_a_new_owner(session, ann, bob, category, state, moved):
    delivery = item(ann, category, state=state)
    own(bob, category)
    owners_changed(session, ann, category)
    who = bob if moved else ann
    assert lies_with(session, delivery) == (who.person_id, state, "owner")
    why = "Bob Example owns Admissions now."
    history = [(delivery.id, ann.person_id, bob.person_id, why)] if moved else []
    assert moves(session) == history
    told = [(mail.address, mail.subject) for mail in mails(session)]
    subject = "1 item came to you from Ann Example"
    assert told == ([(bob.person.email, subject)] if moved else [])


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("named", "reason", "why"),
    [
        ("cover", "cover", "Bob Example stands in for Admissions now."),
        ("deputy", "deputy", "Admissions goes to Bob Example now."),
        ("nobody", "head", "Nobody is set for Admissions now, so it comes to the headteacher."),
    ],
)
def test_the_history_says_as_what_somebody_gets_it(
    session, head, ann, bob, category, named, reason, why
):
    delivery = item(ann, category)
    if named == "cover":
        values = {"starts_on": NOON.date(), "ends_on": NOON.date()}
        CoverFactory(school_id=bob.school_id, category_id=category.id, person=bob.person, **values)
    elif named == "deputy":
        own(bob, category, part=Part.DEPUTY)
    owners_changed(session, ann, category)
    to = head if named == "nobody" else bob
    assert lies_with(session, delivery) == (to.person_id, "unread", reason)
    assert moves(session)[0][3] == why


@pytest.mark.sqlite_only
def test_whoever_still_gets_it_keeps_it(session, ann, bob, category):
    own(ann, category)
    own(bob, category, part=Part.SHARES)
    notice = NoticeFactory()
    lead, shared = item(ann, category, notice=notice), item(bob, category, notice=notice)
    elsewhere = item(MembershipFactory(person=ann.person), category)
    owners_changed(session, ann, category)
    assert moves(session) == []
    assert [lies_with(session, one)[0] for one in (lead, shared, elsewhere)] == [
        ann.person_id,
        bob.person_id,
        ann.person_id,
    ]


def test_what_the_new_owner_has_already_is_closed_and_comes_back(session, ann, bob, category):
    other = CategoryFactory()
    notice = NoticeFactory()
    taken, kept = item(ann, category, notice=notice), item(bob, other, notice=notice)
    first = own(bob, category)
    own(bob, other)
    owners_changed(session, ann, category)
    assert lies_with(session, taken) == (ann.person_id, "closed", "owner")
    assert moves(session)[0][3].endswith("Whoever gets it now had it already.")
    reader = Reader(ann.authority_id, ann.school_id, ann.person_id, is_head=False)
    assert session.scalars(sa.select(Delivery.id).where(readable(reader))).all() == []
    assert counts(session, reader, today=NOON.date()).waiting == 0
    done = inbox_page(session, reader, Chosen(show=Show.DONE), 1, today=NOON.date())
    assert done.rows == []
    # the first owner gets everything again: their own row opens, the other closes
    first.ended_at = NOON
    session.flush()
    own(ann, category)
    own(ann, other, part=Part.ALSO)
    MembershipFactory(person=bob.person)  # elsewhere
    left(session, bob)
    assert lies_with(session, taken)[:2] == (ann.person_id, "closed")
    assert lies_with(session, kept)[0] != bob.person_id


@pytest.mark.sqlite_only
def test_what_was_taken_away_and_comes_back_opens_again(session, ann, bob, category):
    notice = NoticeFactory()
    taken = item(ann, category, notice=notice)
    kept = item(bob, category, notice=notice, reason="also")
    first = own(bob, category)
    owners_changed(session, ann, category)
    assert lies_with(session, taken)[1] == "closed"
    first.ended_at = NOON
    own(ann, category)
    owners_changed(session, ann, category)
    assert lies_with(session, taken)[:2] == (ann.person_id, "unread")
    assert lies_with(session, kept)[:2] == (bob.person_id, "closed")


@pytest.mark.sqlite_only
def test_two_people_may_change_places(session, ann, bob, category):
    other, notice = CategoryFactory(), NoticeFactory()
    mine, theirs = item(ann, category, notice=notice), item(bob, other, notice=notice)
    own(bob, category)
    own(ann, other)
    owners_changed(session, ann, category, other)
    assert lies_with(session, mine)[:2] == (bob.person_id, "unread")
    assert lies_with(session, theirs)[:2] == (ann.person_id, "unread")


def test_everything_open_of_a_leaver_goes_to_whom_they_named(session, head, ann, bob, category):
    unread, read = item(ann, category), item(ann, None, state="read", reason="head")
    done = item(ann, category, state="done")
    left(session, ann, to=bob)
    assert lies_with(session, unread)[:2] == (bob.person_id, "unread")
    assert lies_with(session, read)[:2] == (bob.person_id, "read")
    assert lies_with(session, done)[:2] == (ann.person_id, "done")
    assert {why for *_, why in moves(session)} == {"Ann Example left the school."}
    assert [mail.subject for mail in mails(session)] == ["2 items came to you from Ann Example"]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("named", ["nobody", "somebody elsewhere"])
def test_without_a_successor_it_goes_where_the_category_leads(
    session, head, ann, bob, category, named
):
    owned, unowned = item(ann, category, state="read"), item(ann, CategoryFactory())
    own(bob, category)
    left(session, ann, to=None if named == "nobody" else MembershipFactory())
    assert lies_with(session, owned) == (bob.person_id, "read", "owner")
    assert lies_with(session, unowned) == (head.person_id, "unread", "head")


@pytest.mark.sqlite_only
def test_who_is_there_again_keeps_everything(session, ann, bob, category):
    delivery = item(ann, category)
    MembershipFactory(school=ann.school, person=ann.person, role=Role.GOVERNOR)
    left(session, ann, to=bob)
    assert lies_with(session, delivery)[0] == ann.person_id


@pytest.mark.sqlite_only
def test_with_nobody_left_it_reaches_the_schools_own_mailbox(session, category):
    alone = HeadFactory()
    first, second = item(alone, category), item(alone, None)
    left(session, alone)
    assert lies_with(session, first) == (None, "unread", "office")
    assert lies_with(session, second) == (None, "unread", "office")
    assert [mail.address for mail in mails(session)] == [alone.school.email]


def test_what_came_to_the_head_as_head_goes_to_the_new_one(session, head, ann, bob, category):
    as_head, as_owner = item(head, category, reason="head"), item(head, category, reason="owner")
    office = item(ann, category, reason="office")
    office.person_id = None
    HeadFactory(school=head.school, person=bob.person)
    session.flush()
    event = HeadChanged(head.authority_id, head.school_id, bob.person_id)
    for _ in range(2):
        moving.follow_head(session, event, LATER)
    assert lies_with(session, as_head) == (bob.person_id, "unread", "head")
    assert lies_with(session, office) == (bob.person_id, "unread", "head")
    assert lies_with(session, as_owner)[0] == head.person_id


def test_everything_of_a_duplicate_goes_to_the_person(session, ann, bob, category):
    here, done = item(ann, category), item(ann, category, state="done")
    there = item(MembershipFactory(person=ann.person), category, state="read")
    notice = NoticeFactory()
    both = item(ann, category, notice=notice)
    item(bob, CategoryFactory(), notice=notice)
    session.flush()
    event = PeopleMerged(ann.authority_id, ann.person_id, bob.person_id)
    for _ in range(2):
        moving.follow_merge(session, event, LATER)
    for delivery, state in ((here, "unread"), (done, "done"), (there, "read")):
        assert lies_with(session, delivery)[:2] == (bob.person_id, state)
    assert lies_with(session, both)[1] == "closed"
    assert mails(session) == []


@pytest.mark.sqlite_only
def test_mail_that_waits_goes_to_the_new_reader(session, ann, bob, category):
    bob.mailbox = "office@school.example"
    own(bob, category)
    notice, other = NoticeFactory(), CategoryFactory()
    moved, closed = item(ann, category), item(ann, category, notice=notice)
    item(bob, other, notice=notice)
    sent = item(ann, category)
    for delivery, state in ((moved, "queued"), (closed, "queued"), (sent, "sent")):
        session.add(
            Mail(
                authority_id=ann.authority_id,
                delivery_id=delivery.id,
                address=ann.person.email,
                state=state,
                created_at=NOON,
                send_after=NOON,
            )
        )
    owners_changed(session, ann, category)
    found = {mail.delivery_id: mail.address for mail in mails(session)}
    assert found[moved.id] == "office@school.example"
    assert closed.id not in found
    assert found[sent.id] == ann.person.email
    assert found[None] == "office@school.example"


def test_the_relay_moves_what_an_act_left(database: Database, session, ann, bob, category):
    own(ann, category)
    delivery = item(ann, category)
    assign(
        session,
        school_id=ann.school_id,
        category_id=category.id,
        person_id=bob.person_id,
        by=None,
        at=NOON,
    )
    session.commit()
    outbox.relay(database, HANDLERS, at=LATER)
    with database.session(authority=ann.authority_id, writes=False) as fresh:
        assert fresh.get_one(Delivery, delivery.id).person_id == bob.person_id


@pytest.mark.sqlite_only
def test_the_item_says_where_it_came_from(session, client, sign_in, ann, bob, category):
    delivery_id = item(ann, category).id
    left(session, ann, to=bob)
    session.commit()
    sign_in(client, bob)
    page = " ".join(client.get(f"/inbox/{delivery_id}").text.split())
    assert "It came to you from Ann Example on" in page
    assert "Ann Example left the school." in page


@pytest.mark.sqlite_only
def test_a_school_where_all_is_closed_counts_as_closed(session, ann, bob):
    notice = NoticeFactory()
    school = SchoolFactory()
    item(ann, None, notice=notice, state="closed")
    item(bob, None, notice=notice, state="unread")
    item(MembershipFactory(school=school), None, notice=notice, state="closed")
    item(MembershipFactory(), None, notice=notice, state="read")
    found = figures(session, ann.authority_id, notice.id)
    assert (found.schools, found.read, found.unread, found.closed) == (3, 1, 1, 1)
    lines, total = list_lines(session, ann.authority_id, notice.id, Choice(show="closed"))
    assert total == len(lines) == 1  # where a colleague still has it, the school is not closed
    assert list_lines(session, ann.authority_id, notice.id, Choice(show="read"))[1] == 1


def test_hundreds_of_items_cost_as_many_statements_as_few(session, ann, bob, category, statements):
    own(bob, category)
    counted = []
    for many in (2, 60):
        for _ in range(many):
            item(ann, category)
        session.flush()
        statements.clear()
        event = OwnersChanged(ann.authority_id, ann.school_id, [category.id])
        moving.follow_owners(session, event, LATER)
        counted.append(len(statements))
    assert counted[1] <= counted[0] + 1
