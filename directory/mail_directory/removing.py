"""Removing what a file of the mail directory, said to be complete, does not name."""

from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models_mail import MailEntry
from foundation.bulk import batches
from foundation.errors import BrokenFileError

FEW: Final = 20
"""So few entries are removed without asking, even if they are most of what is there."""


class MostRemovedError(BrokenFileError):
    """A file that is said to be complete names less than half of what is there."""

    def __init__(self, removed: int, before: int) -> None:
        super().__init__(
            f"This file would remove {removed:,} of {before:,} entries, so it may not be complete. "
            "Nothing was changed. Look at the file, or say that you mean it.",
            field="sure",
        )


def remove_others(
    session: Session, authority_id: int, named: Iterable[str], *, new: int, sure: bool
) -> int:
    """Remove the entries with other addresses than those that are named; return how many.

    ``new`` of the named ones were not there before. Raises MostRemovedError, changing nothing, when
    that would remove more than ``FEW`` and more than half of what was there, unless ``sure``.
    """
    kept = set(named)
    rows = session.execute(
        sa.select(MailEntry.id, MailEntry.address)
        .where(MailEntry.authority_id == authority_id)
        .order_by(MailEntry.id)
    ).all()
    ids = [row.id for row in rows if row.address not in kept]
    before = len(rows) - new
    if not sure and len(ids) > max(FEW, before - len(ids)):
        raise MostRemovedError(len(ids), before)
    for some in batches(ids):
        session.execute(
            sa.delete(MailEntry).where(
                MailEntry.authority_id == authority_id, MailEntry.id.in_(some)
            )
        )
    return len(ids)
