"""What counts as an emergency and what does not (gatekeeping 4.9)."""

import enum
import re

from gatekeeping.documents import SubmissionDocument
from gatekeeping.reading.denial import denied
from gatekeeping.reading.plain import plain


class Grounds(enum.StrEnum):
    """The grounds on which an emergency may go first and be reviewed afterwards."""

    LIFE = "life"
    INCIDENT = "incident"
    HEALTH = "health"
    COURT = "court"
    SITE = "site"


class NoGrounds(enum.StrEnum):
    """What is often given as grounds and is none."""

    LATE = "late"
    MEMBER = "member"
    PRESS = "press"


GROUNDS_IN_WORDS = {
    Grounds.LIFE: "a risk to life or to a child",
    Grounds.INCIDENT: "a critical incident",
    Grounds.HEALTH: "a direction for public health",
    Grounds.COURT: "a legal deadline that is not of your own making",
    Grounds.SITE: "the closure of a site, or the loss of gas, water, heat or power",
}
NO_GROUNDS_IN_WORDS = {
    NoGrounds.LATE: "late planning",
    NoGrounds.MEMBER: "a councillor’s or MP’s enquiry",
    NoGrounds.PRESS: "a query from the press",
}

_WHO = (
    r"(?:child\w*|pupils?|students?|staff|young\s+(?:people|person)|people|person|public|life"
    r"|lives|infants?"
    r"|visitors?|families|residents?)"
)
_REAL = {
    Grounds.LIFE: re.compile(
        rf"\b(?:risk|threat|danger|harm)s?\s+(?:\w+\s+){{0,3}}?(?:to|of"
        rf"|for)\s+(?:\w+\s+){{0,4}}?(?:{_WHO}|death"
        r"|injur\w+|serious\s+harm|significant\s+harm)\b"
        rf"|\b{_WHO}\s+(?:\w+\s+){{0,3}}?(?:at\s+(?:\w+\s+)?risk|in\s+(?:\w+\s+)?danger|missing"
        rf"|abduct\w*|injured"
        r"|hurt|harmed|unsafe|stranded|exploit\w*|taken\s+ill|poisoned|could\s+die|has\s+died"
        r"|have\s+died)\b"
        r"|\b(?:missing|abducted|vulnerable)\s+(?:child|pupil|student|person|young)\w*\b"
        r"|\babduct\w*\b"
        r"|\b(?:to|in)\s+hospital\b|\bstay\s+(?:indoors|inside)\b|\b(?:knife|knives|gun|weapon"
        r"|machete|drown\w*"
        r"|stabb\w+|assaulted|attacked|collapsed|died|killed)\b|\b(?:toxic|chemical|smoke|gas"
        r"|radioactive)\s+(?:\w+\s+)"
        r"{0,2}?(?:leak|spill|cloud|release|plume|works|from)\b|\b(?:large|major|serious)\s+fire\b"
        r"|\blife[-\s]?threatening\b|\bdanger\s+to\s+life\b|\bsafeguarding\s+(?:risk|alert"
        r"|concern|emergency"
        r"|incident|threat)\b|\banaphyla\w+\b|\b(?:immediate|imminent|serious)\s+(?:risk|danger"
        r"|harm|threat)\b"
        r"|\bchild\s+protection\b|\bdangerous\s+(?:toy|drug|product|batch|dog|substance|food"
        r"|equipment|person)s?\b"
        r"|\b(?:product|food|safety|allergen|allergy)\s+(?:recall|alert)\b|\brecall\s+of\b"
        r"|\bundeclared\s+\w+"
        r"|\bcontaminat\w+\b|\blife\s+or\s+child\b",
        re.IGNORECASE,
    ),
    Grounds.INCIDENT: re.compile(
        r"\b(?:critical|major|serious|terror\w*|security|cyber"
        r"|fatal)[-\s](?:\w+\s+)?(?:incidents?|attacks?|accidents?"
        r"|emergenc\w+|breach)\b|\bcritical_incident\b|\b(?:bomb|explosion|shooting|stabbing"
        r"|gunman|knife\s+attack"
        r"|armed|intruder|hostage|lockdown|ransomware|cyber-?attack|terrorist|terrorism"
        r"|suspicious\s+package)\b"
        r"|\b(?:fatal\w*|death\s+of|coach\s+crash|bus\s+crash|train\s+crash|plane\s+crash)\b"
        r"|\bcivil\s+(?:emergency|contingenc\w+)\b|\bcobra\b|\bevacuat\w+\b",
        re.IGNORECASE,
    ),
    Grounds.HEALTH: re.compile(
        r"\b(?:public[-\s_]health|UKHSA|health\s+protection|health\s+security"
        r"|chief\s+medical\s+officer)\b"
        r"|\b(?:outbreak|epidemic|pandemic|measles|meningitis|e\.?\s?coli|diphtheria|legionella"
        r"|tuberculosis|TB"
        r"|scarlet\s+fever|norovirus|hepatitis|covid\S*|infectious\s+disease)\b"
        r"|\bboil\s+water\s+notice\b",
        re.IGNORECASE,
    ),
    Grounds.COURT: re.compile(
        r"\b(?:court|tribunal|judge|high\s+court|coroner\w*|judicial|injunction"
        r"|legal)[-_\s']+(?:\w+\s+){0,2}?"
        r"(?:order(?:ed|s)?|deadlines?|direction|directed|directs|hearing|requires?|summons"
        r"|ruling|proceedings"
        r"|inquest|notice|timetable|has\s+ordered|demands?)\b|\b(?:ordered|directed|summoned"
        r"|required)\s+by\s+"
        r"(?:the\s+|a\s+)?(?:\w+\s+)?(?:court|judge|tribunal|coroner)\b|\binjunction\b"
        r"|\bstatutory\s+notice\b"
        r"|\bcourt\b[^.;]{0,40}\b(?:given|gives|until|by|noon|produce|disclos\w+|records)\b"
        r"|\bcourt\s*/\s*legal\b|\b(?:deadline|order)\s+(?:\w+\s+){0,3}(?:court|tribunal|judge)\b"
        r"|\bcourt_\w+",
        re.IGNORECASE,
    ),
    Grounds.SITE: re.compile(
        r"\b(?:school|site|building|premises|road|kitchen|nursery"
        r"|academy)s?\s+(?:\w+\s+){0,3}?(?:clos(?:e|es|ed|ing"
        r"|ure|ures)|shut|flood\w*|unsafe|collapsed?|evacuat\w+|on\s+fire|cannot\s+open"
        r"|unable\s+to\s+open)\b"
        r"|\b(?:clos(?:e|ed|ing|ure)|shut(?:ting)?|collapse|fire"
        r"|flood\w*)\s+(?:\w+\s+){0,4}?(?:school|site|building"
        r"|premises|roof|boiler)s?\b|\b(?:roof|ceiling|wall|floor|chimney|crane|scaffold\w*|tree)s?\s+"
        r"(?:\w+\s+)?(?:collaps\w+|falling|fallen|came\s+down|gave\s+way)\b|\bRAAC\b|\b(?:gas|water|power|electric\w*|heating|heat"
        r"|boiler|sewage|mains"
        r"|utilit\w+|carbon\s+monoxide|supply|internet|telephone)\s+(?:\w+\s+){0,3}?(?:leak\w*"
        r"|cut\w*|failure|failed"
        r"|fail(?:s|ing)?|outage|loss|lost|interrupt\w*|off|out|down|burst|disrupt\w*"
        r"|contaminat\w+|explosion"
        r"|supply|emergency|broke\w*)\b|\b(?:loss|lack|failure|leak|interruption|cut)\s+(?:of|in"
        r"|to)\s+(?:the\s+|all\s+"
        r"|\w+\s+)?(?:gas|water|power|electric\w*|heating|heat|utilit\w+|supply)\b"
        r"|\bno\s+(?:running\s+|hot\s+|mains\s+"
        r"|drinking\s+)?(?:water|heating|heat|power|electricity|gas)\b"
        r"|\bburst\s+(?:water\s+)?(?:main|pipe)s?\b"
        r"|\bflood(?:s|ed|ing)?\b|\b(?:red|severe|amber)\s+(?:weather\s+)?warning\b"
        r"|\bsevere\s+weather\b|\bsnow\b"
        r"|\bgas\s+leak\b|\bpower\s+cut\b|\bsite_\w+|\bunexploded\b|\bstructural(?:ly)?\b"
        r"|\basbestos\b"
        r"|\butilit(?:y|ies)\b|\bsite\s+closures?\b|\bstorm\b",
        re.IGNORECASE,
    ),
}
_NONE = {
    NoGrounds.LATE: re.compile(
        r"\blate\s+(?:plan\w*|start\w*|notice|running|decision|request|prepar\w+)\b|\b(?:ran|run"
        r"|running|short)\s+"
        r"(?:out\s+)?(?:of\s+|on\s+)?(?:time|late)\b|\b(?:forgot\w*|overlooked|oversight|overran"
        r"|slipped|delayed)\b"
        r"|\bmissed\s+(?:the\s+|our\s+|a\s+|its\s+)?(?:\w+\s+)?(?:deadline|window|date|slot)\b"
        r"|\b(?:poor|lack\s+of"
        r"|no\s+time\s+for)\s+planning\b|\bbehind\s+(?:schedule|time|plan)\b|\b(?:deadline|return"
        r"|report|meeting"
        r"|committee|board|cabinet)\s+(?:\w+\s+){0,3}?(?:is\s+|was\s+)?(?:tomorrow|today"
        r"|this\s+week|looming|moved"
        r"|brought\s+forward|next\s+week|on\s+(?:mon|tues|wednes|thurs|fri)day)\b"
        r"|\bat\s+(?:the\s+)?(?:last|short)\s+"
        r"(?:minute|notice)\b|\blast[-\s]minute\b|\bsent\s+(?:it\s+)?(?:too\s+)?late\b"
        r"|\bshould\s+have\s+(?:been\s+)?"
        r"(?:sent|asked|planned|gone)\b|\bstaff\s+(?:shortage|sickness|absence|leave)\b"
        r"|\bend\s+of\s+(?:the\s+)?"
        r"(?:financial\s+)?year\b|\bspend\s+(?:the\s+)?(?:budget|grant|money|underspend)\b"
        r"|\bnot\s+enough\s+time\b",
        re.IGNORECASE,
    ),
    NoGrounds.MEMBER: re.compile(
        r"\b(?:member|members|councillors?|cllrs?|cllr|MPs?|leader|mayor|cabinet\s+member"
        r"|portfolio\s+holder"
        r"|elected\s+members?|lead\s+member|scrutiny|ward\s+member)(?:'s"
        r"|s')?\s+(?:\w+\s+){0,3}?(?:enquir\w+|inquir\w+"
        r"|quer\w+|questions?|requests?|ask\w*|wants?|needs?|demand\w*|requires?|wishes"
        r"|would\s+like|insist\w*"
        r"|has\s+asked|complain\w*)\b|\b(?:enquir\w+|quer\w+|questions?|request\w*|asked|ask"
        r"|want\w*|raised)\s+"
        r"(?:\w+\s+){0,2}?(?:from|by|of)\s+(?:an?\s+|the\s+|our\s+|local\s+)?(?:\w+\s+)?(?:member"
        r"|councillor|cllr|MP"
        r"|leader|mayor|scrutiny|cabinet)s?\b|\bmember(?:'s|s')?\s+enquiry\b"
        r"|\bfull\s+council\s+(?:question|meeting)\b",
        re.IGNORECASE,
    ),
    NoGrounds.PRESS: re.compile(
        r"\b(?:press|media|newspapers?|journalists?|reporters?|BBC|ITV|broadcasters?|radio"
        r"|tv)(?:'s|s')?\s+(?:\w+\s+)"
        r"{0,3}?(?:enquir\w+|inquir\w+|quer\w+|questions?|requests?|interest|ask\w*|wants?"
        r"|deadline|coverage|story"
        r"|stories|article|office|call\w*|attention|statement|release|report\w*)\b|\b(?:enquir\w+"
        r"|quer\w+|questions?"
        r"|request\w*|asked|call\w*|interest|story|article)\s+(?:\w+\s+){0,2}?(?:from|by"
        r"|in)\s+(?:an?\s+|the\s+"
        r"|local\s+)?(?:\w+\s+){0,2}?(?:press|media|newspapers?|journalists?|reporters?|BBC|ITV"
        r"|gazette|post|telegraph"
        r"|mail|times|radio|tv)\b",
        re.IGNORECASE,
    ),
}
_OWN_MAKING = re.compile(
    r"\b(?:we|our)\b[^.;]{0,60}\b(?:missed|forgot|late|delay\w*|overlooked|did\s+not)\b"
    r"|\bof\s+our\s+own\s+making\b",
    re.IGNORECASE,
)


def grounds_of(document: SubmissionDocument) -> Grounds | None:
    """Return the grounds of 4.9 that a document gives for being an emergency; None when none.

    It tells what the words name, not whether they are true: a person releases, and the
    after-review asks. Late planning, a member's enquiry and a press query count for nothing, also
    when they dress up ("a councillor asked about the risk to children").
    """
    if not document.emergency:
        return None
    text = plain(document.emergency_grounds)
    if text.strip().casefold() in set(Grounds):
        return Grounds(text.strip().casefold())
    real = {kind: _said(pattern, text) for kind, pattern in _REAL.items()}
    none = no_grounds_of(document)
    if none and _OWN_MAKING.search(text):
        real.pop(Grounds.COURT)
    for kind, places in real.items():
        if any(not none or _stands_alone(text, place) for place in places):
            return kind
    return None


def no_grounds_of(document: SubmissionDocument) -> tuple[NoGrounds, ...]:
    """Return what the document names that is known to be no grounds."""
    text = plain(document.emergency_grounds)
    return tuple(kind for kind, pattern in _NONE.items() if _said(pattern, text))


def _said(pattern: re.Pattern[str], text: str) -> list[int]:
    return [
        match.start()
        for match in pattern.finditer(text)
        if match.group()[:3].casefold() == "no " or not denied(text, *match.span())
    ]


def _stands_alone(text: str, place: int) -> bool:
    """Tell whether the clause at this place speaks for itself, and not of who asked about it."""
    start = max(text.rfind(mark, 0, place) for mark in ".;!\n") + 1
    ends = [end for mark in ".;!\n" if (end := text.find(mark, place)) >= 0]
    clause = text[start : min(ends, default=len(text))]
    return not any(pattern.search(clause) for pattern in _NONE.values())
