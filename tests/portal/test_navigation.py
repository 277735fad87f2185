"""The links in the header, and the page that lists all of them."""

import re

import pytest
from flask import Flask

from directory.access import access_of
from directory.models import Role
from portal.all_pages import SECTIONS
from portal.navigation import ALL_PAGES, NAVIGATION, WORDS
from tests.factories.directory import HeadFactory, OfficerFactory, OrganisationFactory

pytestmark = pytest.mark.sqlite_only

MOST_LINKS = 7
OWN_WAY = re.compile(
    r"\.(csv|xlsx)$|^/(health|privacy|accessibility|caught-mail|sign-in|roles|pages)?$"
    r"|^/privacy-notice$|/(new|upload|file|change|set|next|suggest)$|^/school/owners/(start|several)"
)
"""Files, pages of the footer, forms that open from a page that is listed, the start of a school."""


def test_no_header_has_more_links_than_a_line_holds():
    assert {role: len(links) for role, links in NAVIGATION.items() if len(links) > MOST_LINKS} == {}


def test_every_page_with_a_plain_address_is_listed(app: Flask):
    listed = {page for section in SECTIONS for page in section.pages}
    plain = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not rule.arguments and "GET" in (rule.methods or ()) and not OWN_WAY.search(rule.rule)
    }
    assert plain - listed == set()
    assert listed <= set(WORDS)


def test_every_link_of_a_header_opens_for_its_role(app: Flask):
    for role, links in NAVIGATION.items():
        for link in links:
            access = access_of(app.view_functions[link])
            assert access is not None, link
            assert access.public or not access.roles or role in access.roles, (role, link)


def test_what_a_header_leaves_out_stands_on_the_page_of_all_pages(app: Flask):
    """A role without that page has everything in its header, but for the footer's pages."""
    footer = {"gatekeeping.figures", "gatekeeping.protocol", "gatekeeping.register"}
    footer |= {"gatekeeping.verify", "calendar.own", "gatekeeping.held_requests"}
    school = {"categories.away", "categories.confirm", "categories.defaults"}
    helping = {*school, "categories.deputies", "categories.owner_files", "staff.people"}
    for role, links in NAVIGATION.items():
        if ALL_PAGES in links:
            continue
        left = {
            page
            for section in SECTIONS
            for page in section.pages
            if (access := access_of(app.view_functions[page])) and role in access.roles
        } - {*links, *footer}
        assert left <= (helping if role is Role.STAFF else set()), role


def test_the_page_lists_what_the_role_may_open(client, session, sign_in):
    administrator = OfficerFactory(role=Role.ADMINISTRATOR)
    session.commit()
    sign_in(client, administrator)
    text = client.get("/pages").get_data(as_text=True)
    for address in ("/coverage/map", "/schools/heads", "/categories", "/trusts", "/protocol"):
        assert f'href="{address}"' in text
    assert 'href="/school/owners"' not in text


def test_an_officer_of_a_partner_is_shown_no_page_about_owners(client, session, sign_in):
    officer = OfficerFactory(organisation=OrganisationFactory())
    session.commit()
    sign_in(client, officer)
    text = client.get("/pages").get_data(as_text=True)
    assert 'href="/submissions/exempt"' in text
    assert "/coverage" not in text
    assert 'href="/schools"' not in text


def test_a_head_finds_owners_by_file_with_the_school_and_nothing_about_other_schools(
    client, session, sign_in
):
    head = HeadFactory()
    session.commit()
    sign_in(client, head)
    text = client.get("/pages").get_data(as_text=True)
    assert 'href="/owners/files"' in text
    assert "Schools and their owners" not in text
