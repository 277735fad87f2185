from datetime import timedelta

from directory.mail_directory.reached import Correspondent
from gatekeeping.mailgate.message import read
from gatekeeping.mailgate.rule.likeness import marks
from gatekeeping.mailgate.rule.tracing import alike_before
from gatekeeping.models.mailgate import MailTrace
from tests.factories.base import NOON

MARKS = marks(read(b"Subject: Cellos\r\n\r\nHow many cellos and violas do you own?\r\n"), b"key")
SENDER = Correspondent(address="officer@council.example")


def trace(session, authority_id, token, *, minutes):
    session.add(
        MailTrace(
            authority_id=authority_id,
            token=token,
            sender=SENDER.address,
            at=NOON + timedelta(minutes=minutes),
            urns=[900_001],
            marks=MARKS,
        )
    )
    session.flush()


def joined(session, authority_id, token, *, minutes):
    found = alike_before(
        session,
        authority_id,
        SENDER,
        own=MARKS,
        token=token,
        at=NOON + timedelta(minutes=minutes),
        days=30,
    )
    return [(earlier.at - NOON).seconds // 60 for earlier in found.earlier]


def test_a_message_brought_again_is_judged_by_what_came_before_it_the_first_time(
    session, authority_id
):
    for minutes, token in enumerate(("before", "itself", "in between")):
        trace(session, authority_id, token, minutes=minutes)
    assert joined(session, authority_id, "itself", minutes=3) == [0]
    assert joined(session, authority_id, "another", minutes=3) == [2, 1, 0]
