"""Deciding in tests: a call for every verb with good values, and what followed."""

import sqlalchemy as sa

from directory.models import Role
from gatekeeping.deciding import panel
from gatekeeping.deciding.verbs import carry_out
from gatekeeping.models import (
    State,
    Verb,
)
from notifications.models_mail import Mail
from tests.factories.base import NOON
from tests.factories.directory import MembershipFactory
from tests.factories.gatekeeping import (
    make_decision,
    make_submission,
)

PLACE = "https://portal.example"
ROWS = [{"kind": "shorten", "text": "One page.", "due_on": "2026-12-04", "before_sending": True}]
AFTER_ROWS = [{"kind": "results_back", "text": "A summary.", "due_on": "2027-03-01"}]
VALUES = {
    Verb.APPROVE: {"reason": "Needed."},
    Verb.APPROVE_WITH_CONDITIONS: {"reason": "Needed.", "conditions": ROWS},
    Verb.CHALLENGE: {"text": "Which Act?"},
    Verb.RETURN: {"reason": "The form is missing."},
    Verb.REDIRECT: {
        "reason": "It is there.",
        "source": "Census",
        "owner": "Data Team",
        "access": "Ask them.",
    },
    Verb.MERGE: {"reason": "The same question."},
    Verb.REFUSE: {"code": "no_use", "reason": "Nobody reads it."},
    Verb.ESCALATE: {"reason": "It is political."},
    Verb.HAND_BACK: {"reason": "It is not."},
    Verb.SUSPEND: {"reason": "Schools complain."},
    Verb.RESUME: {"reason": "Put right."},
}
AFTER = {
    Verb.APPROVE: State.APPROVED,
    Verb.APPROVE_WITH_CONDITIONS: State.APPROVED_COND,
    Verb.CHALLENGE: State.CHALLENGED,
    Verb.RETURN: State.RETURNED,
    Verb.REDIRECT: State.REDIRECTED,
    Verb.MERGE: State.MERGED,
    Verb.REFUSE: State.REFUSED,
    Verb.ESCALATE: State.ESCALATED,
    Verb.HAND_BACK: State.TRIAGE,
    Verb.SUSPEND: State.SUSPENDED,
    Verb.RESUME: State.APPROVED,
}


def act(session, submission, verb, by, **more):
    values = {**VALUES[verb], **more}
    if verb is Verb.MERGE and "into" not in values:
        values["into"] = make_submission().number
    return carry_out(
        session,
        submission,
        verb,
        values,
        by=by.person,
        version=submission.version,
        at=NOON,
        address=PLACE,
    )


def put(state, *, approved_by=None, **facts):
    """Make a submission in a state, and the approval that led there where one is named."""
    submission = make_submission(state, **facts)
    if approved_by is not None and state is not State.DRAFT:
        make_decision(submission, approved_by)
    return submission


def mails(session):
    session.flush()
    return session.scalars(sa.select(Mail).order_by(Mail.id)).all()


def count(session, table, *conditions_):
    return session.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions_))


def advise(session, submission, *, for_it=True, reason="Schools can do that."):
    member = MembershipFactory(role=Role.PANEL)
    return panel.advise(
        session,
        submission,
        by=member.person,
        version=submission.version,
        for_it=for_it,
        reason=reason,
        at=NOON,
    )
