"""Putting kind words together: "paragraph 3 of Schedule 2", "Sch 1 Pt 2 para 18"."""

import re
from collections.abc import Sequence

from gatekeeping.law.pinpoints import RANKS, Group, Pinpoint, Step

_DOWN = re.compile(r"[\s,;(]{0,3}$")
_UP = re.compile(r"\)?\s{0,2},?\s{0,2}(?:of|to|in)\s(?:the\s)?$", re.IGNORECASE)
_DOWNWARDS = {
    "schedule": {"part", "paragraph", "chapter"},
    "part": {"chapter", "paragraph", "section", "regulation", "rule", "article"},
    "chapter": {"section", "regulation", "paragraph"},
    "section": {"subsection"},
    "regulation": {"subsection"},
}
_UPWARDS = {
    "paragraph": {"schedule", "part", "chapter"},
    "part": {"schedule"},
    "chapter": {"part", "schedule"},
    "subsection": {"section", "regulation", "article", "rule"},
    "section": {"part", "chapter"},
    "regulation": {"part", "chapter"},
}


def compose(text: str, found: Sequence[Group]) -> list[Pinpoint]:
    """Return the provisions named, each with its place and the place of its whole group."""
    pinpoints: list[Pinpoint] = []
    place = 0
    while place < len(found):
        chain = [found[place]]
        while place + len(chain) < len(found) and _joins(
            text, chain[-1], found[place + len(chain)]
        ):
            chain.append(found[place + len(chain)])
        pinpoints += _pinpoints(chain)
        place += len(chain)
    return pinpoints


def _joins(text: str, one: Group, other: Group) -> bool:
    gap = text[one.end : other.start]
    if len(gap) > 12:  # noqa: PLR2004 - longer than any ", of the "
        return False
    above, below = one.steps[-1][0], other.steps[0][0]
    if _DOWN.fullmatch(gap):
        if below.number == "" and below.subs and RANKS[above.kind] == RANKS["section"]:
            return True  # "section 4(2), paragraph (b)"
        return len(one.steps) == 1 and below.kind in _DOWNWARDS.get(above.kind, ())
    if _UP.fullmatch(gap):
        if above.number == "" and above.subs and RANKS[below.kind] == RANKS["section"]:
            return True
        return len(other.steps) == 1 and below.kind in _UPWARDS.get(above.kind, ())
    return False


def _pinpoints(chain: Sequence[Group]) -> list[Pinpoint]:
    start, end = chain[0].start, chain[-1].end
    many = next((place for place, group in enumerate(chain) if len(group.steps) > 1), 0)
    up = len(chain) > 1 and _rank(chain[0]) > _rank(chain[-1])
    made = []
    for place, (step, own_start, own_end) in enumerate(chain[many].steps):
        steps = [group.steps[0][0] for group in chain]
        steps[many] = step
        first, last = place == 0, place == len(chain[many].steps) - 1
        pinpoint = Pinpoint(
            start=start if first else own_start,
            end=end if up or last else own_end,
            word=chain[many].word if RANKS[step.kind] == RANKS["section"] else chain[0].word,
            steps=tuple(sorted(steps, key=lambda one: RANKS[one.kind])),
            group=(start, end),
            first=first,
        )
        made.append(pinpoint)
    return made


def _rank(group: Group) -> int:
    step = group.steps[0][0]
    return RANKS["subsection"] if not step.number and step.subs else RANKS[step.kind]


def provision(steps: Sequence[Step], form: str, word: str = "") -> str:
    """Return the provision as the site writes it: ``section/537A/1``, ``schedule/2/paragraph/3``.

    ``form`` is what the instrument is: it decides what ``r`` and ``s`` stand for. A part or a
    chapter above a section is left out, as in the site's own identifiers. An article under a
    schedule is one of a treaty that stands there, and keeps it.
    """
    levels = [step for step in steps if RANKS[step.kind] == RANKS["section"] and step.number]
    in_treaty = (
        any(step.kind == "schedule" for step in steps) and levels and levels[-1].kind == "article"
    )
    if levels and not in_treaty:
        subs = [sub for step in steps if step.kind != "schedule" for sub in step.subs]
        level = levels[-1]
        return "/".join([_division(level.kind, form, word), level.number, *subs])
    parts: list[str] = []
    for step in steps:
        if step.number or step.kind == "schedule":
            parts += [step.kind, *filter(None, [step.number])]
        parts += step.subs
    return "/".join(parts)


def _division(kind: str, form: str, word: str) -> str:
    terse = len(word.rstrip(".")) == 1 or word.casefold() in {"ss", "rr"}
    if form == "Regulations" and (kind == "section" or (kind == "rule" and terse)):
        return "regulation"
    if form == "Order" and (kind in {"section", "regulation"} or (kind == "rule" and terse)):
        return "article"
    if form == "Rules" and (kind == "section" or (kind == "regulation" and terse)):
        return "rule"
    if kind == "rule" and terse and not form:
        return "regulation"
    return kind
