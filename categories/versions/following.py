"""Following a category to what it is today: renamed, split, merged, or simply ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from categories.models_versions import CARRYING, CategoryChange, ChangeKind
from foundation.dates import day

MOST = 5_000


@dataclass(frozen=True)
class Today:
    """A category as it is called now. ``ended_at`` is empty while it is in use."""

    id: int
    slug: str
    heading: str
    number: int
    ended_at: datetime | None


@dataclass(frozen=True)
class Followed:
    """What slugs mean today: the categories in use, what became of those that ended."""

    today: tuple[Today, ...]
    """The categories in use that the slugs lead to, each once, in the order of the slugs."""
    became: dict[str, tuple[Today, ...]]
    """For each slug that has ended the categories in use that follow it; none when none does."""
    ended: dict[str, Today]
    """The categories of the slugs that have ended."""
    unknown: tuple[str, ...]
    words: dict[str, str]
    """The headings of the slugs as ``in_words`` gives them."""

    @property
    def ids(self) -> list[int]:
        """Return the ids of the categories in use."""
        return [each.id for each in self.today]


def follow(session: Session, authority_id: int, slugs: Iterable[str]) -> Followed:
    """Return what these slugs mean today: one statement, two when one of them has ended."""
    wanted = list(dict.fromkeys(slugs))
    known = {each.slug: each for each in every_category(session, authority_id)} if wanted else {}
    ended = {
        slug: known[slug] for slug in wanted if slug in known and known[slug].ended_at is not None
    }
    links = _links(session, authority_id) if ended else {}
    by_id = {each.id: each for each in known.values()}
    became = {slug: _reached(each, links, by_id) for slug, each in ended.items()}
    today: dict[int, Today] = {}
    for slug in wanted:
        for each in became.get(slug, (known[slug],) if slug in known else ()):
            today.setdefault(each.id, each)
    words = {slug: _in_words(known[slug], became.get(slug, ())) for slug in wanted if slug in known}
    unknown = tuple(slug for slug in wanted if slug not in known)
    return Followed(tuple(today.values()), became, ended, unknown, words)


def in_words(session: Session, authority_id: int) -> dict[str, str]:
    """Return the heading of every category by its slug; of one that ended also what became of it.

    One statement, two when a category has ended. "English (until 12 May 2027, now Reading)".
    """
    known = every_category(session, authority_id)
    if all(each.ended_at is None for each in known):
        return {each.slug: each.heading for each in known}
    links, by_id = _links(session, authority_id), {each.id: each for each in known}
    return {each.slug: _in_words(each, _reached(each, links, by_id)) for each in known}


def until(heading: str, ended_at: datetime | None) -> str:
    """Return a category's heading, with its last day when it has ended."""
    if ended_at is None:
        return heading
    return f"{heading} (until {day(ended_at)})"


def listed(headings: Iterable[str]) -> str:
    """Return headings as part of a sentence: “Reading”, “Writing” and “Spelling”."""
    quoted = [f"“{heading}”" for heading in headings]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _in_words(one: Today, became: Iterable[Today]) -> str:
    now = listed(each.heading for each in became)
    words = until(one.heading, one.ended_at)
    return f"{words[:-1]}, now {now})" if one.ended_at and now else words


def every_category(session: Session, authority_id: int) -> list[Today]:
    """Return every category that there ever was, in the order of their numbers."""
    rows = session.execute(
        sa.select(
            Category.id, Category.slug, Category.heading, Category.number, Category.retired_at
        )
        .where(Category.authority_id == authority_id)
        .order_by(Category.number, Category.id)
        .limit(MOST)
    )
    return [Today(*row) for row in rows]


def _links(session: Session, authority_id: int) -> dict[int, list[int]]:
    """Return where each category went when a version last did something to it as a whole."""
    rows = session.execute(
        sa.select(CategoryChange.framework_id, CategoryChange.from_id, CategoryChange.to_id)
        .where(
            CategoryChange.authority_id == authority_id,
            CategoryChange.from_id.is_not(None),
            CategoryChange.kind.in_([*CARRYING, ChangeKind.RETIRED]),
            sa.or_(CategoryChange.to_id.is_(None), CategoryChange.to_id != CategoryChange.from_id),
        )
        .order_by(CategoryChange.framework_id, CategoryChange.id)
        .limit(MOST)
    )
    newest: dict[int, tuple[int, list[int]]] = {}
    for framework_id, from_id, to_id in rows:
        if newest.get(from_id, (0, []))[0] != framework_id:
            newest[from_id] = (framework_id, [])
        if to_id is not None:
            newest[from_id][1].append(to_id)
    return {from_id: found for from_id, (_, found) in newest.items()}


def _reached(
    start: Today, links: dict[int, list[int]], by_id: dict[int, Today]
) -> tuple[Today, ...]:
    """Return the categories in use that one leads to, along as many versions as there are."""
    found: dict[int, Today] = {}
    seen, waiting = {start.id}, [start.id]
    while waiting:
        each = by_id[waiting.pop(0)]
        if each.ended_at is None:
            found[each.id] = each
            continue
        for other in links.get(each.id, ()):
            if other not in seen and other in by_id:
                seen.add(other)
                waiting.append(other)
    return tuple(found.values())
