"""How much mail went round the gate: by team and month, and who may see whose."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from directory.models import Membership, Role, Team
from foundation import clock
from gatekeeping.mailgate.cases.counting import Led, by_team, cases_of, led_by, looked_at
from gatekeeping.mailgate.policy import Why
from gatekeeping.mailgate.rule import tracing
from gatekeeping.models.mailgate import CaseKind, CaseState
from gatekeeping.protocol import DEFAULT
from gatekeeping.registry.figures import figures_of
from tests.factories.base import NOON
from tests.factories.bypass import make_case
from tests.factories.directory import OfficerFactory, SchoolFactory, TeamFactory

LONDON = ZoneInfo("Europe/London")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.fixture
def music(session: Session) -> Membership:
    return OfficerFactory(team=TeamFactory(name="Music"))


@pytest.fixture
def ponds(session: Session) -> Membership:
    return OfficerFactory(team=TeamFactory(name="Ponds"))


def test_cases_are_counted_by_team_and_month_under_what_became_of_them(
    session: Session, authority_id: int, music: Membership, ponds: Membership
) -> None:
    for sender, day, kind, state in (
        (music, "2026-11-01T00:00", CaseKind.HELD, CaseState.ROUTED),
        (music, "2026-11-20T10:00", CaseKind.HELD, CaseState.WAITING),
        (music, "2026-11-20T11:00", CaseKind.HELD, CaseState.REFUSED),
        (music, "2026-10-31T23:59", CaseKind.SEEN, CaseState.NOTED),
        (ponds, "2025-12-01T00:00", CaseKind.HELD, CaseState.RELEASED),
        (ponds, "2025-11-30T23:59", CaseKind.HELD, CaseState.RELEASED),  # too long ago
        (ponds, "2026-11-20T12:00", CaseKind.REPORTED, CaseState.WAITING),
    ):
        make_case(state, kind=kind, sender=sender, schools=[], received_at=moment(day))
    make_case(CaseState.WITHDRAWN, schools=[], team="", team_id=None, received_at=NOON)
    make_case(kind=CaseKind.SEEN, why="run", sender=ponds, schools=[], received_at=NOON)
    found = by_team(session, authority_id, at=NOON)
    assert found.total == 8
    assert found.months[0][0] == date(2025, 12, 1)
    assert {first: dict(counts) for first, counts in found.months if counts} == {
        date(2025, 12, 1): {"held": 1, "released": 1},
        date(2026, 10, 1): {"seen": 1},
        date(2026, 11, 1): {
            "held": 4,
            "reported": 1,
            "run": 1,
            "routed": 1,
            "refused": 1,
            "withdrawn": 1,
        },
    }
    assert [team for team, _ in found.teams] == ["Music", "Ponds", "No team known"]
    assert dict(found.teams[0][1]) == {"held": 3, "seen": 1, "routed": 1, "refused": 1}
    figures = figures_of(session, authority_id, date(2026, 11, 1), DEFAULT, at=NOON)
    assert figures.bypassed == 4
    own = by_team(session, authority_id, at=NOON, teams=Led({ponds.team_id or 0: "Ponds"}))
    assert [team for team, _ in own.teams] == ["Ponds"]


@pytest.mark.parametrize(
    ("repeats", "marked"), [(1, [True, True, True]), (2, [True, True, False]), (4, [False] * 3)]
)
@pytest.mark.sqlite_only
def test_a_teams_cases_are_repeats_from_the_protocols_number_on(
    session: Session, authority_id: int, music: Membership, repeats: int, marked: list[bool]
) -> None:
    for days in (400, 30, 20, 10):
        make_case(sender=music, schools=[], received_at=NOON - timedelta(days=days))
    led = Led({music.team_id or 0: "Music"})
    found = cases_of(session, authority_id, led, at=NOON, repeats=repeats)
    assert [one.is_repeat for one in found] == marked


@pytest.mark.sqlite_only
def test_a_head_leads_the_teams_of_those_who_report_to_them_today(
    session: Session, authority_id: int, music: Membership, ponds: Membership
) -> None:
    music.manager_id = ponds.manager_id = OfficerFactory().person_id
    ponds.ended_at = NOON
    session.flush()
    assert led_by(session, authority_id, music.manager_id).teams == {music.team_id: "Music"}
    assert not led_by(session, authority_id, music.person_id)


def test_tallies_of_this_month_and_the_last_are_shown_in_words(
    session: Session, authority_id: int
) -> None:
    for why, on, messages in (
        (Why.ONE_SCHOOL, date(2026, 11, 2), 40),
        (Why.ONE_SCHOOL, date(2026, 11, 3), 2),
        (Why.ONE_SCHOOL, date(2026, 10, 31), 7),
        (Why.ONE_SCHOOL, date(2026, 9, 30), 9),
        (Why.MANY, date(2026, 11, 3), 3),
        (Why.BAD_NUMBER, date(2026, 11, 3), 1),
    ):
        tracing.count(session, authority_id, why, on=on, messages=messages)
    found = looked_at(session, authority_id, at=NOON)
    assert found.months == (date(2026, 11, 1), date(2026, 10, 1))
    rows = {words: (now, before) for words, now, before in found.rows}
    assert rows["To one school or none: only counted, never read"] == (42, 7)
    assert rows["Held or seen: to too many schools"] == (4, 0)


def lead(session: Session, music: Membership) -> Membership:
    head = OfficerFactory(team=music.team)
    music.manager_id = head.person_id
    school = SchoolFactory(name="Kestrel School")
    now = clock.now()
    for _ in range(3):
        make_case(sender=music, schools=[school], received_at=now - timedelta(days=2))
    make_case(CaseState.ROUTED, schools=[school], received_at=now - timedelta(days=3))
    session.commit()
    return head


@pytest.mark.sqlite_only
def test_a_head_sees_their_own_team_alone_and_nothing_that_was_said(
    session: Session, client: FlaskClient, sign_in, music: Membership
) -> None:
    head = lead(session, music)
    sign_in(client, head)
    page = client.get("/bypass/teams")
    assert "Music" in page.text
    assert "Repeat" in page.text
    assert "What the gateway looked at" not in page.text
    assert music.person.email not in page.text
    assert "Kestrel" not in page.text
    others = session.query(Team).filter(Team.name.like("Team %")).all()
    assert others
    assert not [team.name for team in others if team.name in page.text]
    lines = client.get("/bypass/teams.csv").text.splitlines()
    assert len(lines) == 2
    assert lines[1].split(",")[1:3] == ["Music", "3"]


@pytest.mark.sqlite_only
def test_an_officer_to_whom_nobody_reports_is_told_so(
    session: Session, client: FlaskClient, sign_in, music: Membership
) -> None:
    lead(session, music)
    sign_in(client, music)
    assert "Nobody reports to you here" in client.get("/bypass/teams").text
    assert len(client.get("/bypass/teams.csv").text.splitlines()) == 1


@pytest.mark.sqlite_only
def test_gatekeepers_see_all_teams_in_the_same_number_of_statements(
    session: Session, client: FlaskClient, sign_in, music: Membership, statements: list[str]
) -> None:
    lead(session, music)
    sign_in(client, _watcher(session))
    counts = []
    for _ in range(2):
        statements.clear()
        page = client.get("/bypass/teams")
        counts.append(len(statements))
        for _ in range(30):
            make_case(sender=OfficerFactory(), schools=[], received_at=clock.now())
        session.commit()
    assert "Music" in page.text
    assert counts[0] == counts[1] <= 17


def _watcher(session: Session) -> Membership:
    made = OfficerFactory(role=Role.AUDITOR)
    session.commit()
    return made
