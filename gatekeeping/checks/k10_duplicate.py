"""K10: much the same is asked of the same schools for the same time already."""

from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Earlier, Finding, Span, whole
from gatekeeping.models import Severity

RULE = "K10"
VERSION = 2
TITLE = "Much like an earlier submission"

MOST_NAMED = 3


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Name each earlier submission that is a duplicate: not its own earlier round (K62)."""
    found = [earlier for earlier in context.earlier if _is_duplicate(document, earlier, context)]
    return [_finding(document, earlier, context) for earlier in found[:MOST_NAMED]]


def _is_duplicate(document: SubmissionDocument, earlier: Earlier, context: Context) -> bool:
    """Near-identical text, or most items, for schools and a time that are not others."""
    if _is_itself(document, earlier) or earlier.is_round or not earlier.is_recent:
        return False
    if earlier.shared_schools == 0 and context.schools:
        return False
    if earlier.parts.get("text", earlier.score) >= context.protocol.alike_from:
        return True
    asked_again = earlier.parts.get("items", 0.0) >= context.protocol.shared_items_from
    return asked_again and earlier.parts.get("period", 0.5) > 0


def _is_itself(document: SubmissionDocument, earlier: Earlier) -> bool:
    """Tell whether it renews the earlier one, or is sent under its number (a reminder)."""
    named = (document.renews, document.number)
    return bool(earlier.number) and any(
        one.strip().upper().startswith(earlier.number) for one in named
    )


def _finding(document: SubmissionDocument, earlier: Earlier, context: Context) -> Finding:
    name = f"No. {earlier.number}" if earlier.number else "one without a number"
    text = earlier.parts.get("text", earlier.score)
    reasons = []
    if text >= context.protocol.alike_from:
        reasons.append(f"the text is {_percent(text)} the same")
    if earlier.shared_items:
        listed = _listed(earlier.shared_items)
        reasons.append(f"{len(earlier.shared_items)} of {len(document.items)} items are: {listed}")
    period = f" ({earlier.period})" if earlier.period else ""
    says = (
        f"This looks like {name}, “{earlier.title}”{period}: {'; '.join(reasons)}. "
        f"{_schools(earlier.shared_schools)}Could the two be merged, or could you use the answers "
        "that are there? If both are needed, say in the purpose what is different."
    )
    detail = {
        "number": earlier.number,
        "score": earlier.score,
        "parts": dict(earlier.parts),
        "shared_items": list(earlier.shared_items),
        "shared_schools": earlier.shared_schools,
        "submission": earlier.submission_id,
    }
    return Finding(
        RULE, VERSION, Severity.CHALLENGE, TITLE, says, _evidence(document, earlier), detail
    )


def _evidence(document: SubmissionDocument, earlier: Earlier) -> tuple[Span, ...]:
    shared = set(earlier.shared_items)
    items = tuple(
        whole(f"items.{place}.name", item.name)
        for place, item in enumerate(document.items)
        if item.name in shared
    )
    if items:
        return items
    return (whole("body", document.body),) if document.body else ()


def _schools(shared: int | None) -> str:
    if not shared:
        return ""
    return f"{shared:,} school{'' if shared == 1 else 's'} would get both. "


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(f"“{name.strip()}”" for name in names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown  # noqa: PLR2004 - as above


def _percent(score: float) -> str:
    """Write a score in words that never round up to all."""
    return "word for word" if score == 1 else f"{int(score * 100)}%"
