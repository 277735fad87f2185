"""K06: repealed, revoked, replaced, not commenced, a Bill, or the law of another country."""

from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding
from gatekeeping.law.trial import SpokenOf, challenge, distinct, on_trial
from gatekeeping.law.words import LegalVerdict

RULE = "K06"
VERSION = 1
TITLE = "Not in force here"


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Find law cited as a reason that is not the law in England today."""
    dead = (one for one in on_trial(document, context) if _is_dead(one))
    return [challenge((RULE, VERSION, TITLE), _says(one), one, context) for one in distinct(dead)]


def _is_dead(one: SpokenOf) -> bool:
    prospective = one.citation.version == "prospective"
    return one.opinion.verdict is LegalVerdict.NOT_IN_FORCE or prospective


def _says(one: SpokenOf) -> str:
    return (
        f"{one.reading}{_why(one)} Please name the provision that is in force in England today, "
        "or send this as voluntary."
    )


def _why(one: SpokenOf) -> str:
    if one.citation.kind == "bill":
        return f"{one.name} is a Bill. A Bill is not law until it is passed and in force."
    if one.opinion.country:
        return f"{one.name} is the law of {one.opinion.country}. It asks nothing of schools here."
    if one.citation.version == "prospective" or one.opinion.status == "not in force yet":
        return f"{one.name} is not in force yet, as far as the register knows."
    if one.opinion.replaced_by:
        return f"{one.name} is no longer in force. It was replaced by: {one.opinion.replaced_by}."
    return f"{one.name} is no longer in force."
