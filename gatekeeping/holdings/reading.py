"""Reading an authority's catalogue of held data, seldom more than once a revision."""

from collections.abc import Iterable
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from gatekeeping.asked import Asked
from gatekeeping.holdings.catalogue import Catalogue, shipped
from gatekeeping.holdings.items import HeldItem, Holding
from gatekeeping.models import DataSet, DataSetItem, HeldCatalogue

MOST_ITEMS: Final = 5_000
MOST_KEPT: Final = 64

_kept: dict[str, Catalogue] = {}
"""Catalogues by the digest of their content. Authorities with the same content share one."""


def facts(session: Session, asked: Asked) -> Catalogue:
    """Return the catalogue of the authority that asks: one statement, two after a change."""
    return catalogue_of(session, asked.authority_id)


def catalogue_of(session: Session, authority_id: int) -> Catalogue:
    """Return an authority's catalogue as it is now; the shipped one where none was loaded yet.

    One statement tells which content it has; only content that this process has not seen is read.
    """
    digest = session.scalar(
        sa.select(HeldCatalogue.digest).where(HeldCatalogue.authority_id == authority_id)
    )
    if digest is None:
        return shipped()
    if not _kept:
        _keep(shipped())
    return _kept.get(digest) or _keep(read_catalogue(session, authority_id))


def read_catalogue(session: Session, authority_id: int) -> Catalogue:
    """Return the catalogue as its tables have it now, without what is retired: one statement."""
    rows = session.execute(
        sa.select(
            *(DataSet.key, DataSet.title, DataSet.owner, DataSet.refreshed, DataSet.grain),
            *(DataSet.covers, DataSet.types, DataSet.as_at),
            *(DataSetItem.name, DataSetItem.called, DataSetItem.personal, DataSetItem.code),
        )
        .outerjoin(
            DataSetItem,
            sa.and_(DataSetItem.data_set_id == DataSet.id, DataSetItem.retired_at.is_(None)),
        )
        .where(DataSet.authority_id == authority_id, DataSet.retired_at.is_(None))
        .order_by(DataSet.position, DataSet.id, DataSetItem.position, DataSetItem.id)
        .limit(MOST_ITEMS)
    ).all()
    return _made(rows)


def _made(rows: Iterable[sa.Row[Any]]) -> Catalogue:
    holdings: dict[str, Holding] = {}
    items = []
    for row in rows:
        holding = holdings.get(row.key)
        if holding is None:
            holding = holdings[row.key] = Holding(
                row.key,
                row.title,
                row.owner,
                row.refreshed,
                row.grain,
                row.covers,
                tuple(row.types),
                row.as_at,
            )
        if row.name is not None:
            items.append(HeldItem(holding, row.name, tuple(row.called), row.personal, row.code))
    return Catalogue(tuple(holdings.values()), tuple(items))


def _keep(catalogue: Catalogue) -> Catalogue:
    """Keep it under the digest of what was read: the row may tell of an older or newer one."""
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    return _kept.setdefault(catalogue.digest, catalogue)
