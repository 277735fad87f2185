"""New lists of categories for tests: the present one, changed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from categories.catalogue import current_categories
from categories.models_versions import CategoryDraft
from categories.versions.applying import apply_draft
from categories.versions.drafts import confirm, put_up
from categories.versions.proposed import Proposed, entry_of


def changed_list(
    session: Session,
    authority_id: int,
    *,
    gone: Sequence[str] = (),
    new: Mapping[str, Sequence[str]] | None = None,
    words: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Proposed]:
    """Return the list in force without some, with others (slug: sources), and others worded anew.

    A slug of ``new`` that is in use already keeps its words and takes its sources in.
    """
    entries = {row.slug: entry_of(row) for row in current_categories(session, authority_id)}
    last = max(entries.values(), key=lambda entry: entry.number)
    listed = [
        Proposed(replace(entry, **(words or {}).get(slug, {})), tuple((new or {}).get(slug, ())))
        for slug, entry in entries.items()
        if slug not in gone
    ]
    for number, (slug, sources) in enumerate((new or {}).items(), start=last.number + 1):
        if slug not in entries:
            heading = slug.replace("-", " ").capitalize()
            entry = replace(last, slug=slug, number=number, heading=heading, falls_to=[])
            listed.append(Proposed(entry, tuple(sources)))
    return listed


def put_up_list(
    session: Session, authority_id: int, listed: Sequence[Proposed], *, at: datetime
) -> CategoryDraft:
    return put_up(session, authority_id, listed, file_name="list.csv", by=None, at=at)


def bring_into_force(
    session: Session,
    authority_id: int,
    listed: Sequence[Proposed],
    *,
    at: datetime,
) -> CategoryDraft:
    draft = put_up_list(session, authority_id, listed, at=at)
    confirm(session, draft, valid_from=None, by=None, at=at)
    assert apply_draft(session, draft.id, at=at)
    session.expire_all()
    return draft
