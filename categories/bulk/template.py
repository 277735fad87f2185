"""The workbook to fill in: owners with drop-down lists, and what the lists offer."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.bulk.exporting import owner_rows
from categories.bulk.rows import EVERY_COLUMN
from categories.catalogue import current_categories
from categories.models import Category, Owner, Part
from directory.models import OPEN_STATUSES, School
from foundation.spreadsheets import Cell
from foundation.workbooks import Leaf, write_workbook

SCHOOLS, CATEGORIES, PARTS = "Schools", "Categories", "Parts"
WIDTHS = (38, 34, 34, 26, 18, 26, 34, 14, 14, 10)

PART_WORDS = (
    (Part.LEAD, "The one right person, who answers. An empty cell means the same."),
    (Part.SHARES, "Shares the job: answers too."),
    (Part.ALSO, "Gets it as well, and need not answer."),
    (Part.DEPUTY, "Gets it when nobody of the above can."),
)
HOW = (
    ("urn", "Choose the school from the list, or type its URN."),
    ("category", "Choose it from the list. Its short name and its number are understood too."),
    ("email", "The person's own address. A shared mailbox belongs to nobody, so not that."),
    ("name", "Needed for people who are new. Leave it empty for people who are known."),
    ("telephone, job_title", "Optional. An empty cell changes nothing."),
    ("Somebody else", "Change the e-mail address, and empty name, telephone and job_title."),
    ("cover_email", "Who stands in for a time, if anybody does: they need a place at the school."),
    ("cover_from, cover_to", "First and last day of the cover, such as 2026-12-01."),
    ("part", "What the person is for the category: see the sheet “Parts”. Empty means lead."),
    ("Rows without a person", "are left out, so categories that you do not know yet may stay."),
    ("Nothing is taken away", "by a row that is missing. End an owner on the pages of the portal."),
    ("When you are done", "save the file and upload it. You see every change before it is made."),
)


def write_template(
    session: Session,
    authority_id: int,
    target: BinaryIO,
    *,
    school_id: int | None,
    filled: bool,
    on: date,
) -> None:
    """Write the workbook for one school, or for all; ``filled`` with the owners of today.

    For one school every category that has no owner stands there as well, to be filled in.
    """
    schools = _schools(session, authority_id, school_id)
    categories = current_categories(session, authority_id)
    rows = _rows(session, authority_id, schools, categories, school_id, filled=filled, on=on)
    write_workbook(
        [
            Leaf(
                "Owners",
                EVERY_COLUMN,
                rows,
                WIDTHS,
                {
                    "urn": (SCHOOLS, len(schools)),
                    "category": (CATEGORIES, len(categories)),
                    "part": (PARTS, len(PART_WORDS)),
                },
            ),
            Leaf("How to fill it in", ("What", "How"), HOW, (28, 90)),
            Leaf(SCHOOLS, ("School", "URN"), [(label, urn) for urn, label in schools], (60, 10)),
            Leaf(
                CATEGORIES,
                ("Category", "Short name", "Number", "Group"),
                [(row.heading, row.slug, row.number, row.group_heading) for row in categories],
                (44, 30, 8, 40),
            ),
            Leaf(PARTS, ("Part", "Meaning"), [(p.value, w) for p, w in PART_WORDS], (10, 70)),
        ],
        target,
    )


def _schools(session: Session, authority_id: int, school_id: int | None) -> list[tuple[int, str]]:
    query = sa.select(School.urn, School.name).where(
        School.authority_id == authority_id, School.status.in_(OPEN_STATUSES)
    )
    if school_id is not None:
        query = query.where(School.id == school_id)
    rows = session.execute(query.order_by(School.name, School.urn))
    return [(row.urn, f"{row.urn} {row.name}") for row in rows]


def _rows(
    session: Session,
    authority_id: int,
    schools: Sequence[tuple[int, str]],
    categories: Iterable[Category],
    school_id: int | None,
    *,
    filled: bool,
    on: date,
) -> Iterator[Sequence[Cell]]:
    labels = dict(schools)
    headings = {row.slug: row.heading for row in categories}
    if filled:
        found = owner_rows(session, authority_id, on=on, columns=EVERY_COLUMN, school_id=school_id)
        for urn, category, *rest in found:
            yield (labels.get(int(str(urn)), urn), headings.get(str(category), category), *rest)
    if school_id is not None and labels:
        label = next(iter(labels.values()))
        missing = _unowned(session, authority_id, school_id) if filled else list(headings.values())
        yield from ((label, heading) for heading in missing)


def _unowned(session: Session, authority_id: int, school_id: int) -> list[str]:
    owned = sa.exists().where(
        Owner.authority_id == authority_id,
        Owner.school_id == school_id,
        Owner.category_id == Category.id,
        Owner.ended_at.is_(None),
    )
    query = sa.select(Category.heading).where(
        Category.authority_id == authority_id, Category.retired_at.is_(None), sa.not_(owned)
    )
    return list(session.scalars(query.order_by(Category.number, Category.id)))
