"""What needs no gate, and what only looks so: each rule as a table of cases."""

from datetime import UTC, datetime

import pytest

from gatekeeping.mailgate.message import Message, read
from gatekeeping.mailgate.policy import Sent, Why
from gatekeeping.mailgate.rule.casework import is_casework
from gatekeeping.mailgate.rule.exemptions import begun_by_school, exemption, is_ours
from notifications.mail import signing
from notifications.mail.message import Envelope, Letterhead, Sender, own
from tests.gatekeeping.mailgate.casework_letters import CASEWORK, MANY
from tests.gatekeeping.mailgate.casework_pairs import PAIRS


@pytest.mark.parametrize(("subject", "text"), CASEWORK, ids=[each[0] for each in CASEWORK])
def test_a_letter_about_one_person_is_casework(subject, text):
    assert is_casework(Message(subject=subject, text=text))


@pytest.mark.parametrize(("subject", "text"), MANY, ids=[each[0] for each in MANY])
def test_a_letter_about_many_is_none(subject, text):
    assert not is_casework(Message(subject=subject, text=text))


@pytest.mark.parametrize(
    ("subject", "begins", "of_one", "of_schools"), PAIRS, ids=[each[0] for each in PAIRS]
)
def test_what_is_asked_about_one_person_passes_and_what_is_asked_of_schools_does_not(
    subject, begins, of_one, of_schools
):
    asked = Message(subject=subject, text=f"{begins}\n\n{of_one}\n\nKind regards\nAlex")
    assert is_casework(asked)
    asked = Message(subject=subject, text=f"{begins}\n\n{of_schools}\n\nKind regards\nAlex")
    assert not is_casework(asked)


SCHOOL, COUNCIL = "office@school.example", "alex@la.example"
HISTORY = "Yes, at ten.\n\nOn 3 May 2026 Pat <{}> wrote:\n> When?\n"
LONGER = (
    "Yes.\n\nFrom: Pat <office@school.example>\nSent: Monday\nTo: Alex\nSubject: When\n\nWhen?\n\n"
    "From: Alex <alex@la.example>\nSent: Sunday\nTo: all\nSubject: x\n"
)
THREADS = [
    # References, In-Reply-To, text, recipients, whether a school began it and gets the answer.
    ("<1@school.example> <2@la.example>", "", "", SCHOOL, True),
    ("<1@la.example> <2@school.example>", "", "", SCHOOL, False),
    ("", "<1@school.example>", "", SCHOOL, True),
    ("", "<1@school.example>", "", "head@school.example", True),
    ("", "<1@school.example>", "", "office@other.example", False),
    ("", "", "", SCHOOL, False),
    ("", "<1@mail.example>", HISTORY.format(SCHOOL), SCHOOL, True),
    ("", "<1@mail.example>", HISTORY.format(COUNCIL), SCHOOL, False),
    ("", "<1@mail.example>", LONGER, SCHOOL, False),
    ("", "<1@mail.example>", "Ask office@school.example for it.", SCHOOL, False),
]  # fmt: skip


@pytest.mark.parametrize(("references", "answered", "text", "rcpt", "expected"), THREADS)
def test_a_thread_is_a_schools_by_its_first_message(references, answered, text, rcpt, expected):
    raw = f"References: {references}\nIn-Reply-To: {answered}\n\n{text}"
    found = begun_by_school(
        read(raw.encode()),
        Sent(COUNCIL, (rcpt,)),
        is_of_school=lambda address: address.endswith(("@school.example", "@other.example")),
    )
    assert found is expected


SUBJECTS = [
    ("Re: Dates", True), ("RE: Dates", True), ("re:Dates", True), ("Re[2]: Dates", True),
    ("AW: Dates", True), ("SV: Dates", True), ("Antw: Dates", True), ("RE : Dates", True),
    ("[EXTERNAL] Re: Dates", True), ("Official: RE: Dates", True), ("R: Dates", True),
    ("Dates", False), ("Reading: dates", False), ("FW: Dates", False), ("Refer: dates", False),
]  # fmt: skip


@pytest.mark.parametrize(("subject", "expected"), SUBJECTS)
def test_an_answer_is_known_by_its_subject_in_many_languages(subject, expected):
    raw = f"Subject: {subject}\nIn-Reply-To: <1@school.example>\n\nThe second of May.\n"
    why = exemption(
        read(raw.encode()), Sent(COUNCIL, (SCHOOL,)), begun_by_school=True, is_ours=False
    )
    assert why is (Why.REPLY if expected else None)


def test_nothing_a_message_says_of_a_thread_exempts_it_where_a_school_began_none():
    raw = b"Subject: Re: Dates\nIn-Reply-To: <1@school.example>\n\nThe second of May.\n"
    message, sent = read(raw), Sent(COUNCIL, (SCHOOL,))
    assert exemption(message, sent, begun_by_school=False, is_ours=False) is None
    assert exemption(message, sent, begun_by_school=False, is_ours=True) is Why.OURS


KEY = "a signing key"
OURS = (417, "Office@School.example", "<mail-417.portal@portal.example>")


def signed(recipient: str, message_id: str, *rcpt: str, key: str = KEY) -> bool:
    line = signing.line(*OURS, KEY).decode().strip()
    raw = f"{line}\nMessage-ID: {message_id}\nTo: {recipient}\n\nSomething waits for you.\n"
    return is_ours(read(raw.encode()), Sent("portal@la.example", rcpt or (recipient,)), key)


def test_mail_of_ours_is_known_by_its_signature_alone():
    assert signed("office@school.example", OURS[2])
    assert not signed("head@school.example", OURS[2])
    assert not signed("office@school.example", "<mail-418.portal@portal.example>")
    assert not signed("office@school.example", OURS[2], "office@school.example", "b@school.example")
    assert not signed("office@school.example", OURS[2], key="another key")
    assert not signed("office@school.example", OURS[2], key="")
    assert signing.line(*OURS, "") == b""


def test_every_mail_that_the_portal_makes_carries_its_signature():
    head = Letterhead("https://portal.example", "portal@la.example", key=KEY)
    sender = Sender("Lancashire", "Schools Portal", "help@la.example", "")
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    made = own(Envelope(417, "Office@School.example", sender, head, at), "New", "Something waits.")
    message = read(made)
    assert is_ours(message, Sent("portal@la.example", ("office@school.example",)), KEY)
    assert not is_ours(message, Sent("portal@la.example", ("all@lists.la.example",)), KEY)
    assert message.text.startswith("Something waits.")


ASKING = "Please tell us by Friday whether your kiln works."
AUTOMATIC_ONES = {
    "a reply": "Auto-Submitted: auto-replied\nIn-Reply-To: <1@school.example>\n",
    "a calendar's": "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
    "Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\n--b\n",
    "a report": "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n",
}


@pytest.mark.parametrize("kind", AUTOMATIC_ONES)
@pytest.mark.parametrize(("schools", "is_exempt"), [(1, True), (21, False)])
def test_what_answers_by_itself_asks_nothing_of_many(kind, schools, is_exempt):
    message = read(f"Subject: Kilns\n{AUTOMATIC_ONES[kind]}\n{ASKING}\n".encode())
    sent = Sent("", tuple(f"office@s{place}.example" for place in range(schools)))
    found = exemption(message, sent, begun_by_school=False, is_ours=False)
    assert (found is not None) is is_exempt


@pytest.mark.parametrize(
    ("to", "is_thread"),
    [
        ("office@s1.example", False),  # twenty more, whom nobody sees
        ("office@s1.example, alex@la.example", False),
        (", ".join(f"office@s{place}.example" for place in range(1, 20)), True),
        ("heads@la.example", True),  # a list, which was taken apart on the way
    ],
)
def test_who_answers_a_school_answers_no_others_whom_nobody_sees(to, is_thread):
    raw = f"To: {to}\nSubject: Re: lockers\nReferences: <1@s1.example>\n\nWhich do you use?\n"
    urns = {f"office@s{place}.example": frozenset({place}) for place in range(1, 22)}
    found = begun_by_school(
        read(raw.encode()),
        Sent(COUNCIL, tuple(urns)),
        is_of_school=lambda address: address.endswith("@s1.example"),
        schools_of=lambda address: urns.get(address, frozenset()),
        may_be_list=lambda address: address != "alex@la.example",
    )
    assert found is is_thread
