"""Who plays in the journeys about decisions, and what each of them does on the pages."""

import re
from datetime import timedelta

import sqlalchemy as sa
from playwright.sync_api import Browser
from pypdf import PdfReader

from directory.models import Membership, Person, School
from foundation import clock
from foundation.db import EVERY_AUTHORITY, Database
from gatekeeping.deciding.leases import claim
from gatekeeping.models import Kind, Submission
from gatekeeping.uniting.merging import merge
from gatekeeping.writing.submissions import save, start_draft, submit
from tests.journeys.conftest import Stage, Visitor

OFFICER = "officer@lancashire.example"
MANAGER = "manager@lancashire.example"
PARTNER = "officer@police.example"
GATEKEEPER = "gatekeeper@lancashire.example"
SECOND = "second.gatekeeper@lancashire.example"
EXECUTIVE = "executive@lancashire.example"
PROTECTION = "data.protection@lancashire.example"
PANEL = "panel@demo-school.example"
HEAD = "head@demo-school.example"

SECONDS = 30
DUE = timedelta(days=60)


class Cast:
    """Everybody in a browser of their own, signed in when first needed; and the shared desk."""

    def __init__(self, stage: Stage, browser: Browser) -> None:
        self.stage = stage
        self.browser = browser
        self._visitors: dict[str, Visitor] = {}
        self.database = Database(f"sqlite:///{stage.home / 'portal.db'}")

    def __call__(self, address: str) -> Visitor:
        """Return this person's browser; "" is a stranger's."""
        if address not in self._visitors:
            made = Visitor(self.stage, self.browser, "phone" if address == HEAD else "desktop")
            self._visitors[address] = made
            if address:
                made.arrive(address)
        return self._visitors[address]

    def close(self) -> None:
        for each in self._visitors.values():
            each.close()
        self.database.engine.dispose()

    def put(self, title: str, author: str = OFFICER, **changes: object) -> tuple[int, str]:
        """Write a request without the pages and put it to the gate; return its id and number."""
        identity = self.draft(title, author, **changes)
        with self.database.session(authority=EVERY_AUTHORITY) as session:
            submission = session.get_one(Submission, identity)
            by = submission.author
            submit(session, submission, by=by, at=clock.now(), address=self.stage.address)
            session.commit()
            return identity, submission.number

    def draft(self, title: str, author: str = OFFICER, **changes: object) -> int:
        """Write a request to all schools, voluntary and short, but for what is changed."""
        today = clock.local_date(clock.now())
        document = {
            "purpose": f"To decide about {title.lower()}.",
            "decision_maker": "The head of service, in spring",
            "body": f"Please tell us about {title.lower()}. You may choose to answer.",
            "audience": {"all": True},
            "categories": ["catering"],
            "items": [{"name": title, "definition": "In a sentence.", "why": "To plan."}],
            "effort": [{"role": "office", "minutes": {"complete": 10}}],
            "reply_by": "portal",
            "voluntary": True,
            "results_back": "In June, on the portal.",
            "send_on": today.isoformat(),
            "due_on": (today + DUE).isoformat(),
            **changes,
        }
        with self.database.session(authority=EVERY_AUTHORITY) as session:
            by = session.scalars(
                sa.select(Membership)
                .join(Person, Person.id == Membership.person_id)
                .where(Person.email == author)
            ).one()
            kind = Kind(document.pop("kind", "data_request"))
            begun = start_draft(session, by=by, kind=kind, title=title, at=clock.now())
            save(session, begun, document, by=by.person, at=clock.now())
            session.commit()
            return begun.id

    def join(self, child: int, parents_number: str) -> None:
        """Let the gatekeeper join a submission to another without the pages."""
        with self.database.session(authority=EVERY_AUTHORITY) as session:
            by = session.scalars(sa.select(Person).where(Person.email == GATEKEEPER)).one()
            submission = session.get_one(Submission, child)
            facts = {"by": by, "at": clock.now()}
            claim(session, submission, **facts)
            facts |= {"into": parents_number, "reason": "They ask the same."}
            merge(session, submission, version=1, address=self.stage.address, **facts)
            session.commit()

    def some_schools(self, count: int) -> list[int]:
        """Return the numbers of some schools, the demonstration's own among them."""
        with self.database.session(authority=EVERY_AUTHORITY, writes=False) as session:
            own = (
                sa.select(Membership.school_id)
                .join(Person, Person.id == Membership.person_id)
                .where(Person.email == HEAD)
            )
            first = sa.case((School.id.in_(own), 0), else_=1)
            return list(session.scalars(sa.select(School.urn).order_by(first, School.id)))[:count]

    # What the people do

    def claim(self, who: str, identity: int) -> Visitor:
        """Let a gatekeeper open a submission and claim it."""
        gatekeeper = self(who)
        gatekeeper.open(f"/queue/{identity}")
        gatekeeper.press("Claim it")
        return gatekeeper

    def decide(self, who: str, identity: int, choice: str, **fields: str) -> Visitor:
        """Let somebody choose what to decide and fill in what belongs to it, by field names."""
        decider = self(who)
        decider.open(f"/queue/{identity}")
        decider.page.get_by_label(choice, exact=True).check()
        for name, value in fields.items():
            fill(decider.page, name, value)
        decider.press("Decide")
        return decider

    def sees(self, who: str, identity: int, *words: str) -> Visitor:
        """Wait until the officer's page of a submission says the first, and check the others."""
        officer = self(who)
        await_text(officer, f"/submissions/{identity}", next(iter(words), ""))
        says(officer, *words)
        return officer

    def received(self, title: str) -> Visitor:
        """Wait until the head finds an item among what was sent to the school, and open it."""
        head = self(HEAD)
        await_text(head, "/school/sent", title)
        head.follow(title)
        return head

    def verified(self, number: str, heading: str) -> Visitor:
        """Check what a stranger is told of a number."""
        stranger = self("")
        stranger.open(f"/verify/{number}")
        assert heading in stranger.heading
        return stranger

    def registered(self, number: str, *words: str) -> None:
        """Check what the public register says of a number."""
        stranger = self("")
        stranger.open(f"/register/{number}")
        says(stranger, *words)

    def letter(self, who: str, identity: int, *words: str) -> None:
        """Wait for the newest letter, and check what the officer reads in it."""
        officer = self(who)
        await_text(officer, f"/submissions/{identity}", "Letter (PDF)", "being prepared")
        with officer.page.expect_download() as download:
            officer.page.get_by_role("link", name="Letter (PDF)").first.click()
        sheets = PdfReader(download.value.path()).pages
        text = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
        for each in words:
            assert each in text, text


def says(visitor: Visitor, *words: str) -> None:
    for each in words:
        assert each in visitor.text, f"“{each}” is not on {visitor.page.url}:\n{visitor.text}"


def fill(page, name: str, value: str) -> None:
    """Fill in one field of the form by its name; ``code`` and the like are radio buttons."""
    found = page.locator(f"#decision [name='{name}']")
    if found.first.get_attribute("type") == "radio":
        page.locator(f"#decision [name='{name}'][value='{value}']").check()
    elif found.evaluate("it => it.tagName") == "SELECT":
        found.select_option(value)
    else:
        found.fill(value)


def fill_day(page, name: str, day) -> None:
    for part in ("day", "month", "year"):
        page.locator(f"#{name}-{part}").fill(str(getattr(day, part)))


def await_text(visitor: Visitor, path: str, words: str, gone: str = "") -> None:
    """Load a page until it says something, and something else no longer."""
    for _ in range(SECONDS * 4):
        visitor.open(path)
        if words in visitor.text and not (gone and gone in visitor.text):
            return
        visitor.page.wait_for_timeout(250)
    raise AssertionError(f"{path} does not say “{words}”:\n{visitor.text}")


def in_url(visitor: Visitor) -> int:
    """Return the id of the submission whose page is open."""
    found = re.search(r"/(?:submissions|queue)/(\d+)", visitor.page.url)
    assert found, visitor.page.url
    return int(found[1])
