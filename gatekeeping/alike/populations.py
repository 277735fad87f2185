"""About whom a thing is asked: boys or girls, which years, which groups, pupils or staff."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_STAGES: Mapping[str, tuple[str, ...]] = {
    "ks1": ("1", "2"),
    "ks2": ("3", "4", "5", "6"),
    "ks3": ("7", "8", "9"),
    "ks4": ("10", "11"),
    "ks5": ("12", "13"),
}
_YEAR = re.compile(
    r"\b(?:years?|yrs?|y|year groups?|nc years?)\s?(\d{1,2})(?:\s?(?:-|–|to|and|&|,|/|or)\s?(?:years?\s?|y)?(\d{1,2}))?"
    r"(?:\s?(?:and|&|,|or)\s?(?:years?\s?|y)?(\d{1,2}))?\b(?!\s?(?:ago|old|%))",
    re.IGNORECASE,
)
_STAGE = re.compile(r"\b(?:key stages?\s?|ks)([1-5]|one|two|three|four|five)\b", re.IGNORECASE)
_NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}
_YEAR_WORDS: Mapping[str, str] = {
    "0": r"reception(?! area| desk| staff| class teacher)|eyfs|foundation stage|four[- ]year[- ]olds?|rising fives",
    "-1": r"nursery (?:pupils|children|class|places)|three[- ]year[- ]olds?|two[- ]year[- ]olds?",
    "12": r"sixth form(?:ers)?|post[- ]?16|16 to 19",
}
_SEXES: Mapping[str, str] = {
    "boys": r"boys?|males?|men|lads|sons?",
    "girls": r"girls?|females?|women|daughters?|young women",
}
_GROUPS: Mapping[str, str] = {
    "care": r"looked[- ]after|(?:child(?:ren)?|pupils?|young people|those|students?) (?:who are |living )?in (?:\w+ )?care"
    r"|CLA|LAC|fostered|foster children|corporate parent\w*|children's homes?|care[- ]experienced",
    "need": r"SEND?(?= )|SEN|special educational needs?|special needs|additional needs|SEN support|learning difficult\w+",
    "plan": r"EHCPs?|EHC plans?|education,? health (?:and )?care plans?|statements? of special",
    "poor": r"FSM6?|free (?:school )?(?:meals?|lunch(?:es)?|dinners?)|pupil premium|disadvantaged|low[- ]income|deprived",
    "language": r"EAL|english as an additional|first language is not|new(?:ly arrived)? to english",
    "traveller": r"gypsy|roma|travellers?|GRT",
    "carers": r"young carers?",
    "service": r"service (?:children|pupils|families)|armed forces|military",
    "arrivals": r"asylum|refugees?|ukrain\w+|new arrivals|unaccompanied",
    "excluded": r"permanently excluded|excluded pupils",
    "absent": r"persistent(?:ly)? absen\w+|severely absent",
    "previous care": r"previously looked[- ]after|adopted|special guardianship|post-LAC|PLAC",
    "protection": r"child protection plans?|child in need|children in need|CIN|social workers?",
    "able": r"most able|gifted|high attain\w+",
    "disabled": r"disabled|wheelchair|physical(?:ly)? disab\w+|hearing impair\w+|visual(?:ly)? impair\w+",
    "leavers": r"leavers|school leavers",
    "home": r"electively home|home[- ]educated|EHE",
    "ect": r"ECTs?|early career teachers?|NQTs?|newly qualified",
    "assistants": r"teaching assistants?|TAs|support staff|classroom assistants?|LSAs?",
    "supply": r"supply (?:teachers?|staff|cover)|agency (?:staff|workers?|teachers?)",
    "heads": r"head ?teachers'?|principals|senior leaders?|SLT|leadership team",
    "midday": r"midday|lunchtime (?:staff|supervisors?|assistants?)|welfare assistants?",
    "kitchen": r"kitchen staff|cooks?|catering staff",
    "site": r"caretakers?|site (?:managers?|supervisors?|staff)|cleaners?",
}
_PEOPLE: Mapping[str, str] = {
    "pupil": r"pupils?|child(?:ren)?(?!'s (?:services|social|centre))|students?|learners?|young (?:people|persons?)|youngsters?|kids|boys|girls"
    r"|infants|juniors|leavers|sixth formers|teenagers",
    "staff": r"staff\w*|teachers?|employees?|workforce|teaching assistants?|TAs|colleagues|caretakers?|personnel|workers"
    r"|early career|supply|headteachers?' (?:pay|salary|absence)|vacanc(?:y|ies)|payroll|adults in school",
    "governor": r"governors?|governing (?:body|board)|trustees?|chair of",
    "parent": r"parents?|carers(?! week)|famil(?:y|ies)|mothers|fathers|guardians",
}


def _compiled(words: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(rf"\b(?:{found})\b", re.IGNORECASE) for name, found in words.items()}


_YEARS_IN_WORDS, _SEX, _GROUP, _PERSON = (
    _compiled(words) for words in (_YEAR_WORDS, _SEXES, _GROUPS, _PEOPLE)
)


@dataclass(frozen=True)
class Population:
    """Whom a thing is about. What is empty is not told: any."""

    people: frozenset[str] = frozenset()
    sexes: frozenset[str] = frozenset()
    years: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    def within(self, other: "Population") -> "Population":
        """Return it with what it does not tell taken from what surrounds it."""
        return Population(
            self.people or other.people,
            self.sexes or other.sexes,
            self.years or other.years,
            self.groups or other.groups,
        )

    @property
    def parts(self) -> tuple[frozenset[str], ...]:
        """Return people, sexes, years, groups."""
        return (self.people, self.sexes, self.years, self.groups)


def population_of(text: str) -> Population:
    """Return about whom a text asks, as far as its own words tell."""
    sexes = frozenset(name for name, pattern in _SEX.items() if pattern.search(text))
    return Population(
        frozenset(name for name, pattern in _PERSON.items() if pattern.search(text)),
        sexes if len(sexes) == 1 else frozenset(),
        frozenset(_years(text)),
        frozenset(name for name, pattern in _GROUP.items() if pattern.search(text)),
    )


_PARTS_SAME = ((0.25, 1.0), (0.15, 0.55), (0.2, 0.7), (0.3, 0.55))
"""For people, sexes, years, groups: what stays where they differ, and where one does not tell."""


def same_population(one: Population, other: Population) -> float:
    """Return how much both are about the same people: 1 the same, near 0 others."""
    score = 1.0
    for ours, theirs, (apart, untold) in zip(one.parts, other.parts, _PARTS_SAME, strict=True):
        if ours == theirs:
            continue
        if not ours or not theirs:
            score *= untold
        else:
            score *= apart + (1 - apart) * len(ours & theirs) / len(ours | theirs)
    return score


def _years(text: str) -> set[str]:
    found: set[str] = set()
    for match in _YEAR.finditer(text):
        numbers = [int(number) for number in match.groups() if number and int(number) <= 13]  # noqa: PLR2004
        if len(numbers) >= 2 and re.search(r"-|–|to", match.group()) and numbers[0] < numbers[1]:  # noqa: PLR2004
            numbers += range(numbers[0], numbers[1])
        found |= {str(number) for number in numbers}
    for match in _STAGE.finditer(text):
        stage = match[1].lower()
        found |= set(_STAGES[f"ks{_NUMBERS.get(stage, stage)}"])
    found |= {year for year, pattern in _YEARS_IN_WORDS.items() if pattern.search(text)}
    return found
