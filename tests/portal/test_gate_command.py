import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from foundation.settings import Settings
from gatekeeping.alike.index import remember
from gatekeeping.models import State, Submission
from portal.cli import main
from tests.factories.directory import SchoolFactory
from tests.factories.gatekeeping import make_submission, version_of

LETTER = {
    "kind": "data_request",
    "title": "Travel",
    "body": "This is a statutory return. Please print, sign and scan the form.",
    "audience": {"all": True},
    "effort": [{"role": "office", "people": 1, "minutes": {"gather": 30}}],
    "categories": ["transport"],
}


@pytest.fixture
def gate(monkeypatch, tmp_path, database, session):
    """Runs ``portal gate check`` beside a database with 22 schools and an earlier submission."""
    SchoolFactory.create_batch(22)
    remember(session, version_of(make_submission(State.LIVE, document=LETTER)))
    session.commit()
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))
    url = database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("SECRET_KEY", "for-tests-only")
    monkeypatch.setenv("PUBLIC_URL", "http://portal.example")

    def gate(*words, code=0, stdin=None):
        result = CliRunner().invoke(
            main, ["gate", "check", *(str(word) for word in words)], input=stdin
        )
        assert result.exit_code == code, result.output
        return result.stdout if code == 0 else result.output

    return gate


def written(folder: Path, document) -> Path:
    place = folder / "letter.json"
    place.write_text(json.dumps(document), encoding="utf-8")
    return place


def test_a_document_is_judged_as_json_exactly_as_designed(gate, tmp_path):
    answer = json.loads(gate(written(tmp_path, LETTER), "--json"))
    assert list(answer) == ["track", "schools", "findings", "burden"]
    assert (answer["track"], answer["schools"]) == ("HIGH", 22)
    rules = [finding["rule"] for finding in answer["findings"]]
    assert rules == ["K01", "K10", "K30", "K40", "K20"]
    for finding in answer["findings"]:
        assert list(finding) == ["rule", "severity", "title", "says", "evidence", "detail"]
        for span in finding["evidence"]:
            assert LETTER[span["field"]][span["start"] : span["end"]] == span["text"]
    assert answer["burden"] == {
        "minutes": {"office": 660},
        "hours": {"office": 11.0},
        "gross_pence": 24200,
        "chase_pence": 0,
        "gross_with_chase_pence": 24200,
        "expected_staff_pence": 24200,
        "expected_pence": 24200,
        "per_school_pence": 1100,
    }


@pytest.mark.sqlite_only
def test_words_show_evidence_and_arithmetic_and_nothing_is_changed(gate, tmp_path, session):
    said = gate(written(tmp_path, LETTER))
    assert "This is a [statutory] return" in said
    assert "22 schools × 1 × 30 min = 11.00 h at £22.00 = £242.00" in said
    assert session.query(Submission).count() == 1


@pytest.mark.sqlite_only
def test_a_day_before_the_earlier_submission_knows_nothing_of_it(gate, tmp_path):
    answer = json.loads(gate(written(tmp_path, LETTER), "--json", "--at", "2026-01-01"))
    assert "K10" not in [finding["rule"] for finding in answer["findings"]]


@pytest.mark.sqlite_only
def test_a_batch_is_answered_line_by_line_and_bad_lines_do_not_stop_it(gate, tmp_path):
    place = tmp_path / "batch.jsonl"
    lines = [{"id": 1, **LETTER}, {"id": "b", "kind": "letter"}, {"id": 3, "body": "Hello"}]
    place.write_text("\n".join([*map(json.dumps, lines), "{", "[]", ""]), encoding="utf-8")
    answers = [json.loads(line) for line in gate("--batch", place).splitlines()]
    assert [answer["id"] for answer in answers] == [1, "b", 3, None, None]
    assert ["error" in answer for answer in answers] == [False, True, False, True, True]
    assert answers[0]["track"] == "HIGH"


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "is not JSON"),
        ("[]", "one submission document"),
        ('{"kind": "letter"}', "kind"),
        ('{"due_on": "soon"}', "due_on"),
        ('{"due_on": "0001-01-01"}', "due_on"),  # the checks count back and forth from it
        ('{"as_at": "9999-12-31"}', "as_at"),
    ],
)
def test_a_broken_document_is_refused_in_a_sentence(gate, tmp_path, content, says):
    place = tmp_path / "broken.json"
    place.write_text(content)
    assert says in gate(place, "--json", code=1)


@pytest.mark.sqlite_only
def test_neither_or_both_inputs_are_refused(gate, tmp_path):
    assert "either FILE or --batch" in gate(code=2)
    assert json.loads(gate("-", "--json", stdin="{}"))["schools"] == 0


@pytest.mark.sqlite_only
def test_attachments_that_lie_beside_the_document_are_read(gate, tmp_path):
    document = {"kind": "communication", "title": "Menus", "attachments": ["note.txt", "none.txt"]}
    place = written(tmp_path, document)
    assert "K41" not in {one["rule"] for one in json.loads(gate(place, "--json"))["findings"]}
    (tmp_path / "note.txt").write_text("Please tell us how many meals you need.", encoding="utf-8")
    found = json.loads(gate(place, "--json"))["findings"]
    (label,) = [one for one in found if one["rule"] == "K41"]
    assert label["evidence"] == [
        {"field": "attachments.0", "start": 0, "end": 8, "text": "note.txt"}
    ]
    assert "Menus" not in label["says"]
    assert "note.txt" in gate(place)
