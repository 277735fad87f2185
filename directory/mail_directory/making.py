"""Putting a book of addresses together from what was gathered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from directory.mail_directory.gathering import Line, Place
from directory.mail_directory.reached import Correspondent
from directory.mail_directory.spelling import PROVIDERS, domain_of, spell
from directory.models import Role
from directory.models_mail import OWN_MAIL, SCHOOLS_MAIL, MailEntryKind


@dataclass
class Making:
    """Everything that is known so far."""

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
