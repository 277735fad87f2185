"""Whether a citation stands as a reason why schools must answer: not denied, not in passing."""

import re

from gatekeeping.law.citations import Citation

_NEGATION = re.compile(
    r"\b(?:not|no|never|neither|nor|without|isn[’']t|aren[’']t|don[’']t|doesn[’']t|cannot|none|nothing|nobody)\b"
    r"(?!\s+(?:only|just|merely|optional|longer\s+optional|voluntary))|\bnon[-‑ ]?$|n[’']t\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(
    r"[;:!?\n,–—]|(?<![\dsSrcgth])\.|\.(?=\s+[A-Z])|\b(?:but|because(?!\s+of\s+any)|however|although|though|since|as)\b",
    re.IGNORECASE,
)
_AFTERWARDS = re.compile(
    r"\s*(?:\w+\s+){0,4}(?:does\s+not|do\s+not|doesn[’']t|don[’']t|is\s+not|are\s+not)\s+"
    r"(?:apply|exist|relevant|engaged)\b|\s*(?:\w+\s+){0,3}\w*\s*[:–-]\s*(?:none|no|n/a)\b",
    re.IGNORECASE,
)
_GENERAL = re.compile(
    r"Data Protection|GDPR|Freedom of Information|\bDPA|FOIA|Data \(Use", re.IGNORECASE
)
_FREEDOM = re.compile(r"Freedom of Information|\bFOI", re.IGNORECASE)
_DISCLOSING = re.compile(r"\b(?:disclos|exempt|publish|held|hold)\w*", re.IGNORECASE)
_SENDING = re.compile(
    r"\b(?:require[sd]?|oblige[sd]?|must|duty|duties|statutory|legally|compel|demands?|makes?)\b",
    re.IGNORECASE,
)
_UNDER = re.compile(
    r"\b(?:under|pursuant\s+to|requirements?\s+(?:of|in)|obligations?\s+(?:of|in)|in\s+accordance\s+with|by\s+virtue\s+of|required\s+by|requires?"
    r"|as\s+per|in\s+line\s+with|to\s+comply\s+with|compliance\s+with|because\s+of|duty\s+in|by"
    r"|set\s+out\s+in|laid\s+down\s+in)\s+(?:the\s+)?[^.;\n]{0,80}$",
    re.IGNORECASE,
)
_REQUIRES_AFTER = re.compile(
    r"[^.;\n]{0,30}?\b(?:requires?|obliges?|says|demands?|makes\s+(?:it|schools|you)|places\s+a\s+duty"
    r"|puts\s+a\s+duty|return|audit|means|compels?|places\s+an?)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<![\dsSrcgth])\.(?=\s|$)|\.(?=\s+[A-Z])|[!?\n]")
_OURS = re.compile(
    r"\b(?:we|council|authority|authority[’']s|council[’']s|LA|our|county|us)\b", re.IGNORECASE
)
_THEIRS = re.compile(
    r"\b(?:schools?|you|your|heads?|headteachers?|governing|governors|proprietors?|academ\w+|settings?)\b"
    r"[^.;\n]{0,60}\b(?:must|required|obliged|duty|have\s+to|need\s+to|legally|mandatory|bound)\b"
    r"|\b(?:requires?|obliges?|compels?)\s+(?:all\s+|every\s+|each\s+)?(?:schools?|you|heads?|governing|academ\w+|settings?)\b",
    re.IGNORECASE,
)


_WE_ASK_UNDER = re.compile(
    r"\bask\w*\b[^.;\n]{0,60}\bunder\b|\b(?:under|pursuant\s+to|in\s+accordance\s+with"
    r"|by\s+virtue\s+of)\b[^.;\n]{0,160}\bwe\s+(?:\w+ly\s+)?(?:ask|request|require|demand"
    r"|are\s+(?:asking|requesting|collecting))\b",
    re.IGNORECASE,
)
"""Our own duty becomes a claim on schools when we ask for something under it."""


def is_negated(text: str, start: int, end: int) -> bool:
    """Tell whether the clause in which a place stands denies it ("this is not statutory")."""
    before = text[max(0, start - 200) : start]
    last_end = max((match.end() for match in _CLAUSE_END.finditer(before)), default=0)
    return bool(_NEGATION.search(before[last_end:]) or _AFTERWARDS.match(text, end))


def cites_as_reason(field: str, text: str, citation: Citation) -> bool:
    """Tell whether a citation is given as a reason for asking.

    In ``legal_claim`` it is by standing there. Elsewhere it needs words like "under" before it or
    "requires" behind it, and is none when the sentence is about the council's own duty alone.
    Data protection law is named for other reasons, unless it is said to require something.
    """
    if is_negated(text, citation.start, citation.end):
        return False
    sentence = sentence_around(text, citation.start, citation.end)
    named = f"{citation.text} {citation.title}"
    if _FREEDOM.search(named):
        return field == "legal_claim" and not _DISCLOSING.search(sentence)
    if _GENERAL.search(named):
        return field == "legal_claim" and bool(_SENDING.search(sentence))
    if field == "legal_claim":
        return True
    if _OURS.search(sentence) and not _THEIRS.search(sentence):
        return bool(_WE_ASK_UNDER.search(sentence))
    before = text[max(0, citation.start - 120) : citation.start]
    return bool(_UNDER.search(before) or _REQUIRES_AFTER.match(text, citation.end))


def is_put_on_schools(text: str, citation: Citation) -> bool:
    """Tell whether the sentence around a citation says that schools must (“it requires you”)."""
    return bool(_THEIRS.search(sentence_around(text, citation.start, citation.end)))


def is_data_protection(citation: Citation) -> bool:
    """Tell whether it is law on data protection: a basis for holding data, no duty to give it."""
    named = f"{citation.text} {citation.title}"
    return bool(_GENERAL.search(named)) and not _FREEDOM.search(named)


def sentence_around(text: str, start: int, end: int, most: int = 400) -> str:
    """Return the sentence in which a place stands, at most so long on each side."""
    before, after = text[max(0, start - most) : start], text[end : end + most]
    left = max((match.end() for match in _SENTENCE.finditer(before)), default=0)
    right = _SENTENCE.search(after)
    return before[left:] + text[start:end] + (after[: right.start()] if right else after)
