"""The authority's own verdicts for ``portal cite``, when there is a database to ask."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from gatekeeping.law.citations import Citation
from gatekeeping.law.duties import Register
from gatekeeping.law.opinions import Precedent


def set_verdicts(
    citations: Sequence[Citation], la_code: str | None
) -> tuple[dict[str, Precedent], Register | None, date | None]:
    """Return precedents, register and today; nothing when there is no database or no authority.

    The database is only read: it is never made, and never brought up to date.
    """
    from foundation.settings import SettingsError, read_settings

    try:
        settings = read_settings()
    except SettingsError:
        return {}, None, None
    if not any(one.id for one in citations) or not _is_there(settings.database):
        return {}, None, None
    return _read(settings.database, citations, la_code)


def _is_there(url: str) -> bool:
    """Tell whether a database may be there; opening SQLite would make one."""
    return not url.startswith("sqlite:///") or Path(url.removeprefix("sqlite:///")).exists()


def _read(
    url: str, citations: Sequence[Citation], la_code: str | None
) -> tuple[dict[str, Precedent], Register | None, date | None]:
    from sqlalchemy.exc import DBAPIError

    import portal.models  # noqa: F401 - every table must be known before the first query
    from directory.authorities import authority_by_code
    from foundation import clock
    from foundation.db import EVERY_AUTHORITY, Database, narrow
    from foundation.errors import Refusal
    from gatekeeping.law.rulings import precedents_for, register_for

    database = Database(url)
    try:
        with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
            authority_id = authority_by_code(session, la_code).authority_id
            narrow(session, authority_id)
            return (
                precedents_for(session, authority_id, citations),
                register_for(session, authority_id, citations),
                clock.local_date(clock.now()),
            )
    except (DBAPIError, Refusal):
        if la_code:
            raise
        return {}, None, None  # an empty or older database has no verdicts
    finally:
        database.engine.dispose()
