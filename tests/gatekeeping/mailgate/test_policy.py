"""The decision from plain values, and the sentences that say it."""

import json
from datetime import UTC, datetime

import pytest

from directory.mail_directory.reached import Correspondent, Reached
from gatekeeping.mailgate import saying
from gatekeeping.mailgate.policy import Earlier, Facts, NumberFound, Verdict, Why, decide

ALEX = Correspondent("alex@la.example", 1, 2, "School Information")
GOOD = NumberFound("888-2627-D-00417-X")
BAD = NumberFound("888-2526-D-00311-V", "It ran out on 3 March 2026.")


def earlier(day: int, *urns: int, month: int = 11) -> Earlier:
    at = datetime(2026, month, day, 9, tzinfo=UTC)
    return Earlier(day, at, "alex@la.example", frozenset(urns))


def facts(own: int, *before: Earlier, numbers=(), closed=()) -> Facts:
    reached = Reached(frozenset(range(own)), frozenset(closed))
    return Facts(ALEX, reached, before, numbers)


FEW_BEFORE = earlier(3, *range(100, 108)), earlier(7, *range(100, 110))
CASES = [
    # What is known, what exempts it, why, how many schools, what is said.
    (facts(0), None, Why.ONE_SCHOOL, 0, "It goes to no school."),
    (facts(1, *FEW_BEFORE, numbers=(BAD,)), None, Why.ONE_SCHOOL, 1,
     ("It goes to 1 school. It names number 888-2526-D-00311-V, which does not cover it. It ran "
     "out on 3 March 2026.")),
    (facts(1), Why.OURS, Why.OURS, 1, "It goes to 1 school. It is the portal's own mail."),
    (facts(1), Why.CASEWORK, Why.ONE_SCHOOL, 1, "It goes to 1 school."),
    (facts(20), None, Why.FEW, 20, "It goes to 20 schools. Mail to 20 or fewer needs no gate."),
    (facts(21), None, Why.MANY, 21, "It goes to 21 schools. Mail to more than 20 needs the gate."),
    (facts(21), Why.CASEWORK, Why.CASEWORK, 21,
     "It goes to 21 schools. It is about one child or employee, so it needs no gate."),
    (facts(21, *FEW_BEFORE, numbers=(BAD, GOOD)), None, Why.NUMBER, 21,
     "It goes to 21 schools. It names number 888-2627-D-00417-X, which covers it."),
    (facts(21, numbers=(BAD,)), None, Why.BAD_NUMBER, 21,
     ("It goes to 21 schools. Mail to more than 20 needs the gate. It names number "
     "888-2526-D-00311-V, which does not cover it. It ran out on 3 March 2026.")),
    (facts(9, *FEW_BEFORE), None, Why.FEW, 19,
     ("It goes to 9 schools. With 2 earlier messages of the last 30 days that say nearly the same "
     "(3 and 7 November) that makes 19; that needs no gate.")),
    (facts(12, *FEW_BEFORE), None, Why.SPLIT, 22,
     ("It goes to 12 schools. With 2 earlier messages of the last 30 days that say nearly the same "
     "(3 and 7 November) that makes 22; more than 20 need the gate.")),
    (facts(12, FEW_BEFORE[1], numbers=(BAD,)), None, Why.BAD_NUMBER, 22,
     ("It goes to 12 schools. With 1 earlier message of the last 30 days that says nearly the same "
     "(7 November) that makes 22; more than 20 need the gate. It names number 888-2526-D-00311-V, "
     "which does not cover it. It ran out on 3 March 2026.")),
    (facts(21, *FEW_BEFORE), None, Why.MANY, 31,
     ("It goes to 21 schools. Mail to more than 20 needs the gate. 2 earlier messages of the last "
     "30 days say nearly the same (3 and 7 November); together that makes 31.")),
    (facts(21, earlier(3, 0)), None, Why.MANY, 21,
     ("It goes to 21 schools. Mail to more than 20 needs the gate. 1 earlier message of the last "
     "30 days says nearly the same (3 November), to schools among these.")),
    (facts(12, *FEW_BEFORE), Why.REPLY, Why.REPLY, 12,
     "It goes to 12 schools. It answers in a thread that a school began, so it needs no gate."),
    (facts(2, closed=(7,)), None, Why.FEW, 2,
     "It goes to 2 schools. Mail to 20 or fewer needs no gate. 1 closed school was not counted."),
    (facts(2, *(earlier(day, 0) for day in range(1, 9)), earlier(30, 1, month=10)), None,
     Why.FEW, 2,
     ("It goes to 2 schools. With 9 earlier messages of the last 30 days that say nearly the same "
     "(30 October to 8 November) that makes 2; that needs no gate.")),
    (facts(2, earlier(30, 1, month=10), earlier(3, 0)), None, Why.FEW, 2,
     ("It goes to 2 schools. With 2 earlier messages of the last 30 days that say nearly the same "
     "(30 October and 3 November) that makes 2; that needs no gate.")),
]  # fmt: skip


@pytest.mark.parametrize(("known", "exempt", "why", "schools", "says"), CASES)
def test_a_message_is_decided_and_the_reason_said(known, exempt, why, schools, says):
    found = decide(known, exempt=exempt)
    assert (found.why, len(found.schools), saying.says(found)) == (why, schools, says)


def test_the_answer_for_programs_is_plain_and_whole():
    found = decide(facts(12, *FEW_BEFORE, numbers=(BAD,)), exempt=None)
    answer = json.loads(json.dumps(saying.as_json(found)))
    assert (answer["verdict"], answer["reason"]) == (Verdict.HOLD, Why.BAD_NUMBER)
    assert answer["counted"] == sorted({*range(12), *range(100, 110)})
    assert answer["schools"] == len(answer["counted"])
    assert answer["own"] == list(range(12))
    assert [(one["at"][:10], one["schools"]) for one in answer["joined"]] == [
        ("2026-11-03", 8),
        ("2026-11-07", 10),
    ]
    assert answer["number"] == BAD.number
    assert answer["numbers"] == [{"number": BAD.number, "fault": BAD.fault}]
    assert (answer["limit"], answer["days"], answer["team"]) == (20, 30, "School Information")
