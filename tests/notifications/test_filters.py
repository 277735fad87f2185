"""Whatever an address says means something; what is chosen comes back the same."""

import pytest

from notifications.models import Attention
from notifications.reading.filters import Chosen, Due, Period, Show

WHOLE = {
    "show": "unread",
    "attention": "action",
    "category": "7",
    "sender": "Admissions, Lancashire",
    "files": "yes",
    "due": "week",
    "period": "month",
}


def test_an_address_says_what_was_chosen_and_is_written_the_same():
    chosen = Chosen.of(WHOLE)
    assert chosen == Chosen(
        Show.UNREAD, Attention.ACTION, 7, "Admissions, Lancashire", True, Due.WEEK, Period.MONTH
    )
    assert chosen.values == WHOLE
    assert chosen.narrowed
    assert chosen.showing(Show.DONE).values == WHOLE | {"show": "done"}


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"show": "zzz", "attention": "URGENT ", "due": "never", "period": "0", "files": "no"},
        {"category": "9" * 40, "sender": "  \0 "},
        {"category": "-1"},
        {"category": "²"},
        {"category": "0"},
    ],
)
def test_what_an_address_does_not_mean_is_left_out(args):
    chosen = Chosen.of(args)
    assert chosen == Chosen()
    assert not chosen.narrowed
    assert chosen.values == {}


def test_a_part_alone_narrows_nothing():
    assert not Chosen.of({"show": "done"}).narrowed
