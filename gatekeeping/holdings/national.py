"""The official names and codes of what national collections ask."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def named_by_code(code: str) -> tuple[str, str] | None:
    """Return name and collection of an item of a national collection; None for other codes."""
    return _codes().get(code.strip().casefold()) if code.strip() else None


@cache
def _codes() -> Mapping[str, tuple[str, str]]:
    """Return codes that mean one thing wherever they stand, with its name and collection."""
    found: dict[str, tuple[str, str]] = {}
    for row in _rows():
        found.setdefault(row["code"].casefold(), (row["name"], row["collection"]))
    return found


def _rows() -> list[dict[str, str]]:
    with files("gatekeeping").joinpath("data", "data_items.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))
