"""Reading a text for claims that the law demands something, and for the provisions it names.

A small recogniser: it knows the shape of a provision and of the title of an Act or instrument,
not which of them exist.
"""

import re

from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Span, fields_of, spans, whole

FIELDS = ("legal_claim", "title", "purpose", "body")

_NEAR = 120
"""How many characters may lie between a provision and its Act."""

_PROVISION = re.compile(
    r"(?<![A-Za-z])(?:ss?|secs?|sect|sections?|regs?|regulations?|rr?|rules?|arts?|articles?"
    r"|paras?|paragraphs?|schs?|scheds?|schedules?)\s?\.?\s{0,2}"
    r"(?!(?:1[89]|20)\d\d\b)\d{1,4}[A-Z]{0,3}(?![\dA-Za-z])(?:\s?\(\s?\w{1,5}\s?\))*",
    re.IGNORECASE,
)
_ACT = re.compile(
    # "... Act 1996", "... (England) Regulations 2013", "... Act" (capital, after a capital word)
    r"\b(?:Act|Acts|Regulations|Regs|Order|Rules|Measure)\s{0,3}(?:\([^)\n]{1,60}\)\s{0,2})?,?\s{0,2}(?:1[89]|20)\d\d\b"
    r"|\b[A-Z][\w’'()-]*\s{1,2}(?:Act|Regulations|Regs|Measure)\b(?:,?\s{1,2}(?:1[89]|20)\d\d\b)?"
    # "the 1996 Act", "the 2006 Regulations"
    r"|\b(?:1[89]|20)\d\d\s{1,2}(?:Act|Regulations|Regs|Order|Rules)\b"
    # "SI 2013/2094", "S.I. 2013 No. 2094", "1996 c. 56"
    r"|\bS\.?\s?I\.?\s?(?:1[89]|20)\d\d\s?(?:/|No\.?)\s?\d{1,4}\b"
    r"|\b(?:1[89]|20)\d\d\s{1,2}c\.?\s?\d{1,3}\b"
    r"|\b(?:UK\s)?GDPR\b"
    # "EA 1996", "ASCLA 2009", "C&FA 2014", "CA2004"; not "DEC 2026" and not guidance
    r"|\b(?!(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|SEPT|OCT|NOV|DEC|KS|YEAR|TERM|KCSIE|WTTSC|EYFS"
    r"|SCCIF|EIF|PE|ICT|IT|CPD|SATS|BY|IN|FROM|SINCE|UNTIL|TO|FOR|OF|THE|AND)\b)"
    r"[A-Z][A-Z&]{1,7}\s?(?:19|20)\d\d\b"
)
_GENERAL_LAW = re.compile(r"Data Protection|GDPR|Freedom of Information|DPA|FOIA", re.IGNORECASE)

_CLAIM = re.compile(
    r"\bstatutor(?:y|ily)\b|\bstatutes?\b|\bby law\b|\bin law\b|\blawfully required\b"
    r"|\bleg(?:al|islative)(?:ly)?\s+(?:required|requires?|requirements?|dut(?:y|ies)|obligations?"
    r"|obliged|bound|mandated|mandatory|binding)\b"
    r"|\b(?:the\s+)?law\s+(?:requires?|obliges?|says|demands?)\b|\brequired\s+(?:by|in|under)\s+"
    r"(?:the\s+)?(?:law|legislation|statute|regulations?|Act)\b"
    r"|\b(?:under|have)\s+an?\s+(?:legal\s+)?(?:duty|obligation)\s+to\s+(?:return|provide|supply"
    r"|complete|submit|report|give|send|share|tell)\b"
    r"|\bmandatory\s+(?:return|collection|survey|request|requirement|submission|data)\b"
    r"|\b(?:schools?|academies|heads?|headteachers?|governing\s+(?:bodies|boards?)|governors"
    r"|proprietors?|you|settings?|trusts?)\s+(?:must|are\s+obliged\s+to)\s+(?:by\s+law\s+)?(?:also\s+)?"
    r"(?:return|provide|supply|complete|submit|report|respond|answer|give|send|fill|share|notify"
    r"|make\s+a\s+return|tell)\b",
    re.IGNORECASE,
)
_UNDER_AN_ACT = re.compile(
    r"\b(?:under|pursuant\s+to|in\s+accordance\s+with|by\s+virtue\s+of|required\s+by|requires?)\s+"
    r"(?:the\s+)?[^.;\n]{0,80}$",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|neither|nor|without|isn[’']t|aren[’']t|don[’']t|doesn[’']t|cannot|none)\b"
    r"(?!\s+(?:only|just|merely|optional|longer\s+optional))|\bnon[-‑ ]?$|n[’']t\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(
    r"[.;:!?\n,–—]|\b(?:but|because|however|although|though|since|as)\b", re.IGNORECASE
)
_AFTERWARDS = re.compile(
    r"\s*(?:\w+\s+){0,4}(?:does\s+not|do\s+not|doesn[’']t|don[’']t)\s+(?:apply|exist)\b"
    r"|\s*(?:\w+\s+){0,3}\w*\s*[:–-]\s*(?:none|no|n/a)\b",
    re.IGNORECASE,
)


def cites_a_provision(text: str) -> bool:
    """Tell whether the text names a provision (a section, a regulation ...) of an Act or rules.

    The whole instrument ("Children Act 2004") is not enough, nor is a section of something that
    is no law ("section 2 of the form").
    """
    return bool(provisions(text))


def provisions(text: str) -> list[re.Match[str]]:
    """Return every provision that stands near the name of an Act or instrument."""
    acts = list(_ACT.finditer(text))
    return [
        found
        for found in _PROVISION.finditer(text)
        if any(_apart(found, act) <= _NEAR for act in acts)
    ]


def negated(text: str, match: re.Match[str]) -> bool:
    """Tell whether the clause in which the match stands denies it ("this is not statutory")."""
    before = text[max(0, match.start() - 200) : match.start()]
    last_end = max((end.end() for end in _CLAUSE_END.finditer(before)), default=0)
    clause = before[last_end:]
    return bool(_NEGATION.search(clause) or _AFTERWARDS.match(text, match.end()))


def claim_spans(document: SubmissionDocument) -> list[Span]:
    """Return the words with which the document claims a statutory duty; empty when it does not.

    Words that are denied do not count. An Act or a provision counts in ``legal_claim`` by itself,
    elsewhere only with words like "under" before it, and never for data protection law, which is
    named for other reasons.
    """
    found: list[Span] = []
    for name, text in fields_of(document, *FIELDS):
        words = [match for match in _CLAIM.finditer(text) if not negated(text, match)]
        laws = [
            match
            for match in _ACT.finditer(text)
            if not negated(text, match) and (_claims_by_name(name, text, match))
        ]
        found += spans(name, [*words, *laws])
    if document.origin == "statute":
        found.append(whole("origin", document.origin))
    return found


def cited(document: SubmissionDocument) -> bool:
    """Tell whether the document names a provision anywhere."""
    return any(cites_a_provision(text) for _, text in fields_of(document, *FIELDS))


def _claims_by_name(name: str, text: str, match: re.Match[str]) -> bool:
    around = text[max(0, match.start() - 40) : match.end()]
    if _GENERAL_LAW.search(around):
        return False
    return name == "legal_claim" or bool(_UNDER_AN_ACT.search(text[: match.start()]))


def _apart(one: re.Match[str], other: re.Match[str]) -> int:
    if one.start() < other.start():
        return max(0, other.start() - one.end())
    return max(0, one.start() - other.end())
