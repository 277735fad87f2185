"""Which instrument is meant where it is not named in full: "the 1996 Act", "that Act"."""

import re

_FORM = r"Acts?|Regulations|Regs|Order|Rules|Measure"
YEAR_FORM = re.compile(
    rf"\b(?:the|that|this|said)?\s?\b(?P<year>(?:1[89]|20)\d\d)\s{{1,2}}(?P<form>{_FORM})\b"
    r"|\bthe\s(?P<form2>Act|Regulations|Regs|Order|Rules)\s(?:of\s)?(?P<year2>(?:1[89]|20)\d\d)\b"
)
THAT_FORM = re.compile(
    rf"\b(?:that|the|this|those|these|said|same)\s{{1,2}}(?P<form>{_FORM})\b(?!\s(?:1[89]|20)\d\d)"
)
YEAR_FIRST = re.compile(
    r"\b(?P<year>(?:1[89]|20)\d\d)\s(?P<words>(?:(?:[A-Z][A-Za-z'&]*|\([A-Z][A-Za-z ]{1,40}\)"
    rf"|of|and|for)\s){{1,8}})(?P<form>{_FORM})\b(?!,?\s\(?(?:1[89]|20)\d\d)"
)
"""The year before the title: "the 1996 Education Act"."""
USUAL = {
    ("Act", 1989): "Children Act 1989",
    ("Act", 1996): "Education Act 1996",
    ("Act", 1998): "School Standards and Framework Act 1998",
    ("Act", 2002): "Education Act 2002",
    ("Act", 2004): "Children Act 2004",
    ("Act", 2005): "Education Act 2005",
    ("Act", 2008): "Education and Skills Act 2008",
    ("Act", 2009): "Apprenticeships, Skills, Children and Learning Act 2009",
    ("Act", 2010): "Equality Act 2010",
    ("Act", 2014): "Children and Families Act 2014",
    ("Act", 2018): "Data Protection Act 2018",
    ("Regulations", 2005): "Education (Pupil Information) (England) Regulations 2005",
    ("Regulations", 2006): "Education (Pupil Registration) (England) Regulations 2006",
    ("Regulations", 2007): "Education (School Performance Information) (England) Regulations 2007",
    ("Regulations", 2008): "School Information (England) Regulations 2008",
    (
        "Regulations",
        2013,
    ): "Education (Information About Individual Pupils) (England) Regulations 2013",
    ("Regulations", 2014): "Special Educational Needs and Disability Regulations 2014",
    ("Regulations", 2024): "School Attendance (Pupil Registration) (England) Regulations 2024",
}
"""What "the 2006 Regulations" usually means to schools: never more than a suggestion."""

WELL_KNOWN = {
    "251": ("Apprenticeships, Skills, Children and Learning Act 2009", ""),
    "175": ("Education Act 2002", ""),
    "157": ("Education Act 2002", ""),
    "537A": ("Education Act 1996", ""),
    "436A": ("Education Act 1996", ""),
    "11": (
        "Children Act 2004",
        r"\s{0,2}(?:safeguarding\s)?(?:self[- ])?(?:audit|return|assessment|safeguarding)",
    ),
}
"""Sections that people in schools name without their Act: never more than a suggestion."""
