"""How two editions of a text differ: the same, misspellings mended, shorter, or something else.

There is no dictionary here, so a mended misspelling is what only a misspelling can be: one letter
of a longer word, a doubled word, a small word of no weight. Whatever could turn what is asked into
something else counts as a change, and a person looks at it.
"""

import enum
import re
import unicodedata
from collections.abc import Hashable, Iterator, Sequence
from typing import Final, TypeVar

from gatekeeping.closeness import fewest_steps, is_one_slip

T = TypeVar("T", bound=Hashable)


class Apart(enum.StrEnum):
    """How far a text is from the one before, the nearest first."""

    SAME = "same"
    CONTACT = "contact"
    TYPO = "typo"
    SHORTER = "shorter"
    OTHER = "other"


CONTACT: Final = re.compile(
    r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
    r"|(?<![\w/.,-])(?:\+44[\s\u00a0]?|0)\d{2,4}(?:[\s\u00a0-]?\d{3,4}){2}(?![\w/.,-]?\d)"
)
LINK: Final = r"(?:(?:https?://|www\.)[^\s<>()\"]+|(?<![\w@.-])(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}/[^\s<>()\"]*)"
"""A web address, also without its scheme; small and capital letters in it are not the same."""
NOT_IN_LINKS: Final = re.compile(rf"({LINK})|{CONTACT.pattern}", re.IGNORECASE)
TOKEN: Final = re.compile(
    rf"{LINK}|\d+(?:[.,:/]\d+)*|[^\W_]+(?:['’-][^\W_]+)*|[?£%&@#]|\u0001", re.IGNORECASE
)
IS_LINK: Final = re.compile(LINK, re.IGNORECASE)
SENTENCE_END: Final = re.compile(r"(?<=[.!?:;])\s+|\n+")


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


SMALL: Final = frozenset({"a", "an", "the", "of", "to", "is", "are", "that", "in", "for"})
"""Words that may be put in or left out as in any slip of the pen."""
WEIGHTY: Final = _listed(
    """
    not no non none never nor neither without unless except only all each every any both either
    must may might should shall can cannot could would will need needs needed have
    require required requires statutory mandatory compulsory voluntary optional
    if when before after until by from or and but per more less least most over under
    once twice daily weekly monthly termly yearly annual annually
    one two three four five six seven eight nine ten eleven twelve twenty thirty hundred first
    second third half
    monday tuesday wednesday thursday friday saturday sunday
    january february march april may june july august september october november december
    sign signed ink male female boy boys girl girls
    """
)
"""Words that change what is asked or by when; a sentence that goes with one is looked at."""
LIGHTENING: Final = _listed(
    """
    not no non none never nor neither cannot unless except only optional voluntary if need may
    instead without exempt excused excuse skip ignore omit leave blank choose choice wish wishes
    discretion waived spared already information
    """
)
"""A sentence with one of these may make the rest lighter: taking it away asks for more."""
LEAST_LETTERS: Final = 4
MOST_TYPOS: Final = 12
MOST_COMPARED: Final = 25_000_000
"""Pairs of words or sentences; what differs by more than that is another text anyway."""
WORDS_A_TYPO: Final = 25


def apart(before: str, after: str) -> Apart:
    """Return how the second text differs from the first.

    SHORTER: whole sentences went and nothing else but misspellings changed. CONTACT: only e-mail
    addresses and telephone numbers differ. Takes time in proportion to the texts, about.
    """
    old, new = _plain(before), _plain(after)
    if _words(old) == _words(new):
        return Apart.SAME
    masked_old, masked_new = _masked(old), _masked(new)
    if _words(masked_old) == _words(masked_new):
        return Apart.CONTACT
    return _by_sentence(masked_old, masked_new)


def is_slight(before: str, after: str) -> bool:
    """Tell whether nothing changed but spelling, spacing or whom to reach."""
    return apart(before, after) in {Apart.SAME, Apart.CONTACT, Apart.TYPO}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("’", "'").replace("‘", "'")


def _words(text: str) -> list[str]:
    found = TOKEN.findall(text)
    return [word if IS_LINK.fullmatch(word) else word.casefold() for word in found]


def _masked(text: str) -> str:
    """Return the text with a mark for whom to reach; what stands in a web address stays."""
    return NOT_IN_LINKS.sub(lambda found: found[1] or "\u0001", text)


def _by_sentence(old: str, new: str) -> Apart:
    first, second = _sentences(old), _sentences(new)
    typos, gone = 0, False
    for tag, left, right in _steps(first, second):
        if tag == "delete":
            if any(_lightens(sentence) for sentence in left):
                return Apart.OTHER
            gone = True
            continue
        slips = [_slips(*pair) for pair in zip(left, right, strict=False)]
        if tag != "replace" or None in slips:
            return Apart.OTHER
        typos += sum(slip or 0 for slip in slips)
    if typos > max(3, min(MOST_TYPOS, len(_words(old)) // WORDS_A_TYPO)):
        return Apart.OTHER
    return Apart.SHORTER if gone else Apart.TYPO


def _sentences(text: str) -> list[tuple[str, ...]]:
    found = (tuple(_words(part)) for part in SENTENCE_END.split(text))
    return [sentence for sentence in found if sentence]


def _steps(
    first: Sequence[T], second: Sequence[T]
) -> Iterator[tuple[str, Sequence[T], Sequence[T]]]:
    """Yield what turns one into the other: replace, insert or delete, with both pieces."""
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    end = 0
    while end < min(len(first), len(second)) - start and first[-1 - end] == second[-1 - end]:
        end += 1
    old, new = first[start : len(first) - end], second[start : len(second) - end]
    if len(old) * len(new) > MOST_COMPARED:
        yield "insert", old, new
        return
    for tag, start, end, there, until in fewest_steps(old, new):
        if tag != "equal":
            yield tag, old[start:end], new[there:until]


def _slips(left: tuple[str, ...], right: tuple[str, ...]) -> int | None:
    """Return how many misspellings make one sentence of the other; None when it is no such."""
    count = 0
    for tag, old, new in _steps(left, right):
        if tag == "replace":
            slight = all(_is_slip(*pair) for pair in zip(old, new, strict=True))
        else:
            words, other = (old, right) if tag == "delete" else (new, left)
            slight = all(word in SMALL or _is_doubled(word, words, other) for word in words)
        if not slight:
            return None
        count += max(len(old), len(new))
    return count


def _is_slip(old: str, new: str) -> bool:
    if _is_weighty(old) or _is_weighty(new) or min(len(old), len(new)) < LEAST_LETTERS:
        return {old, new} <= SMALL
    return old.isalpha() and new.isalpha() and is_one_slip(old, new)


def _is_doubled(word: str, words: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether a word stands twice where it stood once, as in "the the"."""
    return len(words) == 1 and not _is_weighty(word) and word.isalpha() and word in other


def _is_weighty(word: str) -> bool:
    return word in WEIGHTY or word.endswith("n't") or not word.isalpha()


def _lightens(sentence: tuple[str, ...]) -> bool:
    if any(word in LIGHTENING or word.endswith("n't") for word in sentence):
        return True
    return "up to you" in " ".join(sentence)
