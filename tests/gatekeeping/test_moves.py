import pytest

from gatekeeping.models import Move, State
from gatekeeping.moves import CURRENT, MOVES, STATE_NAMES, WAITING, MoveRefusedError, move
from tests.factories.base import NOON
from tests.factories.gatekeeping import make_submission

FINAL = {State.WITHDRAWN, State.LAPSED, State.EXPIRED}


def test_the_tables_name_every_state():
    assert set(MOVES) == set(STATE_NAMES) == set(State)
    assert not WAITING & CURRENT
    assert {state for state, to in MOVES.items() if not to} == FINAL


def test_nothing_reaches_schools_without_being_approved():
    reached = {state for state, to in MOVES.items() if {State.LIVE, State.SCHEDULED} & to}
    assert reached <= {State.APPROVED, State.SCHEDULED}
    assert {state for state, to in MOVES.items() if State.APPROVED in to} == {
        State.IN_REVIEW,
        State.ESCALATED,
        State.APPROVED_COND,
        State.SUSPENDED,
    }


def test_no_state_that_was_not_judged_leads_to_an_approval():
    unjudged = {State.DRAFT, State.SUBMITTED, State.RETURNED, State.TRIAGE, State.CHALLENGED}
    approvals = {State.APPROVED, State.APPROVED_COND, State.SCHEDULED, State.LIVE, State.CLOSED}
    assert not [state for state in unjudged if MOVES[state] & approvals]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("before", State)
def test_only_the_moves_of_the_table_are_made(session, before):
    submission = make_submission(before)
    for after in set(State) - MOVES[before]:
        with pytest.raises(MoveRefusedError, match="This was not done"):
            move(session, submission, to=after, by=None, at=NOON)
    assert submission.state is before
    assert not [made for made in session.new if isinstance(made, Move)]


@pytest.mark.sqlite_only
def test_a_move_is_written_down_with_who_and_when(session):
    submission = make_submission(State.TRIAGE)
    author = submission.author_id
    move(session, submission, to=State.IN_REVIEW, by=author, at=NOON, note="Why not")
    session.flush()
    made = session.query(Move).one()
    assert (made.before, made.after) == (State.TRIAGE, State.IN_REVIEW)
    assert (made.by_id, made.at, made.note, made.version) == (author, NOON, "Why not", 1)
    assert submission.updated_at == NOON
