"""Every page that a link leads to, as each kind of user, looked at with axe at two widths."""

import re
from urllib.parse import urldefrag, urlsplit

import pytest

MOST = 60
DOWNLOADS = re.compile(r"\.(csv|xlsx)$|/letters/|/files/|/attachments/\d+$")
USERS = {
    None: "/sign-in",
    "officer@lancashire.example": "/submissions",
    "gatekeeper@lancashire.example": "/queue",
    "auditor@lancashire.example": "/register",
    "head@demo-school.example": "/inbox",
    "teacher@demo-school.example": "/inbox",
}


def shape(address):
    """Return what makes a page one of a kind: its path without ids and slugs, and what it shows."""
    parts = urlsplit(address)
    path = re.sub(r"\d[\w-]*", "N", parts.path)
    path = re.sub(r"(/school/owners/)(?!several)[a-z-]+", r"\1SLUG", path)
    return path, re.sub(r"=[^&]*\d[^&]*|=[a-z-]*", "", parts.query)


@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize("stage", ["embedded"], indirect=True)
def test_every_page_that_a_link_leads_to_is_sound(stage, visitor, width):
    visited = {}
    for address, start in USERS.items():
        person = visitor(address, width)
        visited[address] = walk(person, start)
    assert len(set().union(*visited.values())) > 30, visited


def walk(person, start):
    """Visit one page of every kind that can be reached, and return the kinds."""
    seen, waiting = set(), [person.stage.address + start]
    while waiting and len(seen) < MOST:
        address = waiting.pop(0)
        if shape(address) in seen:
            continue
        seen.add(shape(address))
        person.open(address.removeprefix(person.stage.address))
        links = person.page.eval_on_selector_all("a[href]", "all => all.map(each => each.href)")
        for target in (urldefrag(link)[0] for link in links):
            ours = target.startswith(person.stage.address + "/")
            if ours and not DOWNLOADS.search(urlsplit(target).path):
                waiting.append(target)
    return seen
