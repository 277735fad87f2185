"""Whether a message asks something of many, whatever its headers call it."""

import re
from typing import Final

from gatekeeping.mailgate.message import Message

LOOKED_AT: Final = 20_000
_ASK: Final = re.compile(
    r"\bhow many\b|\bwhat (?:number|percentage|proportion)\b|\b(?:survey|questionnaire)\b"
    r"|\bplease (?:could you |can you |all )?(?:complete|fill|return|submit|supply|provide|list"
    r"|state|give|send (?:us|me|your|the|back|in|this|it|through|details|numbers|figures)"
    r"|tell us|let (?:us|me) have|confirm (?:how|that your|whether|the number))\b"
    r"|\b(?:could|can|would|will) (?:you|all schools|schools|each school|every school)"
    r" (?:please |kindly )?(?:complete|fill|return|submit|supply|provide|list|state|give|send)\b"
    r"|\b(?:complet|return|submit)\w* (?:the|this|your|our) (?:\w+ ){0,2}(?:form|return|survey"
    r"|questionnaire|spreadsheet|template|data|table|figures|proforma)\b"
    r"|\bdata (?:collection|request|return)\b|\b(?:schools?|heads?|headteachers?) (?:must|are asked"
    r"|are requested|are required|should|need to) (?:\w+ )?(?:complete|return|submit|send|provide)",
    re.IGNORECASE,
)
_MANY: Final = re.compile(
    r"\b(?:all|every|each)(?: of)?(?: our| the)?(?: \w+)? (?:schools?|academ(?:y|ies)|heads?"
    r"|head ?teachers?|principals|settings|pupils|children|students|staff)\b|\byour schools?\b"
    r"|\bdear (?:all|colleagues?|heads?\b(?! of)|head ?teachers?|headteacher/|principals?"
    r"|governors|chairs|schools?|business managers?|sir or madam|sir/madam|friends)\b"
    r"|\bto all\b|\bhi all\b|\bhello all\b|\bhi everyone\b|\bgood (?:morning|afternoon) all\b"
    r"|\bschools (?:must|should|are|will|in)\b|\bfor (?:the attention of )?(?:all )?heads\b",
    re.IGNORECASE,
)
_TWICE: Final = 2


def asks_many(message: Message) -> bool:
    """Tell whether a message asks something, and of many, or asks more than one thing."""
    said = said_in(message)
    asked = {found[0].casefold() for found in _ASK.finditer(said)}
    return bool(asked) and (len(asked) >= _TWICE or is_to_many(said))


def is_to_many(said: str) -> bool:
    """Tell whether a text speaks to many, or of all of them."""
    return bool(_MANY.search(said))


def said_in(message: Message) -> str:
    """Return what somebody said themselves, with subject and greeting."""
    greeting = next(filter(str.strip, message.text.split("\n")), "")[:200]
    return f"{message.subject}\n{greeting}\n{message.own_text}"[:LOOKED_AT]


def is_short(message: Message, words: int) -> bool:
    """Tell whether somebody wrote no more words than this themselves."""
    return len(message.own_text.split()) <= words
