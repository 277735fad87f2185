import json

import pytest
from click.testing import CliRunner

from portal.cli import main
from tests.factories.law import KEY, ROW, make_legal_reviewer, make_ruling

ROOT = "http://www.legislation.gov.uk/id/"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run the command where there is no database."""
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "nowhere"))
    for name in ("DATABASE_URL", "BROKER_URL", "SMTP_URL", "AUTHORITY"):
        monkeypatch.delenv(name, raising=False)
    return lambda *words, **more: CliRunner().invoke(main, ["cite", *words], **more)


@pytest.fixture
def run_with_database(database, monkeypatch, run):
    monkeypatch.setenv("DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("SECRET_KEY", "for-tests-only")
    monkeypatch.setenv("PUBLIC_URL", "https://portal.example")
    return run


def test_a_citation_is_answered_as_designed_and_makes_no_database(run, tmp_path):
    answer = json.loads(run("--json", "see s251 ASCL Act 2009").output)
    (result,) = answer["results"]
    assert result["id"] == f"{ROOT}{KEY}"
    expected = {
        "type": "ukpga",
        "year": 2009,
        "number": 22,
        "title": "Apprenticeships, Skills, Children and Learning Act 2009",
        "provision": "section/251",
        "confidence": "exact",
        "verdict": "DUTY_ON_LA",
        "verified": False,
        "start": 4,
        "end": 22,
    }
    assert {name: result[name] for name in expected} == expected
    assert not (tmp_path / "nowhere").exists()


def test_lines_are_answered_in_order_with_their_ids(run, tmp_path):
    file = tmp_path / "lines.jsonl"
    lines = [{"id": "a", "text": "EA96"}, {"id": "b", "text": "nothing"}, {"id": "c"}]
    file.write_text("\n".join([*map(json.dumps, lines), "broken", "[]", ""]), encoding="utf-8")
    answers = [json.loads(line) for line in run("--batch", str(file)).output.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", "b", "c", None, None]
    assert [len(answer["results"]) for answer in answers] == [1, 0, 0, 0, 0]
    assert "error" in answers[3]


def test_words_for_people_name_what_was_perhaps_meant(run):
    said = run("Education Act 2022").output
    assert "Did you mean Education Act 2002?" in said
    assert "No law is cited" in run("hello").output


def test_the_authoritys_own_verdict_comes_first(run_with_database, session):
    make_ruling(make_legal_reviewer())
    session.commit()
    (result,) = json.loads(run_with_database("--json", "s251 ASCL Act 2009").output)["results"]
    assert result["verified"] is True
    assert "Verified by a legal reviewer" in result["label"]


def test_more_duties_are_loaded_by_command(run_with_database, session, tmp_path):
    file = tmp_path / "duties.csv"
    cells = ",".join(f'"{cell}"' for cell in ROW.values())
    file.write_text(f"{','.join(ROW)}\n{cells}\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["law", "import", str(file), "--json"])
    assert json.loads(done.stdout)["added"] == 1
    (result,) = json.loads(run_with_database("--json", "2019 c. 99, s 3").output)["results"]
    assert result["verdict"] == "DUTY_ON_SCHOOL"
