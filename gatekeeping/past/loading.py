"""Storing the entries of an earlier register, some hundreds in each transaction.

Nothing is sent and nobody is told. What is known already stays as it is, so loading the same file
again adds nothing.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from multiprocessing import get_context
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory.models import AuthorityProfile, Person, PersonState
from foundation import audit, clock
from foundation.bulk import batches, insert_all, upsert_all
from foundation.db import Database
from foundation.progress import ImportReport, Progress, silent
from gatekeeping.alike.index import columns_of
from gatekeeping.alike.packing import pack
from gatekeeping.models import (
    Move,
    NumberSequence,
    StoredMeaning,
    Submission,
    SubmissionVersion,
)
from gatekeeping.past.entries import BadLine, PastEntry, read_lines
from gatekeeping.past.rows import Loading, know_people, move_row, submission_row, version_row
from gatekeeping.registry.numbers import parse_number

BATCH = 500
PIECE = 100
ALONE = 300
"""Up to so many lines are read in this process: others take a second to start."""
ADDRESS = "earlier-register@portal.invalid"
Lines = Iterable[tuple[int, bytes]]
Answer = PastEntry | BadLine


def load(
    database: Database,
    authority_id: int,
    lines: Lines,
    *,
    size: int,
    at: datetime,
    progress: Progress = silent,
) -> ImportReport:
    """Load lines (number and content) and return what was done; each bad line with its reason.

    ``size`` is about how many there are. Commits every few hundred entries; ``progress`` is told
    lines.
    """
    with database.transaction(authority=authority_id) as session:
        loading = _begin(session, authority_id, at)
    with _readers(size) as read:
        for answers in read(lines):
            with database.transaction(authority=authority_id) as session:
                _store(session, loading, answers)
            progress(len(answers))
    with database.transaction(authority=authority_id) as session:
        audit.record(
            session,
            authority_id=authority_id,
            action="register.imported",
            subject="authority",
            subject_id=authority_id,
            by=None,
            at=at,
            detail={
                "added": loading.report.added,
                "unchanged": loading.report.unchanged,
                "rejected": len(loading.report.rejected),
            },
        )
    pack(database, authority_id)
    return loading.report


@contextmanager
def _readers(size: int) -> Iterator[Callable[[Lines], Iterator[list[Answer]]]]:
    """Give what reads lines in order, in as many processes as there are cores."""
    if size <= ALONE:
        yield lambda lines: (read_lines(piece) for piece in batches(lines, BATCH))
        return
    # Not forked: a database's connections must not be shared.
    cores = os.cpu_count() or 1
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        yield lambda lines: _in_order(pool, batches(lines, PIECE), most=4 * cores)


def _in_order(
    pool: ProcessPoolExecutor, pieces: Iterable[list[tuple[int, bytes]]], *, most: int
) -> Iterator[list[Answer]]:
    """Read pieces ahead, not too many, and give them back in order, some together."""
    waiting: deque[Future[list[Answer]]] = deque()
    ready: list[Answer] = []
    for piece in pieces:
        waiting.append(pool.submit(read_lines, piece))
        if len(waiting) >= most:
            ready += waiting.popleft().result()
        if len(ready) >= BATCH:
            yield ready
            ready = []
    for rest in waiting:
        ready += rest.result()
        if len(ready) >= BATCH:
            yield ready
            ready = []
    if ready:
        yield ready


def _begin(session: Session, authority_id: int, at: datetime) -> Loading:
    """Find whoever stands for the authors of an earlier register: somebody who cannot sign in."""
    profile = session.get_one(AuthorityProfile, authority_id)
    find = sa.select(Person).where(Person.authority_id == authority_id, Person.email == ADDRESS)
    person = session.scalars(find).one_or_none()
    if person is None:
        person = Person(
            authority_id=authority_id,
            email=ADDRESS,
            name="An earlier register",
            state=PersonState.DISABLED,
            created_at=at,
        )
        try:
            with session.begin_nested():
                session.add(person)
                session.flush()
        except IntegrityError:  # of two at once the second meets the first
            person = session.scalars(find).one()
    return Loading(authority_id, profile.la_code, person.id, at)


def _store(session: Session, loading: Loading, answers: Sequence[Answer]) -> None:
    """Store one batch: a submission, its version, its history and its meaning each."""
    # two who bring the same along take turns; what refers to the row need not wait
    mine = sa.select(Person.id).where(Person.id == loading.person_id)
    session.execute(mine.with_for_update(key_share=True))
    entries = _new(session, loading, answers)
    if not entries:
        return
    know_people(session, loading, entries)
    rows = [submission_row(session, loading, entry) for entry in entries]
    ids = _inserted(session, Submission, rows)
    versions = [
        version_row(loading, entry, row, own)
        for entry, row, own in zip(entries, rows, ids, strict=True)
    ]
    version_ids = _inserted(session, SubmissionVersion, versions)
    insert_all(
        session,
        Move,
        [move_row(loading, row, own) for row, own in zip(rows, ids, strict=True)],
    )
    insert_all(
        session,
        StoredMeaning,
        [
            columns_of(
                entry.meaning,
                authority_id=loading.authority_id,
                submission_id=own,
                version_id=version,
                day=entry.document.send_on or clock.local_date(row["submitted_at"]),
            )
            for entry, row, own, version in zip(entries, rows, ids, version_ids, strict=True)
        ],
    )
    _count_on(session, loading, entries)
    loading.report.added += len(entries)


def _new(session: Session, loading: Loading, answers: Sequence[Answer]) -> list[PastEntry]:
    """Return the entries that the register does not have; note the others."""
    numbers = [one.number for one in answers if isinstance(one, PastEntry)]
    known = set(
        session.scalars(
            sa.select(Submission.number).where(
                Submission.authority_id == loading.authority_id, Submission.number.in_(numbers)
            )
        )
    )
    found = []
    for one in answers:
        if isinstance(one, BadLine):
            loading.report.reject(one.line, one.column, one.reason)
        elif one.number in loading.seen:
            first = loading.seen[one.number]
            reason = f"The number {one.number} stands on line {first} already."
            loading.report.reject(one.line, "number", reason)
        else:
            loading.seen[one.number] = one.line
            if one.number in known:
                loading.report.unchanged += 1
            else:
                found.append(one)
    return found


def _inserted(
    session: Session,
    model: type[Submission] | type[SubmissionVersion],
    rows: Sequence[dict[str, Any]],
) -> list[int]:
    """Insert rows and return their ids in the same order."""
    statement = sa.insert(model).returning(model.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, list(rows)))


def _count_on(session: Session, loading: Loading, entries: Sequence[PastEntry]) -> None:
    """Let the counters of numbers go on after those that were brought along."""
    last: dict[tuple[str, str], int] = {}
    for entry in entries:
        known = parse_number(entry.number)
        if known is not None and known.is_valid and known.la_code == loading.la_code:
            key = (known.school_year, known.letter)
            last[key] = max(last.get(key, 0), known.sequence)
    if not last:
        return
    stored = {
        (row.school_year, row.letter): row.last
        for row in session.scalars(
            sa.select(NumberSequence)
            .where(NumberSequence.authority_id == loading.authority_id)
            .with_for_update()
        )
    }
    upsert_all(
        session,
        NumberSequence,
        [
            {
                "authority_id": loading.authority_id,
                "school_year": year,
                "letter": letter,
                "last": top,
            }
            for (year, letter), top in sorted(last.items())
            if top > stored.get((year, letter), 0)
        ],
        key=("authority_id", "school_year", "letter"),
    )
