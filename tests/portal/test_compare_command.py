import json

import pytest
from click.testing import CliRunner

from portal.cli import main

ONE = {"title": "Fire drills 2025/26", "body": "How many fire drills did your school hold?"}
OTHER = {"title": "Fire drills 2025/26", "body": "How many fire drills did you hold in 2025/26?"}


@pytest.fixture
def run(monkeypatch):
    """Runs ``portal gate compare`` where no database could be opened."""
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("PORTAL_HOME", "/nowhere/at/all")

    def run(*words, code=0, stdin=None):
        result = CliRunner().invoke(main, ["gate", "compare", *map(str, words)], input=stdin)
        assert result.exit_code == code, result.output
        return result.output

    return run


@pytest.fixture
def files(tmp_path):
    places = [tmp_path / "a.json", tmp_path / "b.json"]
    for place, document in zip(places, (ONE, OTHER), strict=True):
        place.write_text(json.dumps(document), encoding="utf-8")
    return places


def test_two_documents_are_compared_as_json(run, files):
    answer = json.loads(run(*files, "--json"))
    assert list(answer) == ["score", "label", "parts", "shared_items", "says"]
    assert answer["label"] == "duplicate"
    assert all(0 <= part <= 1 for part in answer["parts"].values())


def test_two_documents_are_compared_in_words(run, files):
    said = run(*files)
    assert said.startswith("Duplicate, 0.")
    assert "both ask: " in said


def test_a_batch_is_answered_line_by_line(run, tmp_path):
    lines = [
        json.dumps({"id": 1, "a": ONE, "b": OTHER}),
        "nonsense",
        json.dumps({"id": 3, "a": ONE}),
        "",
        json.dumps({"id": 4, "a": {"title": 7}, "b": {}}),
        json.dumps({"id": 5, "a": {}, "b": {}}),
    ]
    place = tmp_path / "pairs.jsonl"
    place.write_text("\n".join(lines), encoding="utf-8-sig")
    answers = [json.loads(line) for line in run("--batch", place).splitlines()]
    assert [answer["id"] for answer in answers] == [1, None, 3, 4, 5]
    assert answers[0]["label"] == "duplicate"
    assert "not JSON" in answers[1]["error"]
    assert "“b” must be" in answers[2]["error"]
    assert "title" in answers[3]["error"]
    assert answers[4]["label"] == "different"


@pytest.mark.parametrize("words", [[], ["a.json"], ["a.json", "--batch", "b.jsonl"]])
def test_one_document_alone_is_not_compared(run, words):
    assert "Name either two documents" in run(*words, code=2)
