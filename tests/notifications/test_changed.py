"""What became of something after it was sent: replaced, corrected, withdrawn; who is told."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from notifications.amending import Correction, amend
from notifications.documents import marks
from notifications.documents.versions import compare_files, follow
from notifications.documents.withdrawing import (
    withdraw_file,
)
from notifications.events import Changed, NoticeChanged
from notifications.models import Delivery, DeliveryMove, DeliveryState, Notice
from notifications.models_documents import Document, DocumentState
from notifications.models_mail import Mail, Occasion
from notifications.reading.inbox import Reader, readable
from notifications.telling.changes import tell_readers
from tests.factories.base import NOON
from tests.factories.directory import MembershipFactory
from tests.factories.mail import queue_deliveries
from tests.factories.notifications import (
    DeliveryFactory,
    NoticeAttachmentFactory,
    NoticeFactory,
)

UNREAD, READ, DONE, CLOSED = DeliveryState
LATER = NOON + timedelta(days=2)
OLD, NEW = "a" * 64, "b" * 64


def sources(*notices):
    """Return the select of these notices' sources, as the gate gives it."""
    return sa.select(Notice.source_id).where(Notice.id.in_([notice.id for notice in notices]))


def state_of(session, delivery):
    session.expire_all()
    return session.get(Delivery, delivery.id).state


def deliver(notice, state, *, to=None, **values):
    """Deliver to somebody at a school of their own, unless said otherwise."""
    facts = {} if state is UNREAD else {"read_at": NOON + timedelta(hours=1)}
    if state is DONE:
        facts["done_at"] = NOON + timedelta(hours=2)
    return DeliveryFactory.to(
        to or MembershipFactory(), notice=notice, state=state, **facts, **values
    )


def changed_mails(session):
    rows = session.execute(
        sa.select(Mail.delivery_id, Mail.round, Mail.urgent)
        .where(Mail.occasion == Occasion.CHANGED)
        .order_by(Mail.id)
    )
    return [tuple(row) for row in rows]


@pytest.fixture
def first():
    return NoticeFactory(
        title="Menus", body="Send it by Friday. Thank you.", due_on=date(2026, 12, 4)
    )


@pytest.fixture
def second(first):
    return NoticeFactory(
        title="Menus", body="Send it by Monday. Thank you.", due_on=date(2026, 12, 7), sent_at=LATER
    )


class TestReplaced:
    def test_the_older_one_is_closed_where_it_was_open_and_says_why(self, session, first, second):
        asked, not_asked = deliver(first, READ), deliver(first, UNREAD)
        done = deliver(first, DONE)
        for delivery in (asked, done):
            DeliveryFactory(notice=second, person=delivery.person, school=delivery.school)
        session.add(
            Mail(
                authority_id=first.authority_id,
                delivery_id=not_asked.id,
                occasion=Occasion.ITEM,
                address="office@one.example",
                created_at=NOON,
                send_after=NOON,
            )
        )
        follow(session, second, sources(first), also=["Answer by e-mail now."], at=LATER)
        session.flush()
        session.expire_all()
        assert (first.replaced_by_id, first.replaced_at, first.stopped) == (second.id, LATER, True)
        assert second.changed.splitlines() == [
            "You have longer: it is due on 7 December 2026, not on 4 December 2026.",
            "It now says “Send it by Monday.” where it said “Send it by Friday.”",
            "Answer by e-mail now.",
        ]
        states = [state_of(session, each) for each in (asked, not_asked, done)]
        assert states == [CLOSED, CLOSED, DONE]
        why = dict(session.execute(sa.select(DeliveryMove.delivery_id, DeliveryMove.why)).all())
        assert why == {
            asked.id: f"A newer version took its place ({second.reference}). "
            "You need not do this one.",
            not_asked.id: f"A newer version went to other schools ({second.reference}). "
            "You need not do this any more.",
        }
        assert not session.scalars(sa.select(Mail.id)).all()  # what had not left does not leave

    def test_who_had_it_can_still_read_it_and_finds_the_newer_one(self, session, first, second):
        member = MembershipFactory()
        old = deliver(first, READ, to=member)
        new = deliver(second, UNREAD, to=member)
        follow(session, second, sources(first), at=LATER)
        reader = Reader(first.authority_id, member.school_id, member.person_id, is_head=False)
        seen = session.scalars(sa.select(Delivery.id).where(readable(reader))).all()
        assert set(seen) == {old.id, new.id}
        session.expire_all()
        assert marks.standing_of(session, reader, old).later.delivery_id == new.id
        standing = marks.standing_of(session, reader, new)
        assert standing.earlier.delivery_id == old.id
        assert standing.lines

    def test_only_those_who_had_read_it_and_are_not_asked_now_are_written_to(
        self, session, first, second
    ):
        asked, gone, unread = deliver(first, READ), deliver(first, READ), deliver(first, UNREAD)
        deliver(first, DONE)
        DeliveryFactory(notice=second, person=asked.person, school=asked.school)
        follow(session, second, sources(first), at=LATER)
        event = NoticeChanged(first.authority_id, first.id, Changed.REPLACED.value)
        tell_readers(session, event, LATER)
        assert changed_mails(session) == [(gone.id, 1, False)]
        assert unread.id != gone.id

    @pytest.mark.sqlite_only
    def test_files_follow_one_another_and_what_was_taken_back_stays_back(
        self, session, first, second
    ):
        form = NoticeAttachmentFactory(notice_id=first.id, name="Form.docx", sha256=OLD)
        secret = NoticeAttachmentFactory(notice_id=first.id, name="Names.pdf", sha256="c" * 64)
        newer = NoticeAttachmentFactory(notice_id=second.id, name="form v2.docx", sha256=NEW)
        again = NoticeAttachmentFactory(notice_id=second.id, name="Names.pdf", sha256="c" * 64)
        withdraw_file(
            session,
            first.authority_id,
            sources(first),
            secret.sha256,
            why="It names pupils.",
            by=1,
            at=NOON,
        )
        follow(session, second, sources(first), at=LATER)
        session.flush()
        assert (newer.follows_id, newer.changed) == (form.id, "Something in it changed.")
        assert (again.withdrawn_at, again.withdrawn_why) == (NOON, "It names pupils.")
        assert "The file “form v2.docx” was replaced by a newer one." in second.changed
        for sha256, text in ((OLD, "One. Two."), (NEW, "One. Three.")):
            session.add(
                Document(
                    authority_id=first.authority_id,
                    sha256=sha256,
                    size=10,
                    state=DocumentState.READ,
                    text=text,
                    created_at=NOON,
                )
            )
        session.flush()
        event = NoticeChanged(first.authority_id, second.id, Changed.READ.value)
        compare_files(session, event, LATER)
        assert newer.changed == "Taken out: “Two.” Added: “Three.”"

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize("count", [3, 60])
    def test_it_takes_the_same_few_statements_however_many_schools(
        self, session, second, statements, count
    ):
        first = queue_deliveries(session, count)
        session.flush()
        statements.clear()
        follow(session, second, sources(first), at=LATER)
        session.flush()
        assert len(statements) <= 14


class TestCorrected:
    def correct(self, session, notice, **values):
        facts = {"title": notice.title, "body": notice.body, "due_on": notice.due_on} | values
        amend(
            session,
            notice.authority_id,
            sources(notice),
            Correction(reference="888-2627-C-00001-A v2", **facts),
            at=LATER,
        )
        return session.scalars(
            sa.text("SELECT payload FROM outbox_event WHERE name = 'NoticeChanged'")
        ).all()

    def test_readers_see_it_until_they_open_it_again(self, session, first):
        member = MembershipFactory()
        delivery = deliver(first, READ, to=member)
        self.correct(session, first, body="Send it on Friday. Thank you.")
        assert first.amended_at == LATER
        row = session.execute(
            sa.select(
                *(Delivery.read_at, Delivery.reread_at, Notice.amended_at, Notice.replaced_at),
                *(Notice.withdrawn_at, Notice.expunged_at),
            ).join(Notice)
        ).one()
        assert marks.mark(row) == marks.Mark("Corrected since you read it", "info")
        reader = Reader(first.authority_id, member.school_id, member.person_id, is_head=False)
        assert marks.standing_of(session, reader, delivery).is_news
        assert marks.looked_again(session, delivery, at=LATER + timedelta(hours=1))
        assert not marks.looked_again(session, delivery, at=LATER + timedelta(hours=2))
        assert not marks.standing_of(session, reader, delivery).is_news

    @pytest.mark.sqlite_only
    def test_what_readers_do_not_see_corrects_nothing(self, session, first):
        self.correct(session, first)
        assert (first.amended_at, first.changed) == (None, "")
        assert first.reference.endswith("v2")

    @pytest.mark.sqlite_only
    def test_what_was_replaced_stays_as_it_was_read(self, session, first, second):
        first.replaced_by_id = second.id
        session.flush()
        amend(
            session,
            first.authority_id,
            sources(first, second),
            Correction("Menus", "New words.", "888-2627-C-00001-A v3", None),
            at=LATER,
        )
        assert (first.body, second.body) == ("Send it by Friday. Thank you.", "New words.")

    @pytest.mark.sqlite_only
    def test_files_that_were_taken_out_are_not_offered_any_more(self, session, first):
        kept = NoticeAttachmentFactory(notice_id=first.id, name="A.pdf", sha256=OLD)
        gone = NoticeAttachmentFactory(notice_id=first.id, name="B.pdf", sha256=NEW)
        self.correct(session, first, files=[{"name": "A (1).pdf", "sha256": OLD}])
        assert (kept.name, kept.withdrawn_at, gone.withdrawn_at) == ("A (1).pdf", None, LATER)
        assert first.changed.splitlines() == [
            "The file “A.pdf” is now called “A (1).pdf”.",
            "The file “B.pdf” does not go with it any more.",
        ]

    @pytest.mark.parametrize(
        ("kind", "states", "told"),
        [
            (Changed.CORRECTED, (READ, UNREAD, DONE), 0),
            (Changed.DATE, (READ, UNREAD, DONE), 1),  # whoever is done need not know
            (Changed.WITHDRAWN, (READ, UNREAD, DONE), 2),
            (Changed.FILE, (READ, UNREAD, DONE), 2),
            (Changed.READ, (READ, UNREAD, DONE), 0),
            (Changed.EXPUNGED, (READ, UNREAD, DONE), 0),
        ],
    )
    @pytest.mark.sqlite_only
    def test_only_who_had_read_it_is_written_to_and_only_where_it_matters(
        self, session, first, kind, states, told
    ):
        for state in states:
            deliver(first, state)
        first.amended_at = first.withdrawn_at = LATER
        session.flush()
        event = NoticeChanged(first.authority_id, first.id, kind.value)
        tell_readers(session, event, LATER)
        found = changed_mails(session)
        assert len(found) == told
        assert {urgent for _, _, urgent in found} <= {kind is Changed.FILE}

    @pytest.mark.sqlite_only
    def test_each_change_is_a_mail_of_its_own(self, session, first):
        delivery = deliver(first, READ)
        first.amended_at = LATER
        event = NoticeChanged(first.authority_id, first.id, Changed.DATE.value)
        for _ in range(2):
            tell_readers(session, event, LATER)
        assert changed_mails(session) == [(delivery.id, 1, False), (delivery.id, 2, False)]
