"""How fresh a data set is on a day: what is known, what was due, what comes next.

What the owner says goes before the rhythm: a refresh that was due, and of which the owner does not
say that it was done, is never taken as done.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from gatekeeping.holdings.items import Holding
from gatekeeping.holdings.refreshed import (
    always_fresh,
    last_refresh,
    next_refresh,
    rhythm,
)

GRACE = timedelta(days=7)
"""A refresh takes a few days to be done and told of."""
TERMLY = 3


@dataclass(frozen=True)
class Freshness:
    """How fresh a data set is on a day.

    ``as_at`` is the last day of which it tells, None where nobody knows; ``stated`` tells that the
    owner said so. ``missed`` is a refresh that was due since, without a word of the owner.
    ``next_on`` is the next refresh, None where it has no fixed days.
    """

    as_at: date | None
    stated: bool = False
    missed: date | None = None
    next_on: date | None = None
    always: bool = False
    """It is never more than a few days behind, as far as anybody knows."""


def freshness(holding: Holding, today: date) -> Freshness:
    """Return how fresh a data set is today."""
    missed = _missed(holding, today)
    return Freshness(
        as_at=as_at_on(holding, today),
        stated=_is_stated(holding, today),
        missed=missed,
        next_on=next_refresh(holding.refreshed, today),
        always=always_fresh(holding.refreshed) and missed is None,
    )


def as_at_on(holding: Holding, on: date) -> date | None:
    """Return the last refresh on or before a day, never later than the truth; None if unknown."""
    if _is_stated(holding, on):
        return holding.as_at
    return last_refresh(holding.refreshed, on)


def serves(holding: Holding, today: date, wanted: date | None) -> bool:
    """Tell whether it is fresh enough for the day asked about, or for today when none is.

    Enough is: not older than its own rhythm explains. For a day to come it serves when it is
    refreshed before that day, and its owner is not behind already.
    """
    as_at = as_at_on(holding, min(today, wanted or today))
    if as_at is None:
        return False
    how = rhythm(holding.refreshed)
    if how is None:  # a snapshot serves its own day and no other
        return wanted is not None and wanted - as_at <= GRACE
    now = freshness(holding, today)
    if wanted is not None and wanted > today and now.missed is None:
        comes = now.next_on is not None and now.next_on <= wanted
        if comes or how.a_year > TERMLY:
            return True
    return (wanted or today) - as_at <= timedelta(days=how.days) + GRACE


def _missed(holding: Holding, today: date) -> date | None:
    """Return when it was due again after the day that its owner named, if that is gone by."""
    how = rhythm(holding.refreshed)
    if how is None or holding.as_at is None or not _is_stated(holding, today):
        return None
    due = next_refresh(holding.refreshed, holding.as_at) or holding.as_at + timedelta(how.days)
    return due if today - due > GRACE else None


def _is_stated(holding: Holding, on: date) -> bool:
    return holding.as_at is not None and holding.as_at <= on
