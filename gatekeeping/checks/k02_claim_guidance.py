"""K02: guidance, a code, a framework, a policy or a letter is cited as if it were law."""

from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding, Span, tidy
from gatekeeping.law.papers import CONTRACTS, PaperCited, papers_as_reason
from gatekeeping.law.said import real_duties
from gatekeeping.law.words import LegalVerdict
from gatekeeping.models import Severity

RULE = "K02"
VERSION = 1
TITLE = "Guidance cited as law"


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Find papers given as the reason; silent when a real duty on schools is named as well."""
    found = papers_as_reason(document)
    if not found or real_duties(context.law):
        return []
    first = found[0]
    detail = {
        "title": first.title,
        "kind": first.kind,
        "verdict": _verdict(first).value,
        "verified": False,
        "papers": sorted({one.title for one in found}),
    }
    evidence = tidy(Span(one.field, one.start, one.end, one.text) for one in found)
    return [
        Finding(RULE, VERSION, Severity.CHALLENGE, TITLE, _says(first, document), evidence, detail)
    ]


def _verdict(paper: PaperCited) -> LegalVerdict:
    contract = paper.kind == CONTRACTS
    return LegalVerdict.CONTRACT_CONDITION if contract else LegalVerdict.GUIDANCE_ONLY


def _says(paper: PaperCited, document: SubmissionDocument) -> str:
    what = f"“{' '.join(paper.text.split())[:80]}” is {paper.what}"
    binding = f" {paper.binding[:1].upper()}{paper.binding[1:]}." if paper.binding else ""
    ask = (
        "Which schools took on that condition, and does it ask for this?"
        if paper.kind == CONTRACTS
        else "Please name the section that makes schools give you this."
    )
    end = (
        "Then leave out the words that make it sound like a duty."
        if document.voluntary
        else "If there is none, that is fine: send it as voluntary."
    )
    return f"{what}.{binding} {ask} {end}"
