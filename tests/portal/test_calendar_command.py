import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from foundation.settings import Settings
from portal.cli import main

DATA = Path(__file__).parent.parent / "data"
TERMS = "school_year,term,from,to,days_off\n"
BUSY = "from,to,what,phases,certain\n"

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Runs a command on an embedded portal that has Lancashire's five schools of 2018."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))

    def portal(*words: str | Path, code: int = 0) -> Result:
        result = CliRunner().invoke(main, [str(word) for word in words])
        assert result.exit_code == code, result.output
        return result

    portal("schools", "import", DATA / "gias_2018.csv")
    return portal


def shown(portal, *words):
    return json.loads(portal("calendar", "show", "--json", *words).stdout)


def test_lancashire_starts_with_the_shipped_dates(portal):
    answer = shown(portal, "--year", "2026-27")
    assert (answer["school_days"], len(answer["terms"]), len(answer["busy"])) == (192, 6, 9)
    assert "192 school days" in portal("calendar", "show", "--year", "2026/27").stdout


def test_a_dry_run_says_what_would_change_and_changes_nothing(portal, tmp_path: Path):
    file = tmp_path / "terms.csv"
    file.write_text(f"{TERMS}2027/28,Autumn 1,2027-09-02,2027-10-21,\n2027/28,X,soon,,\n")
    said = portal("calendar", "import", file, "--dry-run")
    assert "Term dates (nothing done): 1 added, 0 changed, 0 unchanged, 0 closed" in said.stdout
    assert "line 3, column “from”: “soon” is not a date" in said.stderr
    assert shown(portal, "--year", "2027/28")["terms"] == []
    for added in (1, 0):
        said = json.loads(portal("calendar", "import", file, "--json").stdout)
        assert (said["added"], said["unchanged"], len(said["rejected"])) == (added, 1 - added, 1)
    assert "unaltered" in portal("audit", "verify").stdout


def test_a_school_keeps_dates_of_its_own(portal, tmp_path: Path):
    file = tmp_path / "terms.csv"
    file.write_text(f"{TERMS}2026/27,All year,2026-09-07,2027-07-09,23/10/2026\n")
    assert "1 added" in portal("calendar", "import", file, "--urn", "119901").stdout
    own = shown(portal, "--year", "2026/27", "--urn", "119901")
    assert (own["own"], len(own["terms"])) == (True, 1)
    assert shown(portal, "--year", "2026/27")["school_days"] == 192


def test_busy_dates_are_imported(portal, tmp_path: Path):
    file = tmp_path / "busy.csv"
    file.write_text(f"{BUSY}2027-01-11,2027-01-15,Mock examinations,secondary,approximate\n")
    assert "Busy dates: 1 added" in portal("calendar", "import", file).stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--urn", "1"), "URN 1 is not a school of this authority"),
        (("--trust", "none"), "There is no trust with the code none"),
        (("--urn", "1", "--trust", "2"), "not both"),
    ],
)
def test_whose_dates_they_are_must_be_known(portal, tmp_path: Path, words, says):
    file = tmp_path / "terms.csv"
    file.write_text(TERMS)
    said = CliRunner().invoke(main, ["calendar", "import", str(file), *words])
    assert said.exit_code != 0
    assert says in said.output
