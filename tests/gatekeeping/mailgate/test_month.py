"""A month of a council's mail: what differs is never joined, what was split always is."""

from itertools import combinations

import pytest

from gatekeeping.mailgate.message import Message, read
from gatekeeping.mailgate.rule.likeness import ALIKE_FROM, alike, marks
from tests.gatekeeping.mailgate.month_letters import DISCLAIMER, MONTH, SPLITS, TEMPLATE, Sent

pytestmark = pytest.mark.sqlite_only
KEY = b"a key"


def made(sent: Sent, *, framed: bool = True) -> Message:
    text = TEMPLATE.format(text=sent.text, who="Robin Vale", team=sent.team) + DISCLAIMER
    text = text if framed else sent.text
    raw = f"Subject: {sent.subject}\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    return read(raw.encode())


def test_no_two_letters_of_a_month_are_joined_though_all_have_one_template():
    found = [(sent.subject, marks(made(sent), KEY)) for sent in MONTH]
    joined = [
        (one[0], other[0], round(alike(one[1], other[1]), 2))
        for one, other in combinations(found, 2)
        if alike(one[1], other[1]) >= ALIKE_FROM
    ]
    assert joined == []
    assert len(found) == 30


@pytest.mark.parametrize("framed", [False, True])
@pytest.mark.parametrize("split", SPLITS, ids=[split.how for split in SPLITS])
def test_a_split_letter_is_joined(split, framed):
    one, other = (marks(made(sent, framed=framed), KEY) for sent in split[1:])
    assert alike(one, other) >= ALIKE_FROM, alike(one, other)
