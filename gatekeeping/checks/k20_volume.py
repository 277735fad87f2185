"""K20: more than 20 distinct open schools, counted as schools and never as mailboxes."""

from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding
from gatekeeping.models import Severity, Track

RULE = "K20"
VERSION = 1
TITLE = "Volume"

_FULL_TRACKS = frozenset({Track.STANDARD, Track.HIGH})


def check(document: SubmissionDocument, context: Context) -> list[Finding]:  # noqa: ARG001 - every check is asked alike
    """Count schools; it is only information when the submission has the full track anyway."""
    limit = context.protocol.most_schools_without_gate
    if context.schools <= limit:
        return []
    full = context.track in _FULL_TRACKS
    says = (
        f"This goes to {context.schools:,} open schools. More than {limit} schools takes the full "
        "track: a gatekeeper decides before anything is sent. "
        + (
            "There is nothing to do. If fewer schools would serve, choose them under “Schools”."
            if full
            else "Could it go to the affected schools alone? If not, say why all are needed."
        )
    )
    severity = Severity.INFO if full else Severity.CHALLENGE
    detail = {"schools": context.schools, "submissions": []}
    return [Finding(RULE, VERSION, severity, TITLE, says, (), detail)]
