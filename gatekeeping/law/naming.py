"""Law in words for people: "section 537A(1) of the Education Act 1996"."""

from gatekeeping.law.citations import Citation
from gatekeeping.law.pinpoints import WORDS

_LEVELS = frozenset(WORDS) | {"annex"}


def place_in_words(provision: str) -> str:
    """Return "section 537A(1)", "Schedule 2, paragraph 3(1)(b)"; "" for a whole instrument."""
    pieces: list[str] = []
    open_level = False
    for part in provision.split("/") if provision else []:
        if part in _LEVELS:
            name = part.capitalize() if part in {"schedule", "part", "chapter"} else part
            pieces.append(f", {name}" if pieces else name)
            open_level = True
        elif open_level:
            pieces.append(f" {part}")
            open_level = False
        else:
            pieces.append(f"({part})")
    return "".join(pieces)


def in_words(citation: Citation) -> str:
    """Return a citation as a sentence can carry it, with an article where one belongs."""
    title = citation.title or series(citation) or " ".join(citation.text.split())
    if citation.kind != "law":
        return f"“{title}”"
    place = place_in_words(citation.provision)
    if not place:
        return title if title.startswith("The ") else f"the {title}"
    if not citation.named:
        return place
    return f"{place} of {_with_article(title)}"


def series(citation: Citation) -> str:
    """Return "SI 2013/2094" or "1996 c. 56" for an instrument that is known by number alone."""
    if citation.number is None or citation.year is None:
        return ""
    if citation.type in {"uksi", "wsi", "ssi"}:
        return f"SI {citation.year}/{citation.number}"
    return f"{citation.year} c. {citation.number}"


def _with_article(title: str) -> str:
    return f"the {title.removeprefix('The ')}"
