"""Whether a message is a case already: asked of every message to more than one school."""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from gatekeeping.models import BypassCase, CaseKind, MailTrace

# Made once: making the statement takes longer than what it does.
_PART: Final = (
    sa.select(MailTrace.case_id)
    .where(
        MailTrace.authority_id == sa.bindparam("authority"),
        MailTrace.token == sa.bindparam("token"),
    )
    .scalar_subquery()  # one value, so that both halves find their row by an index
)
_KNOWN: Final = (
    sa.select(BypassCase.id, BypassCase.kind)
    .where(
        BypassCase.authority_id == sa.bindparam("authority"),
        sa.or_(BypassCase.token == sa.bindparam("token"), BypassCase.id == _PART),
    )
    .order_by(BypassCase.id)
    .limit(1)
)


def known_case(session: Session, authority_id: int, token: str) -> tuple[int, CaseKind] | None:
    """Return the case of this very message and its kind, or None. One statement.

    Also when it came as a further part of one. Whoever brings a message again that was held is
    answered by its case, whatever a judgement would say of it now.
    """
    session.flush()
    which = {"authority": authority_id, "token": token}
    found = session.connection().execute(_KNOWN, which).first()
    return None if found is None else (found.id, found.kind)
