from datetime import date, timedelta

import pytest

from categories.routing.reasons import Reason
from notifications.reading.wording import SHORT, Held, due, why

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("days", "words", "kind"),
    [
        (-40, "Overdue by 40 days", "block"),
        (-1, "Overdue by 1 day", "block"),
        (0, "Due today", "challenge"),
        (1, "Due tomorrow", "warn"),
        (2, "Due in 2 days", "warn"),
        (7, "Due in 7 days", "warn"),
        (8, "Due in 8 days", ""),
    ],
)
def test_due_dates_say_how_many_days_are_left(days, words, kind):
    said = due(TODAY + timedelta(days=days), TODAY)
    assert (said.words, said.kind) == (words, kind)


def test_without_a_due_date_nothing_is_due():
    assert due(None, TODAY) is None


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_its_words(reason):
    assert SHORT[reason]
    assert why(reason, "Admissions").endswith(".")
    assert why(reason, None, "Jo Bell").endswith(".")


@pytest.mark.parametrize(
    ("reason", "name", "held", "said"),
    [
        (
            Reason.OWNER,
            None,
            Held(since=date(2026, 9, 3)),
            "You own “Admissions” at this school, since 3 September 2026.",
        ),
        (Reason.OWNER, "Jo Bell", Held(), "Jo Bell owns “Admissions” at this school."),
        (
            Reason.COVER,
            None,
            Held(since=date(2026, 9, 3), until=date(2026, 9, 5)),
            "You were covering “Admissions” from 3 September 2026 to 5 September 2026.",
        ),
        (
            Reason.COVER,
            "Jo Bell",
            Held(),
            "Jo Bell was covering “Admissions” on the day it was sent.",
        ),
        (
            Reason.ROLE,
            None,
            Held(role="clerk to governors"),
            (
                "Nobody was set for “Admissions” at this school, so it came to you as "
                "clerk to governors."
            ),
        ),
        (Reason.ALSO, "Jo Bell", Held(), "Jo Bell gets “Admissions” as well as its owner."),
    ],
)
def test_the_reason_says_what_somebody_holds_and_since_when(reason, name, held, said):
    assert why(reason, "Admissions", name, held) == said
