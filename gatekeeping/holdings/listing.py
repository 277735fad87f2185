"""A list of held data as a file: writing it, reading it, and what it would change."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from foundation.progress import BadRow
from foundation.spreadsheets import Row, as_written, read_rows, write_csv
from gatekeeping.holdings.catalogue import Catalogue
from gatekeeping.holdings.entering import (
    LONGEST,
    EntryError,
    check_refreshed,
    checked_item,
    checked_key,
    checked_line,
)
from gatekeeping.holdings.items import HeldItem, Holding

COLUMNS: Final = (
    "holding",
    "title",
    "owner_team",
    "refreshed",
    "grain",
    "covers",
    "item",
    "also_called",
    "personal",
)
OF_SET: Final[Mapping[str, str]] = {
    "title": "title",
    "owner_team": "owner",
    "refreshed": "refreshed",
    "grain": "grain",
    "covers": "covers",
}
"""Which columns tell of the data set, and what each says of it."""
MOST_LISTED: Final = 5_000
MOST_BAD: Final = 200
_YES, _NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0", ""})


@dataclass
class Listed:
    """A data set as a file words it, with its items, and the line where it begins."""

    key: str
    facts: dict[str, str]
    line: int
    items: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Planned:
    """What a file would do to one data set: in words, and as values for the verbs."""

    listed: Listed
    is_new: bool
    changes: tuple[dict[str, str], ...]
    """``{"name", "before", "after"}`` as in the history."""


@dataclass(frozen=True)
class Plan:
    """What a file would change, and the rows that cannot be used."""

    sets: tuple[Planned, ...]
    bad: tuple[BadRow, ...]
    unchanged: int

    @property
    def total(self) -> int:
        """Return how many single changes it would make."""
        return sum(len(planned.changes) or 1 for planned in self.sets)


def as_csv(catalogue: Catalogue) -> bytes:
    """Return the catalogue as the file that ``read_list`` reads."""
    return write_csv(COLUMNS, _rows(catalogue))


def planned_as_csv(plan: Plan) -> bytes:
    """Return what a plan would put into the catalogue as a file that gives the same plan."""
    return write_csv(
        COLUMNS,
        (
            [
                planned.listed.key,
                *(planned.listed.facts[name] for name in OF_SET.values()),
                item["name"],
                ";".join(item["called"]),
                _yes(item["personal"]),
            ]
            for planned in plan.sets
            for item in planned.listed.items.values()
        ),
    )


def read_list(path: Path, catalogue: Catalogue) -> Plan:
    """Read a CSV or XLSX file and say what it would change; it changes nothing.

    What the file does not name stays as it is. Rows that cannot be used are told with line and
    reason; the others count. Raises BrokenFileError when the file cannot be read at all.
    """
    bad: list[BadRow] = []
    listed: dict[str, Listed] = {}
    known = {holding.key: holding for holding in catalogue.holdings}
    for row in _usable(read_rows(path, required=COLUMNS).rows, bad):
        try:
            _take(listed, row, known)
        except EntryError as fault:
            bad.append(BadRow(row.line, _column(fault.field), str(fault)))
    planned = [_planned(one, catalogue) for one in listed.values() if one.items]
    changed = tuple(one for one in planned if one.is_new or one.changes)
    return Plan(changed, tuple(bad[:MOST_BAD]), len(planned) - len(changed))


def _usable(rows: Iterable[Row], bad: list[BadRow]) -> Iterator[Row]:
    for count, row in enumerate(rows):
        if count >= MOST_LISTED:
            bad.append(BadRow(row.line, None, f"only the first {MOST_LISTED:,} rows are read"))
            return
        if row.problem:
            bad.append(BadRow(row.line, None, row.problem))
        else:
            yield row


def _take(listed: dict[str, Listed], row: Row, known: Mapping[str, Holding]) -> None:
    """Take a row in; EntryError when it is wrong in itself or contradicts an earlier one."""
    cells = {name: as_written(row.cells.get(name, "")).strip() for name in COLUMNS}
    key = checked_key(cells["holding"])
    facts = {name: checked_line(cells[column], name) for column, name in OF_SET.items()}
    holding = known.get(key)
    check_refreshed(facts["refreshed"], holding.as_at if holding else None)
    one = listed.get(key) or Listed(key, facts, row.line)
    for name, value in facts.items():
        if one.facts[name] != value:
            raise EntryError(
                f"line {one.line} says “{one.facts[name][:80]}” of the same data set", field=name
            )
    personal = cells["personal"].casefold()
    if personal not in _YES | _NO:
        raise EntryError("it must be yes or no", field="personal")
    item = checked_item(
        {
            "name": cells["item"],
            "called": cells["also_called"].split(";"),
            "personal": personal in _YES,
        }
    )
    if item["name"].casefold() in one.items:
        raise EntryError("the data set has an item of this name above", field="name")
    one.items[item["name"].casefold()] = item
    listed[key] = one


def _planned(listed: Listed, catalogue: Catalogue) -> Planned:
    holding = catalogue.holding(listed.key)
    items = {item.name.casefold(): item for item in catalogue.items_of(listed.key)}
    changes = [
        {"name": name, "before": getattr(holding, name) if holding else "", "after": value}
        for name, value in listed.facts.items()
        if holding is None or getattr(holding, name) != value
    ]
    for folded, item in listed.items.items():
        changes += _item_changes(items.get(folded), item)
    return Planned(listed, holding is None, tuple(changes))


def _item_changes(before: HeldItem | None, after: Mapping[str, Any]) -> list[dict[str, str]]:
    name = after["name"]
    if before is None:
        return [{"name": f"{name}: in use", "before": "no", "after": "yes"}]
    found = []
    if list(before.called) != after["called"]:
        words = {"before": "; ".join(before.called), "after": "; ".join(after["called"])}
        found.append({"name": f"{name}: called", **words})
    if before.personal != after["personal"]:
        words = {"before": _yes(before.personal), "after": _yes(after["personal"])}
        found.append({"name": f"{name}: personal", **words})
    if before.name != name:
        found.append({"name": f"{before.name}: name", "before": before.name, "after": name})
    return found


def _rows(catalogue: Catalogue) -> Iterator[list[str]]:
    for item in catalogue.items:
        holding = item.holding
        told = [holding.key, *(getattr(holding, name) for name in OF_SET.values())]
        yield [*told, item.name, ";".join(item.called), _yes(item.personal)]


def _yes(value: bool) -> str:  # noqa: FBT001 - it is the value that is written
    return "yes" if value else "no"


def _column(name: str | None) -> str | None:
    """Return the column in which a value stands."""
    columns = {of_set: column for column, of_set in OF_SET.items()}
    columns |= {"key": "holding", "name": "item", "called": "also_called"}
    return columns.get(name, name) if name in {*LONGEST, "called", "personal"} else None
