"""Telling heads once what another list of categories changed at their own school."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from categories.events import CategoriesChanged
from categories.models import Category, CategoryEdition, Framework, Owner
from categories.models_versions import CategoryChange, ChangeKind
from directory.models import OPEN_STATUSES, Membership, Person, PersonState, Role, School
from foundation.dates import day
from foundation.db import wake
from foundation.model import BigId
from notifications.mail.message import PORTAL
from notifications.models_mail import Mail, MailState

SUBJECT = "The list of categories changed: what is different at your school"
NEW = (
    "New: “{new}”. Until you name somebody, what is sent for it comes to you or to whom you "
    "named for the whole group."
)
ENDING = f"\n\nLook at who owns what, and name whoever is missing:\n\n{PORTAL}/school/owners"
GONE = "“{old}” has ended. Nothing more is sent for it."


@dataclass(frozen=True)
class Line:
    """A sentence of the mail, and which categories' owners make it a school's business."""

    text: str
    touches: frozenset[int]
    """Empty: every school's."""


@dataclass(frozen=True)
class _Change:
    kind: ChangeKind
    from_id: int | None
    to_id: int | None
    old: str
    new: str
    stays: bool
    """Whether the category that it comes from is still in use."""


def tell_heads(session: Session, event: CategoriesChanged, at: datetime) -> None:
    """Queue one mail for each open school for which something changed: one INSERT ... SELECT.

    It goes to the head, else to the school's own mailbox. A school is told of what is new, and of
    what it had an owner for; where nothing of it changed it hears nothing.
    """
    framework = session.get_one(Framework, event.framework_id)
    told = lines(_changes(session, framework))
    if not told:
        return
    opening = (
        f"The list of categories changed on {day(framework.loaded_at)}. This is what is different "
        "at your school."
    )
    found = _parts(event.authority_id, framework, told).subquery("found")
    session.execute(
        sa.insert(Mail).from_select(
            _COLUMNS,
            sa.select(
                sa.literal(event.authority_id, BigId),
                found.c.address,
                sa.literal(SUBJECT),
                sa.literal(opening) + found.c.text + sa.literal(ENDING),
                sa.false(),
                sa.literal(MailState.QUEUED.value),
                sa.literal(at, Mail.created_at.type),
                sa.literal(at, Mail.created_at.type),
                sa.literal(0),
            ).where(found.c.text != "", found.c.address.is_not(None)),
        )
    )
    wake(session, "mail")


_COLUMNS = (
    "authority_id",
    "address",
    "subject",
    "text",
    "urgent",
    "state",
    "created_at",
    "send_after",
    "tries",
)


def lines(changes: Sequence[_Change]) -> list[Line]:
    """Return what there is to tell, each category that came from or went somewhere once."""
    told: list[Line] = []
    links = [c for c in changes if c.from_id and c.to_id and c.kind is not ChangeKind.RENUMBERED]
    into = {c.to_id: [d for d in links if d.to_id == c.to_id and _moves(d)] for c in links}
    for one in changes:
        text, touches = "", {one.from_id or 0}
        if one.kind is ChangeKind.NEW:
            text, touches = NEW.format(new=one.new), set()
        elif one.kind is ChangeKind.RETIRED:
            text = GONE.format(old=one.old)
        elif one.kind is ChangeKind.RENAMED:
            text = f"“{one.old}” is called “{one.new}” now. Whoever had it still has it."
        elif one.kind is ChangeKind.SPLIT:
            parts = [d.new for d in links if d.from_id == one.from_id and _moves(d)]
            text = f"“{one.old}” is {_listed(parts)} now. Whoever had it has each of them."
            if one.stays:
                text = (
                    f"A part of “{one.old}” is {_listed(parts)} now. Whoever has the one has the "
                    "other, too."
                )
        elif one.kind is ChangeKind.MERGED:
            olds = [d.old for d in into[one.to_id]]
            text = (
                f"{_listed(olds)} are one category now: “{one.new}”. Whoever owned the first of "
                "them owns it, the others get it as well."
            )
            touches = {d.from_id or 0 for d in into[one.to_id]}
        if text and not any(line.text == text for line in told):
            told.append(Line(text, frozenset(touches)))
    return told


def _moves(change: _Change) -> bool:
    if change.kind is ChangeKind.MERGED:
        return True
    return change.kind is ChangeKind.SPLIT and change.from_id != change.to_id


def _changes(session: Session, framework: Framework) -> list[_Change]:
    """Return what the version changed, with the headings of the one before and its own."""
    was, source = aliased(CategoryEdition), aliased(Category)
    before = (
        sa.select(Framework.id)
        .where(
            Framework.authority_id == framework.authority_id,
            Framework.version < framework.version,
        )
        .order_by(Framework.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            CategoryChange.kind,
            CategoryChange.from_id,
            CategoryChange.to_id,
            sa.func.coalesce(was.heading, ""),
            sa.func.coalesce(Category.heading, ""),
            source.retired_at.is_(None),
        )
        .select_from(CategoryChange)
        .outerjoin(
            was,
            sa.and_(was.category_id == CategoryChange.from_id, was.framework_id == before),
        )
        .outerjoin(Category, Category.id == CategoryChange.to_id)
        .outerjoin(source, source.id == CategoryChange.from_id)
        .where(
            CategoryChange.authority_id == framework.authority_id,
            CategoryChange.framework_id == framework.id,
        )
        .order_by(CategoryChange.id)
        .limit(5_000)
    )
    return [_Change(*row) for row in rows]


def _parts(
    authority_id: int, framework: Framework, told: Iterable[Line]
) -> sa.Select[tuple[str | None, str]]:
    """Return for each open school where its mail goes, and the sentences that concern it."""
    text: sa.ColumnElement[str] = sa.literal("")
    for line in told:
        sentence = sa.literal(f"\n\n{line.text}")
        text += (
            sa.case((_had_owner(framework, line.touches), sentence), else_=sa.literal(""))
            if line.touches
            else sentence
        )
    head = (
        sa.select(
            sa.func.coalesce(sa.func.nullif(Membership.mailbox, ""), Person.email).label("address")
        )
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.authority_id == authority_id,
            Membership.school_id == School.id,
            Membership.role == Role.HEAD,
            Membership.ended_at.is_(None),
            Person.state == PersonState.ACTIVE,
        )
        .order_by(Membership.id)
        .limit(1)
        .correlate(School)
        .scalar_subquery()
    )
    return sa.select(
        sa.func.coalesce(head, sa.func.nullif(School.email, "")).label("address"),
        text.label("text"),
    ).where(School.authority_id == authority_id, School.status.in_(OPEN_STATUSES))


def _had_owner(framework: Framework, category_ids: Iterable[int]) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        Owner.school_id == School.id,
        Owner.category_id.in_(sorted(category_ids)),
        Owner.assigned_at < framework.loaded_at,
        sa.or_(Owner.ended_at.is_(None), Owner.ended_at >= framework.loaded_at),
    )


def _listed(names: Sequence[str]) -> str:
    quoted = [f"“{name}”" for name in dict.fromkeys(names)]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
