"""Messages that the gateway held, kept by the real function with everything that they said."""

import hashlib
import io
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from directory.mail_directory.reached import Correspondent, Reached
from directory.models import Membership, School
from foundation.sealing import Seal
from gatekeeping.mailgate import hold
from gatekeeping.mailgate.cases.outlines import PURPOSE
from gatekeeping.mailgate.message import read
from gatekeeping.mailgate.policy import Judgement, Sent, Verdict, Why
from gatekeeping.models import BypassCase, CaseKind
from tests.factories.base import NOON, authority_id, current
from tests.factories.directory import OfficerFactory, SchoolFactory

SEAL = Seal("for-tests-only", PURPOSE)
SUBJECT = "Quokka survey"
RAW = (
    b"From: Officer <officer@council.example>\r\nTo: Schools <schools@council.example>\r\n"
    b"Subject: Quokka survey\r\nMessage-ID: <1@council.example>\r\n\r\n"
    b"How many quokkas has your school?\r\n.\r\nBytes beyond ASCII: \xff\xfe\r\n"
)
LETTER = """Dear Headteacher,

The county's catering contract ends in July. To help us plan it would be useful to know how many
of your pupils take a hot meal on an average day, and whether your kitchen is run by the school
or by a contractor.

Please could you also let me have the name of your kitchen manager. We would be grateful for
replies by Friday 11 December to catering@council.example.

Many thanks

Jo Marsh
Catering
"""
"""What officers write who ask of many schools, without the words of a form."""
sequence = itertools.count(1)


def sent_by(sender: Membership | str, schools: Sequence[School]) -> Sent:
    """Return the envelope of a message to these schools' own mailboxes."""
    address = sender if isinstance(sender, str) else sender.person.email
    return Sent(address, tuple(school.email for school in schools))


def judged(sender: Membership | str, schools: Sequence[School], **facts: Any) -> Judgement:
    """Return the judgement that a message to these schools needs the gate."""
    urns = frozenset(school.urn for school in schools)
    if isinstance(sender, str):
        who = Correspondent(sender)
    else:
        team = sender.team.name if sender.team else ""
        who = Correspondent(sender.person.email, sender.person_id, sender.team_id, team)
    values: dict[str, Any] = {"schools": urns, **facts}
    return Judgement(Verdict.HOLD, Why.MANY, who, Reached(urns), **values)


def keep_held(
    sender: Membership | str | None = None,
    schools: Sequence[School] | None = None,
    *,
    raw: bytes = RAW,
    kind: CaseKind = CaseKind.HELD,
    at: datetime = NOON,
    token: str = "",
    asked: Mapping[str, Sequence[str]] = MappingProxyType({}),
    **facts: Any,
) -> BypassCase:
    """Keep a message as the gateway does; of an officer's, to two schools, unless it is said."""
    session: Session = current["session"]
    sender = OfficerFactory() if sender is None else sender
    schools = [SchoolFactory(), SchoolFactory()] if schools is None else schools
    key = hashlib.sha256(raw + str(facts or next(sequence)).encode()).hexdigest()
    return hold.keep(
        session,
        authority_id(),
        sent=replace(sent_by(sender, schools), asked=dict(asked)),
        message=read(raw),
        source=io.BytesIO(raw),
        judgement=judged(sender, schools),
        token=token or f"{next(sequence):064x}",
        content_key=facts.get("content_key", key),
        seal=SEAL,
        at=at,
        kind=kind,
    )
