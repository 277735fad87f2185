"""Who at a school probably owns which category, judged by job titles; the head decides."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from categories.starting.titles import STRONG, Job, jobs_of, jobs_wanted
from directory.models import Role

SMALL = 12
"""At a school with no more people than this the head does what nobody's title names."""
NOBODY_FITS = "No job title fits"
LEFT_TO_HEAD = "No job title fits, and at a small school it is often the head"
OF_ROLE = {Role.HEAD: "head", Role.CLERK: "clerk", Role.EARLY_YEARS: "early_years"}


class Wanted(Protocol):
    """What is asked of a category: who usually owns it."""

    @property
    def category_id(self) -> int:
        """Its id."""

    @property
    def typical_owner(self) -> str:
        """The words of the authority's list."""


@dataclass(frozen=True)
class Colleague:
    """Somebody at the school who may sign in, each once, with the first of their places."""

    id: int
    name: str
    job_title: str
    role: Role

    @property
    def is_staff(self) -> bool:
        """Tell whether they are of the school's own staff."""
        return self.role in (Role.HEAD, Role.STAFF)

    def jobs(self) -> tuple[Job, ...]:
        """Return the jobs of their title and of their role."""
        own = jobs_of(self.job_title)
        by_role = OF_ROLE.get(self.role)
        if by_role is None or any(job.name == by_role for job in own):
            return own
        return (Job(by_role, STRONG), *own)


class Suggestion(NamedTuple):
    """Whom we would choose, None where nobody fits; and why, in a few words."""

    person_id: int | None
    why: str


def suggest(categories: Iterable[Wanted], people: Sequence[Colleague]) -> dict[int, Suggestion]:
    """Return for each category's id whom we would choose; the same people give the same answer.

    Of several with the same job whoever leads it comes first, then whoever has fewer other jobs,
    then whoever got fewer categories yet. At a small school the head gets what fits nobody.
    """
    staffing = _Staffing(people)
    return {one.category_id: staffing.choose(one.typical_owner) for one in categories}


def head_of(people: Iterable[Colleague]) -> Colleague | None:
    """Return the school's head, if it has one who may sign in."""
    return next((one for one in people if one.role is Role.HEAD), None)


class _Staffing:
    def __init__(self, people: Sequence[Colleague]) -> None:
        self._holders: dict[str, list[tuple[int, int, Colleague]]] = {}
        for one in people:
            jobs = one.jobs()
            for job in jobs:
                entry = (-job.strength, len(jobs), one)
                self._holders.setdefault(job.name, []).append(entry)
        self._load: Counter[int] = Counter()
        self._head = head_of(people)
        self._small = len({one.id for one in people if one.is_staff}) <= SMALL

    def choose(self, typical_owner: str) -> Suggestion:
        for number, name in enumerate(jobs_wanted(typical_owner)):
            holders = self._holders.get(name)
            if holders:
                one = min(holders, key=self._rank)[2]
                self._load[one.id] += 1
                title = one.job_title or _role_words(one)
                return Suggestion(one.id, f"{'Nearest job' if number else 'Job'} title: {title}")
        if self._small and self._head is not None:
            return Suggestion(self._head.id, LEFT_TO_HEAD)
        return Suggestion(None, NOBODY_FITS)

    def _rank(self, holder: tuple[int, int, Colleague]) -> tuple[int, int, int, str, int]:
        strength, jobs, one = holder
        return strength, jobs, self._load[one.id], one.name, one.id


def _role_words(one: Colleague) -> str:
    return {Role.HEAD: "headteacher", Role.CLERK: "clerk"}.get(one.role, "early years provider")
