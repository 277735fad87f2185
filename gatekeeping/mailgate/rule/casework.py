"""Whether a message is about exactly one child or employee.

It must name one (a UPN, a date of birth, a name in a field, initials, a name with a year group),
and be work with one person; anything that speaks of many, or that could be filled in for many,
undoes that. So does whatever it asks of schools in general without that person in the same
sentence: one child on top makes no casework of a question about policies or opening times. To how
many schools it goes tells nothing: a missing child is asked about everywhere. The words are in
``data/mail_words.csv``.
"""

import re
from typing import Final

from gatekeeping.mailgate.message import Message
from gatekeeping.mailgate.rule.asked_of_schools import asks_of_schools
from gatekeeping.mailgate.rule.naming_one import may_name_one
from gatekeeping.mailgate.words.word_lists import words

LOOKED_AT: Final = 20_000
LONGEST: Final = 1_200
"""No letter about one person has more words; a bulletin that names one may."""
TABLES: Final = (".xls", ".xlsx", ".xlsm", ".xlsb", ".csv", ".ods", ".tsv", ".numbers")
_TWICE: Final = 2

_DATE: Final = (
    r"(?:\d{1,2}(?:st|nd|rd|th)?[\s./-]{1,2}(?:\d{1,2}|[a-z]{3,9})[\s./,-]{1,2}\d{2,4}"
    r"|\d{4}-\d{2}-\d{2})"
)
_UPN: Final = re.compile(r"\b[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z]\b")
_BORN: Final = re.compile(
    rf"\b(?:d\.?o\.?b\.?|date of birth|born(?: on)?|birth ?date)\W{{0,12}}({_DATE})", re.IGNORECASE
)
_PEOPLE: Final = "[Cc]hild|[Pp]upil|[Ss]tudent|[Yy]oung [Pp]erson|[Ll]earner|[Ee]mployee"
_PART: Final = r"(?:(?:[A-Z]\.){1,4}|[A-Z][\w'’-]{0,30})"  # of a name
_FIELD: Final = re.compile(
    rf"\b(?:(?:{_PEOPLE})(?:['’]s)?(?: [Ff]ull)? (?:[Nn]ame|[Ii]nitials)"
    rf"|[Nn]ame of (?:the )?(?:{_PEOPLE}|member of staff)"
    rf"|(?:{_PEOPLE})(?=\s{{0,3}}:))"
    rf"\s{{0,3}}[:\uFF1A–-]\s{{0,3}}({_PART}(?: {_PART}){{0,3}})"
)
"""A field of a form with a name in it, which begins with a capital."""
_NAMES: Final = re.compile(
    r"^\W{0,4}(?:full )?name\s{0,3}:\s{0,3}(\S.{0,60})$", re.IGNORECASE | re.MULTILINE
)
_INITIALS: Final = re.compile(
    r"(?:\b(?i:re|ref|child|pupil|student|young person|employee|case)\s{0,3}[:–-]?\s{1,3}"
    r"|[–:-]\s{0,3}|\()"
    r"((?:[A-Z]\.\s?){2,4}|[A-Z] [A-Z]\b(?: [A-Z]\b)?"
    r"|[A-Z]{2}(?=\b(?:\W{0,4}$|\W{0,2}[,(]|\W{1,3}(?:Y(?:ea)?r? ?\d|DOB|born|d\.o\.b))))",
    re.MULTILINE,
)
_INITIALS_AND_YEAR: Final = re.compile(
    r"(?<![\w.])((?:[A-Z]\.\s?){2,4})(?=\W{0,3}(?:Y(?:ea)?r?\.? ?\d|DOB|born|d\.o\.b|UPN))"
)
_SHORT_WORDS: Final = """
HR IT PE RE EY KS MP DT AI UK EU LA NW SE SW NE FM FS PA PR QA TA HT DH VA VC CE AP CP OK AM PM IG
PP FE HE SG CT CV FT PT NI AR GB US TV CD
"""
NO_INITIALS: Final = frozenset(_SHORT_WORDS.split())
_NAME_AND_YEAR: Final = re.compile(
    r"\b([A-Z][a-z'’-]{1,20})((?: [A-Z][A-Za-z'’-]{0,20}){0,2})\s?,?\s?"
    r"\(?(?:Y(?:ea)?r?\.? ?\d{1,2}\b|Reception\b)"
    r"(?!\)? (?:lead|leader|teacher|co-?ordinator|head|tutor|manager|team|group|pupils|parents))"
)
_NO_FIRST_WORDS: Final = """
For In From The All Each Every And Or To Year Years Key Stage Reception Term School Academic New Our
Your This Next Last Current Financial Transition Into Primary Secondary If When Only September
October November December January February March April May June July August Autumn Spring Summer
Survey Return Data Pupils Children Reading Maths Phonics Attendance
"""
NO_NAMES: Final = frozenset(_NO_FIRST_WORDS.split())
_NAME_AND_BIRTH: Final = re.compile(
    r"\b([A-Z][\w'’-]{1,30}(?: [A-Z][\w'’-]{0,30}){0,3})(?:,? \(?|, )"
    r"(?:DOB|born|d\.o\.b|UPN|date of)"
)
_PLACEHOLDER: Final = re.compile(
    r"\[(?:[^\]\n]{0,30}\b)?(?:name|initials|dob|date of birth|insert|child|pupil|upn|year"
    r"|school)\b[^\]\n]{0,30}\]"
    r"|<<[^>\n]{1,40}>>|«[^»\n]{1,40}»|\{\{?[^}\n]{1,40}\}\}?|\binsert (?:name|child|pupil|here)\b"
    r"|(?:name|initials|dob|date of birth|upn)\s{0,3}[:\uFF1A]\s{0,3}"
    r"(?:_{3,}|\.{4,}|x{3,}|tbc|n/a|$)"
    r"|<(?:name|initials|child|pupil|dob|upn)[^>\n]{0,20}>",
    re.IGNORECASE | re.MULTILINE,
)


def is_casework(message: Message) -> bool:
    """Tell whether a message is about one child or employee, and about nobody else."""
    said = f"{message.subject}\n{message.own_text or message.text}"[:LOOKED_AT]
    if not may_name_one(said) or len(said.split()) > LONGEST:
        return False
    if any(file.name.lower().endswith(TABLES) for file in message.attachments):
        return False
    if not (_is_identified(said) or _initials(said) or _in_years(said)):
        return False  # nearly all mail; the rest takes longer
    plain = words("names of teams").left_out(said)
    more = _PLACEHOLDER.search(said) or words("many people").are_in(plain) or _names_several(said)
    if more or asks_of_schools(said, _names_of_one(said)):
        return False
    if words("work with one").are_in(said):
        return True
    return _is_identified(said) and words("one person").are_in(plain)


def _names_several(said: str) -> bool:
    """Tell whether more than one person is meant: two UPNs, two dates of birth, two names."""
    each = (
        set(_UPN.findall(said)),
        {found[1] for found in _BORN.finditer(said)},
        {" ".join(found[1].split()).casefold() for found in _FIELD.finditer(said)},
        {found[1].casefold() for found in _NAMES.finditer(said)},
        _initials(said),
        _in_years(said),
    )
    return any(len(found) >= _TWICE for found in each)


def _is_identified(said: str) -> bool:
    """Tell whether a UPN, a date of birth or a field with a name tells who it is."""
    return bool(_UPN.search(said) or _BORN.search(said) or _FIELD.search(said))


def _initials(said: str) -> set[str]:
    each = (*_INITIALS.finditer(said), *_INITIALS_AND_YEAR.finditer(said))
    found = ("".join(filter(str.isalpha, one[1])) for one in each)
    return {one for one in found if len(one) >= _TWICE and one not in NO_INITIALS}


def _in_years(said: str) -> set[str]:
    """Return the names that stand before a year group."""
    found = ((one[1], one[1] + one[2]) for one in _NAME_AND_YEAR.finditer(said))
    return {name for first, name in found if first not in NO_NAMES}


def _names_of_one(said: str) -> set[str]:
    """Return the words by which the text names its person: parts of a name, or initials."""
    named = {found[1] for found in (*_FIELD.finditer(said), *_NAME_AND_BIRTH.finditer(said))}
    return {part for name in named | _in_years(said) for part in name.split()} | _initials(said)
