"""The mails that time sends: reminders, what is overdue, what has lapsed."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from directory.models import Role
from foundation import clock
from foundation.dates import day, moment
from gatekeeping.batches import Now
from gatekeeping.deadlines.working_days import add_working_days
from gatekeeping.letters.addressees import people_in, write_to
from gatekeeping.models import Submission, Track
from gatekeeping.protocol import Protocol


@dataclass(frozen=True)
class Words:
    """What a mail says: its subject, what to do, and on which page."""

    subject: str
    says: str
    page: str = "/queue/{}"


UNANSWERED = Words(
    "Emergency not answered",
    "An emergency was asked for and nobody has answered it in time. Please release it, or say that "
    "it is none, on the page below.",
)
UNDECIDED = Words(
    "For you to decide",
    "The gatekeepers did not decide this in time, so it was given to you. It is not approved.",
)
NOT_LOOKED_AT = Words(
    "Nobody has looked at this",
    "This should have had a first look by now. Please see that a gatekeeper takes it.",
)
NOT_DECIDED = Words(
    "Your decision is overdue",
    "This was given to the senior executive and is overdue. It stays undecided until you act.",
)
NOT_HEARD = Words(
    "Appeal overdue", "This appeal should have been heard by now. Please see that the panel meets."
)
NOT_STARTED = Words(
    "Review of an emergency not begun",
    "This was sent as an emergency, and its review should have begun by now. Please begin it.",
)
NOT_ENDED = Words(
    "Review of an emergency overdue",
    "The review of this emergency should have ended by now. Please say whether it was right.",
)
NO_VERDICT = Words(
    "Data protection verdict overdue",
    "This waits for your word on its data protection assessment. Nothing can be sent before.",
    "/dpia/{}",
)
NO_RULING = Words(
    "Legal verdict overdue",
    "This claims a duty in law that nobody has verified. Please say what the provision means here.",
    "/submissions/{}/law",
)


def tell(session: Session, submission: Submission, words: Words, now: Now, *roles: Role) -> None:
    """Tell everybody in these roles what is overdue and what to do."""
    due = _due(submission, now) if words.page == Words.page else ""
    write_to(
        session,
        submission,
        people_in(session, now.authority_id, *roles),
        words.subject,
        [words.says, due, now.address + words.page.format(submission.id)],
        at=now.at,
        urgent=submission.track is Track.EMERGENCY,
    )


def remind_officer(session: Session, submission: Submission, now: Now, protocol: Protocol) -> None:
    """Remind the officer of an open question, with the day on which it lapses."""
    last = "" if submission.state_due_at is None else day(submission.state_due_at)
    more = protocol.lapse_days - protocol.remind_days
    lapses = add_working_days(clock.local_date(now.at), max(more, 1))
    write_to(
        session,
        submission,
        [submission.author],
        "Please answer",
        [
            "A gatekeeper asked you a question that waits for your answer.",
            f"Please answer by {last}." if last else "",
            f"Without an answer it lapses on {day(lapses)} and is not sent.",
            f"{now.address}/submissions/{submission.id}",
        ],
        at=now.at,
    )


def tell_lapsed(session: Session, submission: Submission, why: str, now: Now) -> None:
    """Tell the officer that the submission has lapsed, why, and what to do."""
    write_to(
        session,
        submission,
        [submission.author],
        "Lapsed",
        [
            why,
            "It is not sent. You can copy it as a new draft, change it and submit it again.",
            f"{now.address}/submissions/{submission.id}",
        ],
        at=now.at,
    )


def _due(submission: Submission, now: Now) -> str:
    due = submission.state_due_at
    if due is None:
        return ""
    if due >= now.at:
        return f"Please decide by {day(due)}."
    is_hour = submission.track is Track.EMERGENCY and submission.sent_at is None
    return f"It was due on {moment(due) if is_hour else day(due)}."
