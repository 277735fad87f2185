"""What a job title says: which of a school's usual jobs somebody has, by a table of words."""

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
LEADS = frozenset(
    {"lead", "leader", "head", "coordinator", "director", "manager", "officer", "subject"}
)
BARE = frozenset({"head", "deputy", "principal", "chair"})
"""Words that say the job only when nothing of it follows: “Head of maths” is no headteacher."""
DOING = frozenset({"teacher", "teachers", "tutor", "adviser", "advisor", "worker", "support"})
"""Words of people who do a job without leading it, when no word of leading stands beside them."""
LESSER = frozenset({"deputy", "assistant", "trainee"})
END = "|"
WEAK, PLAIN, STRONG = 0, 1, 2
LONGEST = 7
MOST = 120


@dataclass(frozen=True)
class Job:
    """A job that a title names, and how surely: leading it, doing it, helping whoever does."""

    name: str
    strength: int


@lru_cache(maxsize=8192)
def jobs_of(job_title: str) -> tuple[Job, ...]:
    """Return the jobs that a title names, each once, in its order; none when it says nothing.

    The longest phrase of the table wins, and no word counts twice: “Assistant headteacher
    (SENCO)” is an assistant head and the SENCO, never the head.
    """
    words = _words(job_title)
    leads = DOING.isdisjoint(words) or not LEADS.isdisjoint(words)
    found: dict[str, int] = {}
    place = 0
    while place < len(words):
        length, names = _longest(words, place)
        if not length:
            place += 1
            continue
        lesser = place > 0 and words[place - 1] in LESSER
        strength = WEAK if lesser else STRONG if leads else PLAIN
        for name in names:
            found.setdefault(name, strength)
        place += length
    return tuple(Job(name, strength) for name, strength in found.items())


@cache
def jobs_for_owner() -> dict[str, tuple[str, ...]]:
    """Return which jobs each typical owner (in lower case) may have, best first."""
    return {
        row["typical_owner"].casefold(): tuple(row["jobs"].split(";"))
        for row in _rows("typical_owners.csv")
    }


def jobs_wanted(typical_owner: str) -> tuple[str, ...]:
    """Return the jobs that suit a typical owner; one whom the table lacks is read as a title."""
    known = jobs_for_owner().get(typical_owner.casefold().strip())
    return known if known is not None else tuple(job.name for job in jobs_of(typical_owner))


def _longest(words: tuple[str, ...], place: int) -> tuple[int, tuple[str, ...]]:
    for length in range(min(LONGEST, len(words) - place), 0, -1):
        names = _phrases().get(words[place : place + length])
        if names is None:
            continue
        after = words[place + length] if place + length < len(words) else END
        if words[place + length - 1] in BARE and after == "of":
            continue
        if length == 1 and words[place] in BARE and after not in (END, "and"):
            continue
        return length, names
    return 0, ()


@cache
def _phrases() -> dict[tuple[str, ...], tuple[str, ...]]:
    return {
        tuple(row["words"].split()): tuple(name for name in row["jobs"].split(";") if name)
        for row in _rows("job_titles.csv")
    }


def _words(job_title: str) -> tuple[str, ...]:
    text = job_title[:MOST].casefold().replace("’", "'").replace("'", "").replace("&", " and ")
    text = re.sub(r"\b(\w)\.(?=\w\b)", r"\1", text)  # S.E.N.C.O.
    text = re.sub(r"[,;:/()\[\]|+]|\s[-–—]\s", f" {END} ", text)
    words = re.findall(rf"[^\W_]+|{re.escape(END)}", text)
    joined = " ".join(words).replace("co ordinator", "coordinator")
    return tuple(joined.replace("co ord ", "coordinator ").split())


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
