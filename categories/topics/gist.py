"""What of a text says what it is about: not its greeting, signature, footer or quoted letters."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from foundation.words import stem

LONGEST_READ = 20_000
"""Characters that are read. A category shows itself early; the rest of a very long text adds
nothing but time."""
MOST_SENTENCES = 600
LONGEST_TITLE = 20
"""A first line, or a first sentence, of no more words than this is a title."""
IN_CAPITALS = 0.6
"""With more of its letters in capitals than this, a text shouts: they tell nothing any more."""

_FILLING_WORDS = """
a an the of for to in on at by and or with from our your their its his her my this that these
those is are was were be been it we you they i us please any each all
"""
_FILLING = frozenset(_FILLING_WORDS.split())
_TOKEN = re.compile(r"£|[^\W_]+(?:['’][^\W_]+)?")
_ABBREVIATION = re.compile(r"([A-Z]{2,6})s?")
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|[\n\r\t|]+")
_EARLIER_LETTER = re.compile(
    r"^[ \t]*(?:-{2,}[ \t]*original message|-{2,}[ \t]*forwarded|_{10,}[ \t]*$"
    r"|on [^\n]{5,90} wrote:[ \t]*$|from:[^\n]{3,120}\n[ \t]*(?:sent|date|to):)",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED = re.compile(r"^[ \t]*>[^\n]*$", re.MULTILINE)
_HEADER = re.compile(r"^[ \t]*(?:from|to|cc|sent|date):[^\n]{0,200}$", re.IGNORECASE | re.MULTILINE)
_SUBJECT = re.compile(
    r"^[ \t]*(?:subject|title):[ \t]*(?:(?:fwd?|re):[ \t]*)*", re.IGNORECASE | re.MULTILINE
)
_GREETING = re.compile(
    r"(?:^|(?<=[.!?:\n]))[ \t]*(?:dear|hello|hi|good (?:morning|afternoon))\b"
    r"[^,.:!\n]{0,60}[,:!\n]",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\b(?:kind(?:est)?|best|warm(?:est)?) (?:regards|wishes)\b|\byours (?:sincerely|faithfully)\b"
    r"|^[ \t]*(?:many thanks|thank you|thanks|regards)[ \t]*[,.!]?[ \t]*$|^-- ?$",
    re.IGNORECASE | re.MULTILINE,
)
_MAIL = re.compile(r"\b(?:e-?mail|message|communication|transmission)\b", re.IGNORECASE)
_FOOTER = re.compile(
    r"\b(?:confidential|intended|addressee|recipient|viruses|monitored|delete it)\b", re.IGNORECASE
)
_PRINTING = re.compile(r"\bconsider the environment\b|\bthink before (?:you )?print", re.IGNORECASE)
_ADDRESS = re.compile(r"\bhttps?://\S+|\bwww\.\S+|@[\w.-]+")
LEAST_LEFT = 12
"""With fewer words left above a quoted letter, the quoted letter is what it is about."""


SAME: Mapping[str, str] = {
    stem(word): stem(usual)
    for usual, words in {
        "pupil": "child children kid kids student learner youngster",
        "staff": "employee colleague personnel",
        "meal": "dinner lunch",
        "parent": "mum dad mother father",
        "head": "headteacher principal",
        "sick": "ill unwell poorly illness sickness",
        "laptop": "chromebook ipad notebook",
        "email": "mail",
        "test": "exam examination",
        "picture": "photograph photo image",
        "money": "funds cash",
    }.items()
    for word in words.split()
}
"""Words that mean the same inside a phrase."""


@dataclass(frozen=True)
class Word:
    """A word that may mean something: its stem, its abbreviation if it is one, and its place."""

    stem: str
    sense: str
    """The stem, or that of the usual word for the same thing: pupil for child."""
    short: str
    start: int
    end: int


@dataclass(frozen=True)
class Gist:
    """The sentences that matter, the title first; places point into ``text``."""

    text: str
    sentences: tuple[tuple[Word, ...], ...]
    title: int
    """How many of the sentences are the title; 0 when there is none."""

    @property
    def stems(self) -> tuple[str, ...]:
        """Return the stems in their order."""
        return tuple(word.stem for sentence in self.sentences for word in sentence)


def gist(text: str) -> Gist:
    """Return what the text is about, as words. Bounded, whatever the text."""
    text = matter(text[:LONGEST_READ])
    letters = [each for each in text[:4_000] if each.isalpha()]
    shouts = sum(map(str.isupper, letters)) > IN_CAPITALS * len(letters)
    found = list(_sentences(text, shouts=shouts))
    has_title = len(found) > 1 and len(found[0]) <= LONGEST_TITLE
    return Gist(text, tuple(found), 1 if has_title else 0)


def matter(text: str) -> str:
    """Take out greeting, signature, footer and quoted letters."""
    text = unicodedata.normalize("NFKC", text).replace("\r\n", "\n").strip()
    above = _EARLIER_LETTER.search(text)
    if above and len(text[: above.start()].split()) >= LEAST_LEFT:
        text = text[: above.start()]
    if len(_QUOTED.sub("", text).split()) >= LEAST_LEFT:
        text = _QUOTED.sub("", text)
    text = _HEADER.sub("", _SUBJECT.sub("", text))
    text = _ADDRESS.sub(" ", text)
    closings = [found for found in _CLOSING.finditer(text) if found.start() > len(text) // 2]
    if closings:
        text = text[: closings[0].start()]
    return _GREETING.sub("\n", text).strip()


def words_of(phrase: str) -> tuple[Word, ...]:
    """Return the words of a phrase of the vocabulary, as ``gist`` would find them in a text."""
    return tuple(_words(phrase, 0, shouts=False))


def _sentences(text: str, *, shouts: bool) -> Iterator[tuple[Word, ...]]:
    start = count = 0
    for mark in [*_SENTENCE_END.finditer(text), None]:
        end = mark.start() if mark else len(text)
        said = text[start:end]
        words = () if _is_footer(said) else tuple(_words(said, start, shouts=shouts))
        if words:
            yield words
            count += 1
        if mark is None or count >= MOST_SENTENCES:
            return
        start = mark.end()


def _is_footer(said: str) -> bool:
    return bool(_PRINTING.search(said) or (_FOOTER.search(said) and _MAIL.search(said)))


def _words(text: str, offset: int, *, shouts: bool) -> Iterator[Word]:
    for found in _TOKEN.finditer(text):
        said = found.group()
        short = "" if shouts else _short(said)
        word = _plain(said.casefold())
        if word in _FILLING:
            if not short or short == "US":
                continue
            word = short  # IT is no “it”
        else:
            word = stem(word)
        yield Word(word, SAME.get(word, word), short, offset + found.start(), offset + found.end())


def _short(said: str) -> str:
    found = _ABBREVIATION.fullmatch(said)
    return found[1] if found else ""


def _plain(word: str) -> str:
    if word.isascii():
        return word
    bare = unicodedata.normalize("NFKD", word)
    return "".join(each for each in bare if not unicodedata.combining(each))
