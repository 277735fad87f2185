"""K90: whoever is to decide has an interest in the outcome (gatekeeping 4.4)."""

from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding
from gatekeeping.models import Severity

RULE = "K90"
VERSION = 1
TITLE = "Conflict of interest"


def check(document: SubmissionDocument, context: Context) -> list[Finding]:  # noqa: ARG001 - every check is asked alike
    """Block where a decider is known to be in conflict; ``gate check`` knows no decider.

    What refuses the decision itself is the rule of conflicts, and the database.
    """
    if not context.decider_conflict:
        return []
    detail = {"why": context.decider_conflict}
    return [Finding(RULE, VERSION, Severity.BLOCK, TITLE, context.decider_conflict, (), detail)]
