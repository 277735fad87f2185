"""Ways round the gate that somebody might try; each is closed."""

import io
from datetime import date, timedelta

import pytest

from directory.models import Role
from foundation.errors import Refusal
from foundation.files import FileStore
from gatekeeping.afterwards import emergencies
from gatekeeping.changes.changing import begin_change, submit_change
from gatekeeping.changes.texts_apart import Apart, apart
from gatekeeping.deciding import pending
from gatekeeping.deciding.conflicts import ConflictError, NotGatekeeperError
from gatekeeping.deciding.leases import AlreadyDoneError, claim
from gatekeeping.deciding.pending import press
from gatekeeping.deciding.stops import StoppedError
from gatekeeping.deciding.verbs import carry_out
from gatekeeping.events import SubmissionApproved
from gatekeeping.law.rulings import rule_on_claim
from gatekeeping.law.words import LegalVerdict
from gatekeeping.models import Attachment, State, Track, Verb
from gatekeeping.sending import send_approved, versions_to_send
from gatekeeping.writing.endorsing import NotEndorsedError, digest_of, endorse
from gatekeeping.writing.questions import answer
from gatekeeping.writing.submissions import save
from notifications.models import Notice, NoticeAttachment
from tests.deciding import AFTER_ROWS, PLACE, VALUES, act, advise, count
from tests.factories.afterwards import make_emergency, make_executive
from tests.factories.base import NOON
from tests.factories.directory import (
    GatekeeperFactory,
    MembershipFactory,
    OfficerFactory,
    SchoolFactory,
)
from tests.factories.gatekeeping import make_decision, make_finding, make_submission, version_of

LIGHT = {"track": Track.LIGHT, "document": {"send_on": "2026-12-01"}}
SAME = {"body": "The new menus are here. Please hang them up in every room."}
MORE = {"body": "The new menus are here. How many pupils will eat them? Send us every name."}
HEAVY = {"personal_data": "special", "kind": "data_request", "due_on": "2026-12-24"}


def change(session, made, officer, values):
    begin_change(session, made, by=officer.person, at=NOON)
    save(session, made, values, by=officer.person, at=NOON)
    submit_change(session, made, by=officer.person, at=NOON, address=PLACE)


def approve(session, made, by, version):
    call = {"by": by.person, "version": version, "at": NOON, "address": PLACE}
    return carry_out(session, made, Verb.APPROVE, VALUES[Verb.APPROVE], **call)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("when", ["before", "while it could be undone"])
def test_a_light_one_that_was_changed_is_not_released_by_who_read_the_old_version(session, when):
    SchoolFactory()
    officer, gatekeeper = OfficerFactory(), GatekeeperFactory()
    made = make_submission(author=officer, **LIGHT)
    if when != "before":
        call = {"by": gatekeeper.person, "version": 1, "at": NOON, "address": PLACE}
        press(session, made, Verb.APPROVE, VALUES[Verb.APPROVE], undo_seconds=60, **call)
    change(session, made, officer, SAME)
    assert (made.track, made.version) == (Track.LIGHT, 2)
    with pytest.raises(AlreadyDoneError, match="version 2"):
        approve(session, made, gatekeeper, 1)
    assert made.state is State.TRIAGE


@pytest.mark.sqlite_only
@pytest.mark.parametrize("values", [MORE, {"purpose": "So that kitchens can order in tyme."}])
def test_one_gatekeeper_does_not_approve_what_came_into_a_heavy_one_after_its_conditions(
    session, values
):
    SchoolFactory()
    officer, one, two = OfficerFactory(), GatekeeperFactory(), GatekeeperFactory()
    facts = {"author": officer, "track": Track.HIGH, "document": {"send_on": "2026-12-01"}}
    made = make_submission(State.APPROVED_COND, **facts)
    make_decision(made, one, Verb.SUPPORT)
    make_decision(made, two, Verb.APPROVE_WITH_CONDITIONS)
    change(session, made, officer, values)
    made.track = Track.HIGH
    session.flush()
    decision = approve(session, made, two, 2)
    if values != MORE:
        assert (decision.verb, made.state) == (Verb.APPROVE, State.APPROVED)
        return
    assert (decision.verb, made.state) == (Verb.SUPPORT, State.APPROVED_COND)
    with pytest.raises(StoppedError, match="school panel"):
        approve(session, made, one, 2)
    advise(session, made)
    assert approve(session, made, one, 2).verb is Verb.APPROVE


@pytest.mark.sqlite_only
def test_an_executive_who_stands_in_for_all_gatekeepers_needs_no_second(session):
    executive = OfficerFactory(role=Role.EXECUTIVE)
    made = make_submission(State.SUSPENDED, track=Track.HIGH)
    advise(session, made)
    assert act(session, made, Verb.APPROVE, executive).verb is Verb.APPROVE


@pytest.mark.sqlite_only
def test_one_person_with_two_roles_is_not_both_of_the_two(session):
    both, deputy = GatekeeperFactory(), OfficerFactory(role=Role.EXECUTIVE)
    OfficerFactory(person=both.person, role=Role.EXECUTIVE)
    made = make_submission(State.IN_REVIEW, track=Track.HIGH, claimed_by=both)
    advise(session, made)
    act(session, made, Verb.ESCALATE, both)
    with pytest.raises(StoppedError, match="deputy"):
        act(session, made, Verb.APPROVE, both)
    assert act(session, made, Verb.APPROVE, deputy).verb is Verb.APPROVE


@pytest.mark.sqlite_only
@pytest.mark.parametrize("more", [{}, {"conditions": AFTER_ROWS}])
@pytest.mark.parametrize("verb", [Verb.APPROVE, Verb.APPROVE_WITH_CONDITIONS])
def test_one_yes_is_no_way_round_the_review_of_an_emergency(session, verb, more):
    gatekeeper = GatekeeperFactory()
    made = make_emergency(State.IN_REVIEW, claimed_by=gatekeeper)
    with pytest.raises(StoppedError, match="emergency route"):
        act(session, made, verb, gatekeeper, **more)
    assert made.state is State.IN_REVIEW


@pytest.mark.sqlite_only
def test_an_emergency_that_an_appeal_let_go_on_conditions_is_not_stuck(session):
    made = make_emergency(State.APPROVED_COND)
    assert act(session, made, Verb.APPROVE, GatekeeperFactory()).verb is Verb.APPROVE


@pytest.mark.sqlite_only
def test_an_emergency_that_is_judged_as_heavy_needs_two_and_the_panel(session):
    for _ in range(21):
        SchoolFactory()
    executive, one, two = make_executive(), GatekeeperFactory(), GatekeeperFactory()
    made = make_emergency(State.IN_REVIEW, claimed_by=one, document=HEAVY)
    call = {"by": executive.person, "version": 1, "at": NOON, "address": PLACE}
    emergencies.judge_as_ordinary(session, made, reason="It can wait.", **call)
    assert made.track is Track.HIGH
    assert act(session, made, Verb.APPROVE, one).verb is Verb.SUPPORT
    claim(session, made, by=two.person, at=NOON)
    with pytest.raises(StoppedError, match="school panel"):
        act(session, made, Verb.APPROVE, two)
    advise(session, made)
    assert act(session, made, Verb.APPROVE, two).verb is Verb.APPROVE
    session.flush()


@pytest.mark.sqlite_only
@pytest.mark.parametrize("state", [State.APPROVED, State.SCHEDULED, State.EMERGENCY_RELEASED])
def test_what_has_expired_is_not_sent_though_nobody_noticed_yet(session, state):
    SchoolFactory()
    made = make_submission(state, expires_on=date(2026, 12, 1), send_on=date(2026, 11, 24))
    make_decision(made, GatekeeperFactory())
    event = SubmissionApproved(made.authority_id, made.id, version_of(made).id)
    late = NOON + timedelta(days=365)
    send_approved(session, event, late)
    assert count(session, Notice) == 0
    assert versions_to_send(session, at=late) == []


@pytest.mark.sqlite_only
def test_files_of_two_versions_do_not_get_in_each_others_way(session):
    SchoolFactory()
    gatekeeper = GatekeeperFactory()
    file = {"id": 7, "name": "a.pdf", "media_type": "application/pdf", "size": 1}
    for digit in "ab":
        made = make_submission(State.APPROVED)
        version_of(made).attachments = [{**file, "sha256": digit * 64}]
        make_decision(made, gatekeeper)
        event = SubmissionApproved(made.authority_id, made.id, version_of(made).id)
        send_approved(session, event, NOON)
        session.flush()
    assert count(session, NoticeAttachment) == 2


@pytest.mark.sqlite_only
def test_pressing_again_with_other_words_is_not_swallowed(session):
    gatekeeper = GatekeeperFactory()
    made = make_submission(State.IN_REVIEW, claimed_by=gatekeeper)
    call = {"by": gatekeeper.person, "version": 1, "at": NOON, "address": PLACE, "undo_seconds": 60}
    values = {"code": "no_use", "reason": "Nobody reads it."}
    first = pending.press(session, made, Verb.REFUSE, values, **call)
    assert pending.press(session, made, Verb.REFUSE, values, **call).pending is first.pending
    with pytest.raises(Refusal, match="Undo that first"):
        pending.press(session, made, Verb.REFUSE, {**values, "code": "unlawful"}, **call)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("stake", ["author", "colleague", "role"])
def test_nobody_verifies_a_legal_claim_of_their_own(session, authority_id, stake):
    author = OfficerFactory()
    submission = make_submission(author=author, document={"legal_claim": "Ponds Act 2019, s 3"})
    role = Role.OFFICER if stake == "role" else Role.LEGAL
    facts = {"author": {"person": author.person}, "colleague": {"team": author.team}}
    reviewer = OfficerFactory(role=role, **facts.get(stake, {}))
    verdict, version = LegalVerdict.DUTY_ON_SCHOOL, version_of(submission)
    call = {"why": "It is so.", "by": reviewer.person_id, "at": NOON}
    with pytest.raises(NotGatekeeperError if stake == "role" else ConflictError):
        rule_on_claim(session, authority_id, version.id, verdict, **call)
    assert not version.law.get("verified")


@pytest.mark.sqlite_only
def test_a_legal_verdict_is_of_the_version_that_was_read(session, client, sign_in):
    SchoolFactory()
    officer, reviewer = OfficerFactory(), OfficerFactory(role=Role.LEGAL)
    submission = make_submission(author=officer, **LIGHT)
    change(session, submission, officer, {**SAME, "legal_claim": "Ponds Act 2019, section 3"})
    unclaimed = make_submission()
    session.commit()
    sign_in(client, reviewer)
    assert client.get(f"/submissions/{unclaimed.id}/law").status_code == 404
    form = {"verdict": "DUTY_ON_SCHOOL", "why": "It is so.", "version": "1"}
    page = client.post(f"/submissions/{submission.id}/law", data=form)
    assert "Read it again" in page.text
    assert client.post(f"/submissions/{submission.id}/law", data={**form, "version": "2"}).location


@pytest.mark.sqlite_only
@pytest.mark.parametrize("role", [Role.PANEL, Role.GOVERNANCE])
def test_advisers_read_only_what_they_are_asked_about(session, client, sign_in, role):
    make = MembershipFactory if role is Role.PANEL else OfficerFactory
    member, path = make(role=role), "panel" if role is Role.PANEL else "dpia"
    heavy = make_submission(track=Track.HIGH)
    make_finding(version_of(heavy), "K71")
    refused = make_submission(State.REFUSED, track=Track.HIGH)
    light = make_submission(track=Track.LIGHT)
    session.commit()
    sign_in(client, member)
    assert client.get(f"/{path}/{heavy.id}").status_code == 200
    assert client.get(f"/{path}/{refused.id}").status_code == 404
    assert client.get(f"/{path}/{light.id}").status_code == 404


@pytest.mark.sqlite_only
def test_who_decides_is_handed_the_frozen_file_not_its_replacement(
    session, client, sign_in, settings
):
    author, gatekeeper = OfficerFactory(), GatekeeperFactory()
    submission = make_submission(author=author)
    facts = {"name": "a.pdf", "media_type": "application/pdf", "size": 3}
    store = FileStore(settings.files)
    old, new = (store.put(io.BytesIO(text), most=9).sha256 for text in (b"old", b"new"))
    version_of(submission).attachments = [{"id": 7, "sha256": old, **facts}]
    row = {"authority_id": submission.authority_id, "submission_id": submission.id}
    added = {"added_by_id": author.person_id, "added_at": NOON}
    session.add(Attachment(id=7, sha256=new, **facts, **row, **added))
    session.add(Attachment(id=8, sha256=new, **facts, **row, **added))
    session.commit()
    page = f"/submissions/{submission.id}/attachments"
    for who, content in ((author, b"new"), (gatekeeper, b"old")):
        sign_in(client, who)
        with client.get(f"{page}/7") as answer:
            assert answer.data == content
    assert client.get(f"{page}/8").status_code == 404


@pytest.mark.sqlite_only
def test_the_public_look_up_withholds_what_the_register_withholds(session, client, sign_in):
    author = OfficerFactory()
    facts = {"author": author, "withheld": "safeguarding"}
    document = {
        "kind": "data_request",
        "title": "The case at Mill Lane",
        "legal_claim": "Section 47, as at Mill Lane",
    }
    hidden = make_submission(State.LIVE, document=document, **facts)
    name = f"Ask Dr. {author.person.name.split()[-1]}, born 1.2.2015"
    named = make_submission(State.LIVE, author=author, document={"title": name})
    head = MembershipFactory(role=Role.HEAD)
    session.commit()
    page = client.get(f"/verify/{hidden.number}").text
    assert "Mill Lane" not in page
    assert "Withheld: safeguarding" in page
    assert "a law that is withheld here" in page
    page = client.get(f"/verify/{named.number}").text
    assert "[an officer], [removed]" in page
    sign_in(client, head)
    assert "Mill Lane" in client.get(f"/verify/{hidden.number}").text


@pytest.mark.sqlite_only
@pytest.mark.parametrize("endorsed", [False, True])
def test_an_answer_is_no_way_round_the_line_manager(session, endorsed):
    for _ in range(21):
        SchoolFactory()
    author, gatekeeper, manager = OfficerFactory(), GatekeeperFactory(), OfficerFactory()
    author.manager_id = manager.person_id
    made = make_submission(State.CHALLENGED, author=author, claimed_by=gatekeeper, **LIGHT)
    save(session, made, HEAVY, by=author.person, at=NOON)
    if endorsed:
        digest = digest_of(made)
        endorse(session, made, by=manager.person, digest=digest, note="", at=NOON)
    call = {"by": author.person, "text": "Here it is.", "at": NOON, "address": PLACE}
    if not endorsed:
        with pytest.raises(NotEndorsedError):
            answer(session, made, **call)
        return
    answer(session, made, **call)
    assert (made.track, made.version) == (Track.HIGH, 2)


@pytest.mark.sqlite_only
def test_what_was_approved_is_sent_though_the_event_failed_for_good(session):
    made = make_submission(State.APPROVED, send_on=date(2026, 11, 23))
    make_submission(State.APPROVED, send_on=date(2026, 11, 24))
    event = SubmissionApproved(made.authority_id, made.id, version_of(made).id)
    assert versions_to_send(session, at=NOON) == [event]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Fill in https://forms.example/AbCdEf now.", "Fill in https://forms.example/aBcDeF now."),
        ("Fill in https://f.example/?a=01772123456", "Fill in https://f.example/?a=01772654321"),
        ("See https://a@good.example/form now.", "See https://a@evil.example/form now."),
        ("Fill in forms.example/abcd now.", "Fill in forms.example/abce now."),
        ("Fill in Forms.Example/Abcd now.", "Fill in Forms.Example/abcd now."),
        ("Whether you return it is up to you. Count pupils.", "Count pupils."),
        ("Nurseries can leave this out. Count pupils.", "Count pupils."),
        ("Small schools are excused. Count pupils.", "Count pupils."),
        ("This is just for information. Count pupils.", "Count pupils."),
    ],
)
def test_no_other_form_and_no_other_ask_passes_as_a_slip_of_the_pen(before, after):
    assert apart(before, after) is Apart.OTHER
