"""The pages on which a sender sees, stops and sends reminders."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from categories.routing.reasons import Reason
from directory.models import Role
from foundation import clock
from gatekeeping.models import State
from notifications.models import Attention
from notifications.models_mail import Mail
from notifications.models_reaching import Chase, ChaseStep
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, MembershipFactory, OfficerFactory
from tests.factories.gatekeeping import make_submission, version_of
from tests.factories.notifications import DeliveryFactory, NoticeFactory

MOST = 17
pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def sent(session):
    submission = make_submission(State.LIVE, sent_at=NOON)
    now = clock.now()
    notice = NoticeFactory(
        source_id=version_of(submission).id,
        title="Menus",
        attention=Attention.ACTION,
        sent_at=now - timedelta(days=20),
        due_on=now.date() + timedelta(days=40),
        reminders=2,
        deputy_after=3,
        head_after=5,
    )
    for _ in range(3):
        DeliveryFactory.to(
            MembershipFactory(), notice=notice, delivered_at=notice.sent_at, reason=Reason.OWNER
        )
    session.add(
        Chase(
            authority_id=notice.authority_id,
            notice_id=notice.id,
            delivery_id=session.scalar(sa.text("SELECT max(id) FROM delivery")),
            step=ChaseStep.READER,
            number=1,
            at=now - timedelta(days=2),
        )
    )
    session.commit()
    return submission, notice


@pytest.fixture
def officer(session, client, sign_in, sent):
    member = OfficerFactory(team=sent[0].team)
    session.commit()
    sign_in(client, member)
    return client


def test_its_team_sees_days_counts_and_the_mail(officer, sent, statements):
    statements.clear()
    page = officer.get(f"/submissions/{sent[0].id}/reminders")
    assert page.status_code == 200
    assert len(statements) <= MOST
    assert "3 readers have not acted. Each gets at most 2 reminders" in page.text
    assert page.text.count("Reminder to whoever has not acted") == 3
    assert "Reminder: " in page.text
    assert "[name]" in page.text
    link = officer.get(f"/submissions/{sent[0].id}/delivered").text
    assert f"/submissions/{sent[0].id}/reminders" in link


def test_reminders_are_stopped_and_go_on(officer, sent, session):
    place = f"/submissions/{sent[0].id}/reminders"
    page = officer.post(f"{place}/stop", follow_redirects=True)
    assert "Nobody is reminded of it any more" in page.text
    assert "Reminders were stopped on" in page.text
    assert "Let reminders go on" in page.text
    assert "go on as planned" in officer.post(f"{place}/resume", follow_redirects=True).text
    actions = session.scalars(sa.text("SELECT action FROM audit_entry ORDER BY id")).all()
    assert actions[-2:] == ["notice.reminders_stopped", "notice.reminders_resumed"]


def test_a_reminder_is_sent_now_or_refused_with_a_reason(officer, sent, session):
    place = f"/submissions/{sent[0].id}/reminders"
    first = officer.post(f"{place}/now", follow_redirects=True)
    again = officer.post(f"{place}/now")
    assert again.status_code == 422
    if "get a reminder now" in first.text:  # today is a school day
        assert session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 3
        assert "A reminder went out today" in again.text
    else:
        assert "no school today" in again.text


@pytest.mark.parametrize("role", [Role.EXECUTIVE, Role.AUDITOR])
def test_others_read_and_change_nothing(session, client, sign_in, sent, role):
    member = OfficerFactory(role=role)
    session.commit()
    sign_in(client, member)
    page = client.get(f"/submissions/{sent[0].id}/reminders")
    assert page.status_code == 200
    assert "Stop all further reminders" not in page.text
    assert client.post(f"/submissions/{sent[0].id}/reminders/stop").status_code == 403


def test_before_it_is_sent_the_reminders_are_known(at_noon, session, client, sign_in):
    MembershipFactory()
    document = {"reminders": 2, "audience": {"all": True}, "due_on": "2027-03-03"}
    submission = make_submission(State.TRIAGE, document=document)
    member = GatekeeperFactory()
    session.commit()
    sign_in(client, member)
    page = client.get(f"/submissions/{submission.id}/route").text
    assert "Reminders that it would cause" in page
    assert "2 March 2027" in page
    assert "4 March 2027" in page
    assert "Headteachers are told" in page
