"""Sending an approved submission to schools when its date has come."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.catalogue import resolve_slugs
from directory.audience import school_ids
from foundation import clock
from gatekeeping.changes.for_readers import asked_otherwise
from gatekeeping.documents import SubmissionDocument
from gatekeeping.editions import protocol_of
from gatekeeping.events import SubmissionApproved
from gatekeeping.models import IS_NEWEST, Kind, State, Submission, SubmissionVersion
from gatekeeping.moves import move
from gatekeeping.protocol import Protocol
from gatekeeping.registry.reliance import for_schools
from notifications.models import Attention, Notice, NoticeAttachment, NoticeKind
from notifications.reach import Earlier, deliver

RELEASED = frozenset({State.EMERGENCY_RELEASED, State.AFTER_REVIEW})
"""An emergency goes out in these; the second only when its review begins before it was sent."""

FILE_FACTS = ("name", "media_type", "size", "sha256")
"""What a notice repeats of a frozen file; the file's id is the draft's, not the notice's."""


def send_approved(session: Session, event: SubmissionApproved, at: datetime) -> None:
    """Send an approved version, or put it down for its date; does nothing a second time.

    A released emergency goes at once and before all other mail, and stays what it is. Everything
    that is written (notice, deliveries, mail, the move to LIVE) belongs to the caller's one
    transaction.
    """
    submission = session.get_one(Submission, event.submission_id, with_for_update=True)
    version = session.get_one(SubmissionVersion, event.version_id)
    is_emergency = submission.state in RELEASED and submission.sent_at is None
    waiting = is_emergency or submission.state in {State.APPROVED, State.SCHEDULED}
    if not waiting or submission.version != version.version:
        return
    today = clock.local_date(at)
    if submission.expires_on is not None and submission.expires_on < today:
        return  # whoever should have sent it stood still too long: time will say that it expired
    if not is_emergency and submission.send_on is not None and submission.send_on > today:
        if submission.state is State.APPROVED:
            move(session, submission, to=State.SCHEDULED, by=None, at=at)
        return
    document = SubmissionDocument.read(version.document)
    deliver(
        session,
        _notice(submission, version, document, at, protocol_of(session, submission.authority_id)),
        schools=school_ids(submission.authority_id, document.audience.as_audience()),
        category_ids=resolve_slugs(session, submission.authority_id, document.categories),
        by=None,
        at=at,
        on=today,
        follows=_earlier(session, submission, version, document),
    )
    submission.sent_at = at
    if not is_emergency:
        move(session, submission, to=State.LIVE, by=None, at=at)


def reference(submission: Submission) -> str:
    """Return the number with its version, as printed on everything that schools see."""
    return f"{submission.number} v{submission.version}"


def sender(submission: Submission) -> str:
    """Return who sends it, in words: team and organisation."""
    organisation = submission.organisation.name
    return f"{submission.team.name}, {organisation}" if submission.team else organisation


def versions_to_send(
    session: Session, *, at: datetime, most: int = 100
) -> list[SubmissionApproved]:
    """Return the events that send what was put down for a date which has now come.

    Also what was approved, and emergencies that were released, and for whatever reason are not
    sent yet: an event that failed for good is not the end of it.
    """
    rows = session.execute(
        sa.select(Submission.authority_id, Submission.id, SubmissionVersion.id.label("version_id"))
        .join(
            SubmissionVersion,
            IS_NEWEST,
        )
        .where(
            sa.or_(
                sa.and_(
                    Submission.state.in_([State.APPROVED, State.SCHEDULED]),
                    sa.or_(
                        Submission.send_on.is_(None), Submission.send_on <= clock.local_date(at)
                    ),
                ),
                sa.and_(Submission.state.in_(RELEASED), Submission.sent_at.is_(None)),
            ),
            sa.or_(Submission.expires_on.is_(None), Submission.expires_on >= clock.local_date(at)),
        )
        .order_by(Submission.send_on, Submission.id)
        .limit(most)
    )
    return [SubmissionApproved(row.authority_id, row.id, row.version_id) for row in rows]


def _earlier(
    session: Session,
    submission: Submission,
    version: SubmissionVersion,
    document: SubmissionDocument,
) -> Earlier | None:
    """Return the versions in whose place this one comes, and what it asks otherwise.

    None when schools have none of it yet.
    """
    if submission.sent_at is None:
        return None
    before = (
        SubmissionVersion.authority_id == submission.authority_id,
        SubmissionVersion.submission_id == submission.id,
        SubmissionVersion.version < version.version,
    )
    sent = session.scalar(
        sa.select(SubmissionVersion.document)
        .join(Notice, Notice.source_id == SubmissionVersion.id)
        .where(*before, Notice.authority_id == submission.authority_id)
        .order_by(SubmissionVersion.version.desc())
        .limit(1)
    )
    changes = asked_otherwise(SubmissionDocument.read(sent), document) if sent else []
    return Earlier(sa.select(SubmissionVersion.id).where(*before), changes)


def _attention(submission: Submission, document: SubmissionDocument) -> Attention:
    if submission.state in RELEASED:
        return Attention.URGENT
    asks = submission.kind is Kind.DATA_REQUEST or document.due_on is not None
    return Attention.ACTION if asks else Attention.INFORMATION


def _notice(
    submission: Submission,
    version: SubmissionVersion,
    document: SubmissionDocument,
    at: datetime,
    protocol: Protocol,
) -> Notice:
    return Notice(
        authority_id=submission.authority_id,
        source_id=version.id,
        reference=reference(submission),
        kind=NoticeKind(submission.kind.value),
        title=document.title,
        body=document.body,
        sender=sender(submission),
        reply_to=submission.author.email,
        due_on=document.due_on,
        valid_until=submission.expires_on,
        standing=for_schools(submission, clock.local_date(at)),
        sent_at=at,
        attention=_attention(submission, document),
        acknowledge=document.signature == "login",
        reminders=document.reminders,
        deputy_after=protocol.deputy_days,
        head_after=protocol.head_days,
        attachments=[
            NoticeAttachment(
                authority_id=submission.authority_id, **{name: file[name] for name in FILE_FACTS}
            )
            for file in version.attachments
        ],
    )
