"""The session that factories write to, set by the ``session`` fixture for each test."""

from datetime import UTC, datetime

import factory
from factory.alchemy import SQLAlchemyModelFactory
from sqlalchemy.orm import Session

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # a Monday in term time

current: dict[str, Session] = {}


class Factory(SQLAlchemyModelFactory):
    class Meta:
        abstract = True
        sqlalchemy_session_factory = lambda: current["session"]  # noqa: E731
        sqlalchemy_session_persistence = "flush"


def authority_id() -> int:
    """Return the id of the authority that the test database begins with (Lancashire, 888)."""
    return current["session"].info["test_authority"]


class InAuthority(Factory):
    class Meta:
        abstract = True

    authority_id = factory.LazyFunction(authority_id)
