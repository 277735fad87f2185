"""K21: several small lists that together are a large one."""

from foundation.dates import day
from gatekeeping.alike.asked_before import SmallList
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding
from gatekeeping.models import Severity

RULE = "K21"
VERSION = 2
TITLE = "Split into small lists"

MOST_NAMED = 5


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Add up the small lists of the window; the document itself is one of them."""
    limit = context.protocol.most_schools_without_gate
    rolling = context.rolling
    if not rolling.others or context.schools > limit or rolling.schools <= limit:
        return []
    last = rolling.last or document.send_on or context.today
    says = (
        f"In the {context.protocol.rolling_days} days up to {day(last)} this and "
        f"{_named(rolling.others)} go to {rolling.schools:,} schools together. They are treated as "
        f"one: more than {limit} schools takes the full track. Could they be one submission? If "
        "they have nothing to do with each other, say so in the purpose."
    )
    detail = {
        "schools": rolling.schools,
        "submissions": [other.number or str(other.submission_id) for other in rolling.others],
        "lists": [
            {
                "submission": other.submission_id,
                "number": other.number,
                "schools": other.schools,
                "sent_on": other.sent.isoformat(),
                "why": other.why,
            }
            for other in rolling.others
        ],
    }
    return [Finding(RULE, VERSION, Severity.CHALLENGE, TITLE, says, (), detail)]


def _named(others: tuple[SmallList, ...]) -> str:
    words = [
        f"No. {other.number or 'not given yet'} ({other.schools} "
        f"school{'' if other.schools == 1 else 's'}, {other.why})"
        for other in others[:MOST_NAMED]
    ]
    if len(others) > MOST_NAMED:
        words.append(f"{len(others) - MOST_NAMED} more")
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
