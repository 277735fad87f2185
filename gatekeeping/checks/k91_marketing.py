"""K91: a service or product is offered for money in what looks like official post."""

from gatekeeping.attached.sources import Mark, Source, evidence, in_attachments, sources
from gatekeeping.claims import claim_spans
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding
from gatekeeping.models import Severity
from gatekeeping.reading.selling import Selling, selling, sells

RULE = "K91"
VERSION = 1
TITLE = "Offer for sale"


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Find offers of traded services and of firms; a price of what schools must buy is none."""
    found: list[tuple[Source, Selling]] = [
        (source, one)
        for source in sources(document, context, "title", "purpose", "body")
        for one in selling(source.text)
    ]
    if not sells([one for _, one in found]):
        return []
    claims = bool(claim_spans(document))
    style = (
        " It also speaks of duties, which may make schools think that they have to buy."
        if claims
        else ""
    )
    says = (
        "This seems to offer something for sale. Should it stand in the services catalogue "
        f"instead, where schools look when they want to buy?{style} If schools must know or do "
        "something, send that by itself and leave out prices, offers and “book now”."
    )
    marks = [Mark(source, one.start, one.end) for source, one in found]
    detail = {
        "kinds": sorted({one.kind for _, one in found}),
        "claims_duty": claims,
        "attachments": in_attachments(marks),
    }
    return [Finding(RULE, VERSION, Severity.CHALLENGE, TITLE, says, evidence(marks), detail)]
