"""The line manager stands behind what is heavy: rules and pages."""

import pytest
import sqlalchemy as sa

from directory.models import Role
from gatekeeping.deciding.conflicts import ConflictError, check_may_decide
from gatekeeping.models import Endorsement, Interest, Kind, Stake, State
from gatekeeping.writing.endorsing import (
    ChangedSinceError,
    MissingNoteError,
    NoManagerError,
    NotEndorsedError,
    NotManagerError,
    ask_manager,
    check_endorsed,
    decline,
    digest_of,
    endorse,
)
from gatekeeping.writing.submissions import save, start_draft, submit
from notifications.models_mail import Mail
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, OfficerFactory, SchoolFactory

HEAVY = {
    "title": "Health of pupils",
    "body": "Please tell us about the health of pupils?",
    "purpose": "To plan.",
    "audience": {"all": True},
    "categories": ["catering"],
    "items": [{"name": "Pupils with asthma"}],
    "effort": [{"role": "office", "minutes": {"gather": 30}}],
    "personal_data": "special",
    "dpia": "DPIA 7",
    "send_on": "2026-12-01",
    "due_on": "2027-02-01",
    "reply_by": "portal",
}
ADDRESS = "https://portal.example"


@pytest.fixture
def manager(session):
    SchoolFactory()
    GatekeeperFactory()
    return OfficerFactory()


@pytest.fixture
def officer(session, manager):
    return OfficerFactory(manager_id=manager.person_id)


def heavy(session, officer, **changes):
    made = start_draft(session, by=officer, kind=Kind.DATA_REQUEST, title="Health", at=NOON)
    save(session, made, {"kind": "data_request", **HEAVY, **changes}, by=officer.person, at=NOON)
    return made


def test_a_heavy_submission_needs_the_managers_yes_to_exactly_this(session, officer, manager):
    made = heavy(session, officer)
    with pytest.raises(NotEndorsedError):
        submit(session, made, by=officer.person, at=NOON)
    for _ in range(2):
        endorse(session, made, by=manager.person, digest=digest_of(made), note="Needed", at=NOON)
    assert session.scalar(sa.select(sa.func.count()).select_from(Endorsement)) == 1
    save(session, made, {"purpose": "To plan better."}, by=officer.person, at=NOON)
    with pytest.raises(NotEndorsedError):
        check_endorsed(session, made)
    save(session, made, {"purpose": "To plan."}, by=officer.person, at=NOON)
    submit(session, made, by=officer.person, at=NOON)
    assert made.state is State.TRIAGE
    stakes = set(session.execute(sa.select(Interest.person_id, Interest.why)).tuples())
    assert {
        (officer.person_id, Stake.AUTHOR),
        (officer.person_id, Stake.DRAFTED),
        (manager.person_id, Stake.ENDORSED),
        (manager.person_id, Stake.LINE),
    } <= stakes


def test_who_endorsed_decides_nothing_also_as_a_gatekeeper(session, officer, manager):
    made = heavy(session, officer)
    endorse(session, made, by=manager.person, digest=digest_of(made), note="", at=NOON)
    submit(session, made, by=officer.person, at=NOON)
    GatekeeperFactory(person=manager.person)
    officer.manager_id = None
    session.flush()
    with pytest.raises(ConflictError):
        check_may_decide(session, made, manager.person_id)


@pytest.mark.sqlite_only
def test_only_the_manager_of_today_endorses_what_was_read(session, officer, manager):
    made = heavy(session, officer)
    digest = digest_of(made)
    with pytest.raises(NotManagerError):
        endorse(session, made, by=officer.person, digest=digest, note="", at=NOON)
    save(session, made, {"purpose": "Other"}, by=officer.person, at=NOON)
    with pytest.raises(ChangedSinceError):
        endorse(session, made, by=manager.person, digest=digest, note="", at=NOON)
    manager.ended_at = NOON
    officer.manager_id = OfficerFactory().person_id
    session.flush()
    with pytest.raises(NotManagerError):
        endorse(session, made, by=manager.person, digest=digest_of(made), note="", at=NOON)


@pytest.mark.sqlite_only
def test_a_no_needs_a_reason_and_reaches_the_author(session, officer, manager):
    made = heavy(session, officer)
    values = {"by": manager.person, "digest": digest_of(made), "at": NOON, "address": ADDRESS}
    with pytest.raises(MissingNoteError):
        decline(session, made, note=" ", **values)
    decline(session, made, note="Ask fewer schools.", **values)
    mail = session.scalars(sa.select(Mail)).one()
    assert (mail.address, "Ask fewer schools." in mail.text) == (officer.person.email, True)


@pytest.mark.sqlite_only
def test_without_a_manager_the_officer_is_told_what_to_do(session, manager):
    made = heavy(session, OfficerFactory())
    with pytest.raises(NoManagerError, match="Ask an administrator"):
        ask_manager(session, made, by=made.author, at=NOON, address=ADDRESS)


@pytest.mark.sqlite_only
def test_an_emergency_waits_for_no_manager(session, officer):
    made = heavy(
        session,
        officer,
        emergency=True,
        emergency_grounds="A risk to life or to a child: gas is leaking at one school.",
    )
    submit(session, made, by=officer.person, at=NOON)
    assert made.number.split("-")[2] == "E"


def test_whose_budget_gains_and_the_line_decide_nothing(session, officer):
    owner = GatekeeperFactory()
    report = GatekeeperFactory(manager_id=officer.person_id)
    made = heavy(session, officer, personal_data="none", budget_owner=owner.person.email.upper())
    submit(session, made, by=officer.person, at=NOON)
    for one in (owner, report):
        with pytest.raises(ConflictError):
            check_may_decide(session, made, one.person_id)


@pytest.mark.sqlite_only
def test_a_manager_is_asked_and_endorses_on_pages(session, client, sign_in, officer, manager):
    made = heavy(session, officer, send_on="2030-01-07", due_on="2030-03-01")
    session.commit()
    sign_in(client, officer)
    base = f"/submissions/{made.id}"
    page = client.post(f"{base}/submit")
    assert (page.status_code, "must stand behind it" in page.text) == (422, True)
    page = client.post(f"{base}/ask-manager", follow_redirects=True)
    assert f"{manager.person.name} was asked by mail" in page.text
    assert client.get(f"{base}/endorse").status_code == 404
    mail = session.scalars(sa.select(Mail)).one()
    assert f"{base}/endorse" in mail.text
    session.commit()
    sign_in(client, manager)
    assert "Pupils with asthma" in client.get(f"{base}/endorse").text
    digest = digest_of(made)
    session.commit()  # an open transaction would keep the browser from writing
    page = client.post(f"{base}/endorse", data={"verb": "no", "digest": digest, "note": ""})
    assert "Say what should change." in page.text
    stale = client.post(f"{base}/endorse", data={"verb": "yes", "digest": "0" * 64})
    assert "Read it again" in stale.text
    page = client.post(
        f"{base}/endorse", data={"verb": "yes", "digest": digest}, follow_redirects=True
    )
    assert "You stand behind it." in page.text
    sign_in(client, officer)
    assert "stands behind it as it is" in client.get(f"{base}/write/check").text
    page = client.post(f"{base}/submit", follow_redirects=True)
    assert "Submitted. Its number is" in page.text


@pytest.mark.sqlite_only
def test_administrators_see_who_has_no_manager(session, client, sign_in, officer):
    alone = OfficerFactory()
    administrator = OfficerFactory(role=Role.ADMINISTRATOR)
    session.commit()
    sign_in(client, administrator)
    page = client.get("/officers/without-manager").text
    assert alone.person.email in page
    assert officer.person.email not in page
