"""Every case is opened in one way, however it came about."""

import pytest
import sqlalchemy as sa

from directory.mail_directory.book import read_book
from directory.mail_directory.reached import Correspondent
from foundation.audit import AuditEntry
from gatekeeping.mailgate.cases.beginning import NewCase, open_case
from gatekeeping.mailgate.gate.runs import Run, open_run
from gatekeeping.mailgate.policy import Sent, Why
from gatekeeping.mailgate.reports.reporting_by_mail import take_report
from gatekeeping.models import BypassCase, CaseKind, CaseState
from tests.factories.base import NOON
from tests.factories.directory import SchoolFactory
from tests.factories.held_mail import SEAL, keep_held

WHO = Correspondent("jo@council.example", team="Music")
FORWARDED = (
    b"From: office@one.example\r\nSubject: FW: Ponds\r\nMessage-ID: <f@one.example>\r\n\r\n"
    b"From: Jo <jo@council.example>\r\nSent: 20 November 2026 10:02\r\nSubject: Ponds\r\n\r\n"
    b"Please count the ponds of your school and send us their number by Friday.\r\n"
)


def held(session, authority_id):
    return keep_held()


def seen(session, authority_id):
    return keep_held(kind=CaseKind.SEEN)


def run(session, authority_id):
    return open_run(session, authority_id, Run(WHO, 21, 20, NOON), at=NOON)


def reported(session, authority_id):
    SchoolFactory(email="office@one.example")
    sent, book = Sent("office@one.example", ()), read_book(session, authority_id)
    return take_report(
        session, authority_id, FORWARDED, sent, book=book, seal=SEAL, key=b"x", at=NOON
    )


@pytest.mark.parametrize(
    ("come", "kind"), [(held, "held"), (seen, "seen"), (run, "seen"), (reported, "reported")]
)
def test_each_is_due_deleted_and_recorded_alike(session, authority_id, come, kind):
    case = come(session, authority_id)
    assert (case.kind, case.state, case.is_emergency) == (kind, CaseState.WAITING, False)
    assert case.due_at.date().isoformat() == "2026-11-24"
    assert case.delete_on.isoformat() == "2027-01-20"
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "bypass.opened")).one()
    assert (entry.subject_id, entry.person_id) == (case.id, None)
    assert entry.detail == {"kind": kind, "why": case.why, "schools": case.schools}


@pytest.mark.sqlite_only
def test_one_that_is_there_already_is_returned_as_it_is(session, authority_id):
    new = NewCase(CaseKind.HELD, Why.MANY, "a" * 64, "b" * 64, WHO, [100_001], 1, {})
    first, is_new = open_case(session, authority_id, new, at=NOON)
    again, is_newer = open_case(session, authority_id, new, at=NOON)
    assert (is_new, is_newer, again.id) == (True, False, first.id)
    for model in (BypassCase, AuditEntry):
        assert session.scalar(sa.select(sa.func.count()).select_from(model)) == 1
