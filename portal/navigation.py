"""Which pages stand in the header for each role, and the page that lists all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from directory.access import Access
from directory.hats import Worn
from directory.models import ORGANISATION_ROLES, SCHOOL_ROLES, Role

ALL_PAGES: Final = "home.pages"
INSIDE_ONLY: Final = frozenset(
    {"categories.coverage", "categories.coverage_map", "categories.schools", "gatekeeping.gaps"}
)
"""Pages about all schools' owners: none for an officer of a partner."""

WORDS: Final[dict[str, str]] = {
    "calendar.mail_directory": "Mail directory",
    "calendar.own": "Own school days",
    "calendar.year": "School days",
    "categories.away": "Somebody is away",
    "categories.confirm": "Is it still right?",
    "categories.coverage": "Coverage",
    "categories.coverage_map": "Heat map",
    "categories.defaults": "One person for a group",
    "categories.deputies": "Deputies",
    "categories.mine": "Your categories",
    "categories.owner_files": "Owners by file",
    "categories.owners": "Who owns what",
    "categories.schools": "Schools",
    "categories.trust_owners": "Owners",
    "categories.trust_people": "People",
    "categories.trust_schools": "Our schools",
    "categories.trusts": "Trusts",
    "categories.versions": "Categories",
    "gatekeeping.appeal_list": "Appeals",
    "gatekeeping.asked_before": "Asked before?",
    "gatekeeping.assessments": "For your verdict",
    "gatekeeping.bypass_list": "Held mail",
    "gatekeeping.bypass_teams": "Mail round the gate",
    "gatekeeping.challenge_list": "Challenges",
    "gatekeeping.emergency_list": "Emergencies",
    "gatekeeping.emergency_teams": "Emergency route",
    "gatekeeping.exempt": "Exempt",
    "gatekeeping.figures": "Figures",
    "gatekeeping.gaps": "Gap report",
    "gatekeeping.held_data": "Data held",
    "gatekeeping.held_mail": "Your held mail",
    "gatekeeping.held_requests": "Asked of held data",
    "gatekeeping.law_claims": "Claims",
    "gatekeeping.law_register": "Law",
    "gatekeeping.mine": "Your submissions",
    "gatekeeping.panel": "For your advice",
    "gatekeeping.protocol": "Protocol",
    "gatekeeping.queue": "Queue",
    "gatekeeping.register": "Register",
    "gatekeeping.report_request": "Report a request",
    "gatekeeping.start": "New submission",
    "gatekeeping.verify": "Check a number",
    "gatekeeping.without_manager": "Line managers",
    ALL_PAGES: "All pages",
    "library.search": "Search",
    "notifications.bulletin": "Bulletin",
    "notifications.everything": "Sent to the school",
    "notifications.meeting": "Before the next meeting",
    "notifications.saved_views": "Your views",
    "notifications.with_whom_at_school": "To do, by person",
    "notifications.feeds": "Calendar and news feed",
    "notifications.inbox": "Inbox",
    "notifications.my_mail": "How we reach you",
    "notifications.keeping": "How long things are kept",
    "staff.everybody": "People",
    "staff.people": "People",
    "updates.heads": "Heads to settle",
    "updates.updates": "Schools change",
}
"""What a link to a page says, the same wherever it stands."""

RECIPIENT: Final = ("notifications.inbox", "categories.mine", "library.search", ALL_PAGES)
NAVIGATION: Final[dict[Role, tuple[str, ...]]] = {
    Role.HEAD: (
        "notifications.inbox",
        "categories.owners",
        "staff.people",
        "notifications.everything",
        "library.search",
        ALL_PAGES,
    ),
    Role.STAFF: (
        "notifications.inbox",
        "categories.mine",
        "categories.owners",
        "library.search",
        ALL_PAGES,
    ),
    Role.GOVERNOR: RECIPIENT,
    Role.CLERK: RECIPIENT,
    Role.EARLY_YEARS: RECIPIENT,
    Role.TRUST: (
        "categories.trust_owners",
        "categories.trust_people",
        "categories.trust_schools",
        "calendar.year",
    ),
    Role.OFFICER: (
        "gatekeeping.mine",
        "gatekeeping.start",
        "gatekeeping.asked_before",
        "categories.coverage",
        "categories.schools",
        ALL_PAGES,
    ),
    Role.GATEKEEPER: (
        "gatekeeping.queue",
        "gatekeeping.emergency_list",
        "gatekeeping.challenge_list",
        "gatekeeping.appeal_list",
        "gatekeeping.register",
        "categories.coverage",
        ALL_PAGES,
    ),
    Role.PANEL: ("gatekeeping.panel", "gatekeeping.appeal_list", "gatekeeping.register"),
    Role.LEGAL: (
        "gatekeeping.law_claims",
        "gatekeeping.law_register",
        "gatekeeping.register",
        "gatekeeping.held_data",
        "calendar.year",
    ),
    Role.GOVERNANCE: (
        "gatekeeping.assessments",
        "gatekeeping.register",
        "gatekeeping.held_data",
        "calendar.year",
    ),
    Role.EXECUTIVE: (
        "gatekeeping.queue",
        "gatekeeping.emergency_list",
        "gatekeeping.appeal_list",
        "gatekeeping.challenge_list",
        "gatekeeping.register",
        "categories.coverage",
        ALL_PAGES,
    ),
    Role.AUDITOR: (
        "gatekeeping.register",
        "gatekeeping.emergency_list",
        "gatekeeping.appeal_list",
        "gatekeeping.challenge_list",
        "categories.coverage",
        "categories.schools",
        ALL_PAGES,
    ),
    Role.ADMINISTRATOR: (
        "gatekeeping.register",
        "categories.coverage",
        "categories.schools",
        "staff.everybody",
        "updates.updates",
        "categories.owner_files",
        ALL_PAGES,
    ),
}
"""The links in the header for each role, at most seven. The first is that role's home."""


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


def header(hat: Worn) -> tuple[tuple[str, str], ...]:
    """Return endpoint and words of the links that the header shows a hat.

    An officer of a partner looks at no school's owners. Whoever helps the head say who owns
    what also sees who is at the school.
    """
    links = NAVIGATION[hat.role]
    if hat.role is Role.STAFF and hat.manages_owners:
        links = (*links[:-1], "staff.people", ALL_PAGES)
    return tuple((link, WORDS[link]) for link in links if _is_for_place(link, hat))


def listing(hat: Worn, access: Mapping[str, Access]) -> list[Section]:
    """Return all sections with the pages that a hat may open: what it may not is left out."""
    sections = []
    for section in SECTIONS:
        if hat.role not in section.roles:
            continue
        pages = {
            page: purpose
            for page, purpose in section.pages.items()
            if _is_for_place(page, hat) and may_open(access[page], hat)
        }
        if pages:
            sections.append(Section(section.heading, pages))
    return sections


def may_open(access: Access, hat: Worn) -> bool:
    """Tell whether a hat may open a view that says this of itself."""
    if access.managing_owners and hat.school_id is not None and not hat.manages_owners:
        return False
    return not access.roles or hat.role in access.roles


def _is_for_place(page: str, hat: Worn) -> bool:
    is_partners = hat.role is Role.OFFICER and hat.organisation_id != hat.authority_id
    return not (is_partners and page in INSIDE_ONLY)
