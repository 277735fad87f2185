"""Writing a submission: starting a draft, saving it, putting it to the gate, taking it back.

Each verb makes its change and records it, or raises a Refusal and changes nothing. None commits.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership, Person
from foundation import audit
from foundation.errors import Refusal
from gatekeeping.afterwards.emergencies import announce
from gatekeeping.assessment import Assessment
from gatekeeping.authors import check_may_write
from gatekeeping.deciding import interests
from gatekeeping.deciding.handing import escalate_if_nobody_is_free
from gatekeeping.deciding.leases import lock
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Decision, Kind, Stake, State, Submission, Track, Verb
from gatekeeping.moves import MOVES, STATE_NAMES, MoveRefusedError, move
from gatekeeping.uniting import parting
from gatekeeping.writing.endorsing import check_endorsed
from gatekeeping.writing.freezing import freeze, repeat
from gatekeeping.writing.lacking import judge, must_mend

EDITABLE = frozenset({State.DRAFT, State.CHALLENGED})
"""While a question is open the officer may change the text; the answer then carries it along."""

WITHDRAWABLE = frozenset(
    {state for state, to in MOVES.items() if State.WITHDRAWN in to} | {State.RETURNED}
)
AFTER_A_QUESTION = "After a question of the gate."
TWICE = timedelta(seconds=5)
KEPT_IN_DRAFT = ("author", "team", "attachments", "number")
"""Fields of the document that follow from who writes and what is attached, not from a form."""


def is_editable(submission: Submission) -> bool:
    """Tell whether its pages may be changed: a draft, an open question, or a change begun."""
    return submission.state in EDITABLE or submission.changing_since is not None


class FrozenError(Refusal):
    """What was put to the gate is not changed under the gatekeeper's eyes."""

    def __init__(self, state: State) -> None:
        super().__init__(
            f"This submission is “{STATE_NAMES[state].lower()}” and can no longer be changed. "
            "Copy it as a new draft instead."
        )


class StaleError(Refusal):
    """Somebody saved other values of the same fields since the form was opened."""

    sentence = (
        "This was changed elsewhere while you had the page open. What you typed is below and is "
        "not saved yet. Compare it with what is saved now, then save again to replace that."
    )


class AlreadySubmittedError(Refusal):
    """The same submission was submitted before: nothing is done a second time."""

    sentence = "This submission was already put to the gate. Nothing was sent twice."


def start_draft(
    session: Session, *, by: Membership, kind: Kind, title: str = "", at: datetime
) -> Submission:
    """Begin a draft for the officer who acts in this membership, and its team.

    The same asked twice within seconds, a button pressed twice, gives the same draft.
    """
    begun = begun_lately(session, by, kind, title, at)
    if begun is not None:
        return begun
    document = SubmissionDocument.read(
        {
            "kind": kind.value,
            "title": title,
            "author": by.person.email,
            "team": by.team.name if by.team else "",
        }
    )
    if by.organisation_id is None:
        raise Refusal("Only officers of the authority or of a partner write submissions.")
    submission = Submission(
        authority_id=by.authority_id,
        author_id=by.person_id,
        team_id=by.team_id,
        organisation_id=by.organisation_id,
        created_at=at,
        state=State.DRAFT,
    )
    put(submission, document, at)
    session.add(submission)
    session.flush()
    interests.note(session, submission, by.person_id, Stake.AUTHOR, at=at)
    _audit(session, submission, "submission.started", by=by.person_id, at=at)
    return submission


def seen(document: Mapping[str, Any], names: Iterable[str]) -> str:
    """Return a mark of the saved values of these fields, to tell whether they have changed."""
    values = {name: document.get(name) for name in names}
    text = json.dumps(values, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def save(
    session: Session,
    submission: Submission,
    changes: Mapping[str, Any],
    *,
    by: Person,
    at: datetime,
    mark: str | None = None,
) -> None:
    """Merge one page's fields into the draft's document.

    ``mark`` is what ``seen`` returned for these fields when the page was made: StaleError when
    somebody has changed them since. Pages with other fields do not get in each other's way.
    Raises DocumentError for values that a document cannot hold, FrozenError once it is submitted.
    """
    lock(session, submission)
    check_may_write(session, submission, by)
    if not is_editable(submission):
        raise FrozenError(submission.state)
    if mark is not None and mark != seen(submission.document, changes):
        raise StaleError
    allowed = {name: value for name, value in changes.items() if name not in KEPT_IN_DRAFT}
    put(submission, SubmissionDocument.read({**submission.document, **allowed}), at)
    interests.note(session, submission, by.id, Stake.DRAFTED, at=at)


def submit(
    session: Session, submission: Submission, *, by: Person, at: datetime, address: str = ""
) -> Assessment:
    """Put a draft to the gate: it is frozen, checked, numbered, and waits for a gatekeeper.

    What cannot be judged comes back by itself: the state is then RETURNED, and the history says
    what to mend. What no gatekeeper is neutral about goes to the senior executive, who gets a mail
    (``address`` is where the portal's pages are). An emergency alarms all who can act on it.

    Raises IncompleteError when something indispensable is missing, NotEndorsedError when it is
    heavy and the line manager does not stand behind it as it is, and AlreadySubmittedError when it
    has left the draft state before.
    """
    lock(session, submission)
    check_may_write(session, submission, by)
    if submission.state is State.WITHDRAWN:
        raise MoveRefusedError(submission.state, State.SUBMITTED)
    if submission.state is not State.DRAFT:
        raise AlreadySubmittedError
    assessment = judge(session, submission, at)
    if assessment.track is Track.HIGH:
        check_endorsed(session, submission)
    freeze(session, submission, by=by.id, at=at, assessment=assessment)
    submission.submitted_at = at
    move(session, submission, to=State.SUBMITTED, by=by.id, at=at)
    faults = must_mend(SubmissionDocument.read(submission.document), assessment)
    if faults:
        note = " ".join(fault.sentence for fault in faults)
        move(session, submission, to=State.RETURNED, by=None, at=at, note=note)
    else:
        move(session, submission, to=State.TRIAGE, by=None, at=at)
        escalate_if_nobody_is_free(session, submission, at=at, address=address)
        announce(session, submission, at=at, address=address)
    detail = {**_figures(submission, assessment), "returned": bool(faults)}
    _audit(session, submission, "submission.submitted", by=by.id, at=at, detail=detail)
    return assessment


def withdraw(
    session: Session, submission: Submission, *, by: Person, at: datetime, address: str = ""
) -> None:
    """Take it back for good before it is with schools; done twice, nothing more happens.

    Whether a gatekeeper had asked something before is kept: it tells what the gate saved (4.13).
    What was joined to it waits by itself again, and its officers are told.
    Raises MoveRefusedError once it is with schools: then only the gate can stop it.
    """
    lock(session, submission)
    check_may_write(session, submission, by)
    if submission.state is State.WITHDRAWN:
        return
    before, asked = submission.state, _was_asked(session, submission)
    parting.leave(session, submission, by=by, at=at, address=address)
    if before is State.RETURNED:
        move(session, submission, to=State.DRAFT, by=by.id, at=at)
    move(
        session,
        submission,
        to=State.WITHDRAWN,
        by=by.id,
        at=at,
        note=AFTER_A_QUESTION if asked else "",
    )
    submission.claimed_by_id = submission.claimed_until = submission.changing_since = None
    session.flush()
    detail = {
        "before": before.value,
        "version": submission.version,
        "after_challenge": asked,
    }
    _audit(session, submission, "submission.withdrawn", by=by.id, at=at, detail=detail)
    parting.give_back(session, submission, at=at, address=address)


def begun_lately(
    session: Session, by: Membership, kind: Kind, title: str, at: datetime
) -> Submission | None:
    """Return the draft that this person began like this a moment ago and has not touched since."""
    session.execute(  # of two that come together the second waits and sees what the first did
        sa.select(Membership.id).where(Membership.id == by.id).with_for_update()
    )
    return session.scalars(
        sa.select(Submission)
        .where(
            Submission.authority_id == by.authority_id,
            Submission.author_id == by.person_id,
            Submission.team_id == by.team_id,
            Submission.state == State.DRAFT,
            Submission.kind == kind,
            Submission.title == title,
            Submission.created_at > at - TWICE,
            Submission.updated_at == Submission.created_at,
        )
        .order_by(Submission.id)
        .limit(1)
    ).first()


def put(submission: Submission, document: SubmissionDocument, at: datetime) -> None:
    """Store the document, and before it was ever frozen what lists repeat of it.

    What is before the gate or with schools keeps its title and dates until a changed document is
    frozen: sending and deciding go by them.
    """
    submission.document = document.as_json()
    if not submission.version:
        repeat(submission, document)
    submission.updated_at = at


def _was_asked(session: Session, submission: Submission) -> bool:
    asked = sa.exists().where(
        Decision.authority_id == submission.authority_id,
        Decision.submission_id == submission.id,
        Decision.verb == Verb.CHALLENGE,
    )
    return bool(session.scalar(sa.select(asked)))


def _figures(submission: Submission, assessment: Assessment) -> dict[str, Any]:
    return {
        "number": submission.number,
        "version": submission.version,
        "track": assessment.track.value,
        "schools": assessment.schools,
        "findings": [finding.rule for finding in assessment.findings],
    }


def _audit(
    session: Session,
    submission: Submission,
    action: str,
    *,
    by: int,
    at: datetime,
    detail: dict[str, Any] | None = None,
) -> None:
    audit.record(
        session,
        authority_id=submission.authority_id,
        action=action,
        subject="submission",
        subject_id=submission.id,
        by=by,
        at=at,
        detail=detail,
    )
