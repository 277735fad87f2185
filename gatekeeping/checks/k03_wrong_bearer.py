"""K03: the provision is real, but its duty lies on somebody else than the school."""

from collections.abc import Iterator

from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding
from gatekeeping.law.trial import SpokenOf, challenge, distinct, on_trial
from gatekeeping.law.words import LegalVerdict

RULE = "K03"
VERSION = 1
TITLE = "Duty lies on somebody else"
_OTHERS = frozenset({LegalVerdict.DUTY_ON_LA, LegalVerdict.DUTY_ON_OTHER, LegalVerdict.VOLUNTARY})


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Find provisions cited as a reason whose duty is not on the school; K01 asks of whole Acts."""
    return [
        challenge((RULE, VERSION, TITLE), _says(one), one, context)
        for one in distinct(_wrong(document, context))
    ]


def _wrong(document: SubmissionDocument, context: Context) -> Iterator[SpokenOf]:
    for one in on_trial(document, context):
        if one.opinion.verdict in _OTHERS and one.citation.provision:
            yield one


def _says(one: SpokenOf) -> str:
    bearer = one.opinion.bearer.strip("()") or "somebody else"
    if one.opinion.verdict is LegalVerdict.VOLUNTARY:
        duty = f"{one.name} puts no duty on a school."
    elif one.opinion.verdict is LegalVerdict.DUTY_ON_LA:
        duty = f"{one.name} puts the duty on the {bearer}, not on the school."
    else:
        duty = f"{one.name} puts the duty on {bearer}, not on the school."
    says = f" {one.opinion.says.rstrip('.')}." if one.opinion.says else ""
    return (
        f"{one.reading}{duty}{says} Please show the provision that puts this on schools. If there "
        "is none, that is fine: you may ask for it as voluntary, or use what you hold already."
    )
