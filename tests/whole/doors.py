"""Every door that shows what was sent, and what stands behind it for whom."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from flask.testing import FlaskClient

from directory.models import Role
from foundation.db import EVERY_AUTHORITY
from notifications.bulletin.week import week_at
from notifications.models import Delivery, DeliveryState
from notifications.models_reading import FeedKind
from notifications.reading.agenda import GOVERNING
from tests.whole.leaks import Lying, Place, secrets_in
from tests.whole.leaks_sent import Leaky

LISTS = ("/inbox", "/inbox?show=snoozed", "/inbox?show=done", "/inbox?page=2")
MORE_LISTS = (
    *("/inbox?show=unread", "/inbox?attention=action&files=yes", "/inbox/meeting", "/inbox/views"),
    *("/my/feeds", "/my/mail", "/pages", "/bulletin", "/bulletin/{week}", "/bulletin/{week}/print"),
    *("/school/sent", "/school/sent?state=closed", "/school/open", "/search?month=2026"),
    *("/search?files=1&from=2020-01-01", "/search?state=done", "/search?state=open&sort=newest"),
)
OF_ITEM = (
    *("", "/note", "/snooze", "/pass-on", "/not-mine", "/print", "/print/file", "/due.ics"),
    *("/files/{file}", "/files/{file}/read", "/challenge"),
)
CHANGES = {
    "/done": {},
    "/not-done": {},
    "/acknowledge": {},
    "/wake": {},
    "/print": {},
    "/snooze": {"choice": "tomorrow"},
    "/note": {"text": "Mine"},
    "/pass-on": {"person_id": "{colleague}", "message": "Look"},
    "/not-mine": {"suggested": "other", "person_id": "{colleague}"},
    "/challenge": {"ground": "not_needed", "text": "Why"},
}
BULK = (
    *({"to": "/inbox/marked", "do": how} for how in ("done", "wake", "back")),
    {"to": "/inbox/marked", "do": "snooze", "until": "week"},
    *({"to": "/inbox/undo", "what": what} for what in ("done", "snoozed")),
)
KEPT = ("delivery", "delivery_note", "delivery_move", "mail", "printout", "digest_entry")
PEOPLE = 2
"""So many look through one door at a time."""
MISSING, NOT_FOR_THEM = 404, 403


@dataclass(frozen=True)
class Answer:
    """What stood behind a door: the secrets, and whether a link to any item did."""

    status: int
    found: set[str]
    has_items: bool


class Looking:
    """Somebody who tries every door, and writes down what stood behind it that should not."""

    def __init__(self, world: Leaky, database, app, sign_in, chance: random.Random) -> None:
        self.database = database
        self.world, self.app, self.sign_in, self.chance = world, app, sign_in, chance
        self.clients: dict[str, FlaskClient] = {}
        self.leaks: list[tuple[str, str, str]] = []
        self.week = week_at(world.at).previous.monday.isoformat()
        self.kind = self._kinds()
        self.closed = self._closed()

    def client(self, place: Place) -> FlaskClient:
        """Return a browser of somebody at a place."""
        if place.called not in self.clients:
            self.clients[place.called] = self.app.test_client()
            self.sign_in(self.clients[place.called], place.member)
        return self.clients[place.called]

    def hold(self, place: Place, door: str, text: str, *typed: str, known: set[str]) -> set[str]:
        """Note each secret that stands there against the rule; return those that stand there."""
        found = secrets_in(text) - set(typed)
        self.leaks += [
            (place.called, door, self.kind.get(word, word)) for word in sorted(found - known)
        ]
        return found

    def get(self, place: Place, door: str, *typed: str, known: set[str]) -> "Answer":
        """Open a door and say what stood behind it; what was typed may stand there again."""
        with self.client(place).get(door) as answer:
            assert answer.status_code < 500, (place.called, door)
            text = answer.text + " ".join(answer.headers.values())
            found = self.hold(place, door, text, *typed, known=known)
            return Answer(answer.status_code, found, "/inbox/" in answer.text)

    def _closed(self) -> set[str]:
        """Return the titles of what no inbox lists, though its reader may open it."""
        with self.database.session(authority=EVERY_AUTHORITY, writes=False) as session:
            query = sa.select(Delivery.id).where(Delivery.state == DeliveryState.CLOSED)
            return {self.world.lying[key].sent.title for key in session.scalars(query)}

    def _kinds(self) -> dict[str, str]:
        """Return what each word is, for whoever reads that it leaked."""
        world, kinds = self.world, {}
        for place in world.places:
            kinds[place.name] = f"the name of {place.called}"
        for number, sent in enumerate(world.sent):
            for what in ("title", "body", "name", "text"):
                kinds[getattr(sent, what)] = f"the {what} of notice {number}"
            kinds |= dict.fromkeys(sent.once, f"what notice {number} said before")
        for key, lying in world.lying.items():
            kinds |= dict.fromkeys(lying.said, f"a message with item {key}")
            kinds |= dict.fromkeys(lying.noted.values(), f"a note on item {key}")
        return kinds | dict.fromkeys(world.views.values(), "somebody's saved view")


def rows(database) -> list[str]:
    with database.engine.connect() as connection:
        return [
            repr(row)
            for name in KEPT
            for row in connection.execute(sa.text(f"SELECT * FROM {name} ORDER BY id"))  # noqa: S608
        ]


def some(looking: Looking) -> Iterator[tuple[Place, FlaskClient, set[str]]]:
    """Give some of the people, another choice for each door: their browser and what they know."""
    there = [place for place in looking.world.places if not place.ended]
    for place in looking.chance.sample(there, PEOPLE):
        yield place, looking.client(place), looking.world.words(place)


def address(kind: FeedKind, token: str) -> str:
    return f"/feeds/{token}.atom" if kind is FeedKind.ATOM else f"/calendar/{token}.ics"


def every_list(looking: Looking) -> None:
    """Lists show what is everybody's own; feeds, and a head's list, all that they may see."""
    world = looking.world
    for place, _, known in some(looking):
        chosen = looking.chance.sample(MORE_LISTS, 4)
        seen = [
            looking.get(place, door.format(week=looking.week), known=known).found
            for door in (*LISTS, *chosen)
        ]
        titles = {world.lying[key].sent.title for key in world.seen(place)}
        if place.member.role is not Role.HEAD:
            assert titles - looking.closed <= set.union(*seen[: len(LISTS)]), place.called
        for kind, token in place.tokens.items():
            told = looking.app.test_client().get(address(kind, token)).text
            found = looking.hold(place, address(kind, ""), told, known=known)
            assert kind is FeedKind.CALENDAR or titles <= found, (place.called, titles - found)


def ended_addresses(looking: Looking) -> None:
    """A private address gives nothing once its owner has left, or is another entry's."""
    for place in looking.world.places:
        for kind, token in place.tokens.items() if place.ended else ():
            answer = looking.app.test_client().get(address(kind, token))
            assert answer.status_code == MISSING, place.called


def every_item(looking: Looking) -> None:
    """An item and all that hangs on it is there for its readers, and for nobody else."""
    world = looking.world
    for place, _, known in some(looking):
        own = world.seen(place)
        strange = [key for key in world.lying if key not in own]
        for key in looking.chance.sample(strange, 5):
            for door in ("", *looking.chance.sample(OF_ITEM, 1)):
                path = f"/inbox/{key}{door.format(file=world.lying[key].sent.file_id)}"
                status = looking.get(place, path, known=known).status
                assert status == (MISSING if place.reads else NOT_FOR_THEM), (place.called, path)
        for key in looking.chance.sample(own, min(4, len(own))):
            lying, item = world.lying[key], f"/inbox/{key}"
            sent, mine = lying.sent, lying.noted.get(place.member.person_id)
            wanted = {sent.title, sent.name, *lying.said, *([mine] if mine else [])}
            wanted |= set() if sent.body_gone else {sent.body}
            assert wanted <= looking.get(place, item, known=known).found, (place.called, key)
            for door in looking.chance.sample(OF_ITEM, 1):
                looking.get(place, item + door.format(file=sent.file_id), known=known)
            words = looking.get(place, f"{item}/files/{sent.file_id}/read", known=known).found
            assert (sent.text in words) is not sent.file_gone, (place.called, key)


def search(looking: Looking) -> None:
    """Search finds by every word that somebody may read, and by no other."""
    world = looking.world

    def finds(place: Place, word: str, known: set[str]) -> bool:
        return looking.get(place, f"/search?q={word}", word, known=known).has_items

    for place, _, known in some(looking):
        if not place.reads:
            assert looking.get(place, "/search", known=known).status == NOT_FOR_THEM
            continue
        own = [world.lying[key].sent for key in world.seen(place)]
        foreign = [sent for sent in world.sent if sent not in own]
        for sent in (*own[:1], *own[-1:], *looking.chance.sample(foreign, 2)):
            may = sent in own and not sent.body_gone  # what was emptied is in no index
            assert finds(place, sent.title, known) is may, (place.called, sent)
            assert finds(place, sent.text, known) is (may and not sent.file_gone), place.called
            slip = f"{sent.title[:-1]}a"
            looking.get(place, f"/search?q={slip}", slip, known=known)
            begun = looking.get(place, f"/search/suggest?q={sent.title[:7]}", known=known)
            assert (sent.title in begun.found) is (sent in own), (place.called, sent)
        noted = [lying for lying in world.lying.values() if lying.noted]
        for lying in looking.chance.sample(noted, 2):
            for who, word in lying.noted.items():
                may = who == place.member.person_id and world.may(place, lying)
                assert finds(place, word, known) is may, (place.called, looking.kind[word])


def others_items(looking: Looking) -> None:
    """Whoever posts about somebody else's item is told that there is none; nothing changes."""
    world, database = looking.world, looking.database
    before, colleague = rows(database), str(world.place("head").member.person_id)
    people = {each.member.person_id for each in world.places}
    for place, client, known in some(looking):
        own, here = world.seen(place), place.member.school_id
        strange = [key for key in world.lying if key not in own]
        for door, data in looking.chance.sample(sorted(CHANGES.items()), 5):
            filled = {name: text.format(colleague=colleague) for name, text in data.items()}
            answer = client.post(f"/inbox/{looking.chance.choice(strange)}{door}", data=filled)
            assert answer.status_code == (MISSING if place.reads else NOT_FOR_THEM), door
            looking.hold(place, door, answer.text, known=known)
        others = [key for key in world.lying if not _may_mark(place, world.lying[key])]
        for data in looking.chance.sample(BULK, 2):
            client.post(data["to"], data={**data, "item": others})
            looking.get(place, "/inbox", known=known)
        if place.member.role in GOVERNING:
            client.post("/inbox/marked", data={"do": "agenda", "item": strange})
            looking.get(place, "/inbox/meeting", known=known)
        there = {each.member.person_id for each in world.places if each.member.school_id == here}
        other = looking.chance.choice(sorted(people - there))
        answer = client.post(f"/school/open/{other}/remind")
        is_head = place.member.role is Role.HEAD
        assert answer.status_code == (MISSING if is_head else NOT_FOR_THEM), place.called
    assert rows(database) == before


def _may_mark(place: Place, lying: Lying) -> bool:
    at_school = lying.school_id == place.member.school_id
    of_office = lying.person_id is None and place.member.role is Role.HEAD
    return at_school and (of_office or lying.person_id == place.member.person_id)
