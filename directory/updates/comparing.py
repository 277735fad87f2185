"""What a file from GIAS would change: plain values in, proposed changes out. No database.

A school that the file does not name is never closed by that. Rows that belong together, a school
that closes and the one that follows it, make one change.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from directory.gias import SchoolRow
from directory.models import SchoolStatus
from directory.models_updates import ChangeKind
from directory.updates.endings import ends, propose_endings
from directory.updates.naming import full_name, is_same, may_be_same
from directory.updates.sides import (
    HEAD,
    LIFE,
    OPEN,
    TURNS,
    Comparison,
    Proposed,
    Values,
    Work,
    born,
    differing,
    head_there,
)

__all__ = ["TURNS", "Comparison", "Proposed", "compare", "file_values"]

KINDS_OF_FIELDS = {
    ChangeKind.RENAMING: ("name",),
    ChangeKind.TYPE: (
        *("type_code", "type_name", "type_group_code", "phase_code", "phase_name"),
        *("low_age", "high_age"),
    ),
    ChangeKind.TRUST: ("trust",),
}
SILENT = ("changed_in_gias_on",)
"""Changes by itself whenever anything else does."""


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
    work = Work(stored, given, successors, heads)
    propose_endings(work)
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


def _life(work: Work, urn: int) -> None:
    """Propose a school's opening, its being proposed to close, or its staying after all."""
    if urn in work.told:
        return
    kind = _life_kind(work.stored.get(urn), work.given[urn])
    before, after = born(work, urn)
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


def _rest(work: Work, urn: int) -> None:
    """Propose what changes of a school beside its opening and closing."""
    if urn not in work.stored:
        _head(work, urn)
        return
    if ends(work, urn):
        return  # it stays in the archive as it was
    kept = set(LIFE) if urn in work.told else set()
    for kind, fields in KINDS_OF_FIELDS.items():
        kept.update(fields)
        _one_kind(work, kind, urn, fields)
    if _head(work, urn):
        kept.update(HEAD)
    rest = [name for name in work.given[urn] if name not in kept and name not in SILENT]
    _one_kind(work, ChangeKind.DETAILS, urn, rest)


def _one_kind(work: Work, kind: ChangeKind, urn: int, fields: Iterable[str]) -> None:
    before, after = differing(work, urn, fields)
    if after:
        old: dict[str, Values | None] = {str(urn): before}
        work.changes.append(Proposed(kind, urn, work.name(urn), old, {str(urn): after}))


def _head(work: Work, urn: int) -> bool:
    """Propose another head, or another spelling; False when it is neither, or nothing to ask."""
    given, stored = work.given[urn], work.stored.get(urn, {})
    new, old = full_name(given), full_name(stored)
    if "head_last_name" not in given or not new or given["status"] not in OPEN:
        return False
    there = head_there(work, urn)
    if is_same(new, there) or (old and is_same(new, old)):
        return False
    likely = may_be_same(new, there or old)
    kind = ChangeKind.SPELLING if likely else ChangeKind.HEAD
    before: dict[str, Values | None] = {str(urn): {name: stored.get(name) for name in HEAD}}
    after = {str(urn): {name: given.get(name, "") for name in HEAD}}
    change = Proposed(kind, urn, work.name(urn), before, after)
    if likely:
        change = replace(change, said=f"Probably the same person as {there or old} in the portal.")
    work.changes.append(change)
    return True
