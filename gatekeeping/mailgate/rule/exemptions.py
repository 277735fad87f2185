"""Which mail to many schools needs no gate: answers of machines and people, one child's casework.

Whoever wants round the gate will try each of these, so none rests on a header alone: a header must
be borne out by who sends to whom, and by what is written.
"""

import re
from collections.abc import Callable
from typing import Final

from gatekeeping.mailgate.message import Message
from gatekeeping.mailgate.policy import Sent, Why
from gatekeeping.mailgate.rule.asking import asks, asks_many, is_short, is_to_many, said_in
from gatekeeping.mailgate.rule.casework import is_casework
from gatekeeping.mailgate.words import subjects
from notifications.mail import signing

ANSWERS: Final = frozenset({"REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"})
"""What a calendar says to somebody who invited; REQUEST, PUBLISH and CANCEL go to guests."""
_RETURNED: Final = re.compile(
    r"undeliver|deliver(?:y|ed|ing)|returned (?:mail|to sender)|failure|failed|nondelivery"
    r"|mail (?:system|delivery)|could not be|warning: message|rejected|delayed",
    re.IGNORECASE,
)
_MACHINES: Final = ("mailer-daemon@", "postmaster@", "mail-daemon@", "microsoftexchange")
_ADDRESS: Final = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
ANSWERED: Final = 3
MOST_UNSEEN: Final = 2
LONGEST_ANSWER: Final = 150
"""Automatic replies and what people add to answers of calendars have no more words."""


def exemption(message: Message, sent: Sent, *, begun_by_school: bool, is_ours: bool) -> Why | None:
    """Return what exempts a message, or None. Nothing that it says of itself is believed alone."""
    if is_ours:
        return Why.OURS
    # What answers by itself answers one address, or few: to more it may ask nothing at all.
    if len(sent.recipients) <= ANSWERED or not asks(message):
        if _is_bounce(message, sent):
            return Why.BOUNCE
        if _is_automatic(message):
            return Why.AUTOMATIC
        if _answers_an_invitation(message):
            return Why.CALENDAR
    if begun_by_school and _is_reply(message):
        return Why.REPLY
    return Why.CASEWORK if is_casework(message) else None


def is_ours(message: Message, sent: Sent, key: str | bytes) -> bool:
    """Tell whether the portal made this message, for this one reader.

    ``key`` signs the portal's mail (``Settings.signing_key``).
    """
    if not message.signature_of_ours or len(sent.recipients) != 1:
        return False
    recipient = sent.recipients[0]
    signed = signing.mail_of(message.signature_of_ours, recipient, message.message_id, key)
    return signed is not None


def begun_by_school(
    message: Message,
    sent: Sent,
    *,
    is_of_school: Callable[[str], bool],
    schools_of: Callable[[str], frozenset[int]] | None = None,
    may_be_list: Callable[[str], bool] = lambda address: False,  # noqa: ARG005 - none known
) -> bool:
    """Tell whether a school began the thread in which this answers, and gets the answer.

    The thread's first Message-ID shows it by its domain, else the oldest message quoted by its
    sender. Both are easily made up, so ``exemption`` also looks at what is written; and who answers
    a school, and others besides whom nobody sees, answers no thread of theirs.
    """
    for begun in (_first_identity(message), _oldest_sender(message)):
        if begun and is_of_school(begun):
            return _gets_it(begun, sent, schools_of) and _is_open(
                message, sent, schools_of, may_be_list
            )
    return False


def _first_identity(message: Message) -> str:
    return message.references[0] if message.references else message.in_reply_to


def _oldest_sender(message: Message) -> str:
    """Return the last address of the history's "From:" and "... wrote:" lines."""
    oldest = ""
    for line in message.history.split("\n"):
        bare = line.lstrip("> *\t")
        if re.match(r"(?:from|von|de|van|oddi wrth)\s*\*?:", bare, re.IGNORECASE) or re.search(
            r"\b(?:wrote|schrieb|a écrit|ysgrifennodd)\b", bare[:400], re.IGNORECASE
        ):
            found = _ADDRESS.findall(bare[:400])
            oldest = found[-1].lower() if found else oldest
    return oldest


def _gets_it(begun: str, sent: Sent, schools_of: Callable[[str], frozenset[int]] | None) -> bool:
    domain = begun.rpartition("@")[2].lower()
    if any(recipient.rpartition("@")[2].lower() == domain for recipient in sent.recipients):
        return True
    if schools_of is None:
        return False
    schools = schools_of(begun)
    return any(schools & schools_of(recipient) for recipient in sent.recipients)


def _is_open(
    message: Message,
    sent: Sent,
    schools_of: Callable[[str], frozenset[int]] | None,
    may_be_list: Callable[[str], bool],
) -> bool:
    """Tell whether To and Cc name the schools that get it, all but a few, or maybe a list."""
    if schools_of is None:
        return True
    nobody = frozenset[int]()
    seen = {address: schools_of(address) for address in (*message.to, *message.cc)}
    if any(not schools and may_be_list(address) for address, schools in seen.items()):
        return True
    hidden = nobody.union(*map(schools_of, sent.recipients)) - nobody.union(*seen.values())
    return len(hidden) <= MOST_UNSEEN


def is_answer(message: Message) -> bool:
    """Tell whether a message is marked as the answer to another, by subject and by its headers."""
    named = bool(message.in_reply_to or message.references)
    return named and subjects.is_reply(message.subject)


def _is_bounce(message: Message, sent: Sent) -> bool:
    if sent.sender:
        return False
    if message.is_report and message.report_type != "disposition-notification":
        return not asks_many(message)
    if message.from_address.startswith(_MACHINES) and _RETURNED.search(message.subject):
        return not asks_many(message)
    return _says_automatic(message) and is_short(message, LONGEST_ANSWER) and not asks_many(message)


def _says_automatic(message: Message) -> bool:
    return message.auto_submitted == "auto-replied" or bool(message.answers_by_itself)


def _is_automatic(message: Message) -> bool:
    """Tell whether a machine answers: it says so, it answers something, and it asks nothing."""
    named = bool(message.in_reply_to or message.references)
    is_named_so = subjects.is_automatic(message.subject)
    is_receipt = message.is_report and message.report_type == "disposition-notification"
    if not (is_receipt or is_named_so or (_says_automatic(message) and named)):
        return False
    if is_named_so and not (named or _says_automatic(message)):
        return False
    return is_short(message, LONGEST_ANSWER) and not message.attachments and not asks_many(message)


def _answers_an_invitation(message: Message) -> bool:
    if message.calendar_method not in ANSWERS:
        return False
    files = [
        file
        for file in message.attachments
        if file.media_type not in {"text/calendar", "application/ics"}
    ]
    return not files and is_short(message, LONGEST_ANSWER) and not asks_many(message)


def _is_reply(message: Message) -> bool:
    """Tell whether it reads as an answer: marked so, and no letter to many under that name."""
    if not is_answer(message):
        return False
    if is_short(message, LONGEST_ANSWER):
        return not asks_many(message)
    return bool(message.history) and not asks_many(message) and not is_to_many(said_in(message))
