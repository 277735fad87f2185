"""Which pages stand in the header for each role, and what a link to each page says."""

from typing import Final

from directory.access import Access
from directory.hats import Worn
from directory.models import Role

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


def header(hat: Worn) -> tuple[tuple[str, str], ...]:
    """Return endpoint and words of the links that the header shows a hat.

    An officer of a partner looks at no school's owners. Whoever helps the head say who owns
    what also sees who is at the school.
    """
    links = NAVIGATION[hat.role]
    if hat.role is Role.STAFF and hat.manages_owners:
        links = (*links[:-1], "staff.people", ALL_PAGES)
    return tuple((link, WORDS[link]) for link in links if is_for_place(link, hat))


def may_open(access: Access, hat: Worn) -> bool:
    """Tell whether a hat may open a view that says this of itself."""
    if access.managing_owners and hat.school_id is not None and not hat.manages_owners:
        return False
    return not access.roles or hat.role in access.roles


def is_for_place(page: str, hat: Worn) -> bool:
    """Tell whether a page is for the hat's place: partners see no owners of schools."""
    is_partners = hat.role is Role.OFFICER and hat.organisation_id != hat.authority_id
    return not (is_partners and page in INSIDE_ONLY)
