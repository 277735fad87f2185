"""``portal search``: the index by command, and searching with somebody's eyes."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from directory.models import Role
from portal.cli.search import search as command
from portal.library import indexing
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory, MembershipFactory
from tests.factories.notifications import DeliveryFactory, NoticeAttachmentFactory

run = CliRunner().invoke


@pytest.fixture
def head(session):
    return HeadFactory()


@pytest.fixture
def environment(settings, database, monkeypatch):
    monkeypatch.setenv("PORTAL_HOME", str(settings.portal_home))
    monkeypatch.setenv("DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("SECRET_KEY", "for-tests-only")
    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1")


@pytest.mark.sqlite_only
def test_the_command_rebuilds_and_searches_with_somebodys_eyes(session, head, environment):
    teacher = MembershipFactory(school=head.school)
    own = DeliveryFactory.to(head, notice__title="Boilers and roofs", notice__sender="A, X")
    NoticeAttachmentFactory(notice_id=own.notice_id)
    DeliveryFactory.to(teacher, notice__title="Boilers", notice__sender="B, X")
    session.commit()
    missing = run(command, ["boilers", "--as", head.person.email])
    assert missing.exit_code == 1
    assert "portal search rebuild" in missing.output

    assert json.loads(run(command, ["rebuild", "--json"]).stdout) == {"notices": 2}
    answer = json.loads(run(command, ["boilers", "--as", head.person.email, "--json"]).stdout)
    assert (answer["count"], answer["page"], answer["capped"]) == (2, 1, False)
    assert {"delivery", "number", "title", "sender", "sent_at", "passage"} <= set(
        answer["results"][0]
    )
    assert answer["facets"]["files"] == [{"value": "1", "label": "With files", "count": 1}]
    answer = run(command, ["boilers", "--as", teacher.person.email.upper()])
    assert answer.output.startswith("1 found.")
    assert "roofs" not in answer.output
    for narrowed in (
        ["--files"],
        ["--mine"],
        ["--sender", "A, X"],
        ["--state", "unread", "--mine", "--newest", "--from", "2020-01-01"],
    ):
        answer = run(command, ["boilers", "--as", head.person.email, *narrowed])
        assert answer.output.startswith("1 found."), narrowed
    answer = run(command, ["bioler", "--as", head.person.email])
    assert answer.output == "0 found.\nDid you mean: boilers\n"


@pytest.mark.postgresql_only
def test_the_command_rebuilds_on_postgresql_too(session, head, environment):
    DeliveryFactory.to(head, notice__title="Boilers and roofs")
    session.commit()
    assert json.loads(run(command, ["rebuild", "--json"]).stdout) == {"notices": 1}
    answer = json.loads(run(command, ["roof", "--as", head.person.email, "--json"]).stdout)
    assert answer["count"] == 1


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "Missing argument"),
        (["boilers"], 2, "Say whose eyes"),
        (["boilers", "--as", "nobody@portal.example"], 1, "Nobody with that address"),
    ],
)
def test_the_command_says_what_is_wrong(session, environment, arguments, code, words):
    session.commit()
    answer = CliRunner().invoke(command, arguments)
    assert answer.exit_code == code
    assert words in answer.output


@pytest.mark.sqlite_only
def test_a_person_at_two_schools_is_asked_which(session, database, settings, head, environment):
    second = MembershipFactory(person=head.person, role=Role.STAFF)
    DeliveryFactory.to(second, notice__title="Boilers", delivered_at=NOON - timedelta(days=1))
    session.commit()
    indexing.rebuild(database, settings)
    assert "--school URN" in run(command, ["boilers", "--as", head.person.email]).output
    arguments = ["boilers", "--as", head.person.email, "--school", str(second.school.urn)]
    assert run(command, arguments).output.startswith("1 found.")
