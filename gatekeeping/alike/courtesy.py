"""What any letter says: greetings, thanks, whom to ring, how to reply. It asks nothing itself."""

import re
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate

from foundation.words import lowered

_LONGEST = 22
"""A longer sentence says something else as well."""
_GREETING = re.compile(
    r"^\W*(?:dear|hello|hi|hiya|good (?:morning|afternoon)|fao|for the attention of|to whom|to all"
    r"|greetings)\b[^.\n]{0,60}$",
    re.IGNORECASE,
)
_WORDS = (
    r"(?:hope (?:that )?(?:you|the|this|all)\b.{0,80}\b(?:well|find)"
    r"|any (?:questions?|queries|problems|difficult\w+|concerns?)\b"
    r"|(?:grateful|thank(?:s| you)) (?:\w+ )?(?:for|in advance)|many thanks|thank you|thanks"
    r"|regards|best wishes|yours (?:sincerely|faithfully|truly)|hesitate"
    r"|(?:complete|fill (?:in|out)|return|see|find|use) (?:and return |back )?(?:(?:the|this|our"
    r"|your|short|brief|attached|enclosed|following|simple) )+(?:list|form|table|survey|template"
    r"|return|spreadsheet|questionnaire|document|letter)"
    r"|(?:repl(?:y|ies)|respond|responses?) (?:by|to|no later|are|is|should)"
    r"|(?:answers?|returns?) (?:to us |back )?by|deadline|closing date|by noon|by (?:the )?due date"
    r"|your (?:help|support|co-?operation|time|patience)|appreciate\w*|how busy|apolog\w+"
    r"|sorry (?:for|to)|(?:ring|contact|call|e-?mail|phone|speak to) (?:us|me|the team))\b"
)
_OF_LETTERS = re.compile(rf"\b{_WORDS}", re.IGNORECASE)
_IN_LINES = re.compile(rf"[^0-9A-Za-z_](?<!\w){_WORDS}")
"""The same after a sign, in lower case: so that only beginnings of words are looked at."""


def is_courtesy(sentence: str) -> bool:
    """Tell whether a sentence is one that any letter could have."""
    if _GREETING.match(sentence.strip()[:200]):
        return True
    return len(sentence.split()) <= _LONGEST and bool(_OF_LETTERS.search(sentence))


def courtesies(sentences: Sequence[str]) -> list[bool]:
    """Return what ``is_courtesy`` says of each of many sentences of one line, in a part of it."""
    together = "\n" + lowered("\n".join(sentences))
    starts = list(accumulate((len(sentence) + 1 for sentence in sentences), initial=0))
    polite = {bisect(starts, found.start()) - 1 for found in _IN_LINES.finditer(together)}
    return [
        (place in polite and len(sentence.split()) <= _LONGEST)
        or bool(_GREETING.match(sentence.strip()[:200]))
        for place, sentence in enumerate(sentences)
    ]
