"""K80: the number under which it is sent is not one that schools may rely on."""

from typing import Any

from foundation.dates import day
from gatekeeping.documents import SubmissionDocument
from gatekeeping.facts.quoted_numbers import Quote, Registered, quotes
from gatekeeping.findings import Context, Finding, Span
from gatekeeping.models import Severity
from gatekeeping.registry.reliance import GOOD, Standing

RULE = "K80"
VERSION = 1
TITLE = "Number not valid"

_MEND = {
    Standing.UNREADABLE: "It cannot be read as a register number. Copy it from the approval.",
    Standing.WRONG_CHECK: "Its last letter does not fit, so a character is mistyped or swapped. "
    "Copy it from the approval.",
    Standing.UNKNOWN: "It is not in the register. Copy it from the approval, or leave it out: a "
    "number is given when this is submitted.",
    Standing.WAITING: "The gate has not approved it yet. Send this once it is approved.",
    Standing.REFUSED: "It was not approved. Leave it out and submit this for a number of its own.",
    Standing.JOINED: "It was joined to another request. Use that one’s number.",
    Standing.SUSPENDED: "Its approval is suspended. Wait until that is settled.",
    Standing.NOT_CONFIRMED: "Its emergency was not confirmed. Submit this for a number of its own.",
}


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Say of each quoted number that is not in force what is wrong; a current own one is fine."""
    found: dict[str, tuple[Quote, str, dict[str, Any]]] = {}
    for quote in quotes(document):
        wrong = _wrong(quote, context)
        if wrong is not None:
            says, detail = wrong
            found.setdefault(str(detail["number"]), (quote, says, detail))
    return [
        Finding(
            RULE,
            VERSION,
            Severity.BLOCK,
            TITLE,
            f"This quotes No. {detail['number']}. {says}",
            (Span(quote.field, quote.start, quote.end, quote.text),),
            detail,
        )
        for quote, says, detail in found.values()
    ]


def _wrong(quote: Quote, context: Context) -> tuple[str, dict[str, Any]] | None:
    number = quote.number
    if number is None:
        return _said(quote.text.strip(), Standing.UNREADABLE)
    if not number.is_valid:
        return _said(str(number), Standing.WRONG_CHECK)
    known = context.numbers.get(str(number))
    if known is None:
        return _said(str(number), Standing.UNKNOWN)
    return _of_known(str(number), number.version, known)


def _of_known(
    number: str, version: int | None, known: Registered
) -> tuple[str, dict[str, Any]] | None:
    detail = {
        "number": number,
        "version": known.version,
        "expires_on": known.expires_on.isoformat() if known.expires_on else "",
        "submission": known.submission_id,
    }
    if known.standing is Standing.EXPIRED:
        until = f" on {day(known.expires_on)}" if known.expires_on else ""
        return f"It expired{until}. Renew it first.", {**detail, "standing": Standing.EXPIRED.value}
    if known.standing not in GOOD:
        return _MEND[known.standing], {**detail, "standing": known.standing.value}
    if not known.own:
        says = "It belongs to another team’s request. Submit this for a number of its own."
        return says, {**detail, "standing": "another"}
    if version is not None and version != known.version:
        says = f"That is version {version}; version {known.version} is in force. Use its form."
        return says, {**detail, "standing": Standing.OTHER_VERSION.value}
    if not known.same_form:
        says = (
            "It was approved for a form that does not ask all that is asked here. Submit the "
            "changed form as a new version first."
        )
        return says, {**detail, "standing": Standing.OTHER_VERSION.value}
    return None


def _said(number: str, standing: Standing) -> tuple[str, dict[str, Any]]:
    return _MEND[standing], {"number": number, "standing": standing.value}
