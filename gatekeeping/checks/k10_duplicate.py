"""K10: much the same is asked of the same schools for the same time already."""

from gatekeeping.alike.asked_before import Earlier
from gatekeeping.alike.sharing import pairs_of
from gatekeeping.alike.things import LONGEST_SAID
from gatekeeping.attached.attached_asks import InFile, asked_in_files, files_as_json, place_in
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding, Span, whole
from gatekeeping.models import Severity
from gatekeeping.spans import named_files

RULE = "K10"
VERSION = 3
TITLE = "Much like an earlier submission"

MOST_NAMED = 3
_ENOUGH_TO_FIND = 60


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Name each earlier submission that is a duplicate: not its own earlier round (K62)."""
    found = [earlier for earlier in context.earlier if _is_duplicate(document, earlier, context)]
    return [_finding(document, earlier, context) for earlier in found[:MOST_NAMED]]


def _is_duplicate(document: SubmissionDocument, earlier: Earlier, context: Context) -> bool:
    """The same things, or most of this one's, of schools and for a time that are not others."""
    if _is_itself(document, earlier) or earlier.is_round or not earlier.is_recent:
        return False
    if earlier.shared_schools == 0 and context.schools:
        return False
    return earlier.label == "duplicate" or _is_part(earlier, context)


def _is_part(earlier: Earlier, context: Context) -> bool:
    """Tell whether most of what this one asks is asked there, among other things."""
    return earlier.label == "overlap" and earlier.share >= context.protocol.shared_items_from


def _is_itself(document: SubmissionDocument, earlier: Earlier) -> bool:
    """Tell whether it renews the earlier one, or is sent under its number (a reminder)."""
    named = (document.renews, document.number)
    return bool(earlier.number) and any(
        one.strip().upper().startswith(earlier.number) for one in named
    )


def _finding(document: SubmissionDocument, earlier: Earlier, context: Context) -> Finding:
    name = f"No. {earlier.number}" if earlier.number else "one without a number"
    period = f" ({earlier.period})" if earlier.period else ""
    verb = "is part of" if _is_part(earlier, context) else "looks like"
    reasons, files = _reasons(earlier, context), _in_files(document, earlier, context)
    says = (
        f"This {verb} {name}, “{earlier.title}”{period}{': ' if reasons else ''}{reasons}. "
        f"{_schools(earlier.shared_schools)}{asked_in_files(files)}"
        "Could the two be merged, or could you use the answers that are there? If both are needed, "
        "say in the purpose what is different."
    )
    detail = {
        "attachments": files_as_json(files),
        "number": earlier.number,
        "score": earlier.score,
        "label": earlier.label,
        "parts": dict(earlier.parts),
        "says": list(earlier.says),
        "shared_items": list(earlier.shared_items),
        "pairs": pairs_of(earlier.shared),
        "shared_schools": earlier.shared_schools,
        "schools": context.schools,
        "send_on": earlier.send_on.isoformat() if earlier.send_on else "",
        "due_on": earlier.due_on.isoformat() if earlier.due_on else "",
        "submission": earlier.submission_id,
    }
    return Finding(
        RULE, VERSION, Severity.CHALLENGE, TITLE, says, _evidence(document, earlier), detail
    )


def _reasons(earlier: Earlier, context: Context) -> str:
    reasons = []
    if earlier.text >= context.protocol.alike_from:
        reasons.append(f"the text is {_percent(earlier.text)} the same")
    if earlier.shared_items:
        reasons.append(f"both ask for {_listed(earlier.shared_items)}")
    return "; ".join(reasons)


def _in_files(document: SubmissionDocument, earlier: Earlier, context: Context) -> list[InFile]:
    """Return where this document's attachments ask what is asked there too."""
    texts = {attached.name: attached for attached in context.attachments}
    found = []
    for one in earlier.shared:
        attached = texts.get(one.our_file)
        if attached is not None and attached.name in document.attachments:
            start = attached.text.find(one.ours[:_ENOUGH_TO_FIND])
            place = place_in(attached, start) if start >= 0 else ""
            found.append(InFile(attached.name, place, one.ours))
    return found


def _evidence(document: SubmissionDocument, earlier: Earlier) -> tuple[Span, ...]:
    shared = set(earlier.shared_items)
    items = tuple(
        whole(f"items.{place}.name", item.name)
        for place, item in enumerate(document.items)
        if " ".join(item.name.split())[:LONGEST_SAID] in shared
    )
    files = named_files(document.attachments, (one.our_file for one in earlier.shared))
    if items or files:
        return (*items, *files)
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
