"""What schools report: a request that did not come to them through the portal.

By mail to the report address, or on a page. Several schools that report nearly the same of one
sender make one case; what the gateway has seen or held already is that case.
"""

import enum
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.mail_directory.reached import Correspondent
from directory.models import School
from foundation import audit, clock
from foundation.bulk import insert_missing
from foundation.errors import Refusal
from foundation.sealing import Seal
from gatekeeping.editions import protocol_of
from gatekeeping.mailgate.cases.beginning import NewCase, open_case
from gatekeeping.mailgate.cases.moves import NOT_SENT
from gatekeeping.mailgate.cases.outlines import close_outline, outline_from
from gatekeeping.mailgate.policy import NumberFound, Sent, Why
from gatekeeping.mailgate.reports.forwarded import Original
from gatekeeping.mailgate.rule import tracing
from gatekeeping.mailgate.rule.likeness import ALIKE_FROM, alike, marks
from gatekeeping.mailgate.rule.numbers_named import find_numbers, numbers_in
from gatekeeping.models.mailgate import BypassCase, CaseKind, CaseReport, CaseState, MailTrace

MOST_COMPARED: Final = 200
MOST_A_DAY: Final = 20
"""Of a school that has reported so much within a day no further report opens a case."""
MOST_LOOKED_AT: Final = 1_900
"""Characters of a text in which a register number is looked for."""
LET_THROUGH: Final = frozenset({CaseState.RELEASED, CaseState.ROUTED})


class TooManyReportsError(Refusal):
    """One school reports more in a day than anybody can have got."""

    sentence = (
        "Your school has reported twenty requests today. Write to us about the others, so that "
        "somebody looks at what goes on."
    )


class Outcome(enum.StrEnum):
    """What came of a report."""

    KEPT = "kept"  # a gatekeeper sees it
    PASSED = "passed"  # it carries a current number
    LET_THROUGH = "let_through"  # a gatekeeper had let it through
    OURS = "ours"  # it is the portal's own mail
    NOTHING = "nothing"  # no request is in it
    TOO_MANY = "too_many"  # the school has reported too much today; nothing is kept


@dataclass(frozen=True)
class Reporter:
    """Who reports: schools by URN, and the person where the portal knows them."""

    urns: frozenset[int]
    person_id: int | None = None


@dataclass(frozen=True)
class Brought:
    """What a school got: who sent it, as the mail directory knows them, and who reports it."""

    original: Original
    sender: Correspondent
    reporter: Reporter


@dataclass(frozen=True)
class Reported:
    """What came of a report."""

    outcome: Outcome
    case: BypassCase | None = None
    number: str = ""


def report(
    session: Session,
    authority_id: int,
    brought: Brought,
    *,
    seal: Seal,
    key: bytes,
    at: datetime,
) -> Reported:
    """Keep what a school got as a case, or as one more report of the case that there is.

    ``key`` is that of the gateway's marks. Under a current number of its sender that covers these
    schools there is no case. What it says is kept sealed. About ten statements.
    Raises TooManyReportsError.
    """
    numbers = _numbers(session, authority_id, brought, at)
    good = next((one.number for one in numbers if not one.fault), "")
    if good:
        return Reported(Outcome.PASSED, number=good)
    message, sender = brought.original.message, brought.sender.address
    own = marks(message, key)
    tracing.lock(session, authority_id)  # two schools at once must not open a case each
    schools = _schools(session, authority_id, brought.reporter.urns)
    case = _same(session, authority_id, sender, own, at)
    if case is None:
        _check_not_too_many(session, authority_id, schools, at)
        case = _open(session, authority_id, brought, numbers, at)
        if case.sealed is None:
            close_outline(case, outline_from(Sent(sender, ()), message), seal)
    _add(session, case, schools, brought.reporter, at)
    _remember(session, case, own, at)
    outcome = Outcome.LET_THROUGH if case.state in LET_THROUGH else Outcome.KEPT
    return Reported(outcome, case)


def _numbers(
    session: Session, authority_id: int, brought: Brought, at: datetime
) -> tuple[NumberFound, ...]:
    """Return how the numbers that it names stand, those of its text too: schools read it there."""
    message = brought.original.message
    texts = (*message.numbers_in_headers, message.text[:MOST_LOOKED_AT])
    named = [one for one in numbers_in(message.subject, texts) if one.number is not None]
    urns = brought.reporter.urns
    return find_numbers(session, authority_id, named, sender=brought.sender, urns=urns, at=at)


def _same(
    session: Session, authority_id: int, sender: str, own: bytes, at: datetime
) -> BypassCase | None:
    """Return the newest case of this sender's mail that says nearly the same, if there is one."""
    days = protocol_of(session, authority_id).rolling_days
    rows = session.execute(
        sa.select(MailTrace.case_id, MailTrace.marks)
        .join(BypassCase, BypassCase.id == MailTrace.case_id)
        .where(
            MailTrace.authority_id == authority_id,
            MailTrace.sender == sender,
            MailTrace.at > at - timedelta(days=days),
            # A school that got one of those got it another way: that is a case of its own.
            BypassCase.state.not_in(sorted(NOT_SENT)),
        )
        .order_by(MailTrace.at.desc(), MailTrace.id.desc())
        .limit(MOST_COMPARED)
    ).all()
    for row in rows:
        if alike(row.marks, own) >= ALIKE_FROM:
            return session.get_one(BypassCase, row.case_id, with_for_update={"of": BypassCase})
    return None


def _open(
    session: Session,
    authority_id: int,
    brought: Brought,
    numbers: Sequence[NumberFound],
    at: datetime,
) -> BypassCase:
    original, sender, reporter = brought.original, brought.sender, brought.reporter
    words = f"{original.message.subject} {original.message.text}".split()
    said = f"{sender.address}\n{' '.join(words)}"
    content_key = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
    day = clock.local_date(at)
    new = NewCase(
        kind=CaseKind.REPORTED,
        why=Why.REPORTED,
        token=hashlib.sha256(f"report\n{day}\n{content_key}".encode()).hexdigest(),
        content_key=content_key,
        sender=sender,
        urns=sorted(reporter.urns),
        schools=len(reporter.urns),
        detail={
            "reason": Why.REPORTED.value,
            "why": "A school got it without a number that covers it.",
            "sent_on": original.sent_on.isoformat() if original.sent_on else "",
            "counted": sorted(reporter.urns),
            "own": sorted(reporter.urns),
            "closed": [],
            "joined": [],
            "numbers": [{"number": one.number, "fault": one.fault} for one in numbers],
        },
    )
    return open_case(session, authority_id, new, at=at)[0]


def _schools(
    session: Session, authority_id: int, urns: Iterable[int]
) -> Sequence[sa.Row[tuple[int, int]]]:
    return session.execute(
        sa.select(School.id, School.urn)
        .where(School.authority_id == authority_id, School.urn.in_(sorted(urns)))
        .order_by(School.id)
        .limit(1_000)
    ).all()


def _add(
    session: Session,
    case: BypassCase,
    schools: Sequence[sa.Row[tuple[int, int]]],
    reporter: Reporter,
    at: datetime,
) -> None:
    """Note which schools report it, each once."""
    session.flush()
    known = set(
        session.scalars(
            sa.select(CaseReport.school_id).where(
                CaseReport.authority_id == case.authority_id,
                CaseReport.case_id == case.id,
                CaseReport.school_id.in_([row.id for row in schools]),
            )
        )
    )
    new = [row for row in schools if row.id not in known]
    facts = {"authority_id": case.authority_id, "case_id": case.id, "at": at}
    rows = [{**facts, "school_id": row.id, "person_id": reporter.person_id} for row in new]
    insert_missing(session, CaseReport, rows)
    if case.kind is CaseKind.REPORTED:
        case.urns = sorted({*case.urns, *(row.urn for row in new)})
        case.schools = len(case.urns)
        case.detail = {**case.detail, "counted": case.urns, "own": case.urns}
    session.flush()
    if new:
        audit.record(
            session,
            authority_id=case.authority_id,
            action="bypass.reported",
            subject="bypass_case",
            subject_id=case.id,
            by=reporter.person_id,
            at=at,
            detail={"schools": [row.id for row in new]},
        )


def _remember(session: Session, case: BypassCase, own: bytes, at: datetime) -> None:
    """Keep the marks of what was reported, so that the next school's report finds the case.

    They count for nothing else: what went to which schools the gateway knows, or nobody does.
    """
    digest = hashlib.sha256(own).hexdigest()
    row = {
        "authority_id": case.authority_id,
        "token": hashlib.sha256(f"report marks\n{case.id}\n{digest}".encode()).hexdigest(),
        "sender": case.sender,
        "team": "",
        "at": at,
        "urns": [],
        "marks": own,
        "counts": False,
        "case_id": case.id,
    }
    insert_missing(session, MailTrace, [row])


def _check_not_too_many(
    session: Session,
    authority_id: int,
    schools: Sequence[sa.Row[tuple[int, int]]],
    at: datetime,
) -> None:
    count = session.scalar(
        sa.select(sa.func.count())
        .select_from(CaseReport)
        .where(
            CaseReport.authority_id == authority_id,
            CaseReport.school_id.in_([row.id for row in schools]),
            CaseReport.at > at - timedelta(days=1),
        )
    )
    if (count or 0) >= MOST_A_DAY * max(len(schools), 1):
        raise TooManyReportsError
