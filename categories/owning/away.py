"""Somebody is away: what of theirs others have to stand in for."""

from collections.abc import Iterable

from categories.owning.days import Days
from categories.owning.one import Standing
from categories.owning.overview import Line


def to_cover(
    lines: Iterable[Line], standing_in: Iterable[Standing], person_id: int, days: Days
) -> dict[int, str]:
    """Return what somebody leads, or stands in for on some of the days: category's id to group.

    ``lines`` are the school's categories, ``standing_in`` the covers that the person does.
    """
    found = {line.at.category_id: line.at.group for line in lines if line.at.owner_id == person_id}
    return found | {
        each.category_id: each.group
        for each in standing_in
        if each.starts_on <= days.last and each.ends_on >= days.first
    }
