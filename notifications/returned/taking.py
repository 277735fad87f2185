"""Taking what came back: on the mail, on the person whose address fails, and for good.

A report counts only under an address that we signed for one mail (``addresses``), so strangers
cannot mark anybody. The same report twice, or brought by two servers, changes nothing.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.bulk import insert_missing
from notifications.mail.failing import mail_came_back, whose
from notifications.models_mail import Mail, MailState
from notifications.models_reaching import ReturnedMail
from notifications.returned.addresses import Returns
from notifications.returned.complaints import heed
from notifications.returned.reading import BOUNCE, COMPLAINT, Report, read_reports

BELIEVED: Final = timedelta(days=30)
"""A report about a mail sent longer ago changes nothing: servers give up within days."""
IN_A_ROW: Final = 3
WITHIN: Final = timedelta(days=14)
MOST_AT_ONCE: Final = 20


@dataclass(frozen=True)
class Taken:
    """What a message brought: reports by kind, and those that say nothing of our mail."""

    bounces: int = 0
    delays: int = 0
    complaints: int = 0
    known: int = 0
    """Reports that were here before."""
    strange: int = 0
    """Reports that name no mail that we sent lately."""

    def __add__(self, other: "Taken") -> "Taken":
        mine, theirs = vars(self), vars(other)
        return Taken(**{name: mine[name] + theirs[name] for name in mine})


def take(
    session: Session,
    raw: bytes,
    recipients: Iterable[str],
    *,
    returns: Returns,
    at: datetime,
    only: int | None = None,
) -> Taken:
    """Read a message that came back and keep what it reports; the caller commits.

    ``recipients`` are the envelope's; the message's own lines are asked where they tell nothing.
    The session works for every authority: the mail says whose it is. With ``only``, mails of other
    authorities are strange.
    """
    envelope = tuple(recipients)
    digest = hashlib.sha256(raw).hexdigest()
    done = Taken()
    for report in read_reports(raw):
        mail = _mail(session, report, envelope, returns, at)
        if mail is None or (only is not None and mail.authority_id != only):
            done += Taken(strange=1)
        else:
            done += keep(session, mail, report, digest=digest, at=at)
    return done


def keep(session: Session, mail: Mail, report: Report, *, digest: str, at: datetime) -> Taken:
    """Keep one report about a mail and do what follows from it; a known one changes nothing."""
    if not _note(session, mail, report, digest=digest, at=at):
        return Taken(known=1)
    if report.kind == COMPLAINT:
        heed(session, mail, at=at)
        return Taken(complaints=1)
    if report.kind != BOUNCE:
        return Taken(delays=1)
    _come_back(session, mail, report, at)
    return Taken(bounces=1)


def _mail(
    session: Session, report: Report, envelope: Sequence[str], returns: Returns, at: datetime
) -> Mail | None:
    """Return the mail of which a report speaks, under the first address that we signed."""
    ids = list(dict.fromkeys(_ids((*envelope, *report.addresses), returns)))[:MOST_AT_ONCE]
    if not ids:
        return None
    sent = sa.func.coalesce(Mail.sent_at, Mail.created_at)
    return session.scalars(
        sa.select(Mail).where(Mail.id == ids[0], sent >= at - BELIEVED).with_for_update()
    ).first()


def _ids(addresses: Iterable[str], returns: Returns) -> Iterator[int]:
    for address in addresses:
        mail_id = returns.mail_of(address)
        if mail_id is not None:
            yield mail_id


def _note(session: Session, mail: Mail, report: Report, *, digest: str, at: datetime) -> bool:
    """Write the report down; False when it stands there already.

    The mail's row is locked, so two servers that bring the same one take turns.
    """
    same = sa.select(ReturnedMail.id).where(
        ReturnedMail.authority_id == mail.authority_id,
        ReturnedMail.mail_id == mail.id,
        ReturnedMail.kind == report.kind,
        ReturnedMail.digest == digest,
    )
    if session.scalar(same) is not None:
        return False
    row = {
        "authority_id": mail.authority_id,
        "mail_id": mail.id,
        "kind": report.kind,
        "status": report.status,
        "says": report.says,
        "digest": digest,
        "at": at,
    }
    insert_missing(session, ReturnedMail, [row])
    return True


def _come_back(session: Session, mail: Mail, report: Report, at: datetime) -> None:
    """Mark the mail; and its reader, unless it says little of the address and is the first."""
    if mail.person_id is None and mail.delivery_id is None:
        mail.person_id = whose(session, mail)
    if mail.state is not MailState.RETURNED:
        mail.returned_at = at
        status = "" if report.status in report.says else report.status
        mail.returned_why = f"{status} {report.says}".strip()[:300]
        if mail.state is MailState.SENT:
            mail.state = MailState.RETURNED
    session.flush()
    if not report.is_soft or _fails_again_and_again(session, mail, at):
        session.execute(mail_came_back(mail, at))


def _fails_again_and_again(session: Session, mail: Mail, at: datetime) -> bool:
    """Tell whether this and the two mails before it to this address all came back, within days."""
    if mail.person_id is None:
        return False
    states = session.scalars(
        sa.select(Mail.state)
        .where(
            Mail.authority_id == mail.authority_id,
            Mail.person_id == mail.person_id,
            Mail.address == mail.address,
            Mail.state.in_([MailState.SENT, MailState.RETURNED]),
            Mail.created_at <= mail.created_at,
            Mail.created_at >= at - WITHIN,
        )
        .order_by(Mail.created_at.desc(), Mail.id.desc())
        .limit(IN_A_ROW)
    ).all()
    return list(states) == [MailState.RETURNED] * IN_A_ROW
