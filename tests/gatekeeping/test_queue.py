"""The queue: filters with counts, what is due first, the next one, two side by side."""

from datetime import datetime, timedelta

import pytest

from directory.models import Role
from foundation import clock
from gatekeeping.deciding import pending
from gatekeeping.deciding.beside import aligned
from gatekeeping.deciding.queue import list_queue, next_in_queue
from gatekeeping.deciding.queue_filters import EXECUTIVE_SHOWS, SHOWS, Filters, facets
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Condition, ConditionKind, PendingDecision, State, Track, Verb
from tests.factories.base import NOON, authority_id
from tests.factories.directory import GatekeeperFactory, OfficerFactory, TeamFactory
from tests.factories.gatekeeping import (
    make_decision,
    make_finding,
    make_submission,
    version_of,
)

S = State
HOUR = timedelta(hours=1)


@pytest.fixture
def gatekeeper(session):
    return GatekeeperFactory(team=TeamFactory(name="The gate"))


def titles(session, gatekeeper, **chosen):
    found = list_queue(session, authority_id(), Filters(**chosen), by=gatekeeper.person_id, at=NOON)
    assert found.total == len(found.entries)
    return [entry.submission.title for entry in found.entries]


def make(title, state=S.TRIAGE, **facts):
    document = {"title": title, **facts.pop("document", {})}
    return make_submission(state, document=document, **facts)


class TestViews:
    @pytest.fixture(autouse=True)
    def some(self, session, gatekeeper):
        make("free", state_due_at=NOON + HOUR)
        make("late", state_due_at=NOON - HOUR)
        make("mine", S.IN_REVIEW, claimed_by=gatekeeper)
        make("asked", S.CHALLENGED)
        make("above", S.ESCALATED)
        second = make("second", track=Track.HIGH)
        make_decision(second, gatekeeper, Verb.SUPPORT)
        make("heavy", track=Track.HIGH)
        make("urgent", track=Track.EMERGENCY, state_due_at=NOON + 2 * HOUR)
        conditional = make("conditional", S.APPROVED_COND)
        decision = make_decision(conditional, gatekeeper, Verb.APPROVE_WITH_CONDITIONS)
        for done_at in (NOON, None):
            decision.terms.append(
                Condition(
                    authority_id=authority_id(),
                    submission_id=conditional.id,
                    kind=ConditionKind.OTHER,
                    text="x",
                    due_on=NOON.date(),
                    before_sending=True,
                    done_at=done_at,
                    done_how="",
                )
            )
        for state in (S.DRAFT, S.APPROVED, S.LIVE, S.REFUSED, S.WITHDRAWN):
            make(f"is {state}", state)
        session.flush()

    @pytest.mark.parametrize(
        ("show", "seen"),
        [
            ("waiting", {"free", "late", "mine", "second", "heavy", "urgent"}),
            ("mine", {"mine"}),
            ("second", {"second"}),
            ("overdue", {"late"}),
            ("asked", {"asked"}),
            ("conditions", {"conditional"}),
            ("escalated", {"above"}),
            ("executive", {"above", "urgent"}),
        ],
    )
    def test_each_shows_what_it_says_and_counts_it(self, session, gatekeeper, show, seen):
        assert set(titles(session, gatekeeper, show=show)) == seen
        counted = facets(session, authority_id(), Filters(show), by=gatekeeper.person_id, at=NOON)
        assert counted.shows[show] == len(seen)
        assert counted.links == {"emergencies": 1, "challenges": 0}

    def test_what_is_due_first_is_on_top(self, session, gatekeeper):
        assert titles(session, gatekeeper)[:3] == ["urgent", "late", "free"]


def test_it_is_narrowed_by_whatever_is_counted(session, gatekeeper):
    team = TeamFactory(name="Music")
    with_team = OfficerFactory(team=team)
    one = make("one", author=with_team, document={"categories": ["catering", "music"]})
    two = make("two", track=Track.HIGH, document={"categories": ["catering"]})
    for submission in (one, two):
        make_finding(version_of(submission), "K30")
        make_finding(version_of(submission), "K30")
    make_finding(version_of(two), "K20", title="Volume")
    everything = facets(session, authority_id(), Filters(), by=gatekeeper.person_id, at=NOON)
    seen = {}
    for kind, choices in everything.choices.items():
        for choice in choices:
            found = titles(session, gatekeeper, **{kind: choice.key})
            assert len(found) == choice.count, choice
            seen[choice.words or choice.key] = found
    assert seen["Music"] == ["one"]
    assert seen["music"] == ["one"]
    assert seen["HIGH"] == ["two"]
    assert seen["Volume"] == ["two"]
    assert set(seen["catering"]) == {"one", "two"}
    assert titles(session, gatekeeper, rule="K20", category="music") == []


def test_a_partner_without_teams_is_narrowed_by_its_name(session, gatekeeper):
    make("of the council")
    partner = make("of a partner")
    partner.team_id = None
    session.flush()
    assert titles(session, gatekeeper, who=f"o{partner.organisation_id}") == ["of a partner"]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "args",
    [
        {"show": "nonsense", "track": "X", "who": "t", "rule": "K30000", "category": "x" * 999},
        {"who": "t" + "9" * 40},
        {"who": "t1; DROP TABLE"},
        {"who": "t²"},
    ],
)
def test_nonsense_narrows_nothing_or_finds_nothing(session, gatekeeper, args):
    filters = Filters.read(args, SHOWS)
    assert (filters.show, filters.track, filters.who) == ("waiting", "", "")
    list_queue(session, authority_id(), filters, by=gatekeeper.person_id, at=NOON)


class TestNext:
    def test_it_is_what_this_person_may_take(self, session, gatekeeper):
        person = gatekeeper.person_id
        other = GatekeeperFactory()
        make("own", author=gatekeeper)
        make("held", S.IN_REVIEW, claimed_by=other)
        supported = make("supported", track=Track.HIGH)
        make_decision(supported, gatekeeper, Verb.SUPPORT)
        decided = make("decided", S.IN_REVIEW, claimed_by=gatekeeper)
        session.add(
            PendingDecision(
                authority_id=authority_id(),
                submission_id=decided.id,
                verb=Verb.REFUSE,
                version=1,
                values={},
                by_id=person,
                made_at=NOON,
                due_at=NOON,
            )
        )
        session.flush()
        assert next_in_queue(session, authority_id(), by=person, executive=False) is None
        free = make("free")
        assert next_in_queue(session, authority_id(), by=person, executive=False) == free.id

    def test_one_goes_through_all_and_round(self, session, gatekeeper):
        made = [make(f"{n}", state_due_at=NOON + n * HOUR).id for n in range(3)]
        by = {"by": gatekeeper.person_id, "executive": False}
        walked = [next_in_queue(session, authority_id(), **by)]
        for _ in range(3):
            walked.append(next_in_queue(session, authority_id(), **by, after=walked[-1]))
        assert walked == [*made, made[0]]
        assert next_in_queue(session, authority_id(), **by, after=10**9) == made[0]

    @pytest.mark.sqlite_only
    def test_the_executive_goes_through_what_was_given_to_them(self, session):
        executive = OfficerFactory(role=Role.EXECUTIVE)
        make("free")
        above = make("above", S.ESCALATED)
        by = executive.person_id
        assert next_in_queue(session, authority_id(), by=by, executive=True) == above.id
        assert next_in_queue(session, authority_id(), by=by, executive=True, after=above.id) is None


def documents(left, right):
    base = {"kind": "data_request", "title": "T", "purpose": "P"}
    return [SubmissionDocument.read({**base, **each}) for each in (left, right)]


@pytest.mark.sqlite_only
class TestBeside:
    def test_only_what_differs_is_marked(self):
        rows = aligned(*documents({"body": "Send by Monday <b>"}, {"body": "Send by Friday <b>"}))
        texts = {row.name: row for row in rows}
        mark = '<mark class="portal-differs">{}</mark>'
        assert texts["Text"].left == f"Send by {mark.format('Monday')} &lt;b&gt;"
        assert texts["Text"].right == f"Send by {mark.format('Friday')} &lt;b&gt;"
        assert not texts["Text"].same
        assert texts["Title"].same
        assert "Legal claim" not in texts

    def test_spaces_and_capitals_make_no_difference(self):
        rows = aligned(
            *documents({"body": "Please  Answer\u00a0now"}, {"body": "please answer now"})
        )
        assert all(row.same for row in rows)

    def test_items_are_paired_by_code_or_name(self):
        left = {"items": [{"name": "Pupils", "code": "N1"}, {"name": "Meals"}]}
        right = {"items": [{"name": "meals"}, {"name": "Children", "code": "N1"}, {"name": "Bus"}]}
        rows = [row for row in aligned(*documents(left, right)) if row.name.startswith("Item")]
        assert [(row.name, row.same) for row in rows] == [
            ("Item 1", False),
            ("Item 2", True),
            ("Item 3 of the other", False),
        ]
        assert "Children" in rows[0].right

    def test_a_long_text_is_no_trouble(self):
        long = "Please send ink. " * 12_000
        rows = aligned(*documents({"body": long}, {"body": f"{long}Twice."}))
        assert not next(row for row in rows if row.name == "Text").same
        lines = "A line that is the same.\n" * 3_000
        texts = aligned(*documents({"body": f"{lines}One."}, {"body": f"{lines}Two."}))
        assert "<mark" in next(row for row in texts if row.name == "Text").left


@pytest.mark.sqlite_only
class TestPages:
    @pytest.fixture
    def browser(self, session, client, sign_in, gatekeeper):
        session.commit()
        sign_in(client, gatekeeper)
        return client

    @pytest.mark.parametrize("show", SHOWS)
    def test_every_view_says_so_when_it_is_empty(self, browser, show):
        assert browser.get(f"/queue?show={show}").status_code == 200
        assert "Nothing matches" in browser.get(f"/queue?show={show}&rule=K30").text

    def test_counts_stand_beside_every_filter(self, session, browser):
        make_finding(version_of(make("one")), "K30", title="Ink")
        session.commit()
        page = browser.get("/queue").text
        for words in ("Ink (1)", "Standard (1)", 'value="catering"', "Challenges of schools"):
            assert words in page

    def test_the_executive_sees_what_is_theirs(self, session, client, sign_in):
        executive = OfficerFactory(role=Role.EXECUTIVE)
        make("given", S.ESCALATED)
        make("not given")
        session.commit()
        sign_in(client, executive)
        for show in EXECUTIVE_SHOWS:
            assert client.get(f"/queue?show={show}").status_code == 200
        page = client.get("/queue").text
        assert ">given<" in page
        assert ">not given<" not in page

    def test_next_leads_on_or_says_that_nothing_waits(self, session, browser):
        assert browser.get("/queue/next").location == "/queue"
        assert "Nothing else waits for you" in browser.get("/queue").text
        one = make("one")
        session.commit()
        assert browser.get("/queue/next?after=x").location == f"/queue/{one.id}"

    def test_two_stand_side_by_side(self, session, browser):
        one, two = make("The one"), make("The two", S.LIVE)
        session.commit()
        page = browser.get(f"/queue/{one.id}/beside/{two.id}").text
        assert "portal-differs" in page
        assert two.number in page
        assert browser.get(f"/queue/{one.id}/beside/999").status_code == 404

    def test_what_did_not_take_effect_is_said_with_the_way_there(
        self, session, browser, gatekeeper
    ):
        back = make("back")
        for why in ("You are no gatekeeper any more.", pending.TAKEN_BACK):
            session.add(
                PendingDecision(
                    authority_id=authority_id(),
                    submission_id=back.id if why != pending.TAKEN_BACK else make("undone").id,
                    verb=Verb.REFUSE,
                    version=1,
                    values={"code": "no_use", "reason": "Typed with care"},
                    by_id=gatekeeper.person_id,
                    made_at=clock.now(),
                    due_at=clock.now(),
                    refused_because=why,
                )
            )
        session.commit()
        page = browser.get("/queue").text
        assert page.count("did not take effect") == 1
        assert f'href="/queue/{back.id}"' in page

    def test_the_clock_is_said(self, session, browser):
        make("soon", state_due_at=datetime(2020, 1, 1, tzinfo=clock.LOCAL))
        session.commit()
        assert "First look: overdue since 1 January 2020" in browser.get("/queue").text
