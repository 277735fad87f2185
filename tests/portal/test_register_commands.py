"""Bringing an earlier register along, and finding what is like a document."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from foundation.audit import AuditEntry
from foundation.settings import Settings
from gatekeeping.models import Decision, Move, NumberSequence, State, Submission
from gatekeeping.past import loading
from gatekeeping.registry.numbers import reserve
from notifications.models_mail import Mail
from portal.cli import main
from tests.factories.base import NOON
from tests.factories.directory import OfficerFactory, TeamFactory
from tests.factories.gatekeeping import number

OVENS = {
    "title": "Kitchen equipment",
    "team": "Catering",
    "period": "autumn term 2026",
    "items": [{"name": "Number of ovens"}, {"name": "Age of the oldest oven"}],
    "audience": {"phases": ["primary"]},
    "sent_on": "2026-10-05",
    "state": "CLOSED",
}


@pytest.fixture
def gate(monkeypatch, tmp_path, database, session):
    """Runs ``portal gate`` beside the test's database."""
    session.commit()
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("SECRET_KEY", "for-tests-only")
    monkeypatch.setenv("PUBLIC_URL", "http://portal.example")

    def gate(*words):
        session.commit()
        result = CliRunner().invoke(main, ["gate", *(str(word) for word in words)])
        assert result.exit_code == 0, result.output
        return result.stdout

    return gate


@pytest.fixture
def register(tmp_path):
    """Writes lines of an earlier register to a file."""

    def register(*lines, encoding="utf-8"):
        place = tmp_path / "register.jsonl"
        written = [
            one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in lines
        ]
        place.write_text("\n".join(written) + "\n", encoding=encoding)
        return place

    return register


def entry(name, **facts):
    return {**OVENS, "number": name, **facts}


def test_entries_are_loaded_and_found_and_a_second_time_change_nothing(
    gate, register, session, tmp_path
):
    place = register(
        entry("OLD/1"), entry("OLD/2", title="Buses", items=[{"name": "Bus routes"}], state="LIVE")
    )
    report = json.loads(gate("import", place, "--json"))
    assert (report["added"], report["unchanged"], report["rejected"]) == (2, 0, [])
    report = json.loads(gate("import", place, "--json"))
    assert (report["added"], report["unchanged"], report["rejected"]) == (0, 2, [])
    asked = tmp_path / "asked.json"
    words = "How many ovens has your kitchen, and how old is the oldest?"
    asked.write_text(json.dumps({"title": "Ovens", "body": words, "period": "autumn term 2026"}))
    found = json.loads(gate("similar", asked, "--top", "1", "--json"))
    (best,) = found["ranked"]
    assert set(best) == {"number", "title", "score", "label", "parts", "shared_items"}
    assert best["number"] == "OLD/1"
    batch = register({"id": "a", "title": "Ovens", "body": words}, "not json")
    first, second = (json.loads(line) for line in gate("similar", "--batch", batch).splitlines())
    assert (first["id"], first["ranked"][0]["number"]) == ("a", "OLD/1")
    assert "error" in second


@pytest.mark.sqlite_only
def test_bad_lines_are_named_with_the_reason_and_the_others_are_loaded(gate, register, session):
    place = register(
        entry("OLD/1"),
        "{broken",
        "[1, 2]",
        entry(""),
        {"number": "OLD/2"},
        entry("OLD/3", state="GONE"),
        entry("OLD/4", sent_on="last May"),
        entry("OLD/5", due_on="2026-02-30"),
        entry("OLD/6", state="DRAFT"),
        entry("OLD/1", title="Again"),
        entry("X" * 31),
        entry("OLD/7", reminders="many"),
        entry("OLD/8", sent_on="05/10/2026", state="", kind=None),
        entry("OLD/9", due_on="9999-12-31"),
    )
    report = json.loads(gate("import", place, "--json"))
    assert report["added"] == 2
    wrong = {bad["line"]: (bad["column"], bad["reason"]) for bad in report["rejected"]}
    assert list(wrong) == [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14]
    assert wrong[6][0] == "state"
    assert wrong[7] == ("sent_on", "“last May” is not a date such as 2026-11-30.")
    assert wrong[10] == ("number", "The number OLD/1 stands on line 1 already.")
    assert wrong[12][0] == "reminders"


@pytest.mark.sqlite_only
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_files_of_other_programs_are_read(gate, register, session, encoding):
    place = register(entry("OLD/1", title="Café ovens – how many?"), encoding=encoding)
    assert json.loads(gate("import", place, "--json"))["added"] == 1
    assert session.scalar(sa.select(Submission.title)) == "Café ovens – how many?"


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"audience": "high schools in Wyre"}, "high schools in Wyre"),
        ({"audience": {"phases": ["primaries"], "all": False}}, "primaries"),
        ({"audience": None, "audience_text": "all nurseries"}, "all nurseries"),
    ],
)
def test_schools_that_are_told_in_words_are_kept_so(gate, register, session, facts, words):
    gate("import", register(entry("OLD/1", **facts)))
    document = session.scalar(sa.select(Submission.document))
    assert document["audience_text"] == words
    assert not any(document["audience"].values())


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("given", "due_on", "state"),
    [
        ("CLOSED", None, State.CLOSED),
        ("closed", "2026-10-01", State.EXPIRED),
        ("SCHEDULED", None, State.LIVE),
        ("APPROVED", "2026-10-01", State.EXPIRED),
        ("IN_REVIEW", None, State.LAPSED),
        ("REFUSED", None, State.REFUSED),
        ("WITHDRAWN", None, State.WITHDRAWN),
    ],
)
def test_nothing_is_left_to_be_done_or_sent(
    gate, register, session, monkeypatch, given, due_on, state
):
    monkeypatch.setattr("foundation.clock.now", lambda: NOON)
    gate("import", register(entry("OLD/1", state=given, due_on=due_on)))
    made = session.scalars(sa.select(Submission)).one()
    assert (made.state, made.state_due_at, made.claimed_by_id) == (state, None, None)
    (move,) = session.scalars(sa.select(Move))
    assert (move.before, move.after, move.by_id) == (State.DRAFT, state, None)
    for table in (Mail, Decision):
        assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    actions = session.scalars(sa.select(AuditEntry.action)).all()
    assert "register.imported" in actions


@pytest.mark.sqlite_only
def test_authors_and_teams_that_are_known_are_named_and_numbers_are_not_given_out_again(
    gate, register, session, authority_id
):
    officer = OfficerFactory(team=TeamFactory(name="Catering"))
    ours = number("D")
    gate("import", register(entry(f"{ours} v2", author=officer.person.email.upper())))
    made = session.scalars(sa.select(Submission)).one()
    assert (made.number, made.version) == (ours, 2)
    assert (made.author_id, made.team_id) == (officer.person_id, officer.team_id)
    last = session.scalars(sa.select(NumberSequence.last)).one()
    new = reserve(session, authority_id, la_code="888", letter="D", on=NOON.date())
    assert f"-{last + 1:05d}-" in new
    session.rollback()


@pytest.mark.sqlite_only
def test_long_files_are_read_by_several_processes_in_order(gate, register, session, monkeypatch):
    monkeypatch.setattr(loading, "ALONE", 0)
    monkeypatch.setattr(loading, "PIECE", 2)
    lines = [entry(f"OLD/{place}", title=f"Ovens {place}") for place in range(7)]
    report = json.loads(gate("import", register(*lines, "{", entry("OLD/3")), "--json"))
    assert report["added"] == 7
    assert [bad["line"] for bad in report["rejected"]] == [8, 9]
    numbers = session.scalars(sa.select(Submission.number).order_by(Submission.id)).all()
    assert numbers == [f"OLD/{place}" for place in range(7)]


def test_two_who_bring_the_same_along_at_once_take_turns(database, authority_id, session):
    lines = [
        (at, json.dumps(entry(f"OLD/{at}", title=f"Ovens {at}")).encode()) for at in range(1, 601)
    ]
    start = Barrier(2)

    def work(_number):
        start.wait()
        # read in this process: other processes would take longer to start than the work
        return loading.load(database, authority_id, lines, size=1, at=NOON)

    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(work, range(2)))
    assert sum(report.added for report in reports) == 600
    assert sum(report.unchanged for report in reports) == 600
    count = sa.select(sa.func.count(), sa.func.count(sa.distinct(Submission.number)))
    assert tuple(session.execute(count).one()) == (600, 600)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("words", [("similar", "one.json"), ("import", "one.json")])
def test_an_absent_database_is_told_in_a_sentence(monkeypatch, tmp_path, words):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/portal")
    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("SECRET_KEY", "for-tests-only")
    (tmp_path / "one.json").write_text('{"title": "Ovens"}')
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(main, ["gate", *words])
    assert answer.exit_code == 1
    assert isinstance(answer.exception, SystemExit)
    assert "The database does not answer" in answer.output
    assert "run the command again" in answer.output
