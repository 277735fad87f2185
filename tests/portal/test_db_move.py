import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask.sessions import SecureCookieSessionInterface

from directory.models import Role
from foundation import audit, clock, transfer
from foundation.db import EVERY_AUTHORITY, Database
from foundation.model import Base
from foundation.settings import Settings
from gatekeeping.mailgate.cases import pieces
from gatekeeping.models import BypassCase
from notifications.models import Delivery, Notice
from portal.app import create_app
from portal.cli import main
from portal.running.parts import only_one
from portal.signin import sessions
from tests import servers
from tests.factories.base import NOON
from tests.factories.directory import MembershipFactory, SchoolFactory
from tests.factories.held_mail import RAW, SEAL, keep_held
from tests.factories.notifications import DeliveryFactory, NoticeAttachmentFactory, NoticeFactory

pytestmark = pytest.mark.sqlite_only

numbers = itertools.count()
Mover = Callable[..., str]


@pytest.fixture
def home(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an embedded portal: the test's own database lies in it."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def move(home: Path) -> Mover:
    def move(url: str, *, code: int = 0) -> str:
        result = CliRunner().invoke(main, ["db", "move", url])
        assert result.exit_code == code, result.output
        return result.output

    return move


@pytest.fixture
def empty(postgresql: servers.PostgreSQL) -> Iterator[str]:
    """The address of a database with nothing in it."""
    name = f"moved_{next(numbers)}"
    yield postgresql.new_database(name)
    postgresql.drop_database(name)


def test_a_portal_that_was_moved_goes_on_where_it_stood(
    database: Database, authority_id: int, session, home: Path, move: Mover, empty: str
) -> None:
    membership = MembershipFactory(role=Role.HEAD, school=SchoolFactory())
    # What replaces an earlier notice has the larger key: rows refer forwards too.
    notice = NoticeFactory(title="Fire drill\twith a tab", body="Quokkas \\N\nand backslashes\0.")
    notice.replaced_by_id = NoticeFactory().id
    NoticeAttachmentFactory(notice_id=notice.id)
    DeliveryFactory(notice=notice, school=membership.school, person=membership.person)
    audit.record(
        session,
        authority_id=authority_id,
        action="tried",
        subject="notice",
        by=None,
        at=NOON,
        detail={"ä": [1, 2.5, None, True]},
    )
    large = RAW * 3_000
    held = keep_held(raw=large)
    token = sessions.begin(session, person_id=membership.person_id, at=clock.now())
    session.commit()

    said = move(empty)

    assert "entries of the audit trail verified" in said
    for name in ("DATABASE_URL", "SECRET_KEY", "PUBLIC_URL"):
        assert f"  {name}=" in said
    target = Database(empty)
    settings = Settings(portal_home=home, database_url=empty, secret_key="k", public_url="http://x")
    app = create_app(settings, target)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    client = app.test_client()
    client.set_cookie("portal", signer.dumps({"_user_id": token, "_fresh": True}), domain="x")
    for page in ("/inbox", "/search?q=quokkas"):
        assert "Fire drill" in client.get(page, base_url="http://x").text
    with target.session(authority=EVERY_AUTHORITY) as there:
        body = there.scalar(sa.select(Notice.body).where(Notice.id == notice.id))
        assert body == "Quokkas \\N\nand backslashes\N{REPLACEMENT CHARACTER}."
        assert audit.verify(there, authority_id).why is None
        case = there.get_one(BypassCase, held.id)
        assert b"".join(pieces.content(there, case, SEAL)) == large
        there.add(_another(there, notice.id))
        there.flush()  # its key is a new one
    with target.session(authority=authority_id + 1) as strange:
        assert strange.scalar(sa.select(sa.func.count()).select_from(Delivery)) == 0

    assert "holds data already" in move(empty, code=1)
    target.engine.dispose()


def test_a_move_that_fails_half_way_leaves_nothing_behind(
    database: Database, session, move: Mover, empty: str
) -> None:
    membership = MembershipFactory(role=Role.HEAD, school=SchoolFactory())
    notice = NoticeFactory(title="x" * 301)  # longer than PostgreSQL takes
    DeliveryFactory(notice=notice, school=membership.school, person=membership.person)
    session.commit()
    assert "“notice” holds something that PostgreSQL does not take" in move(empty, code=1)
    target = Database(empty)
    with target.session(authority=EVERY_AUTHORITY) as there:
        assert transfer.first_filled(there, Base.metadata.sorted_tables) is None
    target.engine.dispose()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite:///other.db", "Give the address of a database"),
        ("nonsense", "Give the address of a database"),
        ("postgresql://nobody@127.0.0.1:1/x", "The database does not answer"),
    ],
)
def test_only_a_database_that_answers_can_be_moved_to(move: Mover, url: str, says: str) -> None:
    assert says in move(url, code=1)


def test_a_portal_that_runs_is_not_moved(home: Path, move: Mover) -> None:
    with only_one(home):
        assert "is already running" in move("postgresql://nobody@127.0.0.1:1/x", code=1)


def test_a_portal_on_a_server_needs_no_moving(move: Mover, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "DATABASE_URL": "postgresql://a@b.example/c",
        "SECRET_KEY": "k",
        "PUBLIC_URL": "https://portal.example",
    }.items():
        monkeypatch.setenv(name, value)
    assert "DATABASE_URL is set" in move("postgresql://nobody@127.0.0.1:1/x", code=1)


def _another(there, notice_id: int) -> Notice:
    like = there.get_one(Notice, notice_id)
    return Notice(
        authority_id=like.authority_id,
        source_id=10**9,
        reference="888-2627-C-00002-A v1",
        kind=like.kind,
        title="Another",
        body="",
        sender=like.sender,
        sent_at=NOON,
    )
