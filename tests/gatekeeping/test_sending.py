from datetime import date

import pytest
import sqlalchemy as sa

from categories.models import Category
from categories.routing.reasons import Reason
from foundation.audit import verify
from foundation.outbox import OutboxEvent
from gatekeeping.events import SubmissionApproved
from gatekeeping.models import Kind, Move, State, Submission, SubmissionVersion, Track
from gatekeeping.sending import send_approved, versions_to_send
from notifications.models import Delivery, Notice
from notifications.models_mail import Mail, MailState
from tests.factories.base import NOON
from tests.factories.categories import OwnerFactory
from tests.factories.directory import (
    HeadFactory,
    MembershipFactory,
    OfficerFactory,
    SchoolFactory,
)


@pytest.fixture
def approved(session, authority_id):
    """An approved communication to all schools about school meals, and its event."""

    def approve(**document):
        officer = OfficerFactory()
        content = {
            "title": "Menus for the spring term",
            "body": "The new menus are here.",
            "audience": {"all": True},
            "categories": ["catering"],
            **document,
        }
        send_on = date.fromisoformat(content["send_on"]) if "send_on" in content else None
        submission = Submission(
            authority_id=authority_id,
            author_id=officer.person_id,
            team_id=officer.team_id,
            organisation_id=authority_id,
            kind=Kind.COMMUNICATION,
            state=State.APPROVED,
            title=content["title"],
            document=content,
            number="888-2627-C-00001-A",
            version=1,
            send_on=send_on,
            created_at=NOON,
            updated_at=NOON,
        )
        session.add(submission)
        session.flush()
        version = SubmissionVersion(
            authority_id=authority_id,
            submission_id=submission.id,
            version=1,
            document=content,
            track=Track.STANDARD,
            schools=1,
            burden={},
            attachments=[
                {"sha256": "a" * 64, "name": "menu.pdf", "media_type": "application/pdf", "size": 9}
            ],
            submitted_by_id=officer.person_id,
            submitted_at=NOON,
        )
        session.add(version)
        session.flush()
        return submission, SubmissionApproved(authority_id, submission.id, version.id)

    return approve


@pytest.fixture
def meals(session):
    return session.scalars(sa.select(Category).where(Category.slug == "catering")).one()


def owned_school(category, **facts):
    school = SchoolFactory(**facts)
    owner = MembershipFactory(school=school)
    OwnerFactory(school_id=school.id, category_id=category.id, person_id=owner.person_id)
    return school, owner


def test_every_school_gets_one_delivery_and_one_mail(session, approved, meals):
    _, owner = owned_school(meals)
    head = HeadFactory()
    office = SchoolFactory(email="office@third.school.example")
    silent = SchoolFactory(email="")
    submission, event = approved()

    send_approved(session, event, NOON)
    session.flush()

    found = {
        delivery.school_id: (delivery.person_id, delivery.reason)
        for delivery in session.scalars(sa.select(Delivery))
    }
    assert found == {
        owner.school_id: (owner.person_id, Reason.OWNER),
        head.school_id: (head.person_id, Reason.HEAD),
        office.id: (None, Reason.OFFICE),
        silent.id: (None, Reason.OFFICE),
    }
    mail = list(session.scalars(sa.select(Mail).order_by(Mail.address)))
    assert {each.address for each in mail} == {
        owner.person.email,
        head.person.email,
        "office@third.school.example",
    }
    assert {each.state for each in mail} == {MailState.QUEUED}
    assert submission.state is State.LIVE


def test_the_notice_carries_number_sender_and_attachments(session, approved, meals):
    owned_school(meals)
    submission, event = approved()
    send_approved(session, event, NOON)
    notice = session.scalars(sa.select(Notice)).one()
    assert notice.reference == "888-2627-C-00001-A v1"
    assert notice.sender == f"{submission.team.name}, Lancashire"
    assert [file.name for file in notice.attachments] == ["menu.pdf"]


def test_handling_the_event_twice_sends_once(session, approved, meals):
    owned_school(meals)
    _, event = approved()
    send_approved(session, event, NOON)
    send_approved(session, event, NOON)
    session.flush()
    assert session.scalar(sa.select(sa.func.count(Delivery.id))) == 1


def test_a_later_send_date_is_waited_for(session, approved, meals):
    owned_school(meals)
    submission, event = approved(send_on="2026-11-24")
    send_approved(session, event, NOON)
    session.flush()
    assert submission.state is State.SCHEDULED
    assert versions_to_send(session, at=NOON) == []
    tomorrow = NOON.replace(day=24)
    assert versions_to_send(session, at=tomorrow) == [event]
    send_approved(session, event, tomorrow)
    assert submission.state is State.LIVE
    assert [move.after for move in session.scalars(sa.select(Move).order_by(Move.id))] == [
        State.SCHEDULED,
        State.LIVE,
    ]


def test_sending_is_told_to_those_above_and_stands_in_the_audit_trail(
    session, authority_id, approved, meals
):
    owned_school(meals)
    _, event = approved()
    send_approved(session, event, NOON)
    session.flush()
    assert session.scalars(sa.select(OutboxEvent.name)).all() == ["NoticeSent"]
    assert verify(session, authority_id).broken_sequence is None


def test_the_number_of_statements_does_not_grow_with_the_schools(
    session, approved, meals, statements
):
    counts = []
    for schools in (1, 2, 60):  # the very first entry of an audit trail takes more than any other
        for _ in range(schools):
            owned_school(meals)
        _, event = approved()
        session.execute(sa.update(Submission).values(number=None))
        session.flush()
        session.expire_all()
        statements.clear()
        send_approved(session, event, NOON)
        session.flush()
        counts.append(len(statements))
    assert counts[1] == counts[2]
    assert counts[1] < 28
