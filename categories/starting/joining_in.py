"""Bringing many people to a school at once; whoever is there already stays as they are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from categories.starting.pasting import Newcomer, Problem, same_name
from directory.models import Membership, Person, Role
from directory.people import add_to_school, staff_of_school
from foundation import audit
from foundation.errors import Refusal

HEADS_MAIL = "Only the headteacher can say that this mailbox is theirs."


@dataclass
class Joined:
    """What came of it: how many are new, how many were there, and whom we could not add."""

    added: int = 0
    there: int = 0
    refused: list[Problem] = field(default_factory=list)


def add_people(
    session: Session,
    *,
    authority_id: int,
    school_id: int,
    people: Sequence[Newcomer],
    by: Person,
    at: datetime,
) -> Joined:
    """Give each a place at the school; the same list again changes nothing.

    Somebody whose address belongs to a person elsewhere gets a place beside. A refusal is kept
    with its line and its reason, and loses nobody else. Where a head's mail goes they say alone.
    """
    places = staff_of_school(session, authority_id, school_id)
    there = {place.person.email: place for place in places}
    heads = {place.person_id for place in places if place.role is Role.HEAD} - {by.id}
    joined = Joined()
    for one in people:
        place = there.get(one.email)
        if place is not None:
            joined.there += 1
        else:
            place = _add(session, school_id, one, joined, by=by, at=at)
        if place is not None and one.mailbox and place.person_id in heads:
            joined.refused.append(Problem(one.line, one.mailbox, HEADS_MAIL))
        elif place is not None and one.mailbox:
            stand_behind(session, place, one.mailbox, by=by, at=at)
    return joined


def own_place(places: Sequence[Membership], name: str) -> Membership | None:
    """Return the place of somebody at the school who has this name, if exactly one person does."""
    found = {place.person_id: place for place in places if same_name(place.person.name, name)}
    return next(iter(found.values())) if len(found) == 1 else None


def stand_behind(
    session: Session, place: Membership, mailbox: str, *, by: Person, at: datetime
) -> None:
    """Let a shared mailbox stand behind somebody: mail for them at this school goes there."""
    if mailbox in {place.mailbox, place.person.email}:
        return
    place.mailbox = mailbox
    session.flush()
    audit.record(
        session,
        authority_id=place.authority_id,
        action="membership.mailbox_set",
        subject="person",
        subject_id=place.person_id,
        by=by.id,
        at=at,
        detail={"membership": place.id, "school": place.school_id},
    )


def let_help(session: Session, place: Membership, *, may: bool, by: Person, at: datetime) -> None:
    """Let somebody of the staff say who owns what at the school, or take that back."""
    if place.manages_owners is may:
        return
    place.manages_owners = may
    session.flush()
    audit.record(
        session,
        authority_id=place.authority_id,
        action="membership.helps_with_owners" if may else "membership.helps_no_more",
        subject="person",
        subject_id=place.person_id,
        by=by.id,
        at=at,
        detail={"membership": place.id, "school": place.school_id},
    )


def _add(
    session: Session,
    school_id: int,
    one: Newcomer,
    joined: Joined,
    *,
    by: Person,
    at: datetime,
) -> Membership | None:
    try:
        place = add_to_school(
            session,
            school_id=school_id,
            email=one.email,
            name=one.name,
            job_title=one.job_title,
            by=by,
            at=at,
        )
    except Refusal as refusal:
        words = ", ".join(filter(None, (one.name, one.email, one.job_title)))
        joined.refused.append(Problem(one.line, words, str(refusal)))
        return None
    joined.added += 1
    return place
