"""What need not pass the gate is counted by its type, and nothing of it is kept."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from gatekeeping.models import Exempt, ExemptKind
from gatekeeping.writing.exempting import EXEMPT_KINDS, NotAnOfficerError, counts, log_exempt
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, HeadFactory, OfficerFactory


def test_counts_are_by_type_and_month_of_a_team_and_of_all(session, authority_id):
    officer, other = OfficerFactory(), OfficerFactory()
    for days in (0, 1, 40, 400):
        log_exempt(session, ExemptKind.CASEWORK, by=officer, at=NOON - timedelta(days=days))
    log_exempt(session, ExemptKind.INVOICE, by=other, at=NOON)
    mine = counts(session, authority_id, team_id=officer.team_id, at=NOON)
    everybody = counts(session, authority_id, at=NOON)
    assert (mine.total, everybody.total) == (3, 4)
    assert (len(mine.months), mine.months[-1].month) == (12, NOON.month)
    assert set(mine.rows) == set(EXEMPT_KINDS)
    assert mine.rows[ExemptKind.INVOICE][-1] == 0
    assert everybody.rows[ExemptKind.INVOICE][-1] == 1


def test_a_month_begins_at_midnight_in_england(session, authority_id):
    officer = OfficerFactory()
    log_exempt(session, ExemptKind.REPLY, by=officer, at=datetime(2026, 5, 31, 23, 30, tzinfo=UTC))
    found = counts(session, authority_id, at=datetime(2026, 6, 15, tzinfo=UTC))
    assert found.rows[ExemptKind.REPLY][-1] == 1


@pytest.mark.sqlite_only
def test_a_button_pressed_twice_counts_once(session):
    officer = OfficerFactory()
    for seconds in (0, 1, 60):
        log_exempt(session, ExemptKind.REPLY, by=officer, at=NOON + timedelta(seconds=seconds))
    assert session.scalar(sa.select(sa.func.count()).select_from(Exempt)) == 2


@pytest.mark.sqlite_only
def test_an_officer_counts_and_others_look(session, client, sign_in):
    officer, gatekeeper = OfficerFactory(), GatekeeperFactory()
    session.commit()
    sign_in(client, officer)
    assert "Choose one." in client.post("/submissions/exempt", data={}).text
    page = client.post("/submissions/exempt", data={"kind": "invoice"}, follow_redirects=True)
    assert "Counted: An invoice" in page.text
    assert "Your team in the last twelve months" in page.text
    sign_in(client, gatekeeper)
    page = client.get("/submissions/exempt").text
    assert "The whole authority" in page
    assert "Count it" not in page
    assert client.post("/submissions/exempt", data={"kind": "invoice"}).status_code == 404


@pytest.mark.sqlite_only
def test_somebody_of_a_school_logs_nothing(session):
    with pytest.raises(NotAnOfficerError):
        log_exempt(session, ExemptKind.REPLY, by=HeadFactory(), at=NOON)
