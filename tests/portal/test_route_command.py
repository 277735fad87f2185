import json

import pytest
from click.testing import CliRunner

from categories.models import Part
from foundation.settings import Settings
from portal.cli import main
from tests.factories.base import NOON
from tests.factories.categories import CategoryFactory, OwnerFactory
from tests.factories.directory import HeadFactory, MembershipFactory, SchoolFactory

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def route(monkeypatch, tmp_path, database, session):
    """Runs ``portal route`` where one school has an owner and a sharer, another only a head."""
    category = CategoryFactory(slug="buses")
    CategoryFactory(slug="coal", retired_at=NOON)
    owned = SchoolFactory(urn=200001, name="Zebra School")
    for number, part in enumerate((Part.LEAD, Part.SHARES)):
        person = MembershipFactory(school=owned, person__name=f"Ann {number}").person
        facts = {"school_id": owned.id, "category_id": category.id, "part": part}
        OwnerFactory(**facts, person_id=person.id)
    HeadFactory(school=SchoolFactory(urn=200002, name="Apple School"), person__name="Ben Example")
    HeadFactory(school=SchoolFactory(urn=200003, name="Cherry School"), mailbox="head@c.example")
    session.commit()
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))
    url = database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("SECRET_KEY", "for-tests-only")
    monkeypatch.setenv("PUBLIC_URL", "http://portal.example")
    place = tmp_path / "letter.json"

    def route(document, *words, code=0):
        text = document if isinstance(document, str) else json.dumps(document)
        place.write_text(text, encoding="utf-8")
        result = CliRunner().invoke(main, ["route", str(place), *words])
        assert result.exit_code == code, result.output
        return result

    return route


LETTER = {
    "kind": "communication",
    "title": "Buses",
    "body": "New times.",
    "audience": {"all": True},
    "categories": ["buses"],
}


def test_the_summary_comes_first_and_then_every_school(route):
    lines = route(LETTER).stdout.splitlines()
    assert lines[0] == "3 schools: 2 to the head because nobody is set, 1 to the owner."
    assert lines[1] == "1 colleague gets it as well."
    assert [line.split()[0] for line in lines[2:]] == ["200002", "200003", "200001", "200001"]
    assert lines[4].endswith("(to the owner)")
    assert "<head@c.example>" in lines[3]


def test_json_tells_everything_and_changes_no_key(route):
    answer = json.loads(route(LETTER, "--json").stdout)
    assert list(answer) == [
        *("summary", "schools", "deliveries", "reasons", "beside", "gaps"),
        *("unknown_categories", "retired_categories", "became"),
        *("unknown_urns", "closed", "plan"),
    ]
    assert (answer["schools"], answer["deliveries"], answer["beside"]) == (3, 4, 1)
    assert [gap["urn"] for gap in answer["gaps"]] == [200002, 200003]
    assert [line["beside"] for line in answer["plan"]] == [False, False, False, True]


def test_gaps_come_first_when_asked_for(route):
    document = {**LETTER, "categories": ["buses"], "audience": {"urns": [200001, 200003]}}
    lines = route(document, "--gaps").stdout.splitlines()
    assert lines[2].startswith("200003")


def test_what_leads_nowhere_is_said(route):
    document = {**LETTER, "categories": ["buses", "coal", "gold"]}
    said = route({**document, "audience": {"urns": [200001, 5]}}).output
    assert "Unknown category: gold." in said
    assert "The category coal is no longer in use." in said
    assert "5 is not a school of this authority." in said


@pytest.mark.parametrize("text", ["{", "[]", '{"kind": "letter"}'])
def test_a_file_that_cannot_be_read_is_refused_in_words(route, text):
    said = route(text, code=1).output
    assert said.startswith("Error: ")
    assert "Traceback" not in said
