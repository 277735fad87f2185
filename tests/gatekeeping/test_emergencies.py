from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from directory.models import Role
from foundation.errors import Refusal
from foundation.outbox import OutboxEvent
from gatekeeping.afterwards import emergencies, extending
from gatekeeping.afterwards.emergencies import NotAnEmergencyError
from gatekeeping.afterwards.emergency_route import lost_routes, record_training, why_closed
from gatekeeping.afterwards.extending import ExtensionError
from gatekeeping.assessment import assess
from gatekeeping.deciding.conflicts import ConflictError, NotGatekeeperError
from gatekeeping.deciding.leases import AlreadyDoneError
from gatekeeping.deciding.recording import MissingTextError, newest_version
from gatekeeping.documents import SubmissionDocument
from gatekeeping.events import SubmissionApproved
from gatekeeping.models import Decision, Interest, Stake, State, Track, Training, Verb
from gatekeeping.protocol import DEFAULT
from gatekeeping.sending import send_approved, versions_to_send
from notifications.models import Delivery, Notice
from notifications.models_mail import Mail
from tests.factories.afterwards import make_emergency, make_executive
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, HeadFactory, OfficerFactory
from tests.factories.gatekeeping import make_decision, make_submission

ADDRESS = "https://portal.example"
REASON = "Children are at risk now."


def release(session, submission, executive, reason=REASON, at=NOON, version=1):
    return emergencies.release(
        session,
        submission,
        by=executive.person,
        version=version,
        reason=reason,
        at=at,
        address=ADDRESS,
    )


def mails(session):
    return session.scalars(sa.select(Mail).order_by(Mail.id)).all()


def test_executives_and_gatekeepers_are_told_at_once(session):
    executive, gatekeeper = make_executive(), GatekeeperFactory()
    submission = make_emergency(state_due_at=NOON + timedelta(hours=1))
    emergencies.announce(session, submission, at=NOON, address=ADDRESS)
    found = mails(session)
    assert {mail.address for mail in found} == {executive.person.email, gatekeeper.person.email}
    assert all(mail.urgent for mail in found)
    assert "1:00pm" in found[0].text
    assert f"{ADDRESS}/emergencies/{submission.id}" in found[0].text


@pytest.mark.sqlite_only
def test_what_is_no_emergency_alarms_nobody(session):
    make_executive()
    emergencies.announce(session, make_submission(), at=NOON, address=ADDRESS)
    assert mails(session) == []


@pytest.mark.parametrize("state", [State.TRIAGE, State.IN_REVIEW, State.ESCALATED])
def test_a_released_emergency_goes_first_and_stays_what_it_is(session, state):
    head = HeadFactory()
    submission = make_emergency(state, document={"send_on": "2026-12-14"})
    decision = release(session, submission, make_executive())
    assert (submission.state, decision.verb) == (State.EMERGENCY_RELEASED, Verb.RELEASE)
    assert submission.expires_on == date(2026, 12, 7)
    payload = session.scalars(
        sa.select(OutboxEvent.payload).where(OutboxEvent.name == "SubmissionApproved")
    ).one()

    send_approved(session, SubmissionApproved(**payload), NOON)
    session.flush()

    notice = session.scalars(sa.select(Notice)).one()
    assert notice.standing == "This was sent under the emergency route and is being reviewed."
    assert (notice.stopped, notice.valid_until) == (False, date(2026, 12, 7))
    assert session.scalars(sa.select(Delivery.person_id)).all() == [head.person_id]
    assert session.scalars(sa.select(Mail.urgent).where(Mail.delivery_id.is_not(None))).all() == [
        True
    ]
    assert (submission.state, submission.sent_at) == (State.EMERGENCY_RELEASED, NOON)


@pytest.mark.sqlite_only
def test_what_was_released_and_not_sent_is_sent_by_the_schedule(session):
    submission = make_emergency()
    decision = release(session, submission, make_executive())
    event = SubmissionApproved(submission.authority_id, submission.id, decision.version_id)
    assert versions_to_send(session, at=NOON) == [event]
    send_approved(session, event, NOON)
    session.flush()
    assert versions_to_send(session, at=NOON) == []


@pytest.mark.sqlite_only
def test_releasing_twice_releases_once(session):
    submission, executive = make_emergency(), make_executive()
    assert release(session, submission, executive) is release(session, submission, executive)
    assert len(session.scalars(sa.select(OutboxEvent)).all()) == 1


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
@pytest.mark.sqlite_only
def test_a_release_needs_a_short_reason(session, reason):
    submission = make_emergency()
    with pytest.raises(MissingTextError):
        release(session, submission, make_executive(), reason=reason)
    assert submission.state is State.TRIAGE


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "role", sorted(set(Role) - {Role.EXECUTIVE, *("head", "staff", "governor", "panel")})
)
def test_nobody_but_the_executive_releases(session, role):
    submission = make_emergency()
    with pytest.raises(NotGatekeeperError):
        release(session, submission, OfficerFactory(role=role))
    assert submission.state is State.TRIAGE


@pytest.mark.parametrize(
    ("deputies", "says"), [(1, "Ask Deputy."), (0, "ask an administrator to name")]
)
def test_the_stake_rule_is_never_waived_and_it_says_who_may(session, authority_id, deputies, says):
    submission, executive = make_emergency(), make_executive()
    for _ in range(deputies):
        make_executive(person__name="Deputy")
    session.add(
        Interest(
            authority_id=authority_id,
            submission_id=submission.id,
            person_id=executive.person_id,
            why=Stake.BUDGET,
            at=NOON,
        )
    )
    session.flush()
    with pytest.raises(ConflictError, match=says):
        release(session, submission, executive)
    assert submission.state is State.TRIAGE


@pytest.mark.sqlite_only
def test_an_ordinary_submission_is_not_released(session):
    with pytest.raises(NotAnEmergencyError):
        release(session, make_submission(), make_executive())


@pytest.mark.sqlite_only
def test_a_version_that_was_not_read_is_not_released(session):
    with pytest.raises(AlreadyDoneError):
        release(session, make_emergency(), make_executive(), version=2)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("state", sorted(set(State) - emergencies.WAITING - {State.DRAFT}))
def test_only_a_waiting_emergency_is_released(session, state):
    submission = make_emergency(state)
    with pytest.raises(AlreadyDoneError):
        release(session, submission, make_executive())
    assert submission.state is state


def test_an_emergency_may_be_judged_as_an_ordinary_one(session):
    for _ in range(2):
        HeadFactory()
    submission, executive = make_emergency(), make_executive()
    facts = {"by": executive.person, "version": 1, "reason": "It can wait.", "address": ADDRESS}
    made = emergencies.judge_as_ordinary(session, submission, at=NOON, **facts)
    again = emergencies.judge_as_ordinary(session, submission, at=NOON, **facts)
    assert made is again
    assert (submission.track, submission.state) == (Track.LIGHT, State.TRIAGE)
    assert submission.state_due_at is None or submission.state_due_at > NOON
    document = SubmissionDocument.read(newest_version(session, submission).document)
    assert "executive judges" in why_closed(
        session,
        submission.authority_id,
        document,
        DEFAULT,
        submission_id=submission.id,
        at=NOON,
    )
    with pytest.raises(NotAnEmergencyError):
        release(session, submission, executive)


@pytest.mark.parametrize(
    ("until", "refused"),
    [
        (date(2026, 12, 7), True),
        (date(2026, 12, 8), False),
        (date(2027, 2, 21), False),
        (date(2027, 2, 22), True),
    ],
)
@pytest.mark.sqlite_only
def test_an_emergency_is_extended_to_90_days_in_all(session, until, refused):
    submission, executive = make_emergency(), make_executive()
    release(session, submission, executive)
    facts = {"by": executive.person, "until": until, "reason": REASON, "at": NOON}
    if refused:
        with pytest.raises(ExtensionError):
            extending.extend(session, submission, address=ADDRESS, **facts)
        return
    extending.extend(session, submission, address=ADDRESS, **facts)
    assert submission.expires_on == until


def test_schools_see_the_new_last_day(session):
    HeadFactory()
    submission, executive = make_emergency(), make_executive()
    decision = release(session, submission, executive)
    event = SubmissionApproved(submission.authority_id, submission.id, decision.version_id)
    send_approved(session, event, NOON)
    until = date(2027, 1, 11)
    extending.extend(
        session,
        submission,
        by=executive.person,
        until=until,
        reason=REASON,
        at=NOON,
        address=ADDRESS,
    )
    assert session.scalars(sa.select(Notice.valid_until)).one() == until


def not_confirmed(author, at, **facts):
    submission = make_emergency(State.NOT_RATIFIED, author=author, **facts)
    return make_decision(submission, GatekeeperFactory(), Verb.NOT_RATIFY, at=at)


@pytest.mark.parametrize(
    ("days_ago", "is_lost"),
    [((1,), False), ((1, 300), True), ((1, 370), False), ((300, 310, 364), True), ((), False)],
)
def test_two_not_confirmed_within_12_months_lose_the_route(
    session, authority_id, days_ago, is_lost
):
    author = OfficerFactory(team__name="Estates")
    for days in days_ago:
        not_confirmed(author, NOON - timedelta(days=days))
    not_confirmed(OfficerFactory(), NOON)  # another team's
    draft = make_emergency(State.DRAFT, author=author)
    document = SubmissionDocument.read(draft.document)
    why = why_closed(session, authority_id, document, DEFAULT, submission_id=draft.id, at=NOON)
    assert bool(why) == is_lost
    by_name = SubmissionDocument.read({**draft.document, "team": "Estates"})
    assert why == why_closed(session, authority_id, by_name, DEFAULT, submission_id=None, at=NOON)
    assert [lost.name for lost in lost_routes(session, authority_id, at=NOON)] == (
        ["Estates, Lancashire"] if is_lost else []
    )


@pytest.mark.sqlite_only
def test_a_team_without_the_route_is_judged_as_anything_else_and_told_why(session, authority_id):
    HeadFactory()
    author = OfficerFactory()
    draft = make_emergency(State.DRAFT, author=author)
    document = SubmissionDocument.read(draft.document)

    def judged():
        return assess(session, authority_id, document, at=NOON, submission_id=draft.id)

    assert judged().track is Track.EMERGENCY
    for days in (1, 30):
        not_confirmed(author, NOON - timedelta(days=days))
    assert judged().track is Track.LIGHT
    (found,) = [finding for finding in judged().findings if finding.rule == "K93"]
    assert "lost the emergency route" in found.says
    assert "judged as LIGHT" in found.says


def test_training_opens_the_route_again(session, authority_id):
    author, administrator = OfficerFactory(), OfficerFactory(role=Role.ADMINISTRATOR)
    for _ in range(2):
        not_confirmed(author, NOON - timedelta(days=3))
    facts = {"organisation_id": authority_id, "team_id": author.team_id, "at": NOON}
    with pytest.raises(Refusal):
        record_training(session, authority_id, note="Done.", by=author.person, **facts)
    for _ in range(2):
        record_training(session, authority_id, note="Done.", by=administrator.person, **facts)
    assert lost_routes(session, authority_id, at=NOON) == []
    assert len(session.scalars(sa.select(Training)).all()) == 1
    not_confirmed(author, NOON + timedelta(days=1))
    assert lost_routes(session, authority_id, at=NOON + timedelta(days=2)) == []


@pytest.mark.sqlite_only
def test_a_release_is_never_changed(session):
    decision = release(session, make_emergency(), make_executive())
    with pytest.raises(sa.exc.IntegrityError):
        session.execute(sa.update(Decision).where(Decision.id == decision.id).values(reason="Else"))
