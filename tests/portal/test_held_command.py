"""``portal held``: searching, exporting and importing the catalogue of held data."""

import json

import pytest
from click.testing import CliRunner

from foundation.settings import Settings
from gatekeeping.holdings.listing import COLUMNS
from portal.cli import main

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def portal(database, monkeypatch, tmp_path):
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path))  # where the test's database lies

    def portal(*arguments, code=0):
        answer = CliRunner().invoke(main, ["held", *arguments])
        assert answer.exit_code == code, answer.output
        return answer.output

    return portal


def test_data_are_found_by_the_names_that_people_use(portal):
    said = portal("search", "hot", "dinners")
    assert said.startswith("Catering orders (Catering Service): Meals served\n  As at ")
    found = json.loads(portal("search", "chair of governors", "--json"))
    assert [one["holding"] for one in found] == ["governors"]
    assert "Nothing that fits" in portal("search", "zebra crossings")


def test_a_list_is_written_changed_and_taken_over(portal, tmp_path):
    place = tmp_path / "held.csv"
    assert "22 data sets with 96 items" in portal("export", str(place))
    text = place.read_text("utf-8-sig")
    assert text.startswith(",".join(COLUMNS))
    assert "0 data sets changed, 22 unchanged" in portal("import", str(place))
    place.write_text(text.replace("Meals served", "Meals eaten") + "bad\n", "utf-8")
    dry = json.loads(portal("import", str(place), "--dry-run", "--json"))
    assert dry["done"] is False
    assert [one["holding"] for one in dry["sets"]] == ["catering"]
    assert [bad["line"] for bad in dry["rejected"]] == [98]
    said = portal("import", str(place), "--why", "The service says so.")
    assert "1 data sets changed, 21 unchanged" in said
    assert "line 98" in said
    assert "Meals eaten" in portal("search", "meals", "eaten")


def test_a_file_that_is_no_such_list_is_refused_in_words(portal, tmp_path):
    place = tmp_path / "held.csv"
    place.write_text("a,b\n1,2\n")
    assert "lacks the columns" in portal("import", str(place), code=1)
