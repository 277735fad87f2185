"""How hard a submission is looked at (gatekeeping 4.1)."""

from gatekeeping.afterwards.grounds import grounds_of
from gatekeeping.burden import Burden, minutes_at_a_school
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Kind, Track
from gatekeeping.protocol import DEFAULT, Protocol
from gatekeeping.reading.asks import asks


def track_of(
    document: SubmissionDocument,
    *,
    schools: int,
    burden: Burden,
    claims: bool,
    protocol: Protocol = DEFAULT,
    route_closed: bool = False,
) -> Track:
    """Return the track of a document that asks ``schools`` open schools.

    ``claims`` tells whether it claims a statutory duty: on more than 20 schools that is HIGH
    whether or not the claim is true. An emergency without grounds, or of a team to which the
    route is closed, is judged as what it else is.
    """
    if grounds_of(document) and not route_closed:
        return Track.EMERGENCY
    many = schools > protocol.most_schools_without_gate
    costly = burden.gross_pence >= protocol.high_cost_pence
    if costly or document.personal_data == "special" or (claims and many):
        return Track.HIGH
    if not many and _is_light(document, claims=claims, protocol=protocol):
        return Track.LIGHT
    return Track.STANDARD


def _is_light(document: SubmissionDocument, *, claims: bool, protocol: Protocol) -> bool:
    """Tell whether it only informs, or asks little: a letter that asks is none that informs.

    Minutes that nobody has estimated are not few.
    """
    if document.kind is Kind.COMMUNICATION:
        return document.reply_by == "none" and not asks(document.body)
    quick = 0 < minutes_at_a_school(document, protocol) <= protocol.light_minutes
    return document.voluntary and quick and not claims
