import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.models import Role
from foundation import clock
from foundation.audit import AuditEntry, verify
from gatekeeping.models import (
    Condition,
    Decision,
    Message,
    Override,
    Severity,
    State,
    Submission,
    Track,
    Verb,
)
from tests.factories.directory import (
    GatekeeperFactory,
    OfficerFactory,
    SchoolFactory,
)
from tests.factories.gatekeeping import (
    make_decision,
    make_finding,
    make_submission,
    version_of,
)

pytestmark = pytest.mark.sqlite_only
MOST = 12
MOST_TO_DECIDE = 16


@pytest.fixture
def gatekeeper(session):
    return GatekeeperFactory(person__name="Bo Rivers")


@pytest.fixture
def browser(session, client, sign_in, gatekeeper):
    session.commit()
    sign_in(client, gatekeeper)
    return client


@pytest.fixture
def claimed(session, gatekeeper):
    made = make_submission(State.IN_REVIEW, claimed_by=gatekeeper)
    made.claimed_until = clock.now() + timedelta(hours=1)
    session.commit()
    return made


def text_of(response):
    return response.get_data(as_text=True)


def state_of(session, submission):
    found = session.scalar(sa.select(Submission.state).where(Submission.id == submission.id))
    session.commit()
    return found


class TestQueue:
    def test_it_shows_the_oldest_first_with_why_it_is_held(self, session, browser):
        young = make_submission(document={"title": "Young"})
        old = make_submission(
            document={"title": "Old"}, submitted_at=young.submitted_at - timedelta(days=30)
        )
        make_finding(version_of(old), "K30", title="Wet signature")
        make_finding(version_of(old), "K20", title="Volume", severity=Severity.INFO)
        session.commit()
        page = text_of(browser.get("/queue"))
        assert page.index(">Old<") < page.index(">Young<")
        assert "portal-chip--challenge" in page
        assert page.index("Wet signature</li>") < page.index("Volume</li>")
        assert "working days old" in page

    def test_what_is_decided_or_a_draft_is_not_in_it(self, session, browser):
        for state in set(State) - {State.TRIAGE, State.IN_REVIEW}:
            make_submission(state, document={"title": f"Is {state}"})
        session.commit()
        assert "Nothing waits for a decision" in text_of(browser.get("/queue"))

    @pytest.mark.parametrize(
        ("query", "seen"),
        [
            ("", {"Light", "High"}),
            ("?track=HIGH", {"High"}),
            ("?rule=K30", {"Light"}),
            ("?track=HIGH&rule=K30", set()),
            ("?track=nonsense&rule=&page=x", {"Light", "High"}),
            ("?show=mine", set()),
            ("?show=asked", {"Asked"}),
        ],
    )
    def test_it_can_be_filtered(self, session, browser, query, seen):
        light = make_submission(document={"title": "Light one"})
        make_finding(version_of(light), "K30")
        make_submission(document={"title": "High one"}, track="HIGH")
        make_submission(State.CHALLENGED, document={"title": "Asked one"})
        session.commit()
        page = text_of(browser.get(f"/queue{query}"))
        assert {word for word in ("Light", "High", "Asked") if f"{word} one" in page} == seen

    @pytest.mark.parametrize("count", [3, 40])
    def test_it_takes_the_same_few_statements_whatever_its_length(
        self, session, browser, statements, count
    ):
        for _ in range(count):
            make_finding(version_of(make_submission()))
        session.commit()
        statements.clear()
        page = text_of(browser.get("/queue"))
        assert len(statements) < MOST
        assert page.count("portal-list__title") == min(count, 25)


class TestDecidePage:
    def test_it_has_everything_needed_to_decide(self, session, browser, claimed):
        SchoolFactory()
        body = "Sign in ink & <post> it."
        version = version_of(claimed)
        version.document = {**version.document, "body": body}
        evidence = [{"field": "body", "start": 8, "end": 11, "text": "ink"}]
        make_finding(version, "K30", evidence=evidence)
        session.commit()
        page = text_of(browser.get(f"/queue/{claimed.id}"))
        for words in (
            claimed.number,
            '<mark class="portal-evidence">ink</mark>',
            'href="#finding-K30"',
            'id="finding-K30"',
            "&amp; &lt;post&gt;",
            "to the school’s own mailbox because no head is known",
            "All open schools",
            claimed.author.name,
            "You hold this until",
        ):
            assert words in page

    @pytest.mark.parametrize("track", [Track.STANDARD, Track.HIGH])
    def test_it_takes_few_statements(self, session, browser, claimed, statements, track):
        version = version_of(claimed)
        claimed.track = version.track = track
        make_finding(version, "K71")
        if track is Track.HIGH:
            make_decision(claimed, GatekeeperFactory(), Verb.SUPPORT)
        for _ in range(30):
            make_finding(version_of(claimed))
            session.add(
                Message(
                    authority_id=claimed.authority_id,
                    submission_id=claimed.id,
                    version=1,
                    is_answer=False,
                    by_id=OfficerFactory().person_id,
                    at=clock.now(),
                    text="Why?",
                )
            )
        session.commit()
        statements.clear()
        assert browser.get(f"/queue/{claimed.id}").status_code == 200
        assert len(statements) < MOST_TO_DECIDE

    @pytest.mark.parametrize(
        ("verb", "fields", "after"),
        [
            ("approve", {"approve_reason": "Needed."}, State.APPROVED),
            ("challenge", {"question": "Which Act?"}, State.CHALLENGED),
            ("refuse", {"code": "no_use", "refuse_reason": "Nobody reads it."}, State.REFUSED),
        ],
    )
    def test_a_decision_is_made_once_however_often_it_is_posted(
        self, session, browser, claimed, verb, fields, after
    ):
        form = {"verb": verb, "version": "1", **fields}
        answers = [browser.post(f"/queue/{claimed.id}", data=form) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [302, 302]
        assert state_of(session, claimed) is after
        assert session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 1

    @pytest.mark.parametrize(
        ("verb", "typed", "says"),
        [
            ("approve", {"conditions_reason": "Keep me"}, "Enter why you approve this."),
            (
                "approve_with_conditions",
                {"conditions-0-text": "Keep me"},
                "Choose what kind of condition it is.",
            ),
            ("redirect", {"access": "Keep me"}, "Enter where the data is."),
            ("merge", {"merge_reason": "Keep me"}, "Enter the number of the other submission"),
            ("challenge", {"refuse_reason": "Keep me"}, "Enter your questions."),
            ("refuse", {"refuse_reason": "Keep me"}, "Choose the reason that fits best."),
            ("refuse", {"code": "no_use", "question": "Keep me"}, "Enter why you refuse this."),
            ("dance", {"question": "Keep me"}, "Choose what you decide."),
            ("", {"question": "Keep me"}, "Choose what you decide."),
        ],
    )
    def test_an_error_stands_beside_its_field_and_nothing_typed_is_lost(
        self, session, browser, claimed, verb, typed, says
    ):
        page = text_of(
            browser.post(f"/queue/{claimed.id}", data={"verb": verb, "version": "1", **typed})
        )
        assert "There is a problem" in page
        assert page.count(says) >= 2  # in the summary and beside the field
        assert "Keep me" in page
        assert state_of(session, claimed) is State.IN_REVIEW

    def test_who_was_slower_sees_who_did_what_and_keeps_the_text(self, session, browser, claimed):
        make_decision(claimed, GatekeeperFactory(person__name="Kit Wood"))
        session.flush()
        claimed.state = State.APPROVED
        session.commit()
        answer = browser.post(
            f"/queue/{claimed.id}",
            data={"verb": "refuse", "version": "1", "code": "no_use", "refuse_reason": "My words"},
        )
        assert answer.status_code == 409
        assert "Kit Wood approved this on" in text_of(answer)
        assert "My words" in text_of(answer)

    def test_a_lost_claim_can_be_taken_again_with_what_was_typed(self, session, browser, claimed):
        claimed.state, claimed.claimed_by_id = State.TRIAGE, None
        session.commit()
        form = {"verb": "approve", "version": "1", "approve_reason": "My words"}
        answer = browser.post(f"/queue/{claimed.id}", data=form)
        assert answer.status_code == 409
        assert "Claim it and keep what I typed" in text_of(answer)
        again = text_of(browser.post(f"/queue/{claimed.id}/claim", data=form))
        assert "My words" in again
        assert "You hold this until" in again

    def test_claiming_and_giving_back(self, session, browser):
        submission = make_submission()
        session.commit()
        browser.post(f"/queue/{submission.id}/claim")
        assert state_of(session, submission) is State.IN_REVIEW
        browser.post(f"/queue/{submission.id}/release")
        assert state_of(session, submission) is State.TRIAGE

    def test_nobody_decides_their_own_and_the_attempt_is_in_the_audit_trail(
        self, session, client, sign_in, authority_id
    ):
        author = OfficerFactory()
        hat = GatekeeperFactory(person=author.person)
        submission = make_submission(State.IN_REVIEW, author=author, claimed_by=hat)
        session.commit()
        sign_in(client, hat)
        page = text_of(client.get(f"/queue/{submission.id}"))
        assert "You wrote this submission. Another gatekeeper must decide it." in page
        answer = client.post(
            f"/queue/{submission.id}",
            data={"verb": "approve", "version": "1", "approve_reason": "Mine"},
        )
        assert answer.status_code == 409
        assert state_of(session, submission) is State.IN_REVIEW
        entry = session.scalars(sa.select(AuditEntry)).one()
        assert entry.action == "submission.refused_attempt"
        assert (entry.person_id, entry.subject_id) == (author.person_id, submission.id)
        assert entry.detail["why"] == "author"
        assert verify(session, authority_id).broken_sequence is None

    @pytest.mark.parametrize("state", [State.DRAFT])
    def test_a_draft_is_nobody_elses_business(self, session, browser, state):
        submission = make_submission(state)
        session.commit()
        assert browser.get(f"/queue/{submission.id}").status_code == 404

    def test_the_executive_decides_only_what_was_escalated(self, session, client, sign_in, claimed):
        hat = GatekeeperFactory(role=Role.EXECUTIVE)
        session.commit()
        sign_in(client, hat)
        form = {"verb": "refuse", "version": "1", "code": "no_use", "refuse_reason": "No."}
        answer = client.post(f"/queue/{claimed.id}", data=form)
        assert answer.status_code == 409
        assert "Only a gatekeeper can do this." in text_of(answer)
        claimed.state = State.ESCALATED
        session.commit()
        assert 'id="decide"' in text_of(client.get(f"/queue/{claimed.id}"))
        assert client.post(f"/queue/{claimed.id}", data=form).status_code == 302
        assert state_of(session, claimed) is State.REFUSED

    @pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
    def test_others_of_the_authority_read_and_cannot_decide(
        self, session, client, sign_in, claimed, role
    ):
        hat = GatekeeperFactory(role=role)
        session.commit()
        sign_in(client, hat)
        page = text_of(client.get(f"/queue/{claimed.id}"))
        assert 'id="decide"' not in page
        assert client.post(f"/queue/{claimed.id}", data={"verb": "approve"}).status_code == 403
        assert client.get("/register").status_code == 200

    def test_a_finding_is_asked_about_and_what_is_typed_stays(self, session, browser, claimed):
        finding = make_finding(version_of(claimed), "K30")
        session.commit()
        form = {"version": "1", "question": "Which Act?", "refuse_reason": "Keep me"}
        page = ""
        for _ in range(2):
            page = text_of(
                browser.post(f"/queue/{claimed.id}/keep", data={**form, "ask": str(finding.id)})
            )
        assert f"Which Act?\n{finding.says}</textarea>" in page
        assert "Keep me" in page
        assert re.search(r'value="challenge"[^>]* checked', page)

    def test_there_is_always_room_for_another_condition(self, session, browser, claimed):
        form = {"version": "1", "more": "1", "conditions-0-text": "One", "conditions-1-text": "Two"}
        page = text_of(browser.post(f"/queue/{claimed.id}/keep", data=form))
        assert 'name="conditions-2-text"' in page
        assert 'value="One"' in page

    def test_it_is_approved_on_conditions(self, session, browser, claimed):
        form = {
            "verb": "approve_with_conditions",
            "version": "1",
            "conditions_reason": "Needed.",
            "conditions-0-kind": "shorten",
            "conditions-0-text": "One page.",
            "conditions-0-due_on": ["4", "12", "2027"],
            "conditions-0-when": "before",
        }
        assert browser.post(f"/queue/{claimed.id}", data=form).status_code == 302
        assert state_of(session, claimed) is State.APPROVED_COND
        condition = session.scalars(sa.select(Condition)).one()
        session.commit()
        page = text_of(browser.get(f"/queue/{claimed.id}"))
        assert "One page." in page
        assert "Confirm that it is met" in page
        browser.post(f"/queue/{claimed.id}/conditions/{condition.id}/met")
        session.refresh(condition)
        assert condition.met_at is not None

    def test_findings_are_set_aside_together_and_what_is_typed_stays(
        self, session, browser, claimed
    ):
        version = version_of(claimed)
        ids = [str(make_finding(version, rule).id) for rule in ("K30", "K40")]
        session.commit()
        path = f"/queue/{claimed.id}/set-aside"
        form = {"findings": ids, "version": "1", "question": "Keep me"}
        page = text_of(browser.post(path, data=form))
        assert "Enter why you set it aside." in page
        page = text_of(browser.post(path, data={**form, "why": "The law asks for ink."}))
        assert page.count("Set aside by Bo Rivers") == 2
        assert "Keep me" in page
        assert session.scalar(sa.select(sa.func.count()).select_from(Override)) == 2

    @pytest.mark.parametrize("track", [Track.LIGHT, Track.STANDARD])
    def test_what_is_light_is_approved_without_claiming(self, session, browser, track):
        submission = make_submission(track=track)
        session.commit()
        page = text_of(browser.get(f"/queue/{submission.id}"))
        assert ('value="approve"' in page) is (track is Track.LIGHT)
        form = {"verb": "approve", "version": "1", "approve_reason": "Fine."}
        browser.post(f"/queue/{submission.id}", data=form)
        expected = State.APPROVED if track is Track.LIGHT else State.TRIAGE
        assert state_of(session, submission) is expected

    def test_the_findings_propose_where_to_redirect_and_what_to_join(
        self, session, browser, claimed
    ):
        version = version_of(claimed)
        make_finding(version, "K10", detail={"number": "888-2627-D-00009-X"})
        make_finding(version, "K11", detail={"title": "Census", "owner": "Data Team", "as_at": ""})
        session.commit()
        page = text_of(browser.get(f"/queue/{claimed.id}"))
        for words in ('value="888-2627-D-00009-X"', 'value="Census"', 'value="Data Team"'):
            assert words in page
