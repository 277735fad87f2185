"""Who may use which page: the table beside this file, and every route tried with every hat."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from directory.models import SCHOOL_ROLES, Membership
from foundation.db import Database
from foundation.settings import Settings
from portal.models import Base
from tests.whole.filling import SECRET
from tests.whole.world import (
    ROLES,
    Answer,
    World,
    is_for,
    may_use,
    methods,
    neighbours,
    open_world,
    rules,
    strangers,
    without_hat,
)

TABLE = Path(__file__).parent / "routes.txt"
ANSWERS = {
    "gatekeeping.queue_next": {302},
    # without its key the link leads a sender to their own page (tests/gatekeeping)
    "gatekeeping.held_mail_link": {302, 404, 429},
    "gatekeeping.held_mail_by_key": {404, 429},
    "home.index": {302},
    # of a private address only a hash is kept, so none that works is known (tests/notifications)
    "notifications.atom_feed": {404, 429},
    "notifications.calendar_feed": {404, 429},
    "notifications.open_view": {302},
    "notifications.stop_mail": {404, 429},  # an address that was not signed
    "notifications.bulletin_file": {302},  # until a worker has made it
    "signin.choose": {200, 302},
    "signin.enter": {404},
    "signin.privacy": {200, 302},
    "signin.start": {200, 302},
}
"""Where a page of one's own is not simply shown."""
PRIVATE = {"urn", "submission_id", "attachment_id", "decision_id", "delivery_id", "slug"} | {
    "person_id",
    "school_id",
    "held_id",
}
SHARED = {
    ("categories.beside", "neighbour"),
    ("categories.cover", "neighbour"),
    ("categories.deputy", "neighbour"),
    ("categories.end_cover", "neighbour"),
    ("categories.group", "neighbour"),
    ("categories.like", "neighbour"),  # any school of the authority, its pattern by job title
    ("categories.newcomer", "neighbour"),
    ("categories.not_mine", "neighbour"),
    ("categories.owner", "neighbour"),
    ("categories.school", "neighbour"),
    ("categories.set_somebody", "neighbour"),
    ("categories.part", "neighbour"),
    ("categories.take_back", "neighbour"),
}
"""Pages whose address names something that all schools of the authority have: a category."""
OPEN_BOOK = {
    "categories.alike",  # names of schools, as GIAS publishes them
    "categories.like",
    "gatekeeping.entry",
    "gatekeeping.held_set",  # which teams asked for the data
    "gatekeeping.protocol",
    "gatekeeping.register",
    "gatekeeping.register_file",
}
"""The register and the protocol; what it masks: tests/gatekeeping/test_register.py."""
OF_ALL_SCHOOLS = {
    *("categories.coverage", "categories.coverage_file", "categories.coverage_map"),
    *("categories.school", "categories.schools"),
    *("gatekeeping.gaps", "gatekeeping.gaps_file"),
}
"""What every officer of the authority itself reads; none of a partner's (test_coverage_pages)."""
OF_THE_AUTHORITY = {
    *("gatekeeper", "legal", "governance", "panel", "executive", "auditor", "administrator")
}
"""Who reads all submissions of the authority, whatever team or school they are in."""
SIGNED = {"notifications.stop_mail"}
"""Forms whose address is the proof: programs send them without a page (RFC 8058)."""
UNCHANGED = sorted(
    {table.name for table in Base.metadata.sorted_tables}
    - {"audit_entry", "audit_head", "signed_in_session", "sign_in_link"}
)


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home = tmp_path_factory.mktemp("routes")
    shutil.copy(sqlite_template, home / "portal.db")
    settings = Settings(portal_home=home, secret_key="for-tests-only")
    with open_world(Database(settings.database), settings) as opened:
        yield opened


@pytest.fixture
def fresh_world(database: Database, settings: Settings) -> Iterator[World]:
    with open_world(database, settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def others(world: World) -> dict[str, dict]:
    return {"neighbour": neighbours(world), "stranger": strangers(world)}


def tries(app: Flask) -> list[tuple[Rule, str]]:
    """Return every route with each of its methods."""
    return [(rule, method) for rule in rules(app) for method in methods(rule)]


def ask(world: World, hat: Membership | None, rule: Rule, method: str, role: str) -> Answer:
    return world.ask(hat, world.path(rule, role), method)


def snapshot(database: Database) -> dict[str, list[tuple]]:
    """Return every row of what nobody without the right may have changed."""
    with database.engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.execute(sa.text(f'SELECT * FROM "{name}"'))))  # noqa: S608 - our own tables' names
            for name in UNCHANGED
        }


def test_the_table_names_every_route_and_who_may_use_it(world):
    lines = [
        f"{rule.endpoint}  {'+'.join(methods(rule))}  {rule.rule}\n    {may_use(world.app, rule)}\n"
        for rule in rules(world.app)
    ]
    assert TABLE.read_text() == "".join(lines)


def test_whoever_is_not_signed_in_is_sent_to_sign_in(world):
    wrong = []
    for rule, method in tries(world.app):
        answer = ask(world, None, rule, method, "head")
        sent = answer.status == 302 and answer.location.startswith("/sign-in")
        public = may_use(world.app, rule) == "everybody" and rule.endpoint != "home.index"
        told = SECRET in answer.text and rule.endpoint not in OPEN_BOOK
        if sent is public or answer.status >= 500 or told:
            wrong.append((method, rule.endpoint, answer.status))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_shown_its_own_pages_and_kept_from_all_others(world, role):
    wrong = []
    for rule, method in tries(world.app):
        allowed = is_for(world.app, rule, role)
        if allowed and method != "GET":
            continue  # tried below, in a world that may change
        status = ask(world, world.hats[role], rule, method, role).status
        if status not in (ANSWERS.get(rule.endpoint, {200}) if allowed else {403}):
            wrong.append((method, rule.endpoint, status))
    assert wrong == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_page_and_no_form_sent_empty_breaks_on_either_database(fresh_world, method):
    wrong = []
    for role in ROLES:
        for rule in rules(fresh_world.app):
            if method not in methods(rule) or not is_for(fresh_world.app, rule, role):
                continue
            if rule.endpoint == "signin.leave":
                continue  # the rest of the tries need the session
            status = ask(fresh_world, fresh_world.hats[role], rule, method, role).status
            good = {200, 302, 400, 404, 409, 422}
            if status not in (ANSWERS.get(rule.endpoint, {200}) if method == "GET" else good):
                wrong.append((role, rule.endpoint, status))
    assert wrong == []


@pytest.mark.parametrize(
    ("whence", "role"),
    [
        *(("stranger", role) for role in ROLES),
        *(("neighbour", role) for role in ROLES if role not in OF_THE_AUTHORITY),
    ],
)
def test_nothing_of_another_school_team_or_authority_is_shown_or_changed(
    world, others, role, whence
):
    """Also not to somebody of the same role: whoever may use the page still sees only their own."""
    wrong, hat, before = [], others[whence][role], snapshot(world.database)
    for rule, method in tries(world.app):
        if not is_for(world.app, rule, role) or rule.endpoint == "signin.leave":
            continue
        answer = ask(world, hat, rule, method, role)
        private = PRIVATE & rule.arguments and (rule.endpoint, whence) not in SHARED
        told = SECRET in answer.text and (rule.endpoint, whence) not in {
            (endpoint, "neighbour") for endpoint in OPEN_BOOK | OF_ALL_SCHOOLS
        }
        if answer.status >= 500 or told:
            wrong.append((method, rule.endpoint, answer.status, "shown"))
        elif private and answer.status != 404:
            wrong.append((method, rule.endpoint, answer.status))
    assert wrong == []
    assert snapshot(world.database) == before


@pytest.mark.parametrize("role", sorted(OF_THE_AUTHORITY))
def test_a_draft_is_for_its_team_alone(world, role):
    """Those who read all submissions of the authority read what was submitted, nothing before."""
    wrong = []
    draft = world.ids["gatekeeping"]["submission_id"]
    for rule, method in tries(world.app):
        if "submission_id" in rule.arguments and is_for(world.app, rule, role):
            path = world.path(rule, role, submission_id=draft)
            status = world.ask(world.hats[role], path, method).status
            if status != 404:
                wrong.append((method, rule.endpoint, status))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_a_file_is_reached_only_through_what_it_belongs_to(world, role):
    """Nobody reaches a file by putting its id behind the id of something that they may read."""
    elsewhere = {
        "gatekeeping": world.ids["gatekeeping"]["attachment_id"],
        "gatekeeping.remove_attachment": world.ids["gatekeeping.attachment"]["attachment_id"],
        "notifications": min(
            ids["attachment_id"]
            for name, ids in world.ids.items()
            if "notifications" in name and "attachment_id" in ids
        ),
    }
    if role == min(SCHOOL_ROLES):  # whose own file has the smallest id
        elsewhere["notifications"] += 10_000
    wrong, before = [], snapshot(world.database)["attachment"]
    for rule, method in tries(world.app):
        if "attachment_id" not in rule.arguments or not is_for(world.app, rule, role):
            continue
        name = rule.endpoint if rule.endpoint in elsewhere else rule.endpoint.split(".")[0]
        path = world.path(rule, role, attachment_id=elsewhere[name])
        status = world.ask(world.hats[role], path, method).status
        if method == "GET" and status != 404:
            wrong.append((path, status))
    assert wrong == []
    assert snapshot(world.database)["attachment"] == before  # removing twice is no fault


@pytest.mark.parametrize("role", ROLES)
def test_ids_of_nothing_are_not_found(world, role):
    wrong = []
    for rule, method in tries(world.app):
        names = [name for name in rule.arguments if name.endswith("_id")]
        if not names or not is_for(world.app, rule, role):
            continue
        for strange in (0, 2**62, 2**63, 10**40):
            numbers = dict.fromkeys(names, strange)
            path = world.path(rule, role, **numbers)
            status = world.ask(world.hats[role], path, method).status
            limited = {429} & ANSWERS.get(rule.endpoint, set())
            if status not in {404, 405} | limited:
                wrong.append((method, rule.endpoint, strange, status))
    assert wrong == []


def test_every_form_needs_its_token(world):
    world.app.config["WTF_CSRF_ENABLED"] = True
    try:
        wrong = [
            (role, rule.endpoint, status)
            for role in ROLES
            for rule, method in tries(world.app)
            if method == "POST" and is_for(world.app, rule, role)
            if rule.endpoint not in SIGNED
            for status in [ask(world, world.hats[role], rule, method, role).status]
            if status != 400
        ]
    finally:
        world.app.config["WTF_CSRF_ENABLED"] = False
    assert wrong == []


@pytest.mark.sqlite_only
def test_before_a_role_is_chosen_and_the_notice_is_read_nothing_else_is_shown(fresh_world):
    undecided = without_hat(fresh_world, seen=True)
    newcomer = without_hat(fresh_world, seen=False)
    wrong = []
    for rule, method in tries(fresh_world.app):
        words = may_use(fresh_world.app, rule)
        if words in {"everybody", "signed in"}:
            continue
        for client, place in ((undecided, "/roles"), (newcomer, "/privacy-notice")):
            answer = client.open(fresh_world.path(rule), method=method)
            if answer.location != place:
                wrong.append((method, rule.endpoint, answer.status_code, answer.location))
    assert wrong == []
