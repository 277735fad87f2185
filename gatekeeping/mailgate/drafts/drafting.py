"""Turning held mail into a draft of its sender's: prefilled, and from then on a draft like any."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership, Person, PersonState, Role
from foundation import audit, clock
from foundation.dates import day
from foundation.errors import Refusal
from foundation.files import FileStore
from foundation.sealing import Seal
from gatekeeping.asked import AttachedText
from gatekeeping.attached.attachments import Limits
from gatekeeping.documents import SubmissionDocument
from gatekeeping.mailgate.cases import moves, pieces
from gatekeeping.mailgate.cases.conflicting import check_may_decide
from gatekeeping.mailgate.cases.moves import TO_DECIDE, CaseDoneError, what_happened
from gatekeeping.mailgate.cases.outlines import open_outline
from gatekeeping.mailgate.cases.telling_authors import tell_of_draft
from gatekeeping.mailgate.drafts.draft_words import asks_in_words, remarks
from gatekeeping.mailgate.drafts.held_files import add_files
from gatekeeping.mailgate.drafts.prefilling import Prefilled, prefill
from gatekeeping.mailgate.message import Message, read
from gatekeeping.models import Kind, Submission
from gatekeeping.models.mailgate import BypassCase, CaseKind, CaseState
from gatekeeping.suggesting import CLEAR, suggest_for
from gatekeeping.writing.submissions import save, start_draft

IN_MEMORY: Final = 1 << 20
FEW_WORDS: Final = 20
"""Who forwards a letter writes no more than this above it."""
LIMITS: Final = Limits(size=20_000_000, count=10)
CLEARLY: Final = 1.5
"""So many times as likely as the next is a category that is chosen by itself."""
_FORWARDED: Final = re.compile(r"\s*(?:fw|fwd|wg|tr|rv|ymlaen)\s*:", re.IGNORECASE)

Say = Callable[[str], object]


class NoOfficerError(Refusal):
    """Whoever sent it has no place in the portal from which submissions are written."""

    sentence = (
        "Whoever sent this is no officer in the portal yet, so there is nobody whose draft it "
        "could be. Ask an administrator to add them as an officer with their team. Until then it "
        "can be returned, or released once."
    )


class NotTheirsError(Refusal):
    """Only its sender, or a gatekeeper for its sender, makes a draft of held mail."""

    sentence = "Only whoever sent this mail, or a gatekeeper for them, can turn it into a draft."


@dataclass(frozen=True)
class _Letter:
    """The words of which a draft is made."""

    subject: str
    text: str
    is_forwarded: bool


def turn_into_draft(  # noqa: PLR0913 - all by name
    session: Session,
    case: BypassCase,
    *,
    by: Membership,
    started_by: Person,
    seal: Seal,
    store: FileStore,
    at: datetime,
    limits: Limits = LIMITS,
    say: Say = lambda _sentence: None,
) -> Submission:
    """Make a draft of held mail, for ``by``, the sender in their place as officer.

    Title, text, files, schools, dates, law and what it asks are those of the mail; the rest is
    left to its author. ``started_by`` is the sender, or a gatekeeper, who becomes no author of it;
    the sender is then told by mail. Asked again it answers the same draft. ``say`` gets each
    sentence that the officer should read: what was found, what could not be taken over and why.

    Raises NotTheirsError, NoOfficerError, CaseDoneError, EmptiedError or SealBrokenError, and what
    ``conflicting.check_may_decide`` raises; it has changed nothing then.
    """
    if made_before := _made_before(session, case, by, started_by):
        return made_before
    with SpooledTemporaryFile(max_size=IN_MEMORY) as spooled:
        source = cast("BinaryIO", spooled)
        letter = _letter(session, case, seal, source)
        draft = start_draft(session, by=by, kind=Kind.COMMUNICATION, at=at)
        faults = add_files(session, store, draft, source=source, by=by.person, limits=limits, at=at)
    found = _fill(session, draft, case, letter, by=by.person, at=at)
    case.submission_id = draft.id
    moves.move(session, case, to=CaseState.DRAFTED, by=started_by.id, at=at)
    session.flush()
    said = [*faults, *_said(case, letter, found)]
    if started_by.id != by.person_id:
        tell_of_draft(session, case, draft, started_by=started_by.name, notes=said, at=at)
    for sentence in said:
        say(sentence)
    _audit(session, case, started_by, len(found.asks), at)
    return draft


def _made_before(
    session: Session, case: BypassCase, by: Membership, started_by: Person
) -> Submission | None:
    """Lock the case, and return the draft that there is of it; None when one may be made now."""
    moves.lock(session, case)
    _check(session, case, by, started_by)
    if case.state is CaseState.DRAFTED and case.submission_id is not None:
        return session.get_one(Submission, case.submission_id)
    if case.state not in TO_DECIDE:
        raise CaseDoneError(what_happened(session, case))
    return None


def membership_of_sender(session: Session, case: BypassCase) -> Membership:
    """Return the place in which a case's sender writes submissions. Raises NoOfficerError."""
    found = session.scalars(
        sa.select(Membership)
        .join(Membership.person)
        .where(
            Membership.authority_id == case.authority_id,
            Membership.role == Role.OFFICER,
            Membership.ended_at.is_(None),
            Person.state == PersonState.ACTIVE,
            sa.or_(Person.id == case.sender_id, Person.email == case.sender),
        )
        .order_by(
            sa.case((Person.id == case.sender_id, 0), else_=1),
            sa.case((Membership.team_id == case.team_id, 0), else_=1),
            Membership.id,
        )
        .limit(1)
    ).first()
    if found is None:
        raise NoOfficerError
    return found


def _check(session: Session, case: BypassCase, by: Membership, started_by: Person) -> None:
    if by.role is not Role.OFFICER or by.organisation_id is None:
        raise NoOfficerError
    if by.person_id != case.sender_id and by.person.email.lower() != case.sender:
        raise NotTheirsError
    if started_by.id != by.person_id:
        check_may_decide(session, case, started_by.id)


def _letter(session: Session, case: BypassCase, seal: Seal, source: BinaryIO) -> _Letter:
    """Return what a case's message says: all of it where it was held, else its outline.

    What was held is written to ``source`` for its files.
    """
    outline = open_outline(case, seal)
    message = Message(subject=outline.subject, text=outline.text)
    if case.kind is CaseKind.HELD:
        source.writelines(pieces.content(session, case, seal))
        message = read(source)
    # Left out is what was quoted, unless a forwarded letter is all that there is to send.
    own, history = message.own_text, message.history
    is_forwarded = (
        len(own.split()) < FEW_WORDS
        and len(history.split()) > len(own.split())
        and bool(_FORWARDED.match(message.subject) or not own.strip())
    )
    text = f"{own}\n\n{history}".strip() if is_forwarded else own
    return _Letter(message.subject, text, is_forwarded)


def _fill(
    session: Session,
    draft: Submission,
    case: BypassCase,
    letter: _Letter,
    *,
    by: Person,
    at: datetime,
) -> Prefilled:
    attached = [AttachedText(one.name, one.text or "", one.text_note) for one in draft.attachments]
    found = prefill(letter.subject, letter.text, attached=attached, today=clock.local_date(at))
    changes = dict(found.fields)
    changes["title"] = changes["title"] or f"Mail of {day(case.received_at)}"
    if case.kind is not CaseKind.REPORTED:  # who reported it is not all who got it
        changes["audience"] = {"urns": list(case.urns)}
    whole = SubmissionDocument.read({**draft.document, **changes})
    changes["categories"] = _category(session, draft, whole)
    save(session, draft, changes, by=by, at=at)
    return found


def _category(session: Session, draft: Submission, document: SubmissionDocument) -> list[str]:
    """Return the likeliest category where it is clear, else none."""
    best = suggest_for(session, draft.authority_id, document, submission_id=draft.id)
    if not best or best[0].score < CLEAR:
        return []
    is_alone = len(best) == 1 or best[0].score >= CLEARLY * best[1].score
    return [best[0].slug] if is_alone else []


def _said(case: BypassCase, letter: _Letter, found: Prefilled) -> list[str]:
    """Say what was found in the letter, and what else its author should know."""
    cites_law = bool(found.fields["legal_claim"])
    noted = remarks(case, is_forwarded=letter.is_forwarded, cites_law=cites_law)
    return [*asks_in_words(found.asks), *noted]


def _audit(session: Session, case: BypassCase, started_by: Person, asks: int, at: datetime) -> None:
    audit.record(
        session,
        authority_id=case.authority_id,
        action="bypass.drafted",
        subject="bypass_case",
        subject_id=case.id,
        by=started_by.id,
        at=at,
        detail={"submission": case.submission_id, "asks": asks},
    )
