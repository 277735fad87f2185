"""Where the clause of a sentence begins: behind list marks, greetings and what leads into it."""

import re

MOST_LEADS = 6

_MARK = (
    r"q(?:uestion)?\s?\d{1,3}\s?[.):-]?\s+|\(?(?:\d{1,3}(?:\.\d{1,2})?|[a-z]|[ivx]{1,4})[.):]\s+"
    r"|[-*•·▪◦‣✓✔☐□>#]+\s*|\W+"
)
_GREETING = (
    r"(?:dear|fao|for\s+the\s+attention\s+of|hello|hi|good\s+(?:morning|afternoon)|annwyl)\b"
    r"[^,:.!?\n]{0,50}[,:.!]\s+"
)
_JOINING = (
    r"(?:and|but|so(?!\s+that\b)|or|also|plus|finally|lastly|next|then|first(?:ly)?|second(?:ly)?|third(?:ly)?"
    r"|in\s+addition|additionally|as\s+well|separately|similarly|again|now|furthermore|moreover"
    r"|briefly|simply|just|(?:if|where|when|as)\s+(?:so|not|yes|no|known|any|possible|relevant"
    r"|applicable)|otherwise|thereafter|a\s+final\s+question|last\s+question)\b[,:]?\s+"
)
_CLAUSE = (
    r"(?:if|when|where|as|to|in\s+order|so\s+that|for|in|on|at|by|before|during|since|of|from|out"
    r"|within|after|using|with|without|under|thinking|looking|regarding|concerning|about|because"
    r"|while|given|besides|alongside|following|over|across|between|per)\b[^,:;?.\n]{1,120}[,:]\s+"
)
_LABEL = r"(?-i:[A-Z])[\w'() &-]{1,40}:\s+"
_POLITE = r"(?:please|kindly|pls|plz|os\s+gwelwch\s+yn\s+dda)\b,?\s*"
_LEAD = re.compile(
    rf"(?:{_GREETING}|{_JOINING}|{_POLITE}|{_MARK}|{_LABEL}|{_CLAUSE})", re.IGNORECASE
)
_SAYS_LITTLE = re.compile(rf"(?:{_GREETING}|{_JOINING}|{_POLITE}|{_MARK})", re.IGNORECASE)


def openings(text: str) -> list[int]:
    """Return the places where the clause may begin, the first after what says nothing.

    "2. Finally, for each child, give ..." begins at "for", and at "give".
    """
    start = _after(_SAYS_LITTLE, text, 0)
    found = [start]
    for _ in range(MOST_LEADS):
        lead = _LEAD.match(text, start)
        if lead is None or not lead.group():
            break
        start = lead.end()
        found.append(start)
    return found


def _after(pattern: re.Pattern[str], text: str, start: int) -> int:
    for _ in range(MOST_LEADS):
        lead = pattern.match(text, start)
        if lead is None or not lead.group():
            break
        start = lead.end()
    return start
