"""Choosing what of an update is applied, and what is passed over."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models_updates import ChangeKind, ChangeState, SchoolChange
from directory.updates.moves import move
from foundation import audit
from foundation.db import wake
from foundation.errors import Refusal

S = ChangeState


class NothingTickedError(Refusal):
    """Nobody said which changes."""

    sentence = "Tick the changes first, or use the button for all of them."


@dataclass(frozen=True)
class Chosen:
    """Which changes of one update: these ids, or with None all of a kind that fit ``words``."""

    update_id: int
    ids: Collection[int] | None
    kind: ChangeKind | None = None
    words: str = ""


def choose(
    session: Session, authority_id: int, chosen: Chosen, *, by: int | None, at: datetime
) -> int:
    """Let a worker apply these changes; return how many of them nobody had settled before.

    Another headteacher is never applied like this: somebody says who it is (``updates.heads``).
    """
    conditions = [*_named(chosen), SchoolChange.kind != ChangeKind.HEAD]
    count = move(session, authority_id, conditions, S.CHOSEN, since=(S.WAITING,), by=by, at=at)
    _record(session, authority_id, chosen, "chosen", count, by=by, at=at)
    wake(session, "updates")
    return count


def pass_over(
    session: Session, authority_id: int, chosen: Chosen, *, by: int | None, at: datetime
) -> int:
    """Leave these changes alone; return how many. The next file proposes them again."""
    named = _named(chosen)
    count = move(session, authority_id, named, S.PASSED_OVER, since=(S.WAITING,), by=by, at=at)
    _record(session, authority_id, chosen, "passed_over", count, by=by, at=at)
    return count


def take_back(
    session: Session, authority_id: int, chosen: Chosen, *, by: int | None, at: datetime
) -> int:
    """Put changes back to be chosen that were passed over, or chosen and are not applied yet."""
    named, since = _named(chosen), (S.CHOSEN, S.PASSED_OVER)
    count = move(session, authority_id, named, S.WAITING, since=since, by=by, at=at)
    _record(session, authority_id, chosen, "taken_back", count, by=by, at=at)
    return count


def fits(words: str) -> sa.ColumnElement[bool]:
    """Return the condition that a change is about a school with these words, or this URN."""
    text = " ".join(words.split())
    if text.isdecimal() and len(text) < 10:  # noqa: PLR2004 - more is no URN
        return sa.or_(SchoolChange.urn == int(text), SchoolChange.successor_urn == int(text))
    return sa.func.lower(SchoolChange.name).contains(text.lower(), autoescape=True)


def _named(chosen: Chosen) -> list[sa.ColumnElement[bool]]:
    conditions = [SchoolChange.update_id == chosen.update_id]
    if chosen.ids is not None:
        if not chosen.ids:
            raise NothingTickedError
        conditions.append(SchoolChange.id.in_(set(chosen.ids)))
    if chosen.kind is not None:
        conditions.append(SchoolChange.kind == chosen.kind)
    if chosen.words:
        conditions.append(fits(chosen.words))
    return conditions


def _record(
    session: Session,
    authority_id: int,
    chosen: Chosen,
    what: str,
    count: int,
    *,
    by: int | None,
    at: datetime,
) -> None:
    if count:
        audit.record(
            session,
            authority_id=authority_id,
            action=f"schools_update.{what}",
            subject="schools_update",
            subject_id=chosen.update_id,
            by=by,
            at=at,
            detail={"changes": count, "kind": chosen.kind.value if chosen.kind else None},
        )
