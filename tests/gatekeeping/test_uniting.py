"""What two requests are together: what both ask, who is asked, what it costs, what that saves."""

import pytest

from gatekeeping.burden import burden, steps
from gatekeeping.documents import AudienceWords, Effort, Item, SubmissionDocument
from gatekeeping.models import Kind
from gatekeeping.protocol import DEFAULT
from gatekeeping.uniting.pairing import Take, chosen, pairs
from gatekeeping.uniting.reaching import Counts, cells_of, counts_of, together
from gatekeeping.uniting.savings import Cost, cost_of, saving_of
from gatekeeping.uniting.wholes import CannotUniteError, Side, unite
from gatekeeping.uniting.work import Part, whole_effort
from tests.factories.base import authority_id
from tests.joining import HUNGER, MEALS, make_schools


def read(document, **more):
    return SubmissionDocument.read({**document, **more})


def items(*names):
    return [Item(name=name) for name in names]


class TestPairing:
    @pytest.mark.parametrize(
        ("parents", "childs", "paired"),
        [
            (["Pupils on roll"], ["pupils  on roll"], {0: 0}),
            (["Meals served", "Pupils on roll"], ["Pupils on roll"], {0: 1}),
            (["Pupils on roll"], ["Fire drills held"], {}),
            ([], ["Pupils on roll"], {}),
            (["Pupils on roll"], ["Pupils on roll", "Pupils on roll"], {0: 0}),
        ],
    )
    def test_the_same_question_is_found_once(self, parents, childs, paired):
        child = SubmissionDocument(items=items(*childs))
        assert pairs(items(*parents), "", child) == paired

    def test_a_national_code_is_the_same_whatever_the_name(self):
        ours = [Item(name="Free dinners", code="N00145")]
        child = SubmissionDocument(items=[Item(name="FSM flag", code="n00145")])
        assert pairs(ours, "", child) == {0: 0}

    @pytest.mark.parametrize(
        ("said", "takes"),
        [
            ({}, [Take.SAME, Take.AS_WELL]),
            ({"0": "as_well", "1": "out"}, [Take.AS_WELL, Take.OUT]),
            ({"1": "same", "7": "out", "0": "dance"}, [Take.SAME, Take.AS_WELL]),
        ],
    )
    def test_the_gatekeeper_may_choose_otherwise(self, said, takes):
        child = SubmissionDocument(items=items("Pupils on roll", "Fire drills held"))
        assert chosen(child, {0: 3}, said) == takes


class TestReaching:
    @pytest.mark.sqlite_only
    @pytest.mark.parametrize(
        ("one", "other", "words", "counts"),
        [
            ({"all": True}, {"phases": ["primary"]}, {"all": True}, (4, 3, 3)),
            (
                {"phases": ["primary"]},
                {"phases": ["secondary"]},
                {"phases": ["primary", "secondary"]},
                (3, 1, 0),
            ),
            (
                {"phases": ["primary"]},
                {"phases": ["primary"]},
                {"phases": ["primary"]},
                (3, 3, 3),
            ),
            ({"phases": ["primary"]}, {"urns": [1]}, {"phases": ["primary"], "urns": [1]}, None),
            ({"urns": [1]}, {"phases": ["primary"]}, {"phases": ["primary"], "urns": [1]}, None),
        ],
    )
    def test_the_union_is_said_in_words_where_words_can(self, session, one, other, words, counts):
        make_schools(3, 1)
        audiences = [AudienceWords(**one), AudienceWords(**other)]
        assert together(session, authority_id(), *audiences) == AudienceWords(**words)
        found = counts_of(cells_of(session, authority_id(), audiences), 1)
        if counts is not None:
            assert (found.parent, found.child, found.both) == counts

    def test_what_words_cannot_say_is_listed(self, session):
        make_schools(3, 1)
        one = AudienceWords(phases=["secondary"], districts=["Preston"])
        other = AudienceWords(phases=["primary"], types=["maintained"])
        union = together(session, authority_id(), one, other)
        assert (union.phases, union.districts, len(union.urns)) == (["secondary"], ["Preston"], 3)
        cells = cells_of(session, authority_id(), [one, other, union])
        assert counts_of(cells, 2).child == 4


class TestWork:
    ONE = [Effort(role="office", minutes={"read": 5, "gather": 20, "check": 5})]
    TWO = [Effort(role="office", minutes={"read": 8, "gather": 30, "check": 5, "send": 2})]

    def parts(self, asks=frozenset({0, 2}), **more):
        first = read(MEALS, effort=self.ONE)
        second = read(HUNGER, effort=self.TWO, **more)
        return [Part("A", first, frozenset({0, 1})), Part("B", second, asks)]

    def test_schools_of_both_do_what_is_shared_once(self):
        rows = whole_effort(Kind.DATA_REQUEST, self.parts(), {frozenset({0, 1}): 10}, DEFAULT)
        assert [(row.role, row.schools) for row in rows] == [("office", None)]
        # read: the longer; gather: 20 and the half of 30 that nobody else asks; check: once
        assert rows[0].minutes.model_dump() == {
            "read": 8,
            "gather": 35,
            "complete": 0,
            "check": 5,
            "send": 2,
        }

    def test_a_school_of_one_does_what_that_one_asks(self):
        cells = {frozenset({0}): 400, frozenset({0, 1}): 200, frozenset({1}): 47}
        rows = whole_effort(Kind.DATA_REQUEST, self.parts(), cells, DEFAULT)
        assert [(row.asked_by, row.schools, row.minutes.gather) for row in rows] == [
            ("A", 400, 20),
            ("A, B", 200, 35),
            ("B", 47, 30),
        ]
        document = read(MEALS, effort=[row.model_dump() for row in rows])
        assert [step.schools for step in steps(document, 647)] == [400, 200, 47]
        by_hand = 400 * 30 + 200 * 50 + 47 * 45
        assert burden(document, 647).minutes == {"office": by_hand}

    def test_nothing_more_is_asked_where_everything_is_shared(self):
        cells = {frozenset({0}): 400, frozenset({0, 1}): 200}
        rows = whole_effort(Kind.DATA_REQUEST, self.parts(frozenset({0, 1})), cells, DEFAULT)
        assert rows == self.ONE

    def test_too_many_kinds_of_schools_count_as_if_all_were_asked_everything(self):
        parts = [
            Part(str(place), read(MEALS, effort=self.ONE), frozenset({place})) for place in range(7)
        ]
        cells = {
            frozenset(place for place in range(7) if cell >> place & 1): 1 for cell in range(1, 128)
        }
        rows = whole_effort(Kind.DATA_REQUEST, parts, cells, DEFAULT)
        assert {row.schools for row in rows} == {None}

    def test_what_is_only_told_is_read_by_everybody(self):
        told = SubmissionDocument(body="word " * 230)
        parts = [Part("A", read(MEALS, effort=self.ONE)), Part("B", told)]
        (office, reader) = whole_effort(Kind.DATA_REQUEST, parts, {frozenset({0, 1}): 3}, DEFAULT)
        assert (office.role, reader.role, reader.minutes.read) == ("office", "unknown", 2)


class TestSaving:
    def test_it_is_the_sum_of_the_parts_minus_the_whole_at_the_answers_expected(self):
        one, other, whole = (
            Cost(10, 600, 22_000, 480, 17_600),
            Cost(4, 400, 14_667, 400, 14_667),
            Cost(10, 800, 29_333, 700, 25_667),
        )
        found = saving_of(one, other, whole)
        assert (found.minutes, found.pence, found.why) == (180, 6_600, "")

    def test_below_zero_it_says_why(self):
        one, other = Cost(10, 100, 0, 100, 0), Cost(600, 100, 0, 100, 0)
        found = saving_of(one, other, Cost(610, 900, 0, 900, 0))
        assert found.minutes == -700
        assert "more than apart" in found.why
        assert "read, or answer, more" in found.why

    def test_a_cost_is_worked_out_from_what_a_version_keeps(self):
        document = read(MEALS, expected_response=0.8)
        cost = cost_of(burden(document, 3), 3, 0.8)
        assert (cost.minutes, cost.expected_minutes) == (123, 98)
        assert cost.gross_pence > cost.expected_pence


class TestWhole:
    def side(self, number, document, **more):
        return Side(number, document["title"], f"Team {number}", read(document, **more))

    def whole(self, one, other, paired, takes, counts, audience=None):
        return unite(
            one,
            other,
            paired=paired,
            takes=takes,
            audience=audience or AudienceWords(all=True),
            counts=Counts(*counts),
        )

    def test_items_and_texts_are_joined_and_everything_else_stays_the_parents(self):
        whole = self.whole(
            self.side("A", MEALS),
            self.side("B", HUNGER, personal_data="special", frequency={"times": 3, "per": "year"}),
            {0: 0},
            [Take.SAME, Take.AS_WELL],
            (3, 4, 3),
        )
        document = whole.document
        assert [(item.name, item.asked_by) for item in document.items] == [
            ("Pupils eligible for free school meals", "A, B"),
            ("Meals served each day", "A"),
            ("Holiday clubs at the school", "B"),
        ]
        assert list(whole.asks) == [0, 2]
        assert document.purpose.startswith("To plan the kitchens of the spring.")
        assert "For Team B: To place the holiday clubs." in document.purpose
        assert (document.personal_data, document.due_on.isoformat()) == ("special", "2027-02-26")
        assert document.frequency.times_a_year == 1
        assert "Holiday clubs at the school: Run by anybody" in document.body
        assert "free school meals" not in document.body.partition("Also for")[2]
        assert "above is only for schools that are: primary" in document.body
        assert document.body.endswith(whole.texts["body"])

    def test_what_is_left_out_is_not_in_it(self):
        whole = self.whole(
            self.side("A", MEALS), self.side("B", HUNGER), {0: 0}, [Take.OUT, Take.OUT], (3, 4, 3)
        )
        assert [item.asked_by for item in whole.document.items] == ["A", "A"]
        assert "Holiday clubs" not in whole.document.body

    def test_the_parents_own_words_are_not_said_twice(self):
        whole = self.whole(
            self.side("A", MEALS),
            self.side("B", HUNGER, purpose="to plan the kitchens of the spring."),
            {},
            [Take.OUT, Take.OUT],
            (3, 4, 3),
        )
        assert whole.document.purpose == MEALS["purpose"]
        assert "purpose" not in whole.texts

    def test_a_question_is_not_joined_to_what_only_tells(self):
        with pytest.raises(CannotUniteError, match="Join that one to this instead"):
            self.whole(
                self.side("A", MEALS, kind="communication"),
                self.side("B", HUNGER),
                {},
                [],
                (1, 1, 1),
            )

    def test_more_than_a_document_holds_is_refused(self):
        many = [{"name": f"Item {number}"} for number in range(300)]
        with pytest.raises(CannotUniteError, match="too long"):
            self.whole(
                self.side("A", MEALS, items=many),
                self.side("B", HUNGER, items=many),
                {},
                [Take.AS_WELL] * 300,
                (1, 1, 1),
            )
