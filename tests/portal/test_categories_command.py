"""``portal categories``: a list out, changed, looked at, and into force."""

import json

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from portal.cli import main

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def run(database, tmp_path, monkeypatch):
    """Run a command on the test's database, found by its address."""
    monkeypatch.setenv("DATABASE_URL", str(database.engine.url))
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SECRET_KEY", "for-tests-only")
    monkeypatch.setenv("PUBLIC_URL", "https://portal.example")

    def run(*arguments, code=0):
        answer = CliRunner().invoke(main, ["categories", *map(str, arguments)])
        assert answer.exit_code == code, answer.output
        return answer

    return run


def test_a_list_goes_out_and_comes_back_changed(run, database, authority_id, tmp_path):
    place = tmp_path / "list.csv"
    assert "85 categories written" in run("export", place).output
    assert "nothing would change" in run("preview", place).output
    text = place.read_text(encoding="utf-8-sig")
    place.write_text(text.replace("mathematics,Mathematics,", "mathematics,Numeracy,"))
    assert "“Mathematics” is called “Numeracy”." in run("preview", place).output
    told = json.loads(run("preview", place, "--json").output)
    assert told["changes"] == [{"kind": "renamed", "from": "mathematics", "to": "mathematics"}]
    assert "In force now." in run("apply", place).output
    assert "Version 1: 85" in run("export", tmp_path / "old.xlsx", "--version", 1).output
    with database.session(authority=authority_id, writes=False) as session:
        heading = session.scalar(sa.text("SELECT heading FROM category WHERE slug='mathematics'"))
    assert heading == "Numeracy"


def test_a_list_with_faults_is_not_taken(run, tmp_path):
    place = tmp_path / "list.csv"
    run("export", place)
    lines = place.read_text(encoding="utf-8-sig").splitlines()
    place.write_text("\n".join([*lines, lines[1]]))
    answer = run("apply", place, code=1)
    assert "line 87, column “slug”: line 2 has the same slug" in answer.output
    assert "The list has" in answer.output
