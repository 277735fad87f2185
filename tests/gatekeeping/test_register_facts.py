"""What the checks read from the register: rounds, small lists, families, numbers."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from directory.audience import count_schools
from directory.models import SchoolStatus
from gatekeeping.alike import precedents, rolling
from gatekeeping.alike.index import remember
from gatekeeping.asked import Asked
from gatekeeping.assessment import assess
from gatekeeping.documents import SubmissionDocument
from gatekeeping.facts import family, quoted_numbers
from gatekeeping.models import ProtocolEdition, State
from gatekeeping.protocol import DEFAULT
from gatekeeping.registry.reliance import Standing
from tests.factories.base import NOON
from tests.factories.directory import OfficerFactory, SchoolFactory, TeamFactory
from tests.factories.gatekeeping import make_submission, version_of

TODAY = NOON.date()
LETTER = (
    "Please tell us how many ovens your kitchen has, how old the oldest is, and who repairs it. "
    "We use the answers to plan the repairs of the coming year and to bid for better kitchens."
)
ITEMS = [{"name": "Number of ovens"}, {"name": "Age of the oldest oven"}]


def asked(session, authority_id, submission_id=None, **document):
    read = SubmissionDocument.read(document)
    audience = read.audience.as_audience()
    return Asked(
        authority_id,
        read,
        audience,
        NOON,
        TODAY,
        DEFAULT,
        schools=count_schools(session, authority_id, audience),
        submission_id=submission_id,
    )


def submitted(session, state=State.LIVE, **facts):
    document = facts.pop("document", {})
    submission = make_submission(state, document={"kind": "data_request", **document}, **facts)
    remember(session, version_of(submission))
    session.flush()
    return submission


class TestPrecedents:
    def test_items_asked_before_are_found_whatever_the_words_around_them(
        self, session, authority_id
    ):
        schools = SchoolFactory.create_batch(3)
        other = {"title": "Kitchens", "body": "Quite other words.", "items": ITEMS}
        audience = {"urns": [school.urn for school in schools[:2]]}
        submission = submitted(session, document={**other, "audience": audience})
        (found,) = precedents.facts(
            session,
            asked(
                session,
                authority_id,
                title="Ovens",
                body=LETTER,
                items=[{"name": "Oven numbers"}, {"name": "Oldest oven: age"}],
                audience={"all": True},
            ),
        )
        assert found.number == submission.number
        assert found.shared_schools == 2
        assert found.label in ("duplicate", "overlap")
        assert found.parts["items"] > 0.8
        assert found.text < 0.9
        assert found.share == 1.0
        assert {"Oven numbers", "Oldest oven: age"} <= set(found.shared_items)
        assert not found.is_round

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize(
        ("then", "now", "is_round"),
        [
            ({"send_on": "2025-11-25"}, {"send_on": "2026-11-30"}, True),
            ({"send_on": "2026-10-25"}, {"send_on": "2026-11-30"}, False),
            ({"period": "autumn term 2025"}, {"period": "autumn term 2026"}, True),
            ({"period": "autumn term 2026"}, {"period": "Autumn 2026"}, False),
            ({"as_at": "2026-05-21"}, {"as_at": "2026-10-01"}, True),
            ({"send_on": "2025-11-25", "team": "A"}, {"send_on": "2026-11-30", "team": "B"}, False),
        ],
    )
    def test_the_same_for_a_later_time_by_the_same_team_is_a_round(
        self, session, authority_id, then, now, is_round
    ):
        SchoolFactory()
        old = NOON - timedelta(days=360)
        submitted(session, document={"title": "Ovens", "body": LETTER, **then}, submitted_at=old)
        (found,) = precedents.facts(
            session,
            asked(session, authority_id, title="Ovens", body=LETTER, audience={"all": True}, **now),
        )
        assert found.is_round is is_round


class TestRolling:
    def few(self, schools, **facts):
        document = {"audience": {"urns": [school.urn for school in schools]}, **facts}
        return {"document": {"send_on": "2026-11-20", **document}, "schools": len(schools)}

    def test_the_union_counts_each_open_school_once(self, session, authority_id):
        schools = SchoolFactory.create_batch(24)
        closed = SchoolFactory(status=SchoolStatus.CLOSED)
        officer = OfficerFactory(team=TeamFactory(name="Catering"))
        submitted(session, author=officer, **self.few([*schools[:14], closed]))
        urns = [school.urn for school in schools[10:]]
        found = rolling.facts(
            session,
            asked(
                session,
                authority_id,
                body=LETTER,
                team="catering",
                send_on="2026-12-14",
                audience={"urns": urns},
            ),
        )
        assert found.schools == 24
        assert [other.why for other in found.others] == ["the same team or author"]

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize(
        ("facts", "counts"),
        [
            ({}, True),
            ({"state": State.TRIAGE}, True),
            ({"state": State.WITHDRAWN}, False),
            ({"state": State.REFUSED}, False),
            ({"send_on": "2026-11-15"}, True),  # the first of thirty days
            ({"send_on": "2026-11-14"}, False),
            ({"send_on": "2026-12-15"}, True),  # later, but in the register already
            ({"send_on": "2027-01-12"}, True),  # the last of thirty days that hold ours
            ({"send_on": "2027-01-13"}, False),
            ({"large": True}, False),
            ({"other_team": True}, False),
            ({"other_team": True, "same_text": True}, True),
        ],
    )
    def test_only_small_lists_within_the_window_count(self, session, authority_id, facts, counts):
        schools = SchoolFactory.create_batch(22)
        team = TeamFactory(name="Other" if facts.get("other_team") else "Catering")
        few = self.few(
            schools[:11],
            send_on=facts.get("send_on", "2026-11-20"),
            body=LETTER if facts.get("same_text") else "Other words altogether.",
        )
        size = {"schools": 21} if facts.get("large") else {}
        author = OfficerFactory(team=team)
        submitted(session, facts.get("state", State.LIVE), author=author, **{**few, **size})
        found = rolling.facts(
            session,
            asked(
                session,
                authority_id,
                title=few["document"].get("title", "Menus for the spring term"),
                body=LETTER,
                team="Catering",
                send_on="2026-12-14",
                audience={"urns": [school.urn for school in schools[11:]]},
            ),
        )
        assert found.schools == (22 if counts else 0)

    @pytest.mark.sqlite_only
    def test_what_is_split_takes_the_full_track(self, session, authority_id):
        schools = SchoolFactory.create_batch(22)
        officer = OfficerFactory(team=TeamFactory(name="Catering"))
        submitted(session, author=officer, **self.few(schools[:11]))
        urns = [school.urn for school in schools[11:]]
        read = SubmissionDocument.read(
            {"body": "Menus.", "team": "Catering", "audience": {"urns": urns}}
        )
        found = assess(session, authority_id, read, at=NOON)
        assert found.track == "STANDARD"
        assert "K21" in {finding.rule for finding in found.findings}
        alone = assess(session, authority_id, read.model_copy(update={"team": "Other"}), at=NOON)
        assert alone.track == "LIGHT"


class TestFamily:
    def test_the_median_is_of_requests_with_a_category_in_common(self, session, authority_id):
        for minutes in (10, 20, 30, 40, 50):
            effort = [{"role": "office", "people": 2, "minutes": {"complete": minutes}}]
            submitted(session, document={"categories": ["catering"], "effort": effort})
        effort = [{"role": "office", "people": 1, "minutes": {"complete": 9000}}]
        submitted(session, document={"categories": ["energy"], "effort": effort})
        submitted(session, State.WITHDRAWN, document={"categories": ["catering"], "effort": effort})
        ours = {"kind": "data_request", "categories": ["catering", "budget"], "effort": effort}
        found = family.facts(session, asked(session, authority_id, **ours))
        assert found == family.Family(5, Fraction(60))

    @pytest.mark.sqlite_only
    def test_without_a_category_or_minutes_nothing_is_asked(
        self, session, authority_id, statements
    ):
        without = asked(session, authority_id, kind="data_request", categories=["catering"])
        statements.clear()
        assert family.facts(session, without) == family.NO_FAMILY
        assert statements == []


class TestNumbers:
    def test_what_the_register_knows_of_a_number(self, session, authority_id):
        officer = OfficerFactory(team=TeamFactory(name="Catering"))
        submission = submitted(
            session,
            author=officer,
            version=2,
            expires_on=date(2026, 11, 1),
            document={"items": ITEMS},
        )
        ask = {"number": submission.number, "items": [{"name": "Ovens (number)"}]}
        found = quoted_numbers.facts(session, asked(session, authority_id, **ask, team="CATERING"))
        known = found[submission.number]
        assert known.standing is Standing.EXPIRED
        assert (known.version, known.own, known.same_form) == (2, True, True)
        more = {**ask, "items": [*ask["items"], {"name": "Colour of the kitchen"}]}
        known = quoted_numbers.facts(session, asked(session, authority_id, **more, team="Other"))
        assert (known[submission.number].own, known[submission.number].same_form) == (False, False)

    @pytest.mark.sqlite_only
    def test_no_number_costs_no_statement(self, session, authority_id, statements):
        without = asked(session, authority_id, body="Menus.", renews="888-2627-D-00417-X")
        statements.clear()
        assert quoted_numbers.facts(session, without) == {}
        assert statements == []


@pytest.mark.sqlite_only
def test_everything_is_judged_as_on_the_day_the_protocol_too(session, authority_id):
    SchoolFactory.create_batch(3)
    officer = OfficerFactory()
    session.add(
        ProtocolEdition(
            authority_id=authority_id,
            version=1,
            values={"most_schools_without_gate": 2},
            texts={},
            by_id=officer.person_id,
            at=NOON,
            why="Try a lower limit.",
        )
    )
    session.flush()
    read = SubmissionDocument.read({"body": LETTER, "audience": {"all": True}})
    before = assess(session, authority_id, read, at=NOON - timedelta(days=1))
    after = assess(session, authority_id, read, at=NOON + timedelta(days=1))
    assert (before.protocol.version, after.protocol.version) == (0, 1)
    assert "K20" not in {finding.rule for finding in before.findings}
    assert "K20" in {finding.rule for finding in after.findings}
