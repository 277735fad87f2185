"""What is mailed about runs of single messages, reports of schools, and drafts made of held mail.

The mails about a held message itself are in ``telling``. Every mail of the portal carries
``Auto-Submitted``, and whoever wrote automatically gets none.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from foundation import clock
from foundation.dates import day, moment
from foundation.sealing import Seal
from gatekeeping.deadlines.working_days import add_working_days
from gatekeeping.editions import protocol_of
from gatekeeping.mailgate.addressing import is_reachable
from gatekeeping.mailgate.emptying import note_mail
from gatekeeping.mailgate.reporting import Outcome, Reported
from gatekeeping.models import Submission
from gatekeeping.models.mailgate import BypassCase, CaseKind
from notifications.mail.compose import queue_mail
from notifications.mail.message import PORTAL
from notifications.mail.sealed import sealed_text
from notifications.models_mail import Mail

RUN_SUBJECT: Final = "Your mail to many schools, one after the other"
RUN: Final = (
    "Within an hour, until {when}, you sent mail to {schools} schools, one by one. The mail went "
    "out. Nobody has read it, and nothing was kept of what it says.\n\n"
    "If each message was about one child or one school, you need not do anything.\n\n"
    "If it was the same letter to all of them: what goes to more than {limit} schools passes the "
    "schools’ gate first. Write it in the portal the next time. It then reaches the right person "
    "at each school, who is reminded for you:\n\n"
    "{portal}/submissions/new\n\n"
    "The gatekeepers see how many schools there were, and nothing else."
)
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
DRAFT_SUBJECT: Final = "Your mail is now a draft in the portal"
DRAFT: Final = (
    "{who} has put your mail to schools, which {came} on {when}, into the portal as a draft. The "
    "portal has sent nothing yet.\n\n"
    "Look through it, fill in what is missing, and submit it:\n\n"
    "{portal}/submissions/{submission_id}\n\n"
    "{notes}"
    "The title, the text, the files and the schools are those of your mail."
)


CAME: Final = {
    CaseKind.HELD: "was held",
    CaseKind.SEEN: "was seen by the mail gateway",
    CaseKind.REPORTED: "a school reported",
}
ANSWERS: Final[Mapping[Outcome, tuple[str, str]]] = {
    Outcome.KEPT: (THANKS_SUBJECT, THANKS),
    Outcome.PASSED: (PASSED_SUBJECT, PASSED),
    Outcome.LET_THROUGH: (LET_THROUGH_SUBJECT, LET_THROUGH),
    Outcome.OURS: (OURS_SUBJECT, OURS),
    Outcome.NOTHING: (UNREADABLE_SUBJECT, UNREADABLE),
    Outcome.TOO_MANY: (TOO_MANY_SUBJECT, TOO_MANY),
}


def tell_of_run(session: Session, case: BypassCase, *, at: datetime) -> None:
    """Say to the sender what was seen and where such letters go, if a person reads that."""
    if not is_reachable(case.sender):
        return
    text = RUN.format(
        when=moment(at),
        schools=f"{case.schools:,}",
        limit=case.detail.get("limit", 20),
        portal=PORTAL,
    )
    _queue(
        session, case.authority_id, case.sender, RUN_SUBJECT, text, at=at, person_id=case.sender_id
    )


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
    mail = _queue(session, authority_id, address, title, sealed_text(text, seal), at=at)
    if found.case is not None:
        note_mail(session, found.case, mail)


def tell_of_draft(
    session: Session,
    case: BypassCase,
    submission: Submission,
    *,
    started_by: str,
    notes: Sequence[str],
    at: datetime,
) -> None:
    """Say to the sender that a gatekeeper made a draft of their mail."""
    text = DRAFT.format(
        who=started_by,
        came=CAME[case.kind],
        when=moment(case.received_at),
        submission_id=submission.id,
        portal=PORTAL,
        notes="".join(f"{note}\n\n" for note in notes),
    )
    _queue(
        session,
        case.authority_id,
        case.sender,
        DRAFT_SUBJECT,
        text,
        at=at,
        person_id=submission.author_id,
    )


def _queue(
    session: Session, authority_id: int, address: str, subject: str, text: str, **more: Any
) -> Mail:
    """Queue one mail; ``more`` are ``at`` and, where it is known, ``person_id``."""
    return queue_mail(
        session,
        authority_id=authority_id,
        address=address,
        subject=subject,
        text=text,
        urgent=True,
        **more,
    )
