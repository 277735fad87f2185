from collections.abc import Callable
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Thread

import pytest
import sqlalchemy as sa

from directory.models import Membership
from foundation.db import EVERY_AUTHORITY
from notifications.mail.compose import NotNeededError, compose
from notifications.mail.message import Letterhead
from notifications.models import Attention, Delivery, DeliveryState
from notifications.models_mail import Mail, Occasion
from notifications.models_reaching import Digest, DigestEntry, Rhythm
from notifications.reaching.digests import compose_due
from tests.factories.base import NOON
from tests.factories.directory import MembershipFactory, SchoolFactory
from tests.factories.notifications import DeliveryFactory
from tests.factories.reaching import DigestEntryFactory, ReachChoiceFactory

LETTERHEAD = Letterhead("https://portal.example", "portal@authority.example", key="key")


def mails(database) -> list[Mail]:
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        return list(session.scalars(sa.select(Mail).order_by(Mail.id)))


def written(database) -> EmailMessage:
    (mail,) = mails(database)
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        content = compose(session, [mail], LETTERHEAD, at=NOON)[mail.id]
    assert isinstance(content, bytes), content
    return message_from_bytes(content, policy=policy.default)


@pytest.fixture
def place(session) -> Membership:
    made = MembershipFactory(person__name="Amina Begum")
    ReachChoiceFactory(person_id=made.person_id)
    return made


@pytest.fixture
def waiting(session, place) -> Callable[..., DigestEntry]:
    """An item that waits for a digest that is due."""

    def waiting(to: Membership = place, due_at=NOON, **facts) -> DigestEntry:
        return DigestEntryFactory(delivery=DeliveryFactory.to(to, **facts), due_at=due_at)

    return waiting


def test_a_digest_is_composed_once_with_its_mail(session, database, place, waiting):
    for _ in range(3):
        waiting()
    waiting(due_at=NOON + timedelta(days=1))
    session.commit()
    assert compose_due(database, at=NOON) == 1
    assert compose_due(database, at=NOON) == 0
    (mail,) = mails(database)
    assert (mail.occasion, mail.person_id, mail.address) == (
        Occasion.DIGEST,
        place.person_id,
        place.person.email,
    )
    digest = session.scalars(sa.select(Digest)).one()
    assert (mail.digest_id, digest.due_at) == (digest.id, NOON)
    counts = sa.select(DigestEntry.digest_id, sa.func.count()).group_by(DigestEntry.digest_id)
    assert dict(session.execute(counts).tuples().all()) == {None: 1, digest.id: 3}


def test_two_workers_at_once_compose_each_digest_once(session, database):
    for _ in range(30):
        place = MembershipFactory()
        DigestEntryFactory(delivery=DeliveryFactory.to(place))
    session.commit()
    workers = [Thread(target=compose_due, args=(database,), kwargs={"at": NOON}) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    found = mails(database)
    assert len(found) == len({mail.person_id for mail in found}) == 30


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "facts",
    [
        {"state": DeliveryState.DONE},
        {"state": DeliveryState.CLOSED},
        {"notice__withdrawn_at": NOON},
    ],
)
def test_what_was_dealt_with_meanwhile_is_left_out(session, database, waiting, facts):
    waiting(**facts)
    session.commit()
    assert compose_due(database, at=NOON) == 0
    assert mails(database) == []
    assert session.scalars(sa.select(DigestEntry)).all() == []


@pytest.mark.sqlite_only
@pytest.mark.sqlite_only
def test_a_digest_of_what_was_all_done_before_it_left_is_not_needed(session, database, waiting):
    entry = waiting()
    session.commit()
    assert compose_due(database, at=NOON) == 1
    session.get_one(Delivery, entry.delivery_id).state = DeliveryState.DONE
    session.commit()
    (mail,) = mails(database)
    content = compose(session, [mail], LETTERHEAD, at=NOON)[mail.id]
    assert isinstance(content, NotNeededError)


def test_what_was_handed_on_is_not_in_its_earlier_readers_digest(session, database, waiting):
    entry = waiting()
    session.execute(
        sa.text("UPDATE delivery SET person_id = :other WHERE id = :id"),
        {"other": MembershipFactory().person_id, "id": entry.delivery_id},
    )
    session.commit()
    assert compose_due(database, at=NOON) == 0


@pytest.mark.sqlite_only
def test_what_comes_late_for_a_digest_goes_with_the_next(session, database, waiting):
    waiting()
    session.commit()
    compose_due(database, at=NOON)
    late = waiting()
    session.commit()
    assert compose_due(database, at=NOON) == 0
    session.refresh(late)
    assert late.due_at == NOON + timedelta(hours=19, minutes=30)


@pytest.mark.sqlite_only
def test_the_mail_groups_items_by_school_and_by_what_they_want(session, database, place, waiting):
    second = MembershipFactory(person=place.person, school=SchoolFactory(name="Zeta School"))
    waiting(notice__title="Old form", notice__due_on=date(2026, 11, 20))
    waiting(notice__title="New form", notice__due_on=date(2026, 12, 1))
    waiting(to=second, notice__title="Menus")
    waiting(to=second, notice__title="Sign", notice__attention=Attention.ACTION)
    session.commit()
    compose_due(database, at=NOON)
    message = written(database)
    assert message["Subject"] == "Your digest: 4 items, 1 overdue"
    plain = message.get_body(("plain",)).get_content()
    shown = ["Overdue", "Old form", "To do", "New form", "Zeta School", "To do", "Sign", "Menus"]
    places = [plain.index(shown[0])]
    for words in shown[1:]:
        places.append(plain.index(words, places[-1]))
    assert "act by 1 December 2026" in plain
    assert "https://portal.example/inbox/" in plain
    assert "Dear Amina Begum," in plain
    assert "schools-portal@888.authority.example" in plain
    assert "\n\n\n" not in plain.replace("\r", "")


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("rhythm", "offered"), [(Rhythm.DAILY, True), (Rhythm.WEEKLY, False)])
def test_a_daily_digest_can_be_made_weekly_with_one_click(
    session, database, waiting, rhythm, offered
):
    place = MembershipFactory()
    ReachChoiceFactory(person_id=place.person_id, rhythm=rhythm)
    waiting(to=place)
    session.commit()
    compose_due(database, at=NOON)
    message = written(database)
    assert ("List-Unsubscribe" in message) is offered
    if offered:
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        link = message["List-Unsubscribe"].strip("<>")
        assert link.startswith(f"https://portal.example/mail/stop/digest-{place.person_id}-")
        assert link in message.get_body(("plain",)).get_content()


def test_few_statements_compose_however_many(session, database, statements):
    for _ in range(40):
        place = MembershipFactory()
        for _ in range(2):
            DigestEntryFactory(delivery=DeliveryFactory.to(place))
    session.commit()
    statements.clear()
    assert compose_due(database, at=NOON) == 40
    assert len(statements) <= 12


@pytest.mark.sqlite_only
def test_what_went_to_a_colleague_before_the_digest_left_is_not_told(
    session, database, place, waiting
):
    colleague = MembershipFactory(school=place.school)
    entry = waiting(notice__title="Given away")
    waiting(notice__title="Still mine")
    session.commit()
    assert compose_due(database, at=NOON) == 1
    session.get_one(Delivery, entry.delivery_id).person_id = colleague.person_id
    session.commit()
    text = written(database).as_string()
    assert "Still mine" in text
    assert "Given away" not in text
