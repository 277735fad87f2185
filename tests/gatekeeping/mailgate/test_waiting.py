"""Nothing waits silently: what time does to cases, day by day."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from directory.models import Role
from foundation.audit import AuditEntry
from gatekeeping.mailgate.cases import emptying, moves, pieces
from gatekeeping.mailgate.cases.outlines import EmptiedError, open_outline
from gatekeeping.mailgate.cases.waiting import last_overdue_day, look_after
from gatekeeping.models import BypassCase, CaseKind, CaseMove, CaseState, HeldPart, MailTrace, State
from notifications.mail.sealed import opened_text
from notifications.models_mail import Mail, MailState
from tests.factories.base import NOON
from tests.factories.bypass import make_case
from tests.factories.directory import GatekeeperFactory, OfficerFactory
from tests.factories.gatekeeping import make_submission
from tests.factories.held_mail import SEAL, SUBJECT, keep_held

S = CaseState


def night(days: int) -> datetime:
    """Return five past midnight, so many days after the Monday on which it was held."""
    return datetime(2026, 11, 23, 0, 5, tzinfo=UTC) + timedelta(days=days)


@pytest.fixture
def people(session):
    """A gatekeeper, an executive and an officer."""
    return GatekeeperFactory(), OfficerFactory(role=Role.EXECUTIVE), OfficerFactory()


def told(session) -> dict[str, list[str]]:
    """Return what was written to whom since last asked."""
    found: dict[str, list[str]] = {}
    for mail in session.scalars(sa.select(Mail).order_by(Mail.id)):
        found.setdefault(mail.address, []).append(f"{mail.subject}\n{opened_text(mail.text, SEAL)}")
    session.execute(sa.delete(Mail))
    session.commit()
    return found


def look(session, database, at) -> int:
    session.commit()
    done = look_after(database, seal=SEAL, at=at)
    session.expire_all()
    return done


def test_held_mail_is_reminded_of_raised_nudged_and_lapses_each_once(session, database, people):
    gatekeeper, executive, officer = (each.person for each in people)
    case = keep_held(people[2])
    told(session)
    happened = {}
    for day in (0, 1, 2, 3, 4, 28, 29, 30):
        for _ in range(2):  # running it again changes nothing
            look(session, database, night(day))
        if found := told(session):
            happened[day] = {who: len(mails) for who, mails in found.items()}
        if day == 3:
            (mail,) = found[officer.email]
            assert SUBJECT in mail
            assert f"/held-mail/{case.id}?key=" in mail
    assert happened == {
        2: {gatekeeper.email: 1},  # Wednesday: Tuesday is over
        3: {executive.email: 1, officer.email: 1},  # who has not chosen for three working days
        29: {officer.email: 1},  # 20 working days and one
    }
    assert case.state is S.LAPSED
    assert not session.scalars(sa.select(MailTrace.counts)).one()


@pytest.mark.sqlite_only
def test_one_mail_tells_of_all_that_is_overdue(session, database, people):
    for _ in range(3):
        make_case()
    look(session, database, night(3))
    mails = told(session)
    (reminder,) = mails[people[0].person.email]
    assert reminder.startswith("Held mail is overdue: 3 cases")
    assert len(mails[people[1].person.email]) == 1


@pytest.mark.sqlite_only
def test_without_a_gatekeeper_the_executives_are_reminded(session, database):
    boss = OfficerFactory(role=Role.EXECUTIVE).person
    make_case()
    look(session, database, night(2))
    assert list(told(session)) == [boss.email]


@pytest.mark.sqlite_only
def test_what_was_explained_waits_for_a_gatekeeper_and_never_lapses(session, database, people):
    case = make_case(S.EXPLAINED)
    for day in (2, 3, 40):
        look(session, database, night(day))
    assert case.state is S.EXPLAINED
    assert case.reminded_at is not None
    assert case.escalated_at is not None


@pytest.mark.sqlite_only
def test_what_schools_have_is_closed_by_time_without_a_word_to_its_sender(
    session, database, people
):
    case = make_case(kind=CaseKind.SEEN, sender=people[2])
    look(session, database, night(40))
    assert case.state is S.LAPSED
    assert people[2].person.email not in told(session)


@pytest.mark.sqlite_only
def test_a_release_that_does_not_leave_within_the_hour_is_told(session, database, people):
    case = make_case(S.RELEASING, due_at=NOON + moves.LEAVES_WITHIN)
    look(session, database, NOON + timedelta(minutes=59))
    assert case.reminded_at is None
    look(session, database, NOON + timedelta(minutes=61))
    assert case.reminded_at is not None


@pytest.mark.sqlite_only
def test_an_emergency_that_nobody_reviews_is_raised_but_not_to_who_released_it(
    session, database, people
):
    gatekeeper, executive, _ = people
    other = GatekeeperFactory()
    case = make_case(S.RELEASED, is_emergency=True, decided_by_id=other.person_id, due_at=night(14))
    look(session, database, night(14) - timedelta(minutes=1))
    assert case.reminded_at is None
    look(session, database, night(15))
    assert set(told(session)) == {gatekeeper.person.email, executive.person.email}
    look(session, database, night(16))
    assert told(session) == {}


ENDS = [
    (State.LIVE, {"sent_at": NOON}, S.ROUTED, S.ROUTED),
    (State.EXPIRED, {"sent_at": NOON}, S.ROUTED, S.ROUTED),
    (State.EMERGENCY_RELEASED, {"sent_at": NOON}, S.ROUTED, S.ROUTED),
    (State.WITHDRAWN, {}, S.WITHDRAWN, S.NOTED),
    (State.REFUSED, {}, S.REFUSED, S.NOTED),
    (State.REDIRECTED, {}, S.RETURNED, S.NOTED),
    (State.LAPSED, {}, S.LAPSED, S.LAPSED),
    (State.EXPIRED, {}, S.LAPSED, S.LAPSED),
    (State.DRAFT, {}, S.DRAFTED, S.DRAFTED),
    (State.TRIAGE, {}, S.DRAFTED, S.DRAFTED),
    (State.APPROVED, {}, S.DRAFTED, S.DRAFTED),
    (State.SUSPENDED, {}, S.DRAFTED, S.DRAFTED),
    (State.APPEAL, {}, S.DRAFTED, S.DRAFTED),
    (State.MERGED, {}, S.DRAFTED, S.DRAFTED),
]


def test_a_case_ends_as_the_submission_that_was_made_of_it(session, database):
    made = []
    for state, facts, held, seen in ENDS:
        for kind, expected in ((CaseKind.HELD, held), (CaseKind.SEEN, seen)):
            author = OfficerFactory()
            submission = make_submission(state, author=author, **facts)
            case = make_case(
                S.DRAFTED, kind=kind, sender=author, submission_id=submission.id, due_at=None
            )
            made.append((case, expected, kind, author.person.email))
    look(session, database, NOON)
    found = [(case.state, kind) for case, _, kind, _ in made]
    assert found == [(expected, kind) for _, expected, kind, _ in made]
    ended = {
        email: 1
        for _, expected, kind, email in made
        if kind is CaseKind.HELD and expected is not S.DRAFTED
    }
    assert {email: len(mails) for email, mails in told(session).items()} == ended


@pytest.mark.sqlite_only
def test_a_case_whose_submission_was_joined_to_another_is_sent_with_that(session, database):
    other = make_submission(State.LIVE, sent_at=NOON)
    submission = make_submission(State.MERGED, merged_into_id=other.id)
    case = make_case(S.DRAFTED, submission_id=submission.id)
    look(session, database, NOON)
    assert case.state is S.ROUTED


@pytest.mark.sqlite_only
def test_a_draft_that_is_left_alone_is_reminded_of_and_lapses(session, database):
    author = OfficerFactory()
    submission = make_submission(State.DRAFT, author=author, updated_at=NOON, title="Netball")
    case = make_case(sender=author, submission_id=submission.id, nudged_at=NOON)
    moves.move(session, case, to=S.DRAFTED, by=author.person_id, at=NOON)
    happened = {}
    for day in (13, 14, 15, 28, 29, 30):
        look(session, database, night(day))
        if found := told(session):
            first, *_ = found[author.person.email]
            happened[day] = first.splitlines()[0]
            assert "into the draft “Netball”." in first or day > 14
    assert happened == {
        14: "Your draft waits: it was made of held mail",
        29: "Not sent: your mail to 1 school",
    }
    assert (case.state, submission.state) == (S.LAPSED, State.DRAFT)


@pytest.mark.parametrize(
    ("today", "more", "expected"),
    [
        (date(2026, 11, 26), 0, "2026-11-25"),
        (date(2026, 11, 26), 1, "2026-11-24"),
        (date(2026, 11, 30), 1, "2026-11-26"),  # over a weekend
        (date(2026, 12, 29), 1, "2026-12-23"),  # Christmas: 25 and 28 are bank holidays
    ],
)
def test_the_day_since_which_working_days_have_passed(today, more, expected):
    assert last_overdue_day(today, more).isoformat() == expected


def test_mail_about_it_that_never_left_goes_with_what_it_said(session, authority_id):
    waits, failed, open_still = keep_held(), keep_held(), keep_held()
    mails = session.scalars(sa.select(Mail).order_by(Mail.id)).all()
    mails[1].state = MailState.FAILED
    for case in (waits, failed):
        moves.move(session, case, to=S.WITHDRAWN, by=None, at=NOON)
    session.commit()
    assert emptying.empty_some(session, authority_id, at=NOON + timedelta(days=30)) == 2
    session.expire_all()
    assert [(mail.state, bool(mail.text)) for mail in mails] == [
        (MailState.DROPPED, False),
        (MailState.FAILED, False),
        (MailState.QUEUED, True),
    ]
    assert open_still.emptied_at is None


def test_what_it_said_is_deleted_on_its_day_and_not_before(session, authority_id):
    case = keep_held()
    moves.move(session, case, to=S.WITHDRAWN, by=None, at=NOON)
    day = NOON + timedelta(days=30)
    assert emptying.empty_some(session, authority_id, at=day - timedelta(days=1)) == 0
    assert emptying.empty_some(session, authority_id, at=day) == 1
    assert emptying.empty_some(session, authority_id, at=day) == 0
    session.commit()
    session.expire_all()
    assert session.scalar(sa.select(sa.func.count()).select_from(HeldPart)) == 0
    assert (case.sealed, case.emptied_at) == (None, day)
    with pytest.raises(EmptiedError, match="was deleted on 23 December 2026"):
        open_outline(case, SEAL)
    with pytest.raises(EmptiedError):
        list(pieces.content(session, case, SEAL))
    last = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (last.action, last.detail) == ("bypass.emptied", {"bytes": case.size})


@pytest.mark.sqlite_only
def test_what_waits_is_being_sent_or_is_to_be_reviewed_is_never_emptied(session, authority_id):
    for state in (S.WAITING, S.EXPLAINED, S.DRAFTED, S.RELEASING):
        make_case(state, delete_on=NOON.date())
    make_case(S.RELEASED, is_emergency=True, delete_on=NOON.date())
    assert emptying.empty_some(session, authority_id, at=NOON + timedelta(days=900)) == 0
    emptied = Counter(session.scalars(sa.select(BypassCase.emptied_at)))
    assert emptied == {None: 5}


@pytest.mark.sqlite_only
def test_the_history_says_what_time_did(session, database):
    make_case(kind=CaseKind.REPORTED)
    look(session, database, night(40))
    moved = session.scalars(sa.select(CaseMove)).one()
    assert (moved.by_id, moved.after) == (None, S.LAPSED)
    assert moved.note.startswith("Nobody noted it")
