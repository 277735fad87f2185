"""Schools that end: each with the school that follows it, and those that end in one together."""

from directory.models import SchoolStatus
from directory.models_updates import ChangeKind
from directory.updates.sides import (
    LIFE,
    OPEN,
    Proposed,
    Values,
    Work,
    born,
    differing,
    is_academy,
    is_fresh,
)


def propose_endings(work: Work) -> None:
    """Propose the closings of schools, each group of them with the school that follows."""
    groups: dict[int, list[int]] = {}
    for urn in sorted(work.given):
        if not ends(work, urn):
            continue
        following = _following(work, urn)
        if following:
            groups.setdefault(following[0], []).append(urn)
        else:
            _closed(work, urn)
    for successor, gone in sorted(groups.items()):
        _succeeded(work, successor, sorted(gone, key=lambda urn: (-work.pupils(urn), urn)))


def ends(work: Work, urn: int) -> bool:
    """Tell whether a school that was not closed is closed in the file."""
    before = work.stored.get(urn)
    return (
        before is not None
        and before["status"] is not SchoolStatus.CLOSED
        and work.given[urn]["status"] is SchoolStatus.CLOSED
    )


def _following(work: Work, urn: int) -> list[int]:
    """Return the open schools of this authority that follow one, the largest first."""
    known = []
    for other in work.successors.get(urn, ()):
        values = work.given.get(other) or work.stored.get(other)
        if values is not None and values["status"] in OPEN:
            known.append(other)
    return sorted(known, key=lambda other: (-_size(work, other), other))


def _size(work: Work, urn: int) -> int:
    return int((work.given.get(urn) or work.stored[urn]).get("pupils") or 0)


def _closed(work: Work, urn: int) -> None:
    elsewhere = work.successors.get(urn, ())
    said = ""
    if elsewhere and work.stored[urn]["status"] in OPEN:
        said = f"GIAS names a successor that is no open school here: URN {elsewhere[0]}."
    elif work.stored[urn]["status"] is SchoolStatus.PROPOSED:
        said = "It was proposed to open and never did."
    _ending(work, ChangeKind.CLOSED, [urn], None, said)


def _succeeded(work: Work, successor: int, gone: list[int]) -> None:
    fresh = is_fresh(work, successor)
    work.followed[successor] = gone[0]
    if len(gone) > 1 or not fresh:
        kind = ChangeKind.MERGING
    elif is_academy(work, successor) and not is_academy(work, gone[0]):
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
    work: Work, kind: ChangeKind, gone: list[int], successor: int | None, said: str
) -> None:
    before: dict[str, Values | None] = {}
    after: dict[str, Values] = {}
    for each in gone:
        before[str(each)], after[str(each)] = differing(work, each, LIFE)
    if successor is not None and successor in work.given:
        old, new = born(work, successor)
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
