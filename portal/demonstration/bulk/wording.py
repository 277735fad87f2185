"""Words for very many papers: common ones often, rare ones rarely, no two papers alike."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random

from categories.catalogue import SHIPPED, Entry, read_catalogue
from gatekeeping.thesaurus.concepts import every
from portal.demonstration.letters import VENUES, texts

RARE_WORDS = 12_000
"""Made-up proper names (streets, products, rooms), so that an index has a long tail as in life."""
HEADS = ("Ash", "Birk", "Cald", "Dun", "Elm", "Fair", "Grim", "Hol", "Ings", "Kel", "Lind", "Mar")
MIDDLES = ("a", "e", "er", "en", "ing", "in", "o", "or", "el", "is", "um", "al")
TAILS = (
    "bank",
    "by",
    "croft",
    "dale",
    "field",
    "ford",
    "gate",
    "ham",
    "ley",
    "thorpe",
    "ton",
    "wick",
)
ENDINGS = ("", "s", "side", "way", "head", "mere", "brook", "stone")
OPENINGS = (
    "This paper is about {a} and {b}.",
    "Here is what you need to know about {a}.",
    "Please find below the note on {a} that was promised at the last visit.",
    "We write about {a}, and shortly about {b}.",
    "After our call on {day} this is the record of what was agreed on {a}.",
    "The report on {a} for {period} is ready.",
    "Thank you for sending us the {b}. This is our answer.",
    "The review of {a} took place on {day} at {venue}.",
)
MIDDLE_SENTENCES = (
    "The {w1} was looked at together with the {w2}, and both were found to be in order.",
    "Our adviser noted that {a} depends on the {w1} more than on the {w2}.",
    "Where {b} is concerned, the {w1} should be kept beside the {w2} until {day}.",
    "The panel asked for a second look at the {w1} in {period}.",
    "At {rare} the {w1} was changed first, and the {w2} followed in {period}.",
    "The figures for {a} were {n} last year and {m} this year.",
    "Contractors will be at {rare} from {day} and need access to the {w1}.",
    "The next meeting on {a} is at {venue} on {day}.",
    "A copy of the {w1} has gone to the colleague who looks after the {w2}.",
    "If the {w1} is late, the {w2} can be sent on its own.",
    "The agreement covers {a}, {b} and the {w1}; it ends in {period}.",
    "Reference {code} should be quoted on everything about the {w1}.",
    "The order of {n} for {rare} was confirmed, and the invoice carries number {code}.",
    "Nobody needs to do anything about the {w2} before {day}.",
    "Three steps remain: the {w1}, the {w2} and the sign-off for {b}.",
    "Please keep this with your papers on {a} and show it to whoever takes over the {w1}.",
)
TITLES = (
    "{a}: note of {day}",
    "{a} for {period}",
    "{A}, {rare}",
    "Your {a}: what was agreed",
    "{a} and {b}: summary",
    "{heading}: {a}",
    "Visit note: {a}",
    "Report on {a}, {period}",
    "Reply about {a}",
    "{heading}: papers for {day}",
    "Updated: {a}",
    "{a} ({code})",
)
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "September")
PERIODS = ("autumn term", "spring term", "summer term", "financial year", "school year")
LITTLE = frozenset(
    {"which", "their", "there", "where", "about", "whose", "other", "every", "between", "whether"}
    | {"these", "those", "after", "before", "under", "being", "through", "during", "without"}
    | {"could", "would", "should", "first", "early", "across", "together", "anybody", "doing"}
)
LONGEST_NAME = 48
SHARED = 0.35
"""How much of a paper is sentences that stand in others too."""


@dataclass(frozen=True)
class Vocabulary:
    """Words by how often they are used, sentences that recur, and names of things by category."""

    words: Sequence[str]
    weights: Sequence[float]
    sentences: Sequence[str]
    things: Mapping[str, Sequence[str]]
    rare: Sequence[str]


@dataclass(frozen=True)
class Written:
    """A paper's words."""

    title: str
    body: str


@cache
def vocabulary() -> Vocabulary:
    """Return the words, gathered from what the product ships; always in the same order."""
    entries = read_catalogue(SHIPPED)
    sentences = _sentences()
    names = [
        name for one in every().values() for name in (one.label, *one.names) if _is_short(name)
    ]
    text = " ".join((*names, *(_of(entry) for entry in entries)))
    counted: dict[str, int] = {}
    for word in re.findall(r"[a-z]{5,}", text.lower()):
        if word not in LITTLE:
            counted[word] = counted.get(word, 0) + 1
    words = sorted(counted, key=lambda word: (-counted[word], word))
    made = Random(888)  # noqa: S311 - made-up words keep no secrets
    rare = sorted({_name(made) for _ in range(RARE_WORDS)})
    made.shuffle(rare)
    return Vocabulary(
        words=words,
        weights=list(accumulate(1 / (place + 8) for place in range(len(words)))),
        sentences=sentences,
        things={entry.slug: _things(entry, names) for entry in entries},
        rare=rare,
    )


def write(random: Random, heading: str, slug: str) -> Written:
    """Write one paper of 100 to 400 words about a category."""
    known = vocabulary()
    things = known.things.get(slug) or known.things["governing-body"]
    a, b = random.choice(things), random.choice(things)
    how_many = random.choice((6, 7, 8, 9, 10, 12, 14, 18))
    drawn = iter(random.choices(known.words, cum_weights=known.weights, k=2 * how_many + 24))
    blanks = _blanks(random, known, heading, a, b)
    said = [random.choice(OPENINGS).format_map(blanks)]
    for _ in range(how_many):
        if random.random() < SHARED:
            said.append(random.choice(known.sentences))
            continue
        blanks |= {"w1": next(drawn), "w2": next(drawn), "rare": random.choice(known.rare)}
        said.append(random.choice(MIDDLE_SENTENCES).format_map(blanks))
    half = len(said) // 2
    also = ", ".join(next(drawn) for _ in range(random.randrange(6, 20)))
    body = f"{' '.join(said[:half])}\n\n{' '.join(said[half:])}\n\nSee also: {also}."
    title = random.choice(TITLES).format_map(blanks)
    return Written(title[:1].upper() + title[1:200], body)


def _blanks(random: Random, known: Vocabulary, heading: str, a: str, b: str) -> dict[str, str]:
    return {
        "a": a,
        "A": a[:1].upper() + a[1:],
        "b": b,
        "heading": heading,
        "day": f"{random.randrange(1, 29)} {random.choice(MONTHS)}",
        "period": f"{random.choice(PERIODS)} {random.choice((2024, 2025, 2026))}",
        "venue": random.choice(VENUES),
        "rare": random.choice(known.rare),
        "n": str(random.randrange(3, 4_000)),
        "m": str(random.randrange(3, 4_000)),
        "code": f"{random.choice('ABCDEFGHKLMNPRSTWY')}{random.randrange(10_000, 999_999)}",
    }


def _sentences() -> list[str]:
    given = texts()
    bodies = [letter["body"] for letter in given["letter"]]
    bodies += [*given["more"], *given["telling"]]
    bodies += [ending for some in given["endings"].values() for ending in some]
    found = (
        sentence.strip()
        for body in bodies
        for paragraph in body.split("\n")
        if not paragraph.startswith(("#", "-", "1", "2", "3", "4", "|"))
        for sentence in re.split(r"(?<=[.?!])\s+", paragraph)
    )
    kept = (one for one in found if one.endswith((".", "?")) and "{" not in one and "*" not in one)
    return list(dict.fromkeys(kept))


def _things(entry: Entry, names: Sequence[str]) -> Sequence[str]:
    """Return what papers of a category are about: its own words, and names that share one."""
    own = [word for word in (*entry.keywords, entry.heading.lower()) if word]
    marks = {word for one in own for word in re.findall(r"[a-z]{5,}", one.lower())}
    kin = [name for name in names if marks.intersection(re.findall(r"[a-z]{5,}", name.lower()))]
    return [*own, *own, *kin[:60]]


def _of(entry: Entry) -> str:
    return " ".join((entry.heading, entry.description, entry.typical_owner, *entry.keywords))


def _is_short(name: str) -> bool:
    return len(name) <= LONGEST_NAME and name.isascii()


def _name(random: Random) -> str:
    parts = (random.choice(HEADS), random.choice(MIDDLES), random.choice(TAILS))
    return "".join(parts) + random.choice(ENDINGS)
