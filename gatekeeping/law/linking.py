"""Which provision belongs to which instrument: what stands beside it first, then what is near."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from gatekeeping.law.backrefs import WELL_KNOWN
from gatekeeping.law.guidance import PaperFound
from gatekeeping.law.instruments import DIVISIONS
from gatekeeping.law.mention import Mention
from gatekeeping.law.pinpoints import Pinpoint

_TO_NEXT = re.compile(
    r"[\s,]{0,3}(?:\(?[^()]{0,40}\)\s?)?(?:(?:of|to|in|under|from|within|contained\sin|set\sout\sin)\s(?:the\s)?)?(?:the\s)?[(\[\s]{0,2}$",
    re.IGNORECASE,
)
_OF = re.compile(r"\b(?:of|to|in|under|from|within)\s(?:the\s)?[\s(]{0,2}$", re.IGNORECASE)
_FROM_LAST = re.compile(
    r"(?:[\s,;:()\[\].-]{0,4}|\s?[(,]?\s?(?:at|in|under|by|e\.?g\.?,?|see|namely|specifically|particularly|especially|and\sits)\s)(?:the\s)?$",
    re.IGNORECASE,
)
_CHAIN = re.compile(r"\s?(?:,|;|/|&|\+|\band\b|\bor\b|,\s?and|\band/or\b)\s?$", re.IGNORECASE)
_OF_SOMETHING_ELSE = re.compile(
    r"[)\s]{0,2}(?:\bof|\bin|\bon|\bto)\s(?:(?:the|this|our|your|that|a|an|each|page|enclosed|attached|online|excel|"
    r"draft|DfE|school|council|statutory|safeguarding|annual|application|return|audit)\s){0,4}"
    r"(?:forms?|surveys?|guidance|guide|documents?|reports?|booklets?|templates?|returns?|letters?|questionnaires?|audits?|"
    r"workbooks?|spreadsheets?|tool|applications?|polic(?:y|ies)|handbooks?|framework|census|toolkit|agreement|plan|pack|"
    r"newsletter|email|code|page|attachment|annex|appendix|portal|checklist|strategy|website)\b",
    re.IGNORECASE,
)
_ASKED_TO = re.compile(
    r"\b(?:complete|completing|fill(?:\sin|ing\sin)?|answer|skip|see|read|use|go\sto|form|page|question|in\sour|sign|attached|"
    r"tick|update|print|open|our|your|this\sform[’'`]?s)\s(?:the\s|only\s|in\s)?$",
    re.IGNORECASE,
)
_NOT_LAW_AFTER = re.compile(
    r"\s{0,2}(?:officers?|agreements?|monies|money|funding|contributions?|notices?|directions?|inspections?|enquir\w+|children|checks?|below|above|asks?|overleaf|of\sthis\b)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"(?<!\bs)(?<!\bss)(?<!\bno)(?<!\breg)(?<!\bart)(?<!\bsch)(?<!\bpara)[.!?]\s{1,3}(?=[A-Z])|\n\s?\n"
)
_GAP_BACK = 24
_GAP_ON = 60
_SENTENCE_LENGTH = 600
MOST_NAMED = 40
"""In a text that names more Acts than this, a section that stands alone belongs to none."""


@dataclass(frozen=True)
class Linked:
    """A provision with the instrument that it belongs to, and how that was found."""

    pinpoint: Pinpoint
    mention: Mention | None
    beside: bool
    suggestion: str = ""
    """The title of the Act that a well-known bare section usually belongs to."""


def link(
    text: str,
    pinpoints: Sequence[Pinpoint],
    named: Sequence[Mention],
    papers: Sequence[PaperFound],
) -> tuple[list[Linked], set[Mention]]:
    """Return the provisions that belong to law, and the mentions that any of them used."""
    beside = _beside(text, pinpoints, named, papers)
    linked: list[Linked] = []
    used: set[Mention] = set()
    around = [one for one in named if one.exact and not one.weak]
    if len(around) > MOST_NAMED:
        around = list({one.identity: one for one in around}.values())
    if len(around) > MOST_NAMED:
        around = []
    for pinpoint in pinpoints:
        mention = beside.get(pinpoint.group)
        if isinstance(mention, Mention):
            linked.append(Linked(pinpoint, mention, beside=True))
            used.add(mention)
        elif mention is None:
            found = _in_context(text, pinpoint, around)
            if found is not None:
                linked.append(found)
    return linked, used


def _beside(
    text: str,
    pinpoints: Sequence[Pinpoint],
    named: Sequence[Mention],
    papers: Sequence[PaperFound],
) -> dict[tuple[int, int], Mention | PaperFound]:
    """Give each group the mention (or the paper, which is no law) that stands right beside it."""
    things = _Things([*named, *papers])
    chosen: dict[tuple[int, int], Mention | PaperFound] = {}
    taken: set[int] = set()  # starts of mentions that a provision before them has
    ordered = sorted({pinpoint.group for pinpoint in pinpoints})
    for place, (start, end) in enumerate(ordered):
        following = ordered[place + 1][0] if place + 1 < len(ordered) else len(text)
        before = _last(text, things, start)
        after = _next(text, things, end, following)
        if after is not None and (
            before is None
            or before.start in taken
            or (_OF.search(text[end : after.start]) and not isinstance(after, PaperFound))
        ):
            chosen[start, end] = after
            taken.add(after.start)
        elif before is not None:
            chosen[start, end] = before
    _along_chains(text, ordered, chosen)
    return chosen


def _along_chains(
    text: str,
    ordered: Sequence[tuple[int, int]],
    chosen: dict[tuple[int, int], Mention | PaperFound],
) -> None:
    """Let "s 175 and s 157" share their instrument, from either side."""
    pairs = list(pairwise(ordered))
    for one, other in reversed(pairs):
        if one not in chosen and other in chosen and _CHAIN.match(text[one[1] : other[0]]):
            chosen[one] = chosen[other]
    for one, other in pairs:
        if other not in chosen and one in chosen and _CHAIN.match(text[one[1] : other[0]]):
            chosen[other] = chosen[one]


def _last(text: str, things: "_Things", start: int) -> Mention | PaperFound | None:
    thing = things.last_before(start)
    if thing is not None and start - thing.end <= _GAP_BACK:
        return thing if _FROM_LAST.match(text[thing.end : start]) else None
    return None


def _next(text: str, things: "_Things", end: int, following: int) -> Mention | PaperFound | None:
    thing = things.first_from(end)
    if thing is not None and thing.start <= min(end + _GAP_ON, following):
        return thing if _TO_NEXT.match(text[end : thing.start]) else None
    return None


class _Things:
    """Mentions and papers in order, found by place in a moment."""

    def __init__(self, things: Sequence[Mention | PaperFound]) -> None:
        self.things = sorted(things, key=lambda one: one.start)
        self.starts = [one.start for one in self.things]

    def last_before(self, place: int) -> Mention | PaperFound | None:
        """Return the last that ends at or before the place."""
        at = bisect_right(self.starts, place) - 1
        while at >= 0 and self.things[at].end > place:
            at -= 1
        return self.things[at] if at >= 0 else None

    def first_from(self, place: int) -> Mention | PaperFound | None:
        """Return the first that starts at or after the place."""
        at = bisect_left(self.starts, place)
        return self.things[at] if at < len(self.things) else None


def _in_context(text: str, pinpoint: Pinpoint, named: Sequence[Mention]) -> Linked | None:
    """Find the instrument of a provision that stands alone; None when it is no law at all."""
    if not named and pinpoint.steps[-1].number not in WELL_KNOWN:
        return None
    start, end = pinpoint.group
    before, after = text[max(0, start - 40) : start], text[end : end + 60]
    if _OF_SOMETHING_ELSE.match(after) or _ASKED_TO.search(before) or _NOT_LAW_AFTER.match(after):
        return None
    number = pinpoint.steps[-1].number
    home = WELL_KNOWN.get(number) if pinpoint.kind == "section" else None
    fitting = _fitting(text, pinpoint, named)
    if home is not None and re.match(home[1], after, re.IGNORECASE):
        if len(fitting) == 1 and fitting[0].title == home[0]:
            return Linked(pinpoint, fitting[0], beside=False)
        return Linked(pinpoint, None, beside=False, suggestion=home[0])
    terse = len(pinpoint.word.rstrip(".")) == 1 and text[start:end].find(".") < 0
    if len(fitting) == 1 and not terse and pinpoint.kind not in {"part", "chapter", "paragraph"}:
        return Linked(pinpoint, fitting[0], beside=False)
    return None


def _fitting(text: str, pinpoint: Pinpoint, named: Sequence[Mention]) -> list[Mention]:
    """Return the instruments it can belong to: in the whole text, else in its own sentence."""
    fitting = [one for one in named if _fits(pinpoint, one)]
    if len({one.identity for one in fitting}) > 1:
        start, end = pinpoint.group
        near = max(0, start - _SENTENCE_LENGTH)
        left = max((match.end() for match in _SENTENCE.finditer(text, near, start)), default=near)
        right = _SENTENCE.search(text, end, end + _SENTENCE_LENGTH)
        stop = right.start() if right else end + _SENTENCE_LENGTH
        fitting = [one for one in fitting if left <= one.start and one.end <= stop]
    return list({one.identity: one for one in fitting}.values())


def _fits(pinpoint: Pinpoint, one: Mention) -> bool:
    division = DIVISIONS.get(one.form, "")
    return pinpoint.kind in {division, "schedule"} or not one.form
