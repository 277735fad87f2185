"""A small world with one of everything, in which every page has something to show.

Everything in it carries the word ``SECRET``: whoever stands outside must never read that word.
"""

import io
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

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
from gatekeeping.models import Attachment, LetterState, Message, Move, State, Submission, Verb
from notifications.models import DeliveryState, Notice
from portal.app import create_app
from portal.signin import sessions
from portal.signin.models import SignedInSession
from tests.factories import base
from tests.factories.base import NOON
from tests.factories.categories import CategoryFactory, CoverFactory, OwnerFactory
from tests.factories.directory import (
    GatekeeperFactory,
    MembershipFactory,
    OfficerFactory,
    OrganisationFactory,
    PersonFactory,
    SchoolFactory,
    TeamFactory,
)
from tests.factories.gatekeeping import make_decision, make_finding, make_submission, version_of
from tests.factories.notifications import DeliveryFactory, NoticeAttachmentFactory, NoticeFactory

SECRET = "Kestrel"
ROLES = [role.value for role in Role]
DOCUMENT = {
    "kind": "data_request",
    "title": f"{SECRET} numbers",
    "purpose": f"So that we know how many {SECRET}s there are.",
    "body": f"Please count every {SECRET}.",
    "items": [{"name": f"{SECRET}s by year", "definition": "", "why": "", "personal": False}],
    "audience": {"all": True},
    "due_on": "2027-03-01",
}


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
    hats: dict[str, Membership]
    """One membership for each role."""
    ids: dict[str, dict[str, Any]] = field(default_factory=dict)
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
        world = World(app, database, hats=_people(size))
        _fill(session, world, FileStore(settings.files), size)
        session.commit()
        session.expunge_all()
    yield world
    database.engine.dispose()


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


def _people(size: int) -> dict[str, Membership]:
    """Make somebody for each role, each with a second hat, and colleagues."""
    school = SchoolFactory(name=f"{SECRET} School", district="Preston")
    hats = {}
    for role in Role:
        person = PersonFactory(name=f"{SECRET} {role.value}")
        for _ in range(size):
            MembershipFactory(person=person, role=Role.GOVERNOR)
        if role in SCHOOL_ROLES:
            hats[role.value] = MembershipFactory(person=person, school=school, role=role)
        else:
            # each in a team of their own: who decides may be no colleague of the author
            team = TeamFactory(name=f"{SECRET} {role.value}")
            hats[role.value] = OfficerFactory(person=person, role=role, team=team)
    for number in range(size):
        MembershipFactory(school=school, person=PersonFactory(name=f"{SECRET} staff {number}"))
        SchoolFactory(
            name=f"{SECRET} {number}",
            district=f"{SECRET} district {number}",
            trust=OrganisationFactory(name=f"{SECRET} {number}", kind=OrganisationKind.TRUST),
        )
    return hats


def _fill(session: Session, world: World, files: FileStore, size: int) -> None:
    stored = files.put(io.BytesIO(f"{SECRET} inside".encode()), most=1000)
    world.ids["gatekeeping.verify"] = {"text": "888-2627-C-00001-A"}
    world.ids["signin.enter"] = {"token": "no-such-token"}
    _fill_categories(world, size)
    _fill_inboxes(world, stored.sha256, size)
    _fill_gate(session, world, stored.sha256, size)


def _fill_categories(world: World, size: int) -> None:
    head, staff = world.hats["head"], world.hats["staff"]
    today = clock.local_date(clock.now())
    for number in range(size):
        slug = f"care-{number}"
        category = CategoryFactory(slug=slug, heading=f"Care {number}")
        facts = {"school": head.school, "category": category}
        OwnerFactory(**facts, person=staff.person, ended_at=NOON)
        OwnerFactory(**facts, person=MembershipFactory(school=head.school).person)
        CoverFactory(
            school_id=head.school_id,
            category_id=category.id,
            person=MembershipFactory(school=head.school).person,
            starts_on=today,
            ends_on=today + timedelta(days=3),
        )
        world.ids["categories"] = {"slug": slug}


def _fill_inboxes(world: World, sha256: str, size: int) -> None:
    sources = itertools.count(1_000_000)  # no id of a submission's version
    for role in sorted(SCHOOL_ROLES):
        for number in range(size):
            notice = NoticeFactory(
                source_id=next(sources),
                title=f"{SECRET} {role} {number}",
                body=f"Feed the {SECRET}.",
            )
            file = NoticeAttachmentFactory(notice_id=notice.id, sha256=sha256)
            category = CategoryFactory(heading=f"Place {role} {number}")
            item = DeliveryFactory.to(
                world.hats[role.value], notice=notice, category_id=category.id
            )
            DeliveryFactory.to(
                world.hats[role.value], state=DeliveryState.DONE, notice__source_id=next(sources)
            )
        for number in range(size):  # beside the last one: the same notice, again at this school
            colleague = MembershipFactory(school=world.hats[role.value].school)
            DeliveryFactory.to(colleague, notice=notice)
            NoticeAttachmentFactory(notice_id=notice.id, sha256=sha256, name=f"{number}.pdf")
        mine = {"delivery_id": item.id, "attachment_id": file.id}
        world.ids["notifications"] = world.ids[f"notifications {role.value}"] = mine


def _fill_gate(session: Session, world: World, sha256: str, size: int) -> None:
    made: dict[State, Submission] = {}
    for state in State:
        for author, holder in _hands(world, size):
            made[state] = make_submission(
                state,
                author=author,
                claimed_by=holder if state is State.IN_REVIEW else None,
                document=_document(size),
            )
            if state is not State.DRAFT:
                make_finding(version_of(made[state]))
    files = {}
    for state in (State.DRAFT, State.TRIAGE, State.CHALLENGED, State.LIVE):
        for author, _ in _hands(world, size):
            files[state] = _in_thread(session, made[state], author, sha256)
    decision = make_decision(
        made[State.LIVE],
        world.hats["gatekeeper"],
        Verb.APPROVE,
        letter_state=LetterState.WRITTEN,
        letter_sha256=sha256,
    )
    _sent(session, made[State.LIVE], size)
    session.flush()
    draft = {"submission_id": made[State.DRAFT].id, "attachment_id": files[State.DRAFT].id}
    live = {"submission_id": made[State.LIVE].id, "attachment_id": files[State.LIVE].id}
    world.ids["gatekeeping"] = {**draft, "decision_id": decision.id, "slug": "about", "kind": "csv"}
    for endpoint in ("decide", "decided", "claim", "release"):
        world.ids[f"gatekeeping.{endpoint}"] = {"submission_id": made[State.TRIAGE].id}
    for endpoint in ("show", "delivered", "delivered_file", "copy", "attachment"):
        world.ids[f"gatekeeping.{endpoint}"] = live
    world.ids["gatekeeping.answer"] = {"submission_id": made[State.CHALLENGED].id}
    world.ids["gatekeeping.withdraw_submission"] = {"submission_id": made[State.TRIAGE].id}


def _hands(world: World, size: int) -> Iterator[tuple[Membership, Membership]]:
    """Give an author and a gatekeeper for each row: all different, those of the world last.

    Rows of the same person would hide a page that looks each person up by itself.
    """
    own = world.hats["officer"]
    for number in range(size - 1):
        yield OfficerFactory(team=own.team) if number % 2 else OfficerFactory(), GatekeeperFactory()
    yield own, world.hats["gatekeeper"]


def _document(size: int) -> dict[str, Any]:
    items = [{**DOCUMENT["items"][0], "name": f"{SECRET} {n}"} for n in range(min(size, 30))]  # type: ignore[index]
    return {**DOCUMENT, "items": items, "categories": ["care-0"]}


def _in_thread(
    session: Session, submission: Submission, author: Membership, sha256: str
) -> Attachment:
    """Add a file, a question and a step of its history to a submission."""
    file = Attachment(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        sha256=sha256,
        name=f"{SECRET}.pdf",
        media_type="application/pdf",
        size=14,
        added_by_id=author.person_id,
        added_at=NOON,
    )
    question = Message(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        version=1,
        is_answer=False,
        by_id=author.person_id,
        at=NOON,
        text=f"Why {SECRET}?",
    )
    step = Move(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        version=1,
        before=State.TRIAGE,
        after=State.IN_REVIEW,
        by_id=author.person_id,
        at=NOON,
    )
    session.add_all([file, question, step])
    session.flush()
    return file


def _sent(session: Session, submission: Submission, size: int) -> None:
    notice: Notice = NoticeFactory(source_id=version_of(submission).id, title=submission.title)
    for _ in range(size):
        DeliveryFactory.to(MembershipFactory(school=SchoolFactory(name=SECRET)), notice=notice)
    session.flush()


def neighbours(world: World) -> dict[str, Membership]:
    """Make somebody for each role at another school or in another team of the same authority."""
    with _factories(world.database) as session:
        return _everybody(session)


def strangers(world: World) -> dict[str, Membership]:
    """Make somebody for each role in another authority."""
    with _factories(world.database) as session:
        other = ensure_authority(session, la_code="999", name="Elsewhere").authority_id
        session.info["test_authority"] = other
        return _everybody(session)


def _everybody(session: Session) -> dict[str, Membership]:
    school, team = SchoolFactory(), TeamFactory()
    hats = {
        role.value: MembershipFactory(school=school, role=role)
        if role in SCHOOL_ROLES
        else OfficerFactory(team=team, role=role)
        for role in Role
    }
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
