"""Walks along links: every page that a user can reach, looked at with axe at two widths.

Every link is asked for as every user; a browser shows one page of each kind and heading.
"""

import re
from html import unescape
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import pytest

from tests.journeys.conftest import WIDTHS
from tests.journeys.stage import Once

MOST = 60
CAUGHT = "/caught-mail"
HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
LINK = re.compile(r'<a [^>]*?href="([^"]+)"')
OWN_PAGES = "several|start|group|mine|confirm|defaults|away|settle|file|trust"
DOWNLOADS = re.compile(r"\.(csv|xlsx)$|/letters/|/files/|/attachments/\d+$")
LISTS = ("/coverage", "/schools", "/people", "/school/people", "/categories", "/trusts")
"""Pages that list schools and people, and that carry the filter along in every address."""


def shape(address):
    """Return what makes a page one of a kind: its path without ids and slugs, and what it shows."""
    parts = urlsplit(address)
    path = re.sub(r"\d[\w-]*", "N", parts.path)
    path = re.sub(r"(/school/owners/group/)[a-z-]+", r"\1GROUP", path)
    path = re.sub(rf"(/school/owners/)(?!({OWN_PAGES})(/|$))[a-z-]+", r"\1SLUG", path)
    path = re.sub(r"(/data-held/)(?!asked|new|file)[a-z-]+", r"\1KEY", path)
    if path.startswith(LISTS):
        return path, ""
    return path, "&".join(sorted({name for name, _ in parse_qsl(parts.query)}))


def kind(address, heading):
    """Return what is looked at once: a page by its heading, unless that is a school's or person's
    name."""
    path, _ = shape(address)
    return path, "" if path.startswith(LISTS) else heading


class Shown(Once):
    """Which kinds of page were looked at, by whichever process: each is looked at once."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        super().__init__(factory, "shown")
        self.count = 0
        """How many of them were looked at here."""

    def first(self, *what: str) -> bool:
        """Tell whether nobody was shown this kind yet; who asks must look at it."""
        new = super().first(*what)
        self.count += new
        return new


def walk_as_each(users, visitor, shown, besides):
    """Walk as each of the users from where they begin, and return the kinds of path they saw.

    No link may be dead. Users begin with ``besides``, if there is something for them.
    """
    dead, visited = [], set()
    for address, start in users.items():
        starts = [*besides.get(address, ()), start]
        visited |= walk(visitor(address), starts, shown, dead)
    assert not dead, dead
    return {path for path, _ in visited}


def walk(person, starts, shown, dead):
    """Ask for one page of every kind that can be reached, and return the kinds.

    What was not ``shown`` yet to anybody is opened and looked at, wide and narrow.
    """
    here = person.stage.address
    seen, waiting = set(), [(here + start, "its first page") for start in starts]
    while waiting and len(seen) < MOST:
        address, source = waiting.pop(0)
        if shape(address) in seen:
            continue
        seen.add(shape(address))
        answer = person.context.request.get(address)
        if not answer.ok:
            dead.append(f"{source} leads to {address}: {answer.status}")
            continue
        text = answer.text()
        heading = HEADING.search(text)
        assert heading, address
        if shown.first(*kind(address, heading[1])):
            person.page.goto(address)
            for number, width in enumerate(WIDTHS):
                person.resize(width)
                # by turns wide and narrow: each kind of page has several headings or users
                person.look(rules=number == shown.count % len(WIDTHS))
        if urlsplit(address).path == CAUGHT:
            continue  # links in other people's mail are theirs
        for link in LINK.findall(text):
            target = urldefrag(urljoin(answer.url, unescape(link)))[0]
            if target.startswith(here + "/") and not DOWNLOADS.search(urlsplit(target).path):
                waiting.append((target, address))
    return seen
