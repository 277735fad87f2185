"""Telling questions that want an answer from headings and from questions that answer themselves."""

import re

from gatekeeping.reading.plain import Sentence

_RHETORICAL = re.compile(
    r"\bdid\s+you\s+know\b|\b(?:any|more|further|other|have|got|has)\s+(?:\w+\s+){0,3}"
    r"(?:questions?|queries|query|concerns|feedback|comments)\s*\?|^\W*(?:questions?|queries"
    r"|help)\s*\?"
    r"|^\W*(?:want|need|looking|interested|struggling|ready|unsure|confused|worried|keen"
    r"|thinking)\b"
    r"|\b(?:want|like|wish|need)\s+to\s+(?:know|find\s+out|learn|hear|see|read|get|take\s+part"
    r"|join|try"
    r"|improve|save|attend|book)\b|\bwhy\s+not\b|\bhow\s+about\b|\bwhat\s+if\b|\bwho\s+knew\b"
    r"|\bneed\s+(?:any\s+|some\s+|more\s+)?(?:help|support|advice|information)\b"
    r"|\bremember\b|\b(?:have|did)\s+you\s+(?:ever|hear|heard|seen|see|miss|missed|wonder\w*"
    r"|noticed?)\b"
    r"|\bcan\s+you\s+(?:imagine|believe|help\s+us\s+spread)\b|\bare\s+you\s+(?:ready|prepared|aware"
    r"|interested|looking|worried|struggling|tired|keen|a\b)|\bisn't\s+it\b|\bwho\s+is\s+(?:it"
    r"|this)\s+for\b",
    re.IGNORECASE,
)
_ASKED_BY_READER = re.compile(r"\b(?:I|my|me|we|our|us)\b(?!\s*/)")
_POLITE = re.compile(
    r"\b(?:could|can|would|will|may|might)\s+(?:I\s+ask|we\s+ask|(?:I"
    r"|we)\s+(?:please\s+)?have\s+your|you|your|schools?|heads?"
    r"|headteachers?"
    r"|all|each|every|settings?|governors|someone|somebody|the\s+head\w*)\b(?!\s+(?:get|apply"
    r"|join|find"
    r"|still|claim|expect|see|imagine|believe))",
    re.IGNORECASE,
)
_WANTS_FACTS = re.compile(
    r"^\W*(?:\(?\w{1,3}[.)]\s*|q(?:uestion)?\s*\d+\W*)?(?:(?:if|when)\b[^,?]{1,120},\s*"
    r"|(?:on|in|for|of|at|by|since|during|finally|first\w*|second\w*|third\w*|last\w*|also|next"
    r"|separately|meanwhile)\b[^,?]{0,60},\s*|[A-Z][\w' ]{1,30}:\s*|and\s+"
    r"|so\s+"
    r"|please\b[^?]{0,40}:\s*)?"
    r"(?:how\s+(?:many|much|often|long|far|old|well|satisfied|confident|likely|do\s+(?:you|your)"
    r"|does\s+your|is\s+your|are\s+your|have\s+you|has\s+your|did\s+your?)"
    r"|(?:what|which)\s+(?:number|percentage|proportion|share|year\s+groups?"
    r"|is\s+(?:the\s+)?(?:your|name"
    r"|number|total|current|annual|date|cost|value|size|age)|are\s+(?:your|the\s+names)|"
    r"(?:[\w'-]+\s+){0,4}(?:do|does|did|has|have|is|are|will|would|can)\s+(?:you|your"
    r"|the\s+school))"
    r"|(?:what|which)\s+(?:[\w'-]+\s+){1,4}(?:suits?|would\s+suit|works?(?:\s+best)?\s+for)\s+your?\b"
    r"|who\s+(?:is|are|in)\s+your|when\s+(?:did|do|does|was|is|will|were)\s+(?:you|your"
    r"|the\s+school)"
    r"|where\s+(?:do|does|is|are|did)\s+(?:you|your|the\s+school)|why\s+(?:did|do|does|have|has)\s+"
    r"(?:you|your|the\s+school)"
    r"|(?:do|does|did|has|have|is|are|was|were|will|would|can|could)\s+(?:you|your"
    r"|the\s+(?:school|head"
    r"\w*|governing|governors|site|building|kitchen)|all\s+(?:your|staff|teachers|classes)"
    r"|any\s+of\s+your"
    r"|there\b|every\b|each\b|staff|pupils|any\s+pupils))",
    re.IGNORECASE,
)
_COUNTS = re.compile(
    r"\bhow\s+(?:many|much)\b|\b(?:what|which)\s+(?:number|percentage)", re.IGNORECASE
)
ROOM_TO_ANSWER = (
    r"_{3,}|\.{5,}|…{2,}|[☐□▢]|\[\s*\]|\(\s*\)|\b(?:yes\s*(?:/|or|,|\||\t)\s*no|y\s*/\s*n)\b"
    r"|\b(?:tick|circle|delete\s+as|please\b)|^\W*(?:a|answer)\s*[:.]\s*$"
)
_HOW_TO_ANSWER = re.compile(
    r"\W*(?:please\s+|then\s+)?(?:answer|respond|count|include|exclude|round|enter|select|choose"
    r"|tick|write|type|put|upload|leave\s+out|do\s+not\s+(?:count|include)|use\s+the|we\s+ask"
    r"|(?:the|this|its)\s+(?:deadline|closing\s+date|due\s+date|survey|request|question)|complete"
    r"\s+(?:it|this|the))\b",
    re.IGNORECASE,
)
"""What follows says how the reader is to answer, so it is no answer itself."""
_HOW_TO = re.compile(
    r"\bhow\s+(?:do|can|should|will|would)\b|\b(?:need|want|able|required)\s+to\b", re.IGNORECASE
)
"""A question of the reader: "How do I apply? Complete the form"."""
_FAQ_ANSWER = re.compile(r"^\W*(?:a\s*[:.]|answer\s*[:.])\s*\w", re.IGNORECASE)
_NO_ANSWER = re.compile(
    rf"{ROOM_TO_ANSWER}|^\W*\(?\d{{1,2}}[.)]|^\W*[-*•·]\s|^\W*(?:e\.g|for example|including|and|or"
    r"|if|tell|give|send|return|reply|we need|we want|thanks?|many thanks|kind|regards|yours"
    r"|best wishes|(?:replies|responses?|answers|returns)\s+(?:by|before|are\s+due|to)|replies"
    r"|closing\s+date|deadline|the\s+(?:deadline|results?)|we\s+(?:shall|will|plan\s+to|hope\s+to|intend\s+to)\s+"
    r"(?:share|publish|report|use|send|let|look|write))\b",
    re.IGNORECASE,
)


def is_real(pieces: tuple[Sentence, ...], place: int) -> bool:
    """Tell whether the question at this place of the sentences wants an answer from the reader.

    A question is none when it is in quotation marks, is put in the reader's own mouth ("What do
    I need to do?"), or is answered by what follows it.
    """
    question = pieces[place]
    words = question.text
    if not question.is_question or words.rstrip().endswith(('?"', "?'")):
        return False
    polite = _POLITE.search(words)
    if _RHETORICAL.search(words) or (
        _ASKED_BY_READER.search(words)
        and not polite
        and not re.search(r"\b(?:tell|let|give|send)\s+(?:us|me)\b", words, re.IGNORECASE)
    ):
        return False
    if not polite and _answered(pieces, place):
        return False
    return bool(polite or _WANTS_FACTS.search(words))


def _answered(pieces: tuple[Sentence, ...], place: int) -> bool:
    """Tell whether what follows is the answer: a statement right after the question."""
    if place + 1 >= len(pieces):
        return False
    question, after = pieces[place], pieces[place + 1]
    if after.line > question.line + 2:
        return False
    if _FAQ_ANSWER.match(after.text):
        return True
    if after.is_question or _NO_ANSWER.search(after.text):
        return False
    if _HOW_TO_ANSWER.match(after.text) and not _HOW_TO.search(question.text):
        return False
    # "How many? (new line) We need it by Friday": a count is not answered by a new line
    return not (
        _COUNTS.search(question.text) and question.line != after.line and not question.alone
    )
