"""The book of addresses: who is behind each, in memory, so that mail asks the database nothing.

The order in which an address is looked up is that of decision 18, "Counting".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from directory.mail_directory import gathering
from directory.mail_directory.gathering import Line, Place
from directory.mail_directory.reached import Correspondent, Reached
from directory.mail_directory.spelling import (
    PROVIDERS,
    domain_of,
    domains_above,
    forms,
    spell,
    without_tag,
)
from directory.models import Role
from directory.models_mail import OWN_MAIL, SCHOOLS_MAIL, MailEntryKind
from directory.updates.stored import successors

__all__ = ["Book", "Correspondent", "Reached", "read_book"]

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
    work = _Making(gathering.lines(session, authority_id))
    for urn, is_open, email in gathering.schools(session, authority_id):
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


@dataclass
class _Making:
    """Puts a book together."""

    lines: Mapping[str, Line]
    status: dict[int, bool] = field(default_factory=dict)
    schools: dict[str, set[int]] = field(default_factory=dict)
    own: dict[str, Correspondent] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    vouched: set[str] = field(default_factory=set)
    """Addresses that tell whose their domain is. Those of governors, who often write from where
    they work or live, do not."""

    def take(self, place: Place, former: Iterable[str]) -> None:
        """Enter a person's place under all of their addresses."""
        for address in (spell(place.address), *former):
            self.people[address] = place.person_id
            if place.urn is not None:
                self.put(address, place.urn, privately=place.role is Role.GOVERNOR)
            elif not (known := self.own.get(address)) or (place.team and not known.team):
                who = Correspondent(address, place.person_id, place.team_id, place.team)
                self.own[address] = who
        if place.urn is not None:
            self.put(place.mailbox, place.urn)

    def put(self, address: str, urn: int, *, privately: bool = False) -> None:
        """Enter an address of a school; none is left out."""
        spelled = spell(address)
        if not spelled:
            return
        self.schools.setdefault(spelled, set()).add(urn)
        if not privately:
            self.vouched.add(spelled)

    def plain_domains(self, after: Mapping[int, frozenset[int]]) -> dict[str, int]:
        """Return the domains all of whose known addresses are one school's, with its URN."""
        known: dict[str, set[int]] = {}
        for address, urns in self._known():
            found = known.setdefault(domain_of(address), set())
            found.update(*(after.get(urn, (urn,)) for urn in urns))
        vouched = {domain_of(address) for address in self.vouched}
        strange = {domain_of(address) for address in self.own} | PROVIDERS | {""}
        strange |= {domain_of(a) for a, line in self.lines.items() if line.kind in OWN_MAIL}
        return {
            domain: next(iter(urns))
            for domain, urns in known.items()
            if len(urns) == 1 and domain in vouched and domain not in strange
        }

    def _known(self) -> Iterable[tuple[str, Iterable[int]]]:
        yield from self.schools.items()
        for address, line in self.lines.items():
            if line.kind in SCHOOLS_MAIL and "@" in address:
                self.vouched.add(address)
                yield address, line.urns

    def after(self, successors: Mapping[int, Iterable[int]]) -> dict[int, frozenset[int]]:
        """Return the open schools that followed each closed one, through closed ones between."""
        return {
            urn: found
            for urn, is_open in self.status.items()
            if not is_open and (found := self._open_after(urn, successors))
        }

    def _open_after(self, urn: int, successors: Mapping[int, Iterable[int]]) -> frozenset[int]:
        found, seen, waiting = set[int](), {urn}, [urn]
        while waiting:
            for each in successors.get(waiting.pop(), ()):
                if self.status.get(each):
                    found.add(each)
                elif each not in seen:
                    seen.add(each)
                    waiting.append(each)
        return frozenset(found)

    def shut(self) -> frozenset[int]:
        """Return the schools that are closed on record, or all of whose mailboxes are closed.

        The second for schools that are not on record: then the directory alone knows it.
        """
        dead, alive = set[int](), set[int]()
        for line in self.lines.values():
            if line.kind in (MailEntryKind.MAILBOX, MailEntryKind.DOMAIN):
                (dead if line.is_closed else alive).update(line.urns)
        unknown = (dead - alive) - self.status.keys()
        return frozenset({urn for urn, is_open in self.status.items() if not is_open} | unknown)
