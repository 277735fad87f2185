"""K81: no category, too many, one that does not exist, or all heads in place of one."""

import re
from collections.abc import Mapping
from typing import Any

from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding, Span, fields_of, spans, tidy
from gatekeeping.models import Severity

RULE = "K81"
VERSION = 4
TITLE = "Category"


_HEADS = r"(?:primary |secondary |the )?(?:head[ -]?teachers|heads|principals)\b"
_ALL_HEADS = re.compile(
    # as the line that routes a letter, not as its salutation: "FAO: all headteachers"
    r"^[ \t>*]*(?:to|fao|for the attention of|audience|recipients?|distribution|circulation)"
    rf"[ \t]*[:\-–][ \t]*(?:all[ \t]+)?{_HEADS}"
    r"|\b(?:send|circulate|distribute|forward|e-?mail|go|goes|addressed)(?: this| it)? to"
    rf"[ \t]+all[ \t]+{_HEADS}"
    rf"|\A[ \t]*all[ \t]+{_HEADS}[ \t.]*\Z",
    re.IGNORECASE | re.MULTILINE,
)


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Ask for one to three categories that exist; say where nobody is set for them."""
    chosen = list(dict.fromkeys(document.categories))
    known = {slug: context.categories[slug] for slug in chosen if slug in context.categories}
    ended = {slug: led for slug, led in known.items() if slug not in dict(led)}
    unknown = [slug for slug in chosen if slug not in known]
    most = context.protocol.most_categories
    says: list[str] = []
    if not chosen:
        says.append(
            "No category is chosen, so at each school this would go to the headteacher. Who at "
            "the school deals with it? Pick the category."
        )
        if context.suggested:
            says.append(f"By its words it may be for {_named(context)}.")
    if len(chosen) > most:
        says.append(
            f"{len(chosen)} categories are chosen. Which one does the work at the school? Pick at "
            f"most {most}; more people are not more readers."
        )
    if unknown:
        listed = ", ".join(f"“{slug}”" for slug in unknown)
        says.append(f"There is no category {listed}. Pick one from the list.")
    says += [_ended(slug, following) for slug, following in ended.items()]
    marks = _all_heads(document)
    if marks:
        says.append(
            "The words send it to all heads. The category decides who gets it at each school: pick "
            "the one that the work belongs to, and take these words out."
        )
    if not says:
        return []
    says += _nobody_set(context.unset)
    detail: dict[str, Any] = {"chosen": chosen, "unknown": unknown, "unset": dict(context.unset)}
    if ended:
        detail["became"] = {slug: [new for new, _ in found] for slug, found in ended.items()}
    if context.suggested:
        detail["suggested"] = [
            {"category": slug, "heading": heading, "words": list(words)}
            for slug, heading, words in context.suggested
        ]
    return [Finding(RULE, VERSION, Severity.WARN, TITLE, " ".join(says), marks, detail)]


def _named(context: Context) -> str:
    named = [f"“{heading}” ({', '.join(words[:3])})" for _, heading, words in context.suggested]
    return " or ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)


def _ended(slug: str, following: tuple[tuple[str, str], ...]) -> str:
    if not following:
        return f"The category “{slug}” has ended and nothing took its place. Pick another."
    named = [f"“{heading}”" for _, heading in following]
    now = " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
    return f"The category “{slug}” is now {now}. Pick {'it' if len(named) == 1 else 'which'}."


def _all_heads(document: SubmissionDocument) -> tuple[Span, ...]:
    texts = fields_of(document, "title", "body", "audience_text")
    return tidy(span for name, text in texts for span in spans(name, _ALL_HEADS.finditer(text)))


def _nobody_set(unset: Mapping[str, int]) -> list[str]:
    return [
        f"For “{slug}”, {count:,} school{' has' if count == 1 else 's have'} nobody set."
        for slug, count in sorted(unset.items())
        if count
    ]
