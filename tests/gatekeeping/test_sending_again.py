"""What schools have already, when a changed version of it is approved afresh or only resumed."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from foundation.outbox import OutboxEvent
from gatekeeping.changes.changing import begin_change, submit_change
from gatekeeping.deciding.decisions import approve
from gatekeeping.deciding.suspending import resume, suspend
from gatekeeping.events import SubmissionApproved
from gatekeeping.models import State
from gatekeeping.sending import send_approved
from gatekeeping.writing.submissions import save
from notifications.models import Delivery, Notice
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, HeadFactory, OfficerFactory
from tests.factories.gatekeeping import make_decision, make_submission, version_of

ADDRESS = "https://portal.example"
LATER = NOON + timedelta(days=2)


@pytest.fixture
def sent(session):
    """A communication that is with two schools."""
    HeadFactory()
    HeadFactory()
    officer, gatekeeper = OfficerFactory(), GatekeeperFactory()
    submission = make_submission(
        State.APPROVED,
        author=officer,
        document={"send_on": "2026-11-23", "body": "The new menus are here."},
    )
    make_decision(submission, gatekeeper)
    relay(session, submission, NOON)
    assert submission.state is State.LIVE
    return submission


def relay(session, submission, at):
    event = SubmissionApproved(submission.authority_id, submission.id, version_of(submission).id)
    send_approved(session, event, at)
    session.flush()


def notices(session):
    rows = session.execute(
        sa.select(Notice.reference, Notice.standing, Notice.stopped, sa.func.count(Delivery.id))
        .join(Delivery, Delivery.notice_id == Notice.id)
        .group_by(Notice.id)
        .order_by(Notice.id)
    )
    return [tuple(row) for row in rows]


def ask_more(session, submission):
    by = submission.author
    begin_change(session, submission, by=by, at=NOON)
    save(session, submission, {"body": "How many pupils will eat them?"}, by=by, at=NOON)
    submit_change(session, submission, by=by, expected=None, at=NOON, address=ADDRESS)


def test_a_version_approved_afresh_replaces_what_schools_have(session, sent):
    number = sent.number
    ask_more(session, sent)
    assert sent.state is State.SUSPENDED
    [(reference, standing, stopped, deliveries)] = notices(session)
    assert (reference, stopped, deliveries) == (f"{number} v1", True, 2)
    assert "suspended" in standing
    approve(
        session,
        sent,
        by=GatekeeperFactory().person,
        version=2,
        reason="Worth asking.",
        at=LATER,
        address=ADDRESS,
    )
    assert sent.state is State.APPROVED
    published = session.scalars(sa.select(OutboxEvent.name)).all()
    assert SubmissionApproved.__name__ in published
    relay(session, sent, LATER)
    relay(session, sent, LATER)  # a second time changes nothing
    assert sent.state is State.LIVE
    old, new = notices(session)
    assert old == (
        f"{number} v1",
        "Version 2 replaces this. You need not answer this one.",
        True,
        2,
    )
    assert new == (f"{number} v2", "", False, 2)


def test_what_is_only_resumed_is_not_sent_again(session, sent):
    common = {"version": 1, "at": LATER, "address": ADDRESS}
    gatekeeper = GatekeeperFactory().person
    suspend(session, sent, by=gatekeeper, reason="Schools complain.", **common)
    resume(session, sent, by=gatekeeper, reason="Put right.", **common)
    assert sent.state is State.LIVE
    [(_, standing, stopped, deliveries)] = notices(session)
    assert (standing, stopped, deliveries) == ("", False, 2)


@pytest.mark.sqlite_only
def test_what_was_approved_afresh_and_suspended_before_it_went_out_goes_out_when_resumed(
    session, sent
):
    ask_more(session, sent)
    gatekeeper = GatekeeperFactory().person
    call = {"by": gatekeeper, "version": 2, "at": LATER, "address": ADDRESS}
    approve(session, sent, reason="Needed.", **call)
    suspend(session, sent, reason="Wait.", **call)
    relay(session, sent, LATER)
    assert len(notices(session)) == 1
    resume(session, sent, reason="Go on.", **call)
    relay(session, sent, LATER)
    assert sent.state is State.LIVE
    assert len(notices(session)) == 2
