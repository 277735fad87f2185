from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from directory.models import Person
from foundation.audit import AuditEntry
from gatekeeping.authors import NotYourSubmissionError
from gatekeeping.changes.renewing import copy_as_draft
from gatekeeping.changes.since_frozen import changed_since_frozen
from gatekeeping.documents import DocumentError
from gatekeeping.models import (
    Kind,
    Move,
    State,
    StoredFinding,
    StoredMeaning,
    Submission,
    SubmissionVersion,
)
from gatekeeping.moves import MoveRefusedError
from gatekeeping.registry.numbers import parse_number
from gatekeeping.writing.freezing import freeze
from gatekeeping.writing.lacking import IncompleteError
from gatekeeping.writing.submissions import (
    AlreadySubmittedError,
    FrozenError,
    StaleError,
    save,
    seen,
    start_draft,
    submit,
    withdraw,
)
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, OfficerFactory, SchoolFactory, TeamFactory
from tests.factories.gatekeeping import make_submission

READY = {
    "title": "Menus",
    "body": "Please sign in ink.",
    "audience": {"all": True},
    "send_on": "2026-12-01",
    "categories": ["catering"],
}


@pytest.fixture
def officer(session):
    SchoolFactory()
    GatekeeperFactory()
    return OfficerFactory()


def draft(session, officer, kind=Kind.COMMUNICATION, **changes):
    made = start_draft(session, by=officer, kind=kind, at=NOON)
    save(session, made, {**READY, **changes}, by=officer.person, at=NOON)
    return made


def test_a_draft_knows_its_author_and_team(session, officer):
    made = start_draft(session, by=officer, kind=Kind.DATA_REQUEST, title="Meals", at=NOON)
    assert (made.state, made.kind, made.title) == (State.DRAFT, Kind.DATA_REQUEST, "Meals")
    assert made.document["author"] == officer.person.email
    assert made.document["team"] == officer.team.name


def test_saving_merges_a_page_into_the_document_and_its_lists(session, officer):
    made = draft(session, officer)
    save(session, made, {"due_on": "2026-12-20"}, by=officer.person, at=NOON)
    assert made.document["title"] == made.title == "Menus"
    assert made.due_on == date(2026, 12, 20)


def test_what_follows_from_the_author_cannot_be_saved_from_a_form(session, officer):
    made = draft(session, officer, author="other@x.example", team="Other", number="888")
    assert made.document["author"] == officer.person.email
    assert made.document["number"] == ""


def test_colleagues_may_write_and_others_may_not(session, officer):
    made = draft(session, officer)
    save(session, made, {"title": "A"}, by=OfficerFactory(team=officer.team).person, at=NOON)
    other = OfficerFactory(team=TeamFactory())
    for verb in (
        lambda: save(session, made, {"title": "B"}, by=other.person, at=NOON),
        lambda: submit(session, made, by=other.person, at=NOON),
        lambda: withdraw(session, made, by=other.person, at=NOON),
        lambda: copy_as_draft(session, made, by=other, at=NOON),
    ):
        with pytest.raises(NotYourSubmissionError):
            verb()
    assert made.title == "A"


def test_a_colleague_who_has_left_the_team_may_not_write(session, officer):
    made = draft(session, officer)
    former = OfficerFactory(team=officer.team, ended_at=NOON)
    with pytest.raises(NotYourSubmissionError):
        save(session, made, {"title": "B"}, by=former.person, at=NOON)


def test_two_tabs_on_one_page_are_told_apart_and_on_two_pages_are_not(session, officer):
    made = draft(session, officer)
    mark = seen(made.document, ["title"])
    save(session, made, {"body": "Other"}, by=officer.person, at=NOON)
    save(session, made, {"title": "New"}, by=officer.person, at=NOON, mark=mark)
    with pytest.raises(StaleError):
        save(session, made, {"title": "Newer"}, by=officer.person, at=NOON, mark=mark)
    assert made.title == "New"


def test_values_that_a_document_cannot_hold_are_refused(session, officer):
    made = draft(session, officer)
    with pytest.raises(DocumentError):
        save(session, made, {"title": "x" * 301}, by=officer.person, at=NOON)


def test_submitting_freezes_checks_numbers_and_queues(session, officer):
    made = draft(session, officer)
    submit(session, made, by=officer.person, at=NOON)
    assert made.state is State.TRIAGE
    assert made.submitted_at == NOON
    number = parse_number(made.number or "")
    assert number is not None
    assert number.is_valid
    assert (number.letter, number.school_year) == ("C", "2627")
    version = session.scalars(sa.select(SubmissionVersion)).one()
    assert (version.version, version.schools, version.document) == (1, 1, made.document)
    assert version.burden["rates"] == "2025-26"
    assert [found.rule for found in version.findings] == ["K30"]
    assert session.scalar(sa.select(sa.func.count()).select_from(StoredMeaning)) == 1
    moves = session.scalars(sa.select(Move).order_by(Move.id)).all()
    assert [(move.before, move.after) for move in moves] == [
        (State.DRAFT, State.SUBMITTED),
        (State.SUBMITTED, State.TRIAGE),
    ]
    entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.sequence.desc())).first()
    assert entry.action == "submission.submitted"
    assert "Menus" not in str(entry.detail)


def test_submitting_twice_submits_once(session, officer):
    made = draft(session, officer)
    submit(session, made, by=officer.person, at=NOON)
    number = made.number
    with pytest.raises(AlreadySubmittedError):
        submit(session, made, by=officer.person, at=NOON)
    assert made.number == number
    assert session.scalar(sa.select(sa.func.count()).select_from(SubmissionVersion)) == 1


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("kind", "changes", "sections"),
    [
        (Kind.COMMUNICATION, {"title": ""}, ["about"]),
        (Kind.COMMUNICATION, {"body": ""}, ["text"]),
        (Kind.COMMUNICATION, {"audience": {}}, ["audience"]),
        (Kind.COMMUNICATION, {"audience": {"urns": [999999]}}, ["audience"]),
        (Kind.COMMUNICATION, {"send_on": None}, ["dates"]),
        (Kind.COMMUNICATION, {"send_on": "2026-11-22"}, ["dates"]),
        (Kind.COMMUNICATION, {"send_on": "2026-11-23"}, []),
        (Kind.COMMUNICATION, {"due_on": "2026-12-01"}, ["dates"]),
        (Kind.COMMUNICATION, {"categories": []}, []),
        (Kind.DATA_REQUEST, {}, ["dates"]),
        (Kind.DATA_REQUEST, {"due_on": "2026-12-20"}, []),
        (Kind.COMMUNICATION, {"title": "", "body": ""}, ["about", "text"]),
    ],
)
def test_what_is_indispensable_is_asked_for_all_at_once(session, officer, kind, changes, sections):
    made = draft(session, officer, kind=kind, **changes)
    if not sections:
        submit(session, made, by=officer.person, at=NOON)
        assert made.state is State.TRIAGE
        return
    with pytest.raises(IncompleteError) as refusal:
        submit(session, made, by=officer.person, at=NOON)
    assert [lack.section for lack in refusal.value.lacks] == sections
    assert (made.state, made.number) == (State.DRAFT, None)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("changes", "letter"),
    [
        ({"due_on": "2026-12-20", "voluntary": True}, "C"),
        ({"renews": "888-2526-C-00001-A"}, "R"),
        ({"emergency": True, "emergency_grounds": "Flood"}, "E"),
    ],
)
def test_the_number_tells_what_it_is(session, officer, changes, letter):
    made = draft(session, officer, **changes)
    submit(session, made, by=officer.person, at=NOON)
    assert made.number.split("-")[2] == letter


def test_a_second_version_keeps_the_number(session, officer):
    made = draft(session, officer)
    submit(session, made, by=officer.person, at=NOON)
    number, first = made.number, session.scalars(sa.select(SubmissionVersion)).one()
    made.state = State.CHALLENGED
    assert not changed_since_frozen(made, first)
    save(session, made, {"body": "Please sign in."}, by=officer.person, at=NOON)
    assert changed_since_frozen(made, first)
    second = freeze(session, made, by=officer.person_id, at=NOON + timedelta(hours=1))
    assert (made.number, made.version, second.version) == (number, 2, 2)
    assert first.document["body"] == "Please sign in ink."
    findings = session.scalars(sa.select(StoredFinding.version_id)).all()
    assert findings == [first.id]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("state", [State.TRIAGE, State.IN_REVIEW, State.LIVE, State.WITHDRAWN])
def test_what_was_submitted_is_not_changed(session, officer, state):
    made = make_submission(state, author=officer)
    with pytest.raises(FrozenError):
        save(session, made, {"title": "Other"}, by=officer.person, at=NOON)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        (State.DRAFT, True),
        (State.TRIAGE, True),
        (State.IN_REVIEW, True),
        (State.CHALLENGED, True),
        (State.WITHDRAWN, True),
        (State.RETURNED, True),
        (State.ESCALATED, True),
        (State.APPROVED_COND, True),
        (State.APPROVED, True),
        (State.SCHEDULED, True),
        (State.LIVE, False),
        (State.SUSPENDED, False),
        (State.REFUSED, False),
    ],
)
def test_only_what_is_not_with_schools_can_be_withdrawn(session, officer, state, allowed):
    made = make_submission(state, author=officer)
    if allowed:
        withdraw(session, made, by=officer.person, at=NOON)
        withdraw(session, made, by=officer.person, at=NOON)
        assert made.state is State.WITHDRAWN
    else:
        with pytest.raises(MoveRefusedError):
            withdraw(session, made, by=officer.person, at=NOON)


def test_a_copy_is_a_new_draft_of_ones_own_without_dates_and_number(session, officer):
    made = draft(session, officer)
    submit(session, made, by=officer.person, at=NOON)
    colleague = OfficerFactory(team=officer.team)
    copy = copy_as_draft(session, made, by=colleague, at=NOON)
    assert (copy.state, copy.number, copy.version) == (State.DRAFT, None, 0)
    assert copy.document["body"] == made.document["body"]
    assert copy.document["author"] == colleague.person.email
    assert copy.send_on is None


def test_two_who_submit_at_the_same_moment_submit_once(database, session, officer):
    made = draft(session, officer)
    session.commit()
    together = Barrier(2)

    def submit_it(_place):
        with database.session(authority=made.authority_id) as own:
            together.wait()
            found = own.get_one(Submission, made.id)
            try:
                submit(own, found, by=own.get_one(Person, officer.person_id), at=NOON)
                own.commit()
            except (AlreadySubmittedError, StaleDataError):
                return "refused"
            return found.number

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(submit_it, range(2)))
    assert sorted(answers)[1] == "refused"
    assert session.scalar(sa.select(sa.func.count()).select_from(SubmissionVersion)) == 1


def test_a_button_pressed_twice_begins_one_draft(session):
    officer = OfficerFactory()
    first, second = (
        start_draft(session, by=officer, kind=Kind.COMMUNICATION, title="Menus", at=moment)
        for moment in (NOON, NOON + timedelta(seconds=2))
    )
    assert first.id == second.id
    later = NOON + timedelta(minutes=1)
    third = start_draft(session, by=officer, kind=Kind.COMMUNICATION, title="Menus", at=later)
    other = start_draft(session, by=officer, kind=Kind.DATA_REQUEST, title="Menus", at=later)
    assert len({first.id, third.id, other.id}) == 3


def test_a_copy_asked_for_twice_is_made_once(session):
    officer = OfficerFactory()
    original = make_submission(State.LIVE, author=officer)
    copies = {copy_as_draft(session, original, by=officer, at=NOON).id for _ in range(2)}
    assert len(copies) == 1
