from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.models import Person, Role
from notifications.mail.failing import mail_arrived
from notifications.models_mail import Mail, MailState, Occasion
from notifications.models_reaching import ReachChoice, ReturnedMail, Rhythm
from notifications.returned.addresses import Returns
from notifications.returned.taking import Taken, take
from notifications.returned.trying import last_return, try_again
from tests.factories.base import NOON
from tests.factories.directory import MembershipFactory, OfficerFactory
from tests.factories.reports import complaint, notice

RETURNS = Returns("bounces@portal.example", "a key")
DAY = timedelta(days=1)
pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def reader(session):
    return MembershipFactory().person


def send(session, reader, *, days_ago=1, state=MailState.SENT, **values) -> Mail:
    at = NOON - days_ago * DAY
    mail = Mail(
        authority_id=reader.authority_id,
        address=reader.email,
        person_id=reader.id,
        occasion=Occasion.OWN,
        state=state,
        created_at=at,
        send_after=at,
        sent_at=at if state is MailState.SENT else None,
        **values,
    )
    session.add(mail)
    session.flush()
    return mail


def come_back(session, mail, **how) -> Taken:
    done = take(session, notice(RETURNS.path(mail.id), **how), [], returns=RETURNS, at=NOON)
    session.flush()
    session.expire_all()
    return done


def failing(session, reader) -> bool:
    return session.get_one(Person, reader.id).mail_failing_since is not None


def test_a_mail_that_comes_back_for_good_marks_its_reader(session, reader):
    mail = send(session, reader)
    assert come_back(session, mail) == Taken(bounces=1)
    assert (mail.state, mail.returned_at) == (MailState.RETURNED, NOON)
    assert mail.returned_why == "550 5.1.1 <…>: User unknown"
    assert failing(session, reader)
    said = last_return(session, reader.authority_id, reader.id)
    assert (said.at, said.why) == (NOON, mail.returned_why)


def test_the_same_report_twice_counts_once(session, reader):
    mail = send(session, reader)
    come_back(session, mail)
    assert come_back(session, mail) == Taken(known=1)
    assert session.scalar(sa.select(sa.func.count()).select_from(ReturnedMail)) == 1


def test_what_is_tried_again_and_what_is_full_marks_nobody_at_first(session, reader):
    mail = send(session, reader)
    assert come_back(session, mail, action="delayed", status="4.4.7") == Taken(delays=1)
    assert mail.state is MailState.SENT
    assert come_back(session, mail, status="4.2.2") == Taken(bounces=1)
    assert mail.state is MailState.RETURNED
    assert not failing(session, reader)


def test_three_in_a_row_mark_also_when_each_says_little(session, reader):
    mails = [send(session, reader, days_ago=days) for days in (5, 4, 3)]
    for mail in mails:
        assert not failing(session, reader)
        come_back(session, mail, status="4.2.2")
    assert failing(session, reader)


def test_one_that_arrived_between_is_no_row(session, reader):
    mails = [send(session, reader, days_ago=days) for days in (6, 5, 4, 3)]
    for mail in (mails[0], mails[1], mails[3]):
        come_back(session, mail, status="4.2.2")
    assert not failing(session, reader)


@pytest.mark.parametrize(
    "address",
    ["jo@school.example", "bounces@portal.example", Returns("bounces@portal.example", "x").path(1)],
)
def test_strangers_mark_nobody(session, reader, address):
    send(session, reader)
    done = take(session, notice(address), [address], returns=RETURNS, at=NOON)
    assert done == Taken(strange=1)
    assert not failing(session, reader)


def test_a_report_about_a_mail_of_long_ago_changes_nothing(session, reader):
    mail = send(session, reader, days_ago=40)
    assert come_back(session, mail) == Taken(strange=1)


def test_the_envelope_tells_which_mail_it_was_where_the_message_does_not(session, reader):
    mail = send(session, reader)
    done = take(session, notice("x@y.example"), [RETURNS.path(mail.id)], returns=RETURNS, at=NOON)
    assert done == Taken(bounces=1)


def test_a_later_mail_that_is_taken_says_nothing_of_an_address_that_returns(session, reader):
    come_back(session, send(session, reader))
    session.execute(mail_arrived(send(session, reader, days_ago=0)))
    assert failing(session, reader)
    assert try_again(session, session.get_one(Person, reader.id), by=reader.id, at=NOON)
    assert not failing(session, reader)


def test_whoever_complains_gets_less_and_an_administrator_hears(session, reader):
    admin = OfficerFactory(role=Role.ADMINISTRATOR).person
    mail = send(session, reader)
    raw = complaint(RETURNS.path(mail.id))
    assert take(session, raw, ["bounces@portal.example"], returns=RETURNS, at=NOON) == Taken(
        complaints=1
    )
    choice = session.scalars(sa.select(ReachChoice)).one()
    assert (choice.person_id, choice.rhythm, choice.bulletin) == (reader.id, Rhythm.WEEKLY, False)
    assert not failing(session, reader)
    assert mail.state is MailState.SENT
    told = session.scalars(sa.select(Mail).where(Mail.address == admin.email)).one()
    assert reader.email in told.text
