"""K11: a data set that the authority holds has what is asked."""

from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding
from gatekeeping.holdings.held import held
from gatekeeping.holdings.in_words import detail, proposal, where
from gatekeeping.models import Severity

RULE = "K11"
VERSION = 2
TITLE = "Held already"
REDIRECT = (
    "Could you ask the owner and leave it out here? "
    "If that does not serve, say in the item why schools must be asked."
)


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Name each data set, with its owner and its date, that has an item at this grain."""
    return [
        Finding(
            RULE,
            VERSION,
            Severity.CHALLENGE,
            TITLE,
            f"{where(found)} {proposal(found, REDIRECT)}",
            found.evidence,
            detail(found),
        )
        for found in held(document, context, from_schools=False)
    ]
