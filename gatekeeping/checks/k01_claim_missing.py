"""K01: a statutory duty is claimed, but no provision of an Act or regulations is named."""

from gatekeeping.claims import cited, claim_spans
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding, tidy
from gatekeeping.models import Severity

RULE = "K01"
VERSION = 1
TITLE = "Claim without a provision"

SAYS = (
    "The text says, or seems to say, that the law demands this. Which Act or regulations is it, "
    "which section or regulation, and on whom does it put the duty? Add it under “Legal claim”, "
    "for example “Education Act 1996, section 537A”. If there is none, that is fine: take the "
    "words out and say that schools may choose to answer."
)


def check(document: SubmissionDocument, context: Context) -> list[Finding]:  # noqa: ARG001 - every check is asked alike
    """Find claims without a provision; a whole Act is not one, and a denied claim is none."""
    claims = claim_spans(document)
    if not claims or cited(document):
        return []
    return [
        Finding(
            RULE,
            VERSION,
            Severity.CHALLENGE,
            TITLE,
            SAYS,
            tidy(claims),
            {"origin": document.origin},
        )
    ]
