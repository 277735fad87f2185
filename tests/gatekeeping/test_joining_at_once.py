"""Two who work at both ends of a joining at the same moment wait for each other."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from directory.models import Person
from foundation.errors import Refusal
from gatekeeping.models import Joining, State, Submission, Verb
from gatekeeping.uniting import parting
from gatekeeping.uniting.records import joining_of
from gatekeeping.writing.submissions import withdraw
from tests.deciding import PLACE, act
from tests.factories.base import NOON
from tests.joining import HUNGER, MEALS, make_request, make_schools

LATER = NOON + timedelta(hours=2)


@pytest.fixture
def pair(session, gatekeeper):
    """Return the ids of a child and of the parent to which it is joined."""
    make_schools(3, 1)
    child = make_request(HUNGER, 4, State.IN_REVIEW, claimed_by=gatekeeper)
    parent = make_request(MEALS, 3)
    session.flush()
    act(session, child, Verb.MERGE, gatekeeper, into=parent.number)
    session.commit()
    return child.id, parent.id


@pytest.mark.parametrize("other", ["withdraw", "part"])
def test_the_parent_is_withdrawn_while_the_child_leaves(
    database, authority_id, session, gatekeeper, pair, other
):
    child_id, parent_id = pair
    person_id = gatekeeper.person_id
    session.commit()
    start = Barrier(2)

    def leave(own):
        child = own.get_one(Submission, child_id)
        if other == "withdraw":
            withdraw(own, child, by=child.author, at=LATER, address=PLACE)
            return
        joining, by = joining_of(own, child), own.get_one(Person, person_id)
        if joining is not None:
            parting.part(own, joining, by=by, reason="Another year.", at=LATER, address=PLACE)

    def end(own):
        parent = own.get_one(Submission, parent_id)
        withdraw(own, parent, by=parent.author, at=LATER, address=PLACE)

    def work(step):
        try:
            with database.transaction(authority=authority_id) as own:
                start.wait()
                step(own)
        except Refusal as refusal:
            return str(refusal)
        return ""

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(work, (leave, end)))
    assert said[1] == ""
    session.expire_all()
    child, parent = session.get_one(Submission, child_id), session.get_one(Submission, parent_id)
    assert parent.state is State.WITHDRAWN
    assert child.state is (State.WITHDRAWN if other == "withdraw" else State.TRIAGE)
    assert child.merged_into_id is None
    assert session.scalars(sa.select(Joining.undone_at)).all() == [LATER]
