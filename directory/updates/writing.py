"""Writing one chosen change to the schools that it is about, if they still are as it says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.events import SchoolClosed, SchoolReopened, SchoolSucceeded, TrustChanged
from directory.models import AuthorityProfile, Organisation, OrganisationKind, School, SchoolStatus
from directory.models_updates import SchoolChange
from directory.updates import places, stored
from directory.updates.wording import CLOSES, FIELDS, shown
from foundation import audit
from foundation.errors import Refusal
from foundation.outbox import publish

Schools = dict[int, School]


class StaleError(Refusal):
    """A school is not any more as it was when the file was compared."""


def write(session: Session, change: SchoolChange, *, at: datetime) -> dict[str, int]:
    """Write the change, and publish what follows from it; return counts for the audit trail.

    Raises StaleError, with words, when a school is not as ``before`` says, and writes nothing.
    """
    schools = _held(session, change)
    for urn, before in change.before.items():
        _check(schools.get(int(urn)), urn, before, change.after[urn])
    if change.successor_urn is not None and str(change.successor_urn) not in change.after:
        _check_successor(schools, change)
    for urn, after in change.after.items():
        if int(urn) in schools:
            _put(session, schools[int(urn)], after, at=at)
        else:
            schools[int(urn)] = _make(session, change.authority_id, int(urn), after, at=at)
    session.flush()
    counts = {"schools": len(change.after)}
    if change.kind in CLOSES:
        counts["places"] = _end(session, change, schools, at=at)
    return counts


def _held(session: Session, change: SchoolChange) -> Schools:
    """Return the schools concerned by URN, locked so that two changes of one follow another."""
    urns = {int(urn) for urn in change.after} | set(change.gone)
    if change.successor_urn is not None:
        urns.add(change.successor_urn)
    found = session.scalars(
        sa.select(School)
        .where(School.authority_id == change.authority_id, School.urn.in_(urns))
        .order_by(School.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {school.urn: school for school in found}


def _check(
    school: School | None,
    urn: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
) -> None:
    if before is None:
        if school is not None:
            raise StaleError(f"URN {urn} is here already. Upload the file again to compare it.")
        return
    if school is None:
        raise StaleError(f"URN {urn} is not here yet: apply its opening first.")
    now = stored.as_json(stored.values_of(school)) or {}
    for name in after:
        if (now.get(name) or None) != (before.get(name) or None):
            words = FIELDS.get(name, "a detail").casefold()
            was, is_now = shown(name, before.get(name)), shown(name, now.get(name))
            raise StaleError(
                f"At {school.name} somebody changed this meanwhile: {words} was “{was}” and is "
                f"“{is_now}” now."
            )


def _check_successor(schools: Schools, change: SchoolChange) -> None:
    successor = schools.get(change.successor_urn or 0)
    if successor is None or not successor.is_open:
        raise StaleError(
            f"The school that follows, URN {change.successor_urn}, is not open here. Put the file "
            "up again to compare it."
        )


def _put(session: Session, school: School, after: Mapping[str, Any], *, at: datetime) -> None:
    values = stored.from_json(after)
    if "trust" in values:
        before_id = school.trust_id
        school.trust_id = _trust(session, school.authority_id, values.pop("trust"))
        if school.trust_id != before_id:
            event = TrustChanged(school.authority_id, school.id, before_id, school.trust_id)
            publish(session, event, at=at)
    was_closed = school.status is SchoolStatus.CLOSED
    for name, value in values.items():
        setattr(school, name, value)
    school.imported_at = at
    if was_closed and school.is_open:
        publish(session, SchoolReopened(school.authority_id, school.id), at=at)


def _make(
    session: Session, authority_id: int, urn: int, after: Mapping[str, Any], *, at: datetime
) -> School:
    values = stored.from_json(after)
    trust_id = _trust(session, authority_id, values.pop("trust", None))
    school = School(
        authority_id=authority_id,
        urn=urn,
        la_code=session.get_one(AuthorityProfile, authority_id).la_code,
        trust_id=trust_id,
        imported_at=at,
        **values,
    )
    session.add(school)
    session.flush()
    return school


def _trust(session: Session, authority_id: int, named: list[str] | None) -> int | None:
    """Return the id of a trust, made when it is new and renamed when GIAS renamed it."""
    if not named:
        return None
    code, name = named
    trust = session.scalars(
        sa.select(Organisation)
        .where(
            Organisation.authority_id == authority_id,
            Organisation.kind == OrganisationKind.TRUST,
            Organisation.code == code,
        )
        .order_by(Organisation.id)
        .limit(1)
    ).first()
    if trust is None:
        kind = OrganisationKind.TRUST
        trust = Organisation(authority_id=authority_id, kind=kind, code=code, name=name)
        session.add(trust)
    trust.name = name
    session.flush()
    return trust.id


def _end(session: Session, change: SchoolChange, schools: Schools, *, at: datetime) -> int:
    """Carry over the people of the schools that close, or end their places; tell the others."""
    count = 0
    successor = schools.get(change.successor_urn or 0)
    closing = [schools[urn] for urn in change.gone]
    for school in closing:
        if successor is None:
            count += places.end_all(session, school, at=at)
            publish(session, SchoolClosed(school.authority_id, school.id), at=at)
        else:
            count += places.carry_over(session, school, successor, at=at)
            told = SchoolSucceeded(
                school.authority_id, school.id, successor.id, [each.id for each in closing]
            )
            publish(session, told, at=at)
    return count


def record(
    session: Session, change: SchoolChange, counts: Mapping[str, int], *, at: datetime
) -> None:
    """Put an applied change on the audit trail: ids and counts alone."""
    audit.record(
        session,
        authority_id=change.authority_id,
        action=f"school.{change.kind.value}",
        subject="school",
        subject_id=change.school_id,
        by=change.settled_by_id,
        at=at,
        detail={"change": change.id, "update": change.update_id, **counts},
    )
