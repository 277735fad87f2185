"""Cases that were made into submissions end as those do.

Those whose submission goes to schools end with the event of that. Of all other ends, and of what
is joined to a submission that schools have already, there is no event: time looks for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from gatekeeping.mailgate.cases import telling
from gatekeeping.mailgate.cases.moves import leads_to, move
from gatekeeping.models import (
    BypassCase,
    CaseKind,
    CaseState,
    State,
    Submission,
    SubmissionVersion,
)
from notifications.events import NoticeSent
from notifications.models import Notice

S = State
MOST_TOGETHER: Final = 200
"""How many cases end with one notice; of more joined submissions time ends the rest."""


@dataclass(frozen=True)
class _End:
    """How a case ends with its submission: its state, how that is told, and why."""

    to: CaseState
    how: str
    note: str


SENT: Final = _End(CaseState.ROUTED, "routed", "Schools got it through the portal.")
ENDS: Final[Mapping[State, _End]] = {
    S.WITHDRAWN: _End(CaseState.WITHDRAWN, "submission_ended", "Its submission was withdrawn."),
    S.REFUSED: _End(CaseState.REFUSED, "submission_ended", "Its submission was refused."),
    S.REDIRECTED: _End(
        CaseState.RETURNED,
        "submission_ended",
        "Its submission was redirected: what it asks for is held already.",
    ),
    S.LAPSED: _End(CaseState.LAPSED, "submission_ended", "Its submission lapsed."),
    S.EXPIRED: _End(CaseState.LAPSED, "submission_ended", "Its submission expired unsent."),
}
"""How a case ends when its submission ends without having been sent.

One that was merged is sent with the other; one that was suspended or is under appeal is not over.
"""


def follow_notice(session: Session, event: NoticeSent, at: datetime) -> None:
    """End the cases of the submission that schools just got, and of those joined to it.

    (Of ``NoticeSent``.) Their senders are told. Again nothing happens.
    """
    of_notice = (
        sa.select(SubmissionVersion.submission_id)
        .join(Notice, Notice.source_id == SubmissionVersion.id)
        .where(
            Notice.authority_id == event.authority_id,
            Notice.id == event.notice_id,
            SubmissionVersion.authority_id == event.authority_id,
        )
        .scalar_subquery()
    )
    found = session.scalars(
        sa.select(BypassCase)
        .join(Submission, Submission.id == BypassCase.submission_id)
        .where(
            BypassCase.authority_id == event.authority_id,
            BypassCase.state == CaseState.DRAFTED,
            sa.or_(Submission.id == of_notice, Submission.merged_into_id == of_notice),
        )
        .options(joinedload(BypassCase.submission))
        .order_by(BypassCase.id)
        .limit(MOST_TOGETHER)
        .with_for_update(of=BypassCase)
    ).all()
    for case in found:
        _end(session, case, at)


def follow(session: Session, authority_id: int, *, at: datetime, most: int) -> int:
    """End the cases whose submissions were sent or ended; tell their senders. Two statements."""
    other = aliased(Submission)
    sent = sa.or_(Submission.sent_at.is_not(None), other.sent_at.is_not(None))
    over = sa.or_(sent, Submission.state.in_(sorted(ENDS)))
    found = session.scalars(
        sa.select(BypassCase)
        .join(Submission, Submission.id == BypassCase.submission_id)
        .join(other, other.id == Submission.merged_into_id, isouter=True)
        .where(
            BypassCase.authority_id == authority_id,
            BypassCase.state == CaseState.DRAFTED,
            over,
        )
        .options(joinedload(BypassCase.submission))
        .order_by(BypassCase.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=BypassCase)
    ).all()
    for case in found:
        _end(session, case, at)
    return len(found)


def left_alone(
    session: Session,
    authority_id: int,
    *conditions: sa.ColumnElement[bool],
    before: datetime,
    most: int,
) -> Sequence[BypassCase]:
    """Return cases whose drafts nobody touched since then, nor submitted; locked."""
    return session.scalars(
        sa.select(BypassCase)
        .join(Submission, Submission.id == BypassCase.submission_id)
        .where(
            BypassCase.authority_id == authority_id,
            BypassCase.state == CaseState.DRAFTED,
            Submission.state.in_([S.DRAFT, S.RETURNED]),
            Submission.updated_at <= before,
            *conditions,
        )
        .options(joinedload(BypassCase.submission))
        .order_by(BypassCase.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=BypassCase)
    ).all()


def _end(session: Session, case: BypassCase, at: datetime) -> None:
    submission = case.submission
    if submission is None:
        return
    end = SENT if submission.sent_at is not None else ENDS.get(submission.state, SENT)
    # What schools have already cannot be withdrawn or refused any more.
    to = end.to if leads_to(case.kind, case.state, end.to) else CaseState.NOTED
    move(session, case, to=to, by=None, at=at, note=end.note)
    if case.kind is CaseKind.HELD:
        why = "" if end is SENT else end.note
        telling.of_end(session, case, end.how, why, submission=submission, at=at)
