"""The mails that the gate sends to officers and gatekeepers, queued with the change itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from directory.models import Person, Role
from foundation.clock import local_date
from foundation.dates import day
from gatekeeping.letters.addressees import people_in, write_to
from gatekeeping.models import Decision, Submission, Verb
from notifications.mail.compose import queue_mail

EXCERPT = 1_000
Following = Callable[[Submission, Decision, datetime], str]


@dataclass(frozen=True)
class Told:
    """What the officer is told of a decision: its words, and what to do next."""

    words: str
    following: Following


def _always(sentence: str) -> Following:
    return lambda _submission, _decision, _at: sentence


def _when_sent(submission: Submission, _decision: Decision, at: datetime) -> str:
    valid = f"The number is valid to {day(submission.expires_on)}."
    letter = "The letter follows on the page below."
    if submission.sent_at is not None:
        return f"It is with schools already, and its number counts again. {valid} {letter}"
    if submission.send_on is None or submission.send_on <= local_date(at):
        return f"It is being sent to schools now. {valid} {letter}"
    return f"It goes to schools on {day(submission.send_on)}. {valid} {letter}"


def _where_joined(_submission: Submission, decision: Decision, _at: datetime) -> str:
    into = decision.into
    name = f"{into.number}: {into.title}" if into is not None else "another submission"
    return (
        f"It was joined to {name}. Schools are asked once, for both of you. Should that one not be "
        "sent after all, yours is looked at again by itself."
    )


OFFICER: Mapping[Verb, Told] = {
    Verb.APPROVE: Told("Approved", _when_sent),
    Verb.RESUME: Told("Approval resumed", _when_sent),
    Verb.APPROVE_WITH_CONDITIONS: Told(
        "Approved on conditions",
        _always(
            "It is not sent yet. Say on the page below how you have met each condition. It lapses "
            "when one that comes before sending is not met by its date."
        ),
    ),
    Verb.CHALLENGE: Told(
        "A question for you",
        _always("Answer on the page below. The clock stands still until you do."),
    ),
    Verb.RETURN: Told(
        "Returned to you",
        _always("It cannot be judged as it is. Mend what is named above and submit it again."),
    ),
    Verb.REDIRECT: Told(
        "Redirected to data that is held",
        _always("It is not sent to schools. Ask the owner that is named above for the data."),
    ),
    Verb.MERGE: Told("Joined to another", _where_joined),
    Verb.REFUSE: Told(
        "Refused",
        _always(
            "It will not be sent to schools. You can make a copy, change it and submit it again."
        ),
    ),
    Verb.SUSPEND: Told(
        "Suspended",
        _always(
            "Send nothing about it and remind nobody until a gatekeeper resumes it. On the page "
            "below you can change the text."
        ),
    ),
    Verb.RELEASE: Told(
        "Released as an emergency",
        _always("It is being sent to schools now. Whether that was right is reviewed afterwards."),
    ),
    Verb.EXTEND: Told(
        "Valid longer", lambda submission, *_: f"It is valid to {day(submission.expires_on)}."
    ),
    Verb.RATIFY: Told("Emergency confirmed", _always("There is nothing that you need to do.")),
    Verb.RATIFY_WITH_LESSONS: Told(
        "Emergency confirmed, with lessons", _always("Please share the lessons with your team.")
    ),
    Verb.NOT_RATIFY: Told(
        "Emergency not confirmed",
        _always("Its number no longer counts. Send nothing more about it."),
    ),
    Verb.UPHOLD: Told("Appeal: the decision stands", _always("It is not sent to schools.")),
    Verb.VARY: Told(
        "Appeal: approved on conditions",
        _always("It is not sent yet. Say on the page below how you have met each condition."),
    ),
    Verb.QUASH: Told(
        "Appeal: it is looked at again", _always("Another gatekeeper decides it afresh.")
    ),
}
"""What the officer is told. Verbs that are not here change nothing for the officer."""


def tell_author(
    session: Session, submission: Submission, decision: Decision, *, at: datetime, address: str
) -> None:
    """Tell the officer what was decided, why, and what to do next; for some verbs nothing."""
    told = OFFICER.get(decision.verb)
    if told is None:
        return
    lines = [
        f"{_reference(submission)}: {submission.title}",
        f"{told.words}.",
        _short(decision.reason),
        f"Conditions: {_short(decision.conditions)}" if decision.conditions else "",
        _short(decision.redirect_to),
        told.following(submission, decision, at),
        f"{address}/submissions/{submission.id}",
    ]
    subject = f"{told.words}: {_reference(submission)} {submission.title}"
    _mail(session, submission.author, subject, lines, at=at)


def tell_gatekeeper(
    session: Session, submission: Submission, *, at: datetime, address: str
) -> None:
    """Tell the gatekeeper who asked that the answer has come, and until when it is held."""
    if submission.claimed_by is None:
        return
    lines = [
        f"{_reference(submission)}: {submission.title}",
        "The officer has answered your questions. It is yours for two working hours from now.",
        f"{address}/queue/{submission.id}",
    ]
    subject = f"Answered: {_reference(submission)} {submission.title}"
    _mail(session, submission.claimed_by, subject, lines, at=at)


def tell_executives(
    session: Session, submission: Submission, why: str, *, at: datetime, address: str
) -> None:
    """Tell the senior executive and the deputy that a submission waits for them, and why."""
    executives = people_in(session, submission.authority_id, Role.EXECUTIVE)
    lines = ["This was given to you to decide.", _short(why), f"{address}/queue/{submission.id}"]
    write_to(session, submission, executives, "For you to decide", lines, at=at)


def tell_administrators(
    session: Session, submission: Submission, why: str, *, at: datetime, address: str
) -> None:
    """Tell the administrators that nobody may decide a submission, and what they must do."""
    people = people_in(session, submission.authority_id, Role.ADMINISTRATOR)
    lines = [_short(why), f"{address}/queue/{submission.id}"]
    write_to(session, submission, people, "Nobody may decide this", lines, at=at)


def tell_not_met(
    session: Session, submission: Submission, why: str, *, at: datetime, address: str
) -> None:
    """Tell the officer that a condition is not met yet, in the gatekeeper's words."""
    lines = [_short(why), f"{address}/submissions/{submission.id}/conditions"]
    write_to(session, submission, [submission.author], "Condition not met yet", lines, at=at)


def _mail(session: Session, to: Person, subject: str, lines: list[str], *, at: datetime) -> None:
    queue_mail(
        session,
        authority_id=to.authority_id,
        address=to.email,
        subject=subject,
        text="\n\n".join(line for line in lines if line),
        at=at,
    )


def _reference(submission: Submission) -> str:
    return f"{submission.number} v{submission.version}"


def _short(text: str) -> str:
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT].rstrip()} … (more on the page)"
