"""What the pages about files of owners call things."""

from categories.bulk.listing import Shown
from categories.bulk.models import ImportState, RowState, Verdict
from categories.models import Part
from foundation.dates import day

STATE_WORDS = {
    ImportState.RECEIVED: "Being read",
    ImportState.READ: "To be checked by you",
    ImportState.BROKEN: "Could not be read",
    ImportState.APPLYING: "Being applied",
    ImportState.APPLIED: "Applied",
    ImportState.UNDOING: "Being undone",
    ImportState.UNDONE: "Undone",
    ImportState.DISCARDED: "Thrown away",
}
VERDICT_WORDS = {
    Verdict.BAD.value: "To mend",
    Verdict.CLASH.value: "Changed meanwhile",
    Verdict.ADD.value: "New owner",
    Verdict.CHANGE.value: "Change",
    Verdict.SAME.value: "Same already",
}
COLUMN_NAMES = {
    "urn": "urn",
    "category": "category",
    "email": "email",
    "name": "name",
    "telephone": "telephone",
    "job_title": "job_title",
    "cover_email": "cover_email",
    "cover_from": "cover_from",
    "cover_to": "cover_to",
    "part": "part",
}
PART_WORDS = {
    Part.LEAD: "becomes the owner",
    Part.SHARES: "shares it",
    Part.ALSO: "also gets it",
    Part.DEPUTY: "becomes the deputy",
}


def tell_row(row: Shown) -> str:
    """Say in a sentence or two what a row changes, or why it does not."""
    if row.verdict in (Verdict.BAD, Verdict.CLASH) or row.state is RowState.STALE:
        return _sentence(row.reason)
    told = [] if row.is_owner else [_owner(row)]
    if row.person_id is None:
        told.append("new to the portal")
    elif row.needs_place:
        told.append("gets a place at the school")
    if row.details_differ:
        told.append("name or telephone corrected")
    if row.place_id is not None:
        told.append(f"job title becomes “{row.job_title}”")
    if row.cover_differs and row.cover_from and row.cover_to:
        days = f"{day(row.cover_from)} to {day(row.cover_to)}"
        told.append(f"cover by {row.cover_email}, {days}")
    return _sentence("; ".join(told)) if told else "Nothing to change."


def _owner(row: Shown) -> str:
    who = row.name or row.email
    if row.person_id is None and row.name:  # two may have one name: the address tells who is new
        who = f"{row.name} ({row.email})"
    says = f"{who} {PART_WORDS[row.part]}"
    if row.before_name:
        says += f" instead of {row.before_name}"
    elif row.own_id is not None:
        says += ", and had another part before"
    return says


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
