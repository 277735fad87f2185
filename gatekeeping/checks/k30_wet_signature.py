"""K30: words that ask for a signature in ink, for originals, or to print, sign and scan."""

from gatekeeping.attached.sources import Mark, evidence, in_attachments, sources
from gatekeeping.claims import cited
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding, whole
from gatekeeping.models import Severity
from gatekeeping.reading.signatures import wet_signatures

RULE = "K30"
VERSION = 2
TITLE = "Wet signature"

SAYS = (
    "This asks for a signature in ink, for an original, or to print, sign and send back. Which "
    "rule asks for that form? A signed-in answer with a declaration is accepted, and the portal "
    "can ask for it: choose “Sign in and declare”. If a law asks for a deed or a witness, choose "
    "“Deed” and name the provision under “Legal claim”."
)

_FIELDS = ("title", "body", "purpose", "items", "results_back")


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Find words of ink and paper; silent for a deed whose provision is cited."""
    if document.signature == "deed" and cited(document):
        return []
    signs_in = document.signature == "login"
    marks = [
        Mark(source, start, end)
        for source in sources(document, context, *_FIELDS)
        for start, end in wet_signatures(source.text, signs_in=signs_in)
    ]
    asked = document.signature in ("ink", "deed")
    if not marks and not asked:
        return []
    more = (whole("signature", document.signature),) if asked else ()
    detail = {"signature": document.signature, "attachments": in_attachments(marks)}
    return [Finding(RULE, VERSION, Severity.CHALLENGE, TITLE, SAYS, evidence(marks, *more), detail)]
