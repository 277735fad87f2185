"""Whether mail to a person arrives is noted on the person, by whoever sends."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.models import Person
from foundation.db import EVERY_AUTHORITY
from notifications.mail.claims import MOST_TRIES, Claim
from notifications.mail.failing import failing_among
from notifications.models_mail import Mail
from tests.factories.base import NOON
from tests.factories.directory import MembershipFactory, PersonFactory
from tests.factories.notifications import DeliveryFactory

LATER = NOON + timedelta(days=1)


def mail_to(session, address, **more):
    mail = Mail(
        authority_id=session.info["test_authority"],
        address=address,
        created_at=NOON,
        send_after=NOON,
        **more,
    )
    session.add(mail)
    session.commit()
    return mail


def since(database, person):
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        return session.scalar(sa.select(Person.mail_failing_since).where(Person.id == person.id))


@pytest.fixture
def claimed(database):
    """Claim what waits; return the claim and the only mail."""

    def claim():
        made = Claim(database, timedelta(minutes=5))
        (mail,) = made.take(LATER)
        return made, mail

    return claim


def test_mail_that_comes_back_is_noted_once_and_mail_that_arrives_ends_it(
    database, session, claimed
):
    person, other = PersonFactory(email="a@school.example"), PersonFactory()
    mail_to(session, "a@school.example")
    claim, mail = claimed()
    claim.failed(mail, "550 no such mailbox", NOON)
    assert since(database, person) == NOON
    assert since(database, other) is None
    mail_to(session, "a@school.example")
    claim, mail = claimed()
    claim.failed(mail, "550 no such mailbox", LATER)
    assert since(database, person) == NOON
    mail = mail_to(session, "a@school.example")
    assert failing_among(session, [mail]) == {mail.id}
    session.rollback()
    claim, mail = claimed()
    claim.sent(mail, LATER, failed_before=True)
    assert since(database, person) is None


def test_a_mailbox_that_fails_counts_for_the_person_behind_it(database, session, claimed):
    place = MembershipFactory(mailbox="office@school.example")
    colleague = MembershipFactory(school=place.school)
    item = DeliveryFactory.to(place)
    session.flush()
    mail_to(session, "office@school.example", delivery_id=item.id)
    claim, mail = claimed()
    claim.failed(mail, "550 no such mailbox", NOON)
    assert since(database, place.person) == NOON
    assert since(database, colleague.person) is None


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("at_fault", "noted"), [(True, NOON), (False, None)])
def test_after_five_days_the_address_counts_as_failing_only_if_it_is_at_fault(
    database, session, claimed, at_fault, noted
):
    person = PersonFactory(email="b@school.example")
    mail_to(session, "b@school.example", tries=MOST_TRIES - 1)
    claim, mail = claimed()
    assert not claim.postpone(mail, "450 later", NOON, address_at_fault=at_fault)
    assert since(database, person) == noted
