"""K31: answers by post or in files that are filled in and sent about, where a form would do."""

from gatekeeping.attached.sources import Mark, evidence, in_attachments, sources
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding, whole
from gatekeeping.models import Kind, Severity
from gatekeeping.reading.channels import by_email, by_post, in_a_file

RULE = "K31"
VERSION = 1
TITLE = "Paper and files"

_FIELDS = ("title", "body", "items")
_WAYS = (("post", by_post), ("email", by_email), ("file", in_a_file))
_ASKED = {
    "post": "by post, by fax or by hand",
    "email": "by e-mail",
    "file": "in a file that each school fills in",
}


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Find answers wanted on paper, by e-mail or in an attachment; the portal has forms."""
    marks: list[Mark] = []
    ways: list[str] = []
    for source in sources(document, context, *_FIELDS):
        for way, places in _WAYS:
            found = [Mark(source, start, end) for start, end in places(source.text)]
            marks += found
            ways += [way] * bool(found)
    chosen = document.kind is Kind.DATA_REQUEST and document.reply_by in ("post", "email")
    if chosen:
        ways.append(document.reply_by)
    if not ways:
        return []
    listed = [way for way, _ in _WAYS if way in ways]
    says = (
        f"Answers are wanted {' and '.join(_ASKED[way] for way in listed)}. Could schools answer "
        "on a form in this portal instead? It saves them printing, saving and sending, and you "
        "typing: put each question in as an item and choose “In this portal”. If a file is really "
        "needed, say why in the purpose."
    )
    more = (whole("reply_by", document.reply_by),) if chosen else ()
    detail = {"ways": listed, "attachments": in_attachments(marks)}
    return [Finding(RULE, VERSION, Severity.WARN, TITLE, says, evidence(marks, *more), detail)]
