"""The authority itself: its teams and partners, and the sign-ins that the README names."""

from dataclasses import dataclass

from directory.models import Role

LA_CODE = "888"
DOMAIN = "lancashire.example"
GATE_TEAM = "Gate-keeping"
KEEPER = "Gatekeeper"

TEAMS = (
    "School Improvement",
    "School Admissions",
    "Early Years and Childcare",
    "Inclusion and SEND",
    "Education Safeguarding",
    "Attendance and Exclusions",
    "Virtual School",
    "Schools Finance",
    "Schools Human Resources",
    "School Buildings",
    "Catering and School Travel",
    "Data and Digital Services",
)
OFFICERS_IN_A_TEAM = 5


@dataclass(frozen=True)
class Partner:
    """An organisation beside the authority that also asks schools."""

    code: str
    name: str
    team: str
    domain: str
    officers: int = 3


PARTNERS = (
    Partner("police", "County Police", "Safer Schools", "police.example"),
    Partner("health", "School Health Service", "School Nursing", "health.example"),
    Partner("fire", "County Fire and Rescue", "Community Fire Safety", "fire.example"),
)


@dataclass(frozen=True)
class SignIn:
    """A person whom the README names."""

    email: str
    name: str
    role: Role
    job_title: str
    team: str | None = None


SIGN_INS = (
    SignIn("officer@lancashire.example", "Hazel Thornley", Role.OFFICER, "Adviser", TEAMS[0]),
    SignIn("gatekeeper@lancashire.example", "Miriam Oakes", Role.GATEKEEPER, KEEPER, GATE_TEAM),
    SignIn(
        "second.gatekeeper@lancashire.example", "Desmond Pryce", Role.GATEKEEPER, KEEPER, GATE_TEAM
    ),
    SignIn("executive@lancashire.example", "Rosalind Achterberg", Role.EXECUTIVE, "Director"),
    SignIn(
        "deputy.executive@lancashire.example", "Corin Blaydon", Role.EXECUTIVE, "Deputy director"
    ),
    SignIn("legal@lancashire.example", "Petra Lindqvist", Role.LEGAL, "Solicitor"),
    SignIn(
        "data.protection@lancashire.example",
        "Osric Vane",
        Role.GOVERNANCE,
        "Data protection officer",
    ),
    SignIn("auditor@lancashire.example", "Tobias Wren", Role.AUDITOR, "Internal auditor"),
    SignIn("admin@lancashire.example", "Ines Calloway", Role.ADMINISTRATOR, "Portal administrator"),
)
MANAGERS = (
    SignIn("manager@lancashire.example", "Vivian Crake", Role.OFFICER, "Head of service", TEAMS[0]),
)
"""They lead their teams: the officers of the team report to them."""
OFFICER = SIGN_INS[0].email
GATEKEEPERS = (SIGN_INS[1].email, SIGN_INS[2].email)
EXECUTIVE = "executive@lancashire.example"
PARTNER_OFFICER = "officer@police.example"

DEMO_SCHOOL_DOMAIN = "demo-school.example"
HEAD = f"head@{DEMO_SCHOOL_DOMAIN}"
BUSINESS_MANAGER = f"business.manager@{DEMO_SCHOOL_DOMAIN}"
TEACHER = f"teacher@{DEMO_SCHOOL_DOMAIN}"
PANEL = (
    "panel@demo-school.example",
    "second.panel@demo-school.example",
    "third.panel@demo-school.example",
    "fourth.panel@demo-school.example",
)
"""Business managers of the first schools who sit on the panel; they have that one role only."""
NEW_PRIMARY_HEAD = "head@new-primary.example"
NEW_SECONDARY_HEAD = "head@new-secondary.example"
"""Heads of two schools that have not said yet who owns what."""
TRUST_CODE, TRUST_NAME = "demo", "Demonstration Learning Trust"
TRUST_LEAD = "trust@demo-trust.example"
TRUST_PEOPLE = (
    (TRUST_LEAD, "Beatrix Holm", "Chief executive"),
    ("finance@demo-trust.example", "Ambrose Tyne", "Director of finance"),
)
TRUST_OWNS = ("budget", "financial-returns", "insurance", "pay-pensions", "cyber-security")
NAMED = frozenset(
    {
        *(one.email for one in (*SIGN_INS, *MANAGERS)),
        PARTNER_OFFICER,
        HEAD,
        BUSINESS_MANAGER,
        TEACHER,
        TRUST_LEAD,
        *PANEL,
    }
)
"""Everybody whom the documentation names: they come and go like anybody who uses the portal."""
TEACHER_OWNS = ("english", "libraries-resources", "pupil-voice")

SERVICE_NAME = "Lancashire Schools Portal"
COLOUR = "#0b5d5e"
HELP_EMAIL = "schools-portal@lancashire.example"
HELP_TELEPHONE = "01632 960 888"
PRIVACY_NOTICE = """\
## What this demonstration holds

The schools are real and public. Every person, address and message was invented.

## What the portal keeps about you

Your name, your work e-mail address and telephone number, your job title, the schools or teams that
you belong to, and the categories that you look after. It notes when you sign in, what you read and
answer, and what you decide.

## Why, and for how long

The authority needs this to put each message in front of the right person and to show that it got
there. The law calls this a task in the public interest. Your details are kept while you work at
the school or the authority and for two years after you leave.

## Your rights

You may ask to see what is held about you and to have mistakes put right. Write to the address at
the foot of the page.
"""
