"""K12: schools give this already, in a census or from their own systems."""

from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding
from gatekeeping.holdings.held import held
from gatekeeping.holdings.in_words import detail, proposal, where
from gatekeeping.models import Severity

RULE = "K12"
VERSION = 2
TITLE = "In a census or feed"
REDIRECT = (
    "Could you take an extract and leave it out here? "
    "If that does not serve, say in the item what is missing."
)


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Name each census or feed, with its owner and its date, that has an item at this grain."""
    return [
        Finding(
            RULE,
            VERSION,
            Severity.CHALLENGE,
            TITLE,
            f"{where(found)} Schools have given it already. {proposal(found, REDIRECT)}",
            found.evidence,
            detail(found),
        )
        for found in held(document, context, from_schools=True)
    ]
