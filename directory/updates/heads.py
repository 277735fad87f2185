"""Settling who is head where GIAS gives another name: it knows no address, so a person says it.

Until somebody does, the head in the portal stays, so that nobody is locked out.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import School
from directory.models_updates import ChangeKind, ChangeState, SchoolChange
from directory.people import Former, Newcomer, change_head
from directory.updates.moves import move
from directory.updates.naming import full_name
from directory.updates.writing import record, write
from foundation import audit
from foundation.errors import NotFoundError, Refusal

SAME = "The same person, with the name as GIAS writes it now."


class SettledError(Refusal):
    """Somebody else was quicker."""

    sentence = "Somebody has settled this meanwhile. Go back to the list."


def change_of(session: Session, authority_id: int, change_id: int) -> SchoolChange:
    """Return a change about a head that waits, locked; NotFoundError or SettledError otherwise."""
    change = session.scalars(
        sa.select(SchoolChange)
        .where(
            SchoolChange.authority_id == authority_id,
            SchoolChange.id == change_id,
            SchoolChange.kind == ChangeKind.HEAD,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if change is None:
        raise NotFoundError
    if change.state is not ChangeState.WAITING:
        raise SettledError
    return change


def school_of(session: Session, change: SchoolChange) -> School:
    """Return the school; NotFoundError while its opening is not applied."""
    school = session.scalars(
        sa.select(School).where(
            School.authority_id == change.authority_id, School.urn == change.urn
        )
    ).first()
    if school is None:
        raise NotFoundError("The school is not here yet. Apply its opening first.")
    return school


def keep_head(
    session: Session, authority_id: int, change_id: int, *, by: int, at: datetime
) -> None:
    """Say that it is the same person: GIAS's name is taken over, nobody's role changes."""
    change = change_of(session, authority_id, change_id)
    _settle(session, change, SAME, by=by, at=at)


def name_head(
    session: Session,
    authority_id: int,
    change_id: int,
    *,
    head: int | Newcomer,
    former: Former,
    by: int,
    at: datetime,
) -> School:
    """Make somebody head, as ``directory.people.change_head``, which raises its refusals."""
    change = change_of(session, authority_id, change_id)
    school = school_of(session, change)
    change_head(session, school_id=school.id, head=head, former=former, by=by, at=at)
    _settle(session, change, "There is a new headteacher.", by=by, at=at)
    return school


def note_asked(
    session: Session, authority_id: int, change_id: int, *, by: int, at: datetime
) -> SchoolChange:
    """Note that the school was asked; the change goes on waiting for an answer."""
    change = change_of(session, authority_id, change_id)
    change.asked_at = at
    session.flush()
    _note(session, change, "school.head_asked", by, at)
    return change


def leave(session: Session, authority_id: int, change_id: int, *, by: int, at: datetime) -> None:
    """Leave it as it is; the next file asks again."""
    change = change_of(session, authority_id, change_id)
    own, since = [SchoolChange.id == change.id], (ChangeState.WAITING,)
    _note(session, change, "school.head_left", by, at)
    move(session, authority_id, own, ChangeState.PASSED_OVER, since=since, by=by, at=at)


def _note(session: Session, change: SchoolChange, action: str, by: int, at: datetime) -> None:
    audit.record(
        session,
        authority_id=change.authority_id,
        action=action,
        subject="school",
        subject_id=change.school_id,
        by=by,
        at=at,
        detail={"change": change.id, "update": change.update_id},
    )


def new_name(change: SchoolChange) -> str:
    """Return the head's name as GIAS gives it."""
    return full_name(change.after[str(change.urn)])


def plain_name(change: SchoolChange) -> str:
    """Return the same name without the title, as people are called in the portal."""
    after = change.after[str(change.urn)]
    return " ".join(filter(None, (after.get("head_first_name"), after.get("head_last_name"))))


def _settle(session: Session, change: SchoolChange, said: str, *, by: int, at: datetime) -> None:
    """Take over GIAS's name. Raises StaleError when the school's is another than compared."""
    counts = write(session, change, at=at)
    change.school_id, change.settled_by_id = school_of(session, change).id, by
    record(session, change, counts, at=at)
    own, since = [SchoolChange.id == change.id], (ChangeState.WAITING,)
    authority_id = change.authority_id
    move(session, authority_id, own, ChangeState.APPLIED, since=since, by=by, at=at, said=said)
