import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from foundation.settings import Settings
from portal.cli import main
from tests.schools_file import row, write, write_links

DATA = Path(__file__).parent.parent / "data"

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Runs a command on an embedded portal of its own."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))

    def portal(*words: str | Path, code: int = 0) -> Result:
        result = CliRunner().invoke(main, [str(word) for word in words])
        assert result.exit_code == code, result.output
        return result

    return portal


def test_schools_people_and_owners_go_in_and_owners_come_out(portal, tmp_path: Path) -> None:
    report = json.loads(portal("schools", "import", DATA / "gias_2018.csv", "--json").stdout)
    assert report == {
        "added": 5,
        "changed": 0,
        "unchanged": 0,
        "closed": 0,
        "elsewhere": 0,
        "rejected": [],
    }
    people = tmp_path / "people.csv"
    people.write_text("urn,email,name,role\n119901,head@one.example,Ann Head,head\n1,x,y,z\n")
    said = portal("people", "import", people)
    assert "People: 1 added, 0 changed, 0 unchanged, 0 closed, 1 rejected." in said.stdout
    assert (
        "line 3, column “role”: use head, staff, governor, clerk, early_years or office"
        in said.stderr
    )
    owners = tmp_path / "owners.csv"
    owners.write_text("urn,category,email\n119901,english,head@one.example\n")
    said = portal("owners", "import", owners).stdout
    assert "Owners: 1 added" in said
    assert said.endswith("To set it back: portal owners undo 1\n")
    assert "1 row undone, 0 left alone" in portal("owners", "undo", "1").stdout
    again = json.loads(portal("owners", "import", owners, "--json").stdout)
    assert (again["added"], again["import"]) == (1, 2)
    for name in ("out.csv", "out.xlsx"):
        said = portal("owners", "export", tmp_path / name, "--json")
        assert json.loads(said.stdout)["rows"] == 1
        said = portal("owners", "import", tmp_path / name).stdout
        assert "1 unchanged" in said
        assert "undo" not in said
    assert "unaltered" in portal("audit", "verify").stdout


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty."),
        (b"URN,Name\n1,2\n", "lacks the columns “EstablishmentName”, “LA (code)”"),
        (b"%PDF-1.4", "neither CSV nor XLSX"),
        (b"PK\x03\x04", "cannot be opened"),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_one_sentence(
    portal, tmp_path: Path, content: bytes, says: str
) -> None:
    place = tmp_path / "file.csv"
    place.write_bytes(content)
    said = portal("schools", "import", place, code=1)
    assert says in said.stderr
    assert "Traceback" not in said.output


def test_people_need_an_authority_first(portal, tmp_path: Path) -> None:
    place = tmp_path / "people.csv"
    place.write_text("urn,email,name\n119901,a@b.example,A\n")
    said = portal("people", "import", place, code=1)
    assert "There is no authority yet. Import its schools" in said.stderr


def test_the_demonstration_names_its_sign_ins_and_is_loaded_once(portal) -> None:
    words = ("demo", "--schools", "3", "--communications", "5", "--today", "2026-11-20")
    said = portal(*words)
    assert "Lancashire: 3 open schools" in said.stdout
    assert "5 communications" in said.stdout
    assert "  gatekeeper@lancashire.example" in said.stdout
    assert "new-secondary.example" not in said.stdout  # three schools have no such one
    assert "Nothing was changed" in portal(*words).stdout


def test_a_later_file_of_schools_is_compared_and_waits_for_somebody_to_choose(
    portal, tmp_path: Path
) -> None:
    write(tmp_path / "first.csv", [row(101, "Old", town="Preston")])
    portal("schools", "import", tmp_path / "first.csv")
    later = write(tmp_path / "later.csv", [row(101, "New", town="Leyland"), row("x", "Bad")])
    links = write_links(tmp_path / "links.csv", (101, 150))
    said = portal("schools", "update", later, "--links", links, "--apply-details")
    assert "New name: 1 to choose" in said.stdout
    assert "Address, numbers and other details: 1 applied" in said.stdout
    assert "line 3, column “URN”" in said.stderr
    told = json.loads(portal("schools", "update", later, "--json").stdout)
    assert told["changes"] == {"renaming": {"waiting": 1}}
    assert told["page"].endswith("/schools/updates/2")
    broken = tmp_path / "broken.csv"
    broken.write_text("a,b\n1,2\n")
    assert "not a list of schools" in portal("schools", "update", broken, code=1).stderr
