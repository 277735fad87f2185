"""The demonstration authority at full size on each database, for measurements to work on."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from flask.sessions import SecureCookieSessionInterface

from benchmarks.tables import Table
from categories.catalogue import current_ids
from categories.routing.reasons import Reason
from directory.authorities import authority_by_code
from directory.models import Membership, Person, Role, School
from foundation import clock
from foundation.db import EVERY_AUTHORITY, Database
from foundation.settings import Settings
from gatekeeping.events import SubmissionApproved
from gatekeeping.models import Kind, State, Submission, SubmissionVersion, Track
from notifications.models import Delivery, DeliveryState, Notice, NoticeKind
from portal.app import create_app
from portal.signin import sessions
from tests import servers

PORTAL = str(Path(sys.executable).parent / "portal")
CATEGORY = "catering"


@dataclass
class Stage:
    """One database with the demonstration authority in it."""

    name: str
    database: Database
    settings: Settings
    authority_id: int
    seconds_to_build: float
    category: str = CATEGORY


@contextmanager
def stages() -> Iterator[list[Stage]]:
    """Build the demonstration authority on SQLite and on PostgreSQL."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory()))
        server = stack.enter_context(servers.postgresql())
        yield [
            build_stage("SQLite", home / "sqlite", f"sqlite:///{home / 'sqlite' / 'portal.db'}"),
            build_stage("PostgreSQL", home / "postgresql", server.url),
        ]


def build_times(made: list[Stage]) -> Table:
    """Return how long `portal demo` took on each database."""
    table = Table(
        "`portal demo`: 656 schools, 6,200 staff, 52,000 owners, 400 communications",
        ("database", "seconds", "target"),
    )
    for stage in made:
        table.rows.append((stage.name, stage.seconds_to_build, "under 90"))
    return table


def new_approved(stage: Stage, *, title: str = "Menus for the spring term") -> SubmissionApproved:
    """Make a communication to all schools that was just approved; return its event."""
    now = clock.now()
    document = {
        "kind": "communication",
        "title": title,
        "body": "The new menus are in the library. Please put them on your website.",
        "audience": {"all": True},
        "categories": [stage.category],
    }
    with stage.database.transaction(authority=stage.authority_id) as session:
        officer = session.scalars(
            sa.select(Membership).where(Membership.role == Role.OFFICER).order_by(Membership.id)
        ).first()
        assert officer is not None
        submission = Submission(
            authority_id=stage.authority_id,
            author_id=officer.person_id,
            team_id=officer.team_id,
            organisation_id=stage.authority_id,
            kind=Kind.COMMUNICATION,
            state=State.APPROVED,
            title=title,
            document=document,
            version=1,
            created_at=now,
            updated_at=now,
        )
        session.add(submission)
        session.flush()
        version = SubmissionVersion(
            authority_id=stage.authority_id,
            submission_id=submission.id,
            version=1,
            document=document,
            track=Track.STANDARD,
            schools=656,
            burden={},
            attachments=[],
            submitted_by_id=officer.person_id,
            submitted_at=now,
        )
        session.add(version)
        session.flush()
        return SubmissionApproved(stage.authority_id, submission.id, version.id)


def give_items(stage: Stage, items: int) -> Membership:
    """Make a new teacher at the first school with so many unread items; return the membership."""
    now = clock.now()
    with stage.database.transaction(authority=stage.authority_id) as session:
        school = session.scalars(sa.select(School).order_by(School.id).limit(1)).one()
        person = Person(
            authority_id=stage.authority_id,
            email=f"reader{now.timestamp()}@portal.example",
            name="Reader",
            created_at=now,
            privacy_seen_at=now,
        )
        membership = Membership(
            authority_id=stage.authority_id,
            person=person,
            school_id=school.id,
            role=Role.STAFF,
            started_at=now,
        )
        session.add_all([person, membership])
        session.flush()
        category = current_ids(session, stage.authority_id)[stage.category]
        for count in range(items):
            sent_at = now - timedelta(hours=count)
            notice = Notice(
                authority_id=stage.authority_id,
                source_id=10**9 + int(now.timestamp() * 1000) * 2000 + count,
                reference=f"888-2627-C-{count:05d}-A v1",
                kind=NoticeKind.COMMUNICATION,
                title=f"Menus for week {count} of the spring term",
                body="The new menus are in the library.",
                sender="Catering, Lancashire",
                sent_at=sent_at,
                due_on=(sent_at + timedelta(days=14)).date(),
            )
            session.add(notice)
            session.flush()
            session.add(
                Delivery(
                    authority_id=stage.authority_id,
                    notice_id=notice.id,
                    school_id=school.id,
                    person_id=person.id,
                    category_id=category,
                    reason=Reason.OWNER,
                    state=DeliveryState.UNREAD,
                    delivered_at=sent_at,
                )
            )
        session.flush()
        return membership


def signed_in_cookie(stage: Stage, membership: Membership) -> str:
    """Return the Cookie header of a browser in which that person is signed in."""
    with stage.database.transaction(authority=EVERY_AUTHORITY) as session:
        token = sessions.begin(session, person_id=membership.person_id, at=clock.now())
    app = create_app(stage.settings, stage.database)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    # As a browser's cookie is after its first page: the secret of its forms is in it already.
    kept = {"_user_id": token, "_fresh": True, "csrf_token": secrets.token_hex(20)}
    return f"portal={signer.dumps(kept)}"


def environment_of(stage: Stage) -> dict[str, str]:
    """Return the environment in which a command works on this stage's database."""
    return {
        **os.environ,
        "PORTAL_HOME": str(stage.settings.portal_home),
        "DATABASE_URL": stage.settings.database,
        "SECRET_KEY": "benchmark",
        "PUBLIC_URL": "http://127.0.0.1:5000",
    }


def build_stage(name: str, home: Path, url: str) -> Stage:
    """Build the demonstration authority in a database that is empty."""
    home.mkdir(parents=True)
    values = {
        "PORTAL_HOME": str(home),
        "DATABASE_URL": url,
        "SECRET_KEY": "benchmark",
        "PUBLIC_URL": "http://127.0.0.1:5000",
    }
    environment = {**os.environ, **values}
    subprocess.run([PORTAL, "db", "upgrade"], env=environment, check=True, stdout=sys.stderr)
    start = clock.now()
    subprocess.run([PORTAL, "demo"], env=environment, check=True, stdout=sys.stderr)
    spent = (clock.now() - start).total_seconds()
    database = Database(url)
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        authority_id = authority_by_code(session, "888").authority_id
    settings = Settings(
        portal_home=home,
        database_url=url,
        secret_key="benchmark",
        public_url=values["PUBLIC_URL"],
    )
    return Stage(name, database, settings, authority_id, spent)
