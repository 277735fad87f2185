"""The words of updates: what kinds of change there are, and what a school's fields are called."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from directory.models import SchoolStatus
from directory.models_updates import ChangeKind, ChangeState
from directory.updates.naming import full_name
from foundation.dates import day

K, S = ChangeKind, ChangeState  # the tables below are read, not typed

KIND_NAMES: Final[dict[ChangeKind, str]] = {
    K.PROPOSED: "Proposed to open",
    K.OPENING: "Opening",
    K.REOPENED: "Open after all",
    K.MERGING: "Merging",
    K.ACADEMISING: "Becoming an academy",
    K.REPLACED: "Replaced by another school",
    K.CLOSING: "Proposed to close",
    K.CLOSED: "Closed",
    K.RENAMING: "New name",
    K.TYPE: "New type, phase or ages",
    K.TRUST: "Joins, leaves or changes trust",
    K.HEAD: "Another headteacher",
    K.SPELLING: "Headteacher’s name written otherwise",
    K.DETAILS: "Address, numbers and other details",
}
KIND_HINTS: Final[dict[ChangeKind, str]] = {
    K.PROPOSED: "It is listed, and gets nothing before it opens.",
    K.OPENING: "It gets what is sent from now on. Nobody works there in the portal yet.",
    K.REOPENED: "It gets what is sent again, and what was open when it closed. Places that had "
    "ended stay ended.",
    K.MERGING: "People, owners and open items of the schools that close go on at the other one.",
    K.ACADEMISING: "People, owners and open items go on at the academy. What is done stays with "
    "the school that closes.",
    K.REPLACED: "People, owners and open items go on at the school that follows.",
    K.CLOSING: "It still gets everything until GIAS says that it is closed.",
    K.CLOSED: "No school follows it. Places end, and what is open is closed with its history.",
    K.RENAMING: "The name alone changes; everything stays with the school.",
    K.TYPE: "Which requests concern the school may change with it.",
    K.TRUST: "Whom the trust named as owners counts at once, or no longer.",
    K.HEAD: "GIAS gives a name and no e-mail address. The present headteacher stays until you say "
    "who it is.",
    K.SPELLING: "This is probably the same person. Nobody’s role changes.",
    K.DETAILS: "Nothing that decides who receives what.",
}
CLOSES: Final = (K.MERGING, K.ACADEMISING, K.REPLACED, K.CLOSED)
"""Kinds by which a school ends."""
STATE_NAMES: Final[dict[ChangeState, str]] = {
    S.WAITING: "To choose",
    S.CHOSEN: "Being applied",
    S.APPLIED: "Applied",
    S.PASSED_OVER: "Passed over",
    S.REFUSED: "Refused",
    S.STALE: "Out of date",
}
STATUS_NAMES: Final[dict[SchoolStatus, str]] = {
    SchoolStatus.OPEN: "Open",
    SchoolStatus.CLOSED: "Closed",
    SchoolStatus.CLOSING: "Open, but proposed to close",
    SchoolStatus.PROPOSED: "Proposed to open",
}
FIELDS: Final[dict[str, str]] = {
    "status": "Status",
    "name": "Name",
    "opened_on": "Opened",
    "closed_on": "Closing day",
    "type_name": "Type",
    "phase_name": "Phase",
    "low_age": "Youngest age",
    "high_age": "Oldest age",
    "trust": "Trust",
    "federation_name": "Federation",
    "head": "Headteacher",
    "head_job_title": "Headteacher’s job title",
    "pupils": "Pupils",
    "capacity": "Capacity",
    "gender": "Gender",
    "religious_character": "Religious character",
    "nursery_provision": "Nursery",
    "sixth_form": "Sixth form",
    "district": "District",
    "street": "Street",
    "locality": "Locality",
    "address_line": "Address line",
    "town": "Town",
    "county": "County",
    "postcode": "Postcode",
    "website": "Website",
    "telephone": "Telephone",
    "ukprn": "UKPRN",
    "establishment_number": "Establishment number",
}
"""What people read, in this order; codes and co-ordinates are not shown."""
NOTHING: Final = "Nothing"


def shown(field: str, value: Any) -> str:
    """Write a stored value for people."""
    if value in (None, "", []):
        return NOTHING
    if field == "status":
        return STATUS_NAMES[SchoolStatus(value)]
    if field.endswith("_on"):
        return day(date.fromisoformat(value))
    return str(value[1]) if field == "trust" else str(value)


def differences(
    before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    """Return what a person reads of a change: field, before, after; of a new school all it has."""
    found, before, after = [], _with_head(before or {}), _with_head(after)
    for field, words in FIELDS.items():
        if field in after:
            old = shown(field, before.get(field))
            new = shown(field, after[field])
            if old != new:
                found.append((words, old, new))
    return found


def _with_head(values: Mapping[str, Any]) -> dict[str, Any]:
    """Put the parts of the head's name together, where there are any."""
    name = full_name(values)
    return {**values, "head": name} if "head_last_name" in values else dict(values)
