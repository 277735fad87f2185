"""Mails to headteachers about their owners: to whom, what they say, where they lead."""

import pytest
import sqlalchemy as sa

from categories.catalogue import current_ids
from categories.events import ConfirmationDue, NotMine
from categories.models import Part
from directory.events import PersonLeft
from notifications.models_mail import Mail
from notifications.telling.owners import tell_due, tell_left, tell_not_mine
from tests.factories.base import NOON
from tests.factories.categories import OwnerFactory
from tests.factories.directory import HeadFactory, MembershipFactory

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def head(session):
    return HeadFactory(person__name="Priya Head")


@pytest.fixture
def owner(session, head, authority_id):
    place = MembershipFactory(school=head.school, person__name="Jo Teacher")
    english = current_ids(session, authority_id)["english"]
    OwnerFactory(school=head.school, person=place.person, category_id=english)
    session.flush()
    return place


def mails(session):
    return session.scalars(sa.select(Mail).order_by(Mail.id)).all()


@pytest.mark.parametrize("to", ["head", "mailbox", "office", "nobody"])
def test_the_head_is_asked_where_their_mail_goes(session, head, owner, authority_id, to):
    expected = head.person.email
    if to == "mailbox":
        expected = head.mailbox = "head@school.example"
    elif to != "head":
        head.ended_at = NOON
        expected = head.school.email
    if to == "nobody":
        head.school.email = ""
    session.flush()
    tell_due(session, ConfirmationDue(authority_id, head.school_id), NOON)
    found = mails(session)
    assert [mail.address for mail in found] == ([] if to == "nobody" else [expected])
    if found:
        assert "1 category has somebody" in found[0].text
        assert "\n{portal}/school/owners/confirm" in found[0].text


def test_the_head_is_told_what_an_owner_does_not_want(session, head, owner, authority_id):
    english = current_ids(session, authority_id)["english"]
    event = NotMine(authority_id, head.school_id, english, owner.person_id)
    tell_not_mine(session, event, NOON)
    (mail,) = mails(session)
    assert "Jo Teacher says that “English and literacy” is not theirs any more" in mail.text
    assert "{portal}/school/owners/english" in mail.text
    assert "Jo" not in mail.subject


@pytest.mark.parametrize(
    ("part", "to_self", "is_back", "told"),
    [
        (Part.LEAD, False, False, True),
        (Part.SHARES, False, False, True),
        (Part.ALSO, False, False, False),
        (Part.LEAD, True, False, False),
        (Part.LEAD, False, True, False),
    ],
)
def test_the_head_is_told_what_a_leaver_left(
    session, head, authority_id, part, to_self, is_back, told
):
    leaver = MembershipFactory(school=head.school, person__name="Jo Teacher")
    english = current_ids(session, authority_id)["english"]
    OwnerFactory(school=head.school, person=leaver.person, category_id=english, part=part)
    leaver.ended_at = None if is_back else NOON
    session.flush()
    to_id = head.person_id if to_self else None
    event = PersonLeft(authority_id, head.school_id, leaver.person_id, to_id)
    tell_left(session, event, NOON)
    assert ["has left and still stands for 1 category" in mail.text for mail in mails(session)] == (
        [True] if told else []
    )
