"""Pages of held mail for those of the gate: who sees what, each decision, two clicks."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.models import Role
from foundation import clock
from foundation.audit import AuditEntry
from gatekeeping.models.mailgate import BypassCase, CaseKind, CaseState
from notifications.mail.sealed import opened_text
from notifications.models_mail import Mail
from tests.factories.afterwards import make_executive
from tests.factories.base import NOON
from tests.factories.bypass import SAID, SEAL, detail_of, make_case, make_case_report
from tests.factories.directory import (
    GatekeeperFactory,
    HeadFactory,
    MembershipFactory,
    OfficerFactory,
    SchoolFactory,
    TeamFactory,
)

pytestmark = pytest.mark.sqlite_only
S = CaseState


@pytest.fixture
def keeper(session, client, sign_in):
    made = GatekeeperFactory()
    session.commit()
    sign_in(client, made)
    return made


def state_of(database, authority_id, case_id):
    with database.session(authority=authority_id, writes=False) as session:
        return session.get_one(BypassCase, case_id)


def read_by(database, authority_id):
    with database.session(authority=authority_id, writes=False) as session:
        return list(
            session.scalars(
                sa.select(AuditEntry.action)
                .where(AuditEntry.action.in_(["bypass.read", "bypass.refused_attempt"]))
                .order_by(AuditEntry.id)
            )
        )


@pytest.mark.parametrize(
    ("role", "sees_case", "reads", "decides"),
    [
        (Role.GATEKEEPER, 200, 200, 200),
        (Role.EXECUTIVE, 200, 200, 200),
        (Role.AUDITOR, 200, 403, 403),
        (Role.ADMINISTRATOR, 200, 403, 403),
        (Role.OFFICER, 403, 403, 403),
        (Role.LEGAL, 403, 403, 403),
    ],
)
def test_who_sees_a_case_reads_its_message_and_decides(
    client, session, sign_in, role, sees_case, reads, decides
):
    case, hat = make_case(), OfficerFactory(role=role)
    session.commit()
    sign_in(client, hat)
    statuses = [
        client.get(f"/bypass/{case.id}{page}").status_code for page in ("", "/message", "/release")
    ]
    assert statuses == [sees_case, reads, decides]


def test_a_case_shows_facts_and_not_what_the_message_said(client, session, keeper):
    schools = [SchoolFactory(name=f"Mill Lane {n}") for n in range(3)]
    case = make_case(schools=schools, detail={
        "why": "It goes to 3 schools.",
        "counted": [school.urn for school in schools] + [999_999],
        "closed": [SchoolFactory(name="Old Road").urn],
        "joined": [{"at": NOON.isoformat(), "schools": 7, "same_sender": False}],
        "numbers": [{"number": "888-2627-C-00001-A", "fault": "It ran out on 3 March 2026."}],
    })  # fmt: skip
    reported = make_case(kind=CaseKind.REPORTED)
    make_case_report(reported, MembershipFactory(school=SchoolFactory(name="Hill Top")))
    session.commit()
    page = client.get(f"/bypass/{case.id}").text
    for words in ("Mill Lane 2", "not on record", "Old Road", "7 schools", "It ran out on 3 March"):
        assert words in page
    assert SAID.subject not in page
    assert SAID.text not in page
    assert "Hill Top" in client.get(f"/bypass/{reported.id}").text


def test_reading_a_message_is_recorded_each_time_and_it_is_shown_as_text(
    client, session, keeper, database, authority_id
):
    said = SAID.__class__(subject="<b>Trip</b>", text="<img src=x> Please tell us.")
    case = make_case(said=said)
    session.commit()
    page = client.get(f"/bypass/{case.id}/message").text
    assert "&lt;img src=x&gt; Please tell us." in page
    assert "You are recorded as having read this" in page
    client.get(f"/bypass/{case.id}/message")
    assert read_by(database, authority_id) == ["bypass.read"] * 2


def test_a_message_that_was_deleted_is_not_shown(client, session, keeper):
    case = make_case(S.RETURNED, said=None, emptied_at=NOON)
    session.commit()
    assert "was deleted" in client.get(f"/bypass/{case.id}/message").text


def test_a_message_under_another_key_says_who_can_mend_that(
    client, session, keeper, database, authority_id
):
    case = make_case()
    case.token = "0" * 64  # what is sealed belongs to another now
    session.commit()
    assert "must set the key again" in client.get(f"/bypass/{case.id}/message").text
    assert read_by(database, authority_id) == []


@pytest.mark.parametrize(
    ("kind", "act", "typed", "after"),
    [
        (CaseKind.HELD, "release", {"words": "It corrects a figure."}, S.RELEASING),
        (CaseKind.HELD, "return", {"words": "Write a submission."}, S.RETURNED),
        (CaseKind.HELD, "refuse", {"words": "It sells something."}, S.REFUSED),
        (CaseKind.SEEN, "note", {"words": "I rang the team."}, S.NOTED),
        (CaseKind.REPORTED, "note", {"words": "I rang the team."}, S.NOTED),
        (CaseKind.HELD, "release", {"words": ""}, S.WAITING),
        (CaseKind.HELD, "note", {"words": "I rang the team."}, S.WAITING),
        (CaseKind.SEEN, "refuse", {"words": "Too late."}, S.WAITING),
        (CaseKind.HELD, "route", {}, S.WAITING),  # nothing is kept of it to make a draft of
    ],
)
def test_each_decision_and_what_it_makes_of_the_case(
    client, session, keeper, database, authority_id, kind, act, typed, after
):
    case = make_case(kind=kind)
    session.commit()
    answer = client.post(f"/bypass/{case.id}/{act}", data=typed)
    assert answer.status_code in ({302} if after is not S.WAITING else {200, 409})
    assert state_of(database, authority_id, case.id).state is after
    if after is S.WAITING:
        assert "There is a problem" in answer.text
    else:  # twice does no harm
        assert client.post(f"/bypass/{case.id}/{act}", data=typed).status_code == 302


@pytest.mark.parametrize("act", ["return", "refuse"])
def test_the_mail_to_the_sender_names_the_subject_and_waits_sealed(client, session, keeper, act):
    case = make_case()
    session.commit()
    client.post(f"/bypass/{case.id}/{act}", data={"words": "Write a submission."})
    mail = session.scalars(sa.select(Mail).where(Mail.address == case.sender)).one()
    assert SAID.subject not in mail.text
    said = opened_text(mail.text, SEAL)
    assert f"Your mail “{SAID.subject}” of" in said
    assert "The reason: Write a submission." in said


def test_of_two_who_decide_at_once_the_second_reads_what_happened(client, session, keeper, sign_in):
    case, other = make_case(), GatekeeperFactory()
    session.commit()
    client.post(f"/bypass/{case.id}/refuse", data={"words": "It sells something."})
    sign_in(client, other)
    answer = client.post(f"/bypass/{case.id}/release", data={"words": "Let it go."})
    assert answer.status_code == 409
    assert "refused" in answer.text
    assert keeper.person.name in answer.text


@pytest.mark.parametrize("is_colleague", [True, False])
def test_nobody_decides_about_or_reads_mail_of_their_own_team(
    client, session, sign_in, database, authority_id, is_colleague
):
    team = TeamFactory()
    keeper = GatekeeperFactory(team=team)
    case = make_case(sender=OfficerFactory(team=team) if is_colleague else keeper)
    session.commit()
    sign_in(client, keeper)
    page = client.get(f"/bypass/{case.id}").text
    assert "Somebody else must decide" in page
    assert "Release once" not in page
    assert client.get(f"/bypass/{case.id}/message").status_code == 409
    data = {"words": "Let it go."}
    assert client.post(f"/bypass/{case.id}/release", data=data).status_code == 409
    assert state_of(database, authority_id, case.id).state is S.WAITING
    assert read_by(database, authority_id) == ["bypass.refused_attempt"] * 2


def test_an_executive_releases_in_two_clicks_and_somebody_else_reviews(
    client, session, sign_in, database, authority_id
):
    case, executive, keeper = make_case(), make_executive(), GatekeeperFactory()
    session.commit()
    sign_in(client, executive)
    link = f"/bypass/{case.id}/emergency/life"
    page = client.get(f"/bypass/{case.id}").text
    assert link in page
    assert page.index("#emergency") < page.index("Who sent it")  # nobody has to scroll for it
    assert "Release it now" in client.get(link).text
    for _ in range(2):  # the second post does no harm
        assert client.post(link).status_code == 302
    found = state_of(database, authority_id, case.id)
    assert (found.state, found.is_emergency) == (S.RELEASING, True)
    session.refresh(case)
    case.state, case.released_at = S.RELEASED, NOON
    session.commit()
    assert "Review the release" not in client.get(f"/bypass/{case.id}").text
    sign_in(client, keeper)
    assert "Review the release" in client.get(f"/bypass/{case.id}").text
    review = f"/bypass/{case.id}/review"
    assert "Choose whether it was right" in client.post(review, data={"words": "So."}).text
    data = {"was_right": "no", "words": "It could wait until Monday."}
    assert client.post(review, data=data).status_code == 302
    assert state_of(database, authority_id, case.id).was_right is False


def test_gatekeepers_have_no_emergency_release(client, session, keeper):
    case = make_case()
    session.commit()
    assert "Release now" not in client.get(f"/bypass/{case.id}").text
    assert client.post(f"/bypass/{case.id}/emergency/life").status_code == 403
    assert client.post(f"/bypass/{case.id}/emergency/hurry").status_code == 404


@pytest.mark.parametrize(
    ("show", "states"),
    [
        ("open", {S.WAITING, S.EXPLAINED, S.DRAFTED, S.RELEASING}),
        ("explained", {S.EXPLAINED}),
        ("drafted", {S.DRAFTED}),
        ("closed", set(S) - {S.WAITING, S.EXPLAINED, S.DRAFTED, S.RELEASING}),
    ],
)
def test_the_list_shows_what_is_asked_for(client, session, keeper, show, states):
    made = {state: make_case(state) for state in S}
    session.commit()
    page = client.get(f"/bypass?show={show}").text
    shown = {state for state, case in made.items() if f'/bypass/{case.id}"' in page}
    assert shown == states


def test_what_schools_reported_counts_who_reported_it(client, session, keeper):
    case = make_case(kind=CaseKind.REPORTED, schools=[SchoolFactory() for _ in range(3)])
    session.commit()
    assert "Reported by 3 schools" in client.get("/bypass").text
    assert "reported by 3 schools" in client.get("/queue").text
    page = client.get(f"/bypass/{case.id}").text
    assert "counted" not in page
    assert "this one included" not in page


def test_the_list_narrows_to_a_team_and_what_is_overdue_comes_first(client, session, keeper):
    now = clock.now()
    late = make_case(due_at=now - timedelta(days=2), sender=OfficerFactory(team__name="Arts"))
    soon = make_case(due_at=now + timedelta(days=1))
    session.commit()
    page = client.get("/bypass").text
    assert page.index(f"/bypass/{late.id}") < page.index(f"/bypass/{soon.id}")
    assert "Overdue" in page
    page = client.get("/bypass?team=Arts").text
    assert f"/bypass/{late.id}" in page
    assert f"/bypass/{soon.id}" not in page
    assert client.get("/bypass?team=%00").status_code == 400
    for odd in ("?show=nothing&page=-1", "?page=99999999999", "?team=" + "x" * 500):
        assert client.get(f"/bypass{odd}").status_code == 200


def test_the_queue_says_what_waits_and_two_hundred_cases_cost_no_more(
    client, session, keeper, statements
):
    assert "Mail that was held" not in client.get("/queue").text
    sender, school = OfficerFactory(), SchoolFactory()
    make_case(sender=sender, schools=[school])
    session.commit()
    counts = []
    for more in (0, 200):
        for _ in range(more):
            make_case(sender=sender, schools=[school], said=None)
        session.commit()
        for path in ("/queue", "/bypass"):
            client.get(path)
            statements.clear()
            page = client.get(path).text
            counts.append(len(statements))
            if path == "/queue":
                assert f"{more + 1} wait" in page
    assert counts[:2] == counts[2:]
    assert max(counts) <= 17


def test_schools_have_no_such_pages(client, session, sign_in):
    case, head = make_case(), HeadFactory()
    session.commit()
    sign_in(client, head)
    assert client.get("/bypass").status_code == 403
    assert client.get(f"/bypass/{case.id}").status_code == 403
    assert client.get(f"/held-mail/{case.id}/yours").status_code == 404


def test_many_earlier_messages_are_folded_away(client, session, keeper):
    joined = [
        {"at": f"2026-11-{day:02d}T09:00:00+00:00", "schools": 30, "same_sender": True}
        for day in range(1, 13)
    ]
    urns = [SchoolFactory().urn]
    few = make_case(detail=detail_of(urns, joined=joined[:2]))
    many = make_case(detail=detail_of(urns, joined=joined))
    session.commit()
    words = "earlier messages that say nearly the same</span></summary>"
    assert f"The 12 {words}" in client.get(f"/bypass/{many.id}").text
    assert words not in client.get(f"/bypass/{few.id}").text
