"""Updates from GIAS that are put up, compared and applied as workers do."""

import pytest

from directory.updates.applying import apply_chosen
from directory.updates.choosing import choose
from tests.factories.base import NOON
from tests.schools_file import LATER, every, put_up_and_compare


@pytest.fixture
def compared(database, tmp_path, authority_id, session):
    """Put up rows (and links) and return the update, after committing what factories made."""

    def compare(rows, *pairs, **more):
        session.commit()
        update = put_up_and_compare(
            database, tmp_path, rows, *pairs, authority_id=authority_id, at=NOON, **more
        )
        session.expire_all()
        session.rollback()
        return update

    return compare


@pytest.fixture
def apply_all(database, authority_id, session):
    def apply(update, *, at=LATER):
        session.rollback()
        with database.transaction(authority=authority_id) as other:
            choose(other, authority_id, every(update), by=None, at=NOON)
        settled = apply_chosen(database, at=at)
        session.expire_all()
        return settled

    return apply
