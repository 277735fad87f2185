"""Who owns what at the demonstration's schools, and who stands in."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from categories.catalogue import current_categories
from categories.models import Category, Cover, Owner
from foundation.bulk import batches, insert_all
from portal.demonstration import council
from portal.demonstration.people import Staffed
from portal.demonstration.posts import HEAD, TEACHER, post_for

SINCE = timedelta(days=850)
CARELESS = 0.12
"""The share of schools that left many categories open."""
GAP, WIDE_GAP = 0.04, 0.29
GAPS_OF_DEMO_SCHOOL = frozenset({"energy", "grants", "young-carers", "post-16", "examinations"})
COVERS = 360


def assign_owners(
    session: Session,
    authority_id: int,
    staffed: Sequence[Staffed],
    people: dict[str, int],
    *,
    random: Random,
    at: datetime,
) -> int:
    """Give about 93 of 100 school-category pairs an owner by job title; return how many."""
    categories = current_categories(session, authority_id)
    rows = []
    for school in staffed:
        if school.is_new:
            continue
        gap = WIDE_GAP if random.random() < CARELESS else GAP
        for category in categories:
            is_open = random.random() < gap
            if school.is_demo:
                is_open = category.slug in GAPS_OF_DEMO_SCHOOL
            if is_open:
                continue
            rows.append(
                {
                    "authority_id": authority_id,
                    "school_id": school.school_id,
                    "category_id": category.id,
                    "person_id": people[school.posts[_post(school, category)]],
                    "assigned_at": at - SINCE + timedelta(days=random.randrange(60)),
                }
            )
    for some in batches(rows):
        insert_all(session, Owner, some)
    _cover(session, authority_id, staffed, rows, people, random=random, at=at)
    return len(rows)


def _post(school: Staffed, category: Category) -> str:
    posts = tuple(school.posts)
    if not school.is_demo:
        return post_for(category.typical_owner, posts)
    if category.slug in council.TEACHER_OWNS:
        return TEACHER
    return post_for(category.typical_owner, tuple(post for post in posts if post != TEACHER))


def _cover(
    session: Session,
    authority_id: int,
    staffed: Sequence[Staffed],
    owners: Sequence[dict[str, object]],
    people: dict[str, int],
    *,
    random: Random,
    at: datetime,
) -> None:
    """Let colleagues stand in: some now, some soon, some in the past."""
    colleagues = {
        school.school_id: [people[e] for e in school.posts.values()] for school in staffed
    }
    heads = {people[school.posts[HEAD]] for school in staffed}
    rows = []
    for owner in random.sample(list(owners), min(COVERS, len(owners) // 20)):
        others = [
            person
            for person in colleagues[int(str(owner["school_id"]))]
            if person != owner["person_id"] and person not in heads
        ]
        if not others:
            continue
        starts_on = at.date() + timedelta(days=random.choice((-300, -120, -20, -5, -2, 9, 30)))
        rows.append(
            {
                "authority_id": authority_id,
                "school_id": owner["school_id"],
                "category_id": owner["category_id"],
                "person_id": random.choice(others),
                "starts_on": starts_on,
                "ends_on": _last_day(starts_on, random),
                "created_at": min(at, at + (starts_on - at.date()) - timedelta(days=3)),
            }
        )
    insert_all(session, Cover, rows)


def _last_day(starts_on: date, random: Random) -> date:
    return starts_on + timedelta(days=random.choice((4, 11, 25, 60)))
