"""Finding the authority that a page, a command or an import speaks for."""

from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import AuthorityProfile, Organisation, OrganisationKind
from foundation.errors import NotFoundError


def authority_for_host(session: Session, host: str) -> AuthorityProfile | None:
    """Return the authority whose pages this host name serves, else the oldest one."""
    return session.scalars(_for_host(), {"host": host}).first()


@cache
def _for_host() -> sa.Select[tuple[AuthorityProfile]]:
    # Put together once: every page asks it, and building it takes longer than running it.
    matches = AuthorityProfile.host == sa.bindparam("host")
    return (
        sa.select(AuthorityProfile)
        .where(sa.or_(matches, AuthorityProfile.host.is_(None)))
        .order_by(sa.case((matches, 0), else_=1), AuthorityProfile.authority_id)
        .limit(1)
    )


def authority_ids(session: Session) -> Sequence[int]:
    """Return every authority, in order; the session must be one for all of them."""
    return session.scalars(
        sa.select(AuthorityProfile.authority_id).order_by(AuthorityProfile.authority_id)
    ).all()


def authority_by_code(session: Session, la_code: str | None) -> AuthorityProfile:
    """Return the authority with this LA code; with None, the oldest one.

    Raises NotFoundError, with what to do next, when there is none.
    """
    query = sa.select(AuthorityProfile).order_by(AuthorityProfile.authority_id).limit(1)
    if la_code is not None:
        query = query.where(AuthorityProfile.la_code == la_code)
    profile = session.scalars(query).first()
    if profile is None:
        message = (
            f"There is no authority with the code {la_code}."
            if la_code
            else "There is no authority yet. Import its schools (portal schools import FILE) "
            "or load the demonstration (portal demo)."
        )
        raise NotFoundError(message)
    return profile


def ensure_authority(session: Session, *, la_code: str, name: str) -> AuthorityProfile:
    """Return the authority with this LA code, made with plain defaults when it is new."""
    profile = session.scalars(
        sa.select(AuthorityProfile).where(AuthorityProfile.la_code == la_code)
    ).first()
    if profile is not None:
        return profile
    organisation = Organisation(kind=OrganisationKind.AUTHORITY, code=la_code, name=name)
    session.add(organisation)
    session.flush()  # the profile needs its id
    profile = AuthorityProfile(
        authority_id=organisation.id,
        la_code=la_code,
        help_email=f"schools-portal@{la_code}.authority.example",
        organisation=organisation,
    )
    session.add(profile)
    session.flush()  # rows that follow refer to it
    return profile
