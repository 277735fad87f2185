"""Nobody decides about their own message, their team's, or one in their line of management."""

from datetime import timedelta

import pytest

from directory.models import Role
from gatekeeping.afterwards.grounds import Grounds
from gatekeeping.mailgate.cases import deciding
from gatekeeping.mailgate.cases.conflicting import CaseConflict, CaseConflictError, conflict_of
from tests.factories.base import NOON
from tests.factories.bypass import make_case
from tests.factories.directory import GatekeeperFactory, OfficerFactory


def executive(**facts):
    return OfficerFactory(role=Role.EXECUTIVE, **facts)


def emergency(session, case, by):
    deciding.release_in_emergency(session, case, by=by, ground=Grounds.LIFE, at=NOON)


def sender_themselves(sender, case):
    return sender


def same_team(sender, case):
    return GatekeeperFactory(team=sender.team)


def left_the_team_since(sender, case):
    left = OfficerFactory(team=sender.team, ended_at=NOON + timedelta(hours=1))
    return GatekeeperFactory(person=left.person)


def manager(sender, case):
    boss = GatekeeperFactory()
    sender.manager_id = boss.person_id
    return boss


def managers_manager(sender, case):
    boss = GatekeeperFactory()
    sender.manager_id = OfficerFactory(manager_id=boss.person_id).person_id
    return boss


def reports_to_the_sender(sender, case):
    return GatekeeperFactory(manager_id=sender.person_id)


def acts_for_the_sender(sender, case):
    return GatekeeperFactory(acting_for_id=sender.person_id)


def acts_for_a_colleague(sender, case):
    colleague = OfficerFactory(team=sender.team)
    return GatekeeperFactory(acting_for_id=colleague.person_id)


def left_the_team_before(sender, case):
    left = OfficerFactory(team=sender.team, ended_at=NOON - timedelta(days=1))
    return GatekeeperFactory(person=left.person)


def a_stranger(sender, case):
    return GatekeeperFactory()


C = CaseConflict


@pytest.mark.parametrize(
    ("who", "conflict"),
    [
        (sender_themselves, C.SENDER),
        (acts_for_the_sender, C.SENDER),
        (same_team, C.TEAM),
        (left_the_team_since, C.TEAM),
        (acts_for_a_colleague, C.TEAM),
        (manager, C.LINE),
        (managers_manager, C.LINE),
        (reports_to_the_sender, C.LINE),
        (left_the_team_before, None),
        (a_stranger, None),
    ],
)
def test_nobody_with_a_stake_decides(session, who, conflict):
    sender = OfficerFactory()
    case = make_case(sender=sender)
    person = who(sender, case).person
    session.flush()
    found = conflict_of(session, case, person.id)
    assert (found.conflict if found else None) is conflict


@pytest.mark.sqlite_only
def test_a_stake_is_never_waived_in_an_emergency_and_who_else_may_is_named(session):
    sender = OfficerFactory()
    case = make_case(sender=sender)
    own, other = executive(team=sender.team), executive()
    with pytest.raises(CaseConflictError, match=f"Ask {other.person.name}"):
        emergency(session, case, own.person)
    other.ended_at = NOON
    session.flush()
    with pytest.raises(CaseConflictError, match="ask an administrator to name one"):
        emergency(session, case, own.person)


@pytest.mark.sqlite_only
def test_a_team_that_is_only_known_by_its_name_counts_too(session):
    gatekeeper = GatekeeperFactory()
    case = make_case(sender_id=None, team_id=None, team=gatekeeper.team.name)
    assert conflict_of(session, case, gatekeeper.person_id).conflict is C.TEAM
