"""Many people at once: what a colleague who helps cannot do by it."""

import json

import pytest

from categories.starting.joining_in import add_people
from categories.starting.pasting import Newcomer, read_kept
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory, MembershipFactory

pytestmark = pytest.mark.sqlite_only
NAMES = ("A\0", "\ud800", "C")


@pytest.mark.parametrize("who", ["head", "helper"])
def test_where_a_heads_mail_goes_the_head_says_alone(session, who):
    head = HeadFactory()
    helper = MembershipFactory(school=head.school, manages_owners=True)
    people = [
        Newcomer(place.person.email, "X Y", "", 1, "office@s.example") for place in (head, helper)
    ]
    done = add_people(
        session,
        authority_id=head.authority_id,
        school_id=head.school_id,
        people=people,
        by=(head if who == "head" else helper).person,
        at=NOON,
    )
    assert helper.mailbox == "office@s.example"
    assert head.mailbox == ("office@s.example" if who == "head" else "")
    assert len(done.refused) == (who == "helper")


def test_a_list_that_somebody_made_up_breaks_nothing():
    rows = json.dumps([[name, f"{number}@s.example", "", ""] for number, name in enumerate(NAMES)])
    assert [one.email for one in read_kept(rows)] == ["2@s.example"]
