from datetime import UTC, date, datetime

import pytest

from directory.school_days import Term, calendar_of
from notifications.chasing.rule import Asked, steps
from notifications.models import Attention
from notifications.models_reaching import ChaseStep

SENT = datetime(2026, 11, 2, 10, tzinfo=UTC)  # a Monday
DUE = date(2026, 12, 3)  # a Thursday
CALENDAR = calendar_of(
    (
        Term("2026/27", date(2026, 9, 1), date(2026, 12, 18), (date(2026, 12, 4),)),
        Term("2026/27", date(2027, 1, 4), date(2027, 7, 22)),
    )
)
ACTION, INFORMATION, URGENT = Attention.ACTION, Attention.INFORMATION, Attention.URGENT


def told(asked: Asked, step: ChaseStep = ChaseStep.READER) -> list[str]:
    return [f"{each.at:%a %d %b %H}" for each in steps(asked, CALENDAR) if each.step is step]


@pytest.mark.parametrize(
    ("reminders", "expected"),
    [
        (0, []),
        (1, ["Wed 02 Dec 08"]),
        # the fourth of December is a day off
        (2, ["Wed 02 Dec 08", "Mon 07 Dec 08"]),
        (3, ["Thu 26 Nov 08", "Wed 02 Dec 08", "Mon 07 Dec 08"]),
        (4, ["Thu 26 Nov 08", "Wed 02 Dec 08", "Mon 07 Dec 08", "Fri 11 Dec 08"]),
        # the tenth school day after is the last of term; the next one comes after Christmas
        (
            6,
            [
                *("Thu 26 Nov 08", "Wed 02 Dec 08", "Mon 07 Dec 08"),
                *("Fri 11 Dec 08", "Fri 18 Dec 08", "Fri 08 Jan 08"),
            ],
        ),
    ],
)
def test_reminders_of_what_is_due(reminders, expected):
    assert told(Asked(ACTION, False, SENT, DUE, reminders)) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        # due so soon that one before it would come while it is still new
        (Asked(ACTION, False, SENT, date(2026, 11, 4), 2), ["Thu 05 Nov 08", "Wed 11 Nov 08"]),
        (Asked(ACTION, False, SENT, date(2026, 11, 1), 1), ["Fri 06 Nov 08"]),
        (Asked(ACTION, False, SENT, None, 2), ["Mon 09 Nov 08", "Mon 16 Nov 08"]),
        (Asked(INFORMATION, True, SENT, None, 1), ["Mon 09 Nov 08"]),
        (Asked(INFORMATION, False, SENT, DUE, 3), []),
    ],
)
def test_reminders_of_other_kinds(asked, expected):
    assert told(asked) == expected


@pytest.mark.parametrize(
    ("sent_at", "expected"),
    [
        (datetime(2026, 11, 2, 10, tzinfo=UTC), ["Mon 02 Nov 14", "Tue 03 Nov 10"]),
        (datetime(2026, 11, 6, 15, tzinfo=UTC), ["Mon 09 Nov 11", "Mon 09 Nov 15"]),
        (datetime(2026, 12, 18, 20, tzinfo=UTC), ["Mon 04 Jan 12", "Mon 04 Jan 16"]),
        (datetime(2026, 11, 7, 3, tzinfo=UTC), ["Mon 09 Nov 12", "Mon 09 Nov 16"]),
    ],
)
def test_an_emergency_is_chased_by_working_hours(sent_at, expected):
    assert told(Asked(URGENT, False, sent_at, None, 2)) == expected


@pytest.mark.parametrize(
    ("asked", "deputy", "head"),
    [
        (Asked(ACTION, False, SENT, DUE, 0, 3, 5), ["Wed 09 Dec 08"], ["Fri 11 Dec 08"]),
        (Asked(ACTION, False, SENT, DUE, 2, None, 5), [], ["Fri 11 Dec 08"]),
        (Asked(ACTION, False, SENT, DUE, 2), [], []),
        (Asked(ACTION, False, SENT, None, 2, 3, 5), [], []),
        (Asked(URGENT, False, SENT, None, 0, 3, 5), ["Tue 03 Nov 10"], ["Tue 03 Nov 14"]),
        (Asked(INFORMATION, False, SENT, DUE, 0, 3, 5), [], []),
    ],
)
def test_escalations(asked, deputy, head):
    assert told(asked, ChaseStep.DEPUTY) == deputy
    assert told(asked, ChaseStep.HEAD) == head


def test_nobody_is_told_in_summer_time_an_hour_later():
    asked = Asked(ACTION, False, datetime(2026, 9, 7, 9, tzinfo=UTC), date(2026, 10, 1), 1)
    assert told(asked) == ["Wed 30 Sep 07"]
