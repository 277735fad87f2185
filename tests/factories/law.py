"""Duties of the authority's own, and verdicts of its legal reviewers."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from directory.models import Membership, Role
from gatekeeping.law.models import ClaimVerdict, LawDuty, ProvisionVerdict
from gatekeeping.law.words import LegalVerdict
from gatekeeping.models import SubmissionVersion
from tests.factories.base import NOON, authority_id, current
from tests.factories.directory import OfficerFactory

KEY = "ukpga/2009/22/section/251"
ROW = {
    "collection": "Ponds",
    "act_title": "Ponds Act 2019",
    "year": "2019",
    "number": "99",
    "type": "ukpga",
    "provision": "section 3",
    "duty_bearer": "governing body",
    "duty": "Tell the LA how many ponds there are",
    "frequency": "annual",
    "status": "in force",
    "source_url_or_repo": "https://ponds.example/3",
}


def make_legal_reviewer(**facts: Any) -> Membership:
    """Make a legal reviewer, in a team of their own."""
    made: Membership = OfficerFactory(role=Role.LEGAL, **facts)
    return made


def make_own_duty(**values: str) -> LawDuty:
    """Store a duty that the authority loaded itself."""
    session: Session = current["session"]
    row = {**ROW, **values}
    duty = LawDuty(
        authority_id=authority_id(),
        key=f"{row['type']}/{row['year']}/{row['number']}/{row['provision'].replace(' ', '/')}",
        collection=row["collection"],
        row=row,
        loaded_at=NOON,
    )
    session.add(duty)
    session.flush()
    return duty


def make_ruling(by: Membership, **facts: Any) -> ProvisionVerdict:
    """Store a verdict on a provision, section 251 if nothing else is said."""
    session: Session = current["session"]
    values: dict[str, Any] = {
        "authority_id": by.authority_id,
        "key": KEY,
        "verdict": LegalVerdict.DUTY_ON_LA,
        "why": "The section speaks of authorities alone.",
        "review_on": date(2028, 1, 15),
        "at": NOON,
    }
    ruling = ProvisionVerdict(by_id=by.person_id, **{**values, **facts})
    session.add(ruling)
    session.flush()
    return ruling


def make_claim_ruling(version: SubmissionVersion, by: Membership, **facts: Any) -> ClaimVerdict:
    """Store a verdict on one version's claim."""
    session: Session = current["session"]
    values: dict[str, Any] = {
        "verdict": LegalVerdict.DUTY_ON_SCHOOL,
        "why": "The regulations list it.",
        "at": NOON,
    }
    ruling = ClaimVerdict(
        authority_id=version.authority_id,
        version_id=version.id,
        by_id=by.person_id,
        **{**values, **facts},
    )
    session.add(ruling)
    session.flush()
    return ruling
