"""Ways round the gate that somebody might try; each is closed."""

from datetime import date, timedelta

import pytest

from directory.models import Role
from foundation.errors import Refusal
from gatekeeping import emergencies, pending
from gatekeeping.changing import begin_change, submit_change
from gatekeeping.events import SubmissionApproved
from gatekeeping.leases import AlreadyDoneError, claim
from gatekeeping.models import State, Track, Verb
from gatekeeping.pending import press
from gatekeeping.sending import send_approved, versions_to_send
from gatekeeping.stops import StoppedError
from gatekeeping.submissions import save
from gatekeeping.verbs import carry_out
from notifications.models import Notice, NoticeAttachment
from tests.deciding import AFTER_ROWS, PLACE, VALUES, act, advise, count
from tests.factories.afterwards import make_emergency, make_executive
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, OfficerFactory, SchoolFactory
from tests.factories.gatekeeping import make_decision, make_submission, version_of

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
@pytest.mark.parametrize("more", [{}, {"conditions": AFTER_ROWS}])
@pytest.mark.parametrize("verb", [Verb.APPROVE, Verb.APPROVE_WITH_CONDITIONS])
def test_one_yes_is_no_way_round_the_review_of_an_emergency(session, verb, more):
    gatekeeper = GatekeeperFactory()
    made = make_emergency(State.IN_REVIEW, claimed_by=gatekeeper)
    with pytest.raises(StoppedError, match="emergency route"):
        act(session, made, verb, gatekeeper, **more)
    assert made.state is State.IN_REVIEW


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
