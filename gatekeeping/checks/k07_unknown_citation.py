"""K07: a citation that cannot be resolved: an unknown title, or one that does not fit its year."""

from collections.abc import Iterator

from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding
from gatekeeping.law.duties import Duty
from gatekeeping.law.elsewhere import known_elsewhere
from gatekeeping.law.naming import place_in_words
from gatekeeping.law.trial import SpokenOf, challenge, distinct, on_trial
from gatekeeping.law.words import LegalVerdict

RULE = "K07"
VERSION = 2
TITLE = "Citation not found"


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Find law cited as a reason that the portal cannot identify; it suggests, never guesses."""
    return [*_unresolved(document, context), *_wrong_year(document, context)]


def _unresolved(document: SubmissionDocument, context: Context) -> list[Finding]:
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


def _wrong_year(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Find a section that the register knows only in an Act of the same name and another year."""
    unjudged = (
        one
        for one in on_trial(document, context, suggested=False)
        if one.opinion.verdict is LegalVerdict.UNRESOLVED and one.citation.kind == "law"
    )
    return [
        challenge(
            (RULE, VERSION, TITLE),
            _asks_year(one, meant),
            one,
            context,
            suggestion=meant.title,
            suggestion_id=meant.id,
        )
        for one in distinct(unjudged)
        if (meant := known_elsewhere(one.citation))
    ]


def _asks_year(one: SpokenOf, meant: Duty) -> str:
    place = place_in_words(meant.provision)
    return (
        f"The register does not know {one.name[:1].lower()}{one.name[1:]}, but it knows {place} of "
        f"the {meant.title}. Did you mean that? Please look at the year, and correct it or keep it."
    )


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
