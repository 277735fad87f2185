"""Which messages say nearly the same, told from marks of their words."""

import pytest

from gatekeeping.mailgate.message import Message, read
from gatekeeping.mailgate.rule.likeness import ALIKE_FROM, alike, marks
from tests.gatekeeping.mailgate.mail_letters import LETTERS
from tests.gatekeeping.mailgate.mail_pairs import pairs, plain

KEY = b"a key"
PAIRS = pairs()


def likeness(one: Message, other: Message) -> float:
    return alike(marks(one, KEY), marks(other, KEY))


def with_file(subject: str, text: str, name: str, content: str = "") -> Message:
    content = content or "AAAA" * len(name)
    raw = (
        f"Subject: {subject}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        f"--b\n\nDear all\n\n{text}\n\nRegards\nAlex\n--b\nContent-Type: application/pdf;"
        f" name={name}\nContent-Transfer-Encoding: base64\n\n{content}\n--b--\n"
    )
    return read(raw.encode())


@pytest.mark.parametrize("pair", PAIRS, ids=[pair.name for pair in PAIRS])
def test_pairs_are_told_apart(pair):
    assert (likeness(pair.one, pair.other) >= ALIKE_FROM) is pair.is_same


def test_there_are_pairs_enough_half_of_them_unseen_when_it_was_tuned():
    tuned = sum(pair.is_tuned for pair in PAIRS)
    assert tuned >= 50
    assert len(PAIRS) - tuned >= 50


LAPTOPS = LETTERS["laptops"]
SHORT = [
    # One letter, another, whether they are alike.
    (plain("Survey", "Please complete the laptop survey by Friday."),
     plain("Survey", "Kindly fill in the laptop survey by Monday."), True),
    (plain("Survey", "Please complete the laptop survey by Friday."),
     plain("Survey", "Please complete the swimming survey by Friday."), False),
    (plain("Reminder", "Please remember to send your return."),
     plain("Reminder", "Please remember the meeting tomorrow."), False),
    (with_file("Update", "Please see attached.", "budget_letter.pdf"),
     with_file("Update", "Please see attached.", "flu_consent.pdf"), False),
    (with_file("Update", "Please see attached.", "letter1.pdf", "AAAA"),
     with_file("Update", "Please see attached.", "letter2.pdf", "AAAAAAAA"), False),
    (with_file("Update", "Please see attached.", "north.pdf", "AAAA"),
     with_file("Update", "Please see attached.", "south.pdf", "AAAA"), True),
    (with_file("Update", "Please see attached.", "budget_letter.pdf"),
     with_file("Update", "Please see enclosed.", "budget_letter.pdf"), True),
    (plain("Laptops", LAPTOPS.text.split("\n\n")[1]), plain("Laptops", LAPTOPS.text), True),
    (plain("Hello", "Please ring me."), plain(LAPTOPS.subject, LAPTOPS.text), False),
    (plain("", ""), plain("", ""), False),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "expected"), SHORT)
def test_short_letters_are_alike_only_if_their_words_are(one, other, expected):
    assert (likeness(one, other) >= ALIKE_FROM) is expected


def test_a_message_is_as_like_to_another_as_the_other_to_it():
    for pair in PAIRS[:20]:
        assert likeness(pair.one, pair.other) == likeness(pair.other, pair.one)


def test_a_message_within_a_message_is_read_as_one_passed_on():
    letter = plain(LAPTOPS.subject, LAPTOPS.text)
    raw = (
        "Subject: FW: laptops\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        "--b\n\nSee below.\n--b\nContent-Type: message/rfc822\n\n"
        f"Subject: {LAPTOPS.subject}\n\nDear all,\n\n{LAPTOPS.text}\n\n--b--\n"
    )
    assert likeness(letter, read(raw.encode())) >= ALIKE_FROM


def test_a_history_does_not_make_two_answers_alike():
    history = "\n\n".join(f"> {line}" for line in LAPTOPS.text.splitlines())
    first = "The trolleys in question were bought by parents, so they need not be counted."
    second = "Yes, a colleague of yours may upload the spreadsheet on behalf of the bursar."
    answers = [
        plain(
            "RE: Laptops",
            f"{text}\n\nOn 3 November 2026 Alex Marsh wrote:\n{history}",
            more="In-Reply-To: <1@lancashire.example>\n",
        )
        for text in (first, second)
    ]
    assert likeness(*answers) < ALIKE_FROM


def test_a_made_up_history_hides_nothing():
    hidden = "-----Original Message-----\nFrom: Alex\nSent: today\nTo: you\n\n" + LAPTOPS.text
    one = plain("RE: A", f"Please see what follows.\n\n{hidden}")
    other = plain("RE: B", f"I look forward to hearing from everyone.\n\n{hidden}")
    assert likeness(one, other) >= ALIKE_FROM


def test_marks_are_small_the_same_each_time_and_say_nothing_without_the_key():
    words = " ".join(f"word{'abcdefghij'[place % 10] * (place // 10 + 1)}" for place in range(1500))
    message = plain("Words", words)
    made = marks(message, KEY)
    assert len(made) <= 4096
    assert made == marks(message, KEY)
    assert alike(made, made) == 1.0
    assert alike(made, marks(message, b"another key")) < 0.05


@pytest.mark.parametrize("stored", [b"", b"\x01", b"\x01\x00", b"\x01\x00abc", bytes(999)])
def test_broken_marks_are_like_nothing(stored):
    assert alike(stored, marks(plain(LAPTOPS.subject, LAPTOPS.text), KEY)) < ALIKE_FROM
