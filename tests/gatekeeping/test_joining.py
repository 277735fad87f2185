"""Joining for real: the parent's new version, what it saves, and every way of undoing it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from foundation.errors import Refusal
from gatekeeping.alike.index import remember
from gatekeeping.burden import recompute
from gatekeeping.changes.changing import begin_change, submit_change
from gatekeeping.deciding.conflicts import ConflictError
from gatekeeping.deciding.decisions import approve
from gatekeeping.deciding.leases import claim
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import (
    Attachment,
    Decision,
    Joining,
    JoiningKind,
    Move,
    PendingDecision,
    State,
    Submission,
    SubmissionVersion,
    Track,
    Verb,
)
from gatekeeping.uniting import parting
from gatekeeping.uniting.merging import NoParentError
from gatekeeping.uniting.records import joining_of
from gatekeeping.uniting.saved import saved_in
from gatekeeping.writing.submissions import save, withdraw
from tests.deciding import PLACE, act, mails
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, OfficerFactory
from tests.factories.gatekeeping import make_decision, make_submission, version_of
from tests.joining import HUNGER, MEALS, make_request, make_schools

LATER = NOON + timedelta(hours=2)


@pytest.fixture
def schools(session):
    make_schools(3, 1)


@pytest.fixture
def child(schools, gatekeeper):
    return make_request(HUNGER, 4, State.IN_REVIEW, claimed_by=gatekeeper)


@pytest.fixture
def parent(schools):
    return make_request(MEALS, 3)


def asked(submission):
    return [(item["name"], item["asked_by"]) for item in submission.document["items"]]


def names(submission):
    return [item["name"] for item in submission.document["items"]]


def join(session, child, parent, by, **values):
    act(session, child, Verb.MERGE, by, into=parent.number, **values)
    session.flush()
    return joining_of(session, child)


class TestUniting:
    def test_the_parents_next_version_asks_for_both_and_all_is_written_down(
        self, session, child, parent, gatekeeper
    ):
        joining = join(session, child, parent, gatekeeper)
        session.commit()  # the guards of the database agree
        assert (child.state, child.merged_into_id) == (State.MERGED, parent.id)
        assert (parent.state, parent.version, parent.schools) == (State.TRIAGE, 2, 4)
        assert asked(parent) == [
            ("Pupils eligible for free school meals", f"{parent.number}, {child.number}"),
            ("Meals served each day", parent.number),
            ("Holiday clubs at the school", child.number),
        ]
        newest = version_of(parent)
        assert newest.submitted_by_id == parent.author_id
        assert {change["field"] for change in newest.changes} >= {"items", "audience", "body"}
        note = session.scalars(sa.select(Move).order_by(Move.id.desc())).first().note
        assert note.startswith(f"No. {child.number} was joined to it. Version 2")
        assert (joining.kind, joining.after_id) == (JoiningKind.UNITED, newest.id)
        assert joining.base_id == joining.before_id != newest.id
        assert [item["take"] for item in joining.brought["items"]] == ["same", "as_well"]

    @pytest.mark.sqlite_only
    def test_the_saving_can_be_worked_out_again_from_what_is_kept(
        self, session, child, parent, gatekeeper
    ):
        joining = join(session, child, parent, gatekeeper)
        # three primaries: 41 + what HUNGER adds (15 gather, 5 complete, 1 send); one other: 52
        assert version_of(parent).burden["minutes"] == {"office": 3 * 62 + 52}
        parts = []
        for row in (joining.before_id, joining.child_version_id, joining.after_id):
            version = session.get_one(SubmissionVersion, row)
            document = SubmissionDocument.read(version.document)
            cost = recompute(document, version.schools, version.burden)
            parts.append((sum(cost.minutes.values()), cost.expected_pence))
        (one, pence), (two, more), (both, together) = parts
        assert joining.saving_minutes == one + two - both == 123 + 208 - 238
        assert joining.saving_pence == pence + more - together
        assert joining.saving_why == ""

    @pytest.mark.sqlite_only
    def test_a_heavy_whole_needs_two_gatekeepers(self, session, child, parent, gatekeeper):
        child.document = {**child.document, "personal_data": "special"}
        version_of(child).document = child.document
        join(session, child, parent, gatekeeper)
        assert parent.track is Track.HIGH

    @pytest.mark.sqlite_only
    def test_the_whole_is_no_duplicate_of_what_it_holds(self, session, child, parent, gatekeeper):
        for made in (child, parent):
            remember(session, version_of(made))
        join(session, child, parent, gatekeeper)
        found = {finding.rule for finding in version_of(parent).findings}
        assert found
        assert "K10" not in found

    @pytest.mark.sqlite_only
    def test_two_texts_that_only_tell_become_one(self, session, schools, gatekeeper):
        told = {"audience": {"all": True}, "send_on": "2027-01-12"}
        parent = make_submission(document={**told, "body": "Term begins on Monday."})
        child = make_submission(
            State.IN_REVIEW,
            claimed_by=gatekeeper,
            document={**told, "title": "Gates", "body": "The gates open at eight."},
        )
        joining = join(session, child, parent, gatekeeper)
        body = parent.document["body"]
        assert body.startswith("Term begins on Monday.")
        assert body.endswith("The gates open at eight.")
        assert joining.brought["items"] == []
        withdraw(session, child, by=child.author, at=LATER, address=PLACE)
        assert parent.document["body"] == "Term begins on Monday."

    @pytest.mark.sqlite_only
    def test_items_can_be_left_out(self, session, child, parent, gatekeeper):
        joining = join(session, child, parent, gatekeeper, items={"1": "out"})
        assert "Holiday clubs at the school" not in names(parent)
        assert [item["take"] for item in joining.brought["items"]] == ["same", "out"]

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize(
        ("state", "after"),
        [
            (State.IN_REVIEW, State.IN_REVIEW),
            (State.CHALLENGED, State.CHALLENGED),
            (State.APPROVED_COND, State.APPROVED_COND),
            (State.SCHEDULED, State.SUSPENDED),
            (State.SUSPENDED, State.SUSPENDED),
        ],
    )
    def test_what_it_does_to_the_parent_follows_from_its_state(
        self, session, child, gatekeeper, other, state, after
    ):
        parent = make_request(
            MEALS, 3, state, claimed_by=other if state is State.IN_REVIEW else None
        )
        if state in {State.APPROVED, State.SCHEDULED, State.SUSPENDED}:
            make_decision(parent, other)
        join(session, child, parent, gatekeeper)
        assert (parent.state, parent.version) == (after, 2)
        told = [mail for mail in mails(session) if mail.address == other.person.email]
        assert len(told) == (after is State.SUSPENDED != state or state is State.IN_REVIEW)

    @pytest.mark.sqlite_only
    def test_with_schools_already_its_answers_are_reused_and_it_stays(
        self, session, child, gatekeeper, other
    ):
        parent = make_request(MEALS, 3, State.LIVE, sent_at=NOON)
        joining = join(session, child, parent, gatekeeper)
        assert (parent.version, joining.kind) == (1, JoiningKind.REUSED)
        assert [item["take"] for item in joining.brought["items"]] == ["same", "out"]
        # of 208 minutes: the other school's 52, and for three half of 40, with 12 of the rest
        assert joining.saving_minutes == 208 - 52 - 3 * 32
        nothing = make_request({**HUNGER, "items": [{"name": "Fire drills"}]}, 4)
        claim(session, nothing, by=gatekeeper.person, at=NOON)
        with pytest.raises(Refusal, match="no answers to reuse"):
            join(session, nothing, parent, gatekeeper)

    @pytest.mark.sqlite_only
    def test_files_go_with_it_and_out_again(self, session, child, parent, gatekeeper):
        for made, digest in ((parent, "a" * 64), (child, "b" * 64)):
            file = {"name": "form.docx", "media_type": "x", "size": 1, "sha256": digest}
            session.add(
                Attachment(
                    authority_id=made.authority_id,
                    submission_id=made.id,
                    added_by_id=made.author_id,
                    added_at=NOON,
                    text="words",
                    **file,
                )
            )
            version_of(made).attachments = [file]
            made.document = {**made.document, "attachments": ["form.docx"]}
            version_of(made).document = made.document
        session.flush()
        joining = join(session, child, parent, gatekeeper)
        listed = [file["name"] for file in version_of(parent).attachments]
        assert listed == ["form.docx", f"form ({child.number}).docx"]
        parting.part(session, joining, by=gatekeeper.person, reason="No.", at=NOON, address=PLACE)
        assert [file["name"] for file in version_of(parent).attachments] == ["form.docx"]
        assert parent.document["attachments"] == ["form.docx"]

    @pytest.mark.sqlite_only
    def test_both_are_told_what_became_of_it(self, session, child, parent, gatekeeper):
        join(session, child, parent, gatekeeper)
        told = {mail.address: mail.text for mail in mails(session)}
        assert "Asked as well: “Holiday clubs at the school”" in told[parent.author.email]
        assert "It spares schools 1.6 hours a year" in told[parent.author.email]
        wanted = session.scalars(sa.select(Decision.verb).order_by(Decision.id)).all()
        assert wanted == [Verb.MERGE, Verb.TAKE_IN]


class TestRefused:
    @pytest.mark.sqlite_only
    def test_while_a_decision_on_the_parent_can_be_undone(
        self, session, child, parent, gatekeeper, other
    ):
        session.add(
            PendingDecision(
                authority_id=parent.authority_id,
                submission_id=parent.id,
                verb=Verb.APPROVE,
                version=1,
                values={},
                by_id=other.person_id,
                made_at=NOON,
                due_at=LATER,
            )
        )
        session.flush()
        with pytest.raises(NoParentError, match="within a minute or two"):
            join(session, child, parent, gatekeeper)
        assert child.state is State.IN_REVIEW

    @pytest.mark.sqlite_only
    def test_while_its_officer_changes_it(self, session, child, parent, gatekeeper):
        parent.changing_since = NOON
        with pytest.raises(NoParentError, match="is changing"):
            join(session, child, parent, gatekeeper)

    @pytest.mark.sqlite_only
    def test_when_the_parent_is_not_the_one_that_was_looked_at(
        self, session, child, parent, gatekeeper
    ):
        with pytest.raises(NoParentError, match="version 1 now"):
            join(session, child, parent, gatekeeper, parent_version=2)

    @pytest.mark.sqlite_only
    def test_to_an_emergency(self, session, child, parent, gatekeeper):
        parent.track = Track.EMERGENCY
        with pytest.raises(NoParentError, match="emergency"):
            join(session, child, parent, gatekeeper)

    @pytest.mark.sqlite_only
    def test_by_somebody_with_a_stake_in_the_parent(self, session, child, gatekeeper):
        colleague = OfficerFactory()
        gatekeeper.team_id = colleague.team_id
        parent = make_request(MEALS, 3, author=colleague)
        with pytest.raises(ConflictError):
            join(session, child, parent, gatekeeper)


class TestUndoing:
    @pytest.fixture
    def joining(self, session, child, parent, gatekeeper):
        return join(session, child, parent, gatekeeper)

    def test_a_withdrawn_child_leaves_the_parent_with_what_remains(
        self, session, joining, child, parent
    ):
        withdraw(session, child, by=child.author, at=LATER, address=PLACE)
        session.commit()
        assert (child.state, child.merged_into_id) == (State.WITHDRAWN, None)
        assert (parent.state, parent.version, parent.schools) == (State.TRIAGE, 3, 3)
        first = session.scalars(
            sa.select(SubmissionVersion.document).where(
                SubmissionVersion.submission_id == parent.id, SubmissionVersion.version == 1
            )
        ).one()
        assert parent.document == first
        assert joining.undone_at == LATER
        assert joining.undone_version_id == version_of(parent).id
        assert "was withdrawn" in mails(session)[-1].text

    @pytest.mark.sqlite_only
    def test_what_remains_is_not_found_to_be_like_what_was_withdrawn(
        self, session, joining, child, parent
    ):
        remember(session, version_of(child))
        withdraw(session, child, by=child.author, at=LATER, address=PLACE)
        session.commit()
        named = [finding.detail.get("submission") for finding in version_of(parent).findings]
        assert child.id not in named

    def test_an_approval_of_the_whole_survives_that(self, session, joining, child, parent, other):
        make_decision(parent, other)
        parent.state, parent.expires_on = State.SCHEDULED, NOON.date() + timedelta(days=200)
        session.flush()
        withdraw(session, child, by=child.author, at=LATER, address=PLACE)
        session.commit()
        assert (parent.state, parent.version) == (State.SCHEDULED, 3)
        assert {change["weight"] for change in version_of(parent).changes} <= {"less", "same"}

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize("state", [State.LAPSED, State.EXPIRED])
    def test_a_parent_that_is_not_sent_gives_the_child_back_and_the_saving(
        self, session, joining, child, parent, state
    ):
        own = child.document
        parent.state = state
        session.flush()
        made = parting.give_back_due(session, parent.authority_id, at=LATER, address=PLACE)
        assert (made, child.state, child.document) == (1, State.TRIAGE, own)
        assert joining.undone_at == LATER
        assert saved_in(session, parent.authority_id, NOON.date()).minutes == 0

    @pytest.mark.sqlite_only
    def test_a_gatekeeper_takes_them_apart(self, session, joining, child, parent, gatekeeper):
        parting.part(session, joining, by=gatekeeper.person, reason="No.", at=LATER, address=PLACE)
        assert (child.state, parent.version, names(parent)) == (
            State.TRIAGE,
            3,
            [item["name"] for item in MEALS["items"]],
        )
        assert len([mail for mail in mails(session) if "No longer joined" in mail.subject]) == 2
        with pytest.raises(parting.PartedError):
            parting.part(
                session, joining, by=gatekeeper.person, reason="No.", at=LATER, address=PLACE
            )
        claim(session, child, by=gatekeeper.person, at=LATER)
        again = join(session, child, parent, gatekeeper)
        assert again.id != joining.id

    @pytest.mark.sqlite_only
    def test_not_once_schools_have_it(self, session, joining, parent, gatekeeper):
        parent.sent_at = NOON
        with pytest.raises(parting.SentError):
            parting.part(
                session, joining, by=gatekeeper.person, reason="No.", at=LATER, address=PLACE
            )

    @pytest.mark.sqlite_only
    def test_of_three_in_one_the_middle_one_can_go(
        self, session, joining, child, parent, gatekeeper
    ):
        third = make_request(
            {
                **HUNGER,
                "title": "Clubs of the summer",
                "items": [{"name": "Holiday clubs at the school"}, {"name": "Fire drills held"}],
                "audience": {"phases": ["secondary"]},
            },
            1,
            State.IN_REVIEW,
            claimed_by=gatekeeper,
        )
        last = join(session, third, parent, gatekeeper)
        shared = f"{child.number}, {third.number}"
        assert dict(asked(parent))["Holiday clubs at the school"] == shared
        assert last.base_id == joining.base_id
        # at the secondary school: HUNGER's 52, and the half of gathering and filling in beside
        assert version_of(parent).burden["minutes"] == {"office": 3 * 62 + 52 + 20}
        withdraw(session, child, by=child.author, at=LATER, address=PLACE)
        assert asked(parent)[2:] == [
            ("Holiday clubs at the school", third.number),
            ("Fire drills held", third.number),
        ]
        assert parent.schools == 4
        assert version_of(parent).burden["minutes"] == {"office": 3 * 41 + 52}
        withdraw(session, third, by=third.author, at=LATER, address=PLACE)
        assert (parent.schools, names(parent)) == (3, [item["name"] for item in MEALS["items"]])
        assert version_of(parent).burden["minutes"] == {"office": 3 * 41}

    @pytest.mark.sqlite_only
    def test_what_the_officer_has_edited_stays_and_is_said(self, session, joining, child, parent):
        items = [dict(item) for item in parent.document["items"]]
        items[2]["definition"] = "Only those of the school itself"
        effort = [{**parent.document["effort"][0], "schools": None, "asked_by": ""}]
        begin_change(session, parent, by=parent.author, at=NOON)
        values = {"items": items, "effort": effort}
        save(session, parent, values, by=parent.author, at=NOON)
        submit_change(session, parent, by=parent.author, at=NOON, address=PLACE)
        withdraw(session, child, by=child.author, at=LATER, address=PLACE)
        assert names(parent)[2] == "Holiday clubs at the school"
        assert parent.document["effort"] == effort
        assert joining.kept == [
            "“Holiday clubs at the school”, which its officer has changed since",
            "schools or work, which its officer has changed since",
        ]
        assert "Stays in yours" in mails(session)[-1].text
        assert "Also for" not in parent.document["body"]

    @pytest.mark.sqlite_only
    def test_schools_that_have_the_whole_keep_it_with_what_remains(
        self, session, joining, child, parent, other
    ):
        make_decision(parent, other)
        parent.state, parent.sent_at = State.LIVE, NOON
        parent.expires_on = NOON.date() + timedelta(days=200)
        session.flush()
        withdraw(session, child, by=child.author, at=LATER, address=PLACE)
        assert (parent.state, parent.version) == (State.LIVE, 3)
        assert "Also for" not in parent.document["body"]

    @pytest.mark.sqlite_only
    def test_a_parent_that_an_appeal_brings_back_comes_without_the_child(
        self, session, joining, child, parent, other
    ):
        make_decision(parent, other, Verb.REFUSE)
        parent.state = State.REFUSED
        session.flush()
        parting.give_back(session, parent, at=LATER, address=PLACE)
        parent.state = State.APPEAL
        session.flush()
        parent.state = State.IN_REVIEW
        for _ in range(2):
            parting.settle(session, parent, by=other.person, at=LATER, address=PLACE)
        assert (parent.version, parent.schools) == (3, 3)
        assert "Holiday clubs at the school" not in names(parent)

    @pytest.mark.sqlite_only
    def test_the_child_cannot_leave_while_a_decision_on_the_parent_can_be_undone(
        self, session, joining, child, parent, other
    ):
        parent.changing_since = NOON
        with pytest.raises(NoParentError):
            withdraw(session, child, by=child.author, at=LATER, address=PLACE)
        assert child.state is State.MERGED


def test_two_joined_at_once_are_both_in_the_whole(database, authority_id, session):
    make_schools(3, 1)
    one, two = GatekeeperFactory(), GatekeeperFactory()
    parent = make_request(MEALS, 3)
    children = [
        make_request({**HUNGER, "items": [{"name": name}]}, 4, State.IN_REVIEW, claimed_by=hat)
        for name, hat in (("Holiday clubs", one), ("Fire drills held", two))
    ]
    session.commit()
    start = Barrier(2)

    def work(pair):
        child_id, person_id = pair
        with database.transaction(authority=authority_id) as own:
            start.wait()
            hat = own.get_one(type(one), person_id)
            return act(own, own.get_one(Submission, child_id), Verb.MERGE, hat, into=parent.number)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, [(children[0].id, one.id), (children[1].id, two.id)]))
    session.expire_all()
    assert parent.version == 3
    assert len(names(parent)) == 4
    assert session.scalar(sa.select(sa.func.count()).select_from(Joining)) == 2


@pytest.mark.sqlite_only
def test_what_was_saved_is_counted_in_its_month_and_taken_back_in_another(
    session, child, parent, gatekeeper
):
    joining = join(session, child, parent, gatekeeper)
    year = saved_in(session, parent.authority_id, NOON.date())
    assert (year.minutes, year.pence) == (joining.saving_minutes, joining.saving_pence)
    at = NOON + timedelta(days=40)
    parting.part(session, joining, by=gatekeeper.person, reason="No.", at=at, address=PLACE)
    year = saved_in(session, parent.authority_id, NOON.date())
    assert (year.minutes, year.pence) == (0, 0)
    assert [month.minutes for month in year.months if month.minutes] == [
        joining.saving_minutes,
        -joining.saving_minutes,
    ]


@pytest.mark.sqlite_only
def test_an_approved_whole_is_sent_to_all_its_schools(session, child, parent, gatekeeper, other):
    join(session, child, parent, gatekeeper)
    claim(session, parent, by=other.person, at=NOON)
    approve(session, parent, by=other.person, version=2, reason="Good.", at=NOON, address=PLACE)
    assert parent.state is State.APPROVED
