"""Mails to headteachers about their owners: still right? not mine any more; somebody left."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.events import ConfirmationDue, NotMine
from categories.models import Category, Owner, Part
from categories.wording import counted
from directory.events import PersonLeft
from directory.models import Membership, Person, PersonState, Role, School
from directory.receiving import can_receive
from notifications.mail.compose import queue_mail
from notifications.mail.message import PORTAL
from notifications.moving.handing_on import addresses

SIGN_IN = "The link asks you to sign in with your e-mail address. No password is needed."

ASKED = (
    "Please look once a year whether that is still right. Most of it takes one click for each "
    "group."
)
MEANWHILE = (
    "Until you choose somebody else, what is sent goes to their deputy where there is one, else "
    "mostly to you."
)


@dataclass(frozen=True)
class Reader:
    """Who reads for a school: its headteacher, or whoever opens its own mailbox."""

    school: str
    name: str
    address: str
    """Empty when the portal knows neither head nor mailbox: then nobody can be told."""


def tell_due(session: Session, event: ConfirmationDue, at: datetime) -> None:
    """Ask the head whether the owners are still right (the handler of ``ConfirmationDue``)."""
    due = session.scalar(
        sa.select(sa.func.count(sa.distinct(Owner.category_id)))
        .join(Category, Category.id == Owner.category_id)
        .where(
            Owner.authority_id == event.authority_id,
            Owner.school_id == event.school_id,
            Owner.ended_at.is_(None),
            Category.retired_at.is_(None),
        )
    )
    have = "has" if due == 1 else "have"
    _write(
        session,
        event.authority_id,
        event.school_id,
        subject="Is it still right who gets what at your school?",
        blocks=[
            f"{counted(due or 0)} {have} somebody at your school who gets what is sent for it.",
            ASKED,
            f"Look and confirm:\n{PORTAL}/school/owners/confirm",
        ],
        at=at,
    )


def tell_not_mine(session: Session, event: NotMine, at: datetime) -> None:
    """Tell the head that an owner wants somebody else chosen (the handler of ``NotMine``)."""
    heading, slug = session.execute(
        sa.select(Category.heading, Category.slug).where(
            Category.authority_id == event.authority_id, Category.id == event.category_id
        )
    ).one()
    name = _name(session, event.authority_id, event.person_id)
    _write(
        session,
        event.authority_id,
        event.school_id,
        subject="A category needs somebody else at your school",
        blocks=[
            f"{name} says that “{heading}” is not theirs any more.",
            f"Until you choose somebody else, what is sent for it still goes to {name}.",
            f"Choose who gets it now:\n{PORTAL}/school/owners/{slug}",
        ],
        at=at,
    )


def tell_left(session: Session, event: PersonLeft, at: datetime) -> None:
    """Tell the head what a leaver left behind (a handler of ``PersonLeft``).

    Nobody is told when the leaver handed everything over, or has a place there again.
    """
    if event.to_id is not None:
        return
    left = session.scalar(
        sa.select(sa.func.count())
        .select_from(Owner)
        .join(Person, Person.id == Owner.person_id)
        .where(
            Owner.authority_id == event.authority_id,
            Owner.school_id == event.school_id,
            Owner.person_id == event.person_id,
            Owner.part.in_((Part.LEAD, Part.SHARES)),
            Owner.ended_at.is_(None),
            sa.not_(can_receive(Person, event.school_id)),
        )
    )
    if not left:
        return
    name = _name(session, event.authority_id, event.person_id)
    _write(
        session,
        event.authority_id,
        event.school_id,
        subject="Somebody left, and what they had needs somebody else",
        blocks=[
            f"{name} has left and still stands for {counted(left)}.",
            MEANWHILE,
            f"Choose who gets it now:\n{PORTAL}/school/owners?who={event.person_id}",
        ],
        at=at,
    )


def reader_at(session: Session, authority_id: int, school_id: int) -> Reader:
    """Return who is told for a school: its head at their mailbox or address, else the office."""
    school = session.execute(
        sa.select(School.name, School.email).where(
            School.authority_id == authority_id, School.id == school_id
        )
    ).one()
    head = session.execute(
        sa.select(Person.id, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.authority_id == authority_id,
            Membership.school_id == school_id,
            Membership.role == Role.HEAD,
            Membership.ended_at.is_(None),
            Person.state == PersonState.ACTIVE,
        )
        .order_by(Membership.id)
        .limit(1)
    ).first()
    if head is None:
        return Reader(school.name, "the headteacher", school.email)
    address = addresses(session, authority_id, [(school_id, head.id)])[school_id, head.id]
    return Reader(school.name, head.name, address)


def _name(session: Session, authority_id: int, person_id: int) -> str:
    found = session.scalar(
        sa.select(Person.name).where(Person.authority_id == authority_id, Person.id == person_id)
    )
    return found or "Somebody"


def _write(
    session: Session,
    authority_id: int,
    school_id: int,
    *,
    subject: str,
    blocks: list[str],
    at: datetime,
) -> None:
    reader = reader_at(session, authority_id, school_id)
    if reader.address:
        text = "\n\n".join([f"This is for {reader.name} at {reader.school}.", *blocks, SIGN_IN])
        queue_mail(
            session,
            authority_id=authority_id,
            address=reader.address,
            subject=subject,
            text=text,
            at=at,
        )
