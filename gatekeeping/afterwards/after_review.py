"""The review of an emergency after it went out: was it right to send it so (gatekeeping 4.9).

A gatekeeper without a stake, who did not release it, begins the review and ends it; begun by one,
it may be ended by another. None of the verbs commits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person, Role
from foundation.db import wake
from foundation.errors import Refusal
from gatekeeping.deciding.conflicts import check_may_decide
from gatekeeping.deciding.leases import AlreadyDoneError, lock, what_happened
from gatekeeping.deciding.recording import (
    MissingTextError,
    Outcome,
    audit_submission,
    checked_text,
    made_before,
    newest_version,
    store_decision,
)
from gatekeeping.letters import told
from gatekeeping.letters.addressees import managers_of_author, people_in, write_to
from gatekeeping.models import Decision, State, StoredFinding, Submission, Verb
from gatekeeping.moves import move

S = State
STATES: Mapping[Verb, State] = {
    Verb.RATIFY: S.RATIFIED,
    Verb.RATIFY_WITH_LESSONS: S.RATIFIED_WITH_LESSONS,
    Verb.NOT_RATIFY: S.NOT_RATIFIED,
}
VERDICTS: Mapping[Verb, str] = {
    Verb.RATIFY: "It was right",
    Verb.RATIFY_WITH_LESSONS: "It was right, and there is something to learn",
    Verb.NOT_RATIFY: "It was not right",
}
QUESTIONS: Mapping[str, str] = {
    "grounds": "Were the grounds real, and among those that open the emergency route?",
    "foreseen": "Was it impossible to foresee, so that ordinary notice could not be given?",
    "schools": "Did it go to the affected schools only?",
    "content": "Did it say what happened, what to do, and whom to ask?",
}
DPIA = "dpia"
DPIA_QUESTION = "Was the risk to personal data assessed, or is it now?"
"""Asked when the checks found that an assessment was missing (K71), which did not hold it up."""


@dataclass(frozen=True)
class Found:
    """What a reviewer found: yes or no to each of ``questions_for``, the verdict and why.

    ``lessons`` says what there is to learn, or which rule was broken; RATIFY needs none.
    """

    verdict: Verb
    answers: Mapping[str, bool | None]
    reason: str
    lessons: str = ""


class UnansweredError(Refusal):
    """A question of the review was not answered; ``field`` names it."""


class VerdictError(Refusal):
    """The verdict does not fit the answers."""


def questions_for(session: Session, submission: Submission) -> dict[str, str]:
    """Return what the review of this emergency asks, each with yes or no: two statements."""
    version = newest_version(session, submission)
    personal = session.scalar(
        sa.select(
            sa.exists().where(
                StoredFinding.authority_id == submission.authority_id,
                StoredFinding.version_id == version.id,
                StoredFinding.rule == "K71",
            )
        )
    )
    return {**QUESTIONS, DPIA: DPIA_QUESTION} if personal else dict(QUESTIONS)


def begin(session: Session, submission: Submission, *, by: Person, at: datetime) -> None:
    """Begin the review of an emergency that went out; begun already, nothing more happens.

    Raises NotGatekeeperError, ConflictError (a stake, or the release itself), AlreadyDoneError.
    """
    lock(session, submission)
    check_may_decide(session, submission, by.id, afterwards=True)
    if submission.state is S.AFTER_REVIEW:
        return
    if submission.state is not S.EMERGENCY_RELEASED:
        raise AlreadyDoneError(what_happened(session, submission))
    move(session, submission, to=S.AFTER_REVIEW, by=by.id, at=at)
    audit_submission(session, submission, "submission.review_begun", by=by, at=at, detail={})


def end(
    session: Session,
    submission: Submission,
    *,
    by: Person,
    found: Found,
    at: datetime,
    address: str,
) -> Decision:
    """End the review: RATIFY, RATIFY_WITH_LESSONS (with them) or NOT_RATIFY (with what was wrong).

    One no among the answers forbids RATIFY. Not confirmed, the number
    is dead at once, schools see it, and it counts against the team. Tells the officer, the
    officer's manager and the executives. Raises what ``begin`` raises, UnansweredError,
    VerdictError, MissingTextError. Ending it the same way again changes nothing.
    """
    if found.verdict not in STATES:
        raise MissingTextError("Choose what you found.", field="verdict")
    lock(session, submission)
    outcome = _outcome(questions_for(session, submission), found)
    made = made_before(session, submission, by, outcome)
    if made is not None and submission.state is STATES[found.verdict]:
        return made
    check_may_decide(session, submission, by.id, afterwards=True)
    if submission.state is not S.AFTER_REVIEW:
        raise AlreadyDoneError(what_happened(session, submission))
    decision = store_decision(session, submission, outcome, by=by, at=at)
    move(session, submission, to=STATES[found.verdict], by=by.id, at=at)
    wake(session, "letters")
    told.tell_author(session, submission, decision, at=at, address=address)
    _tell_those_above(session, submission, decision, at=at, address=address)
    return decision


def _outcome(questions: Mapping[str, str], found: Found) -> Outcome:
    verdict, answers, lessons = found.verdict, found.answers, found.lessons
    for name in questions:
        if answers.get(name) is None:
            raise UnansweredError("Choose yes or no.", field=name)
    doubted = [name for name in questions if not answers[name]]
    if doubted and verdict is Verb.RATIFY:
        raise VerdictError(
            "You answered no to a question. Choose that there is something to learn, or that it "
            "was not right.",
            field="verdict",
        )
    reason = checked_text(found.reason, field="reason", missing="Enter what you found, and why.")
    if verdict is Verb.RATIFY_WITH_LESSONS:
        lessons = checked_text(lessons, field="lessons", missing="Enter what there is to learn.")
    if verdict is Verb.NOT_RATIFY:
        lessons = checked_text(lessons, field="lessons", missing="Enter what rule was broken.")
    listed = [f"{words} {'Yes' if answers[name] else 'No'}." for name, words in questions.items()]
    parts = [reason, "\n".join(listed)]
    if verdict is not Verb.RATIFY:
        heading = "To learn" if verdict is Verb.RATIFY_WITH_LESSONS else "What was broken"
        parts.append(f"{heading}: {lessons}")
    return Outcome(verdict, "\n\n".join(parts))


def _tell_those_above(
    session: Session, submission: Submission, decision: Decision, *, at: datetime, address: str
) -> None:
    people = [
        *managers_of_author(session, submission),
        *people_in(session, submission.authority_id, Role.EXECUTIVE),
    ]
    following = (
        "Its number no longer counts, and schools are shown that. It counts against the team: "
        "after two within 12 months the team loses the emergency route until it is trained."
        if decision.verb is Verb.NOT_RATIFY
        else ""
    )
    write_to(
        session,
        submission,
        [person for person in people if person.id != submission.author_id],
        told.OFFICER[decision.verb].words,
        [decision.reason, following, f"{address}/emergencies/{submission.id}"],
        at=at,
    )
