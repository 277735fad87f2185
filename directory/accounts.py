"""What an administrator does about a person's account: find it, correct it, close it, open it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from directory.addresses import AddressError, clean_address, clean_telephone
from directory.events import PersonLeft
from directory.models import Membership, Person, PersonState, School
from directory.people import PersonRefusal, person_by_email
from foundation import audit
from foundation.errors import NotFoundError
from foundation.outbox import publish

PAGE = 50
MOST_PLACES = 500
MOST_TYPED = 100


class EmailTakenError(PersonRefusal):
    """Somebody else has the address: perhaps the same person, entered twice."""

    def __init__(self, other: Person) -> None:
        """Keep whose it is, so that the page can offer to merge the two."""
        super().__init__(
            f"{other.name} has this e-mail address already. If the two are the same person, "
            "merge them; if not, enter another address.",
            field="email",
        )
        self.other_id = other.merged_into_id or other.id


@dataclass(frozen=True)
class Listed:
    """A person in a list, with their current places."""

    person: Person
    places: Sequence[Membership]


def find_people(
    session: Session, authority_id: int, typed: str, *, page: int = 1
) -> tuple[list[Listed], bool]:
    """Return a page of people by name, and whether more follow: two statements.

    ``typed`` is part of a name, of an address or of the name of a school where they are now;
    empty: everybody. Those merged into somebody else are left out.
    """
    query = (
        sa.select(Person)
        .where(Person.authority_id == authority_id, Person.merged_into_id.is_(None))
        .order_by(Person.name, Person.id)
        .limit(PAGE + 1)
        .offset((max(1, page) - 1) * PAGE)
    )
    words = " ".join(typed.split())[:MOST_TYPED].lower()
    if words:
        at_school = (
            sa.exists()
            .where(Membership.person_id == Person.id, Membership.ended_at.is_(None))
            .where(School.id == Membership.school_id)
            .where(sa.func.lower(School.name).contains(words, autoescape=True))
        )
        query = query.where(
            sa.or_(
                sa.func.lower(Person.name).contains(words, autoescape=True),
                Person.email.contains(words, autoescape=True),
                at_school,
            )
        )
    people = list(session.scalars(query))
    places = places_of(session, authority_id, [person.id for person in people[:PAGE]])
    return [Listed(person, places[person.id]) for person in people[:PAGE]], len(people) > PAGE


def person_of(session: Session, authority_id: int, person_id: int) -> Person:
    """Return somebody of the authority; raises NotFoundError."""
    person = session.get(Person, person_id)
    if person is None or person.authority_id != authority_id:
        raise NotFoundError
    return person


def places_of(
    session: Session, authority_id: int, people: Sequence[int], *, ended: bool = False
) -> dict[int, list[Membership]]:
    """Return people's current places, or those that ended, with schools and bodies loaded."""
    found: dict[int, list[Membership]] = defaultdict(list)
    if not people:
        return found
    rows = session.scalars(
        sa.select(Membership)
        .options(joinedload(Membership.school), joinedload(Membership.organisation))
        .where(
            Membership.authority_id == authority_id,
            Membership.person_id.in_(people),
            Membership.ended_at.is_not(None) if ended else Membership.ended_at.is_(None),
        )
        .order_by(Membership.id)
        .limit(MOST_PLACES)
    )
    for place in rows:
        found[place.person_id].append(place)
    return found


def correct(
    session: Session,
    person: Person,
    *,
    name: str,
    email: str,
    telephone: str,
    by: int,
    at: datetime,
) -> list[str]:
    """Write a person's name, address and telephone anew; return the names of what changed.

    With a new address mail is taken to arrive again. The address of an entry that was merged into
    the person changes places with theirs, so that both go on leading to them. Raises PersonRefusal
    with the field to mend, EmailTakenError when the address is somebody else's, also when they got
    it a moment ago.
    """
    wanted = {
        "name": _full_name(name),
        "email": _address(email),
        "telephone": clean_telephone(telephone)[:40],
    }
    changed = [field for field, value in wanted.items() if getattr(person, field) != value]
    if "email" in changed:
        _refuse_taken(session, person, wanted["email"])
    try:
        with session.begin_nested():
            if "email" in changed:
                _swap_merged(session, person, wanted["email"])
            for field in changed:
                setattr(person, field, wanted[field])
            session.flush()
    except IntegrityError:
        session.refresh(person)
        _refuse_taken(session, person, wanted["email"])
        raise
    if "email" in changed:
        person.mail_failing_since = None
    if changed:
        _record(session, person, "person.corrected", by=by, at=at, changed=changed)
    return changed


def disable(session: Session, person: Person, *, by: int, at: datetime) -> None:
    """Let a person sign in no more, from their next request on; twice changes nothing.

    What lies with them goes to whom each category leads. Nobody disables themselves.
    """
    if person.id == by:
        raise PersonRefusal("You cannot close your own account. Ask another administrator.")
    if person.state is PersonState.DISABLED:
        return
    person.state = PersonState.DISABLED
    session.flush()
    for school_id in _schools_of(session, person):
        publish(session, PersonLeft(person.authority_id, school_id, person.id, by_id=by), at=at)
    _record(session, person, "person.disabled", by=by, at=at)


def enable(session: Session, person: Person, *, by: int, at: datetime) -> None:
    """Let a person sign in again; what went to others meanwhile stays there."""
    if person.merged_into_id is not None:
        raise PersonRefusal("This entry was merged into another one and cannot be opened again.")
    if person.state is PersonState.ACTIVE:
        return
    person.state = PersonState.ACTIVE
    session.flush()
    _record(session, person, "person.enabled", by=by, at=at)


def _schools_of(session: Session, person: Person) -> list[int]:
    return [
        school_id
        for school_id in session.scalars(
            sa.select(Membership.school_id)
            .where(
                Membership.authority_id == person.authority_id,
                Membership.person_id == person.id,
                Membership.school_id.is_not(None),
                Membership.ended_at.is_(None),
            )
            .distinct()
            .order_by(Membership.school_id)
        )
        if school_id is not None
    ]


def _full_name(name: str) -> str:
    full = " ".join(name.split())[:200]
    if not full:
        raise PersonRefusal("Enter the person’s full name.", field="name")
    return full


def _address(email: str) -> str:
    try:
        return clean_address(email)
    except AddressError as fault:
        raise PersonRefusal(
            "Enter an e-mail address in the correct format, like name@example.com.", field="email"
        ) from fault


def _refuse_taken(session: Session, person: Person, email: str) -> None:
    other = person_by_email(session, person.authority_id, email)
    if other is not None and person.id not in (other.id, other.merged_into_id):
        raise EmailTakenError(other)


def _swap_merged(session: Session, person: Person, email: str) -> None:
    """Give an entry that was merged into the person the address that they have until now."""
    other = person_by_email(session, person.authority_id, email)
    if other is not None and other.merged_into_id == person.id:
        former, other.email = person.email, f"merged-{other.id}@invalid"
        session.flush()  # an address is one entry's at any moment
        person.email = email
        session.flush()
        other.email = former


def _record(
    session: Session, person: Person, action: str, *, by: int, at: datetime, **detail: object
) -> None:
    audit.record(
        session,
        authority_id=person.authority_id,
        action=action,
        subject="person",
        subject_id=person.id,
        by=by,
        at=at,
        detail=dict(detail),
    )
