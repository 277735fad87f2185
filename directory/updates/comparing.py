"""What a file from GIAS would change: plain values in, proposed changes out. No database.

A school that the file does not name is never closed by that. Rows that belong together, a school
that closes and the one that follows it, make one change.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from directory.gias import SchoolRow
from directory.kinds import TYPES
from directory.models import OPEN_STATUSES, SchoolStatus
from directory.models_updates import ChangeKind
from directory.updates.naming import full_name, is_same, may_be_same

Values = dict[str, Any]

LIFE = ("status", "opened_on", "closed_on")
KINDS_OF_FIELDS = {
    ChangeKind.RENAMING: ("name",),
    ChangeKind.TYPE: (
        *("type_code", "type_name", "type_group_code", "phase_code", "phase_name"),
        *("low_age", "high_age"),
    ),
    ChangeKind.TRUST: ("trust",),
}
HEAD = ("head_title", "head_first_name", "head_last_name")
SILENT = ("changed_in_gias_on",)
"""Changes by itself whenever anything else does."""
OPEN = frozenset(OPEN_STATUSES)
TURNS = {kind: turn for turn, kind in enumerate(ChangeKind)}


@dataclass(frozen=True)
class Proposed:
    """One change as the file proposes it; see ``SchoolChange`` for what the fields hold."""

    kind: ChangeKind
    urn: int
    name: str
    before: dict[str, Values | None]
    after: dict[str, Values]
    gone: Sequence[int] = ()
    successor_urn: int | None = None
    due_on: date | None = None
    said: str = ""

    @property
    def turn(self) -> int:
        """Return the place of its kind in the order of showing and applying."""
        return TURNS[self.kind]


@dataclass(frozen=True)
class Comparison:
    """Everything that the file proposes, and what it leaves alone."""

    changes: list[Proposed]
    unchanged: int
    missing: list[int]
    """URNs of open schools that the file does not name."""
    left_out: int
    """Closed schools that were never here."""


@dataclass
class _Work:
    """The two sides by URN: values of schools as they are stored, and as the file has them."""

    stored: Mapping[int, Values]
    given: Mapping[int, Values]
    successors: Mapping[int, Sequence[int]]
    heads: Mapping[int, str]
    changes: list[Proposed] = field(default_factory=list)
    told: set[int] = field(default_factory=set)
    """URNs whose opening and closing is part of a change already."""

    def name(self, urn: int) -> str:
        values = self.given.get(urn) or self.stored.get(urn) or {}
        return str(values.get("name") or f"URN {urn}")

    def pupils(self, urn: int) -> int:
        """Return how many pupils a school had, however it stands in the file now."""
        values = self.stored.get(urn) or self.given.get(urn) or {}
        return int(values.get("pupils") or 0)


def compare(
    stored: Mapping[int, Values],
    rows: Mapping[int, SchoolRow],
    *,
    tells_trusts: bool,
    successors: Mapping[int, Sequence[int]],
    heads: Mapping[int, str],
) -> Comparison:
    """Return what ``rows`` would change of ``stored``, both by URN.

    ``successors`` names the schools that follow each; ``heads`` the person who is head of each in
    the portal. The result is the same for the same arguments, in the order of applying.
    """
    given = {urn: file_values(row, tells_trusts=tells_trusts) for urn, row in rows.items()}
    work = _Work(stored, given, successors, heads)
    _endings(work)
    left_out = 0
    for urn in sorted(given):
        if urn not in stored and given[urn]["status"] is SchoolStatus.CLOSED:
            left_out += urn not in work.told
            continue
        _life(work, urn)
        _rest(work, urn)
    touched = {int(urn) for change in work.changes for urn in change.after}
    absent = sorted(stored.keys() - given.keys())
    missing = [urn for urn in absent if stored[urn]["status"] in OPEN]
    changes = sorted(work.changes, key=lambda each: (each.turn, each.name.casefold(), each.urn))
    return Comparison(changes, len(given.keys() - touched) - left_out, missing, left_out)


def file_values(row: SchoolRow, *, tells_trusts: bool) -> Values:
    """Return the values of a row that can be compared with a stored school's."""
    values = {name: value for name, value in row.values.items() if name not in ("urn", "la_code")}
    if tells_trusts:
        values["trust"] = list(row.trust) if row.trust else None
    return values


def _endings(work: _Work) -> None:
    """Propose the closings of schools, each group of them with the school that follows."""
    groups: dict[int, list[int]] = {}
    for urn in sorted(work.given):
        if not _ends(work, urn):
            continue
        following = _following(work, urn)
        if following:
            groups.setdefault(following[0], []).append(urn)
        else:
            _closed(work, urn)
    for successor, gone in sorted(groups.items()):
        _succeeded(work, successor, sorted(gone, key=lambda urn: (-work.pupils(urn), urn)))


def _ends(work: _Work, urn: int) -> bool:
    before = work.stored.get(urn)
    return (
        before is not None
        and before["status"] is not SchoolStatus.CLOSED
        and work.given[urn]["status"] is SchoolStatus.CLOSED
    )


def _following(work: _Work, urn: int) -> list[int]:
    """Return the open schools of this authority that follow one, the largest first."""
    known = []
    for other in work.successors.get(urn, ()):
        values = work.given.get(other) or work.stored.get(other)
        if values is not None and values["status"] in OPEN:
            known.append(other)
    return sorted(known, key=lambda other: (-_size(work, other), other))


def _size(work: _Work, urn: int) -> int:
    return int((work.given.get(urn) or work.stored[urn]).get("pupils") or 0)


def _closed(work: _Work, urn: int) -> None:
    elsewhere = work.successors.get(urn, ())
    said = ""
    if elsewhere and work.stored[urn]["status"] in OPEN:
        said = f"GIAS names a successor that is no open school here: URN {elsewhere[0]}."
    elif work.stored[urn]["status"] is SchoolStatus.PROPOSED:
        said = "It was proposed to open and never did."
    _ending(work, ChangeKind.CLOSED, [urn], None, said)


def _succeeded(work: _Work, successor: int, gone: list[int]) -> None:
    fresh = _is_fresh(work, successor)
    if len(gone) > 1 or not fresh:
        kind = ChangeKind.MERGING
    elif _is_academy(work, successor) and not _is_academy(work, gone[0]):
        kind = ChangeKind.ACADEMISING
    else:
        kind = ChangeKind.REPLACED
    others = [urn for each in gone for urn in _following(work, each) if urn != successor]
    said = ""
    if others:
        listed = ", ".join(dict.fromkeys(f"{work.name(urn)} ({urn})" for urn in others))
        said = f"Also followed by {listed}: people and owners go to the largest."
    _ending(work, kind, gone, successor, said[:500])


def _ending(
    work: _Work, kind: ChangeKind, gone: list[int], successor: int | None, said: str
) -> None:
    before: dict[str, Values | None] = {}
    after: dict[str, Values] = {}
    for each in gone:
        before[str(each)], after[str(each)] = _differing(work, each, LIFE)
    if successor is not None and successor in work.given:
        old, new = _born(work, successor)
        if new:
            before[str(successor)], after[str(successor)] = old, new
        work.told.add(successor)
    work.told.update(gone)
    days = [work.given[each].get("closed_on") for each in gone]
    names = [work.name(each) for each in gone]
    if successor is not None:
        names.append(work.name(successor))
    work.changes.append(
        Proposed(
            kind,
            successor if successor is not None and len(gone) > 1 else gone[0],
            " · ".join(names)[:500],
            before,
            after,
            gone=tuple(gone),
            successor_urn=successor,
            due_on=max((each for each in days if each is not None), default=None),
            said=said,
        )
    )


def _born(work: _Work, urn: int) -> tuple[Values | None, Values]:
    """Return what changes of a school that begins or goes on: all of it when it is new."""
    if urn in work.stored:
        return _differing(work, urn, LIFE)
    return None, {name: value for name, value in work.given[urn].items() if name not in HEAD}


def _is_fresh(work: _Work, urn: int) -> bool:
    """Tell whether a school begins with this file: it did not take part before."""
    return urn not in work.stored or work.stored[urn]["status"] not in OPEN


def _is_academy(work: _Work, urn: int) -> bool:
    values = work.given.get(urn) or work.stored[urn]
    return values["type_code"] in TYPES["academy"]


def _life(work: _Work, urn: int) -> None:
    """Propose a school's opening, its being proposed to close, or its staying after all."""
    if urn in work.told:
        return
    kind = _life_kind(work.stored.get(urn), work.given[urn])
    before, after = _born(work, urn)
    if kind is not None and after:
        old: dict[str, Values | None] = {str(urn): before}
        work.changes.append(Proposed(kind, urn, work.name(urn), old, {str(urn): after}))
        work.told.add(urn)


def _life_kind(before: Values | None, after: Values) -> ChangeKind | None:
    now = after["status"]
    was = before["status"] if before else None
    if now is SchoolStatus.PROPOSED:
        return ChangeKind.PROPOSED if was is not now else None
    if was in (None, SchoolStatus.PROPOSED):
        return ChangeKind.OPENING
    if was is SchoolStatus.CLOSED and now in OPEN:
        return ChangeKind.REOPENED
    if now is SchoolStatus.CLOSING:
        moved = "closed_on" in after and (before or {}).get("closed_on") != after["closed_on"]
        return ChangeKind.CLOSING if was is not now or moved else None
    return ChangeKind.REOPENED if was is not now and now in OPEN else None


def _rest(work: _Work, urn: int) -> None:
    """Propose what changes of a school beside its opening and closing."""
    if urn not in work.stored:
        _head(work, urn)
        return
    if _ends(work, urn):
        return  # it stays in the archive as it was
    kept = set(LIFE) if urn in work.told else set()
    for kind, fields in KINDS_OF_FIELDS.items():
        kept.update(fields)
        _one_kind(work, kind, urn, fields)
    if _head(work, urn):
        kept.update(HEAD)
    rest = [name for name in work.given[urn] if name not in kept and name not in SILENT]
    _one_kind(work, ChangeKind.DETAILS, urn, rest)


def _one_kind(work: _Work, kind: ChangeKind, urn: int, fields: Iterable[str]) -> None:
    before, after = _differing(work, urn, fields)
    if after:
        old: dict[str, Values | None] = {str(urn): before}
        work.changes.append(Proposed(kind, urn, work.name(urn), old, {str(urn): after}))


def _head(work: _Work, urn: int) -> bool:
    """Propose another head, or another spelling; False when it is neither, or nothing to ask."""
    given, stored = work.given[urn], work.stored.get(urn, {})
    new, old = full_name(given), full_name(stored)
    if "head_last_name" not in given or not new or given["status"] not in OPEN:
        return False
    if is_same(new, old) or is_same(new, work.heads.get(urn, "")):
        return False
    before, after = _differing(work, urn, HEAD)
    spelling = may_be_same(new, work.heads.get(urn) or old)
    kind = ChangeKind.SPELLING if spelling else ChangeKind.HEAD
    old_values: dict[str, Values | None] = {str(urn): before}
    change = Proposed(kind, urn, work.name(urn), old_values, {str(urn): after})
    if spelling:
        change = replace(change, said="Probably the same person: check that it is.")
    work.changes.append(change)
    return True


def _differing(work: _Work, urn: int, fields: Iterable[str]) -> tuple[Values, Values]:
    """Return the stored and the given values of those fields that differ."""
    given, stored = work.given[urn], work.stored.get(urn, {})
    names = [
        name
        for name in fields
        if name in given and not _equal(stored.get(name), given[name], known=urn in work.stored)
    ]
    return {name: stored.get(name) for name in names}, {name: given[name] for name in names}


def _equal(old: Any, new: Any, *, known: bool) -> bool:
    return bool(old == new) or (not known and new in ("", None) and old in ("", None))
