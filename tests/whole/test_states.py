"""States are data: the tables about them name every one, and every one fits its column."""

import enum

import pytest
import sqlalchemy as sa

from categories.routing.reasons import Reason
from directory.models import ORGANISATION_ROLES, ROLE_NAMES, SCHOOL_ROLES, Role
from gatekeeping.models import Kind, State
from gatekeeping.moves import CURRENT, MOVES, STATE_NAMES, WAITING
from gatekeeping.views.followed import REASONS, STATES
from gatekeeping.wording import KINDS
from notifications.models import DeliveryState
from notifications.reading.wording import SHORT
from portal.models import Base
from portal.navigation import NAVIGATION

ENUMS = [
    pytest.param(column, id=f"{table.name}.{column.name}")
    for table in Base.metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, sa.Enum)
]


def test_the_table_of_moves_names_every_state():
    assert set(MOVES) == set(State)
    assert set().union(*MOVES.values()) <= set(State)


def test_every_state_is_reached_from_another():
    assert set().union(*MOVES.values()) == set(State)
    assert {state for state, to in MOVES.items() if State.DRAFT in to} == {State.RETURNED}


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (STATE_NAMES, State),
        (ROLE_NAMES, Role),
        (NAVIGATION, Role),
        (KINDS, Kind),
        (STATES, DeliveryState),
        (REASONS, Reason),
        (SHORT, Reason),
    ],
)
def test_everything_has_a_name_for_people(names, kind):
    assert set(names) == set(kind)
    assert all(names.values())


def test_a_submission_is_waiting_or_current_or_neither_but_never_both():
    assert not WAITING & CURRENT


def test_every_role_is_of_a_school_or_of_an_organisation():
    assert set(Role) == SCHOOL_ROLES | ORGANISATION_ROLES
    assert not SCHOOL_ROLES & ORGANISATION_ROLES


@pytest.mark.parametrize("column", ENUMS)
def test_an_enumeration_is_stored_by_value_and_fits_its_column(column):
    kind = column.type.enum_class
    assert issubclass(kind, enum.StrEnum)
    assert column.type.enums == [member.value for member in kind]
    assert max(len(member.value) for member in kind) <= column.type.length
    assert not column.type.native_enum  # a new member needs no change of the database
