"""K07: a citation that cannot be resolved: an unknown title, or one that does not fit its year."""

from collections.abc import Iterator

from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding
from gatekeeping.law.naming import place_in_words
from gatekeeping.law.trial import SpokenOf, challenge, distinct, on_trial

RULE = "K07"
VERSION = 1
TITLE = "Citation not found"


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Find law cited as a reason that the portal cannot identify; it suggests, never guesses."""
    return [
        challenge(
            (RULE, VERSION, TITLE),
            _says(one),
            one,
            context,
            suggestion=one.citation.suggestion,
            suggestion_id=one.citation.suggestion_id,
            score=one.citation.score,
        )
        for one in distinct(_unknown(document, context))
    ]


def _unknown(document: SubmissionDocument, context: Context) -> Iterator[SpokenOf]:
    for one in on_trial(document, context, suggested=False):
        if one.citation.kind == "law" and not one.citation.id:
            yield one


def _says(one: SpokenOf) -> str:
    text = " ".join(one.citation.text.split())
    lead = f"We cannot tell which law “{text}” is."
    if one.citation.suggestion:
        place = place_in_words(one.citation.provision)
        meant = f"{place} of the {one.citation.suggestion}" if place else one.citation.suggestion
        lead += f" Did you mean {meant}?"
    return (
        f"{lead} Please give the title with its year, or its number, as in “Education Act 1996, "
        "section 537A” or “SI 2013/2094, regulation 3”."
    )
