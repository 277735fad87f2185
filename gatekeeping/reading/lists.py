"""The lines of lists that an ask opens: each names something that is asked."""

import re
from collections.abc import Collection, Iterator

from gatekeeping.reading.plain import Sentence, is_row

SHORT_LINE = 14
_LIST_MARK = re.compile(
    r"\W*(?:\(?\w{1,3}[.)]\s|[-*•·▪◦]\s*)\w|\W*[-*•·▪◦o]\s|\W*[Qq](?:uestion)?\s?\d{1,3}\W{0,2}\s"
)
_ROOM = re.compile(r"_{3,}|\.{5,}|…{2,}|\by(?:es)?\s*/\s*no?\b", re.IGNORECASE)
_BLANK = re.compile(rf"{_ROOM.pattern}|:\s*$", re.IGNORECASE)
_HEADING = re.compile(
    r"^\W*(?:(?:the|your|our)\s+)?(?:data|information|details|questions?|items?|figures?|fields?"
    r"|columns?|headings|return|form|survey|checklist|section\s+\w+|part\s+\w+|what\s+(?:we|to|is)"
    r"\s+\w+)\b[^.?!]{0,40}:?\s*$",
    re.IGNORECASE,
)
"""A line above a list that says that the list is what is asked ("Data items:", "What we need")."""
_NAMES_DATA = re.compile(
    r"^\W*(?:\(?\w{1,3}[.)]\s+|q\s?\d{1,3}\W{0,2}\s+)?"
    r"(?:the\s+|your\s+|full\s+|current\s+|total\s+|average\s+|latest\s+)*"
    r"(?:numbers?|no\.?|names?|dates?|lists?|totals?|percentages?|proportion|share|counts?|amount"
    r"|cost|spend|value|copy|copies|details|breakdown|rate|length|size|age|type|year)\s+(?:and\s+\w+"
    r"\s+)?(?:of|on|for|when)\b|^\W*(?:\(?\w{1,3}[.)]\s+)?(?:whether|%\s+of|how\s+(?:many|much))\b",
    re.IGNORECASE,
)
"""A line that names data as the entry of a list does ("Number of pupils who ...")."""
_SAYS = re.compile(
    r"\b(?:is|are|was|were|will|fell|rose|grew|shows?|has|have|had|can|may)\b|\.\s*$", re.IGNORECASE
)
_NARROWS = re.compile(r"\b(?:who|which|that|whether|how|where|when)\b", re.IGNORECASE)
_THIS = re.compile(r"^\W*(?:this|these|that|they|it|we|you|our|your\s+answers?)\b", re.IGNORECASE)
"""A line that says something of the request, though it ends with a colon ("This will help us:")."""
_GREETING = re.compile(r"^\W*(?:dear|fao|hello|hi|annwyl)\b", re.IGNORECASE)
_NOT_ASKED = re.compile(
    r"\b(?:already|will|shall|use[ds]?|using|help|because|why|benefit\w*|thank|results?|hold|held"
    r"|attached|enclosed|note|background|privacy|retention|not)\b",
    re.IGNORECASE,
)


def is_entry(text: str) -> bool:
    """Tell whether a line begins with the mark of a list."""
    return bool(_LIST_MARK.match(text))


def lines_asked(
    pieces: tuple[Sentence, ...], asking: Collection[int | None], *, of_request: bool
) -> Iterator[int]:
    """Yield the places of sentences that ask and of the lines of lists that these open.

    A list below something that does not ask ("This will help us to:") asks nothing, whatever
    its lines command. In a request a list may stand without anything that opens it.
    """
    opened, below_other, last_line = False, False, -1
    for place, piece in enumerate(pieces):
        marked = is_entry(piece.text)
        below_other = below_other and (marked and piece.line <= last_line + 2)
        if place in asking and not (below_other and not piece.is_question):
            opened, last_line = _opens(pieces, place, of_request=of_request), piece.line
            yield place
        elif opened and _belongs(piece, last_line, marked=marked):
            last_line = piece.line
            yield place
        else:
            named = of_request and not below_other and _names_data(piece)
            opened = of_request and (named or _stands_above(pieces, place))
            below_other = below_other or (piece.text.rstrip().endswith(":") and not opened)
            last_line = piece.line
            if named or ((asking or of_request) and _is_label(piece, bare=bool(asking))):
                yield place


def _opens(pieces: tuple[Sentence, ...], place: int, *, of_request: bool) -> bool:
    """Tell whether a list follows: after a colon, and in a request wherever marked lines do."""
    piece = pieces[place]
    if piece.text.rstrip().endswith(":"):
        return True
    if not of_request:
        return False
    following = pieces[place + 1] if place + 1 < len(pieces) else None
    return following is not None and is_entry(following.text)


def _stands_above(pieces: tuple[Sentence, ...], place: int) -> bool:
    """Tell whether a line that does not ask stands above a list of what is asked."""
    piece = pieces[place]
    if place + 1 >= len(pieces) or is_row(piece.text):
        return False
    if _HEADING.match(piece.text) and not _NOT_ASKED.search(piece.text):
        return True
    if is_entry(piece.text):
        return False
    return bool(_GREETING.match(piece.text)) and is_entry(pieces[place + 1].text)


def _is_label(piece: Sentence, *, bare: bool) -> bool:
    """Tell whether a short line leaves room behind it; a ``bare`` one has its colon alone."""
    if not piece.alone or piece.words >= SHORT_LINE or _THIS.match(piece.text):
        return False
    return bool((_BLANK if bare else _ROOM).search(piece.text))


def _names_data(piece: Sentence) -> bool:
    """Tell whether a line of its own names data and says nothing about it."""
    if not piece.alone or not _NAMES_DATA.match(piece.text) or is_row(piece.text):
        return False
    return not _SAYS.search(_NARROWS.split(piece.text, maxsplit=1)[0])


def _belongs(piece: Sentence, last_line: int, *, marked: bool) -> bool:
    """Tell whether a line belongs to the list above it: marked, or short and right below."""
    if marked:
        return piece.line <= last_line + 2
    return piece.line == last_line + 1 and piece.alone and piece.words < SHORT_LINE
