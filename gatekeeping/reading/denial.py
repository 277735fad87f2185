"""Telling what a text says from what it says is not so ("no wet signature is needed")."""

import re

FARTHEST = 240
MOST_IN_LIST = 3
"""Between commas, so many words are still a list ("print, scan or sign") and not a new clause."""

_BEFORE = re.compile(
    r"\b(?:not|no|never|neither|nor|without|none|nobody|cannot|avoid|stop|stopped|ended|remove[ds]?"
    r"|removing|replac(?:e|es|ed|ing)|instead\s+of|rather\s+than|in\s+place\s+of|unlike|abolish\w*"
    r"|nid|heb|peidiwch|dim)\b|n't\b|\bnon-$"
    r"|\b(?:used\s+to|previously|in\s+the\s+past|formerly)\b",
    re.IGNORECASE,
)
_NOT_DENYING = re.compile(
    r"\b(?:not|no)\s+(?:only|just|merely|simply|later\s+than|less\s+than|more\s+than|fewer\s+than"
    r"|hesitate|delay|forget|fail|earlier\s+than|yet|optional|doubt|matter|exceptions?)\b"
    r"|n't\s+(?:forget|hesitate|delay|fail|miss|worry)\b|\bno\.\s|\bnon-(?:maintained|statutory)\b"
    r"|\bif\s+(?:you\s+)?(?:have|has|do|does|did|are|is|were|can)?\s*(?:not|n't|never|no)\b"
    r"|\bif\s+(?:not|no)\b|\bwhy\s+not\b|\bor\s+not\b|\bwhether\b[^,]{0,60}\bnot\b"
    r"|\b(?:cannot|can't|can\s+not|will\s+not|won't|must\s+not"
    r"|not)\s+be\s+(?:\w+\s+){1,4}(?:without"
    r"|unless|until)\b|\b(?:not|n't|cannot|no)\b[^.;]{0,60}\b(?:without|unless|until|other\s+than"
    r"|except)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"[^.;:!?\n]{0,60}?\b(?:(?:is|are|was|were|will\s+be|'s)\s+(?:not|never"
    r"|no\s+longer)\s+(?:be\s+)?"
    r"(?:needed|required|necessary|wanted|asked|requested|expected|accepted|sought|collected|used"
    r"|shared|recorded)|(?:isn't|aren't|won't\s+be)\s+(?:needed|required|necessary|wanted|asked"
    r"|requested"
    r"|expected|accepted|collected|used|shared)|(?:does|do|did|will)\s+not\s+(?:apply|exist|need)"
    r"|no\s+longer\s+(?:appl|exist|need|requir)\w*|(?:has|have)\s+been\s+(?:replaced|abolished"
    r"|removed|dropped|withdrawn)|must\s+not\s+be\s+(?:sent|included|given|entered|e-?mailed))\b"
    r"|\s*\?\s*no\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[.;:!?\n()]|\s-+\s|\b(?:but|however|although|though|because|since|so|otherwise|please)\b",
    re.IGNORECASE,
)


def denied(text: str, start: int, end: int) -> bool:
    """Tell whether the clause around text[start:end] denies it. ``text`` is in plain shape.

    "Do not print, scan or sign" denies all three; "cannot be accepted without a wet signature"
    denies nothing, nor does "if you do not sign in, print the form".
    """
    return _denied_before(text[max(0, start - FARTHEST) : start]) or bool(
        _AFTER.match(text, end, end + FARTHEST)
    )


def _denied_before(before: str) -> bool:
    clause = before[max((found.end() for found in _CLAUSE.finditer(before)), default=0) :]
    for found in reversed(list(_BEFORE.finditer(clause))):
        if _harmless(clause, found):
            continue
        between = clause[found.end() :].split(",")
        # the last piece leads into the words themselves and may be as long as it likes
        if all(len(piece.split()) <= MOST_IN_LIST for piece in between[:-1]):
            return True
    return False


def _harmless(clause: str, found: re.Match[str]) -> bool:
    return any(
        other.start() <= found.start() < other.end() for other in _NOT_DENYING.finditer(clause)
    )
