"""K10: the text is nearly the same as that of an earlier submission."""

from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Earlier, Finding, whole
from gatekeeping.models import Severity

RULE = "K10"
VERSION = 1
TITLE = "Much like an earlier submission"


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Name each earlier submission that is near-identical and is not the one being renewed."""
    return [
        _finding(document, earlier)
        for earlier in context.earlier
        if earlier.score >= context.protocol.alike_from
        and not (earlier.number and document.renews.strip().startswith(earlier.number))
    ]


def _finding(document: SubmissionDocument, earlier: Earlier) -> Finding:
    name = f"No. {earlier.number}" if earlier.number else "one without a number"
    shared = earlier.shared_schools
    schools = f"{shared:,} school{'' if shared == 1 else 's'}"
    says = (
        f"This text is {_percent(earlier.score)} the same as {name}, “{earlier.title}”. "
        f"{schools} would get both. Could the two be merged, or could you use the answers "
        "that are there? If both are needed, say in the purpose what is different."
    )
    return Finding(
        RULE,
        VERSION,
        Severity.CHALLENGE,
        TITLE,
        says,
        (whole("body", document.body),) if document.body else (),
        {
            "number": earlier.number,
            "score": earlier.score,
            "shared_items": [],
            "shared_schools": shared,
            "submission": earlier.submission_id,
        },
    )


def _percent(score: float) -> str:
    """Write a score in words that never round up to all."""
    return "word for word" if score == 1 else f"{int(score * 100)}%"
