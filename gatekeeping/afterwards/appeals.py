"""Appealing against a refusal or a redirection (gatekeeping 4.2, 4.8).

The officer's side has 10 working days, and one appeal for each decision. ``appeal_panel`` is about
who hears it, ``hearing`` about what they decide.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from directory.models import Person, Role
from foundation import clock
from foundation.dates import day
from foundation.errors import NotFoundError, Refusal
from gatekeeping.authors import check_may_write
from gatekeeping.deadlines.working_days import add_working_days, working_days
from gatekeeping.deciding.leases import AlreadyDoneError, lock, what_happened
from gatekeeping.deciding.recording import audit_submission, checked_text
from gatekeeping.editions import protocol_of
from gatekeeping.letters.addressees import people_in, write_to
from gatekeeping.models import (
    Appeal,
    AppealMember,
    Decision,
    State,
    Submission,
    SubmissionVersion,
    Verb,
)
from gatekeeping.moves import move

S = State
MOST = 300


class TooLateToAppealError(Refusal):
    """The ten working days are over."""


class AlreadyAppealedError(Refusal):
    """The decision was appealed before; there is no second appeal."""

    sentence = "This decision has been appealed already, and a panel decided. That is final."


def appealable(session: Session, submission: Submission) -> Decision | None:
    """Return the refusal or redirection that an appeal would be about: the newest one."""
    if submission.state not in {S.REFUSED, S.REDIRECTED, S.APPEAL}:
        return None
    return session.scalars(
        sa.select(Decision)
        .where(
            Decision.authority_id == submission.authority_id,
            Decision.submission_id == submission.id,
            Decision.verb.in_([Verb.REFUSE, Verb.REDIRECT]),
        )
        .order_by(Decision.at.desc(), Decision.id.desc())
        .limit(1)
    ).first()


def appeal_of(session: Session, submission: Submission) -> Appeal | None:
    """Return the submission's newest appeal with its members: two statements at most."""
    return session.scalars(
        sa.select(Appeal)
        .where(
            Appeal.authority_id == submission.authority_id, Appeal.submission_id == submission.id
        )
        .options(joinedload(Appeal.decision))
        .order_by(Appeal.id.desc())
        .limit(1)
    ).first()


def why_not(session: Session, submission: Submission, *, at: datetime) -> str:
    """Say why nobody may appeal now; empty when the officer's side may."""
    decision = appealable(session, submission)
    if decision is None or submission.state is S.APPEAL:
        return "There is no refusal or redirection to appeal against."
    known = sa.exists().where(Appeal.decision_id == decision.id)
    if session.scalar(sa.select(known)):
        return AlreadyAppealedError.sentence
    most = protocol_of(session, submission.authority_id).appeal_lodge_days
    decided = clock.local_date(decision.at)
    if working_days(decided, clock.local_date(at)) > most:
        last = add_working_days(decided, most)
        return (
            f"An appeal had to be made by {day(last)}. You can copy the submission as a new draft, "
            "change it and submit it again."
        )
    return ""


def lodge(
    session: Session,
    submission: Submission,
    *,
    by: Person,
    grounds: str,
    at: datetime,
    address: str,
) -> Appeal:
    """Appeal against the refusal or redirection, for the reasons in ``grounds``.

    The author and the author's team may, within 10 working days, once for each decision. The
    executives are asked to appoint a panel. Posted twice, nothing more happens. Raises
    NotYourSubmissionError, MissingTextError, AlreadyDoneError, TooLateToAppealError,
    AlreadyAppealedError.
    """
    grounds = checked_text(grounds, field="grounds", missing="Enter why you think it is wrong.")
    lock(session, submission)
    check_may_write(session, submission, by)
    made = appeal_of(session, submission)
    if made is not None and made.ended_at is None and made.grounds == grounds:
        return made
    decision = appealable(session, submission)
    if decision is None or submission.state is S.APPEAL:
        raise AlreadyDoneError(what_happened(session, submission))
    refused = why_not(session, submission, at=at)
    if refused == AlreadyAppealedError.sentence:
        raise AlreadyAppealedError
    if refused:
        raise TooLateToAppealError(refused)
    days = protocol_of(session, submission.authority_id).appeal_hear_days
    appeal = Appeal(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        decision_id=decision.id,
        lodged_by_id=by.id,
        lodged_at=at,
        grounds=grounds,
        hear_by=add_working_days(clock.local_date(at), days),
    )
    session.add(appeal)
    move(session, submission, to=S.APPEAL, by=by.id, at=at)
    session.flush()
    _ask_for_panel(session, submission, appeal, at=at, address=address)
    detail = {"appeal": appeal.id, "decision": decision.id}
    audit_submission(session, submission, "submission.appealed", by=by, at=at, detail=detail)
    return appeal


def find_appeal(
    session: Session, authority_id: int, appeal_id: int, *, only_for: int | None = None
) -> Appeal:
    """Return an appeal with its submission and decision; ``only_for`` a member of its panel.

    NotFoundError when there is none, or it is not for this person.
    """
    conditions = [Appeal.authority_id == authority_id, Appeal.id == appeal_id]
    if only_for is not None:
        conditions.append(_member_of(only_for))
    appeal = session.scalars(
        sa.select(Appeal)
        .where(*conditions)
        .options(
            joinedload(Appeal.decision).options(
                joinedload(Decision.by),
                joinedload(Decision.version).selectinload(SubmissionVersion.findings),
            ),
            joinedload(Appeal.submission).options(
                joinedload(Submission.author),
                joinedload(Submission.team),
                joinedload(Submission.organisation),
            ),
        )
    ).one_or_none()
    if appeal is None:
        raise NotFoundError
    return appeal


def list_appeals(
    session: Session, authority_id: int, *, only_for: int | None = None
) -> Sequence[Appeal]:
    """Return appeals, those still to hear first: one statement, ``MOST`` at most."""
    conditions = [Appeal.authority_id == authority_id]
    if only_for is not None:
        conditions.append(_member_of(only_for))
    return session.scalars(
        sa.select(Appeal)
        .where(*conditions)
        .options(joinedload(Appeal.submission), joinedload(Appeal.decision))
        .order_by(Appeal.ended_at.is_not(None), Appeal.hear_by.desc(), Appeal.id.desc())
        .limit(MOST)
    ).all()


def _member_of(person_id: int) -> sa.Exists:
    return (
        sa.exists()
        .where(AppealMember.appeal_id == Appeal.id, AppealMember.person_id == person_id)
        .correlate(Appeal)
    )


def _ask_for_panel(
    session: Session, submission: Submission, appeal: Appeal, *, at: datetime, address: str
) -> None:
    write_to(
        session,
        submission,
        people_in(session, submission.authority_id, Role.EXECUTIVE),
        "Appeal: appoint a panel",
        [
            "The officer appeals against the decision of the gate.",
            "Appoint three people, two of them from schools.",
            f"They decide by {day(appeal.hear_by)}.",
            f"{address}/appeals/{appeal.id}",
        ],
        at=at,
    )
