"""Who can be written to about a case, and the key that opens it for those without an account."""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person
from foundation.sealing import Seal
from gatekeeping.letters.addressees import managers_of
from gatekeeping.mailgate.cases.moves import OPEN
from gatekeeping.mailgate.policy import Why
from gatekeeping.models import BypassCase, CaseKind

A_YEAR: Final = timedelta(days=365)
LENGTH: Final = 24
ADDRESS: Final = re.compile(r"[^@\s,;<>\"()]{1,64}@[a-z0-9.-]{1,190}", re.IGNORECASE)
MACHINES: Final = re.compile(
    r"(?:mailer-daemon|postmaster|daemon|bounces?|no[-_.]?reply|do[-_.]?not[-_.]?reply|root)"
    r"(?:[-+.=_].*)?",
    re.IGNORECASE,
)
"""What stands before the @ of addresses that no person reads."""


def is_reachable(address: str) -> bool:
    """Tell whether somebody reads mail to this address, as far as it shows."""
    if not ADDRESS.fullmatch(address):
        return False
    return MACHINES.fullmatch(address.partition("@")[0]) is None


def key_of(case: BypassCase, seal: Seal) -> str:
    """Return the key with which the sender of a held message opens its case without an account.

    It is made of the case, its sender and the secret of ``held_mail_seal``, and stands in no table.
    """
    said = f"held mail link/{case.authority_id}/{case.id}/{case.sender}"
    made = hmac.new(seal.secret.encode(), said.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode()[:LENGTH]


def is_key(case: BypassCase, given: str, seal: Seal) -> bool:
    """Tell whether this key opens the case now: it dies when the case is closed."""
    if case.state not in OPEN or case.kind is CaseKind.REPORTED:
        return False
    return hmac.compare_digest(key_of(case, seal).encode(), given.encode("utf-8", "replace"))


def is_sender(case: BypassCase, person: Person) -> bool:
    """Tell whether a person sent what the case is about."""
    if case.kind is CaseKind.REPORTED or case.authority_id != person.authority_id:
        return False
    unknown = case.sender_id is None and case.sender == person.email.casefold()
    return case.sender_id == person.id or unknown


def heads_of(session: Session, case: BypassCase) -> Sequence[Person]:
    """Return to whom the sender reports today: as a rule one person, or nobody."""
    if case.sender_id is None:
        return ()
    return managers_of(session, case.authority_id, case.sender_id)


def cases_within_a_year(session: Session, case: BypassCase) -> int:
    """Return how many messages of the team (without one, of the sender) were held or seen.

    Within the 12 months up to this case, which counts.
    """
    if case.team_id is not None:
        whose = BypassCase.team_id == case.team_id
    elif case.team:
        whose = BypassCase.team == case.team
    else:
        whose = BypassCase.sender == case.sender
    found = session.scalar(
        sa.select(sa.func.count()).where(
            BypassCase.authority_id == case.authority_id,
            BypassCase.kind != CaseKind.REPORTED,
            BypassCase.why != Why.RUN.value,  # single messages may be casework
            whose,
            BypassCase.received_at > case.received_at - A_YEAR,
            BypassCase.received_at <= case.received_at,
        )
    )
    return found or 0
