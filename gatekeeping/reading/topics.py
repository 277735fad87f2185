"""Telling which broad topics a text is about, to see whether two asks belong together."""

import re

_WORDS = {
    "energy and buildings": r"boilers?|energy|gas|electricity|kwh|meter\s+readings?|heating|solar"
    r"|roofs?|windows?"
    r"|asbestos|floor\s+plans?|condition\s+survey|playgrounds?|toilets?|caretakers?|lightning"
    r"|carbon|water\s+use|RAAC"
    r"|fire\s+(?:risk|doors?|alarms?|drills?)|premises|classrooms?|drains?",
    "meals": r"meals?|menus?|kitchens?|catering|lunch(?:es|time)?|dinners?|breakfast"
    r"|special\s+diets?|allergens?",
    "travel": r"transport|buses|bus|taxis?|travel\s+plans?|cycl\w+|walk(?:ing)?\s+to\s+school"
    r"|parking|road\s+safety"
    r"|crossing\s+patrols?|how\s+pupils\s+travel|minibus(?:es)?",
    "governors": r"governors?|governing\s+(?:body|board)s?|clerks?\s+to|trustees?"
    r"|chairs?\s+of\s+governors?",
    "technology": r"laptops?|tablets?|chromebooks?|broadband|wi-?fi|routers?|filtering|servers?"
    r"|internet|software"
    r"|devices?|cyber\w*",
    "music and arts": r"music\w*|choirs?|instruments?|orchestras?|singing|theatre|drama|dance"
    r"|museums?|concerts?",
    "sport": r"sports?|swimming|football|athletics|PE\s+premium|physical\s+education"
    r"|playing\s+fields?",
    "libraries": r"librar(?:y|ies)|library\s+books?|reading\s+challenge|book\s+weeks?",
    "staff": r"staff|vacanc(?:y|ies)|recruit\w+|teacher\s+numbers?|staff\s+absence|sickness"
    r"|pay\s+(?:award|scales?)|payroll"
    r"|pensions?|apprentic\w+|early\s+career\s+teachers?|ECTs?|supply\s+(?:staff|teachers?|cover)"
    r"|unions?",
    "money": r"budgets?|deficits?|surplus(?:es)?|balances?|invoices?|procurement|insurance"
    r"|audit\s+of\s+accounts|banking"
    r"|petty\s+cash|VAT|financial\s+\w+|spending",
    "pupils": r"attendance|absences?|exclusions?|suspensions?|(?-i:SEND?)(?!\s+(?:us|it|the)\b)"
    r"|EHC\w*"
    r"|special\s+educational\s+needs?|safeguarding"
    r"|child\s+protection|looked[-\s]after|admissions?|places|pupil\s+premium"
    r"|free\s+school\s+meals|roll|census"
    r"|ethnic\w*|language|phonics|key\s+stage|results|assessments?|behaviour|bullying|wellbeing"
    r"|mental\s+health|medical"
    r"|vaccin\w+|immunis\w+|health|home\s+education|transition|curriculum|literacy|maths"
    r"|early\s+years|nursery|wraparound",
    "emergencies and events": r"snow\s+closures?|civic\s+event|mayor(?:'s)?\s+\w+|remembrance"
    r"|fundrais\w+|charit(?:y|ies)"
    r"|litter|eco[-\s]\w+|recycl\w+|waste\s+collections?|elections?|polling\s+stations?",
}
_TOPIC = {name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, words in _WORDS.items()}


def topics(text: str) -> frozenset[str]:
    """Return the broad topics that a text names; everything about pupils is one topic."""
    return frozenset(name for name, pattern in _TOPIC.items() if pattern.search(text))
