"""Giving an authority the catalogue of held data that the portal ships, once."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory.models import AuthorityProfile, Team
from gatekeeping.holdings.catalogue import Catalogue, shipped
from gatekeeping.holdings.reading import read_catalogue
from gatekeeping.models import DataSet, DataSetChange, DataSetItem, HeldCatalogue

WHY = "Loaded from the list that the portal ships."


def load_where_missing(session: Session, *, at: datetime) -> int:
    """Load the shipped catalogue for every authority that has none; return for how many.

    For a session that may see every authority: importing schools makes new ones.
    """
    bare = session.scalars(
        sa.select(AuthorityProfile.authority_id)
        .where(~sa.exists().where(HeldCatalogue.authority_id == AuthorityProfile.authority_id))
        .order_by(AuthorityProfile.authority_id)
    ).all()
    for authority_id in bare:
        ensure_loaded(session, authority_id, at=at)
    return len(bare)


def ensure_loaded(session: Session, authority_id: int, *, at: datetime) -> None:
    """Load the shipped catalogue if the authority has none; else do nothing.

    Of two at once the second finds what the first has loaded.
    """
    if session.get(HeldCatalogue, authority_id) is not None:
        return
    catalogue = shipped()
    row = HeldCatalogue(authority_id=authority_id, revision=1, digest=catalogue.digest)
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        return
    _load(session, authority_id, catalogue, at)


def locked(session: Session, authority_id: int, *, at: datetime) -> HeldCatalogue:
    """Return the catalogue's row, held until the commit, so that changes come one by one."""
    ensure_loaded(session, authority_id, at=at)
    session.flush()
    return session.get_one(
        HeldCatalogue, authority_id, with_for_update=True, populate_existing=True
    )


def renew(session: Session, row: HeldCatalogue) -> None:
    """Note that the content is another one now: every process reads it again."""
    session.flush()
    row.digest = read_catalogue(session, row.authority_id).digest
    row.revision += 1
    session.flush()


def _load(session: Session, authority_id: int, catalogue: Catalogue, at: datetime) -> None:
    owners = {holding.owner.casefold() for holding in catalogue.holdings}
    teams: dict[str, int] = {
        row.name.casefold(): row.id
        for row in session.execute(
            sa.select(Team.id, Team.name)
            .where(Team.authority_id == authority_id, sa.func.lower(Team.name).in_(owners))
            .order_by(Team.id.desc())
        )
    }
    for place, holding in enumerate(catalogue.holdings):
        data_set = DataSet(
            authority_id=authority_id,
            key=holding.key,
            position=place,
            title=holding.title,
            owner=holding.owner,
            team_id=teams.get(holding.owner.casefold()),
            refreshed=holding.refreshed,
            grain=holding.grain,
            covers=holding.covers,
            types=list(holding.types),
            as_at=holding.as_at,
            version=1,
        )
        data_set.items = [
            DataSetItem(
                authority_id=authority_id,
                position=position,
                name=item.name,
                called=list(item.called),
                personal=item.personal,
                code=item.code,
            )
            for position, item in enumerate(catalogue.items_of(holding.key))
        ]
        session.add(data_set)
        session.flush()
        session.add(
            DataSetChange(
                authority_id=authority_id,
                data_set_id=data_set.id,
                version=1,
                at=at,
                why=WHY,
                changes=[],
            )
        )
    session.flush()
