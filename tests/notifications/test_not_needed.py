"""Mail that waits does not leave once what it tells is over."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from notifications.mail.channels.smtp import opener
from notifications.mail.message import Letterhead
from notifications.mail.sending import Outcome, send_waiting
from notifications.models import Delivery, DeliveryState
from notifications.models_mail import Mail, MailState, Occasion
from tests import servers
from tests.factories.base import NOON
from tests.factories.mail import queue_deliveries
from tests.factories.notifications import NoticeFactory

LETTERHEAD = Letterhead("https://portal.example", "portal@authority.example")


def done(session, notice):
    session.execute(sa.update(Delivery).values(state=DeliveryState.DONE, done_at=NOON))


def closed(session, notice):
    session.execute(sa.update(Delivery).values(state=DeliveryState.CLOSED))


def withdrawn(session, notice):
    notice.withdrawn_at = NOON


def replaced(session, notice):
    notice.replaced_by_id = NoticeFactory().id


def read(session, notice):
    session.execute(sa.update(Delivery).values(state=DeliveryState.READ, read_at=NOON))


@pytest.mark.parametrize(
    ("what_happened", "occasion", "state"),
    [
        (done, Occasion.ITEM, MailState.DROPPED),
        (closed, Occasion.ITEM, MailState.DROPPED),
        (withdrawn, Occasion.ITEM, MailState.DROPPED),
        (replaced, Occasion.ITEM, MailState.DROPPED),
        (read, Occasion.ITEM, MailState.SENT),
        (withdrawn, Occasion.FORWARDED, MailState.DROPPED),
        (done, Occasion.REMINDER, MailState.DROPPED),
        (done, Occasion.HEAD, MailState.DROPPED),
        (withdrawn, Occasion.CHANGED, MailState.SENT),
        (replaced, Occasion.CHANGED, MailState.SENT),
    ],
)
def test_what_is_over_is_not_told_as_new(database, session, what_happened, occasion, state):
    notice = queue_deliveries(session, 1)
    session.execute(sa.update(Mail).values(occasion=occasion))
    what_happened(session, notice)
    session.commit()
    with servers.mail_sink() as sink:
        to = opener(f"smtp://127.0.0.1:{sink.port}")
        outcome = send_waiting(
            database, to, LETTERHEAD, now=lambda: NOON, lease=timedelta(minutes=1)
        )
        arrived = len(sink.messages)
    mail = session.scalars(sa.select(Mail)).one()
    assert (mail.state, mail.claim) == (state, None)
    assert arrived == outcome.sent == (state is MailState.SENT)
    assert outcome == Outcome(sent=arrived)
