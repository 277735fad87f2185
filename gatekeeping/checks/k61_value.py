"""K61: it costs schools much, and nobody is named who decides with it."""

import re

from gatekeeping.burden import burden
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding, Span, whole
from gatekeeping.models import Severity

RULE = "K61"
VERSION = 1
TITLE = "Value"

_NOBODY = re.compile(
    r"\W*(?:tbc|tba|tbd|n/?a|none|nobody|no one|unknown|not (?:yet )?(?:known|applicable|decided)"
    r"|to be (?:confirmed|advised|decided|announced)|various|x+)?\W*",
    re.IGNORECASE,
)


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Ask who decides what with it when the gross cost reaches the high tier."""
    cost = burden(document, context.schools, context.protocol)
    tier = context.protocol.high_cost_pence
    if cost.gross_pence < tier or not _NOBODY.fullmatch(document.decision_maker):
        return []
    says = (
        f"In a year this costs schools £{cost.gross_pence / 100:,.2f}; from £{tier / 100:,.0f} on "
        "somebody must be named who decides with it. Who decides what, and when? Enter the post "
        "or the committee under “Who takes that decision?”."
    )
    evidence: tuple[Span, ...] = ()
    if document.decision_maker:
        evidence = (whole("decision_maker", document.decision_maker),)
    detail = {"gross_pence": cost.gross_pence, "tier_pence": tier}
    return [Finding(RULE, VERSION, Severity.CHALLENGE, TITLE, says, evidence, detail)]
