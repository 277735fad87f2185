"""K62: it is asked again, and nothing says what the last answers changed."""

import re
from typing import Any

from gatekeeping.alike.sharing import pairs_of
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding, Span, whole
from gatekeeping.models import Kind, Severity

RULE = "K62"
VERSION = 1
TITLE = "Use of the last answers"

_NOTHING = re.compile(
    r"\W*(?:tbc|tba|tbd|n/?a|none|nil|not (?:yet )?(?:known|applicable)|unknown"
    r"|to be (?:confirmed|added|completed)|x+)?\W*",
    re.IGNORECASE,
)


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Ask what changed because of the last round: ``renews`` names it, or the register shows it."""
    asks = document.kind is Kind.DATA_REQUEST
    rounds = [earlier for earlier in context.earlier if earlier.is_round and asks]
    if not (document.renews.strip() or rounds) or not _NOTHING.fullmatch(document.used_before):
        return []
    evidence: tuple[Span, ...] = ()
    detail: dict[str, Any] = {"number": document.renews.strip()}
    if document.renews.strip():
        what = f"This renews No. {document.renews.strip()}"
        evidence = (whole("renews", document.renews),)
    else:
        last = rounds[0]
        name = f"No. {last.number}" if last.number else "an earlier one"
        period = f", {last.period}" if last.period else ""
        what = f"This looks like another round of {name}, “{last.title}”{period}"
        detail = {
            "number": last.number,
            "score": last.score,
            "label": last.label,
            "parts": dict(last.parts),
            "says": list(last.says),
            "shared_items": list(last.shared_items),
            "pairs": pairs_of(last.shared),
            "shared_schools": last.shared_schools,
            "schools": context.schools,
            "submission": last.submission_id,
        }
    says = (
        f"{what}. What changed because of the answers that schools gave then? Say it under “What "
        "did the last answers change?”. If nothing did, could fewer schools be asked, or none?"
    )
    return [Finding(RULE, VERSION, Severity.CHALLENGE, TITLE, says, evidence, detail)]
