import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from foundation.settings import Settings
from gatekeeping.models import BypassCase, MailTrace
from notifications.models_mail import Mail
from portal.cli import main
from tests.factories.directory import SchoolFactory

pytestmark = pytest.mark.sqlite_only

LETTER = Path(__file__).parents[1] / "data" / "mail" / "letter.eml"
AGAIN = LETTER.with_name("letter-in-other-words.eml")


@pytest.fixture
def judge(monkeypatch, tmp_path, session):
    """Runs the command on a portal with 24 schools; answers what it printed."""
    for place in range(1, 25):
        SchoolFactory(email=f"office@s{place:02d}.example")
    session.commit()
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path))

    def judge(file, first, last, *words, code=0, sender="alex@la.example", stdin=None):
        schools = [f"--rcpt=office@s{place:02d}.example" for place in range(first, last + 1)]
        given = ["mail", "judge", str(file), f"--from={sender}", *schools, *words]
        result = CliRunner().invoke(main, given, input=stdin)
        assert result.exit_code == code, result.output
        return json.loads(result.stdout) if not code else result.output

    return judge


def test_it_counts_schools(judge):
    found = judge(LETTER, 1, 20)
    assert (found["schools"], found["verdict"], found["reason"]) == (20, "pass", "few")
    found = judge(LETTER, 1, 21, "--json")
    assert (found["schools"], found["verdict"], len(found["counted"])) == (21, "hold", 21)
    assert found["why"] == "It goes to 21 schools. Mail to more than 20 needs the gate."


def test_what_it_keeps_counts_with_what_comes_later_and_nothing_else_is_kept(judge, session):
    assert judge(LETTER, 1, 12)["verdict"] == "pass"
    assert judge(AGAIN, 13, 24)["verdict"] == "pass"  # the first was not kept
    judge(LETTER, 1, 12, "--keep", "--at=2026-11-03T09:00")
    judge(LETTER, 1, 12, "--keep", "--at=2026-11-03T09:00")
    found = judge(AGAIN, 13, 24, "--keep", "--at=2026-11-20")
    assert (found["schools"], found["verdict"], found["reason"]) == (24, "hold", "split")
    assert "1 earlier message" in found["why"]
    assert "(3 November) that makes 24; more than 20 need the gate." in found["why"]
    assert judge(AGAIN, 13, 24, "--at=2026-12-25")["joined"] == []
    assert session.scalar(sa.select(sa.func.count()).select_from(MailTrace)) == 2
    for table in (BypassCase, Mail):
        assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0


def test_it_reads_standard_input_and_takes_a_sender_of_nothing(judge):
    bounce = LETTER.with_name("bounce.eml").read_bytes()
    found = judge("-", 1, 21, sender="<>", stdin=bounce)
    assert (found["verdict"], found["reason"]) == ("exempt", "bounce")


def test_it_says_what_is_wrong(judge):
    assert "cannot be read: No such file" in judge("/no/such.eml", 1, 1, code=1)
    assert "write 2026-11-22 or 2026-11-22T09:30" in judge(LETTER, 1, 1, "--at=soon", code=2)
