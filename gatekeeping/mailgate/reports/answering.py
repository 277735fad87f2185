"""What a school is answered that reports a request by mail.

Every mail of the portal carries ``Auto-Submitted``, and whoever wrote automatically gets none.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation import clock
from foundation.dates import day
from foundation.sealing import Seal
from gatekeeping.deadlines.working_days import add_working_days
from gatekeeping.editions import protocol_of
from gatekeeping.mailgate.cases.emptying import mails_of, note_mail
from gatekeeping.mailgate.reports.reporting import Outcome, Reported
from gatekeeping.models.mailgate import BypassCase
from notifications.mail.compose import queue_mail
from notifications.mail.message import PORTAL
from notifications.mail.sealed import sealed_text
from notifications.models_mail import Mail

THANKS_SUBJECT: Final = "Thank you for reporting a request"
THANKS: Final = (
    "Thank you. You told us about a request{what}that did not come to you through the portal.\n\n"
    "What happens now: by {by} a gatekeeper looks at it, and asks whoever sent it to put it "
    "through the schools’ gate or to take it back.\n\n"
    "What you do: nothing. You need not answer the request meanwhile. If it is needed, it comes "
    "to you again with a number that you can check:\n\n"
    "{portal}/verify\n\n"
    "This never removes a duty that the law itself puts on you, nor any child-protection step."
)
PASSED_SUBJECT: Final = "The request that you reported has passed the gate"
PASSED: Final = (
    "Thank you for asking. The request that you passed on to us carries the number {number}, "
    "which is current: the request has passed the schools’ gate.\n\n"
    "See what it is, who asks, and whether you must answer:\n\n"
    "{portal}/verify/{number}\n\n"
    "If what you got says something else than that page, tell us: it may use a number that is not "
    "its own."
)
LET_THROUGH_SUBJECT: Final = "The request that you reported was let through"
LET_THROUGH: Final = (
    "Thank you for asking. A gatekeeper has looked at this request and let it through: you may "
    "answer it.\n\n"
    "If you think that it should not have been sent, say so:\n\n"
    "{portal}/report-request"
)
OURS_SUBJECT: Final = "What you reported came from the portal itself"
OURS: Final = (
    "Thank you for asking. The mail that you passed on was sent by the portal: what it tells of "
    "has passed the schools’ gate. It waits in your inbox:\n\n"
    "{portal}/"
)
UNREADABLE_SUBJECT: Final = "We could not find the request in your mail"
UNREADABLE: Final = (
    "Thank you for writing. Your mail does not hold the request that you want to report, or we "
    "cannot tell who sent it to you.\n\n"
    "Forward the request itself, if you can “as an attachment”, to this address again. Or paste "
    "it into this page of the portal:\n\n"
    "{portal}/report-request"
)
TOO_MANY_SUBJECT: Final = "We did not keep your report"
TOO_MANY: Final = (
    "Your school has reported twenty requests today, so this one was not kept. Answer this mail, "
    "so that somebody looks at what goes on."
)
ANSWERS: Final[Mapping[Outcome, tuple[str, str]]] = {
    Outcome.KEPT: (THANKS_SUBJECT, THANKS),
    Outcome.PASSED: (PASSED_SUBJECT, PASSED),
    Outcome.LET_THROUGH: (LET_THROUGH_SUBJECT, LET_THROUGH),
    Outcome.OURS: (OURS_SUBJECT, OURS),
    Outcome.NOTHING: (UNREADABLE_SUBJECT, UNREADABLE),
    Outcome.TOO_MANY: (TOO_MANY_SUBJECT, TOO_MANY),
}


def was_answered(session: Session, case: BypassCase, address: str) -> bool:
    """Tell whether this address has been answered about a case before.

    Each colleague is, once: they may not know of each other, nor of a report on the page.
    """
    found = sa.select(Mail.id).where(
        Mail.authority_id == case.authority_id,
        Mail.id.in_(mails_of(case)),
        Mail.address == address,
    )
    return session.scalar(sa.select(found.exists())) or False


def answer(
    session: Session,
    authority_id: int,
    address: str,
    found: Reported,
    *,
    subject: str,
    seal: Seal,
    at: datetime,
) -> None:
    """Say to whoever reported by mail what came of it, and what they do now; it waits sealed."""
    title, text = ANSWERS[found.outcome]
    what = f" (“{subject[:100]}”) " if subject else " "
    days = protocol_of(session, authority_id).bypass_days
    by = day(add_working_days(clock.local_date(at), days))
    text = text.format(what=what, number=found.number, portal=PORTAL, by=by)
    mail = queue_mail(
        session,
        authority_id=authority_id,
        address=address,
        subject=title,
        text=sealed_text(text, seal),
        urgent=True,
        at=at,
    )
    if found.case is not None:
        note_mail(session, found.case, mail)
