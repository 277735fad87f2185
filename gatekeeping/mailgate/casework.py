"""Whether a message is about exactly one child or employee.

It must name one (a UPN, a date of birth, a name in a field, initials, a name with a year group),
and be work with one person; anything that speaks of many, or that could be filled in for many,
undoes that.
"""

import re
from typing import Final

from gatekeeping.mailgate.message import Message

LOOKED_AT: Final = 20_000
_DATE: Final = (
    r"(?:\d{1,2}(?:st|nd|rd|th)?[\s./-]{1,2}(?:\d{1,2}|[a-z]{3,9})[\s./,-]{1,2}\d{2,4}"
    r"|\d{4}-\d{2}-\d{2})"
)
_UPN: Final = re.compile(r"\b[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z]\b")
_BORN: Final = re.compile(
    rf"\b(?:d\.?o\.?b\.?|date of birth|born(?: on)?|birth ?date)\W{{0,12}}({_DATE})", re.IGNORECASE
)
_BIRTHS: Final = re.compile(
    r"\b(?:d\.?o\.?b\.?|dates? of birth|birth ?dates?)(?!\w)", re.IGNORECASE
)
_FIELD: Final = re.compile(
    r"\b(?:(?:child|pupil|student|young person|learner|employee|staff member|candidate|applicant)"
    r"(?:['’]s)?(?: full)? name|name of (?:the )?(?:child|pupil|student|young person|employee"
    r"|member of staff)|(?:child|pupil|student|young person|employee)(?:['’]s)? initials"
    r"|(?:child|pupil|student|young person|employee|name)(?=\s{0,3}:))\s*[::–-]\s*"
    r"([A-Z][\w'’.-]*(?: [A-Z][\w'’.-]*){0,3})",
)
_FIELDS: Final = re.compile(_FIELD.pattern, re.IGNORECASE)
_INITIALS: Final = re.compile(
    r"(?:\b(?i:re|ref|child|pupil|student|young person|employee|case)\s*[::–-]?\s+"
    r"|[–:-]\s*|\()((?:[A-Z]\.\s?){2,4}|[A-Z] [A-Z]\b(?: [A-Z]\b)?|[A-Z]{2}(?=\b(?:\W*$|\W*[,(]"
    r"|\W+(?:Y(?:ea)?r? ?\d|DOB|born|d\.o\.b)))"
    r")",
    re.MULTILINE,
)
_NO_INITIALS: Final = frozenset(
    "HR IT PE RE SEN EY KS MP DT AI UK EU LA NW SE SW NE FM FS PA PR QA TA HT DH VA VC CE AP"
    " CP OK AM PM IG".split()
)
_NAME_AND_YEAR: Final = re.compile(
    r"\b[A-Z][a-z'’-]{1,20}(?: [A-Z][A-Za-z'’-]{0,20}){0,2}\s*,?\s*\(?(?:Y(?:ea)?r?\.? ?\d{1,2}\b|Reception\b)"
)
_NOT_NAMES: Final = re.compile(
    r"^(?:For|In|From|The|All|Each|Every|And|Or|To|Year|Years|Key|Stage|Reception|Term|School|Academic"
    r"|New|Our|Your|This|Next|Last|Current|Financial|Transition|Into|Primary|Secondary|If|When|Only"
    r"|September|October|November|December|January|February|March|April|May|June|July|August"
    r"|Autumn|Spring|Summer|Survey|Return|Data|Pupils|Children|Reading|Maths|Phonics|Attendance)\b"
)
_WORK: Final = re.compile(
    r"\bchild(?:ren)? missing (?:from |in |out of )?education\b|\bmissing (?:from )?education\b"
    r"|\bCME\b|\behc\b|\behcp?\b|\beducation,? health (?:and )?care\b|\bconsultation\b|\btribunal\b"
    r"|\bplacement\b|\btransfer\b|\badmissions?\b|\bsafeguarding\b|\bchild protection\b|\bstrategy"
    r" (?:meeting|discussion)\b|\bcase conference\b|\blado\b|\ballegation\b|\bexclu(?:sion|ded)\b"
    r"|\bsuspen(?:sion|ded)\b|\bfair access\b|\bmanaged move\b|\blooked[ -]after\b|\bpep\b"
    r"|\bsocial work(?:er)?\b|\bsection (?:17|47)\b|\bprotection plan\b|\bmissing (?:child|person)\b"
    r"|\bwhereabouts\b|\bon roll\b|\bon your roll\b|\bprevious school\b|\bschool file\b|\brecords?\b"
    r"|\bctf\b|\bpenalty notice\b|\battendance\b|\breferral\b|\bassessment\b|\bmedical needs\b"
    r"|\bhome tuition\b|\breference (?:request|for)\b|\bemployee\b|\bpayroll\b|\bsickness\b"
    r"|\bgrievance\b|\bdisciplinary\b|\bdbs\b|\bredeploy\w+\b|\bcasework\b|\btransport\b|\bappeal\b"
    r"|\bmoved? (?:house|address|area|away)\b|\bcourt\b",
    re.IGNORECASE,
)
_ONE: Final = re.compile(
    r"\b(?:this|the|that|the above|named) (?:named )?(?:child|pupil|student|young person|learner|boy|girl"
    r"|employee|member of staff|colleague|family)\b|\b(?:he|she|his|her|him|hers|he/she|they/them)\b"
    r"|\b(?:one|a) (?:named )?(?:child|pupil|student|young person|employee)\b",
    re.IGNORECASE,
)
_MANY: Final = re.compile(
    r"\b(?:all|every|each|any|both|these|those|other|several|which|your|following|listed|eligible)"
    r"(?: of)?(?: the| your| our)?(?: other)? (?:\w+ )?(?:pupils|children|students|young people|learners|families"
    r"|employees|staff|members of staff)\b"
    r"|\b(?:every|each|any|per) (?:\w+ )?(?:pupil|child|student|young person|learner|employee|family)\b"
    r"|\b(?:pupils|children|students|young people|employees|staff) (?:who|with|in (?:year|your|receipt|care)"
    r"|on (?:roll|your roll)|aged|eligible|below|listed)\b"
    r"|\bhow many\b|\bnumbers? of (?:\w+ )?(?:pupils|children|students|staff)\b|\blists? of\b|\bcohorts?\b"
    r"|\b(?:survey|questionnaire|audit|census|data (?:collection|return|request))\b|\bpercentage\b"
    r"|\b(?:complete|fill in|return) (?:the|this|one|a) (?:\w+ )?(?:table|spreadsheet|template|sheet) for\b"
    r"|\b(?:attached|enclosed|following) (?:list|spreadsheet|table)\b|\bone (?:row|line|form) (?:per|for each)\b"
    r"|\bnames of (?:all|the|any|your)? ?(?:pupils|children|students|staff)\b|\btotals?\b",
    re.IGNORECASE,
)
_PLACEHOLDER: Final = re.compile(
    r"\[(?:[^\]\n]{0,30}\b)?(?:name|initials|dob|date of birth|insert|child|pupil|upn|year|school)\b[^\]\n]{0,30}\]"
    r"|<<[^>\n]{1,40}>>|«[^»\n]{1,40}»|\{\{?[^}\n]{1,40}\}\}?|\binsert (?:name|child|pupil|here)\b"
    r"|(?:name|initials|dob|date of birth|upn)\s*[::]\s*(?:_{3,}|\.{4,}|x{3,}|tbc|n/a|$)"
    r"|<(?:name|initials|child|pupil|dob|upn)[^>\n]{0,20}>",
    re.IGNORECASE | re.MULTILINE,
)
_TABLES: Final = (".xls", ".xlsx", ".xlsm", ".xlsb", ".csv", ".ods", ".tsv", ".numbers")
_TEAMS: Final = re.compile(
    r"\bchildren missing (?:from |in |out of )?education\b"
    r"|\bchildren['’]?s? (?:and (?:young people|famil(?:y|ies))['’]?s? )?(?:social (?:care|work)|services|act|home"
    r"|trust|centre|commissioner)\b|\bkeeping children safe in education\b|\bworking together to safeguard children\b"
    r"|\bchildren and families act\b|\bthe education \([^)]{1,60}\)[^.\n]{0,60}regulations\b"
    r"|\b(?:pupil|staff|children) (?:premium|registration)\b|\bhead of (?:\w+ )?children\b",
    re.IGNORECASE,
)
_TWICE: Final = 2


def is_casework(message: Message) -> bool:
    """Tell whether a message is about one child or employee, and about nobody else."""
    said = f"{message.subject}\n{message.own_text or message.text}"[:LOOKED_AT]
    if any(file.name.lower().endswith(_TABLES) for file in message.attachments):
        return False
    plain = _TEAMS.sub(" ", said)
    if _PLACEHOLDER.search(said) or _MANY.search(plain) or _names_several(said):
        return False
    if not _names_one(said):
        return False
    return bool(_WORK.search(said)) or (bool(_ONE.search(plain)) and _is_identified(said))


def _names_several(said: str) -> bool:
    """Tell whether more than one person is meant: two UPNs, two dates of birth, two names."""
    births = {found[1] for found in _BORN.finditer(said)}
    names = {" ".join(found[1].split()).casefold() for found in _FIELD.finditer(said)}
    initials = _initials(said)
    in_years = _in_years(said)
    return (
        max(len(set(_UPN.findall(said))), len(births), len(names), len(initials), len(in_years))
        >= _TWICE
    )


def _names_one(said: str) -> bool:
    return _is_identified(said) or bool(_initials(said) or _in_years(said))


def _is_identified(said: str) -> bool:
    """Tell whether a UPN, a date of birth or a field with a name tells who it is."""
    return bool(_UPN.search(said) or _BORN.search(said) or _FIELD.search(said))


def _initials(said: str) -> set[str]:
    found = ("".join(sign for sign in one[1] if sign.isalpha()) for one in _INITIALS.finditer(said))
    return {one for one in found if len(one) >= _TWICE and one not in _NO_INITIALS}


def _in_years(said: str) -> set[str]:
    found = (one[0] for one in _NAME_AND_YEAR.finditer(said))
    return {
        one.split(",")[0].split("(")[0].split(" Y")[0] for one in found if not _NOT_NAMES.match(one)
    }
