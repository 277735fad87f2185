"""Bringing a new list of categories into force: one transaction, at once or on its day."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.catalogue import current_categories, load_catalogue
from categories.events import CategoriesChanged
from categories.models import Framework
from categories.models_versions import CategoryChange, CategoryDraft, DraftState
from categories.versions.carried import Carrying
from categories.versions.carrying import carry
from categories.versions.carrying_others import carry_group
from categories.versions.comparing import Comparison, compare
from categories.versions.following import every_category
from categories.versions.proposed import entry_of, from_json
from foundation import audit, clock
from foundation.bulk import insert_all
from foundation.db import EVERY_AUTHORITY, Database
from foundation.outbox import publish


def apply_due(database: Database, *, at: datetime) -> int:
    """Apply every confirmed list whose day has come, a transaction each; return how many."""
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        due = session.execute(
            sa.select(CategoryDraft.authority_id, CategoryDraft.id)
            .where(
                CategoryDraft.state == DraftState.READY,
                CategoryDraft.valid_from <= clock.local_date(at),
            )
            .order_by(CategoryDraft.valid_from, CategoryDraft.id)
            .limit(1_000)
        ).all()
    done = 0
    for authority_id, draft_id in due:
        with database.transaction(authority=authority_id) as session:
            done += apply_draft(session, draft_id, at=at)
    return done


def apply_draft(session: Session, draft_id: int, *, at: datetime) -> bool:
    """Bring a confirmed list into force; a second time does nothing. Tell whether it was done.

    It is refused, and says so in its state, when another version came into force since it was
    put up: what was confirmed was a comparison with the one before.
    """
    draft = session.get_one(CategoryDraft, draft_id, with_for_update=True)
    if draft.state is not DraftState.READY:
        return False
    draft.settled_at = at
    if newest(session, draft.authority_id).version != draft.base_version:
        draft.state = DraftState.REFUSED
        return False
    _apply(session, draft, at)
    return True


def newest(session: Session, authority_id: int) -> Framework:
    """Return the version in force; raises NoResultFound when no list was ever loaded."""
    return session.scalars(
        sa.select(Framework)
        .where(Framework.authority_id == authority_id)
        .order_by(Framework.version.desc())
        .limit(1)
    ).one()


def _apply(session: Session, draft: CategoryDraft, at: datetime) -> None:
    authority_id = draft.authority_id
    proposed = [from_json(stored) for stored in draft.entries]
    before = [entry_of(row) for row in current_categories(session, authority_id)]
    comparison = compare(before, proposed)
    load_catalogue(session, authority_id, [each.entry for each in proposed], at=at)
    framework = newest(session, authority_id)
    framework.applied_by_id = draft.confirmed_by_id
    draft.framework_id = framework.id
    draft.state = DraftState.APPLIED
    ids = {each.slug: each.id for each in every_category(session, authority_id)}
    _write_changes(session, framework, comparison, ids)
    one = Carrying(
        authority_id,
        framework.id,
        ended_ids=[ids[slug] for slug in comparison.ended],
        kept_ids=[ids[slug] for slug in comparison.before if slug in comparison.after],
        by=draft.confirmed_by_id,
        at=at,
        today=clock.local_date(at),
    )
    carried = carry(session, one)
    for old, new in followed_groups(comparison).items():
        carry_group(session, one, old, new)
    publish(session, CategoriesChanged(authority_id, framework.id), at=at)
    audit.record(
        session,
        authority_id=authority_id,
        action="categories.changed",
        subject="framework",
        subject_id=framework.id,
        by=draft.confirmed_by_id,
        at=at,
        detail={
            "version": framework.version,
            "owners_carried": carried,
            "ended": len(one.ended_ids),
        },
    )


def _write_changes(
    session: Session, framework: Framework, comparison: Comparison, ids: dict[str, int]
) -> None:
    insert_all(
        session,
        CategoryChange,
        [
            {
                "authority_id": framework.authority_id,
                "framework_id": framework.id,
                "kind": step.kind,
                "from_id": ids[step.old] if step.old else None,
                "to_id": ids[step.new] if step.new else None,
                "place": step.place,
            }
            for step in comparison.steps
        ],
    )


def followed_groups(comparison: Comparison) -> dict[str, str]:
    """Return for each group that is gone the one group to which all of its categories went."""
    groups = {entry.group for entry in comparison.after.values()}
    went: dict[str, set[str]] = {}
    for slug, entry in comparison.before.items():
        if entry.group not in groups:
            went.setdefault(entry.group, set()).update(
                comparison.after[new].group for new in comparison.targets(slug)
            )
    return {old: found.pop() for old, found in went.items() if len(found) == 1}
