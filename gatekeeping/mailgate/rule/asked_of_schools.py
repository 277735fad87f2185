"""Whether a letter about one person asks schools for something that is not that person's.

A sentence that asks for what every school has (a policy, opening times, who leads on something),
or for anything else that is the school's own ("your filing", "what you like about"), and does not
speak of the person, is asked of schools in general. What every school has, and what schools are
asked for about one person ("your records", "whether you can offer"), is in
``data/mail_words.csv``.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from gatekeeping.mailgate.words.word_lists import words

SHORT_LINE: Final = 50
"""A line of more signs may go on in the next one."""
_THE_PERSON: Final = (
    r"(?i:he|she|him|her|his|hers|(?:this|the|that|named) (?:\w+ )?(?:child|pupil|student"
    r"|young person|learner|boy|girl|employee|colleague|family|parent|mother|father|carer"
    r"|sibling|brother|sister)|(?:the|both|these) (?:parents|carers|siblings))"
)
MOST_INITIALS: Final = 4
_AS_WITH: Final = re.compile(
    r"\b(?:like|unlike|such as|as (?:with|for|in)|similar to|besides?|alongside|after|example)"
    r"\s+\S+",
    re.IGNORECASE,
)
"""What names somebody only to compare."""
_ASKING: Final = re.compile(
    r"\?|\b(?:please|kindly|(?:could|can|would|will) (?:you|your|schools?|the school|either|both)"
    r"|(?:tell|send|give|let|inform|advise|e-?mail) (?:us|me|your|the|back)"
    r"|(?:we|i) (?:also )?(?:need|ask|require|want|are (?:asking|collecting|gathering))"
    r"|(?:would|should) (?:also )?(?:like|welcome|be (?:glad|grateful)))\b",
    re.IGNORECASE,
)
_OWN: Final = re.compile(r"\byour (?:own )?((?:[\w'’-]+ ?){1,3})", re.IGNORECASE)
_ASKED_OF_YOU: Final = re.compile(
    r"\b(?:what|which|how|who|when|where|why|whether|if)\b(?P<between>[^.?!;]{0,60}?)"
    r"\b(?:you|your (?:school|setting|office|college|academy|trust|team|staff|governors))\b"
    r"(?P<does>(?: [\w'’-]+){0,2})",
    re.IGNORECASE,
)
_ITEM: Final = re.compile(r"\s*(?:\(?[\da-z]{1,2}[.)]|[-*•–·])\s")
_SENTENCE_ENDS: Final = re.compile(r"(?<![A-Z]\.)(?<=[.!?])\s+")


def asks_of_schools(said: str, names: Iterable[str]) -> bool:
    """Tell whether a sentence asks for what every school has, and not about the person.

    ``names`` are the words by which the text names its person: parts of a name, or initials.
    """
    person = _person(names)
    return any(
        _is_general(sentence) and not person.search(_AS_WITH.sub(" ", sentence))
        for sentence in _asking(said)
    )


def _is_general(sentence: str) -> bool:
    """Tell whether a sentence asks for what is the school's, whoever is on its roll."""
    if words("things of schools").are_in(sentence):
        return True
    own, acts = words("own things for one"), words("acts for one")
    if any(not own.are_in(found[1]) for found in _OWN.finditer(sentence)):
        return True
    return any(
        not acts.are_in(found["does"]) and not found["between"].rstrip().endswith(("suit", "suits"))
        for found in _ASKED_OF_YOU.finditer(sentence)
    )


def _person(names: Iterable[str]) -> re.Pattern[str]:
    """Return what speaks of the person in a sentence: a name, initials, or a word like "she"."""
    known = (name.strip(".") for name in names)
    spelled = {
        r"\.?\s?".join(name) if name.isupper() and len(name) <= MOST_INITIALS else re.escape(name)
        for name in known
        if len(name) > 1
    }
    either = "|".join((_THE_PERSON, *sorted(spelled)))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)")


def _asking(said: str) -> Iterator[str]:
    """Yield the sentences that ask, also the points of a list below one that does."""
    below = False
    for paragraph in _paragraphs(said):
        is_item = bool(_ITEM.match(paragraph))
        for sentence in _SENTENCE_ENDS.split(paragraph):
            asks = bool(_ASKING.search(sentence))
            if asks or (is_item and below):
                yield sentence
            if not is_item:
                below = asks and sentence.rstrip().endswith(":")


def _paragraphs(said: str) -> Iterator[str]:
    """Yield the text in pieces that hold whole sentences: lines that were only broken are one."""
    piece: list[str] = []
    for line in said.split("\n"):
        ended = not piece or len(piece[-1]) < SHORT_LINE or piece[-1].rstrip()[-1:] in ".:;?!"
        if piece and (ended or not line.strip() or _ITEM.match(line)):
            yield " ".join(piece)
            piece = []
        if line.strip():
            piece.append(line)
    if piece:
        yield " ".join(piece)
