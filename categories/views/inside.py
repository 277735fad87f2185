"""Pages for those inside the authority: its own officers, not those of its partners."""

from flask import abort

from directory.access import hat
from directory.models import Role

INSIDERS = (
    Role.OFFICER,
    Role.GATEKEEPER,
    Role.EXECUTIVE,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)


def inside() -> int:
    """Return the id of the authority to which the hat belongs; 403 for another organisation's."""
    if hat().organisation_id != hat().authority_id:
        abort(403)
    return hat().authority_id
