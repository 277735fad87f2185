from datetime import time, timedelta

import pytest
import sqlalchemy as sa

from categories.routing.reasons import Reason
from notifications.models import Attention, Delivery
from notifications.models_mail import Mail, Occasion
from notifications.models_reaching import DigestEntry, Rhythm
from notifications.moving.handing_on import Step, items
from notifications.moving.moved_mail import tell
from notifications.reaching.notifying import notify
from tests.factories.base import NOON
from tests.factories.directory import MembershipFactory, SchoolFactory
from tests.factories.notifications import DeliveryFactory, NoticeFactory
from tests.factories.reaching import ReachChoiceFactory

MORNING = NOON + timedelta(hours=19, minutes=30)
QUIET = {"rhythm": Rhythm.EACH, "quiet_from": time(11), "quiet_to": time(15)}
NEW = {"occasion": Occasion.ITEM, "at": NOON}


def mails(session) -> list[Mail]:
    return list(session.scalars(sa.select(Mail).order_by(Mail.id)))


def entries(session) -> list[DigestEntry]:
    return list(session.scalars(sa.select(DigestEntry).order_by(DigestEntry.id)))


@pytest.fixture
def delivered(session):
    """A delivery to somebody who made such a choice, or none."""

    def delivered(**choice) -> Delivery:
        delivery = DeliveryFactory.to(MembershipFactory())
        if choice:
            ReachChoiceFactory(person_id=delivery.person_id, **choice)
        return delivery

    return delivered


CASES = [
    ({}, Occasion.ITEM, False, NOON, None),
    (QUIET, Occasion.ITEM, False, NOON + timedelta(hours=3), None),
    (QUIET, Occasion.ITEM, True, NOON, None),
    (QUIET, Occasion.REMINDER, False, NOON + timedelta(hours=3), None),
    ({"rhythm": Rhythm.DAILY}, Occasion.ITEM, False, None, MORNING),
    ({"rhythm": Rhythm.DAILY}, Occasion.CHANGED, False, None, MORNING),
    ({"rhythm": Rhythm.DAILY}, Occasion.FORWARDED, False, None, MORNING),
    ({"rhythm": Rhythm.DAILY}, Occasion.ITEM, True, NOON, None),
    ({"rhythm": Rhythm.DAILY}, Occasion.REMINDER, False, NOON, None),
    ({"rhythm": Rhythm.WEEKLY}, Occasion.ITEM, False, None, MORNING + timedelta(days=6)),
    ({"rhythm": Rhythm.EACH, "bulletin": False}, Occasion.ITEM, False, NOON, None),
]


def test_each_is_told_as_they_chose(session, authority_id, delivered):
    for choice, occasion, urgent, mail_at, digest_at in CASES:
        delivery = delivered(**choice)
        notify(
            session, authority_id, [delivery.id], occasion=occasion, round=1, at=NOON, urgent=urgent
        )
        of_it = [mail for mail in mails(session) if mail.delivery_id == delivery.id]
        assert [mail.send_after for mail in of_it] == ([mail_at] if mail_at else [])
        assert [(m.occasion, m.round, m.person_id, m.urgent) for m in of_it] == [
            (occasion, 1, delivery.person_id, urgent) for _ in of_it
        ]
        gathered = [entry for entry in entries(session) if entry.delivery_id == delivery.id]
        assert [entry.due_at for entry in gathered] == ([digest_at] if digest_at else [])


def test_nobody_is_told_twice_of_the_same(session, authority_id, delivered):
    ids = [delivered().id, delivered(**QUIET).id, delivered(rhythm=Rhythm.DAILY).id]
    for _ in range(2):
        notify(session, authority_id, ids, **NEW)
    assert (len(mails(session)), len(entries(session))) == (2, 1)
    notify(session, authority_id, ids, occasion=Occasion.REMINDER, round=2, at=NOON)
    assert len(mails(session)) == 5


def test_somebody_else_can_be_told_and_their_choice_counts(session, authority_id, delivered):
    delivery = delivered(rhythm=Rhythm.DAILY)
    deputy = MembershipFactory(school=delivery.school, mailbox="office@school.example")
    ReachChoiceFactory(person_id=deputy.person_id, **QUIET)
    which = sa.select(Delivery.id, sa.literal(deputy.person_id)).where(Delivery.id == delivery.id)
    notify(session, authority_id, which, occasion=Occasion.DEPUTY, at=NOON)
    (mail,) = mails(session)
    assert (mail.person_id, mail.address) == (deputy.person_id, "office@school.example")
    assert mail.send_after == NOON + timedelta(hours=3)


def test_the_schools_own_mailbox_is_told_at_once_and_one_without_address_not(session, authority_id):
    notice = NoticeFactory()
    with_office, without = SchoolFactory(), SchoolFactory(email="")
    for school in (with_office, without):
        DeliveryFactory(notice=notice, school=school)
    which = sa.select(Delivery.id).where(Delivery.notice_id == notice.id)
    notify(session, authority_id, which, **NEW)
    assert [(m.address, m.person_id) for m in mails(session)] == [(with_office.email, None)]


def test_an_item_that_changed_comes_again_in_the_next_digest(session, authority_id, delivered):
    delivery = delivered(rhythm=Rhythm.DAILY)
    notify(session, authority_id, [delivery.id], **NEW)
    later = NOON + timedelta(days=3)
    notify(session, authority_id, [delivery.id], occasion=Occasion.CHANGED, round=1, at=later)
    session.expire_all()
    (entry,) = entries(session)
    assert (entry.due_at, entry.digest_id) == (MORNING + timedelta(days=3), None)


def test_few_statements_tell_however_many(session, authority_id, delivered, statements):
    ids = [delivered().id for _ in range(8)]
    ids += [delivered(**QUIET).id for _ in range(25)]
    ids += [delivered(rhythm=Rhythm.DAILY).id for _ in range(25)]
    session.flush()
    statements.clear()
    notify(session, authority_id, ids, **NEW)
    assert len(statements) <= 4


@pytest.mark.parametrize(
    ("choice", "attention", "mail_at", "gathered"),
    [
        ({}, Attention.ACTION, NOON, 0),
        (QUIET, Attention.ACTION, NOON + timedelta(hours=3), 0),
        (QUIET, Attention.URGENT, NOON, 0),
        ({"rhythm": Rhythm.DAILY}, Attention.ACTION, None, 1),
        ({"rhythm": Rhythm.DAILY}, Attention.URGENT, NOON, 0),
    ],
)
@pytest.mark.sqlite_only
def test_what_is_handed_on_is_told_as_the_new_reader_chose(
    session, authority_id, choice, attention, mail_at, gathered
):
    was, now = MembershipFactory(), MembershipFactory()
    delivery = DeliveryFactory.to(was, notice__attention=attention)
    if choice:
        ReachChoiceFactory(person_id=now.person_id, **choice)
    (item,) = items(session, authority_id, Delivery.id == delivery.id)
    step = Step(item, now.person_id, Reason.OWNER, "They left.")
    tell(session, authority_id, delivery.school_id, [step], at=NOON)
    assert [mail.send_after for mail in mails(session)] == ([mail_at] if mail_at else [])
    assert len(entries(session)) == gathered
