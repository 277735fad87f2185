"""Making the changes that a file of held data would make, all of them or none."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from foundation import audit
from foundation.errors import Refusal
from gatekeeping.deciding.recording import checked_text
from gatekeeping.holdings.editing import NO_REASON, Editing, new_item, new_set, note_change
from gatekeeping.holdings.listing import Plan, Planned
from gatekeeping.holdings.loading import locked, renew
from gatekeeping.models import DataSet, DataSetItem


class OtherCatalogueError(Refusal):
    """The catalogue is not the one with which the file was compared."""

    sentence = (
        "Somebody changed the catalogue after you looked at what the file would change. Nothing "
        "was done. Look at it again: the list below is compared with the catalogue as it is now."
    )


def take_list(session: Session, authority_id: int, plan: Plan, editing: Editing) -> int:
    """Make the changes of a plan and return how many data sets it touched.

    ``editing.seen`` is the catalogue's revision with which the file was compared. Each touched
    data set gets one line of history. What a file does not tell (contact, types of schools, codes,
    the owner's date) stays; what was retired and is listed comes back. Raises MissingTextError and
    OtherCatalogueError.
    """
    why = checked_text(editing.why, field="why", missing=NO_REASON)
    row = locked(session, authority_id, at=editing.at)
    if row.revision != editing.seen:
        raise OtherCatalogueError
    known = _sets(session, authority_id, [planned.listed.key for planned in plan.sets])
    for planned in plan.sets:
        data_set = known.get(planned.listed.key)
        if data_set is None:
            data_set = new_set(session, authority_id, planned.listed.key)
            session.add(data_set)
        _fill(data_set, planned)
        session.flush()  # a new one needs its id; the next takes the place after it
        note_change(session, data_set, planned.changes, editing=editing, why=why)
    renew(session, row)
    audit.record(
        session,
        authority_id=authority_id,
        action="holdings.imported",
        subject="held_catalogue",
        by=editing.by_id,
        at=editing.at,
        detail={"data_sets": len(plan.sets), "changes": plan.total, "revision": row.revision},
    )
    return len(plan.sets)


def _fill(data_set: DataSet, planned: Planned) -> None:
    data_set.retired_at = None
    for name, value in planned.listed.facts.items():
        setattr(data_set, name, value)
    items = {item.name.casefold(): item for item in data_set.items}
    for folded, facts in planned.listed.items.items():
        item = items.get(folded)
        if item is None:
            item = new_item(data_set)
            data_set.items.append(item)
        _fill_item(item, facts)


def _fill_item(item: DataSetItem, facts: dict[str, Any]) -> None:
    item.name, item.called, item.personal = facts["name"], facts["called"], facts["personal"]
    item.retired_at = None


def _sets(session: Session, authority_id: int, keys: Sequence[str]) -> dict[str, DataSet]:
    found = session.scalars(
        sa.select(DataSet)
        .where(DataSet.authority_id == authority_id, DataSet.key.in_(keys))
        .options(selectinload(DataSet.items))
        .order_by(DataSet.id)
    )
    return {one.key: one for one in found}
