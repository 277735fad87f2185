from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Role, Team
from foundation.db import Database
from foundation.files import FileStore
from foundation.settings import Settings
from notifications.models import Delivery, DeliveryState, Notice, NoticeAttachment
from notifications.models_documents import Document
from notifications.reading.inbox import Reader
from portal.demonstration.bulk.loading import load_papers
from portal.library import indexing
from portal.library.engine import engine_for
from portal.library.finding import Question, find
from tests.factories.directory import MembershipFactory, PersonFactory, SchoolFactory

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
PAPERS = 120


def load(database: Database, authority_id: int, files: FileStore, how_many: int):
    return load_papers(database, authority_id, files, how_many, seed=888, at=NOW)


def facts(session: Session) -> dict[int, tuple[str, str, int]]:
    rows = session.execute(
        sa.select(Notice.source_id, Notice.title, Notice.body, sa.func.count(Delivery.id))
        .join(Delivery, Delivery.notice_id == Notice.id)
        .where(Notice.source_id < 0)
        .group_by(Notice.id, Notice.source_id, Notice.title, Notice.body)
    )
    return {row[0]: tuple(row[1:]) for row in rows}


def test_papers_are_topped_up_and_stay_the_same(
    database: Database, authority_id: int, session: Session, tmp_path: Path
) -> None:
    _people()
    session.commit()
    files = FileStore(tmp_path / "files")

    first = load(database, authority_id, files, PAPERS // 2)
    before = facts(session)
    session.commit()
    second = load(database, authority_id, files, PAPERS)
    after = facts(session)
    session.commit()

    assert (first.documents, second.documents) == (PAPERS // 2, PAPERS // 2)
    assert len(after) == PAPERS
    assert {number: after[number] for number in before} == before
    assert sum(count for _, _, count in after.values()) == first.deliveries + second.deliveries
    assert load(database, authority_id, files, PAPERS).documents == 0
    _nothing_is_read_before_it_came(session)
    _files_are_there(session, files)
    assert len({title for title, _, _ in after.values()}) > PAPERS * 0.8
    assert all(60 <= len(body.split()) <= 500 for _, body, _ in after.values())


@pytest.mark.sqlite_only
def test_workers_build_the_index_of_papers_that_came_in_bulk(
    database: Database, authority_id: int, session: Session, settings: Settings
) -> None:
    _people()
    session.commit()
    indexing.index_waiting(database, settings)
    load(database, authority_id, FileStore(settings.files), PAPERS)

    indexing.renew(database, settings)
    indexing.index_waiting(database, settings)

    school = session.scalars(
        sa.select(Delivery.school_id).group_by(Delivery.school_id).order_by(sa.func.count().desc())
    ).first()
    assert school is not None
    head = Reader(authority_id, school, person_id=0, is_head=True)
    engine = engine_for(database, settings)
    for word in ("also", "paper"):
        holding = session.scalars(
            sa.select(Notice.id)
            .join(Delivery, Delivery.notice_id == Notice.id)
            .where(Delivery.school_id == school, sa.func.lower(Notice.body).contains(f"{word} "))
        ).all()
        found = find(session, engine, Question(typed=word), reader=head, at=NOW)
        assert found.count >= len(set(holding)) > 0


def _people() -> None:
    """Six schools with a head, and an officer who sends."""
    for _ in range(6):
        MembershipFactory(role=Role.HEAD, school=SchoolFactory(), person=PersonFactory())
    officer = MembershipFactory(role=Role.OFFICER)
    if officer.team_id is None:
        officer.team = Team(
            authority_id=officer.authority_id,
            organisation_id=officer.authority_id,
            name="School Improvement",
        )


def _nothing_is_read_before_it_came(session: Session) -> None:
    for delivery in session.scalars(sa.select(Delivery)):
        assert delivery.delivered_at < NOW
        assert delivery.delivered_at > NOW - timedelta(days=930)
        assert (delivery.read_at is None) == (delivery.state is DeliveryState.UNREAD)
        assert (delivery.done_at is None) == (delivery.state is not DeliveryState.DONE)
        moments = [delivery.delivered_at, delivery.read_at, delivery.done_at, NOW]
        there = [moment for moment in moments if moment is not None]
        assert there == sorted(there)


def _files_are_there(session: Session, files: FileStore) -> None:
    attached = session.scalars(sa.select(NoticeAttachment)).all()
    assert attached
    known = set(session.scalars(sa.select(Document.sha256)))
    for attachment in attached:
        assert attachment.sha256 in known
        assert files.path(attachment.sha256).stat().st_size == attachment.size
    one = files.path(attached[0].sha256).read_bytes()
    words = pypdf.PdfReader(BytesIO(one), strict=True).pages[0].extract_text()
    assert len(words.split()) > 50
