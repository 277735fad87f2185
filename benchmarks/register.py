"""A register of 45,000 earlier submissions, written quickly and in realistic words."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from multiprocessing import get_context
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks.stage import Stage
from directory.models import Membership, Role
from foundation import clock
from foundation.bulk import batches, insert_all
from gatekeeping.alike.index import columns_of
from gatekeeping.alike.meaning import Meaning, meaning_of
from gatekeeping.alike.packing import pack
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Kind, State, StoredMeaning, Submission, SubmissionVersion, Track
from gatekeeping.registry.numbers import Number, check_character, school_year
from portal.demonstration.letters import Places, compose, letters
from portal.demonstration.past import places_of

EARLIER = 45_000
SEED = 888
CHUNK = 1_000
WORDS = (
    "meeting visit library garden bridge lesson morning evening picture garage concert window "
    "market season harvest station weather sister brother harbour village engine kitchen blanket "
    "journey festival orchard lantern pocket shelter meadow copper silver timber paper velvet"
)
STATES = (State.CLOSED,) * 12 + (State.LIVE, State.LIVE, State.EXPIRED, State.REFUSED)


def fill(stages: Sequence[Stage], how_many: int = EARLIER) -> None:
    """Write the same earlier submissions of the past year into each stage's database."""
    with stages[0].database.session(authority=stages[0].authority_id, writes=False) as session:
        places = places_of(session, stages[0].authority_id)
    now = clock.now()
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for place, chunk in enumerate(batches(_documents(places, now, how_many), CHUNK)):
            found = pool.map(meaning_in, [document for _, document in chunk], chunksize=100)
            meanings = list(found)
            for stage in stages:
                with stage.database.transaction(authority=stage.authority_id) as session:
                    _write(session, stage, chunk, meanings, first=place * CHUNK + 1)
    for stage in stages:
        pack(stage.database, stage.authority_id)
    for stage in stages:
        with stage.database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text("ANALYZE"))


def meaning_in(document: dict[str, Any]) -> Meaning:
    """Return what a document means; the work of one process."""
    return meaning_of(SubmissionDocument.read(document))


def _documents(
    places: Places, now: datetime, how_many: int
) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """Yield documents, the oldest first: letters that share paragraphs, and words of their own."""
    random = Random(SEED)
    every = letters()
    words = WORDS.split()
    for place in range(how_many):
        letter = random.choice(every)
        at = now - timedelta(days=364) * (1 - place / how_many)
        document = compose(
            letter,
            topic=random.choice(letter.topics),
            send_on=at.date(),
            places=places,
            author=f"officer{random.randrange(300)}@council.example",
            random=random,
        )
        own = " ".join(random.choice(words) for _ in range(40))
        document["body"] += f"\n\n{own.capitalize()}."
        yield at, SubmissionDocument.read(document).as_json()


def _write(
    session: Session,
    stage: Stage,
    chunk: Sequence[tuple[datetime, dict[str, Any]]],
    meanings: Sequence[Meaning],
    *,
    first: int,
) -> None:
    officer = session.scalars(
        sa.select(Membership)
        .where(Membership.authority_id == stage.authority_id, Membership.role == Role.OFFICER)
        .order_by(Membership.id)
        .limit(1)
    ).one()
    submission_id = session.scalar(sa.select(sa.func.max(Submission.id))) or 0
    version_id = session.scalar(sa.select(sa.func.max(SubmissionVersion.id))) or 0
    submissions, versions, stored = [], [], []
    for place, ((at, document), meaning) in enumerate(zip(chunk, meanings, strict=True), start=1):
        facts: dict[str, Any] = {"at": at, "document": document}
        own = submission_id + place
        submissions.append(_submission(stage, officer, own, sequence=first + place, **facts))
        versions.append(_version(stage, officer, own, version_id + place, **facts))
        stored.append(
            columns_of(
                meaning,
                authority_id=stage.authority_id,
                submission_id=own,
                version_id=version_id + place,
                day=at.date(),
            )
        )
    insert_all(session, Submission, submissions)
    insert_all(session, SubmissionVersion, versions)
    insert_all(session, StoredMeaning, stored)


def _submission(
    stage: Stage,
    officer: Membership,
    submission_id: int,
    *,
    sequence: int,
    at: datetime,
    document: dict[str, Any],
) -> dict[str, Any]:
    kind = Kind(document["kind"])
    letter = "D" if kind is Kind.DATA_REQUEST else "C"
    year, sequence = school_year(at.date()), 10_000 + sequence
    check = check_character("888", year, letter, sequence)
    day = SubmissionDocument.read({"send_on": document["send_on"], "due_on": document["due_on"]})
    return {
        "id": submission_id,
        "authority_id": stage.authority_id,
        "author_id": officer.person_id,
        "team_id": officer.team_id if submission_id % 20 == 0 else None,
        "organisation_id": stage.authority_id,
        "kind": kind,
        "state": STATES[submission_id % len(STATES)],
        "track": Track.STANDARD,
        "title": document["title"],
        "document": document,
        "send_on": day.send_on,
        "due_on": day.due_on,
        "number": str(Number("888", year, letter, sequence, check)),
        "version": 1,
        "schools": 656 if submission_id % 3 else 12,
        "created_at": at,
        "updated_at": at,
        "submitted_at": at,
        "revision": 1,
    }


def _version(
    stage: Stage,
    officer: Membership,
    submission_id: int,
    version_id: int,
    *,
    at: datetime,
    document: dict[str, Any],
) -> dict[str, Any]:
    return {
        "id": version_id,
        "authority_id": stage.authority_id,
        "submission_id": submission_id,
        "version": 1,
        "document": document,
        "track": Track.STANDARD,
        "schools": 656,
        "burden": {},
        "attachments": [],
        "submitted_by_id": officer.person_id,
        "submitted_at": at,
        "law": {},
        "changes": [],
    }
