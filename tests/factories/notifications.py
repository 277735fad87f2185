import itertools

import factory

from categories.models import Category
from notifications.models import (
    Delivery,
    DeliveryMove,
    DeliveryState,
    Notice,
    NoticeAttachment,
    NoticeKind,
)
from tests.factories.base import NOON, InAuthority, current

sources = itertools.count(1)


class NoticeFactory(InAuthority):
    class Meta:
        model = Notice

    source_id = factory.LazyFunction(lambda: next(sources))
    reference = factory.LazyAttribute(lambda notice: f"888-2627-C-{notice.source_id:05d}-A v1")
    kind = NoticeKind.COMMUNICATION
    title = factory.Sequence(lambda n: f"Notice {n}")
    body = "Please read this."
    sender = "School Improvement, Lancashire"
    reply_to = "officer@lancashire.example"
    sent_at = NOON


class NoticeAttachmentFactory(InAuthority):
    class Meta:
        model = NoticeAttachment

    sha256 = "0" * 64
    name = "form.pdf"
    media_type = "application/pdf"
    size = 10


def first_category_id() -> int:
    """Return the id of one of the 85 categories."""
    return current["session"].query(Category.id).order_by(Category.number).limit(1).scalar()


class DeliveryFactory(InAuthority):
    """A delivery of a new notice; ``person`` and ``school`` are given by the test."""

    class Meta:
        model = Delivery

    notice = factory.SubFactory(NoticeFactory)
    category_id = factory.LazyFunction(first_category_id)
    reason = "owner"
    state = DeliveryState.UNREAD
    delivered_at = NOON

    @classmethod
    def to(cls, membership, **values) -> Delivery:
        """Deliver to the person of a membership at its school."""
        return cls(person=membership.person, school=membership.school, **values)


class DeliveryMoveFactory(InAuthority):
    class Meta:
        model = DeliveryMove

    why = "A colleague took it over."
    at = NOON
