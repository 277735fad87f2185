"""Pairs of messages: some say nearly the same, some do not. The letters are in the files beside."""

from itertools import combinations
from typing import NamedTuple

from gatekeeping.mailgate.message import Message, read
from tests.gatekeeping.mailgate.mail_letters import LETTERS, TUNED, Letter
from tests.gatekeeping.mailgate.mail_neighbours import NEIGHBOURS, REWORDED, SHORT_NEIGHBOURS

SIGNATURE = """Kind regards,

Alex Marsh
School Information Officer, Education and Children's Services
Lancashire County Council
T: 01772 000111 | www.lancashire.example

This e-mail and any attachments are confidential and intended solely for the addressee. If you \
have received it in error, please notify the sender and delete it. E-mail may be monitored."""
OTHER_SIGNATURE = """Many thanks

A. Marsh
Business Support, Floor 3

We cannot accept liability for viruses. The views expressed are not necessarily those of the \
council. Unauthorised disclosure is prohibited. Think of the environment before printing this."""


class Pair(NamedTuple):
    name: str
    one: Message
    other: Message
    is_same: bool
    is_tuned: bool


def plain(
    subject: str,
    text: str,
    *,
    greeting: str = "Dear Headteacher,",
    signature: str = SIGNATURE,
    more: str = "",
) -> Message:
    raw = (
        f"Subject: {subject}\nContent-Type: text/plain; charset=utf-8\n{more}\n"
        f"{greeting}\n\n{text}\n\n{signature}\n"
    )
    return read(raw.replace("\n", "\r\n").encode())


def html(subject: str, text: str) -> Message:
    body = "".join(f"<p><span style='color:#000'>{one}</span></p>" for one in text.split("\n\n"))
    raw = (
        f"Subject: {subject}\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<html>"
        f"<head><style>p {{ margin: 0 }}</style></head><body><p>Hi all,</p>{body}<p>Regards<br>"
        "Alex</p></body></html>"
    )
    return read(raw.encode())


def forwarded(subject: str, text: str) -> Message:
    body = f"""Dear colleagues,

In case it did not reach you.

Alex

-----Original Message-----
From: Alex Marsh <alex.marsh@lancashire.example>
Sent: 3 November 2026 09:12
To: heads@lists.lancashire.example
Subject: {subject}

Dear Headteacher,

{text}

{SIGNATURE}"""
    return plain(f"FW: {subject}", body, greeting="", signature="")


def _variants(letter: Letter) -> dict[str, Message]:
    paragraphs = letter.text.split("\n\n")
    shifted = letter.text
    for month, later in (("December", "January"), ("March", "April"), ("November", "October")):
        shifted = shifted.replace(month, later)
    return {
        "other greeting, dates and a school's name": plain(
            letter.subject.replace("autumn", "spring"),
            shifted.replace("each school", "Ashfield Church of England Primary School"),
            greeting="Good morning Mrs Hargreaves",
        ),
        "in other words": plain(letter.again_subject, letter.again, greeting="Hello,"),
        "paragraphs in another order": plain(
            letter.subject, "\n\n".join(reversed(paragraphs)), signature=OTHER_SIGNATURE
        ),
        "as HTML": html(letter.subject, letter.text),
        "forwarded": forwarded(letter.subject, letter.text),
        "with a paragraph more": plain(
            letter.subject,
            letter.text
            + "\n\nTwo colleagues join our office in Preston next week, Sam and Priya. They have "
            "long worked with churches and with museums, and look forward to meeting you.",
        ),
    }


def pairs() -> list[Pair]:
    """Return all pairs, those that say the same first."""
    found = []
    for name, letter in LETTERS.items():
        first = plain(letter.subject, letter.text)
        for how, other in _variants(letter).items():
            found.append(Pair(f"{name} {how}", first, other, True, name in TUNED))
    for (name, one), (other_name, other) in combinations(LETTERS.items(), 2):
        pair = plain(one.subject, one.text), plain(other.subject, other.text)
        tuned = name in TUNED and other_name in TUNED
        found.append(Pair(f"{name}, {other_name}", *pair, False, tuned))
    for place, (subject, text, other_subject, other_text) in enumerate(NEIGHBOURS):
        pair = plain(subject, text), plain(other_subject, other_text)
        found.append(Pair(f"{subject} | {other_subject}", *pair, False, place % 2 == 0))
    for rows, is_same in ((REWORDED, True), (SHORT_NEIGHBOURS, False)):
        for subject, text, other_subject, other_text in rows:
            pair = plain(subject, text), plain(other_subject, other_text, greeting="Hi all")
            found.append(Pair(f"{subject} | {other_subject}", *pair, is_same, True))
    return found
