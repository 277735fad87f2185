"""K93: the emergency route is asked for, but the grounds are missing or are none (4.9)."""

from gatekeeping.afterwards.grounds import (
    GROUNDS_IN_WORDS,
    NO_GROUNDS_IN_WORDS,
    NoGrounds,
    grounds_of,
    no_grounds_of,
)
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding, whole
from gatekeeping.models import Severity, Track

RULE = "K93"
VERSION = 1
TITLE = "Emergency grounds"


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Ask for the grounds of an emergency, and say how it is judged until there are some."""
    if not document.emergency or (grounds_of(document) and not context.route_closed):
        return []
    # a context may have been made before the grounds were read
    judged = Track.STANDARD if context.track is Track.EMERGENCY else context.track
    named = no_grounds_of(document)
    given = document.emergency_grounds.strip()
    if context.route_closed:
        says = f"{context.route_closed} This is judged as {judged.value}, as anything else."
    else:
        says = _asking(given, named, judged)
    evidence = (whole("emergency_grounds", document.emergency_grounds),) if given else ()
    detail = {
        "grounds": [kind.value for kind in named],
        "judged_as": judged.value,
        "route_closed": bool(context.route_closed),
    }
    return [Finding(RULE, VERSION, Severity.CHALLENGE, TITLE, says, evidence, detail)]


def _asking(given: str, named: tuple[NoGrounds, ...], judged: Track) -> str:
    *most, last = GROUNDS_IN_WORDS.values()
    return (
        f"{_what_is_there(given, [NO_GROUNDS_IN_WORDS[kind] for kind in named])} An emergency is "
        f"{', '.join(most)}, or {last}. Is it one of these? Then say which, who is affected and "
        f"what would happen if schools were told later. Until then this is judged as "
        f"{judged.value}, as anything else."
    )


def _what_is_there(given: str, named: list[str]) -> str:
    if not given:
        return "The emergency route is asked for without grounds."
    if named:
        return f"What is given as grounds seems to be {' and '.join(named)}, which is no emergency."
    return "What is given as grounds names none of those that open the emergency route."
