"""Saying for how long things are kept, and what must be kept longer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from directory.models import AuthorityProfile
from foundation import audit
from foundation.errors import NotFoundError, Refusal
from notifications.documents.keeping import MOST_CATEGORIES, Periods, periods
from notifications.models import Notice

LEAST: Final = 1
MOST: Final = 600
LONGEST_WHY: Final = 300
LONGEST_NUMBER: Final = 60
MOST_HELD: Final = 200
MOST_HISTORY: Final = 20
ACTION: Final = "keeping.changed"


class PeriodError(Refusal):
    """A period is no number of months that we take."""

    def __init__(self, field: str) -> None:
        super().__init__(f"Enter a number of months from {LEAST} to {MOST}.", field=field)


class NoHoldReasonError(Refusal):
    """Whoever wonders later must find why something was kept."""

    def __init__(self) -> None:
        super().__init__("Say why it must be kept, such as the case it is about.", field="why")


def set_periods(
    session: Session,
    authority_id: int,
    authority: int,
    categories: Mapping[int, int | None],
    *,
    by: int,
    at: datetime,
) -> None:
    """Keep what was chosen: months of the authority, and of categories (None: as the authority).

    Categories that are not named stay as they are. Raises PeriodError with the field
    ``authority`` or ``category-<id>``, having changed nothing.
    """
    check(authority, categories)
    before = periods(session, authority_id)
    session.execute(
        sa.update(AuthorityProfile)
        .where(AuthorityProfile.authority_id == authority_id)
        .values(keep_months=authority)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    changed = {
        key: months for key, months in categories.items() if before.categories.get(key) != months
    }
    for months in sorted(set(changed.values()), key=lambda each: each or 0):
        keys = [key for key, each in changed.items() if each == months]
        session.execute(
            sa.update(Category)
            .where(Category.authority_id == authority_id, Category.id.in_(keys))
            .values(keep_months=months)
            .execution_options(synchronize_session=False)
        )
    if changed or authority != before.authority:
        _record(session, authority_id, before, authority, changed, by=by, at=at)


def check(authority: int, categories: Mapping[int, int | None]) -> None:
    """Raise PeriodError, with the field to mend, where a period is too short or too long."""
    each = {"authority": authority, **{f"category-{key}": m for key, m in categories.items()}}
    for field, months in each.items():
        if months is not None and not LEAST <= months <= MOST:
            raise PeriodError(field)


def chosen(kept: Periods, authority: int, categories: Mapping[int, int | None]) -> Periods:
    """Return the periods as they would be with a choice: nothing is stored."""
    merged = {**kept.categories, **categories}
    return Periods(authority, {key: each for key, each in merged.items() if each is not None})


def headings(session: Session, authority_id: int) -> list[sa.Row[tuple[int, str, str, int | None]]]:
    """Return the categories in force: ``id, heading, group_heading, keep_months``, in order."""
    return list(
        session.execute(
            sa.select(Category.id, Category.heading, Category.group_heading, Category.keep_months)
            .where(Category.authority_id == authority_id, Category.retired_at.is_(None))
            .order_by(Category.number, Category.id)
            .limit(MOST_CATEGORIES)
        )
    )


def hold(
    session: Session, authority_id: int, reference: str, why: str, *, by: int, at: datetime
) -> int:
    """Keep what was sent under a number beyond its time; return how many notices that are.

    All its versions. ``why`` is asked for. Raises NoHoldReasonError, and NotFoundError when nothing
    was sent under it or all of it is deleted already.
    """
    why = " ".join(why.split())[:LONGEST_WHY]
    if not why:
        raise NoHoldReasonError
    return _mark(session, authority_id, reference, why, "notices.held", by=by, at=at)


def let_go(session: Session, authority_id: int, reference: str, *, by: int, at: datetime) -> int:
    """Let the time of a number count again; return how many notices that are."""
    return _mark(session, authority_id, reference, "", "notices.let_go", by=by, at=at)


def held(session: Session, authority_id: int) -> list[sa.Row[tuple[str, str, str]]]:
    """Return what is held: ``reference, title, held_why``, the oldest first."""
    return list(
        session.execute(
            sa.select(Notice.reference, Notice.title, Notice.held_why)
            .where(Notice.authority_id == authority_id, Notice.held_why != "")
            .order_by(Notice.sent_at, Notice.id)
            .limit(MOST_HELD)
        )
    )


def history(session: Session, authority_id: int) -> list[audit.AuditEntry]:
    """Return the last changes of the periods, the newest first."""
    return list(
        session.scalars(
            sa.select(audit.AuditEntry)
            .where(
                audit.AuditEntry.authority_id == authority_id,
                audit.AuditEntry.subject == "authority",
                audit.AuditEntry.subject_id == authority_id,
                audit.AuditEntry.action.in_([ACTION, "notices.expunged"]),
            )
            .order_by(audit.AuditEntry.sequence.desc())
            .limit(MOST_HISTORY)
        )
    )


def _record(
    session: Session,
    authority_id: int,
    before: Periods,
    authority: int,
    changed: Mapping[int, int | None],
    *,
    by: int,
    at: datetime,
) -> None:
    audit.record(
        session,
        authority_id=authority_id,
        action=ACTION,
        subject="authority",
        subject_id=authority_id,
        by=by,
        at=at,
        detail={
            "before": before.authority,
            "after": authority,
            "categories": {
                str(key): [before.categories.get(key), months]
                for key, months in sorted(changed.items())
            },
        },
    )


def _mark(
    session: Session,
    authority_id: int,
    reference: str,
    why: str,
    action: str,
    *,
    by: int,
    at: datetime,
) -> int:
    number = reference.strip().upper().split(" ")[0]
    if not 0 < len(number) <= LONGEST_NUMBER:
        raise NotFoundError
    version = Notice.reference.startswith(f"{number} v", autoescape=True)
    keys = session.scalars(
        sa.update(Notice)
        .where(
            Notice.authority_id == authority_id,
            Notice.expunged_at.is_(None),
            sa.or_(Notice.reference == number, version),
        )
        .values(held_why=why)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not keys:
        raise NotFoundError
    audit.record(
        session,
        authority_id=authority_id,
        action=action,
        subject="notice",
        subject_id=max(keys),
        by=by,
        at=at,
        detail={"notices": len(keys)},
    )
    return len(keys)
