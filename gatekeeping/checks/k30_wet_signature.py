"""K30: words that ask for a signature in ink, or to print, sign and scan."""

import re

from gatekeeping.claims import cited, negated
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding, Span, fields_of, spans, tidy, whole
from gatekeeping.models import Severity

RULE = "K30"
VERSION = 1
TITLE = "Wet signature"

SAYS = (
    "This asks for a signature in ink, or to print, sign and send back. Which rule asks for that "
    "form? A signed-in answer with a declaration is accepted, and the portal can ask for it: "
    "choose “Sign in and declare”. If a law asks for a deed or a witness, choose “Deed” and name "
    "the provision under “Legal claim”."
)

_FIELDS = ("title", "body", "purpose", "items", "results_back")
_WORDS = re.compile(
    r"\bwet[-\s]?(?:ink(?:ed)?|sign(?:ed|ature)s?)(?:[-\s]+signatures?)?"
    r"|\b(?:in|with|by|blue|black)\s+(?:(?:blue|black)\s+(?:or\s+black\s+)?)?ink\b"
    r"|\bink(?:ed)?[-\s]+sign(?:ed|atures?)\b|\bpen\s+and\s+ink\b"
    r"|\b(?:hand[-\s]?(?:written|signed)|handwritten)\s+(?:signatures?|copy|copies|forms?)\b"
    r"|\bhand[-\s]signed\b|\bsign(?:ed)?\s+by\s+hand\b|\bphysical(?:ly)?\s+sign(?:ed|atures?)\b"
    r"|\bprint(?:ed|ing)?\b[^.\n]{0,60}?\bsign(?:ed|ing)?\b(?:[^.\n]{0,60}?\b"
    r"(?:scan(?:ned|ning)?|post(?:ed)?|return(?:ed)?|send|sent|e-?mail(?:ed)?)\b)?"
    r"|\bsign(?:ed)?\b[^.\n]{0,30}?\b(?:and|then|,|or)\s+scan(?:ned)?\b"
    r"|\bscan(?:ned)?\s+(?:(?:the|a|your|and|of)\s+){0,2}signed\b"
    r"|\bsign(?:ed)?\b[^.\n]{0,40}?\b(?:return(?:ed)?|send|sent|post(?:ed)?|back)\b[^.\n]{0,40}?"
    r"\b(?:by|in|via|through)\s+(?:the\s+)?(?:first[-\s]class\s+|recorded\s+)?(?:post|mail)\b"
    r"|\bsign(?:ed)?\s+and\s+post(?:ed)?\b|\bpost\s+(?:back\s+)?(?:the|a|your)\s+signed\b"
    r"|\bsigned\s+(?:paper|hard|original)\b(?:\s+(?:copy|copies|forms?))?|\bsigned\s+originals?\b"
    r"|\boriginal\s+(?:signed|signatures?|signature\s+pages?|hard\s+cop(?:y|ies)|cop(?:y|ies)"
    r"|forms?|documents?|paper)\b"
    r"|\bsignatures?\s+must\s+be\s+(?:an?\s+)?original\b"
    r"|\b(?:the|an?|send|return|post)\s+originals?\b(?=[^.\n]{0,40}\b(?:sign|post|return|copy))",
    re.IGNORECASE,
)


def check(document: SubmissionDocument, context: Context) -> list[Finding]:  # noqa: ARG001 - every check is asked alike
    """Find words of ink and paper; silent for a deed whose provision is cited."""
    if document.signature == "deed" and cited(document):
        return []
    found: list[Span] = []
    for name, text in fields_of(document, *_FIELDS):
        found += spans(name, (match for match in _WORDS.finditer(text) if not negated(text, match)))
    if document.signature in ("ink", "deed"):
        found.append(whole("signature", document.signature))
    if not found:
        return []
    detail = {"signature": document.signature}
    return [Finding(RULE, VERSION, Severity.CHALLENGE, TITLE, SAYS, tidy(found), detail)]
