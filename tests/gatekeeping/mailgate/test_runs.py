"""Runs of single messages: seen by their envelopes, kept as counts."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.mail_directory.book import Correspondent
from gatekeeping.mailgate.gate import runs
from gatekeeping.mailgate.gate.runs import Run, Runs, open_run
from gatekeeping.mailgate.gate.told_runs import Telling, hashed
from gatekeeping.models.mailgate import BypassCase, CaseKind, CaseState
from notifications.models_mail import Mail
from tests.factories.base import NOON

WHO = Correspondent("jo@council.example", team="Music")


def send(kept: Runs, schools: int, *, minutes: float = 1, who: Correspondent = WHO) -> list[Run]:
    """Write to so many schools, one every so many minutes; return what was answered."""
    found = [
        kept.seen(who, [100 + place], NOON + timedelta(minutes=minutes * place))
        for place in range(schools)
    ]
    return [run for run in found if run is not None]


@pytest.mark.parametrize(
    ("schools", "minutes", "who", "runs"),
    [
        (20, 1, WHO, []),
        (21, 1, WHO, [21]),
        (41, 1, WHO, [21]),
        (42, 1, WHO, [21, 42]),
        (60, 0, WHO, [21, 42]),
        (60, 4, WHO, []),
        (21, 3, WHO, [21]),  # the first is an hour old when the last goes
        (60, 3.2, WHO, []),
        (60, 1, Correspondent(""), []),
        (60, 1, Correspondent("library@council.example", team="System"), []),
    ],
)
def test_one_school_after_the_other_is_a_run_once_it_is_too_many_within_the_hour(
    schools: int, minutes: float, who: Correspondent, runs: list[int]
) -> None:
    assert [run.schools for run in send(Runs(), schools, minutes=minutes, who=who)] == runs


def test_the_same_school_counts_once_and_senders_are_kept_apart() -> None:
    kept = Runs()
    other = Correspondent("sam@council.example")
    for place in range(20):
        assert kept.seen(WHO, [place], NOON) is None
        assert kept.seen(other, [100 + place], NOON) is None
        assert kept.seen(WHO, [place], NOON) is None
    assert kept.seen(WHO, [200, 201], NOON) == Run(WHO, 22, 20, NOON)


def test_an_hour_later_the_same_sender_may_make_another_run() -> None:
    kept = Runs()
    assert len(send(kept, 25)) == 1
    later = NOON + timedelta(hours=3)
    found = [kept.seen(WHO, [500 + place], later) for place in range(21)]
    assert found[-1] is not None
    assert found[-1].began_at == later


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "MOST_SENDERS", 3)
    monkeypatch.setattr(runs, "MOST_SCHOOLS", 30)
    kept = Runs()
    for name in "abcdef":
        send(kept, 40, minutes=0, who=Correspondent(f"{name}@council.example"))
    assert len(kept._senders) == 3
    assert {len(each.schools) for each in kept._senders.values()} == {30}


def test_what_another_process_removed_meanwhile_is_passed_over(tmp_path: Path) -> None:
    listens, tells = (Telling(tmp_path, _own=name) for name in ("one", "other"))
    for minutes in (0, 10):
        tells.tell(hashed(b"key", WHO.address, [100], NOON + timedelta(minutes=minutes)))
    told = listens.told(NOON + timedelta(minutes=11))
    next(told)
    max(tmp_path.iterdir()).unlink()
    assert list(told) == []


def _open(session: Session, authority_id: int, schools: int, at: datetime) -> BypassCase:
    return open_run(session, authority_id, Run(WHO, schools, 20, NOON), at=at)


def test_a_run_is_one_case_a_day_with_counts_alone_and_one_mail(
    session: Session, authority_id: int
) -> None:
    case = _open(session, authority_id, 21, NOON)
    again = _open(session, authority_id, 42, NOON + timedelta(hours=1))
    assert again.id == case.id
    assert (case.kind, case.state, case.why) == (CaseKind.SEEN, CaseState.WAITING, "run")
    assert (case.schools, case.urns, case.sealed) == (42, [], None)
    assert case.detail["schools"] == 42
    next_day = _open(session, authority_id, 21, NOON + timedelta(days=1))
    assert next_day.id != case.id
    mails = session.scalars(sa.select(Mail).order_by(Mail.id)).all()
    assert [mail.address for mail in mails] == [WHO.address] * 2
    assert "21 schools, one by one" in mails[0].text
    assert "{" not in mails[0].text.replace("{portal}", "")
