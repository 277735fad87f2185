"""What senders, gatekeepers and executives may do about a case, and what comes of it."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from directory.models import Role
from foundation.audit import AuditEntry
from foundation.db import EVERY_AUTHORITY
from gatekeeping.afterwards.grounds import Grounds
from gatekeeping.deciding.conflicts import NotGatekeeperError
from gatekeeping.deciding.recording import MissingTextError
from gatekeeping.mailgate.cases import deciding, release_outcomes, sender_acts
from gatekeeping.mailgate.cases.addressing import is_key, key_of
from gatekeeping.mailgate.cases.conflicting import (
    CaseConflictError,
    record_refused,
)
from gatekeeping.mailgate.cases.moves import CaseDoneError, CaseMoveRefusedError
from gatekeeping.mailgate.cases.outlines import EmptiedError
from gatekeeping.mailgate.cases.reading import open_content
from gatekeeping.mailgate.cases.release_outcomes import Outcome
from gatekeeping.mailgate.cases.sender_acts import (
    IsSubmissionError,
    NotSenderError,
    SchoolsHaveItError,
)
from gatekeeping.models import BypassCase, CaseKind, CaseState, Exempt, ExemptKind
from notifications.models_mail import Mail
from tests.factories.base import NOON
from tests.factories.bypass import make_case
from tests.factories.directory import GatekeeperFactory, OfficerFactory, PersonFactory
from tests.factories.held_mail import SEAL, SUBJECT, keep_held

S = CaseState


def executive(**facts):
    return OfficerFactory(role=Role.EXECUTIVE, **facts)


def actions(session) -> list[str]:
    return list(session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def told(session) -> dict[str, str]:
    return {mail.address: mail.text for mail in session.scalars(sa.select(Mail))}


def withdraw(session, case, by):
    sender_acts.withdraw(session, case, by=by, at=NOON)


def explain(session, case, by, words="Each asked us."):
    sender_acts.explain(session, case, by=by, kind=ExemptKind.REPLY, words=words, at=NOON)


def release(session, case, by, words="It is urgent."):
    deciding.release_once(session, case, by=by, reason=words, at=NOON)


def send_back(session, case, by, words="Use the portal."):
    deciding.send_back(session, case, by=by, words=words, at=NOON)


def refuse(session, case, by, words="It is an advert."):
    deciding.refuse(session, case, by=by, reason=words, at=NOON)


def note(session, case, by, words="We talked."):
    deciding.note(session, case, by=by, words=words, at=NOON)


def emergency(session, case, by):
    deciding.release_in_emergency(session, case, by=by, ground=Grounds.LIFE, at=NOON)


SENDERS = {withdraw: S.WITHDRAWN, explain: S.EXPLAINED}
DECISIONS = {release: S.RELEASING, send_back: S.RETURNED, refuse: S.REFUSED, emergency: S.RELEASING}


@pytest.mark.parametrize("verb", SENDERS)
@pytest.mark.sqlite_only
def test_only_the_sender_acts_as_sender_or_whoever_has_the_key(session, verb):
    sender = OfficerFactory()
    case = make_case(sender=sender)
    for other in (OfficerFactory(team=sender.team), GatekeeperFactory(), executive()):
        with pytest.raises(NotSenderError):
            verb(session, case, other.person)
    verb(session, case, sender.person)
    assert case.state is SENDERS[verb]
    by_key = make_case(sender_id=None)
    verb(session, by_key, None)
    assert by_key.state is SENDERS[verb]


@pytest.mark.sqlite_only
def test_a_sender_whom_the_portal_did_not_know_then_is_known_by_the_address(session):
    person = PersonFactory(email="later@council.example")
    case = make_case(sender_id=None, sender=None)
    case.sender, case.sender_id = "later@council.example", None
    withdraw(session, case, person)
    assert case.state is S.WITHDRAWN


@pytest.mark.parametrize(
    ("verb", "state", "kind", "refusal"),
    [
        (withdraw, S.WAITING, CaseKind.SEEN, SchoolsHaveItError),
        (withdraw, S.WAITING, CaseKind.REPORTED, NotSenderError),
        (explain, S.WAITING, CaseKind.REPORTED, NotSenderError),
        (withdraw, S.DRAFTED, CaseKind.HELD, IsSubmissionError),
        (explain, S.DRAFTED, CaseKind.HELD, IsSubmissionError),
        (withdraw, S.RELEASED, CaseKind.HELD, CaseDoneError),
        (explain, S.REFUSED, CaseKind.HELD, CaseDoneError),
    ],
)
@pytest.mark.sqlite_only
def test_a_sender_cannot_do_what_is_too_late_or_not_theirs(session, verb, state, kind, refusal):
    sender = OfficerFactory()
    case = make_case(state, kind=kind, sender=sender)
    with pytest.raises(refusal):
        verb(session, case, sender.person)
    assert case.state is state


@pytest.mark.sqlite_only
def test_what_a_sender_does_twice_is_done_once_and_newer_words_stand(session):
    sender = OfficerFactory()
    case = make_case(sender=sender)
    explain(session, case, sender.person)
    explain(session, case, sender.person)
    explain(session, case, sender.person, words="They asked us by telephone.")
    assert case.explanation == "They asked us by telephone."
    withdraw(session, case, sender.person)
    withdraw(session, case, sender.person)
    explained = ["bypass.explained", "bypass.explained"]
    assert actions(session) == [*explained, "bypass.withdrawn"]


@pytest.mark.parametrize("words", ["", "  \n", "x" * 2_001])
@pytest.mark.parametrize("verb", [explain, release, send_back, refuse])
@pytest.mark.sqlite_only
def test_words_are_needed_and_have_a_limit(session, verb, words):
    sender, gatekeeper = OfficerFactory(), GatekeeperFactory()
    case = make_case(sender=sender)
    by = sender.person if verb is explain else gatekeeper.person
    with pytest.raises(MissingTextError) as refusal:
        verb(session, case, by, words=words)
    assert refusal.value.field in {"words", "reason"}


@pytest.mark.sqlite_only
def test_who_is_no_gatekeeper_or_executive_decides_nothing_and_reads_nothing(session):
    case = keep_held()
    for role in (Role.OFFICER, Role.AUDITOR, Role.ADMINISTRATOR, Role.LEGAL, Role.GOVERNANCE):
        by = OfficerFactory(role=role).person
        for verb in DECISIONS:
            with pytest.raises(NotGatekeeperError):
                verb(session, case, by)
        with pytest.raises(NotGatekeeperError):
            open_content(session, case, by=by, seal=SEAL, at=NOON)
    with pytest.raises(NotGatekeeperError, match="Only the senior executive"):
        emergency(session, case, GatekeeperFactory().person)
    assert case.state is S.WAITING


@pytest.mark.parametrize("verb", DECISIONS)
@pytest.mark.sqlite_only
def test_a_gatekeeper_or_executive_without_a_stake_decides(session, verb):
    by = executive() if verb is emergency else GatekeeperFactory()
    case = keep_held()
    verb(session, case, by.person)
    verb(session, case, by.person)  # a double click does no harm
    assert case.state is DECISIONS[verb]
    assert (case.decided_by_id, case.is_emergency) == (by.person_id, verb is emergency)
    assert len([each for each in actions(session) if each != "bypass.opened"]) == 1


@pytest.mark.parametrize("kind", [CaseKind.SEEN, CaseKind.REPORTED])
@pytest.mark.sqlite_only
def test_what_schools_have_is_noted_and_nothing_else(session, kind):
    by, case = executive().person, make_case(kind=kind)
    for verb in DECISIONS:
        with pytest.raises(SchoolsHaveItError):
            verb(session, case, by)
    note(session, case, by)
    assert case.state is S.NOTED
    with pytest.raises(CaseMoveRefusedError):
        note(session, make_case(), by)


def test_of_two_who_decide_at_once_the_second_reads_what_the_first_did(session, database):
    case, first, second = make_case(), GatekeeperFactory(), GatekeeperFactory()
    session.commit()
    with database.transaction(authority=EVERY_AUTHORITY) as other:
        refuse(other, other.get(BypassCase, case.id), first.person)
    with pytest.raises(CaseDoneError, match=f"“refused” since .* by {first.person.name}"):
        release(session, case, second.person)


@pytest.mark.sqlite_only
def test_a_stale_row_is_never_written_over(session, database):
    case = make_case()
    session.commit()
    with database.transaction(authority=EVERY_AUTHORITY) as other:
        other.get(BypassCase, case.id).explanation = "first"
    case.explanation = "second"
    with pytest.raises(StaleDataError):
        session.flush()


@pytest.mark.sqlite_only
def test_the_sender_is_told_with_the_words(session):
    gatekeeper, sender = GatekeeperFactory(), OfficerFactory()
    for verb, words in ((send_back, "Use the portal."), (refuse, "It is an advert.")):
        verb(session, make_case(sender=sender), gatekeeper.person)
        assert f"The reason: {words}" in told(session)[sender.person.email]
        session.execute(sa.delete(Mail))


@pytest.mark.sqlite_only
def test_what_is_released_as_exempt_is_counted_once_as_the_senders_when_it_has_left(session):
    sender, by = OfficerFactory(), GatekeeperFactory().person
    case = make_case(sender=sender)
    for outcome in (Outcome(says="No such place", failed=True), Outcome(is_done=True)):
        for _ in range(2):
            deciding.release_once(
                session, case, by=by, reason="It is.", exempt=ExemptKind.REPLY, at=NOON
            )
        assert session.scalars(sa.select(Exempt)).all() == []
        release_outcomes.settle(session, case, outcome, at=NOON)
    counted = session.scalars(sa.select(Exempt)).one()
    assert (counted.kind, counted.by_id) == (ExemptKind.REPLY, sender.person_id)


@pytest.mark.sqlite_only
def test_an_emergency_is_reviewed_once_by_somebody_else(session):
    boss, sender, gatekeeper = executive(), OfficerFactory(), GatekeeperFactory()
    case = make_case(S.RELEASED, sender=sender, is_emergency=True, decided_by_id=boss.person_id)

    def review(by, was_right=True):
        deciding.review_emergency(
            session, case, by=by.person, was_right=was_right, words="Yes, at once.", at=NOON
        )

    with pytest.raises(deciding.OwnReleaseError):
        review(boss)
    with pytest.raises(CaseConflictError):
        review(GatekeeperFactory(team=sender.team))
    with pytest.raises(NotGatekeeperError):
        review(OfficerFactory())
    review(gatekeeper)
    review(gatekeeper)
    with pytest.raises(CaseDoneError):
        review(GatekeeperFactory(), was_right=False)
    assert (case.was_right, case.reviewed_by_id) == (True, gatekeeper.person_id)
    assert "was right. Yes, at once." in told(session)[boss.person.email]
    case = make_case(S.RELEASED)
    with pytest.raises(deciding.NoEmergencyError):
        review(gatekeeper)


@pytest.mark.sqlite_only
def test_every_reading_is_in_the_audit_trail_by_ids_alone(session):
    gatekeeper, boss = GatekeeperFactory(), executive()
    case = keep_held()
    for by in (gatekeeper, gatekeeper, boss):
        opened = open_content(session, case, by=by.person, seal=SEAL, at=NOON)
        assert opened.subject == SUBJECT
    reads = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "bypass.read")).all()
    people = [gatekeeper.person_id, gatekeeper.person_id, boss.person_id]
    assert [entry.person_id for entry in reads] == people
    assert {entry.subject_id for entry in reads} == {case.id}
    assert [entry.detail for entry in reads] == [{}] * 3
    empty = make_case(said=None)
    with pytest.raises(EmptiedError):
        open_content(session, empty, by=gatekeeper.person, seal=SEAL, at=NOON)
    with pytest.raises(CaseConflictError):
        open_content(session, keep_held(gatekeeper), by=gatekeeper.person, seal=SEAL, at=NOON)


@pytest.mark.sqlite_only
def test_a_refused_attempt_is_in_the_audit_trail(session, authority_id):
    gatekeeper = GatekeeperFactory()
    case = make_case(sender=gatekeeper)
    with pytest.raises(CaseConflictError) as refusal:
        release(session, case, gatekeeper.person)
    record_refused(
        session,
        case.id,
        authority_id=authority_id,
        verb="release",
        refusal=refusal.value,
        by=gatekeeper.person_id,
        at=NOON,
    )
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert entry.detail == {"verb": "release", "refusal": "CaseConflictError", "why": "sender"}


@pytest.mark.sqlite_only
def test_the_key_of_a_link_opens_its_own_case_alone_until_that_is_closed(session):
    case, other = make_case(), make_case()
    key = key_of(case, SEAL)
    assert is_key(case, key, SEAL)
    for wrong in ("", key[:-1], f"{key}x", key_of(other, SEAL), "é" * 24):
        assert not is_key(case, wrong, SEAL)
    case.state = S.WITHDRAWN
    assert not is_key(case, key, SEAL)
