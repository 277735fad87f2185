"""Telling, in a text that is known to ask, which of its questions the reader is to answer.

There every question counts, with a question mark or without, but those about the request itself
("Why are we asking?"), those that sell or help ("Need help?") and those that the text answers.
"""

import re

from gatekeeping.reading.openings import openings
from gatekeeping.reading.plain import Sentence, is_row
from gatekeeping.reading.questions import ROOM_TO_ANSWER

_AUX = (
    r"(?:do|does|did|has|have|had|is|are|was|were|will|would|can|could|should|may|might|isn't"
    r"|aren't|don't|doesn't|didn't|hasn't|haven't|wasn't)"
)
_WE_ASK_OF = (
    r"(?:you|your|the\s+(?:school|head\w*|governing|governors|site|building|kitchen|trust|roof"
    r"|office|staff|pupils|children)|schools?|each|every|all|any|there|pupils?|child(?:ren)?"
    r"|students?|learners|staff|teachers?|governors?|parents|famil(?:y|ies)|anyone|anybody|someone"
    r"|they|it)"
)
_WITHOUT_MARK = re.compile(
    r"how\s+(?:many|much|often|old|far|large|big)\b(?!\s+(?:more|we|I|this)\b)"
    rf"|(?:what|which|whose)(?:\s+[\w'-]+){{0,5}}?\s+{_AUX}\s+{_WE_ASK_OF}\b"
    rf"|(?:who|when|where|why|how|how\s+(?:long|well|soon))\s+{_AUX}\s+(?:not\s+)?{_WE_ASK_OF}\b"
    r"|(?:what|which|whose)\s+(?:number|percentage|proportion|share)\b"
    r"|(?:do|does|did|has|have|is|are|was|were)\s+(?:you|your|the\s+school|any|there)\b"
    r"(?!\s+(?:know|aware|ready|interested)\b)"
    r"|whether\s+(?:you|your|the\s+school|any|there|or\s+not)\b",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    rf"(?:how|what|which|whose|who|whom|when|where|why|whether|{_AUX}|faint|sawl|beth|pwy|pa|pryd"
    r"|ble|a\s+oes|a\s+yw|ydych)\b",
    re.IGNORECASE,
)
_IDLE = re.compile(
    r"\bdid\s+you\s+know\b|\b(?:any|more|further|other|have|got|has)\s+(?:\w+\s+){0,3}"
    r"(?:questions?|queries|query|concerns|feedback|comments)\s*\?"
    r"|^\W*(?:questions?|queries|help|stuck|need|want|looking|interested|struggling|ready|unsure"
    r"|confused|worried|keen|thinking|why\s+not|what\s+if|how\s+about|who\s+knew|remember|what\s+next"
    r"|what\s+now)\b"
    r"|\bisn't\s+it\b|\bcan\s+you\s+(?:imagine|believe|spare|help)\b"
    r"|\b(?:would|do)\s+you\s+(?:like|want|need)\s+(?:to\s+(?:know\s+more|join|take\s+part|learn"
    r"|find\s+out|attend|book|save|improve|see|try)|help|more|support|advice|us\s+to|free|an?\b)"
    r"|\b(?:who|what)\s+is\s+(?:it|this)\s+(?:for|about)\b",
    re.IGNORECASE,
)
_OF_THE_READER = re.compile(
    r"\b(?:I|my)\b|(?i:\b(?:do|can|should|shall|must|may|will|are|did|have|could|would)\s+we\b"
    r"|\bwe\s+(?:ask|need|want|do|use|hold|know|will|are)\w*\b)",
)
_MAY_WE_HAVE = re.compile(
    r"\b(?:could|can|may|might)\s+(?:we|I)\s+(?:please\s+|also\s+)?(?:have|get|see|ask|know"
    r"|request|borrow)\b|\b(?:tell|let|give|send|show)\s+(?:us|me)\b",
    re.IGNORECASE,
)
_THIS = (
    r"(?:this|it|(?:this|the|our|your)\s+(?:\w+\s+)?(?:survey|request|form|questionnaire|return"
    r"|replies|reply|answers?|deadline|data\s+collection|exercise|responses?|information|data))"
)
_ABOUT_THIS = re.compile(
    rf"^\W*(?:why|when|how|who|what|where|is|are|does|do|can|must|will)\b[^?]{{0,60}}?\b{_THIS}\s*"
    r"(?:\?|$|(?:due|for|used|needed|take|taking|about|compulsory|statutory|voluntary|mandatory"
    r"|be\s+(?:used|shared|kept|published|seen|stored|returned|sent)|go|mean|matter|work"
    r"|important|statutory|anonymous|confidential|now|apply|come|help)\b)"
    r"|\bwho\s+(?:should|must|needs?\s+to|has\s+to|will|can|is\s+to)\s+(?:complete|answer|fill|reply"
    r"|respond|return|see|use|read|take\s+part)\b|\bwhat\s+(?:happens|will\s+happen|comes|is)\s+next"
    r"\b|\bwhat\s+(?:do|must|should)\s+(?:schools|you|heads)\s+(?:have|need)?\s*(?:to\s+)?do\b"
    r"|\bhow\s+(?:do|can|should|will)\s+(?:schools|you|heads)\s+(?:reply|respond|answer|complete"
    r"|return|send|apply|take\s+part|get\s+(?:help|in\s+touch))\b|\bdo\s+(?:you|schools)\s+have\s+to"
    r"\s+(?:answer|reply|respond|take\s+part|complete)\b|\bwhich\s+schools\s+(?:are\s+(?:asked"
    r"|in\s+scope|included)|should|must|need)\b|\bhow\s+long\s+(?:will|does)\s+(?:it|this)\b",
    re.IGNORECASE,
)
_FAQ_ANSWER = re.compile(
    r"^\W*(?:a\s*[:.]|answer\s*[:.])\s*\w|^\W*(?:yes|no)\b(?!\s*(?:/|or\b|\|))", re.IGNORECASE
)
_DEFINES = re.compile(
    r"^\W*(?:what|who)\s+(?:is|are|counts?\s+as|does|do)\b(?![^?]*\byour?\b)", re.IGNORECASE
)
_DEFINITION = re.compile(r"\b(?:is|are|means?|refers?|counts?\s+as|includes?|covers?)\b")
_OF_OTHERS = re.compile(
    r"\b(?:schools|councils|authorities|adults|people|households|local\s+authorities)\b|\bin\s+"
    r"(?:Lancashire|England|Wales|the\s+county|the\s+country|Britain|the\s+UK)\b|\bnationally\b",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    rf"{ROOM_TO_ANSWER}|^\W*(?:replies|reply|responses?|respond|answers?|answer|returns?|deadline"
    r"|closing\s+date|the\s+(?:deadline|closing|due|results?|survey|form|portal|figures?)|we\b|I\b"
    r"|our\b|thanks?|many\s+thanks|kind|regards|yours|best|with|please|if|tell|give|send|let"
    r"|include|exclude|count|use|enter|tick|round|do\s+not|leave|contact|ring|call|e-?mail|this"
    r"|these|your|all|also|and|or|e\.g|for\s+example|by|before|\(|\d)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]{4,}")
_NONE = """
what which does have been this that with from your they their were will many much when where
school schools counts count mean means
"""
_NO_SUBJECTS = frozenset(_NONE.split())
_FEWEST_WORDS = 3


def is_put_to_us(pieces: tuple[Sentence, ...], place: int) -> bool:
    """Tell whether the sentence at this place is a question that the reader is to answer."""
    piece = pieces[place]
    words = piece.text
    if is_row(words):
        return False
    if not piece.is_question:
        return _asks_without_mark(words)
    if words.rstrip().endswith(('?"', "?'")) or _IDLE.search(words):
        return False
    if _OF_THE_READER.search(words) and not _MAY_WE_HAVE.search(words):
        return False
    if _ABOUT_THIS.search(words):
        return False
    return not _is_answered(pieces, place)


def question_begins(text: str) -> int:
    """Return where the question begins in a sentence that is one: behind what leads into it."""
    return next(
        (start for start in openings(text) if _BEGINS.match(text, start)), openings(text)[0]
    )


def _asks_without_mark(words: str) -> bool:
    if len(words.split()) < _FEWEST_WORDS or _ABOUT_THIS.search(words):
        return False
    if _OF_THE_READER.search(words):
        return False
    return any(_WITHOUT_MARK.match(words, start) for start in openings(words))


def _is_answered(pieces: tuple[Sentence, ...], place: int) -> bool:
    """Tell whether what follows is the answer. Most statements after a question are not."""
    if place + 1 >= len(pieces):
        return False
    question, after = pieces[place], pieces[place + 1]
    if after.line > question.line + 2 or after.is_question:
        return False
    if _FAQ_ANSWER.match(after.text):
        return True
    if _CLOSING.search(after.text):
        return False
    if _DEFINES.match(question.text) and _DEFINITION.search(after.text[:80]):
        return bool(_subjects(question.text) & _subjects(after.text[:80]))
    is_near = after.line == question.line
    return is_near and bool(_OF_OTHERS.search(question.text)) and "you" not in question.text


def _subjects(text: str) -> set[str]:
    return {word.rstrip("s") for word in _WORD.findall(text.casefold())} - _NO_SUBJECTS
