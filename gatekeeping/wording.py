"""The words in which people read what a submission document holds in short ones."""

from collections.abc import Mapping

from directory.kinds import PHASE_NAMES, TYPE_NAMES
from gatekeeping.documents import AudienceWords, Frequency
from gatekeeping.models import Verb

KINDS = {
    "communication": "Tell schools something",
    "data_request": "Ask schools for something",
}
ORIGINS = {
    "statute": "An Act of Parliament or regulations",
    "dfe": "The Department for Education asks for it",
    "grant": "A condition of a grant",
    "contract": "A contract or agreement",
    "policy": "A local policy or plan",
    "member": "A councillor asks for it",
    "other": "Something else",
}
REPLIES = {
    "portal": "In this portal",
    "email": "By e-mail",
    "post": "By post",
    "none": "No answer is asked for",
}
SIGNATURES = {
    "none": "No signature",
    "login": "Sign in and declare",
    "ink": "A signature in ink",
    "deed": "A deed, or a signature with a witness",
}
PERSONAL_DATA = {
    "none": "No",
    "names": "Yes, names or contact details",
    "special": "Yes, and special categories such as health or ethnicity",
    "children_at_scale": "Yes, about many children",
}
FREQUENCIES = {
    "once": "Once only",
    "year": "Year",
    "term": "Term",
    "half_term": "Half term",
    "month": "Month",
    "week": "Week",
    "day": "Day",
}
ROLES = {
    "head": "Headteacher",
    "deputy": "Deputy, DSL or SENCO",
    "teacher": "Teacher",
    "business_manager": "Business manager",
    "clerk": "Clerk or site manager",
    "office": "Office staff",
    "governor": "Governor",
    "unknown": "Not known",
}
DECIDED = {
    Verb.APPROVE: "Approved",
    Verb.APPROVE_WITH_CONDITIONS: "Approved on conditions",
    Verb.SUPPORT: "Supported by the first gatekeeper",
    Verb.CHALLENGE: "Questions asked",
    Verb.RETURN: "Returned",
    Verb.REDIRECT: "Redirected to data that is held",
    Verb.MERGE: "Joined to another submission",
    Verb.TAKE_IN: "Another submission joined to it",
    Verb.REFUSE: "Refused",
    Verb.ESCALATE: "Given to the senior executive",
    Verb.HAND_BACK: "Handed back to the gatekeepers",
    Verb.SUSPEND: "Suspended",
    Verb.RESUME: "Resumed",
    Verb.RELEASE: "Released as an emergency",
    Verb.EXTEND: "Emergency extended",
    Verb.RATIFY: "Emergency confirmed",
    Verb.RATIFY_WITH_LESSONS: "Emergency confirmed, with lessons",
    Verb.NOT_RATIFY: "Emergency not confirmed",
    Verb.UPHOLD: "Appeal: the decision stands",
    Verb.VARY: "Appeal: approved on conditions",
    Verb.QUASH: "Appeal: to be decided again",
}
"""What each decision is called in letters, in the register and in the history."""

FIELDS = {
    "title": "Title",
    "purpose": "Why it is needed",
    "body": "Text",
    "legal_claim": "Legal claim",
    "origin": "Where it comes from",
    "signature": "Signature",
    "results_back": "How schools see the outcome",
    "reply_by": "How schools answer",
    "personal_data": "Personal data",
    "emergency_grounds": "Grounds of the emergency",
    "used_before": "What the last answers changed",
    "if_not": "What happens if it is not collected",
    "asked_elsewhere": "Who else was asked",
    "retention": "How long answers are kept",
}
_ITEM_PARTS = {"name": "name", "definition": "what exactly", "why": "why"}
MOST_NAMED = 6


def field_name(field: str) -> str:
    """Return what people call a field of evidence: “Text”, “Item 2, name”."""
    if field.startswith("items."):
        _, place, part = field.split(".", 2)
        return f"Item {int(place) + 1}, {_ITEM_PARTS.get(part, part)}"
    if field.startswith("attachments."):
        return "Attached file"
    return FIELDS.get(field, field.replace("_", " ").capitalize())


def frequency_in_words(frequency: Frequency) -> str:
    """Return “Once only”, “Once each term”, “3 times each year”."""
    if frequency.per == "once" and frequency.times == 1:
        return "Once only"
    times = {1: "Once", 2: "Twice"}.get(frequency.times, f"{frequency.times} times")
    return (
        times if frequency.per == "once" else f"{times} each {FREQUENCIES[frequency.per].lower()}"
    )


def audience_in_words(audience: AudienceWords, trusts: Mapping[str, str] | None = None) -> str:
    """Return which schools are asked; ``trusts`` gives the names of trusts by code."""
    if audience.all:
        return "All open schools"
    named = trusts or {}
    parts = [
        ("", [PHASE_NAMES[phase].lower() for phase in audience.phases]),
        ("", [TYPE_NAMES[kind].lower() for kind in audience.types]),
        ("in ", audience.districts),
        ("of ", [named.get(trust, trust) for trust in audience.trusts]),
    ]
    chosen = "; ".join(start + _listed(names) for start, names in parts if names)
    words = [f"Schools that are: {chosen}"] if chosen else []
    if audience.urns:
        listed = len(set(audience.urns))
        words.append(f"{listed:,} school{'' if listed == 1 else 's'} listed by URN")
    return ", and ".join(words) or "No schools yet"


def _listed(words: list[str]) -> str:
    if len(words) > MOST_NAMED:
        return f"{', '.join(words[:MOST_NAMED])} and {len(words) - MOST_NAMED} more"
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
