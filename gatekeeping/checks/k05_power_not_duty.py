"""K05: the provision lets the authority ask or require; by itself it makes nobody answer."""

from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding
from gatekeeping.law.trial import SpokenOf, challenge, distinct, on_trial
from gatekeeping.law.words import LegalVerdict

RULE = "K05"
VERSION = 1
TITLE = "A power, not a duty"


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Find powers cited as a reason."""
    powers = (
        one
        for one in on_trial(document, context)
        if one.opinion.verdict is LegalVerdict.POWER_TO_REQUIRE and one.citation.provision
    )
    return [challenge((RULE, VERSION, TITLE), _says(one), one, context) for one in distinct(powers)]


def _says(one: SpokenOf) -> str:
    says = f" {one.opinion.says.rstrip('.')}." if one.opinion.says else ""
    return (
        f"{one.reading}{one.name} gives a power; it is no duty until it is used.{says} Why is "
        "using it now worth what it costs schools? Say so under “Purpose”, with who decided to "
        "use it, or send this as voluntary."
    )
