"""Where mail for a person at a school goes, when it is not their own address."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from directory.models import Membership


def mailbox_at(
    person_id: sa.SQLColumnExpression[int] | sa.SQLColumnExpression[int | None],
    school_id: sa.SQLColumnExpression[int],
) -> sa.ScalarSelect[str]:
    """Return the mailbox that stands behind a person at a school: an address, or NULL for none.

    An expression over columns of the statement around it, also over ``Membership``'s own. Of
    several current places that the person has there, the first with a mailbox counts.
    """
    place = aliased(Membership)
    return (
        sa.select(place.mailbox)
        .where(
            place.person_id == person_id,
            place.school_id == school_id,
            place.ended_at.is_(None),
            place.mailbox != "",
        )
        .order_by(place.id)
        .limit(1)
        .correlate_except(place)
        .scalar_subquery()
    )
