"""One worker by itself, asked about each hand-written request; prints what it took as JSON.

A process of its own, so that memory and the first question are those of a worker that just began.
"""

import json
import sys
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

import portal.models  # noqa: F401 - every table must be known before the first query
from benchmarks.alike_stage import AT, Wanted, meaning_in, wanted
from foundation.db import Database
from gatekeeping.alike.index import nearest, remember
from gatekeeping.models import State, Submission, SubmissionVersion

TOP = 5
ROUNDS = 20


def main(url: str, authority_id: int) -> None:
    """Ask everything once, then see how soon an added one is found."""
    hidden = wanted()
    for one in hidden[:5]:
        meaning_in(one.query)  # the thesaurus is there before, as in any worker
    database, other = Database(url), Database(url)
    with database.session(authority=authority_id, writes=False) as session:
        session.execute(sa.text("SELECT 1"))
        before = _memory()
        start = time.perf_counter()
        _ask(session, authority_id, hidden[0])
        first = time.perf_counter() - start
        spent: list[float] = []
        ranks: dict[str, list[bool]] = {"tune": [], "unseen": []}
        for one in hidden:
            start = time.perf_counter()
            numbers = _ask(session, authority_id, one)
            spent.append((time.perf_counter() - start) * 1000)
            ranks[one.part].append(one.number in numbers)
        memory = _memory() - before
    found = [_until_found(database, other, authority_id, place) for place in range(ROUNDS)]
    answer: dict[str, Any] = {
        "first_ms": first * 1000,
        "p50_ms": median(spent),
        "p95_ms": quantiles(spent, n=20)[-1],
        "memory_mb": memory,
        "found_ms": max(found) * 1000,
        "recall": {part: sum(hits) / len(hits) for part, hits in ranks.items()},
    }
    print(json.dumps(answer))


def _ask(session: Session, authority_id: int, one: Wanted) -> list[str]:
    """Read the document and find the likest: all that submitting has to wait for."""
    near = nearest(session, authority_id, meaning_in(one.query), at=AT, top=TOP)
    session.expunge_all()
    return [found.number for found in near]


def _until_found(database: Database, other: Database, authority_id: int, place: int) -> float:
    """Submit by one connection, ask by another; return the seconds from the commit on."""
    document = {
        "kind": "data_request",
        "title": f"Wombats {place}",
        "body": f"How many wombats has your school, and what are they called? Number {place}.",
    }
    facts: dict[str, Any] = {"authority_id": authority_id, "document": document}
    with other.session(authority=authority_id) as session:
        model = session.scalars(sa.select(Submission).limit(1)).one()
        facts |= {"track": model.track, "schools": 600, "version": 1, "submitted_at": AT}
        submission = Submission(
            **facts,
            author_id=model.author_id,
            organisation_id=model.organisation_id,
            kind=model.kind,
            state=State.TRIAGE,
            title=document["title"],
            number=f"NEW/{place}",
            created_at=AT,
            updated_at=AT,
        )
        session.add(submission)
        session.flush()
        version = SubmissionVersion(
            **facts,
            submission_id=submission.id,
            burden={},
            attachments=[],
            submitted_by_id=model.author_id,
        )
        session.add(version)
        session.flush()
        remember(session, version)
        session.commit()
    start = time.perf_counter()
    while time.perf_counter() - start < 10:  # noqa: PLR2004 - seconds, then it is not found
        with database.session(authority=authority_id, writes=False) as session:
            near = nearest(session, authority_id, meaning_in(document), at=AT, top=1)
            if near and near[0].submission_id == submission.id:
                return time.perf_counter() - start
    return float("inf")


def _memory() -> float:
    """Return the memory of this process in millions of bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
