"""Which schools a whole asks: the union in the words of a document, and who is in which part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audience import names_school
from directory.models import OPEN_STATUSES, School
from gatekeeping.documents import AudienceWords

FILTERS = ("phases", "types", "districts", "trusts")
MOST_CELLS = 4_096


@dataclass(frozen=True)
class Counts:
    """How many open schools parent and child ask, how many get both, how many it is together."""

    parent: int
    child: int
    both: int

    @property
    def whole(self) -> int:
        """Return how many it is together, each school counted once."""
        return self.parent + self.child - self.both


Cells = Mapping[frozenset[int], int]
"""How many open schools are in exactly these of the parts, by the parts' places."""


def cells_of(session: Session, authority_id: int, audiences: Sequence[AudienceWords]) -> Cells:
    """Count the open schools that exactly these audiences name: one statement."""
    named = [
        sa.case((names_school(authority_id, words.as_audience()), 1), else_=0).label(f"in_{place}")
        for place, words in enumerate(audiences)
    ]
    rows = (
        sa.select(*named)
        .where(School.authority_id == authority_id, School.status.in_(OPEN_STATUSES))
        .subquery()
    )
    found = session.execute(
        sa.select(*rows.c, sa.func.count()).group_by(*rows.c).order_by(*rows.c).limit(MOST_CELLS)
    ).all()
    counted = {
        frozenset(place for place, inside in enumerate(row[:-1]) if inside): row[-1]
        for row in found
    }
    counted.pop(frozenset(), None)
    return counted


def counts_of(cells: Cells, child: int) -> Counts:
    """Return the counts of one part against all others together."""
    others = sum(count for cell, count in cells.items() if cell - {child})
    own = sum(count for cell, count in cells.items() if child in cell)
    both = sum(count for cell, count in cells.items() if child in cell and cell - {child})
    return Counts(others, own, both)


def together(
    session: Session, authority_id: int, one: AudienceWords, other: AudienceWords
) -> AudienceWords:
    """Return the words for the schools of both.

    In the words of either where that says it; else the other's schools of today are listed.
    """
    said = _in_words(one, other)
    if said is not None:
        return said
    extra = session.scalars(
        sa.select(School.urn)
        .where(
            School.authority_id == authority_id,
            School.status.in_(OPEN_STATUSES),
            School.urn.is_not(None),
            names_school(authority_id, other.as_audience()),
            sa.not_(names_school(authority_id, one.as_audience())),
        )
        .order_by(School.urn)
        .limit(30_000)
    ).all()
    return _with_urns(one, [*one.urns, *extra])


def _in_words(one: AudienceWords, other: AudienceWords) -> AudienceWords | None:
    """Return the union where words can say it without listing schools that are not listed yet."""
    if one.all or other.all:
        return AudienceWords(all=True)
    listed = [*one.urns, *other.urns]
    if not _filters(other):
        return _with_urns(one, listed)
    if not _filters(one):
        return _with_urns(other, listed)
    differing = [name for name in FILTERS if set(_of(one, name)) != set(_of(other, name))]
    if not differing:
        return _with_urns(one, listed)
    if len(differing) > 1 or not (_of(one, differing[0]) and _of(other, differing[0])):
        return None
    either = [*dict.fromkeys([*_of(one, differing[0]), *_of(other, differing[0])])]
    return _with_urns(one.model_copy(update={differing[0]: either}), listed)


def _of(words: AudienceWords, name: str) -> list[str]:
    return list(getattr(words, name))


def _filters(words: AudienceWords) -> bool:
    return any(_of(words, name) for name in FILTERS)


def _with_urns(words: AudienceWords, urns: Sequence[int]) -> AudienceWords:
    return words.model_copy(update={"urns": [*dict.fromkeys(urns)][:30_000]})
