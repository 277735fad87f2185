"""Taking one message that came back, whichever door it came through: in one transaction."""

import logging
from collections.abc import Sequence

import portal.models  # noqa: F401 - every table must be known before the first query
from foundation import clock
from foundation.db import EVERY_AUTHORITY, Database
from foundation.settings import Settings
from notifications.returned.addresses import Returns
from notifications.returned.taking import Taken, take

log = logging.getLogger(__name__)


def returns_of(settings: Settings) -> Returns:
    """Return where this portal's mail comes back to."""
    return Returns(settings.returns_to, settings.signing_key if settings.returns_to else "")


def take_message(
    database: Database, returns: Returns, raw: bytes, recipients: Sequence[str]
) -> Taken:
    """Keep what a message reports; once this returns it is in the database.

    Raises what the database raises when that is away.
    """
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        done = take(session, raw, recipients, returns=returns, at=clock.now())
    log.info("mail came back", extra={k: v for k, v in vars(done).items() if v} or {"reports": 0})
    return done
