"""What somebody wrote themselves: a message without quoted history, greeting and signature."""

import re
from typing import Final, NamedTuple

from foundation.words import lowered

LOOKED_AT: Final = 2_000
"""So many lines are looked at for history; the rest of a longer text counts as written."""
_FOLLOWING: Final = 5
"""So many lines below one are looked at for what it begins."""
SIGNATURE_LINE: Final = 14
"""A line of a signature has no more words than this."""
PROSE: Final = 25
PROSE_LINE: Final = 7
"""A paragraph of so many words, and so many to the line, is no signature: it was wrapped."""
_ORIGINAL: Final = re.compile(
    r"^\W{0,40}(?:original message|forwarded message|begin forwarded message"
    r"|message d'origine|ursprüngliche nachricht|mensaje original|neges wreiddiol"
    r"|original appointment)\b.{0,40}$",
    re.IGNORECASE,
)
_WROTE: Final = re.compile(
    r"^(?:on|am|le|el|op|ar|den|il|em)\b.{4,300}\b(?:wrote|writes|schrieb|a écrit|escribió|schreef"
    r"|ysgrifennodd|skrev|ha scritto|escreveu)\b.{0,80}:?\s*$",
    re.IGNORECASE,
)
_ORIGINAL_SIGNS: Final = ("message", "nachricht", "mensaje", "neges", "appointment")
_WROTE_SIGNS: Final = (
    *("wrote", "writes", "schrieb", "écrit", "escribió", "schreef", "ysgrifennodd", "skrev"),
    *("scritto", "escreveu"),
)
"""Where a text has none of these, none of its lines says that somebody wrote."""
_ATTRIBUTION: Final = re.compile(r"^(?:on|am|le|el|op|ar|den|il|em)\b.{4,300}$", re.IGNORECASE)
_FROM: Final = re.compile(r"^\W{0,4}(?:from|von|de|van|från|oddi wrth|o)\s*:\W*\S", re.IGNORECASE)
_HEADING: Final = re.compile(
    r"^\W{0,4}(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|date|anfonwyd|at"
    r"|pwnc)\s*:",
    re.IGNORECASE,
)
_GREETING: Final = re.compile(
    r"^\W*(?:dear|hello|hi|hiya|hey|good (?:morning|afternoon|evening|day)|morning|afternoon"
    r"|greetings|fao|annwyl|to whom it may concern|for the attention of|to all)\b.{0,80}$",
    re.IGNORECASE,
)
_SIGN_OFF: Final = re.compile(
    r"^\W*(?:(?:with |my |our |many )?(?:kind(?:est)?|best|warm(?:est)?|very best|good)?"
    r" ?(?:regards|wishes|thanks)(?: again| in advance| and \w+ (?:regards|wishes))?"
    r"|yours (?:sincerely|faithfully|truly|ever)|yours|sincerely|cheers|thank you(?: again)?|kr|br"
    r"|thanks(?: again| so much| very much)?|many thanks(?: in advance)?|cofion(?: cynnes)?"
    r"|all the best|sent from my \w+.{0,20})\W*$",
    re.IGNORECASE,
)
_DISCLAIMER: Final = re.compile(
    r"intended (?:solely |only )?(?:for|recipient)|confidential|privileged|received (?:this|it) in"
    r" error|virus|malware|disclos\w+|unauthori[sz]ed|not necessarily (?:those|reflect)|monitored"
    r"|views (?:expressed|or opinions)|legally binding|environment before printing|print this"
    r"|registered (?:office|in england|charity|number)|attachments? (?:is|are|may)|copyright"
    r"|freedom of information|privacy (?:notice|policy)|unsubscribe|caution: this|external email",
    re.IGNORECASE,
)
_DISCLAIMER_SIGNS: Final = (
    *("intended", "confidential", "privileged", "received", "virus", "malware", "disclos"),
    *("unauthori", "not necessarily", "monitored", "views", "binding", "print", "registered"),
    *("attachment", "copyright", "freedom", "privacy", "unsubscribe", "caution", "external"),
)
_TWICE: Final = 2


class Split(NamedTuple):
    """A text in the parts that it was written in."""

    own: str
    """What the sender wrote, without greeting, signature and disclaimer."""
    history: str
    """What was quoted below or above it."""
    added: tuple[str, ...] = ()
    """The paragraphs of ``own`` that stand after the sign-off: a postscript, or what every letter
    of an authority ends with."""


def split(text: str) -> Split:
    """Return what the sender wrote, and the history that hangs on it.

    Nothing of a plain text is taken away that says more than signatures do: a paragraph after the
    signature stays.
    """
    lines = text.split("\n")
    own, history = _without_history(lines)
    kept, signed = _without_frame(own)
    return Split("\n\n".join(kept), "\n".join(history).strip(), tuple(kept[signed:]))


def framed(text: str) -> str:
    """Return a text without greeting, signature and disclaimers; history stays."""
    return "\n\n".join(_without_frame(text.split("\n"))[0])


def _without_history(lines: list[str]) -> tuple[list[str], list[str]]:
    own: list[str] = []
    history: list[str] = []
    beginnings = _Beginnings("\n".join(lines[: LOOKED_AT + _FOLLOWING]))
    for place, line in enumerate(lines[:LOOKED_AT]):
        bare = line.strip()
        if bare.startswith(">"):
            history.append(bare.lstrip("> "))
        elif bare and beginnings.are_at(lines, place, bare):
            rest = [later.strip() for later in lines[place:]]
            if not _is_quoted_below(rest):
                return own, [*history, *(one.lstrip("> ") for one in rest)]
            history.append(bare)
        elif history and _WROTE.match(f"{history[-1]} {bare}") and not history[-1].endswith(":"):
            history.append(bare)  # an attribution in two lines
        else:
            own.append(line)
    return [*own, *lines[LOOKED_AT:]], history


class _Beginnings:
    """Where history begins in a text: what its words rule out is not looked for in its lines."""

    def __init__(self, text: str) -> None:
        low = lowered(text)
        self._has_original = any(sign in low for sign in _ORIGINAL_SIGNS)
        self._has_wrote = any(sign in low for sign in _WROTE_SIGNS)

    def are_at(self, lines: list[str], place: int, bare: str) -> bool:
        """Tell whether history begins in a line."""
        if self._has_original and _ORIGINAL.match(bare):
            return True
        if self._has_wrote and _WROTE.match(bare):
            return True
        is_sender = ":" in bare and _FROM.match(bare)
        if not is_sender and not (self._has_wrote and _ATTRIBUTION.match(bare)):
            return False
        following = [line.strip() for line in lines[place + 1 : place + 1 + _FOLLOWING]]
        following = [line for line in following if line]
        if is_sender:
            return sum(1 for line in following[:4] if _HEADING.match(line)) >= _TWICE
        if following and "@" in bare + following[0]:
            return bool(_WROTE.match(f"{bare} {following[0]}"))
        return False


def _is_quoted_below(rest: list[str]) -> bool:
    """Tell whether what follows is marked line by line, so that answers may stand between."""
    return any(line.startswith(">") for line in rest[1:4])


def _without_frame(lines: list[str]) -> tuple[list[str], int]:
    """Return paragraphs without greeting, sign-off, signature and disclaimers.

    And how many of them stand before the sign-off.
    """
    kept: list[str] = []
    signed: int | None = None
    has_signed = False
    said = 0
    for paragraph in _paragraphs(lines):
        if (has_signed or said or kept) and _is_disclaimer(paragraph):
            continue
        body: list[str] = []
        is_prose = _is_prose(paragraph)
        for line in paragraph:
            bare = line.strip()
            if bare == "--" or _SIGN_OFF.match(bare[:100]):
                has_signed = True
            elif has_signed and len(bare.split()) <= SIGNATURE_LINE:
                if is_prose:
                    body.append(bare)
            elif said or not _GREETING.match(bare[:140]):
                body.append(bare)
                said += len(bare.split())
        if body:
            kept.append("\n".join(body))
        if has_signed and signed is None:
            signed = len(kept)
    return kept, len(kept) if signed is None else signed


def _is_prose(paragraph: list[str]) -> bool:
    words = sum(len(line.split()) for line in paragraph)
    return words >= max(PROSE, PROSE_LINE * len(paragraph))


def _is_disclaimer(paragraph: list[str]) -> bool:
    text = " ".join(paragraph)[:3_000]
    low = lowered(text)
    if not any(sign in low for sign in _DISCLAIMER_SIGNS):
        return False
    return len({found[0].lower() for found in _DISCLAIMER.finditer(text)}) >= _TWICE


def _paragraphs(lines: list[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [each for each in found if each]
