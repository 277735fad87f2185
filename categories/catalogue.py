"""The list of categories: versioned data that an authority loads and may change later."""

import csv
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category, CategoryEdition, Framework
from categories.versions.following import follow
from directory.models import AuthorityProfile
from foundation.bulk import insert_all
from foundation.errors import BrokenFileError

SHIPPED = Path(__file__).parent / "data" / "categories.csv"
COLUMNS = (
    "number",
    "slug",
    "heading",
    "group",
    "group_heading",
    "description",
    "typical_owner",
    "keywords",
)
_COLUMN = {"group": "group_slug"}


@dataclass(frozen=True)
class Entry:
    """One category as a list words it."""

    number: int
    slug: str
    heading: str
    group: str
    group_heading: str
    description: str
    typical_owner: str
    keywords: list[str]
    falls_to: list[str] = field(default_factory=list)
    """Roles at the school to whom it goes, in this order, where nobody is set."""


def read_catalogue(path: Path) -> list[Entry]:
    """Read a list of categories; raises BrokenFileError when columns lack or slugs repeat."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise BrokenFileError(f"The list of categories lacks: {', '.join(missing)}.")
        entries = [
            Entry(
                number=int(row["number"]),
                slug=row["slug"],
                heading=row["heading"],
                group=row["group"],
                group_heading=row["group_heading"],
                description=row["description"],
                typical_owner=row["typical_owner"],
                keywords=[word for word in row["keywords"].split(";") if word],
                falls_to=[role for role in (row.get("falls_to") or "").split(";") if role],
            )
            for row in reader
        ]
    if len({entry.slug for entry in entries}) != len(entries):
        raise BrokenFileError("Two categories have the same slug.")
    return entries


def load_shipped_catalogue(session: Session, authority_id: int, *, at: datetime) -> int:
    """Load the 85 categories that the portal ships; return the framework's version."""
    return load_catalogue(session, authority_id, read_catalogue(SHIPPED), at=at)


def load_where_missing(session: Session, *, at: datetime) -> int:
    """Load the shipped categories for every authority that has none; return for how many.

    For a session that may see every authority: importing schools makes new ones.
    """
    bare = session.scalars(
        sa.select(AuthorityProfile.authority_id)
        .where(~sa.exists().where(Framework.authority_id == AuthorityProfile.authority_id))
        .order_by(AuthorityProfile.authority_id)
    ).all()
    for authority_id in bare:
        load_shipped_catalogue(session, authority_id, at=at)
    return len(bare)


def load_catalogue(
    session: Session, authority_id: int, entries: Sequence[Entry], *, at: datetime
) -> int:
    """Make ``entries`` the authority's current categories and return the version.

    The same list again changes nothing. A category that is no longer listed is retired, never
    deleted: its owners and deliveries keep their meaning.
    """
    lines = "\n".join(repr(entry) for entry in sorted(entries, key=lambda entry: entry.slug))
    digest = hashlib.sha256(lines.encode()).hexdigest()
    newest = session.scalars(
        sa.select(Framework)
        .where(Framework.authority_id == authority_id)
        .order_by(Framework.version.desc())
        .limit(1)
    ).first()
    if newest is not None and newest.digest == digest:
        return newest.version
    framework = Framework(
        authority_id=authority_id,
        version=newest.version + 1 if newest else 1,
        loaded_at=at,
        digest=digest,
    )
    session.add(framework)
    known = {
        category.slug: category
        for category in session.scalars(
            sa.select(Category).where(Category.authority_id == authority_id)
        )
    }
    for entry in entries:
        category = known.pop(entry.slug, None) or Category(authority_id=authority_id)
        for name, value in asdict(entry).items():
            setattr(category, name, value)
        category.retired_at = None
        session.add(category)
    for category in known.values():
        category.retired_at = category.retired_at or at
    session.flush()  # the editions need the ids
    ids = current_ids(session, authority_id)
    insert_all(
        session,
        CategoryEdition,
        [
            {
                **{
                    _COLUMN.get(name, name): value
                    for name, value in asdict(entry).items()
                    if name != "slug"
                },
                "authority_id": authority_id,
                "framework_id": framework.id,
                "category_id": ids[entry.slug],
            }
            for entry in entries
        ],
    )
    return framework.version


def current_categories(session: Session, authority_id: int) -> list[Category]:
    """Return the categories in use, in their numbers' order."""
    return list(
        session.scalars(
            sa.select(Category)
            .where(Category.authority_id == authority_id, Category.retired_at.is_(None))
            .order_by(Category.number, Category.id)
        )
    )


def current_ids(session: Session, authority_id: int) -> dict[str, int]:
    """Return the id of each category in use, by slug."""
    rows = session.execute(
        sa.select(Category.slug, Category.id)
        .where(Category.authority_id == authority_id, Category.retired_at.is_(None))
        .order_by(Category.number)
    )
    return {row.slug: row.id for row in rows}


def resolve_slugs(session: Session, authority_id: int, slugs: Iterable[str]) -> list[int]:
    """Return the ids of the categories in use that these slugs mean today, each once.

    A slug that was renamed, split or merged leads to what followed it; one that ended without
    another, or was never known, to none. One statement, two when one of them has ended.
    """
    return follow(session, authority_id, slugs).ids
