"""Notices that ask for something by a date, at schools with a deputy and a head."""

from datetime import UTC, date, datetime

from categories.models import Part
from directory.models import Role
from notifications.chasing.working import chase_authority
from notifications.models import Attention, Delivery, Notice
from tests.factories.categories import CategoryFactory, OwnerFactory
from tests.factories.directory import MembershipFactory
from tests.factories.notifications import DeliveryFactory, NoticeFactory

SENT = datetime(2026, 11, 2, 10, tzinfo=UTC)
DUE = date(2026, 12, 3)
BEFORE = datetime(2026, 12, 2, 9, tzinfo=UTC)  # a day before, at nine
AFTER = datetime(2026, 12, 4, 9, tzinfo=UTC)
DEPUTY = datetime(2026, 12, 8, 9, tzinfo=UTC)
HEAD = datetime(2026, 12, 10, 9, tzinfo=UTC)


def make_notice(**values) -> Notice:
    facts = {"attention": Attention.ACTION, "sent_at": SENT, "due_on": DUE, "reminders": 2}
    return NoticeFactory(**(facts | {"deputy_after": 3, "head_after": 5} | values))


def put(place, notice, **values) -> Delivery:
    return DeliveryFactory.to(place, notice=notice, delivered_at=SENT, **values)


def make_late(place):
    """Put an item to somebody, to be done without reminders; return it, its deputy, the head."""
    school, category = place.school, CategoryFactory()
    deputy, head = (MembershipFactory(school=school, role=role) for role in (Role.STAFF, Role.HEAD))
    OwnerFactory(school=school, category=category, person=place.person)
    OwnerFactory(school=school, category=category, person=deputy.person, part=Part.DEPUTY)
    return put(place, make_notice(reminders=0), category_id=category.id), deputy, head


def run(session, at) -> int:
    """Chase as a worker does; return how many were told."""
    session.flush()
    done = chase_authority(session, session.info["test_authority"], at=at)
    session.expire_all()
    return done
