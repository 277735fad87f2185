"""What a gatekeeper should know before two submissions are joined, in sentences."""

from collections.abc import Mapping
from typing import Final

from foundation.dates import day
from gatekeeping.alike.times import are_apart
from gatekeeping.burden import Burden
from gatekeeping.claims import claim_spans
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Kind, Submission, Track
from gatekeeping.protocol import Protocol
from gatekeeping.tracks import track_of
from gatekeeping.uniting.reaching import Counts
from gatekeeping.uniting.savings import Often
from gatekeeping.uniting.wholes import Side
from gatekeeping.wording import (
    PERSONAL_DATA,
    REPLIES,
    SIGNATURES,
    audience_in_words,
    frequency_in_words,
)

CHOICES: Final = (
    ("reply_by", "How schools answer", REPLIES),
    ("signature", "Signature", SIGNATURES),
    ("personal_data", "Personal data", PERSONAL_DATA),
)


def between(
    ours: Side,
    theirs: Side,
    paired: Mapping[int, int],
    counts: Counts,
    *,
    reusing: bool = False,
) -> list[str]:
    """Return in which ways the two do not fit together, the weightiest first."""
    one, other = ours.document, theirs.document
    found = [
        *_times(one, other, reusing=reusing),
        *_schools(ours, theirs, counts, reusing=reusing),
        *_definitions(one, other, paired),
    ]
    if reusing:
        return found
    if one.frequency != other.frequency:
        found.append(
            f"The other asks {frequency_in_words(one.frequency).lower()}, this one "
            f"{frequency_in_words(other.frequency).lower()}. Together it is asked "
            f"{frequency_in_words(one.frequency).lower()}."
        )
    for name, words, said in CHOICES:
        mine, yours = getattr(one, name), getattr(other, name)
        if mine != yours and (other.kind is Kind.DATA_REQUEST or name == "personal_data"):
            kept = "the higher" if name == "personal_data" else f"“{said[mine]}”"
            found.append(f"{words}: “{said[mine]}” there, “{said[yours]}” here. Together: {kept}.")
    if other.kind is Kind.DATA_REQUEST and one.voluntary != other.voluntary:
        which = "The other is" if one.voluntary else "This one is"
        found.append(
            f"{which} voluntary, and not both are. Say in the text which items schools may leave."
        )
    return found


def heavier(
    parent: Submission,
    document: SubmissionDocument,
    burden: Burden,
    schools: int,
    protocol: Protocol,
) -> list[str]:
    """Return that the whole is of the HIGH track when the parent was not."""
    claims = bool(claim_spans(document))
    track = track_of(document, schools=schools, burden=burden, claims=claims, protocol=protocol)
    if parent.track is Track.HIGH or track is not Track.HIGH:
        return []
    return [
        "Together it is heavy: two gatekeepers and a member of the school panel must look at it."
    ]


def often(ours: Side, theirs: Side) -> Often:
    """Return how often the whole is asked beside what the child wanted."""
    mine = ours.document.frequency.times_a_year
    yours = theirs.document.frequency.times_a_year
    if mine == yours:
        return Often.AS_BEFORE
    return Often.RARER if yours > mine else Often.OFTENER


def _times(one: SubmissionDocument, other: SubmissionDocument, *, reusing: bool) -> list[str]:
    found = []
    if are_apart(one, other):
        mine, yours = _time(one), _time(other)
        found.append(
            f"They are about different times: {mine} there, {yours} here. The answers to one may "
            "be of no use for the other."
        )
    if one.due_on and other.due_on and other.due_on < one.due_on:
        later = (one.due_on - other.due_on).days
        found.append(
            f"This one wanted its answers by {day(other.due_on)}. "
            f"{'Those of the other' if reusing else 'Together they'} are due on "
            f"{day(one.due_on)}, {later} day{'' if later == 1 else 's'} later."
        )
    if one.send_on and other.send_on and one.send_on != other.send_on and not reusing:
        found.append(
            f"This one was to be sent on {day(other.send_on)}. Together they go on "
            f"{day(one.send_on)}."
        )
    return found


def _time(document: SubmissionDocument) -> str:
    if document.period.strip():
        return document.period.strip()
    return day(document.as_at or document.send_on) or "no time is named"


def _schools(ours: Side, theirs: Side, counts: Counts, *, reusing: bool) -> list[str]:
    apart = counts.child - counts.both
    if not counts.both:
        found = ["No school is asked by both, so that joining them spares nobody anything."]
    elif apart:
        found = [
            f"{apart:,} of its {counts.child:,} schools are not asked by the other"
            + (": they have nothing to reuse." if reusing else ".")
        ]
    else:
        found = []
    if not reusing and counts.parent < counts.whole:
        who = audience_in_words(theirs.document.audience)
        found.append(f"What {ours.number} asks stays for its own schools, not for: {who}.")
    return found


def _definitions(
    one: SubmissionDocument, other: SubmissionDocument, paired: Mapping[int, int]
) -> list[str]:
    return [
        f"“{other.items[here].name}” is put otherwise there: “{one.items[there].definition}”, here "
        f"“{other.items[here].definition}”. It is asked as it stands there."
        for here, there in sorted(paired.items())
        if _differ(one.items[there].definition, other.items[here].definition)
    ]


def _differ(one: str, other: str) -> bool:
    return bool(other.strip()) and one.casefold().split() != other.casefold().split()
