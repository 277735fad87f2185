"""A case ends with the submission that was made of it, in the same breath as schools get that."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from foundation.outbox import OutboxEvent, publish, relay
from gatekeeping.events import SubmissionApproved
from gatekeeping.models import CaseKind, CaseMove, CaseState, State
from notifications.models_mail import Mail
from portal.wiring import HANDLERS
from tests.factories.base import NOON
from tests.factories.bypass import make_case
from tests.factories.directory import OfficerFactory
from tests.factories.gatekeeping import make_submission, version_of

S = CaseState


def approve(session, database, submission):
    """Say that it was approved, and let everything follow that does so at once; nothing of time."""
    event = SubmissionApproved(submission.authority_id, submission.id, version_of(submission).id)
    publish(session, event, at=NOON)
    session.commit()
    relay(database, HANDLERS, at=NOON + timedelta(seconds=1))
    session.expire_all()


def letter(**facts):
    return make_submission(
        State.APPROVED, document={"kind": "communication", "audience": {"all": True}}, **facts
    )


def test_what_was_held_went_through_the_portal_once_schools_have_it(session, database):
    author = OfficerFactory()
    submission = letter(author=author)
    joined = make_submission(State.MERGED, merged_into_id=submission.id)
    case = make_case(S.DRAFTED, sender=author, submission_id=submission.id)
    seen = make_case(S.DRAFTED, kind=CaseKind.SEEN, submission_id=submission.id)
    with_it = make_case(S.DRAFTED, submission_id=joined.id)
    other = make_case(S.DRAFTED, submission_id=letter().id)
    approve(session, database, submission)
    assert submission.sent_at is not None
    assert [each.state for each in (case, seen, with_it, other)] == [
        S.ROUTED,
        S.ROUTED,
        S.ROUTED,
        S.DRAFTED,
    ]
    told = session.scalars(sa.select(Mail.text).where(Mail.address == case.sender)).all()
    assert [f"as the submission “{submission.title}” that" in text for text in told] == [True]
    session.execute(sa.update(OutboxEvent).values(handled_at=None, claimed_until=None))
    approve(session, database, submission)  # told twice, it happens once
    moves = session.scalars(sa.select(CaseMove.case_id).order_by(CaseMove.case_id)).all()
    assert moves == [case.id, seen.id, with_it.id]


@pytest.mark.sqlite_only
def test_until_its_date_has_come_it_stays_a_draft(session, database):
    submission = letter(send_on=NOON.date() + timedelta(days=3))
    case = make_case(S.DRAFTED, submission_id=submission.id)
    approve(session, database, submission)
    assert (submission.state, case.state) == (State.SCHEDULED, S.DRAFTED)
