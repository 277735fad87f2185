"""Subjects of mail: what programs and people put in front of them, in many languages."""

import re
from typing import Final

_REPLY: Final = re.compile(
    r"^(?:re|aw|antw|antwort|sv|vs|vá|odp|rif|ri|res|ynt|bls|atb|r)\s*"
    r"(?:[\[(^]\s*\d{1,3}\s*[\])]?)?\s*[:\uFF1A]\s*",
    re.IGNORECASE,
)
_FORWARD: Final = re.compile(
    r"^(?:fw|fwd|wg|tr|doorst|vb|ym|rv|enc|i)\s*(?:\[\s*\d{1,3}\s*\])?\s*[:\uFF1A]\s*",
    re.IGNORECASE,
)
_MARK: Final = re.compile(
    r"^(?:\[[^\]]{1,40}\]|\((?:external|official)\)|official[\w -]{0,24}:|(?:external|ext)\s*:"
    r"|read:|\*{2,3}spam\*{2,3})\s*",
    re.IGNORECASE,
)
_AUTOMATIC: Final = re.compile(
    r"^(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response|responder)\b"
    r"|out of (?:the )?office\b|ooo\b|automatische antwort|réponse automatique|abwesen\w+"
    r"|respuesta automática|ateb awtomatig|away from (?:the )?office\b|on (?:annual )?leave\b)",
    re.IGNORECASE,
)
_MOST_MARKS: Final = 8


def unmarked(subject: str) -> str:
    """Return a subject without what servers put in front of it, such as [EXTERNAL]."""
    bare = subject.strip()[:300]
    for _ in range(_MOST_MARKS):
        found = _MARK.match(bare)
        if not found:
            break
        bare = bare[found.end() :]
    return bare


def bare(subject: str) -> str:
    """Return a subject without marks of replies, of forwarding and of servers."""
    left = unmarked(subject)
    for _ in range(_MOST_MARKS):
        found = _REPLY.match(left) or _FORWARD.match(left)
        if not found:
            break
        left = unmarked(left[found.end() :])
    return left


def is_reply(subject: str) -> bool:
    """Tell whether a subject says that it answers."""
    return bool(_REPLY.match(unmarked(subject)))


def is_automatic(subject: str) -> bool:
    """Tell whether a subject says that a machine answers."""
    return bool(_AUTOMATIC.match(bare(subject)))
