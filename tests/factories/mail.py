"""Waiting mail about one notice, as many as a test needs, written in a few statements."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import School, SchoolStatus
from notifications.models import Delivery, DeliveryState, Notice
from notifications.models_mail import Mail, MailState
from tests.factories.base import NOON
from tests.factories.notifications import NoticeFactory, first_category_id


def queue_deliveries(
    session: Session, count: int, *, at: datetime = NOON, **notice: object
) -> Notice:
    """Make ``count`` schools, each with one delivery of a new notice and its mail, due ``at``."""
    made = NoticeFactory(**notice)
    authority, category = made.authority_id, first_category_id()
    numbers = range(900_001, 900_001 + count)
    session.execute(
        sa.insert(School),
        [
            {
                "authority_id": authority,
                "urn": urn,
                "la_code": "888",
                "name": f"School {urn}",
                "type_code": "01",
                "type_name": "Community school",
                "phase_code": "2",
                "phase_name": "Primary",
                "status": SchoolStatus.OPEN,
                "email": f"office@{urn}.school.example",
                "imported_at": NOON,
            }
            for urn in numbers
        ],
    )
    schools = session.execute(
        sa.select(School.id, School.email).where(School.urn.in_(numbers)).order_by(School.id)
    ).all()
    session.execute(
        sa.insert(Delivery),
        [
            {
                "authority_id": authority,
                "notice_id": made.id,
                "school_id": school_id,
                "category_id": category,
                "reason": "office",
                "state": DeliveryState.UNREAD,
                "delivered_at": NOON,
            }
            for school_id, _ in schools
        ],
    )
    addresses = dict(tuple(row) for row in schools)
    deliveries = session.execute(
        sa.select(Delivery.id, Delivery.school_id).where(Delivery.notice_id == made.id)
    ).all()
    session.execute(
        sa.insert(Mail),
        [
            {
                "authority_id": authority,
                "delivery_id": delivery_id,
                "address": addresses[school_id],
                "state": MailState.QUEUED,
                "created_at": at,
                "send_after": at,
            }
            for delivery_id, school_id in deliveries
        ],
    )
    return made
