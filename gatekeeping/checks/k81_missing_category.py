"""K81: no category, too many, or one that does not exist."""

from collections.abc import Mapping

from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding
from gatekeeping.models import Severity

RULE = "K81"
VERSION = 1
TITLE = "Category"


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Ask for one to three categories that exist; say where nobody is set for them."""
    chosen = list(dict.fromkeys(document.categories))
    unknown = [slug for slug in chosen if slug not in context.categories]
    most = context.protocol.most_categories
    says: list[str] = []
    if not chosen:
        says.append(
            "No category is chosen, so at each school this would go to the headteacher. Who at "
            "the school deals with it? Pick the category."
        )
    if len(chosen) > most:
        says.append(
            f"{len(chosen)} categories are chosen. Which one does the work at the school? Pick at "
            f"most {most}; more people are not more readers."
        )
    if unknown:
        listed = ", ".join(f"“{slug}”" for slug in unknown)
        says.append(f"There is no category {listed}. Pick one from the list.")
    if not says:
        return []
    says += _nobody_set(context.unset)
    detail = {"chosen": chosen, "unknown": unknown, "unset": dict(context.unset)}
    return [Finding(RULE, VERSION, Severity.WARN, TITLE, " ".join(says), (), detail)]


def _nobody_set(unset: Mapping[str, int]) -> list[str]:
    return [
        f"For “{slug}”, {count:,} school{' has' if count == 1 else 's have'} nobody set."
        for slug, count in sorted(unset.items())
        if count
    ]
