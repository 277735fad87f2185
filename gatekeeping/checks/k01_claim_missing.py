"""K01: something is said to be demanded by law, but no provision is named."""

from gatekeeping.claims import cited, claim_spans
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding, tidy
from gatekeeping.law.papers import papers_as_reason
from gatekeeping.models import Severity

RULE = "K01"
VERSION = 2
TITLE = "Legal basis not named"

SAYS = (
    "This says that schools must answer, but names no section or regulation. Which Act or "
    "regulations, which section, and on whom is the duty? Write it under “Legal claim”, for "
    "example “Education Act 1996, section 537A”. If there is none, that is fine: say that it is "
    "voluntary, and take out the words that are marked."
)


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Find claims without a provision; a whole Act is not one, and a denied claim is none.

    Silent where guidance or a Bill stands for the law: K02 and K06 ask for the section then.
    """
    claims = claim_spans(document)
    if not claims or cited(document) or _asked_elsewhere(document, context):
        return []
    detail = {"origin": document.origin, "instruments": _instruments(context)}
    return [Finding(RULE, VERSION, Severity.CHALLENGE, TITLE, SAYS, tidy(claims), detail)]


def _instruments(context: Context) -> list[str]:
    return sorted({one.citation.id for one in context.law.claimed if one.citation.id})


def _asked_elsewhere(document: SubmissionDocument, context: Context) -> bool:
    law = [one for one in context.law.cited if one.citation.kind == "law"]
    if any(not one.citation.named for one in law):
        return True  # a bare well-known section: K07 asks for its Act
    if any(one.citation.kind == "law" for one in context.law.claimed):
        return False
    bills = any(one.citation.kind == "bill" for one in context.law.claimed)
    return bills or bool(papers_as_reason(document))
