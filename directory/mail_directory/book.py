"""The book of addresses: who is behind each, in memory, so that mail asks the database nothing.

The order in which an address is looked up is that of decision 18, "Counting".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from directory.mail_directory import gathering
from directory.mail_directory.gathering import Line
from directory.mail_directory.making import Making
from directory.mail_directory.reached import Correspondent, Reached
from directory.mail_directory.spelling import (
    domain_of,
    domains_above,
    forms,
    names_of,
    spell,
    without_tag,
)
from directory.models_mail import OWN_MAIL, MailEntryKind
from directory.updates.stored import successors

__all__ = ["Book", "Correspondent", "Reached", "read_book", "read_page"]

NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Behind:
    """The schools behind an address, by their URNs: those that count, and those closed."""

    open: frozenset[int] = NOBODY
    closed: frozenset[int] = NOBODY


NO_SCHOOL = Behind()


@dataclass(frozen=True)
class Book:
    """Every address that the authority knows. Nothing in it changes; it asks nobody anything."""

    lines: Mapping[str, Line] = field(default_factory=dict)
    """The mail directory by address; a domain stands in it without an @."""
    schools: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """The schools of people and mailboxes by address."""
    own: Mapping[str, Correspondent] = field(default_factory=dict)
    """Who works for the authority or a partner."""
    people: Mapping[str, int] = field(default_factory=dict)
    """The person of each address."""
    teams: Mapping[str, int] = field(default_factory=dict)
    """The team of each name in lower case."""
    domains: Mapping[str, int] = field(default_factory=dict)
    """Domains that are plainly one school's, though nobody entered them."""
    shut: frozenset[int] = NOBODY
    """Schools that are not open."""
    after: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """The open schools that followed one that is not: its mail is theirs now."""
    _lists: dict[str, Behind] = field(default_factory=dict, repr=False, compare=False)

    def reach(self, recipients: Iterable[str]) -> Reached:
        """Return which schools these recipients come to, each school once."""
        found, closed, others = set[int](), set[int](), 0
        by_address: dict[str, tuple[int, ...]] = {}
        for address in dict.fromkeys(recipients):
            behind = self._behind(spell(address))
            if behind.open:
                by_address[address] = tuple(sorted(behind.open))
            elif not behind.closed:
                others += 1
            found |= behind.open
            closed |= behind.closed
        return Reached(frozenset(found), frozenset(closed - found), by_address, others)

    def correspondent(self, address: str) -> Correspondent:
        """Return who writes under an address: person and team where they are known."""
        spelled = spell(address)
        for form in forms(spelled):
            line, known = self.lines.get(form), self.own.get(form)
            if line is not None and line.kind in OWN_MAIL:
                return self._with_team(known or self._somebody(form), line.team)
            if known is not None or form in self.people:
                return known or self._somebody(form)
        line = self._line_of_domain(domain_of(spelled))
        if line is not None and line.kind in OWN_MAIL:
            return self._with_team(self._somebody(without_tag(spelled)), line.team)
        return self._somebody(without_tag(spelled))

    def is_ours(self, address: str) -> bool:
        """Tell whether somebody of the authority or a partner writes under this address."""
        spelled = spell(address)
        for form in forms(spelled):
            line = self.lines.get(form)
            if line is not None or form in self.own:
                return line is None or line.kind in OWN_MAIL
        line = self._line_of_domain(domain_of(spelled))
        return line is not None and line.kind in OWN_MAIL

    def is_of_school(self, address: str) -> bool:
        """Tell whether somebody at a school, open or closed, writes under this address."""
        spelled = spell(address)
        line = self.lines.get(spelled)
        if line is not None and line.kind is MailEntryKind.LIST:
            return False
        behind = self._behind(spelled)
        return bool(behind.open or behind.closed)

    def schools_of(self, address: str) -> frozenset[int]:
        """Return the open schools behind an address."""
        return self._behind(spell(address)).open

    def _behind(self, spelled: str) -> Behind:
        for form in forms(spelled):
            line = self.lines.get(form)
            if line is not None:
                return self._behind_line(form, line)
            if form in self.own:
                return NO_SCHOOL
            if form in self.schools:
                return self._split(self.schools[form])
        domain = domain_of(spelled)
        line = self._line_of_domain(domain)
        if line is not None:
            return self._behind_line(domain, line)
        urn = self.domains.get(domain)
        return NO_SCHOOL if urn is None else self._split(frozenset({urn}))

    def _line_of_domain(self, domain: str) -> Line | None:
        """Return the entry of the longest domain that is entered."""
        lines = (self.lines.get(above) for above in domains_above(domain))
        return next((line for line in lines if line is not None), None)

    def _behind_line(self, address: str, line: Line) -> Behind:
        if line.kind is MailEntryKind.LIST:
            if address not in self._lists:
                self._lists[address] = self._behind_list(address)
            return self._lists[address]
        return self._split(line.urns, is_closed=line.is_closed)

    def _behind_list(self, address: str) -> Behind:
        """Return the schools behind a list and the lists in it, which may name each other."""
        found, closed = set[int](), set[int]()
        waiting = [(address, False)]
        seen = set(waiting)
        while waiting:
            name, dead = waiting.pop()
            line = self.lines[name]
            dead = dead or line.is_closed
            parts = [self._split(line.urns)]
            for member in line.members:
                nested = self._list_named(member)
                if nested is None:
                    parts.append(self._behind(member))
                elif (nested, dead) not in seen:
                    seen.add((nested, dead))
                    waiting.append((nested, dead))
            for part in parts:
                (closed if dead else found).update(part.open)
                closed |= part.closed
        return Behind(frozenset(found), frozenset(closed - found))

    def _list_named(self, member: str) -> str | None:
        for form in forms(member):
            line = self.lines.get(form)
            if line is not None:
                return form if line.kind is MailEntryKind.LIST else None
        return None

    def _split(self, urns: frozenset[int], *, is_closed: bool = False) -> Behind:
        if is_closed:
            return Behind(NOBODY, urns)
        shut = urns & self.shut
        followed = shut & self.after.keys()
        after = NOBODY.union(*(self.after[urn] for urn in followed))
        return Behind(urns - shut | after, shut - followed)

    def _somebody(self, address: str) -> Correspondent:
        return Correspondent(address, self.people.get(address))

    def _with_team(self, who: Correspondent, team: str) -> Correspondent:
        if not team:
            return who
        return replace(who, team=team, team_id=self.teams.get(team.casefold()))


def read_book(session: Session, authority_id: int) -> Book:
    """Read the book of an authority: six statements, whatever its size."""
    schools = gathering.schools(session, authority_id)
    return _bound(session, authority_id, gathering.lines(session, authority_id), schools)


def read_page(session: Session, authority_id: int, address: str) -> Book:
    """Read what the book says of one address, and nothing else may be asked of it.

    Six statements, or seven. Only entries near it are read, unless a list is among them, which
    leads anywhere, or a school that is not on record, of which every entry may tell whether it is
    closed.
    """
    schools = gathering.schools(session, authority_id)
    lines = gathering.lines_about(session, authority_id, spell(address))
    named = frozenset[int]().union(*(line.urns for line in lines.values()))
    unknown = named - {urn for urn, _, _ in schools}
    own = (lines.get(name) for name in names_of(spell(address)))
    if unknown or any(line and line.kind is MailEntryKind.LIST for line in own):
        lines = gathering.lines(session, authority_id)
    return _bound(session, authority_id, lines, schools)


def _bound(
    session: Session,
    authority_id: int,
    lines: Mapping[str, Line],
    schools: Iterable[tuple[int, bool, str]],
) -> Book:
    work = Making(lines)
    for urn, is_open, email in schools:
        work.status[urn] = is_open
        work.put(email, urn)
    former: dict[int, list[str]] = {}
    for email, person_id in gathering.former_addresses(session, authority_id):
        former.setdefault(person_id, []).append(spell(email))
    for place in gathering.places(session, authority_id):
        work.take(place, former.get(place.person_id, ()))
    shut, after = work.shut(), work.after(successors(session, authority_id))
    return Book(
        lines=work.lines,
        schools={address: frozenset(urns) for address, urns in work.schools.items()},
        own=work.own,
        people=work.people,
        teams=gathering.teams(session, authority_id),
        domains=work.plain_domains(after),
        shut=shut,
        after=after,
    )
