"""Changing the catalogue of held data: what may stand in it, and the history of every change.

Every change locks the catalogue, counts the data set's version up, writes what was and what is,
and makes every process read the catalogue again. None of the verbs commits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person, Team
from foundation import audit
from foundation.dates import day
from foundation.errors import Refusal
from gatekeeping.deciding.recording import checked_text
from gatekeeping.holdings.entering import checked_item, checked_key, checked_set
from gatekeeping.holdings.loading import locked, renew
from gatekeeping.models import DataSet, DataSetChange, DataSetItem, HeldCatalogue

NO_REASON = "Enter why you change it. Everybody who works with the catalogue can read it."


class ChangedMeanwhileError(Refusal):
    """Somebody else changed the data set while this form was open."""

    sentence = (
        "Somebody changed this data set while you had this page open. What you typed is still "
        "here and not saved. Compare it with the data set as it is now, then save again."
    )


class NothingChangedError(Refusal):
    """The values are those that stand there already."""

    sentence = "Nothing is different from what is there already. Change something, or go back."


class TakenError(Refusal):
    """There is a data set with this key, or an item with this name, already."""


@dataclass(frozen=True)
class Editing:
    """Who changes the catalogue, why, and when. ``seen`` is the version they looked at.

    ``by`` is None for a command, which has no sign-in.
    """

    by: Person | None
    why: str
    at: datetime
    seen: int = 0

    @property
    def by_id(self) -> int | None:
        """Return the person's id, None for a command."""
        return self.by.id if self.by is not None else None


def add_set(
    session: Session, authority_id: int, key: str, values: Mapping[str, Any], editing: Editing
) -> DataSet:
    """Add a data set. Raises TakenError for a key that was ever used, and what is wrong in it."""
    why = _reason(editing)
    key = checked_key(key)
    facts = checked_set(session, authority_id, values, at=editing.at)
    row = locked(session, authority_id, at=editing.at)
    if session.scalar(_named(authority_id, key).with_only_columns(DataSet.id)) is not None:
        raise TakenError("There is a data set with this short name already.", field="key")
    made = new_set(session, authority_id, key)
    for name, value in facts.items():
        setattr(made, name, value)
    session.add(made)
    session.flush()
    changes = _differences(dict.fromkeys(facts, ""), _told(session, facts))
    _note(session, row, made, changes, editing=editing, why=why)
    return made


def change_set(
    session: Session, data_set: DataSet, values: Mapping[str, Any], editing: Editing
) -> None:
    """Change what is said of a data set.

    Raises ChangedMeanwhileError, NothingChangedError, and what is wrong in it.
    """
    why = _reason(editing)
    facts = checked_set(session, data_set.authority_id, values, at=editing.at)
    row = _opened(session, data_set, editing)
    before = {name: getattr(data_set, name) for name in facts}
    if before == facts:
        raise NothingChangedError
    changes = _differences(_told(session, before), _told(session, facts))
    for name, value in facts.items():
        setattr(data_set, name, value)
    _note(session, row, data_set, changes, editing=editing, why=why)


def retire_set(
    session: Session, data_set: DataSet, editing: Editing, *, back: bool = False
) -> None:
    """Take a data set out of use, or ``back`` into use; what was asked of it stays readable."""
    why = _reason(editing)
    row = _opened(session, data_set, editing)
    if (data_set.retired_at is None) == back:
        raise NothingChangedError
    data_set.retired_at = None if back else editing.at
    changes = [_change("in use", "no" if back else "yes", "yes" if back else "no")]
    _note(session, row, data_set, changes, editing=editing, why=why)


def put_item(
    session: Session,
    data_set: DataSet,
    item: DataSetItem | None,
    values: Mapping[str, Any],
    editing: Editing,
) -> DataSetItem:
    """Add an item to a data set, or change this one of it.

    A name that was retired comes back with what was typed. Raises TakenError,
    ChangedMeanwhileError, NothingChangedError, and what is wrong in it.
    """
    why = _reason(editing)
    facts = checked_item(values)
    row = _opened(session, data_set, editing)
    same = _same_name(data_set, facts["name"], besides=item)
    if same is not None and (item is not None or same.retired_at is None):
        raise TakenError("This data set has an item of this name already.", field="name")
    item = item or same or new_item(data_set)
    before = {name: getattr(item, name) if item.id else "" for name in facts}
    changes = _differences(before, facts, of=item.name or facts["name"])
    if item.retired_at is not None:
        changes.append(_change(f"{facts['name']}: in use", "no", "yes"))
    if not changes:
        raise NothingChangedError
    for name, value in facts.items():
        setattr(item, name, value)
    item.retired_at = None
    session.add(item)
    _note(session, row, data_set, changes, editing=editing, why=why)
    return item


def retire_item(
    session: Session, data_set: DataSet, item: DataSetItem, editing: Editing, *, back: bool = False
) -> None:
    """Take an item out of use, or ``back`` into use."""
    why = _reason(editing)
    row = _opened(session, data_set, editing)
    if (item.retired_at is None) == back:
        raise NothingChangedError
    item.retired_at = None if back else editing.at
    changes = [_change(f"{item.name}: in use", "no" if back else "yes", "yes" if back else "no")]
    _note(session, row, data_set, changes, editing=editing, why=why)


def new_set(session: Session, authority_id: int, key: str) -> DataSet:
    """Return a data set with nothing in it that stands last in the catalogue."""
    last = session.scalar(
        sa.select(sa.func.max(DataSet.position)).where(DataSet.authority_id == authority_id)
    )
    return DataSet(
        authority_id=authority_id, key=key, position=(last or 0) + 1, version=0, types=[], items=[]
    )


def note_change(
    session: Session,
    data_set: DataSet,
    changes: Sequence[Mapping[str, str]],
    *,
    editing: Editing,
    why: str,
) -> None:
    """Count the data set's version up and write its history. Only for who holds the lock."""
    data_set.version += 1
    session.add(
        DataSetChange(
            authority_id=data_set.authority_id,
            data_set_id=data_set.id,
            version=data_set.version,
            by_id=editing.by_id,
            at=editing.at,
            why=why,
            changes=list(changes),
        )
    )


def _opened(session: Session, data_set: DataSet, editing: Editing) -> HeldCatalogue:
    """Lock the catalogue and read the data set afresh; refuse who looked at an older version."""
    row = locked(session, data_set.authority_id, at=editing.at)
    session.refresh(data_set)
    if data_set.version != editing.seen:
        raise ChangedMeanwhileError
    return row


def _note(
    session: Session,
    row: HeldCatalogue,
    data_set: DataSet,
    changes: Sequence[Mapping[str, str]],
    *,
    editing: Editing,
    why: str,
) -> None:
    note_change(session, data_set, changes, editing=editing, why=why)
    renew(session, row)
    audit.record(
        session,
        authority_id=data_set.authority_id,
        action="holdings.changed",
        subject="data_set",
        subject_id=data_set.id,
        by=editing.by_id,
        at=editing.at,
        detail={"version": data_set.version, "changes": len(changes), "revision": row.revision},
    )


def _named(authority_id: int, key: str) -> sa.Select[tuple[DataSet]]:
    return sa.select(DataSet).where(DataSet.authority_id == authority_id, DataSet.key == key)


def _same_name(data_set: DataSet, name: str, *, besides: DataSetItem | None) -> DataSetItem | None:
    return next(
        (
            one
            for one in data_set.items
            if one is not besides and one.name.casefold() == name.casefold()
        ),
        None,
    )


def new_item(data_set: DataSet) -> DataSetItem:
    """Return an empty item that stands last in a data set."""
    last = max((one.position for one in data_set.items), default=-1)
    return DataSetItem(
        authority_id=data_set.authority_id,
        data_set_id=data_set.id,
        position=last + 1,
        name="",
        called=[],
        personal=False,
        code="",
    )


def _differences(
    before: Mapping[str, Any], after: Mapping[str, Any], *, of: str = ""
) -> list[dict[str, str]]:
    return [
        _change(f"{of}: {name}" if of else name, _in_words(before[name]), _in_words(value))
        for name, value in after.items()
        if before[name] != value and (before[name] or value)
    ]


def _told(session: Session, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as history tells them: the team by its name, a person by nothing."""
    team = session.get(Team, facts["team_id"]) if facts["team_id"] else None
    contact = f"person {facts['contact_id']}" if facts["contact_id"] else ""
    return {**facts, "team_id": team.name if team else "", "contact_id": contact}


def _change(name: str, before: str, after: str) -> dict[str, str]:
    return {"name": name, "before": before, "after": after}


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(value)
    return day(value) if hasattr(value, "isoformat") else str(value or "")


def _reason(editing: Editing) -> str:
    return checked_text(editing.why, field="why", missing=NO_REASON)
