"""Reading a document for claims that the law demands something, and for the law it names.

What is law, which law and which provision is ``gatekeeping.law``'s to say; here stands what makes
words a claim: that they say schools must, and do not deny it.
"""

import re

from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Span, fields_of, spans, whole
from gatekeeping.law.citations import Citation, read
from gatekeeping.law.reasons import cites_as_reason, is_data_protection, is_negated

FIELDS = ("legal_claim", "title", "purpose", "body")

_CLAIM = re.compile(
    r"\bstatutor(?:y|ily)\b(?!\s+(?:guidance|framework|consult\w+|assessments?|tests?|testing|holidays?"
    r"|sick|maternity|paternity|pay|leave|redundancy|instruments?|notices?|school\s+(?:age|days?|hours?)"
    r"|officers?|posts?|partners?|bod(?:y|ies)|agenc(?:y|ies)|services?|proposals?|accounts?"
    r"|curriculum|induction|sector|rights|hours|undertakers?|polic(?:y|ies)|training|subjects?"
    r"))|\bstatutes?\b"
    r"|\bby law\b(?!,?\s+(?:shops?|parents?|drivers?|employers?|councils?|the\s+council|we|children"
    r"|retailers?|landlords?|suppliers?|companies)\b)"
    r"|\b(?:required|duty|obliged|obligation|necessary|mandatory|requirement)\s+in law\b"
    r"|\blawfully required\b|\blegally\s+entitled\b"
    r"|\bleg(?:al|islative)(?:ly)?\s+(?:required|requires?|requirements?|dut(?:y|ies)|obligations?"
    r"|obliged|bound|mandated|mandatory|binding)\b"
    r"|\b(?:the\s+)?(?:law|legislation)\s+(?:requires?|obliges?|says|demands?|compels?)\b"
    r"|\b(?:required|obliged|compelled|mandated)\s+(?:by|in|under)\s+"
    r"(?:the\s+)?(?:law|legislation|statute|regulations?|Act)\b"
    r"|\b(?:schools?|academies|heads?|headteachers?|governing\s+bodies|you)\s+(?:are|is)\s+under\s+an?"
    r"\s+(?:dut(?:y|ies)|obligation)\b"
    r"|\b(?:under|have)\s+an?\s+(?:legal\s+)?(?:duty|obligation)\s+to\s+(?:return|provide|supply"
    r"|complete|submit|report|give|send|share|tell)\b"
    r"|\b(?:mandatory|compulsory)\s+(?:return|collection|survey|request|requirement|submission|data)\b"
    r"|\b(?:required|obliged|mandatory)\s+(?:by|under)\s+(?:the\s+)?(?:UK\s+)?(?:GDPR|data\s+protection)"
    r"|\b(?:this|it)\s+is\s+(?:\w+\s+)?(?:mandatory|compulsory)\b(?!\s+(?:to|for)\b)"
    r"|\b(?:mandatory|compulsory)\s+to\s+(?:return|provide|supply|complete|submit|report|respond"
    r"|answer|reply|give|send|fill|take\s+part|participate)\b"
    r"|\b(?:returns?|surveys?|forms?|data|requests?|census|audits?|questionnaires?|responses?|reply"
    r"|replies|participation|completion|submission|collection|reporting)\s+(?:is|are)\s+"
    r"(?:mandatory|compulsory)\b"
    r"|\b(?:schools?|academies|heads?|headteachers?|governing\s+(?:bodies|boards?)|governors"
    r"|proprietors?|you|settings?|trusts?)\s+(?:must|ha(?:ve|s)\s+to"
    r"|(?:are|is)\s+(?:(?:legally\s+)?obliged|required)\s+to)\s+(?:by\s+law\s+)?"
    r"(?:also\s+|therefore\s+|still\s+|now\s+)?"
    r"(?:return|provide|supply|complete|submit|report|respond|answer|give|send|fill|share|notify"
    r"|make\s+a\s+return|tell)\b(?!\s+(?:(?:[\w'’-]+\s+){0,5}?(?:to|with)\s+)?"
    r"(?:(?:your|the|all|their)\s+)?(?:parents|carers|families|pupils|children|staff|governors"
    r"|HSE|Ofsted|police)\b(?!['’]))",
    re.IGNORECASE,
)


_TAUGHT = re.compile(
    r"\b(?:courses?|training|sessions?|workshops?|webinars?|briefings?|guides?|seminars?)\s+"
    r"(?:on|about|to|in|for)\b[^.;\n]{0,30}$",
    re.IGNORECASE,
)
"""A course about duties claims none."""


def cites_a_provision(text: str) -> bool:
    """Tell whether the text names a provision (a section, a regulation ...) of an Act or rules.

    The whole instrument ("Children Act 2004") is not enough, nor is a section of something that
    is no law ("section 2 of the form"), nor a section of no Act in particular.
    """
    return any(_is_provision(citation) for citation in read(text))


def claim_words(text: str) -> list[re.Match[str]]:
    """Return the words of duty in a text that are not denied."""
    return [
        match
        for match in _CLAIM.finditer(text)
        if not negated(text, match)
        and not _TAUGHT.search(text, max(0, match.start() - 60), match.start())
    ]


def negated(text: str, match: re.Match[str]) -> bool:
    """Tell whether the clause in which the match stands denies it ("this is not statutory")."""
    return is_negated(text, match.start(), match.end())


def claim_spans(document: SubmissionDocument) -> list[Span]:
    """Return the words with which the document claims a statutory duty; empty when it does not.

    Words that are denied do not count. Law counts in ``legal_claim`` by itself, elsewhere only
    with words like "under" before it, and never for data protection law, which is named for
    other reasons.
    """
    found: list[Span] = []
    for name, text in fields_of(document, *FIELDS):
        found += spans(name, claim_words(text))
        found += [
            Span(name, one.start, one.end, one.text)
            for one in read(text)
            if one.kind == "law" and cites_as_reason(name, text, one)
        ]
    if document.origin == "statute":
        found.append(whole("origin", document.origin))
    return found


def claims_duty(document: SubmissionDocument) -> bool:
    """Tell whether words of duty stand anywhere in the document, or its origin is statute."""
    return document.origin == "statute" or any(
        claim_words(text) for _, text in fields_of(document, *FIELDS)
    )


def cited(document: SubmissionDocument) -> bool:
    """Tell whether the document names a provision anywhere.

    Data protection law that is not said to require anything does not count: it lets people hold
    data and makes nobody give any.
    """
    return any(
        _is_provision(one) and (not is_data_protection(one) or cites_as_reason(name, text, one))
        for name, text in fields_of(document, *FIELDS)
        for one in read(text)
    )


def _is_provision(citation: Citation) -> bool:
    return citation.kind == "law" and bool(citation.provision) and citation.named
