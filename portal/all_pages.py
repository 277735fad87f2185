"""The page that lists all pages: its sections, and what each page is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from directory.access import Access
from directory.hats import Worn
from directory.models import ORGANISATION_ROLES, SCHOOL_ROLES, Role
from portal.navigation import is_for_place, may_open


@dataclass(frozen=True)
class Section:
    """A part of the page that lists all pages: its heading, and what each page is for."""

    heading: str
    pages: Mapping[str, str]
    roles: frozenset[Role] = frozenset(Role)
    """Whose it is."""


SECTIONS: Final = (
    Section(
        "Your work",
        {
            "notifications.inbox": "What was sent to you, what is to do and by when.",
            "categories.mine": "What comes to you, and who has it while you are away.",
            "library.search": "Find what was sent to you; headteachers search the whole school.",
            "notifications.bulletin": "The week at a glance: what was sent for information, dates.",
            "notifications.feeds": "Due dates in your own calendar, new items in a news reader.",
            "notifications.my_mail": "Each item or a digest, quiet hours, the weekly bulletin.",
            "notifications.meeting": "The agenda and what to read, as a list to print.",
            "notifications.saved_views": "Filters of your inbox that you named.",
            "gatekeeping.mine": "What you wrote, and how far it is.",
            "gatekeeping.start": "Ask schools for something, or tell them something.",
            "gatekeeping.asked_before": "Look before you write: it may be known or asked already.",
            "gatekeeping.held_mail": "Your mail to many schools that was held, and what to do.",
            "gatekeeping.queue": "What waits for a decision, the most urgent first.",
            "gatekeeping.panel": "Requests on which the school panel says what it thinks.",
            "gatekeeping.law_claims": "Duties that requests rely on, for you to verify.",
            "gatekeeping.assessments": "Requests for personal data that wait for your verdict.",
        },
    ),
    Section(
        "Your school",
        {
            "notifications.everything": "Everything that came to your school, and who has read it.",
            "notifications.with_whom_at_school": "Who has what to do, and what is overdue.",
            "categories.owners": "Who gets what at your school, category by category.",
            "staff.people": "Who has a place at your school; add, change, say who leaves.",
            "categories.away": "Name who stands in for somebody between two days.",
            "categories.deputies": "Name a deputy for whole groups of categories.",
            "categories.defaults": "Name one person for whatever nobody owns in a group.",
            "categories.confirm": "Say once a year that owners are still right.",
            "categories.owner_files": "Change many owners by a spreadsheet, checked before.",
        },
        roles=frozenset(SCHOOL_ROLES),
    ),
    Section(
        "Your trust",
        {
            "categories.trust_owners": "Who gets what for all schools of your trust.",
            "categories.trust_people": "Whom you can name at the trust.",
            "categories.trust_schools": "Your schools, and who gets what at each.",
        },
    ),
    Section(
        "Schools and their owners",
        {
            "categories.coverage": "Which schools and categories lack an owner, worst first.",
            "categories.coverage_map": "Districts and groups of categories at a glance.",
            "gatekeeping.gaps": "What could not reach an owner, and where it went instead.",
            "categories.schools": "Look at one school after the other.",
            "categories.trusts": "Trusts, and who leads on owners in each.",
            "categories.owner_files": "Change many owners by a spreadsheet, checked before.",
            "categories.versions": "The list of categories: rename, split, join, end.",
            "updates.updates": "Compare a file from the national register, choose what to apply.",
            "updates.heads": "Headteachers who changed, for you to say who they are.",
        },
        roles=frozenset(ORGANISATION_ROLES),
    ),
    Section(
        "People",
        {
            "staff.everybody": "Everybody on the portal: places, addresses, duplicates.",
            "gatekeeping.without_manager": "Officers whose line manager is not known.",
            "calendar.mail_directory": "Which mail address stands for which schools.",
        },
    ),
    Section(
        "The gate",
        {
            "gatekeeping.register": "Everything that passed the gate, or did not.",
            "gatekeeping.emergency_list": "What went out at once and is reviewed afterwards.",
            "gatekeeping.bypass_list": "Mail to many schools that did not pass the gate.",
            "gatekeeping.challenge_list": "What schools say should not have been asked.",
            "gatekeeping.appeal_list": "Decisions that somebody asks to be looked at again.",
            "gatekeeping.exempt": "What need not pass the gate, counted by type.",
            "gatekeeping.emergency_teams": "Teams that may not use the emergency route.",
            "gatekeeping.protocol": "Thresholds, deadlines and rates, and every change of them.",
            "gatekeeping.figures": "How much was asked, decided and saved.",
            "gatekeeping.bypass_teams": "Mail to many schools without the gate, by team and month.",
            "notifications.keeping": "When what was sent is deleted, and what is held longer.",
            "gatekeeping.verify": "Find out whether a request that you got has passed the gate.",
            "gatekeeping.report_request": "Tell us what you were asked round the portal.",
        },
    ),
    Section(
        "Look up",
        {
            "gatekeeping.held_data": "What the authority holds already and need not ask for.",
            "gatekeeping.held_requests": "Who asked for access to data that is held.",
            "gatekeeping.law_register": "The duties in law on which a request may rely.",
            "calendar.year": "Terms, holidays and busy dates.",
            "calendar.own": "Schools and trusts with term dates of their own.",
        },
    ),
)
"""Every page that needs nothing but its address, in the order in which they are listed."""


def listing(hat: Worn, access: Mapping[str, Access]) -> list[Section]:
    """Return all sections with the pages that a hat may open: what it may not is left out."""
    sections = []
    for section in SECTIONS:
        if hat.role not in section.roles:
            continue
        pages = {
            page: purpose
            for page, purpose in section.pages.items()
            if is_for_place(page, hat) and may_open(access[page], hat)
        }
        if pages:
            sections.append(Section(section.heading, pages))
    return sections
