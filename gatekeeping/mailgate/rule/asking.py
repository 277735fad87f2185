"""Whether a message asks something of many, whatever its headers call it."""

import re
from typing import Final

from gatekeeping.mailgate.message import Message
from gatekeeping.mailgate.words.word_lists import words

LOOKED_AT: Final = 20_000
POINTING: Final = 40
_BELOW: Final = re.compile(
    r"\b(?:below|beneath|underneath|further down|down the (?:page|trail)|isod)\b", re.IGNORECASE
)
_TWICE: Final = 2


def asks_many(message: Message) -> bool:
    """Tell whether a message asks something, and of many, or asks more than one thing."""
    said = said_in(message)
    asked = words("asks").found_in(said)
    return bool(asked) and (len(asked) >= _TWICE or is_to_many(said))


def asks(message: Message) -> bool:
    """Tell whether a message asks anything at all."""
    return words("asks").are_in(said_in(message))


def is_to_many(said: str) -> bool:
    """Tell whether a text speaks to many, or of all of them."""
    return words("speaks to many").are_in(said)


def said_in(message: Message) -> str:
    """Return what somebody said themselves, with subject and greeting."""
    greeting = next(filter(str.strip, message.text.split("\n")), "")[:200]
    below = message.history if points_below(message) else ""
    return f"{message.subject}\n{greeting}\n{message.own_text}\n{below}"[:LOOKED_AT]


def points_below(message: Message) -> bool:
    """Tell whether the few words that somebody wrote send the reader to what was quoted."""
    return is_short(message, POINTING) and bool(_BELOW.search(message.own_text))


def is_short(message: Message, most: int) -> bool:
    """Tell whether somebody wrote no more words than ``most`` themselves."""
    return len(message.own_text.split()) <= most
