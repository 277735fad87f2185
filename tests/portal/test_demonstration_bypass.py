"""The demonstration's held mail: every kind and state, made by the real rules."""

import tomllib
from collections import Counter

import pytest
import sqlalchemy as sa

from directory.models import Role
from gatekeeping.models.mailgate import BypassCase, CaseKind, CaseState
from notifications.models_mail import Mail, MailState
from portal.demonstration import council
from portal.demonstration.bypass import DATA, hold_mail, keys_of
from tests.factories.base import NOON
from tests.factories.directory import OfficerFactory, PersonFactory, SchoolFactory, TeamFactory

S = CaseState


@pytest.mark.sqlite_only
def test_the_demonstration_has_held_mail_of_every_kind(session, settings, authority_id):
    entries = tomllib.loads(DATA.read_text(encoding="utf-8"))["mail"]
    for address in {entry["sender"] for entry in entries if entry["sender"]}:
        OfficerFactory(person=PersonFactory(email=address))
    for team in {entry["team"] for entry in entries if not entry["sender"]}:
        OfficerFactory(team=TeamFactory(name=team))
    for address in council.GATEKEEPERS:
        OfficerFactory(person=PersonFactory(email=address), role=Role.GATEKEEPER)
    OfficerFactory(person=PersonFactory(email=council.EXECUTIVE), role=Role.EXECUTIVE)
    for _ in range(40):
        SchoolFactory()
    made = hold_mail(session, authority_id, keys_of(settings), at=NOON)
    cases = session.scalars(sa.select(BypassCase)).all()
    assert len(cases) == made == len(entries) - 1  # one passed, and the next one is joined to it
    assert Counter(case.state for case in cases) >= Counter(
        [S.WAITING, S.EXPLAINED, S.DRAFTED, S.RELEASED, S.RETURNED, S.REFUSED, S.WITHDRAWN]
    )
    assert {case.kind for case in cases} == set(CaseKind)
    assert {"many", "split"} <= {case.why for case in cases}
    assert any(case.is_emergency and case.reviewed_at is None for case in cases)
    waiting = session.scalars(sa.select(Mail.address).where(Mail.state == MailState.QUEUED)).all()
    assert council.OFFICER in waiting
