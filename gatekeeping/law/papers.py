"""Papers given as the reason why schools must answer: guidance, codes, policies, letters (K02)."""

import re
from dataclasses import dataclass

from gatekeeping.documents import SubmissionDocument
from gatekeeping.law.citations import read
from gatekeeping.law.guidance import PaperFound, papers
from gatekeeping.law.reasons import is_negated, sentence_around

CONTRACTS = "contract"
_FIELDS = ("legal_claim", "title", "purpose", "body")
_WHATS = {
    "guidance": "guidance",
    "code": "a code",
    "framework": "a framework",
    "contract": "a contract or a condition of money",
    "policy": "a policy or decision, and no law",
    "letter": "a letter, and no law",
}
_NOTHING = re.compile(
    r"\s*(?:none\b|n/?a\b|no\b|not\b|nil\b|voluntary\b|there\s+is\s+no\b|this\s+is\s+(?:not|voluntary)\b|-\s*$)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\b(?:required\s+(?:by|under|in)|requirements?\s+(?:of|in|under)|dut(?:y|ies)\s+(?:under|in)"
    r"|mandat(?:ed|ory)\s+(?:by|under)|statutory\s+(?:under|in|by)|obliged\s+(?:by|under)|under"
    r"|must\b[^.;\n]{0,60}\b(?:under|by)|law\s*[:(]|legally\s+required\s+by|to\s+comply\s+with"
    r"|compliance\s+with|pursuant\s+to|by\s+virtue\s+of)\s+(?:the\s+)?[^.;,\n]{0,40}$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"[^.;\n]{0,60}?\b(?:requires?|demands?|obliges?|mandates?|makes\s+it\s+(?:a\s+)?(?:statutory|mandatory|compulsory)"
    r"|says\s+(?:that\s+)?(?:you|schools|all\s+schools|every\s+school|heads|governors)\s+must"
    r"|states\s+(?:that\s+)?(?:you|schools|all\s+schools|every\s+school|heads|governors)\s+must"
    r"|places?\s+a\s+(?:statutory\s+|legal\s+)?duty|puts?\s+a\s+(?:statutory\s+|legal\s+)?duty"
    r"|expects?\s+(?:all\s+)?(?:schools|you)\s+to\s+(?:return|submit|send|complete|provide))\b",
    re.IGNORECASE,
)
_SET_OUT = re.compile(
    r"\b(?:as\s+(?:set\s+out|required|stated|specified|laid\s+down)\s+(?:in|by)|according\s+to"
    r"|in\s+(?:line|accordance)\s+with|per)\s+(?:the\s+)?[^.;,\n]{0,40}$",
    re.IGNORECASE,
)
_MUST_RETURN = re.compile(
    r"\b(?:schools?|academies|trusts?|settings?|heads?|headteachers?|governors|you)\s+(?:must"
    r"|ha(?:ve|s)\s+to|are\s+required\s+to)\s+(?:\w+ly\s+|therefore\s+)?(?:return|supply"
    r"|complete|submit|respond|answer|send|fill|provide\s+us|tell\s+us|report\s+to\s+us)\b",
    re.IGNORECASE,
)
_OFSTED_ASKS = re.compile(
    r"Ofsted\s+(?:will|may|would|requires?|expects?|demands?|needs?|asks?|wants?)|by\s+Ofsted",
    re.IGNORECASE,
)
_STATUTORY = re.compile(
    r"\b(?:statutory(?!\s+guidance|\s+framework)|mandatory|legally|by\s+law|compulsory|must|oblige[sd]?"
    r"|require[sd]?\s+(?:all|every|each|you|schools))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class PaperCited:
    """A paper at its place in a field, with what it is in words."""

    field: str
    start: int
    end: int
    text: str
    title: str
    kind: str
    binding: str

    @property
    def what(self) -> str:
        """Return what it is: "guidance", "a code" ..."""
        return _WHATS.get(self.kind, self.kind)


def papers_as_reason(document: SubmissionDocument) -> list[PaperCited]:
    """Return the papers that the document gives as its reason, in order of field and place.

    In ``legal_claim`` a paper is one by standing there; elsewhere it must be said to require
    something. Denied ones are none, and a paper that is only named in passing is none.
    """
    found: list[PaperCited] = []
    for field in _FIELDS:
        text = str(getattr(document, field))
        if not text or (field == "legal_claim" and _NOTHING.match(text)):
            continue
        taken = [(one.start, one.end) for one in read(text) if one.kind in {"law", "bill"}]
        found += [
            _cited(field, text, one)
            for one in papers(text)
            if one.paper.kind != "bill"
            and not any(start < one.end and one.start < end for start, end in taken)
            and not is_negated(text, one.start, one.end)
            and (field == "legal_claim" or _is_reason(text, one))
        ]
        found += _about_law(field, text)
    return found


def _is_reason(text: str, one: PaperFound) -> bool:
    words = text[one.start : one.end]
    if _OFSTED_ASKS.search(words):
        return True
    before = text[max(0, one.start - 120) : one.start]
    if one.paper.loose:
        return bool(_AFTER.match(text, one.end)) and bool(
            _STATUTORY.search(sentence_around(text, one.start, one.end))
        )
    if _AFTER.match(text, one.end) or _BEFORE.search(before):
        return True
    sentence = sentence_around(text, one.start, one.end)
    return bool(_SET_OUT.search(before) and _MUST_RETURN.search(sentence))


def _about_law(field: str, text: str) -> list[PaperCited]:
    """Return guidance about an Act, and explanatory notes, where the claim rests on them."""
    if field != "legal_claim":
        return []
    return [
        PaperCited(field, one.start, one.end, one.text, one.title, "guidance", "")
        for one in read(text)
        if one.document and one.kind in {"guidance", "notes"}
    ]


def _cited(field: str, text: str, one: PaperFound) -> PaperCited:
    return PaperCited(
        field,
        one.start,
        one.end,
        text[one.start : one.end],
        one.paper.title,
        one.paper.kind,
        one.paper.binding,
    )
