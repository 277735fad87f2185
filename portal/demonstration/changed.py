"""What became of things after they were sent: one corrected, one replaced, a file taken back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.catalogue import resolve_slugs
from directory.audience import school_ids
from directory.models import Membership
from foundation import clock
from foundation.outbox import OutboxEvent
from gatekeeping.changes.taking_back import take_back
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import State, Submission, SubmissionVersion
from notifications.amending import Correction, amend
from notifications.events import NoticeChanged
from notifications.models import Delivery, DeliveryState, Notice, NoticeAttachment
from notifications.models_mail import Mail, MailState
from notifications.reach import Earlier, deliver

HOURS: Final = timedelta(hours=1)
CORRECTED: Final = "\n\nThe room has changed: come to the education centre, not to the library."
NEWER: Final = (
    "\n\nOne session was added since the first version. Please tell us if your school comes to it."
)
WHY: Final = "The second page showed names that should not be there."


def change_some(session: Session, authority_id: int, *, to: Sequence[int], at: datetime) -> None:
    """Correct, replace and take back some of what went lately to these people's schools."""
    schools = sa.select(Membership.school_id).where(Membership.person_id.in_(to))
    lately = _lately(session, authority_id, Delivery.school_id.in_(schools))
    for number, (found, change) in enumerate(zip(lately, (_correct, _replace), strict=False)):
        _read(session, found[0].id, schools, is_done=number == 1)
        change(session, found, at=at - (20 - 17 * number) * HOURS)
    with_files = _lately(session, authority_id, _has_files())
    if with_files:
        _take_back(session, with_files[-1], at=at - 5 * HOURS)
    session.flush()
    _keep_quiet(session, authority_id, at)


def _has_files() -> sa.ColumnElement[bool]:
    return sa.exists().where(NoticeAttachment.notice_id == Notice.id).correlate(Notice)


def _lately(
    session: Session, authority_id: int, which: sa.ColumnElement[bool]
) -> list[sa.Row[tuple[Any, ...]]]:
    """Return the newest live items: notice, submission, version; the newest first."""
    query = (
        sa.select(Notice, Submission, SubmissionVersion)
        .join(SubmissionVersion, SubmissionVersion.id == Notice.source_id)
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .where(
            Notice.authority_id == authority_id,
            Submission.state == State.LIVE,
            sa.exists().where(Delivery.notice_id == Notice.id, which),
        )
        .order_by(Notice.sent_at.desc(), Notice.id.desc())
        .limit(6)
    )
    return list(session.execute(query))


def _read(
    session: Session, notice_id: int, schools: sa.Select[tuple[int | None]], *, is_done: bool
) -> None:
    """Let these schools have read a notice before it changed, or be done with it."""
    state = DeliveryState.DONE if is_done else DeliveryState.READ
    read_at = Delivery.delivered_at  # at once
    session.execute(
        sa.update(Delivery)
        .where(Delivery.notice_id == notice_id, Delivery.school_id.in_(schools))
        .values(state=state, read_at=read_at, done_at=read_at if is_done else None)
        .execution_options(synchronize_session=False)
    )


def _correct(session: Session, found: sa.Row[tuple[Any, ...]], *, at: datetime) -> None:
    notice, submission, _ = found
    due_on = notice.due_on + timedelta(days=7) if notice.due_on else None
    correction = Correction(notice.title, notice.body + CORRECTED, notice.reference, due_on)
    amend(session, notice.authority_id, _sources(submission), correction, at=at)


def _replace(session: Session, found: sa.Row[tuple[Any, ...]], *, at: datetime) -> None:
    notice, submission, version = found
    document = {**version.document, "body": notice.body + NEWER}
    names = ("track", "schools", "burden", "attachments", "submitted_by_id", "law", "protocol")
    submission.document, submission.version = document, version.version + 1
    newer = SubmissionVersion(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        version=submission.version,
        document=document,
        submitted_at=at,
        **{name: getattr(version, name) for name in names},
    )
    session.add(newer)
    session.flush()
    content = SubmissionDocument.read(document)
    deliver(
        session,
        _notice(notice, newer, f"{submission.number} v{newer.version}", at),
        schools=school_ids(submission.authority_id, content.audience.as_audience()),
        category_ids=resolve_slugs(session, submission.authority_id, content.categories),
        by=None,
        at=at,
        on=clock.local_date(at),
        follows=Earlier(_sources(submission)),
    )


def _notice(before: Notice, version: SubmissionVersion, reference: str, at: datetime) -> Notice:
    same = ("authority_id", "kind", "title", "sender", "reply_to", "due_on", "valid_until")
    how = ("attention", "acknowledge", "reminders")
    return Notice(
        source_id=version.id,
        reference=reference,
        body=version.document["body"],
        sent_at=at,
        **{name: getattr(before, name) for name in (*same, *how)},
    )


def _take_back(session: Session, found: sa.Row[tuple[Any, ...]], *, at: datetime) -> None:
    notice, submission, _ = found
    file = session.scalars(
        sa.select(NoticeAttachment)
        .where(NoticeAttachment.notice_id == notice.id)
        .order_by(NoticeAttachment.id)
        .limit(1)
    ).one()
    take_back(session, submission, file.id, why=WHY, by=submission.author, at=at)


def _sources(submission: Submission) -> sa.Select[tuple[int]]:
    return sa.select(SubmissionVersion.id).where(
        SubmissionVersion.authority_id == submission.authority_id,
        SubmissionVersion.submission_id == submission.id,
    )


def _keep_quiet(session: Session, authority_id: int, at: datetime) -> None:
    """Say that the mail of all this was sent already: nobody's mailbox begins with a flood."""
    for quiet in (
        sa.update(Mail)
        .where(Mail.authority_id == authority_id, Mail.state == MailState.QUEUED)
        .where(Mail.created_at == at - 3 * HOURS)
        .values(state=MailState.SENT, sent_at=at - 3 * HOURS),
        sa.update(OutboxEvent)
        .where(OutboxEvent.authority_id == authority_id, OutboxEvent.handled_at.is_(None))
        .where(OutboxEvent.name == NoticeChanged.__name__)
        .values(handled_at=at),
    ):
        session.execute(quiet.execution_options(synchronize_session=False))
