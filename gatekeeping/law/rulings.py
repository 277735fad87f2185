"""What a legal reviewer rules: verdicts on provisions, used again, and on single claims (5.1).

Rules and no pages: nothing here commits, and a verdict is never changed, only followed by another.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from directory.models import Role
from foundation import audit, clock
from foundation.errors import NotFoundError, Refusal
from gatekeeping.deciding.conflicts import check_may_decide
from gatekeeping.law.citations import Citation, read
from gatekeeping.law.duties import Register, register_of, rows_of, shipped
from gatekeeping.law.identifiers import ROOT
from gatekeeping.law.models import ClaimVerdict, LawDuty, ProvisionVerdict
from gatekeeping.law.opinions import Precedent, identity_of
from gatekeeping.law.verdicts import LawVerdict, ruled
from gatekeeping.law.words import LegalVerdict
from gatekeeping.models import SubmissionVersion

_KEY = re.compile(r"[a-z]+(?:/[A-Za-z0-9-]{1,20}){2,12}")
MOST_KEYS = 400
MOST_OWN_DUTIES = 500
MOST_HISTORY = 50


class VerdictError(Refusal):
    """A verdict that cannot be set as given."""


def key_of(identifier: str) -> str:
    """Return what the register names a provision by: its identifier without the site's address."""
    return identifier.removeprefix(ROOT)


def valid_key(key: str) -> bool:
    """Tell whether a key names an instrument or a provision of one."""
    if not _KEY.fullmatch(key):
        return False
    found = read(f"{ROOT}{key}")
    return len(found) == 1 and key_of(found[0].id) == key


def precedents_for(
    session: Session, authority_id: int, citations: Iterable[Citation]
) -> dict[str, Precedent]:
    """Return the newest verdict on each cited provision and on what holds it: one statement."""
    keys = sorted({key for one in citations if one.id for key in _with_holders(key_of(one.id))})
    if not keys:
        return {}
    newest = (
        sa.select(sa.func.max(ProvisionVerdict.id))
        .where(ProvisionVerdict.authority_id == authority_id)
        .where(ProvisionVerdict.key.in_(keys[:MOST_KEYS]))
        .group_by(ProvisionVerdict.key)
    )
    rows = session.scalars(
        sa.select(ProvisionVerdict)
        .where(ProvisionVerdict.authority_id == authority_id, ProvisionVerdict.id.in_(newest))
        .order_by(ProvisionVerdict.id)
        .limit(MOST_KEYS)
    )
    return {f"{ROOT}{row.key}": as_precedent(row) for row in rows}


def as_precedent(row: ProvisionVerdict) -> Precedent:
    """Return a stored verdict as the plain value that checks use."""
    return Precedent(row.verdict, row.why, clock.local_date(row.at), row.review_on)


def _with_holders(key: str) -> list[str]:
    parts = key.split("/")
    return ["/".join(parts[:length]) for length in range(3, len(parts) + 1)]


def register_for(session: Session, authority_id: int, citations: Iterable[Citation]) -> Register:
    """Return the register for these citations: the authority's own rows first, then the shipped."""
    named = sorted({key_of(found.uri) for one in citations if (found := identity_of(one))})
    if not named:
        return shipped()
    wanted = [LawDuty.key.startswith(f"{key}/", autoescape=True) for key in named[:MOST_KEYS]]
    rows = session.scalars(
        sa.select(LawDuty.row)
        .where(
            LawDuty.authority_id == authority_id,
            sa.or_(LawDuty.key.in_(named[:MOST_KEYS]), *wanted[:50]),
        )
        .order_by(LawDuty.id)
        .limit(MOST_OWN_DUTIES)
    ).all()
    if not rows:
        return shipped()
    own = [replace(duty, curated=True) for duty in rows_of(rows)]
    return register_of([*own, *shipped().rows])


def rule_on_provision(
    session: Session,
    authority_id: int,
    key: str,
    verdict: LegalVerdict,
    *,
    why: str,
    review_on: date,
    by: int,
    at: datetime,
) -> ProvisionVerdict:
    """Set the verdict on a provision; every later submission that cites it profits.

    Raises VerdictError without a reason, for a review date that has passed, and for what is no
    provision. Who may is the page's to ask: a legal reviewer alone.
    """
    why = why.strip()
    if not valid_key(key):
        raise VerdictError("This is no provision that the register could hold.")
    if not why:
        raise VerdictError("Say why. Officers and schools will read it.")
    if review_on <= clock.local_date(at):
        raise VerdictError("Enter a review date in the future.")
    row = ProvisionVerdict(
        authority_id=authority_id,
        key=key,
        verdict=verdict,
        why=why,
        review_on=review_on,
        by_id=by,
        at=at,
    )
    session.add(row)
    session.flush()
    audit.record(
        session,
        authority_id=authority_id,
        action="law.ruled",
        subject="provision_verdict",
        subject_id=row.id,
        by=by,
        at=at,
        detail={"key": key, "verdict": verdict.value, "review_on": review_on.isoformat()},
    )
    return row


def rulings_on(session: Session, authority_id: int, key: str) -> Sequence[ProvisionVerdict]:
    """Return the verdicts on a provision, the newest first: one statement."""
    return session.scalars(
        sa.select(ProvisionVerdict)
        .where(ProvisionVerdict.authority_id == authority_id, ProvisionVerdict.key == key)
        .options(joinedload(ProvisionVerdict.by))
        .order_by(ProvisionVerdict.id.desc())
        .limit(MOST_HISTORY)
    ).all()


def rule_on_claim(
    session: Session,
    authority_id: int,
    version_id: int,
    verdict: LegalVerdict,
    *,
    why: str,
    by: int,
    at: datetime,
) -> ClaimVerdict:
    """Set the verdict on the claim of one version; what is known of it then says so.

    A verified duty makes a number valid for years, so nobody rules on what they have a stake in.
    Raises NotFoundError, VerdictError, NotGatekeeperError (no legal reviewer) and ConflictError.
    """
    why = why.strip()
    if not why:
        raise VerdictError("Say why. The officer and the gatekeeper will read it.")
    version = session.get(SubmissionVersion, version_id)
    if version is None or version.authority_id != authority_id:
        raise NotFoundError
    check_may_decide(session, version.submission, by, roles=[Role.LEGAL])
    row = ClaimVerdict(
        authority_id=authority_id, version_id=version_id, verdict=verdict, why=why, by_id=by, at=at
    )
    version.law = ruled(LawVerdict(**version.law), verdict, why).as_json()
    session.add(row)
    session.flush()
    audit.record(
        session,
        authority_id=authority_id,
        action="law.claim_ruled",
        subject="submission_version",
        subject_id=version_id,
        by=by,
        at=at,
        detail={"verdict": verdict.value, "submission": version.submission_id},
    )
    return row


def ruling_on_claim(session: Session, authority_id: int, version_id: int) -> ClaimVerdict | None:
    """Return the newest verdict on a version's claim, None when nobody has ruled."""
    return session.scalars(
        sa.select(ClaimVerdict)
        .where(ClaimVerdict.authority_id == authority_id, ClaimVerdict.version_id == version_id)
        .options(joinedload(ClaimVerdict.by))
        .order_by(ClaimVerdict.id.desc())
        .limit(1)
    ).first()
