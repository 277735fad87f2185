"""Changing what was submitted: what keeps an approval, what voids it, what nobody gets round."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from foundation.audit import AuditEntry
from foundation.db import EVERY_AUTHORITY
from gatekeeping.authors import NotYourSubmissionError
from gatekeeping.changes.changing import MeansOtherwiseError, begin_change, submit_change
from gatekeeping.changes.discarding import discard_change
from gatekeeping.changes.effects import Consequence
from gatekeeping.deciding.decisions import approve
from gatekeeping.events import SubmissionApproved
from gatekeeping.models import Attachment, Move, State, Submission, SubmissionVersion
from gatekeeping.registry.standings import look_up
from gatekeeping.sending import send_approved
from gatekeeping.writing.submissions import AlreadySubmittedError, FrozenError, save
from notifications.models import Notice
from notifications.models_mail import Mail
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, OfficerFactory, SchoolFactory
from tests.factories.gatekeeping import make_decision, make_submission, version_of

ADDRESS = "https://portal.example"
DOCUMENT = {
    "body": "The new menus are here. Please put them up. Kitchens open at seven.",
    "send_on": "2026-12-01",
    "categories": ["catering"],
}
LESS = {"body": "The new menus are here. Please put them up."}
MORE = {"body": "The new menus are here. How many pupils will eat them?"}


@pytest.fixture
def officer(session):
    SchoolFactory()
    return OfficerFactory()


@pytest.fixture
def gatekeeper(session):
    return GatekeeperFactory()


def submitted(officer, gatekeeper, state, **facts):
    made = make_submission(
        state,
        author=officer,
        document=DOCUMENT,
        claimed_by=gatekeeper if state is State.IN_REVIEW else None,
        **facts,
    )
    if state in {State.APPROVED, State.SCHEDULED, State.LIVE, State.SUSPENDED}:
        make_decision(made, gatekeeper)
    return made


def change(session, made, officer, values, expected=None):
    begin_change(session, made, by=officer.person, at=NOON)
    save(session, made, values, by=officer.person, at=NOON)
    return submit_change(
        session, made, by=officer.person, expected=expected, at=NOON, address=ADDRESS
    )


@pytest.mark.parametrize(
    ("state", "values", "consequence", "after"),
    [
        (State.TRIAGE, MORE, Consequence.WAITS, State.TRIAGE),
        (State.IN_REVIEW, MORE, Consequence.WAITS, State.IN_REVIEW),
        (State.ESCALATED, LESS, Consequence.WAITS, State.ESCALATED),
        (State.APPROVED_COND, MORE, Consequence.CONFIRMED, State.APPROVED_COND),
        (State.APPROVED, LESS, Consequence.KEEPS, State.APPROVED),
        (State.APPROVED, MORE, Consequence.VOIDS, State.SUSPENDED),
        (State.SCHEDULED, LESS, Consequence.KEEPS, State.SCHEDULED),
        (State.SCHEDULED, MORE, Consequence.VOIDS, State.SUSPENDED),
        (State.LIVE, LESS, Consequence.KEEPS, State.LIVE),
        (State.LIVE, MORE, Consequence.VOIDS, State.SUSPENDED),
        (State.SUSPENDED, MORE, Consequence.SUSPENDED, State.SUSPENDED),
        (State.APPROVED, {}, Consequence.NOTHING, State.APPROVED),
    ],
)
def test_a_change_is_a_new_version_and_keeps_or_voids(
    session, officer, gatekeeper, state, values, consequence, after
):
    made = submitted(officer, gatekeeper, state)
    effect = change(session, made, officer, values)
    assert (effect.consequence, made.state) == (consequence, after)
    assert made.changing_since is None
    assert made.version == (1 if consequence is Consequence.NOTHING else 2)
    session.commit()  # the guards of the database agree
    if made.version == 2:
        assert version_of(made).changes[0]["field"] == "body"
        note = session.scalars(sa.select(Move).order_by(Move.id.desc())).first()
        assert "ersion 2" in note.note
        actions = session.scalars(sa.select(AuditEntry.action)).all()
        assert "submission.changed" in actions


def test_a_gatekeeper_who_reads_it_is_told_of_the_new_version(session, officer, gatekeeper):
    made = submitted(officer, gatekeeper, State.IN_REVIEW)
    change(session, made, officer, MORE)
    mail = session.scalars(sa.select(Mail)).one()
    assert mail.address == gatekeeper.person.email
    assert made.claimed_by_id == gatekeeper.person_id


def test_what_others_see_and_send_by_stays_until_the_change_is_sent(session, officer, gatekeeper):
    made = submitted(officer, gatekeeper, State.SCHEDULED)
    begin_change(session, made, by=officer.person, at=NOON)
    values = {"title": "Another", "send_on": "2027-01-12", "kind": "data_request"}
    save(session, made, values, by=officer.person, at=NOON)
    assert (made.title, made.send_on) == ("Menus for the spring term", date(2026, 12, 1))
    assert made.kind.value == "communication"


def test_small_changes_do_not_add_up_to_a_large_one(session, officer, gatekeeper):
    made = submitted(officer, gatekeeper, State.SCHEDULED)
    text = DOCUMENT["body"]
    assert change(session, made, officer, {"body": text.replace("menus", "menuz")}).consequence is (
        Consequence.KEEPS
    )
    for old, new in (("Please", "Pleaze"), ("Kitchens", "Kitchenz"), ("open", "opem")):
        text = made.document["body"].replace(old, new)
        last = change(session, made, officer, {"body": text})
    assert last.consequence is Consequence.VOIDS


def test_a_date_that_the_checks_ask_about_is_more(session, officer, gatekeeper):
    made = submitted(officer, gatekeeper, State.SCHEDULED)
    effect = change(session, made, officer, {"send_on": "2026-12-25"})
    assert effect.consequence is Consequence.VOIDS
    assert [each.field for each in effect.changes] == ["send_on", "checks"]


def test_who_was_told_something_else_is_asked_again(session, officer, gatekeeper):
    made = submitted(officer, gatekeeper, State.APPROVED)
    with pytest.raises(MeansOtherwiseError):
        change(session, made, officer, MORE, expected=Consequence.WAITS)
    assert made.version == 1


@pytest.mark.parametrize(
    "state", [State.REFUSED, State.WITHDRAWN, State.LAPSED, State.CLOSED, State.EXPIRED]
)
@pytest.mark.sqlite_only
def test_what_is_over_cannot_be_changed(session, officer, state):
    made = make_submission(state, author=officer)
    with pytest.raises(FrozenError):
        begin_change(session, made, by=officer.person, at=NOON)


@pytest.mark.sqlite_only
def test_only_the_team_changes_and_only_once(session, officer, gatekeeper):
    made = submitted(officer, gatekeeper, State.TRIAGE)
    with pytest.raises(NotYourSubmissionError):
        begin_change(session, made, by=gatekeeper.person, at=NOON)
    with pytest.raises(FrozenError):
        save(session, made, LESS, by=officer.person, at=NOON)
    change(session, made, officer, LESS)
    with pytest.raises(AlreadySubmittedError):
        submit_change(session, made, by=officer.person, at=NOON, address=ADDRESS)


@pytest.mark.sqlite_only
def test_what_came_back_is_a_draft_again_once_it_is_mended(session, officer):
    made = make_submission(State.RETURNED, author=officer)
    begin_change(session, made, by=officer.person, at=NOON)
    begin_change(session, made, by=officer.person, at=NOON)
    assert made.state is State.DRAFT


@pytest.mark.sqlite_only
def test_a_discarded_change_leaves_text_and_files_as_they_were(session, officer, gatekeeper):
    made = submitted(officer, gatekeeper, State.TRIAGE)
    version = version_of(made)
    file = {
        "id": 1,
        "name": "a.pdf",
        "media_type": "application/pdf",
        "size": 1,
        "sha256": "1" * 64,
    }
    version.attachments = [file]
    begin_change(session, made, by=officer.person, at=NOON)
    save(session, made, MORE, by=officer.person, at=NOON)
    session.add(
        Attachment(
            authority_id=made.authority_id,
            submission_id=made.id,
            sha256="2" * 64,
            name="b.pdf",
            media_type="application/pdf",
            size=1,
            added_by_id=officer.person_id,
            added_at=NOON,
        )
    )
    session.flush()
    for _ in range(2):
        discard_change(session, made, by=officer.person, at=NOON)
    assert made.document["body"] == DOCUMENT["body"]
    assert [each.name for each in made.attachments] == ["a.pdf"]
    assert made.changing_since is None


def test_a_kept_correction_shows_where_schools_have_it_already(session, officer, gatekeeper):
    made = submitted(officer, gatekeeper, State.SCHEDULED)
    event = SubmissionApproved(made.authority_id, made.id, version_of(made).id)
    send_approved(session, event, NOON + timedelta(days=10))
    assert made.state is State.LIVE
    change(session, made, officer, {**LESS, "due_on": None})
    notice = session.scalars(sa.select(Notice).execution_options(populate_existing=True)).one()
    assert (notice.body, notice.reference) == (LESS["body"], f"{made.number} v2")


@pytest.mark.parametrize(("values", "sent"), [(LESS, 1), (MORE, 0)])
def test_a_version_that_lost_its_approval_is_never_sent(session, officer, gatekeeper, values, sent):
    made = submitted(officer, gatekeeper, State.APPROVED)
    old = SubmissionApproved(made.authority_id, made.id, version_of(made).id)
    change(session, made, officer, values)
    later = NOON + timedelta(days=30)
    send_approved(session, old, later)
    assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 0
    new = SubmissionApproved(made.authority_id, made.id, version_of(made).id)
    send_approved(session, new, later)
    assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == sent


def test_changing_and_sending_at_the_same_moment_never_sends_what_was_not_approved(
    database, session, officer, gatekeeper
):
    made = submitted(officer, gatekeeper, State.SCHEDULED)
    begin_change(session, made, by=officer.person, at=NOON)
    save(session, made, MORE, by=officer.person, at=NOON)
    event = SubmissionApproved(made.authority_id, made.id, version_of(made).id)
    made_id, person = made.id, officer.person
    session.commit()
    together = Barrier(2)

    def send():
        together.wait(10)
        with database.transaction(authority=EVERY_AUTHORITY) as opened:
            send_approved(opened, event, NOON + timedelta(days=30))

    def alter():
        together.wait(10)
        with database.transaction(authority=EVERY_AUTHORITY) as opened:
            found = opened.get_one(Submission, made_id)
            submit_change(opened, found, by=person, at=NOON, address=ADDRESS)

    with ThreadPoolExecutor(2) as pool:
        for outcome in [pool.submit(send), pool.submit(alter)]:
            outcome.exception()
    session.expire_all()
    body = session.scalars(sa.select(Notice.body)).all()
    assert body in ([], [DOCUMENT["body"]])
    assert session.get_one(Submission, made_id).state in {State.SUSPENDED, State.LIVE}


def test_two_who_send_the_same_change_at_once_make_one_version(
    database, session, officer, gatekeeper
):
    made = submitted(officer, gatekeeper, State.TRIAGE)
    begin_change(session, made, by=officer.person, at=NOON)
    save(session, made, MORE, by=officer.person, at=NOON)
    made_id, person = made.id, officer.person
    session.commit()
    together = Barrier(2)

    def send():
        together.wait(10)
        with database.transaction(authority=EVERY_AUTHORITY) as opened:
            found = opened.get_one(Submission, made_id)
            submit_change(opened, found, by=person, at=NOON, address=ADDRESS)

    with ThreadPoolExecutor(2) as pool:
        outcomes = [pool.submit(send) for _ in range(2)]
    assert sorted(type(each.exception()).__name__ for each in outcomes) == [
        "AlreadySubmittedError",
        "NoneType",
    ]
    session.expire_all()
    versions = session.scalars(sa.select(SubmissionVersion.version)).all()
    assert sorted(versions) == [1, 2]


def test_a_voided_approval_is_given_again_by_a_gatekeeper_and_the_new_version_goes_out(
    session, officer, gatekeeper
):
    made = submitted(officer, gatekeeper, State.LIVE, sent_at=NOON)
    change(session, made, officer, MORE)
    other = GatekeeperFactory()
    approve(session, made, by=other.person, version=2, reason="Needed.", at=NOON, address=ADDRESS)
    session.commit()
    assert made.state in {State.APPROVED, State.LIVE}


@pytest.mark.parametrize(("values", "standing"), [(LESS, "current"), (MORE, "suspended")])
def test_paper_with_the_older_version_counts_while_the_newer_asks_no_more(
    session, officer, gatekeeper, values, standing
):
    made = submitted(officer, gatekeeper, State.LIVE, sent_at=NOON)
    change(session, made, officer, values)
    answer = look_up(session, f"{made.number} v1", on=NOON.date())
    assert answer.standing.value == standing
