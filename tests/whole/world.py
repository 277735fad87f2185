"""A small world with one of everything, in which every page has something to show.

Everything in it carries the word ``SECRET``: whoever stands outside must never read that word.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from directory.access import access_of
from directory.authorities import authority_by_code, ensure_authority
from directory.models import SCHOOL_ROLES, Membership, OrganisationKind, Role
from foundation import clock
from foundation.db import EVERY_AUTHORITY, Database
from foundation.files import FileStore
from foundation.settings import Settings
from gatekeeping.holdings.loading import ensure_loaded
from portal.app import create_app
from portal.signin import sessions
from portal.signin.models import SignedInSession
from tests.factories import base
from tests.factories.base import NOON
from tests.factories.directory import (
    MembershipFactory,
    OfficerFactory,
    OrganisationFactory,
    PersonFactory,
    SchoolFactory,
    TeamFactory,
)
from tests.whole import filling
from tests.whole.filling import Hats, Ids

ROLES = [role.value for role in Role]


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the text, and where it leads."""

    status: int
    text: str
    location: str


@dataclass
class World:
    """An application over a database of its own, and what the addresses of its pages need."""

    app: Flask
    database: Database
    hats: Hats
    """One membership for each role."""
    ids: Ids = field(default_factory=dict)
    """What stands in addresses: for each endpoint or blueprint, and for each role's inbox."""
    clients: dict[int, FlaskClient] = field(default_factory=dict)

    def client(self, hat: Membership | None) -> FlaskClient:
        """Return a browser signed in with this hat (with none: as nobody)."""
        if hat is None:
            return self.app.test_client()
        if hat.id not in self.clients:
            self.clients[hat.id] = self._signed_in(hat)
        return self.clients[hat.id]

    def ask(self, hat: Membership | None, path: str, method: str = "GET") -> Answer:
        """Ask for a page and say what came; the answer is read to its end and closed."""
        with self.client(hat).open(path, method=method) as answer:
            return Answer(answer.status_code, answer.text, answer.location or "")

    def _signed_in(self, hat: Membership) -> FlaskClient:
        with self.database.transaction(authority=EVERY_AUTHORITY) as session:
            token = sessions.begin(session, person_id=hat.person_id, at=clock.now())
            session.flush()
            own = SignedInSession.token_hash == sessions.hashed(token)
            session.execute(sa.update(SignedInSession).where(own).values(membership_id=hat.id))
        return self.with_session(token)

    def with_session(self, token: str) -> FlaskClient:
        """Return a browser that carries this session's token."""
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return client

    def path(self, rule: Rule, role: str = "head", **chosen: int) -> str:
        """Return an address of this rule that names real things of this world."""
        values = {
            **self.ids.get(rule.endpoint.split(".")[0], {}),
            **self.ids.get(rule.endpoint, {}),
            **self.ids.get(f"{rule.endpoint.split('.')[0]} {role}", {}),
            **chosen,
        }
        given = {name: values[name] for name in rule.arguments}
        return rule.build(given, append_unknown=False)[1]  # type: ignore[index]


@contextmanager
def open_world(database: Database, settings: Settings, *, size: int = 1) -> Iterator[World]:
    """Fill a database and give the application over it; ``size`` rows in everything listed."""
    app = create_app(settings, database)
    app.testing = True
    app.config.update(PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False)
    database.waker = None
    with _factories(database) as session:
        world = World(app, database, hats=filling.people(size))
        filling.fill(session, world.hats, world.ids, FileStore(settings.files), size)
        session.commit()
        session.expunge_all()
    yield world
    still_open = database.engine.pool.checkedout()
    database.engine.dispose()
    assert not still_open, f"{still_open} connections were never given back"


@contextmanager
def _factories(database: Database) -> Iterator[Session]:
    """Open the session to which factories write."""
    before = dict(base.current)
    with database.session(authority=EVERY_AUTHORITY) as session:
        session.info["test_authority"] = authority_by_code(session, "888").authority_id
        base.current["session"] = session
        try:
            yield session
        finally:
            base.current.clear()
            base.current.update(before)


def neighbours(world: World) -> Hats:
    """Make somebody for each role at another school or in another team of the same authority."""
    with _factories(world.database) as session:
        return _everybody(session)


def strangers(world: World) -> Hats:
    """Make somebody for each role in another authority."""
    with _factories(world.database) as session:
        other = ensure_authority(session, la_code="999", name="Elsewhere").authority_id
        session.info["test_authority"] = other
        ensure_loaded(session, other, at=NOON)  # as setting up an authority does
        return _everybody(session)


def _everybody(session: Session) -> Hats:
    school, team = SchoolFactory(), TeamFactory()
    hats = {
        role.value: MembershipFactory(school=school, role=role, manages_owners=role is Role.STAFF)
        if role in SCHOOL_ROLES
        else OfficerFactory(team=team, role=role)
        for role in Role
    }
    trust = OrganisationFactory(kind=OrganisationKind.TRUST, name="Another trust")
    hats["trust"].organisation_id = trust.id
    session.commit()
    session.expunge_all()
    return hats


def without_hat(world: World, *, seen: bool) -> FlaskClient:
    """Sign in somebody with two roles who has chosen none, and may not have read the notice."""
    with _factories(world.database) as session:
        person = PersonFactory(privacy_seen_at=NOON if seen else None)
        for role in (Role.STAFF, Role.HEAD):
            MembershipFactory(person=person, role=role)
        session.commit()
    with world.database.transaction(authority=EVERY_AUTHORITY) as session:
        token = sessions.begin(session, person_id=person.id, at=clock.now())
    return world.with_session(token)


def rules(app: Flask) -> list[Rule]:
    """Return every route of the application but that of static files, in one order."""
    found = (rule for rule in app.url_map.iter_rules() if rule.endpoint != "static")
    return sorted(found, key=lambda rule: (rule.endpoint, rule.rule))


def methods(rule: Rule) -> list[str]:
    """Return what may be asked of a route beside HEAD and OPTIONS."""
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def may_use(app: Flask, rule: Rule) -> str:
    """Say in words who may use a route: what stands in the table."""
    access = access_of(app.view_functions[rule.endpoint])
    if access is None:
        return "nobody said"
    if access.public:
        return "everybody"
    if access.without_hat:
        return "signed in"
    return " ".join(role for role in ROLES if role in access.roles) or "any role"


def is_for(app: Flask, rule: Rule, role: str) -> bool:
    """Tell whether a role may use a route."""
    words = may_use(app, rule)
    return words in {"everybody", "signed in", "any role"} or role in words.split()
