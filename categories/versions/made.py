"""What the version in force did, in sentences: read after it, from the changes that it kept."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from categories.models import Category
from categories.models_versions import CARRYING, CategoryChange, ChangeKind

MOST = 500
ORDER = (*CARRYING, ChangeKind.RETIRED, ChangeKind.NEW)


def made_by(session: Session, authority_id: int, framework_id: int) -> list[str]:
    """Return a sentence for each change that moved, ended or began something: one statement."""
    before, after = aliased(Category), aliased(Category)
    rows = session.execute(
        sa.select(CategoryChange.kind, before.id, before.heading, after.id, after.heading)
        .outerjoin(before, before.id == CategoryChange.from_id)
        .outerjoin(after, after.id == CategoryChange.to_id)
        .where(
            CategoryChange.authority_id == authority_id,
            CategoryChange.framework_id == framework_id,
            CategoryChange.kind.in_(ORDER),
        )
        .order_by(before.number, after.number, CategoryChange.id)
        .limit(MOST)
    ).all()
    said = [
        (ORDER.index(kind), _sentence(kind, old, new if new_id != old_id else None))
        for kind, old_id, old, new_id, new in rows
        if kind not in (ChangeKind.SPLIT, ChangeKind.MERGED) or new_id != old_id
    ]
    return [sentence for _, sentence in sorted(said, key=lambda each: each[0])]


def _sentence(kind: ChangeKind, old: str | None, new: str | None) -> str:
    if kind is ChangeKind.RETIRED:
        return f"“{old}” ended."
    if kind is ChangeKind.NEW:
        return f"“{new}” is new."
    if kind is ChangeKind.RENAMED:
        return f"“{old}” became “{new}”." if new else f"“{old}” has a new name."
    if kind is ChangeKind.SPLIT:
        return f"A part of “{old}” went to “{new}”."
    return f"“{old}” went into “{new}”."
