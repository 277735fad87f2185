"""New lists of categories, and what versions changed, for the pages of administrators."""

from typing import Any

from categories.models import Category
from categories.models_versions import CategoryChange, CategoryDraft, ChangeKind
from categories.versions.applying import newest
from categories.versions.proposed import Proposed, entry_of
from tests.factories.base import NOON, authority_id, current
from tests.factories.categories import CategoryFactory
from tests.factories.directory import PersonFactory


def fill_versions(word: str, size: int) -> dict[str, dict[str, Any]]:
    """Put up ``size`` lists, the last with as many changes; return what addresses need."""
    session = current["session"]
    framework = newest(session, authority_id())
    known = [CategoryFactory(heading=f"Topic {number}") for number in range(2 * size)]
    session.add_all(_change(framework.id, category) for category in known)
    sources = tuple(category.slug for category in known)
    listed = Proposed(
        entry_of(CategoryFactory.build(heading=word, slug="whole", falls_to=[])), sources
    )
    for number in range(size):
        draft = CategoryDraft(
            authority_id=authority_id(),
            file_name=f"{word} {number}.csv",
            entries=[listed.as_json()],
            base_version=framework.version,
            made_by_id=PersonFactory().id,
            made_at=NOON,
        )
        session.add(draft)
        session.flush()
    return {
        "categories.draft": {"draft_id": draft.id},
        "categories.drop_draft": {"draft_id": draft.id},
        "categories.went": {"draft_id": draft.id, "slug": known[0].slug},
        "categories.list_file": {"version": framework.version, "kind": "csv"},
    }


def _change(framework_id: int, category: Category) -> CategoryChange:
    return CategoryChange(
        authority_id=authority_id(),
        framework_id=framework_id,
        kind=ChangeKind.REWORDED,
        from_id=category.id,
        to_id=category.id,
    )
