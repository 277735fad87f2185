"""Where mail for a person at a school goes, when it is not their own address."""

import sqlalchemy as sa

from directory.models import Membership


def mailbox_at(
    person_id: sa.SQLColumnExpression[int] | sa.SQLColumnExpression[int | None],
    school_id: sa.SQLColumnExpression[int],
) -> sa.ScalarSelect[str]:
    """Return the mailbox that stands behind a person at a school: an address, or NULL for none.

    An expression over columns of the statement around it. Of several current places that the
    person has there, the first with a mailbox counts.
    """
    return (
        sa.select(Membership.mailbox)
        .where(
            Membership.person_id == person_id,
            Membership.school_id == school_id,
            Membership.ended_at.is_(None),
            Membership.mailbox != "",
        )
        .order_by(Membership.id)
        .limit(1)
        .correlate_except(Membership)
        .scalar_subquery()
    )
