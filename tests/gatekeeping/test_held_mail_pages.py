"""Pages of held mail for its sender, and what the key in the mail opens for who has no account."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.models import PersonState, Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.dates import day
from gatekeeping.deadlines.working_days import add_working_days
from gatekeeping.editions import protocol_of
from gatekeeping.mailgate.cases import case_facts
from gatekeeping.mailgate.cases.addressing import key_of
from gatekeeping.models import ExemptKind, Submission
from gatekeeping.models.mailgate import BypassCase, CaseKind, CaseState
from tests.factories.base import NOON
from tests.factories.bypass import SAID, SEAL, make_case, make_case_move
from tests.factories.directory import (
    HeadFactory,
    OfficerFactory,
    PersonFactory,
    SchoolFactory,
    TeamFactory,
)
from tests.factories.held_mail import RAW, keep_held

pytestmark = pytest.mark.sqlite_only
S = CaseState
STRANGER = "shared@partner.example"


@pytest.fixture
def officer(session, client, sign_in):
    made = OfficerFactory()
    session.commit()
    sign_in(client, made)
    return made


def case_of(database, authority_id, case_id):
    with database.session(authority=authority_id, writes=False) as session:
        return session.get_one(BypassCase, case_id)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("sender", 200),
        ("sender as gatekeeper", 200),
        ("colleague", 404),
        ("gatekeeper", 404),
        ("head", 404),
    ],
)
def test_only_its_sender_sees_a_held_message(client, session, sign_in, who, status):
    team = TeamFactory()
    sender = OfficerFactory(team=team)
    hats = {
        "sender": sender,
        "sender as gatekeeper": OfficerFactory(person=sender.person, role=Role.GATEKEEPER),
        "colleague": OfficerFactory(team=team),
        "gatekeeper": OfficerFactory(role=Role.GATEKEEPER),
        "head": HeadFactory(),
    }
    case = make_case(sender=sender)
    session.commit()
    sign_in(client, hats[who])
    for page in ("", "/withdraw", "/explain"):
        assert client.get(f"/held-mail/{case.id}/yours{page}").status_code == status
    assert (SAID.subject in client.get(f"/held-mail/{case.id}/yours").text) is (status == 200)
    for verb in ("draft", "withdraw", "explain"):
        answer = client.post(f"/held-mail/{case.id}/yours/{verb}", data={})
        assert (answer.status_code == 404) is (status == 404)


def readings(session) -> list[tuple[str, int | None, int | None, dict]]:
    """Return who opened which message, and empty the list."""
    session.expire_all()
    rows = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
    found = [
        (row.action, row.subject_id, row.person_id, row.detail)
        for row in rows
        if row.action in {"bypass.read", "bypass.listed"}
    ]
    session.rollback()
    return found


def test_its_sender_leaves_an_entry_with_each_opening(client, session, officer):
    case, emptied = make_case(sender=officer), make_case(sender=officer, said=None)
    session.commit()
    client.get("/held-mail")
    for page in ("", "/explain", "/withdraw"):
        client.get(f"/held-mail/{case.id}/yours{page}")
    client.get(f"/held-mail/{emptied.id}/yours")  # nothing is left to be read
    opened = ("bypass.read", case.id, officer.person_id, {"own": True})
    listed = ("bypass.listed", None, officer.person_id, {"cases": [case.id]})
    assert readings(session) == [listed, opened, opened, opened]


def test_who_got_an_account_later_finds_what_was_held_before(client, session, officer):
    case = make_case(sender=officer.person.email)
    session.commit()
    assert f"/held-mail/{case.id}/yours" in client.get("/held-mail").text
    assert client.get(f"/held-mail/{case.id}/yours").status_code == 200


@pytest.mark.parametrize("kind", list(CaseKind))
def test_its_page_and_the_list_say_where_it_stands(client, session, officer, kind):
    made = {state: make_case(state, kind=kind, sender=officer, reason="So.") for state in S}
    for state, case in made.items():
        make_case_move(case, state, by=officer.person)
    session.commit()
    for state, case in made.items():
        answer = client.get(f"/held-mail/{case.id}/yours")
        assert answer.status_code == (404 if kind is CaseKind.REPORTED else 200), state
        can_choose = kind is CaseKind.HELD and state in {S.WAITING, S.EXPLAINED}
        assert ("Turn it into a submission" in answer.text) is can_choose, state
    assert client.get("/held-mail").status_code == 200


def test_a_draft_that_came_back_may_wait_as_long_as_a_new_case(client, session, officer):
    case = make_case(sender=officer, received_at=NOON - timedelta(days=14))
    make_case_move(case, S.DRAFTED, at=NOON - timedelta(days=3))
    make_case_move(case, S.WAITING, at=NOON)
    days = protocol_of(session, officer.authority_id).bypass_lapse_days
    until, page = add_working_days(clock.local_date(NOON), days), f"/held-mail/{case.id}/yours"
    session.commit()  # or SQLite lets nobody else write
    assert day(until) in client.get(page).text


@pytest.mark.parametrize(
    ("state", "facts", "steps"),
    [
        (S.WAITING, {}, ["Held", "You choose", "A gatekeeper decides", "Sent"]),
        (S.REFUSED, {}, ["Held", "A gatekeeper decided", "Not sent"]),
        (S.RELEASED, {}, ["Held", "A gatekeeper decided", "Sent"]),
        (
            S.RETURNED,
            {"exempt_kind": ExemptKind.REPLY, "explanation": "An answer."},
            ["Held", "You said why", "A gatekeeper decided", "Not sent"],
        ),
        (S.LAPSED, {}, ["Held", "Nothing was chosen in time", "Not sent"]),
    ],
)
def test_the_way_shows_only_what_somebody_did(session, officer, state, facts, steps):
    case = make_case(state, sender=officer, closed_at=NOON, **facts)
    titles = [step.title for step in case_facts.steps_of(case)]
    assert len(titles) == len(steps)
    assert all(title.startswith(words) for title, words in zip(titles, steps, strict=True))


def test_the_sender_reads_by_which_address_each_school_counted(client, session, officer):
    reached = {"federation@two.example": [119901, 119902], "lost@two.example": []}
    schools = [SchoolFactory(urn=119901), SchoolFactory(urn=119902)]
    case = make_case(sender=officer, schools=schools, said=replace(SAID, reached=reached))
    session.commit()
    page = client.get(f"/held-mail/{case.id}/yours").text
    assert page.count("federation@two.example") == 2
    assert "lost@two.example" not in page


def test_a_message_becomes_a_draft_once(client, session, officer, database, authority_id):
    case = keep_held(officer, raw=RAW.partition(b"\r\n.\r\n")[0])
    session.commit()
    places = {client.post(f"/held-mail/{case.id}/yours/draft").location for _ in range(2)}
    assert len(places) == 1
    place = places.pop()
    page = client.get(place).text
    assert "Quokka survey" in page
    done, _, to_look_at = page.partition("Please look at this")
    assert "This is your mail as a draft." in done
    assert "Your mail asks" not in done  # what is to be checked stands under no “Success”
    assert "<li>Your mail asks schools for" in to_look_at
    assert "Please look at this" not in client.get(place).text
    with database.session(authority=authority_id, writes=False) as opened:
        assert opened.scalar(sa.select(sa.func.count()).select_from(Submission)) == 1


def test_whoever_is_no_officer_is_told_what_to_do(client, session, sign_in):
    sender = OfficerFactory(role=Role.GATEKEEPER)
    case = keep_held(sender)
    session.commit()
    sign_in(client, sender)
    page = client.get(f"/held-mail/{case.id}/yours").text
    assert "you need the role of an officer" in page
    answer = client.post(f"/held-mail/{case.id}/yours/draft")
    assert answer.status_code == 409
    assert "Only officers write submissions" in answer.text


def test_withdrawing_asks_once_and_twice_does_no_harm(
    client, session, officer, database, authority_id
):
    case = make_case(sender=officer)
    session.commit()
    path = f"/held-mail/{case.id}/yours/withdraw"
    assert "Withdraw it" in client.get(path).text
    for _ in range(2):
        assert client.post(path).status_code == 302
    assert case_of(database, authority_id, case.id).state is S.WITHDRAWN
    assert client.get(path).status_code == 302


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"words": "One child."}, "Choose the reason that fits best"),
        ({"kind": "nonsense", "words": "One child."}, "Choose the reason that fits best"),
        ({"kind": "casework", "words": " "}, "Enter why this message needs no gate"),
        ({"kind": "casework", "words": "One child."}, ""),
        ({"kind": "other", "words": "They asked me to."}, ""),
    ],
)
def test_explaining_says_what_is_missing(
    client, session, officer, database, authority_id, typed, says
):
    case = make_case(sender=officer)
    session.commit()
    answer = client.post(f"/held-mail/{case.id}/yours/explain", data=typed)
    found = case_of(database, authority_id, case.id)
    assert says in answer.text
    assert found.state is (S.WAITING if says else S.EXPLAINED)
    if not says:
        page = client.get(f"/held-mail/{case.id}/yours").text
        assert typed["words"] in page


def test_ones_submissions_lead_to_mail_that_was_held(client, session, officer):
    assert "your held mail" in client.get("/submissions").text
    make_case(sender=officer)
    session.commit()
    assert "no school has got it" in client.get("/submissions").text


# The link in the mail


def test_the_link_leads_a_sender_to_sign_in_and_then_to_the_page(client, session, sign_in):
    sender = OfficerFactory()
    case = make_case(sender=sender)
    session.commit()
    link = f"/held-mail/{case.id}?key={key_of(case, SEAL)}"
    own = f"/held-mail/{case.id}/yours"
    assert client.get(link).location == own
    assert client.get(own).location == f"/sign-in?next=/held-mail/{case.id}/yours"
    sign_in(client, sender)
    assert client.get(link).location == own
    assert client.get(f"/held-mail/{case.id}").location == own


def test_without_an_account_the_key_shows_the_least_and_stands_in_no_address(client, session):
    case = make_case(sender=STRANGER)
    session.commit()
    answer = client.get(f"/held-mail/{case.id}?key={key_of(case, SEAL)}")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.location == f"/held-mail/{case.id}/link"
    page = client.get(answer.location).text
    assert "Your mail was held" in page
    assert "After that it is not sent" in page  # the day by which to choose
    for words in (SAID.subject, SAID.text, SAID.recipients[0], "form.docx"):
        assert words not in page
    assert readings(session) == []


@pytest.mark.parametrize("is_gone", ["disabled", "without a place"])
def test_who_cannot_sign_in_any_more_has_the_key(client, session, is_gone):
    sender = OfficerFactory(
        person=PersonFactory(
            state=PersonState.DISABLED if is_gone == "disabled" else PersonState.ACTIVE
        ),
        ended_at=None if is_gone == "disabled" else NOON,
    )
    case = make_case(sender=sender)
    session.commit()
    answer = client.get(f"/held-mail/{case.id}?key={key_of(case, SEAL)}")
    assert answer.location == f"/held-mail/{case.id}/link"


@pytest.mark.parametrize(
    ("state", "kind", "change", "status"),
    [
        (S.WAITING, CaseKind.HELD, "", 302),
        (S.EXPLAINED, CaseKind.HELD, "", 302),
        (S.WAITING, CaseKind.SEEN, "", 302),
        (S.WITHDRAWN, CaseKind.HELD, "", 404),
        (S.RELEASED, CaseKind.HELD, "", 404),
        (S.WAITING, CaseKind.REPORTED, "", 404),
        (S.WAITING, CaseKind.HELD, "last letter", 404),
        (S.WAITING, CaseKind.HELD, "of another case", 404),
        (S.WAITING, CaseKind.HELD, "half", 404),
        (S.WAITING, CaseKind.HELD, "odd", 404),
    ],
)
def test_which_keys_open_which_cases(client, session, state, kind, change, status):
    case, other = make_case(state, kind=kind, sender=STRANGER), make_case(sender=STRANGER)
    session.commit()
    key = key_of(case, SEAL)
    given = {
        "": key,
        "last letter": key[:-1] + ("a" if key[-1] != "a" else "b"),
        "of another case": key_of(other, SEAL),
        "half": key[: len(key) // 2],
        "odd": "ü" * 500,
    }[change]
    answer = client.get(f"/held-mail/{case.id}", query_string={"key": given})
    assert answer.status_code == status
    if status == 404:
        assert "This link does not work" in answer.text
        assert client.get(f"/held-mail/{case.id}/link").status_code == 404
    assert client.get(f"/held-mail/{other.id}/link").status_code == 404


def test_by_the_key_one_explains_or_withdraws_and_then_it_is_dead(
    client, session, database, authority_id
):
    case = make_case(sender=STRANGER)
    session.commit()
    page = f"/held-mail/{case.id}/link"
    for verb in ("explain", "withdraw"):
        assert client.post(f"{page}/{verb}").status_code == 404
    client.get(f"/held-mail/{case.id}?key={key_of(case, SEAL)}")
    assert "Choose the reason" in client.post(f"{page}/explain", data={"words": "So."}).text
    typed = {"kind": "reply", "words": "A school asked me."}
    assert client.post(f"{page}/explain", data=typed).location == page
    assert case_of(database, authority_id, case.id).state is S.EXPLAINED
    assert "You said why it needs no gate" in client.get(page).text
    assert "You withdrew it" in client.post(f"{page}/withdraw").text
    assert case_of(database, authority_id, case.id).state is S.WITHDRAWN
    for path in (page, f"{page}?key={key_of(case, SEAL)}"):
        assert client.get(path).status_code == 404
    assert client.post(f"{page}/withdraw").status_code == 404


def test_somebody_else_who_is_signed_in_uses_the_key_of_a_shared_mailbox(client, session, officer):
    case = make_case(sender=STRANGER)
    session.commit()
    answer = client.get(f"/held-mail/{case.id}?key={key_of(case, SEAL)}")
    assert answer.location == f"/held-mail/{case.id}/link"
    assert client.get(answer.location).status_code == 200
    assert client.get(f"/held-mail/{case.id}").status_code == 404
