from datetime import timedelta

import pytest
import sqlalchemy as sa

from gatekeeping.mailgate.cases.moves import (
    CASE_STATE_NAMES,
    CLOSED,
    MOVES,
    OPEN,
    CaseMoveRefusedError,
    leads_to,
    move,
    what_happened,
)
from gatekeeping.models import CaseKind, CaseMove, CaseState, MailTrace
from tests.factories.base import NOON
from tests.factories.bypass import make_case
from tests.factories.directory import GatekeeperFactory
from tests.factories.held_mail import keep_held

S = CaseState

HELD = """
waiting    explained drafted releasing returned refused withdrawn lapsed
explained  drafted releasing returned refused withdrawn lapsed
drafted    routed returned refused withdrawn lapsed
releasing  released waiting
"""
SEEN = """
waiting    explained drafted lapsed noted
explained  drafted lapsed noted
drafted    routed lapsed noted
releasing  waiting
"""


def table(text: str) -> dict[CaseState, set[CaseState]]:
    rows = [line.split() for line in text.strip().splitlines()]
    return {S(first): {S(after) for after in rest} for first, *rest in rows}


@pytest.mark.parametrize(
    ("kind", "text"),
    [(CaseKind.HELD, HELD), (CaseKind.SEEN, SEEN), (CaseKind.REPORTED, SEEN)],
)
def test_a_case_moves_as_the_table_says_and_no_other_way(kind, text):
    allowed = table(text)
    for before in S:
        found = {after for after in S if leads_to(kind, before, after)}
        assert found == allowed.get(before, set()), before


def test_every_state_is_open_or_closed_and_has_a_name():
    assert set(MOVES) == set(CASE_STATE_NAMES) == set(S) == OPEN | CLOSED
    assert {S.WAITING, S.EXPLAINED, S.DRAFTED, S.RELEASING} == OPEN


@pytest.mark.sqlite_only
def test_a_move_that_the_table_does_not_name_is_refused_and_changes_nothing(session):
    case = make_case(S.RELEASED)
    with pytest.raises(CaseMoveRefusedError, match="“released once” and cannot become “refused”"):
        move(session, case, to=S.REFUSED, by=None, at=NOON)
    assert case.state is S.RELEASED
    assert session.scalar(sa.select(CaseMove.id)) is None


@pytest.mark.parametrize(
    ("before", "after", "counts", "is_due"),
    [
        (S.WAITING, S.WITHDRAWN, False, False),
        (S.WAITING, S.RETURNED, False, False),
        (S.WAITING, S.REFUSED, False, False),
        (S.WAITING, S.LAPSED, False, False),
        (S.DRAFTED, S.ROUTED, False, False),
        (S.RELEASING, S.RELEASED, True, False),
        (S.WAITING, S.EXPLAINED, True, True),
        (S.WAITING, S.DRAFTED, True, False),
        (S.WAITING, S.RELEASING, True, True),
        (S.RELEASING, S.WAITING, True, True),
    ],
)
@pytest.mark.sqlite_only
def test_a_move_sets_the_clock_the_trace_and_how_long_what_it_said_is_kept(
    session, before, after, counts, is_due
):
    case = keep_held()
    case.state = before
    at = NOON + timedelta(days=2)
    move(session, case, to=after, by=None, at=at, note="Because.")
    session.flush()
    trace = session.scalars(sa.select(MailTrace).execution_options(populate_existing=True)).one()
    assert trace.counts is counts
    assert (case.due_at is not None) is is_due
    if after in CLOSED:
        assert case.closed_at == at
        assert case.delete_on.isoformat() == "2026-12-25"  # 30 days after it was closed
    moved = session.scalars(sa.select(CaseMove)).one()
    assert (moved.before, moved.after, moved.note) == (before, after, "Because.")


@pytest.mark.sqlite_only
def test_mail_that_schools_have_goes_on_counting(session):
    case = keep_held(kind=CaseKind.SEEN)
    move(session, case, to=S.LAPSED, by=None, at=NOON)
    trace = session.scalars(sa.select(MailTrace).execution_options(populate_existing=True)).one()
    assert trace.counts


@pytest.mark.sqlite_only
def test_what_happened_last_is_told_with_who_and_when(session):
    case = make_case()
    assert what_happened(session, case) == "Nothing was changed: this is “held”."
    by = GatekeeperFactory().person
    move(session, case, to=S.REFUSED, by=by.id, at=NOON)
    assert what_happened(session, case) == (
        f"Nothing was changed: this is “refused” since 23 November 2026 at 12:00pm, by {by.name}."
    )
