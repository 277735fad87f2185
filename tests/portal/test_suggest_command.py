import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from portal.cli import main


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "nothing-there"))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def run(*arguments, **more):
        answer = CliRunner().invoke(main, ["suggest", *arguments], **more)
        assert answer.exit_code == 0, answer.output
        return answer.output

    return run


def test_the_likeliest_categories_come_ranked_with_the_words_that_led_to_each(run, tmp_path):
    found = json.loads(run("Menus for the school kitchen", "--json"))
    assert found["ranked"][0]["category"] == "catering"
    assert set(found["ranked"][0]) == {"category", "score", "words"}
    assert "kitchen" in " ".join(found["ranked"][0]["words"])
    assert not (tmp_path / "nothing-there").exists()


def test_words_for_people_and_text_from_standard_input(run):
    assert "School meals and catering (catering)" in run("-", input="Menus for the kitchen")
    assert run("zzz") == "No word of it points to a category.\n"


def test_lines_are_answered_in_their_order_and_bad_ones_are_named(run, tmp_path):
    lines = ['{"id": 7, "text": "Asbestos register"}', "", "{", "[]", '{"id": 8, "text": null}']
    place = tmp_path / "lines.jsonl"
    place.write_text("\n".join(lines))
    answers = [json.loads(line) for line in run("--batch", str(place)).splitlines()]
    assert [answer["id"] for answer in answers] == [7, None, None, 8]
    assert answers[0]["ranked"][0]["category"] == "asbestos-water"
    assert answers[1]["error"].startswith("Line 3 is not JSON")
    assert answers[3]["ranked"] == []


def test_either_a_text_or_a_file_is_needed():
    assert CliRunner().invoke(main, ["suggest"]).exit_code == 2


@pytest.mark.sqlite_only
def test_with_a_database_the_authoritys_own_categories_count(database, session, run, monkeypatch):
    session.execute(
        sa.text("UPDATE category SET retired_at = '2026-01-01' WHERE slug = 'catering'")
    )
    session.commit()
    monkeypatch.setenv("PORTAL_HOME", str(Path(database.engine.url.database).parent))
    ranked = json.loads(run("Menus for the school kitchen", "--json"))["ranked"]
    assert ranked
    assert "catering" not in [each["category"] for each in ranked]
