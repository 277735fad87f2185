"""Hearing an appeal: three people vote, and two who agree decide (gatekeeping 4.2, 4.8).

Only votes of members who still have their role and no stake count, and only a vote completes the
decision: nobody's leaving and nobody's appointment ever does. Three different votes quash it: see
docs/decisions/0009-three-votes-three-ways.md.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person
from foundation import audit, clock
from foundation.db import wake
from foundation.errors import Refusal
from gatekeeping.afterwards.appeal_panel import SEATS, may_sit
from gatekeeping.deadlines.working_days import add_working_days
from gatekeeping.deciding.conflicts import OUTCOMES
from gatekeeping.deciding.interests import note
from gatekeeping.deciding.leases import AlreadyDoneError, lock, what_happened
from gatekeeping.deciding.recording import (
    MissingTextError,
    Outcome,
    Term,
    checked_text,
    store_decision,
)
from gatekeeping.editions import protocol_of
from gatekeeping.letters import told
from gatekeeping.letters.addressees import write_to
from gatekeeping.models import (
    Appeal,
    AppealMember,
    ConditionKind,
    Decision,
    Stake,
    State,
    Submission,
    Verb,
)
from gatekeeping.moves import move
from gatekeeping.uniting import parting

S = State
VOTES = {
    Verb.UPHOLD: "The decision stands",
    Verb.VARY: "It may be sent, on conditions",
    Verb.QUASH: "The decision was wrong: somebody else must look at it again",
}
AGREE = 2
MOST_CONDITIONS = 20
THREE_WAYS = (
    "The three members came to three different views. No two of them stand behind the decision, so "
    "it is quashed and another gatekeeper looks at it again."
)


class NotOnPanelError(Refusal):
    """Somebody who was not appointed votes."""

    sentence = "Only the people who were appointed to hear this appeal can vote on it."


class AlreadyVotedError(Refusal):
    """A member votes a second time, and differently."""

    sentence = "You have voted already. A vote is given once."


def vote(
    session: Session,
    appeal: Appeal,
    *,
    by: Person,
    choice: Verb,
    reason: str,
    conditions: str = "",
    at: datetime,
    address: str,
) -> Decision | None:
    """Give a member's vote: UPHOLD, VARY (each line of ``conditions`` is one) or QUASH.

    Returns the panel's decision when this vote completed it. The same vote again changes nothing.
    Raises NotOnPanelError, NotGatekeeperError (the role is lost), ConflictError, AlreadyVotedError,
    AlreadyDoneError, MissingTextError.
    """
    if choice not in VOTES:
        raise MissingTextError("Choose how you vote.", field="choice")
    reason = checked_text(reason, field="reason", missing="Enter why you vote so.")
    if choice is Verb.VARY:
        conditions = _checked_conditions(conditions)
    submission = appeal.submission
    lock(session, submission)
    session.refresh(appeal)
    member = next((each for each in _panel(session, appeal) if each.person_id == by.id), None)
    if member is None:
        raise NotOnPanelError
    if member.vote is not None:
        if (member.vote, member.reason) == (choice, reason):
            return None
        raise AlreadyVotedError
    if appeal.ended_at is not None or submission.state is not S.APPEAL:
        raise AlreadyDoneError(what_happened(session, submission))
    refusal = may_sit(session, submission, member)
    if refusal is not None:
        raise refusal
    member.vote, member.reason, member.voted_at = choice, reason, at
    member.conditions = conditions if choice is Verb.VARY else ""
    session.flush()
    _audit(session, appeal, choice, by, at)
    return _complete(session, appeal, by=by, at=at, address=address)


def _panel(session: Session, appeal: Appeal) -> Sequence[AppealMember]:
    """Return the members as they are now: another may have voted while this one waited."""
    return session.scalars(
        sa.select(AppealMember)
        .where(
            AppealMember.authority_id == appeal.authority_id, AppealMember.appeal_id == appeal.id
        )
        .order_by(AppealMember.id)
        .execution_options(populate_existing=True)
    ).all()


def counting(session: Session, appeal: Appeal) -> list[AppealMember]:
    """Return the members whose votes count now: they still have their role, and no stake."""
    return [
        member for member in appeal.members if may_sit(session, appeal.submission, member) is None
    ]


def majority(votes: Sequence[Verb]) -> Verb | None:
    """Return what these votes decide: two alike do, three that all differ quash; else None."""
    most = Counter(votes).most_common(1)
    if most and most[0][1] >= AGREE:
        return most[0][0]
    return Verb.QUASH if len(votes) >= SEATS else None


def _complete(
    session: Session, appeal: Appeal, *, by: Person, at: datetime, address: str
) -> Decision | None:
    voted = [member for member in counting(session, appeal) if member.vote is not None]
    choice = majority([member.vote for member in voted if member.vote is not None])
    if choice is None:
        return None
    submission = appeal.submission
    alike = [member for member in voted if member.vote is choice]
    reasons = alike if len(alike) >= AGREE else voted
    text = "\n\n".join(member.reason for member in reasons)
    if len(alike) < AGREE:
        text = f"{THREE_WAYS}\n\n{text}"
    terms = _terms(session, submission, alike, at) if choice is Verb.VARY else ()
    decision = store_decision(session, submission, Outcome(choice, text, terms=terms), by=by, at=at)
    move(session, submission, to=_after(appeal, choice), by=by.id, at=at)
    submission.claimed_by_id = submission.claimed_until = None
    if choice is Verb.QUASH:
        _keep_out(session, submission, at)
    else:
        submission.decided_at = at
    appeal.outcome, appeal.ended_at = choice, at
    wake(session, "letters")
    told.tell_author(session, submission, decision, at=at, address=address)
    if choice is not Verb.UPHOLD:
        parting.settle(session, submission, by=by, at=at, address=address)
    _tell_panel(session, appeal, decision, at=at, address=address)
    return decision


def _after(appeal: Appeal, choice: Verb) -> State:
    if choice is Verb.VARY:
        return S.APPROVED_COND
    if choice is Verb.QUASH:
        return S.IN_REVIEW
    return S.REFUSED if appeal.decision.verb is Verb.REFUSE else S.REDIRECTED


def _checked_conditions(text: str) -> str:
    text = checked_text(
        text, field="conditions", missing="Enter the conditions, each on a line of its own."
    )
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_CONDITIONS:
        raise MissingTextError(f"Give {MOST_CONDITIONS} conditions at most.", field="conditions")
    return "\n".join(lines)


def _terms(
    session: Session, submission: Submission, members: Sequence[AppealMember], at: datetime
) -> tuple[Term, ...]:
    """Return the conditions of all who voted so, each once, to be met before it is sent."""
    days = protocol_of(session, submission.authority_id).lapse_days
    due = add_working_days(clock.local_date(at), days)
    lines = dict.fromkeys(line for member in members for line in member.conditions.splitlines())
    return tuple(Term(ConditionKind.OTHER, line, due, before_sending=True) for line in lines)


def _keep_out(session: Session, submission: Submission, at: datetime) -> None:
    """Note that whoever decided before the appeal has a stake: the database then refuses them."""
    deciders = session.scalars(
        sa.select(Decision.by_id)
        .where(
            Decision.authority_id == submission.authority_id,
            Decision.submission_id == submission.id,
            Decision.verb.in_(OUTCOMES),
        )
        .distinct()
        .order_by(Decision.by_id)
    ).all()
    for person_id in deciders:
        note(session, submission, person_id, Stake.DECIDED, at=at)


def _tell_panel(
    session: Session, appeal: Appeal, decision: Decision, *, at: datetime, address: str
) -> None:
    """Tell the members, and whoever made the decision, how it ended."""
    write_to(
        session,
        appeal.submission,
        [*(member.person for member in appeal.members), appeal.decision.by],
        told.OFFICER[decision.verb].words,
        [decision.reason, f"{address}/appeals/{appeal.id}"],
        at=at,
    )


def _audit(session: Session, appeal: Appeal, choice: Verb, by: Person, at: datetime) -> None:
    audit.record(
        session,
        authority_id=appeal.authority_id,
        action="appeal.voted",
        subject="appeal",
        subject_id=appeal.id,
        by=by.id,
        at=at,
        detail={"vote": choice.value, "submission": appeal.submission_id},
    )
