"""What mails tell, read for a whole batch at once."""

from collections.abc import Collection
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from categories.models import Category
from directory.mailboxes import mailbox_at
from directory.models import AuthorityProfile, Organisation, Person, School
from notifications.documents.told import HAS_GONE, files_gone, lines
from notifications.mail.message import EXCERPT_LIMIT, Item, Sender, Told, excerpt, one_line
from notifications.models import Delivery, DeliveryState, Notice
from notifications.models_mail import Mail, Occasion
from notifications.reading.still import had_before

_IS_OVER: Final = sa.or_(
    Delivery.state.in_((DeliveryState.DONE, DeliveryState.CLOSED)),
    Notice.withdrawn_at.is_not(None),
    Notice.replaced_by_id.is_not(None),
)


def senders(session: Session, authorities: Collection[int]) -> dict[int, Sender]:
    """Return the authorities as their mails show them: one statement."""
    rows = session.execute(
        sa.select(
            AuthorityProfile.authority_id,
            Organisation.name,
            AuthorityProfile.service_name,
            AuthorityProfile.help_email,
            AuthorityProfile.help_telephone,
        )
        .join(Organisation, Organisation.id == AuthorityProfile.authority_id)
        .where(AuthorityProfile.authority_id.in_(authorities))
        .order_by(AuthorityProfile.authority_id)
    )
    return {row[0]: Sender(*row[1:]) for row in rows}


def told_of(session: Session, mails: Collection[int]) -> dict[int, Told]:
    """Return by mail whom it tells of which delivery, and why: one statement."""
    if not mails:
        return {}
    reader, giver = aliased(Person), aliased(Person)
    # Escalations are told to somebody else than the reader, or to the school's own mailbox.
    person_id = sa.case(
        (Mail.occasion.in_([Occasion.DEPUTY, Occasion.HEAD]), Mail.person_id),
        else_=sa.func.coalesce(Mail.person_id, Delivery.person_id),
    )
    rows = session.execute(
        sa.select(
            Mail.id,
            Delivery.id,
            Delivery.notice_id,
            Delivery.reason,
            sa.func.coalesce(Person.name, ""),
            School.name,
            sa.func.coalesce(Category.heading, ""),
            Mail.occasion,
            sa.func.coalesce(reader.name, ""),
            sa.func.coalesce(giver.name, ""),
            sa.func.coalesce(mailbox_at(person_id, Delivery.school_id), ""),
            had_before(person_id),
            sa.case((_IS_OVER, sa.true()), else_=sa.false()),
        )
        .select_from(Mail)
        .join(Delivery, Delivery.id == Mail.delivery_id)
        .join(Notice, Notice.id == Delivery.notice_id)
        .join(School, School.id == Delivery.school_id)
        .outerjoin(Category, Category.id == Delivery.category_id)
        .outerjoin(Person, Person.id == person_id)
        .outerjoin(reader, reader.id == Delivery.person_id)
        .outerjoin(giver, giver.id == Delivery.forwarded_by_id)
        .where(Mail.id.in_(mails))
        .order_by(Mail.id)
    )
    return {row[0]: Told(*row[1:]) for row in rows}


def items(session: Session, notices: Collection[int]) -> dict[int, Item]:
    """Return notices as their mails tell them: one statement, two where files were taken back."""
    if not notices:
        return {}
    before = aliased(Notice)
    # The mail shows the first lines: no need to fetch a book for them.
    opening = sa.func.substr(Notice.body, 1, EXCERPT_LIMIT * 6)
    rows = session.execute(
        sa.select(
            *(Notice.id, Notice.reference, Notice.title, Notice.sender, Notice.kind, Notice.due_on),
            *(opening.label("opening"), Notice.attention, Notice.standing, Notice.changed),
            *(Notice.withdrawn_at, Notice.withdrawn_why, Notice.replaced_at),
            HAS_GONE.label("has_gone"),
            sa.exists().where(before.replaced_by_id == Notice.id).label("is_later"),
        )
        .where(Notice.id.in_(notices))
        .order_by(Notice.id)
    ).all()
    gone = [row.id for row in rows if row.has_gone]
    files = files_gone(session, gone) if gone else {}
    return {row.id: _item(row, files.get(row.id, ())) for row in rows}


def _item(row: sa.Row[Any], files: tuple[str, ...]) -> Item:
    changed = lines(row.changed, row.withdrawn_at, row.withdrawn_why, row.replaced_at)
    is_over = row.withdrawn_at is not None or row.replaced_at is not None
    return Item(
        reference=row.reference,
        title=one_line(row.title),
        sender=row.sender,
        kind=row.kind,
        due_on=None if is_over else row.due_on,
        excerpt=excerpt(row.opening),
        attention=row.attention,
        standing="" if is_over else row.standing,
        changed=(*changed, *files),
        changed_alone=files if row.is_later and not is_over else (*changed, *files),
    )
