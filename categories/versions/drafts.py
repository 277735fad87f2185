"""A new list before it is in force: put up, corrected, confirmed for a day, or dropped."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from categories.catalogue import current_categories
from categories.models import CategoryEdition, Framework
from categories.models_versions import CategoryDraft, DraftState
from categories.versions.applying import newest
from categories.versions.comparing import Comparison, compare
from categories.versions.following import every_category, follow
from categories.versions.proposed import Proposed, entry_of, from_json, gone_to
from directory.acting import id_of
from directory.models import Person
from foundation import audit, clock
from foundation.db import wake
from foundation.errors import NotFoundError, Refusal


class DraftError(Refusal):
    """The list cannot be put up, corrected or confirmed like this."""


def put_up(
    session: Session,
    authority_id: int,
    listed: Sequence[Proposed],
    *,
    file_name: str,
    by: Person | int | None,
    at: datetime,
) -> CategoryDraft:
    """Keep a new list to be looked at; nothing changes yet.

    Raises DraftError when it says what the list in force says.
    """
    if not compare_with_present(session, authority_id, listed).steps:
        raise DraftError("This is the list that is in force: nothing would change.", field="file")
    draft = CategoryDraft(
        authority_id=authority_id,
        file_name=" ".join(file_name.split())[:200],
        entries=[each.as_json() for each in listed],
        base_version=newest(session, authority_id).version,
        state=DraftState.OPEN,
        made_by_id=id_of(by),
        made_at=at,
    )
    session.add(draft)
    session.flush()
    _record(session, draft, "categories.put_up", by, at)
    return draft


def compare_with_present(
    session: Session, authority_id: int, listed: Sequence[Proposed]
) -> Comparison:
    """Return what a list would change: one statement."""
    present = [entry_of(row) for row in current_categories(session, authority_id)]
    return compare(present, listed)


def listed_in(draft: CategoryDraft) -> list[Proposed]:
    """Return the list that a draft keeps."""
    return [from_json(stored) for stored in draft.entries]


def say_where(
    session: Session,
    draft: CategoryDraft,
    *,
    old: str,
    new: Iterable[str],
    by: Person | int | None,
    at: datetime,
) -> None:
    """Correct where a category in use goes: to these of the new list, or to none.

    Raises DraftError when the list is settled already, NotFoundError for a category that is not in
    use or a target that is not listed.
    """
    _check_open(draft)
    listed, wanted = listed_in(draft), list(dict.fromkeys(new))
    known = {row.slug for row in current_categories(session, draft.authority_id)}
    if old not in known or not set(wanted) <= {each.slug for each in listed}:
        raise NotFoundError
    draft.entries = [each.as_json() for each in gone_to(listed, old, wanted)]
    _record(session, draft, "categories.corrected", by, at)


def confirm(
    session: Session,
    draft: CategoryDraft,
    *,
    valid_from: date | None,
    by: Person | int | None,
    at: datetime,
) -> None:
    """Let a list come into force on a day, at once without one; a worker applies it.

    Raises DraftError, with ``valid_from`` as its field for a day that is past. Confirming again
    what waits for its day changes the day.
    """
    if draft.state is not DraftState.READY:
        _check_open(draft)
    today = clock.local_date(at)
    if valid_from is not None and valid_from < today:
        raise DraftError("The day must be today or later.", field="valid_from")
    if newest(session, draft.authority_id).version != draft.base_version:
        raise DraftError("Another list came into force since. Put yours up again.")
    draft.state, draft.valid_from = DraftState.READY, valid_from or today
    draft.confirmed_by_id, draft.confirmed_at = id_of(by), at
    _record(session, draft, "categories.confirmed", by, at)
    wake(session, "categories")


def drop(session: Session, draft: CategoryDraft, *, by: Person | int | None, at: datetime) -> None:
    """Give a list up before it is in force; a second time does nothing."""
    if draft.state in (DraftState.OPEN, DraftState.READY):
        draft.state, draft.settled_at = DraftState.DROPPED, at
        _record(session, draft, "categories.dropped", by, at)


def draft_of(session: Session, authority_id: int, draft_id: int) -> CategoryDraft:
    """Return one of the authority's lists; raises NotFoundError when there is none."""
    draft = session.scalars(
        sa.select(CategoryDraft)
        .where(CategoryDraft.authority_id == authority_id, CategoryDraft.id == draft_id)
        .options(joinedload(CategoryDraft.made_by))
    ).first()
    if draft is None:
        raise NotFoundError
    return draft


def drafts(session: Session, authority_id: int, *, most: int = 20) -> list[CategoryDraft]:
    """Return the lists that are not in force yet, and why others never will be, newest first."""
    shown = (DraftState.OPEN, DraftState.READY, DraftState.REFUSED)
    return list(
        session.scalars(
            sa.select(CategoryDraft)
            .where(CategoryDraft.authority_id == authority_id, CategoryDraft.state.in_(shown))
            .options(joinedload(CategoryDraft.made_by))
            .order_by(CategoryDraft.id.desc())
            .limit(most)
        )
    )


def versions(session: Session, authority_id: int, *, most: int = 50) -> list[Framework]:
    """Return the versions of the list, the one in force first."""
    return list(
        session.scalars(
            sa.select(Framework)
            .where(Framework.authority_id == authority_id)
            .order_by(Framework.version.desc())
            .limit(most)
        )
    )


def list_of_version(session: Session, authority_id: int, version: int) -> list[Proposed]:
    """Return the list that a version was, ready to be put up again: three statements at most.

    What is not in use today says in ``from`` which categories followed it, so that it would get
    its owners back from them. Raises NotFoundError for a version that there never was.
    """
    rows = session.scalars(
        sa.select(CategoryEdition)
        .join(Framework, Framework.id == CategoryEdition.framework_id)
        .where(Framework.authority_id == authority_id, Framework.version == version)
        .order_by(CategoryEdition.number, CategoryEdition.id)
    ).all()
    if not rows:
        raise NotFoundError("There is no such version of the list.")
    slugs = {each.id: each.slug for each in every_category(session, authority_id)}
    followed = follow(session, authority_id, slugs.values())
    listed = []
    for row in rows:
        slug = slugs[row.category_id]
        facts = {name: getattr(row, name) for name in _EDITION}
        sources = tuple(each.slug for each in followed.became.get(slug, ()))
        listed.append(from_json({**facts, "slug": slug, "from": list(sources)}))
    return listed


_EDITION = (
    "number",
    "heading",
    "group",
    "group_heading",
    "description",
    "typical_owner",
    "keywords",
    "falls_to",
)


def _check_open(draft: CategoryDraft) -> None:
    if draft.state is not DraftState.OPEN:
        raise DraftError("This list is settled already. Upload it again to change it.")


def _record(
    session: Session, draft: CategoryDraft, action: str, by: Person | int | None, at: datetime
) -> None:
    audit.record(
        session,
        authority_id=draft.authority_id,
        action=action,
        subject="category_draft",
        subject_id=draft.id,
        by=id_of(by),
        at=at,
        detail={"base_version": draft.base_version, "categories": len(draft.entries)},
    )
