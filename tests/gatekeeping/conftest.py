import pytest

from directory.models import Role
from gatekeeping.models import State, Track
from tests.factories.directory import GatekeeperFactory, OfficerFactory
from tests.factories.gatekeeping import make_submission


@pytest.fixture
def gatekeeper(session):
    return GatekeeperFactory()


@pytest.fixture
def other(session):
    return GatekeeperFactory()


@pytest.fixture
def executive(session):
    return OfficerFactory(role=Role.EXECUTIVE)


@pytest.fixture
def claimed(session, gatekeeper):
    return make_submission(State.IN_REVIEW, claimed_by=gatekeeper)


@pytest.fixture
def heavy(session, gatekeeper):
    return make_submission(State.IN_REVIEW, claimed_by=gatekeeper, track=Track.HIGH)
