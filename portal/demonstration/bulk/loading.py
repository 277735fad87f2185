"""Loading very many papers with their deliveries: in bulk, lot by lot, and again without harm.

Their notices carry numbers below nought as ``source_id`` (-1 for the first), which no version of
a submission has: so it is known which are there already. A run that was ended half-way is taken
up by the next one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.catalogue import current_ids
from categories.models import Category
from categories.routing.route import route
from directory.audience import Audience, school_ids
from directory.models import Membership, Organisation, Person, Role, School, Team
from foundation import audit, clock
from foundation.bulk import batches, insert_missing, refresh_statistics
from foundation.copying import Value, load_guarded
from foundation.db import Database
from foundation.files import FileStore
from foundation.progress import Progress, silent
from notifications.models import Attention, Delivery, DeliveryState, Notice, NoticeAttachment
from notifications.models_documents import Document, DocumentState
from portal.demonstration.bulk.files import PDF, Shared, store
from portal.demonstration.bulk.papers import Paper, Sender, Topic, World, moment, paper

LOT = 5_000
"""Papers that are written in one transaction."""
MOST_SENDERS = 200
SMALLEST_PART = 5
DAY = 24 * 60
SHARES = (  # from this age on: how many are done with, how many at least read
    (timedelta(days=60), 0.93, 0.99),
    (timedelta(days=14), 0.80, 0.95),
    (timedelta(days=3), 0.45, 0.75),
    (timedelta(0), 0.10, 0.30),
)
NOTICE = (
    *("authority_id", "source_id", "reference", "kind", "title", "body", "sender", "reply_to"),
    *("due_on", "sent_at", "attention", "acknowledge", "reminders"),
)
ATTACHMENT = ("authority_id", "notice_id", "sha256", "name", "media_type", "size")
DELIVERY = (
    *("authority_id", "notice_id", "school_id", "person_id", "category_id", "reason", "state"),
    *("delivered_at", "read_at", "done_at"),
)
Routes = Mapping[tuple[int, int], Sequence[tuple[int | None, str]]]
"""For each category and school: the people to whom it leads, and why."""


@dataclass(frozen=True)
class Loaded:
    """What a run added."""

    documents: int
    deliveries: int


@dataclass(frozen=True)
class _Stage:
    """What every lot needs."""

    authority_id: int
    world: World
    routes: Routes
    files: Sequence[Shared]


def load_papers(
    database: Database,
    authority_id: int,
    files: FileStore,
    how_many: int,
    *,
    seed: int,
    at: datetime,
    progress: Progress = silent,
) -> Loaded:
    """Bring the number of papers to ``how_many``; those that are there stay as they are.

    ``progress`` is told each paper, also those that were there before.
    """
    with database.transaction(authority=authority_id) as session:
        stage = _prepared(session, authority_id, store(files), seed, at)
        there = _there(session, authority_id)
    missing = [number for number in range(1, how_many + 1) if number not in there]
    missing.sort(key=lambda number: (moment(stage.world, number), number))
    progress(how_many - len(missing))
    deliveries = 0
    for lot in batches(missing, size=LOT):
        with database.transaction(authority=authority_id) as session:
            deliveries += _write(session, stage, lot)
        progress(len(lot))
    if missing:
        with database.transaction(authority=authority_id) as session:
            refresh_statistics(session, Notice, NoticeAttachment, Delivery)
            _record(session, authority_id, len(missing), deliveries, at)
    return Loaded(len(missing), deliveries)


def _there(session: Session, authority_id: int) -> set[int]:
    rows = session.scalars(
        sa.select(Notice.source_id).where(Notice.authority_id == authority_id, Notice.source_id < 0)
    )
    return {-source_id for source_id in rows}


def _prepared(
    session: Session, authority_id: int, files: Sequence[Shared], seed: int, at: datetime
) -> _Stage:
    _describe(session, authority_id, files, at)
    schools = session.execute(
        sa.select(School.id, School.district, School.phase_code)
        .where(School.id.in_(school_ids(authority_id, Audience(all=True))))
        .order_by(School.id)
    ).all()
    parts: dict[str, list[int]] = {}
    for school in schools:
        parts.setdefault(f"district {school.district}", []).append(school.id)
        parts.setdefault(f"phase {school.phase_code}", []).append(school.id)
    topics = _topics(session, authority_id)
    world = World(
        senders=_senders(session, authority_id),
        topics=topics,
        schools=[school.id for school in schools],
        parts=[part for _, part in sorted(parts.items()) if len(part) >= SMALLEST_PART]
        or [[school.id for school in schools]],
        files=len(files),
        seed=seed,
        now=at,
    )
    return _Stage(authority_id, world, _routes(session, authority_id, topics, at), files)


def _routes(session: Session, authority_id: int, topics: Sequence[Topic], at: datetime) -> Routes:
    """Ask routing once for each category: today's owners have what was shared before them too."""
    schools, on = school_ids(authority_id, Audience(all=True)), clock.local_date(at)
    found: dict[tuple[int, int], list[tuple[int | None, str]]] = {}
    for topic in topics:
        for row in session.execute(route(authority_id, schools, [topic.id], on=on)):
            found.setdefault((topic.id, row.school_id), []).append((row.person_id, row.reason))
    for people in found.values():
        people.sort(key=lambda one: (one[0] or 0, one[1]))
    return found


def _topics(session: Session, authority_id: int) -> list[Topic]:
    ids = current_ids(session, authority_id)
    rows = session.execute(
        sa.select(Category.id, Category.slug, Category.heading)
        .where(Category.authority_id == authority_id, Category.id.in_(ids.values()))
        .order_by(sa.func.substr(Category.slug, 2, 3), Category.id)  # so that no group leads
    )
    return [Topic(row.id, row.slug, row.heading) for row in rows]


def _senders(session: Session, authority_id: int) -> list[Sender]:
    rows = session.execute(
        sa.select(Team.name, Organisation.name.label("organisation"), Person.email)
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .join(Team, Team.id == Membership.team_id)
        .join(Organisation, Organisation.id == Team.organisation_id)
        .where(Membership.authority_id == authority_id, Membership.role == Role.OFFICER)
        .order_by(Membership.id)
        .limit(MOST_SENDERS)
    )
    return [Sender(f"{row.name}, {row.organisation}", row.email) for row in rows]


def _describe(session: Session, authority_id: int, files: Sequence[Shared], at: datetime) -> None:
    rows: list[dict[str, Any]] = [
        {
            "authority_id": authority_id,
            "sha256": file.sha256,
            "size": file.size,
            "media_type": PDF,
            "state": DocumentState.READ,
            "text": file.text,
            "pages": 1,
            "created_at": at,
            "read_at": at,
        }
        for file in files
    ]
    insert_missing(session, Document, rows)


def _write(session: Session, stage: _Stage, numbers: Sequence[int]) -> int:
    weights = stage.world.weights
    papers = [paper(stage.world, number, weights) for number in numbers]
    newest = session.scalar(sa.select(sa.func.max(Notice.id))) or 0
    load_guarded(session, _table(Notice), NOTICE, (_notice(stage, one) for one in papers))
    ids = dict(
        session.execute(
            sa.select(-Notice.source_id, Notice.id).where(
                Notice.authority_id == stage.authority_id, Notice.id > newest, Notice.source_id < 0
            )
        )
        .tuples()
        .all()
    )
    load_guarded(session, _table(NoticeAttachment), ATTACHMENT, _attachments(stage, papers, ids))
    return load_guarded(session, _table(Delivery), DELIVERY, _deliveries(stage, papers, ids))


def _notice(stage: _Stage, one: Paper) -> Sequence[Value]:
    return (
        stage.authority_id,
        -one.number,
        one.reference,
        one.kind,
        one.written.title,
        one.written.body,
        one.sender.words,
        one.sender.reply_to,
        one.due_on,
        one.sent_at,
        one.attention,
        one.attention is Attention.URGENT,
        1 if one.due_on else 0,
    )


def _attachments(
    stage: _Stage, papers: Sequence[Paper], ids: Mapping[int, int]
) -> Iterator[Sequence[Value]]:
    for one in papers:
        for place in one.files:
            file = stage.files[place]
            notice_id = ids[one.number]
            yield (stage.authority_id, notice_id, file.sha256, file.name, PDF, file.size)


def _deliveries(
    stage: _Stage, papers: Sequence[Paper], ids: Mapping[int, int]
) -> Iterator[Sequence[Value]]:
    for one in papers:
        notice_id, done, read = ids[one.number], *_shares(one.sent_at, stage.world.now)
        for school_id in one.schools:
            for person_id, reason in stage.routes.get((one.topic.id, school_id), ()):
                fate = _fate(one, stage.world.now, done, read)
                given = (stage.authority_id, notice_id, school_id, person_id, one.topic.id, reason)
                yield (*given, fate[0], one.sent_at, *fate[1:])


def _shares(sent_at: datetime, now: datetime) -> tuple[float, float]:
    age = now - sent_at
    return next((done, read) for least, done, read in SHARES if age >= least)


def _fate(
    one: Paper, now: datetime, done: float, read: float
) -> tuple[DeliveryState, datetime | None, datetime | None]:
    """Return how far a delivery has come, and when it was read and done; nothing after now."""
    chance = one.random.random()
    if chance >= read:
        return DeliveryState.UNREAD, None, None
    read_at = one.sent_at + timedelta(minutes=5 + one.random.expovariate(1 / (1.6 * DAY)))
    if read_at > now:
        return DeliveryState.UNREAD, None, None
    done_at = read_at + timedelta(minutes=one.random.expovariate(1 / DAY))
    if chance >= done or done_at > now:
        return DeliveryState.READ, read_at, None
    return DeliveryState.DONE, read_at, done_at


def _record(
    session: Session, authority_id: int, documents: int, deliveries: int, at: datetime
) -> None:
    audit.record(
        session,
        authority_id=authority_id,
        action="demonstration.documents",
        subject="authority",
        subject_id=authority_id,
        by=None,
        at=at,
        detail={"documents": documents, "deliveries": deliveries},
    )


def _table(model: type[Any]) -> sa.Table:
    table = model.__table__
    assert isinstance(table, sa.Table)  # noqa: S101 - every model of ours is a plain table
    return table
