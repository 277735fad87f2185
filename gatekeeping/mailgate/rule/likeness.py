"""Whether two messages say nearly the same, told from keyed marks without their text.

A mark stands for one word in its common form (``gatekeeping.thesaurus``), so that synonyms, other
greetings, dates, schools, signatures and another order change little. Without the key nobody can
tell which words were there.
"""

import hashlib
import re
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import compress, islice
from operator import not_
from typing import Final, NamedTuple

import numpy as np

from foundation.remembered import Remembered
from gatekeeping.alike.courtesy import courtesies
from gatekeeping.mailgate.message import Message
from gatekeeping.mailgate.rule.asking import points_below
from gatekeeping.mailgate.rule.exemptions import is_answer
from gatekeeping.mailgate.words.common_words import common_forms, weight_of
from gatekeeping.mailgate.words.disguises import bare_letters
from gatekeeping.mailgate.words.own_words import framed
from gatekeeping.mailgate.words.subjects import bare
from gatekeeping.mailgate.words.word_lists import words
from gatekeeping.thesaurus.naming import words_of_lines, words_of_tokens
from gatekeeping.thesaurus.written import tokens_of, tokens_of_each

ALIKE_FROM: Final = 0.5
"""From this likeness on two messages are joined: ``tests/gatekeeping/mailgate/mail_pairs``."""
MOST_MARKS: Final = 800
"""Five bytes each: four kilobytes at most. Of more words those with the smallest marks stand."""
READ: Final = 16_000
SHORT: Final = 4.0
"""Letters whose words tell less than this in all are alike only if nearly every word is."""
OTHER_SUBJECT: Final = 0.5
"""What is left of the likeness where each has a subject that the other never mentions."""
SAME_WORDS: Final = 0.7
WITHIN: Final = 3.0
"""Of a short letter that stands within a long one the words tell so much at least."""
_OFTEN: Final = 4
_MORE: Final = 0.3
"""What each further time adds to a word's weight."""
_POLITE: Final = 0.3
"""What words of sentences weigh that any letter could have."""
_REPEATED: Final = (_POLITE, *(1 + _MORE * (times - 1) for times in range(1, _OFTEN + 1)))
"""By how often a word stands in the other sentences."""
_ENOUGH: Final = 100
"""So many words weigh more than a short letter, whichever they are."""
_TOPIC: Final = 128
"""Stands in the weight of a word that the subject and the text have, and that tells much."""
_WEIGHTS: Final = bytes(range(_TOPIC)) * 2
"""Takes that out of weights again."""
_WHOLE: Final = 0.85
_FILE: Final = 0.3
_STEPS: Final = 32
_ENDS: Final = re.compile(r"([.!?;:])\s+")
_OF_SCHOOLS: Final = (
    "Primary|Infant|Infants['’]?|Junior|Nursery|High|Grammar|Community|Secondary|Special|Catholic"
    "|Church|Free|College|Academy|School|Sixth|Form"
)
_SCHOOLS: Final = re.compile(
    r"\b(?:(?:St\.?|[A-Z][\w'’.-]{1,25}|CE|RC|VA|VC|&|of|the|and|with|in) ){0,6}"
    rf"[A-Z][\w'’.-]{{1,25}} (?:{_OF_SCHOOLS})(?: (?:{_OF_SCHOOLS}|and|of|England)){{0,6}}\b"
)
_SCHOOL_WORDS: Final = tuple(
    f" {word}" for word in _OF_SCHOOLS.split("|") if not word.startswith("Infants")
)
"""No school's name without one of these."""
_LINKS: Final = re.compile(r"(?:https?://|www\.)\S+|[^\s@]{1,64}@\S{1,250}")
_OF_LINKS: Final = ("@", "://", "www.")
"""No link without one of these."""
_FILE_WORDS: Final = re.compile(r"[^\W_]+")
_HEADERS: Final = re.compile(
    r"^\W{0,8}(?:from|sent|date|to|cc|subject|reply-to)\s{0,8}:.*$", re.IGNORECASE | re.MULTILINE
)


class _Marks(NamedTuple):
    """Marks as they are compared: each word's weight, what all weigh, which are the subject's."""

    weights: Mapping[int, int]
    whole: int
    subject: frozenset[int]
    is_short: bool


def marks(message: Message, key: bytes) -> bytes:
    """Return the marks of a message: at most 4 KB from which no text can be made again.

    The same message gives the same marks under the same key.
    """
    often = _often(message)
    is_short = sum(map(_weight, islice(often.items(), _ENOUGH))) < SHORT
    marked = list(map(_marked(key).__getitem__, often.items()))
    marked += (_mark(word, key) << 8 | _stored(_FILE) for word in _files(message))
    marked += (
        _mark(word, key) << 8 | _TOPIC | _stored(_weight((word, often[word])))
        for word in _subject(message, often)
    )
    # Of two with one mark the heavier one counts: of a word, what says that the subject has it.
    each = np.sort(np.array(marked, np.uint64))
    found = each >> 8
    last = np.append(found[1:] != found[:-1], True)[: each.size]
    chosen = each[last][:MOST_MARKS]
    packed: bytes = (chosen >> 8).astype("<u4").tobytes() + chosen.astype(np.uint8).tobytes()
    return bytes([1, is_short]) + packed


def alike(one: bytes, other: bytes) -> float:
    """Return how much two messages say the same, from 0 to 1; from ``ALIKE_FROM`` on they do."""
    a, b = _unpacked(one), _unpacked(other)
    if not a.whole or not b.whole:
        return 0.0
    shared = a.weights.keys() & b.weights.keys()
    weight = sum(min(a.weights[mark], b.weights[mark]) for mark in shared)
    are_apart = a.subject - b.weights.keys() and b.subject - a.weights.keys()
    rest = OTHER_SUBJECT if are_apart else 1.0
    of_both = 2 * weight / (a.whole + b.whole)
    if a.is_short and b.is_short:
        same = rest * min(of_both, 2 * len(shared) / (len(a.weights) + len(b.weights)))
        return same if same >= SAME_WORDS else same * ALIKE_FROM
    least = min(a.whole, b.whole)
    both = rest * (of_both + weight / least) / 2
    if a.is_short == b.is_short:
        return both
    # A short letter within a long one: only if it tells something, and stands there whole.
    is_within = least >= WITHIN * _STEPS and weight >= _WHOLE * least
    return max(both, ALIKE_FROM) if is_within else both * ALIKE_FROM


def weights_in(stored: bytes) -> bytes:
    """Return what each word weighs, in the order of the marks."""
    return stored[2 + 4 * (max(0, len(stored) - 2) // 5) :].translate(_WEIGHTS)


def alike_to(one: bytes) -> Callable[[bytes], bool]:
    """Return what tells of other marks whether they are alike: quick where most are not.

    What two long letters share weighs at most what the words that both have weigh in the one.
    """
    own = _unpacked(one)

    def is_alike(other: bytes) -> bool:
        if not own.is_short and other[1:2] == b"\x00":
            count = max(0, len(other) - 2) // 5
            shared = own.weights.keys() & struct.unpack_from(f"<{count}I", other, 2)
            least = min(own.whole, sum(other[2 + 4 * count :].translate(_WEIGHTS)))
            if sum(map(own.weights.__getitem__, shared)) < ALIKE_FROM * least:
                return False
        return alike(one, other) >= ALIKE_FROM

    return is_alike


@lru_cache(maxsize=64)
def _unpacked(stored: bytes) -> _Marks:
    count = max(0, len(stored) - 2) // 5
    if not count:
        return _Marks({}, 0, frozenset(), is_short=True)
    found = struct.unpack_from(f"<{count}I", stored, 2)
    weighed = stored[2 + 4 * count :]
    weights = dict(zip(found, weighed.translate(_WEIGHTS), strict=False))
    subject = frozenset(
        mark for mark, weight in zip(found, weighed, strict=False) if weight >= _TOPIC
    )
    return _Marks(weights, sum(weights.values()), subject, stored[1:2] == b"\x01")


@lru_cache(maxsize=4096)
def _stored(weight: float) -> int:
    return min(_TOPIC - 1, max(1, round(weight * _STEPS)))


def _weight(counted: tuple[str, int]) -> float:
    """Return what a word weighs that stands so often in sentences that tell something."""
    word, times = counted
    return weight_of(word) * _REPEATED[min(times, _OFTEN)]


@lru_cache(maxsize=16)
def _marked(key: bytes) -> Remembered[tuple[str, int], int]:
    """Return what gives each word's mark, and what it weighs as it is stored in the lowest byte."""

    def work_out(counted: tuple[str, int]) -> int:
        return _mark(counted[0], key) << 8 | _stored(_weight(counted))

    return Remembered(work_out, most=32768)


def _mark(word: str, key: bytes) -> int:
    digest = hashlib.blake2b(word.encode(), digest_size=4, key=_key(key)).digest()
    return int.from_bytes(digest, "little")


@lru_cache(maxsize=16)
def _key(key: bytes) -> bytes:
    return hashlib.blake2b(b"marks of mail" + key, digest_size=32).digest()


def said(message: Message) -> str:
    """Return what a message says for whoever gets it.

    An answer says what was written above its history, unless that points there. Whatever else has
    a history below it says that as well: it passes it on.
    """
    own = _counting(message)
    if is_answer(message) and own and not points_below(message):
        return own[:READ]
    passed_on = framed(_HEADERS.sub("", message.history)) if message.history else ""
    return "\n".join([own, passed_on, *_within(message, 3)])[:READ]


def _counting(message: Message) -> str:
    """Return what somebody wrote themselves; after the sign-off only what asks something.

    Many authorities end every letter with a paragraph about themselves.
    """
    own = message.own_text
    for paragraph in message.parted.added:
        if not words("asks").are_in(paragraph):
            own = own.replace(paragraph, "", 1)
    return own


def _within(message: Message, levels: int) -> Iterator[str]:
    """Return what the messages say that come within a message."""
    for one in message.nested[:3] if levels else ():
        yield f"{bare(one.subject)}\n{one.own_text}"
        yield from _within(one, levels - 1)


def _often(message: Message) -> Counter[str]:
    """Return the words that tell what a message is about, and how often each does.

    Those of sentences alone that any letter could have do so no time.
    """
    sentences = _sentences(message)
    if not sentences:
        return Counter()
    # Together: a letter of seventy lines is read in a fraction of the time.
    read, polite = tokens_of_each(sentences), courtesies(sentences)
    often = Counter(common_forms(words_of_lines(compress(read, map(not_, polite)))))
    if any(polite):
        for word in common_forms(words_of_lines(compress(read, polite))):
            often.setdefault(word, 0)
    return often


def _subject(message: Message, often: Mapping[str, int]) -> Iterator[str]:
    """Return the words of the subject that tell much, and that the text has again."""
    tokens = tokens_of(bare_letters(bare(message.subject)))
    for word in set(common_forms(words_of_tokens(tokens))):
        if weight_of(word) >= 1 and often.get(word, 0) > 1:
            yield word


def _files(message: Message) -> Iterator[str]:
    """Return what tells files apart: by them letters differ that say "see attached".

    The size tells a file that was given another name.
    """
    for file in message.attachments:
        name = file.name.casefold().rpartition(".")[0] or file.name.casefold()
        yield from (f"file {word}" for word in _FILE_WORDS.findall(name))
        yield f"file of {file.size} bytes"


def _sentences(message: Message) -> list[str]:
    """Return the sentences and lines, without links and names of schools."""
    text = bare_letters(f"{bare(message.subject)}\n{said(message)}")
    text = _left_out(_LINKS, _OF_LINKS, text)
    text = _left_out(_SCHOOLS, _SCHOOL_WORDS, _ENDS.sub(r"\1\n", text))
    return [line for line in text.split("\n") if line.strip()]


def _left_out(pattern: re.Pattern[str], signs: Sequence[str], text: str) -> str:
    """Return lines without what a pattern finds, which always has one of these signs in it."""
    some = [sign for sign in signs if sign in text]
    if not some:
        return text
    return "\n".join(
        pattern.sub(" ", line) if any(sign in line for sign in some) else line
        for line in text.split("\n")
    )
