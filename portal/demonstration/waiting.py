"""What waits at the gate and what is still being written: made by the real verbs."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership, Person, Role
from directory.people import person_by_email
from foundation import clock
from gatekeeping.deciding.leases import claim
from gatekeeping.models import Kind, Submission
from gatekeeping.writing.questions import challenge
from gatekeeping.writing.submissions import save, start_draft
from portal.demonstration import council
from portal.demonstration.heavy import submit_endorsed
from portal.demonstration.letters import school_day

DATA = Path(__file__).parent / "data" / "waiting.toml"


def fill_queue(session: Session, authority_id: int, *, at: datetime, address: str) -> int:
    """Put the waiting submissions to the gate and keep the drafts; return how many wait."""
    found = tomllib.loads(DATA.read_text(encoding="utf-8"))
    for entry in found["waiting"]:
        submission = draft_of(session, authority_id, entry, at)
        by = submission.author
        submitted = at - timedelta(hours=entry["hours_ago"])
        submit_endorsed(session, submission, by=by, at=submitted)
        if question := entry.get("question"):
            _ask(session, authority_id, submission, question, at=submitted, address=address)
    for entry in found["draft"]:
        draft_of(session, authority_id, entry, at)
    return len(found["waiting"])


def draft_of(
    session: Session, authority_id: int, entry: dict[str, Any], at: datetime
) -> Submission:
    """Begin and save the draft that an entry describes; its dates count in days from ``at``."""
    begun = at - timedelta(hours=entry["hours_ago"] + 3)
    author = officer_of(session, authority_id, entry["author"], entry.get("team"))
    document = _repeated(session, authority_id, entry) | entry["document"]
    today = clock.local_date(at)
    for name in ("send_on", "due_on"):
        if name in document:
            meant = today + timedelta(days=document[name])
            # an emergency does not wait for a school day
            chosen = meant if document.get("emergency") else school_day(meant)
            document[name] = chosen.isoformat()
    submission = start_draft(
        session, by=author, kind=Kind(document["kind"]), title=document["title"], at=begun
    )
    save(session, submission, document, by=author.person, at=begun)
    return submission


def _repeated(session: Session, authority_id: int, entry: dict[str, Any]) -> dict[str, Any]:
    """Return what was sent before, when the entry says that it repeats something."""
    if "repeats" not in entry:
        return {}
    earlier = session.scalars(
        sa.select(Submission)
        .where(
            Submission.authority_id == authority_id, Submission.title.startswith(entry["repeats"])
        )
        .order_by(Submission.id.desc())
        .limit(1)
    ).one()
    return earlier.document | {"renews": "", "used_before": ""}


def officer_of(session: Session, authority_id: int, email: str, team: str | None) -> Membership:
    """Return the officer with this address, or the first of a team when it is empty."""
    query = sa.select(Membership).where(
        Membership.authority_id == authority_id, Membership.role == Role.OFFICER
    )
    if email:
        query = query.join(Person, Person.id == Membership.person_id).where(Person.email == email)
    else:
        query = query.where(Membership.team.has(name=team))
    return session.scalars(query.order_by(Membership.id).limit(1)).one()


def _ask(
    session: Session,
    authority_id: int,
    submission: Submission,
    question: str,
    *,
    at: datetime,
    address: str,
) -> None:
    gatekeeper = person_by_email(session, authority_id, council.GATEKEEPERS[0])
    if gatekeeper is None:
        return
    looked = at + timedelta(minutes=50)
    claim(session, submission, by=gatekeeper, at=looked)
    challenge(
        session,
        submission,
        by=gatekeeper,
        version=submission.version,
        text=question,
        at=looked + timedelta(minutes=15),
        address=address,
    )
