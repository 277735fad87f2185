"""Nothing leaks: whoever looks through whatever door finds what they may read, and nothing else."""

import logging
import random

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from hypothesis import strategies as st

from foundation.files import FileStore
from foundation.outbox import relay
from portal.library import indexing
from portal.wiring import HANDLERS
from tests.whole.doors import Looking, ended_addresses, every_item, every_list, others_items, search
from tests.whole.doors_behind import by_command, in_log, mails, on_paper, on_record, senders
from tests.whole.leaks import writing
from tests.whole.leaks_sent import Leaky


@pytest.fixture
def look(database, authority_id, settings, app, sign_in, caplog, monkeypatch):
    """Fill a world, let workers do their work, and give what looks into it."""
    app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setenv("PORTAL_HOME", str(settings.portal_home))
    monkeypatch.setenv("DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("SECRET_KEY", "for-tests-only")

    def look(seed: int) -> "Looking":
        with writing(database, authority_id) as session:
            world = Leaky(session, FileStore(settings.files), seed)
            session.commit()
            relay(database, HANDLERS, at=world.at)
            assert not [one for one in caplog.records if one.levelno >= logging.ERROR]
            session.expire_all()
            indexing.rebuild(database, settings)
            for place in world.places:
                session.refresh(place.member)
            session.expunge_all()
        return Looking(world, database, app, sign_in, random.Random(seed))  # noqa: S311 - the same every time

    return look


DOORS = (every_list, every_item, search, others_items)
BEHIND = (ended_addresses, on_paper, senders, mails, by_command, on_record)


def test_nobody_finds_behind_any_door_what_the_rules_forbid(look, database, caplog):
    looking = look(2 if database.is_postgresql else 1)

    # Hypothesis runs this several times over the one world, each time with others of its people.
    @how(
        max_examples=1 if database.is_postgresql else 2,
        phases=[Phase.generate],
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(seed=st.integers(0, 10_000))
    def through(seed):
        looking.chance.seed(seed)
        for door in DOORS:
            door(looking)

    through()
    for door in BEHIND:
        door(looking)
    assert looking.leaks == []
    assert not in_log(caplog)
