import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from gatekeeping.mailgate.door import journal as module
from gatekeeping.mailgate.door.journal import CannotTellYetError, Journal, Permission

TOKEN = "ab" * 32
PORT = 40001


@pytest.fixture
def at(monkeypatch):
    """The clock that the journal sees; move it with `at(seconds)`."""
    now = [time.time()]
    monkeypatch.setattr(module.time, "time", lambda: now[0])

    def move(seconds):
        now[0] += seconds

    return move


@pytest.fixture
def folder(tmp_path, monkeypatch):
    return tmp_path / "journal"


def dies(journal):
    """What the kernel does when the process is killed."""
    journal.close()


def journal_in(folder, *, confirms=True):
    return Journal(folder, confirms=confirms)


def test_a_message_that_is_not_known_is_new(folder):
    assert not journal_in(folder).was_taken(TOKEN)


@pytest.mark.parametrize(
    ("steps", "confirms", "comes_to"),
    [
        ([], True, "given"),
        (["given"], False, "given"),
        (["given"], True, "given"),
        (["given", "asked"], True, "wait"),
        (["given", "asked", "later"], True, "given"),
        (["given", "asked", "same asks"], True, "known"),
        (["given", "asked", "later", "same asks"], True, "known"),
        (["other asks", "given", "asked", "other asks"], True, "wait"),
        (["other asks", "given", "asked", "later", "other asks"], True, "known"),
        (["given", "asked", "later", "other asks"], True, "given"),
        (["given", "asked", "taken"], True, "known"),
        (["given", "taken"], False, "known"),
        (["given", "asked", "taken", "answered"], True, "given"),
        (["given", "refused"], True, "given"),
    ],
    ids=lambda value: "-".join(value) or "nothing" if isinstance(value, list) else None,
)
def test_what_a_killed_process_left_decides_about_a_message_brought_again(
    folder, at, steps, confirms, comes_to
):
    killed = journal_in(folder, confirms=confirms)
    verbs = {
        "given": lambda: killed.given(TOKEN, PORT, 3),
        "asked": lambda: killed.confirm(port=PORT, recipients=3, who="d35"),
        "taken": lambda: killed.taken(TOKEN),
        "answered": lambda: killed.answered(TOKEN),
        "refused": lambda: killed.refused(TOKEN),
        "later": lambda: at(6),
        "same asks": lambda: killed.confirm(port=50000, recipients=1, who="d35"),
        "other asks": lambda: killed.confirm(port=50001, recipients=1, who="d36"),
    }
    for step in steps:
        verbs[step]()
        at(0.01)
    dies(killed)
    successor = journal_in(folder, confirms=confirms)
    if comes_to == "wait":
        with pytest.raises(CannotTellYetError):
            successor.was_taken(TOKEN)
    else:
        assert successor.was_taken(TOKEN) is (comes_to == "known")


def test_the_same_message_sent_twice_on_purpose_is_given_twice(folder):
    one, other = journal_in(folder), journal_in(folder)
    one.given(TOKEN, PORT, 1)
    one.taken(TOKEN)
    assert not one.was_taken(TOKEN)
    assert not other.was_taken(TOKEN)


def test_what_was_taken_answers_for_one_message_only(folder):
    killed = journal_in(folder)
    killed.given(TOKEN, PORT, 1)
    killed.taken(TOKEN)
    dies(killed)
    successor = journal_in(folder)
    assert successor.was_taken(TOKEN)
    assert not successor.was_taken(TOKEN)


def test_a_successor_that_dies_before_it_answered_leaves_it_known(folder):
    killed = journal_in(folder)
    killed.given(TOKEN, PORT, 1)
    killed.taken(TOKEN)
    dies(killed)
    second = journal_in(folder)
    assert second.was_taken(TOKEN)
    dies(second)
    third = journal_in(folder)
    assert third.was_taken(TOKEN)
    third.answered(TOKEN)
    dies(third)
    assert not journal_in(folder).was_taken(TOKEN)


def test_the_next_hop_takes_nothing_from_a_process_that_has_died(folder):
    killed, other = journal_in(folder), journal_in(folder)
    killed.given(TOKEN, PORT, 2)
    assert other.confirm(port=PORT, recipients=2, who="d35") is Permission.YES
    dies(killed)
    assert other.confirm(port=PORT, recipients=2, who="d35") is Permission.GONE


def test_a_late_question_about_what_was_brought_again_meanwhile_is_told_that_it_is_gone(folder):
    killed, other = journal_in(folder), journal_in(folder)
    killed.given(TOKEN, PORT, 2)
    dies(killed)
    assert not other.was_taken(TOKEN)
    other.given(TOKEN, PORT + 1, 2)
    assert other.confirm(port=PORT, recipients=2, who="d35") is Permission.GONE
    assert other.confirm(port=PORT + 1, recipients=2, who="d36") is Permission.YES


def test_mail_that_does_not_come_from_the_gateway_is_none_of_its_business(folder):
    journal = journal_in(folder)
    journal.given(TOKEN, PORT, 2)
    assert journal.confirm(port=PORT + 1, recipients=2, who="d35") is Permission.YES
    assert journal.confirm(port=PORT, recipients=7, who="d35") is Permission.YES


def test_given_anew_without_proof_the_process_that_asks_then_is_the_proof(folder, at):
    killed = journal_in(folder)
    killed.confirm(port=1, recipients=1, who="d36")
    killed.given(TOKEN, PORT, 2)
    killed.confirm(port=PORT, recipients=2, who="d35")
    dies(killed)
    at(60)
    successor = journal_in(folder)
    assert not successor.was_taken(TOKEN)
    successor.given(TOKEN, PORT + 1, 2)
    assert successor.confirm(port=PORT + 1, recipients=2, who="d36") is Permission.HAD
    assert successor.refused(TOKEN)
    successor.answered(TOKEN)
    dies(successor)
    assert not journal_in(folder).was_taken(TOKEN)


def test_given_anew_to_a_next_hop_that_died_too_it_is_taken(folder, at):
    killed = journal_in(folder)
    killed.given(TOKEN, PORT, 2)
    killed.confirm(port=PORT, recipients=2, who="d35")
    dies(killed)
    at(60)
    successor = journal_in(folder)
    assert not successor.was_taken(TOKEN)
    successor.given(TOKEN, PORT + 1, 2)
    assert successor.confirm(port=PORT + 1, recipients=2, who="e01") is Permission.YES


def test_a_next_hop_that_went_away_without_an_answer_gets_it_again(folder, at):
    journal = journal_in(folder)
    journal.given(TOKEN, PORT, 2)
    journal.confirm(port=PORT, recipients=2, who="d35")
    journal.lost(TOKEN, in_time=True)
    at(6)
    journal.confirm(port=PORT + 1, recipients=2, who="d35")
    assert not journal.was_taken(TOKEN)
    assert journal.confirm(port=PORT, recipients=2, who="d35") is Permission.GONE


def test_a_next_hop_that_was_only_slow_does_not_get_it_again(folder, at):
    journal = journal_in(folder)
    journal.given(TOKEN, PORT, 2)
    journal.confirm(port=PORT, recipients=2, who="d35")
    journal.lost(TOKEN, in_time=False)
    at(6)
    journal.confirm(port=PORT + 1, recipients=2, who="d35")
    assert journal.was_taken(TOKEN)


def test_a_client_that_went_before_it_was_told_is_told_when_it_comes_again(folder):
    journal = journal_in(folder)
    journal.given(TOKEN, PORT, 2)
    journal.taken(TOKEN)
    journal.unanswered(TOKEN)
    assert journal.was_taken(TOKEN)


def test_after_the_machine_itself_went_down_nothing_is_proof(folder, at, monkeypatch, tmp_path):
    boot = tmp_path / "boot"
    boot.write_text("one")
    monkeypatch.setattr("gatekeeping.mailgate.door.survival.BOOT", boot)
    killed = journal_in(folder)
    killed.given(TOKEN, PORT, 2)
    killed.confirm(port=PORT, recipients=2, who="d35")
    at(6)
    killed.confirm(port=1, recipients=1, who="d35")
    dies(killed)
    boot.write_text("two")
    assert not journal_in(folder).was_taken(TOKEN)


def test_what_is_five_days_old_is_removed_and_its_folder_with_it(folder):
    killed = journal_in(folder)
    killed.given(TOKEN, PORT, 2)
    killed.taken(TOKEN)
    dies(killed)
    (left,) = folder.glob(f"[0-9]*/{TOKEN}.*")
    old = time.time() - 6 * 86_400
    os.utime(left, (old, old))
    journal = journal_in(folder)
    assert not left.parent.exists()
    assert not journal.was_taken(TOKEN)


def test_a_broken_file_counts_as_given(folder):
    killed = journal_in(folder)
    killed.given(TOKEN, PORT, 2)
    (place,) = folder.glob(f"[0-9]*/{TOKEN}.*")
    place.write_bytes(b"\x00\xff confirmed\nconfirmed d35\nbefore d35 later\n")
    dies(killed)
    assert not journal_in(folder).was_taken(TOKEN)


def test_several_processes_may_tidy_at_once(folder):
    journals = [journal_in(folder) for _ in range(4)]
    for number in range(200):
        (folder / f"{number}-dead").mkdir()
    with ThreadPoolExecutor() as pool:
        list(pool.map(Journal.tidy, journals))
    assert list(folder.glob("*-dead")) == []
