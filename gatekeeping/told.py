"""The mails that the gate sends to officers and gatekeepers, queued with the change itself."""

from datetime import datetime

from sqlalchemy.orm import Session

from foundation.clock import local_date
from foundation.dates import day
from gatekeeping.models import Decision, Submission, Verb
from notifications.compose import queue_mail

EXCERPT = 1_000


def tell_author(
    session: Session, submission: Submission, decision: Decision, *, at: datetime, address: str
) -> None:
    """Tell the officer what was decided, why, and what to do next."""
    outcome, following = {
        Verb.APPROVE: ("Approved", _when_sent(submission, at)),
        Verb.REFUSE: (
            "Refused",
            "It will not be sent to schools. You can make a copy, change it and submit it again.",
        ),
        Verb.CHALLENGE: (
            "A question for you",
            "Answer on the page below. The clock stands still until you do.",
        ),
    }[decision.verb]
    lines = [
        f"{_reference(submission)}: {submission.title}",
        f"{outcome}.",
        _short(decision.reason),
        f"Conditions: {_short(decision.conditions)}" if decision.conditions else "",
        following,
        f"{address}/submissions/{submission.id}",
    ]
    queue_mail(
        session,
        authority_id=submission.authority_id,
        address=submission.author.email,
        subject=f"{outcome}: {_reference(submission)} {submission.title}",
        text="\n\n".join(line for line in lines if line),
        at=at,
    )


def tell_gatekeeper(
    session: Session, submission: Submission, *, at: datetime, address: str
) -> None:
    """Tell the gatekeeper who asked that the answer has come, and until when it is held."""
    if submission.claimed_by is None:
        return
    queue_mail(
        session,
        authority_id=submission.authority_id,
        address=submission.claimed_by.email,
        subject=f"Answered: {_reference(submission)} {submission.title}",
        text="\n\n".join(
            [
                f"{_reference(submission)}: {submission.title}",
                "The officer has answered your questions. It is yours for two hours from now.",
                f"{address}/queue/{submission.id}",
            ]
        ),
        at=at,
    )


def _reference(submission: Submission) -> str:
    return f"{submission.number} v{submission.version}"


def _when_sent(submission: Submission, at: datetime) -> str:
    valid = f"The number is valid to {day(submission.expires_on)}."
    if submission.send_on is None or submission.send_on <= local_date(at):
        return f"It is being sent to schools now. {valid} The letter follows on the page below."
    return (
        f"It goes to schools on {day(submission.send_on)}. "
        f"{valid} The letter follows on the page below."
    )


def _short(text: str) -> str:
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT].rstrip()} … (more on the page)"
