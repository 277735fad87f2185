"""Answering a batch: JSON lines in, a line each in the same order out."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from foundation.errors import Refusal

Json = dict[str, Any]


def answers(place: str, answer: Callable[[Json], Json]) -> Iterator[Json]:
    """Answer each line of a file (- for standard input) with its id.

    A line that cannot be read, or that ``answer`` refuses, is answered with ``error``; empty lines
    are passed over.
    """
    for number, line in enumerate(_lines(place), start=1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as fault:
            yield {"id": None, "error": f"Line {number} is not JSON: {fault}."}
            continue
        if not isinstance(given, dict):
            yield {"id": None, "error": f"Line {number} is not a JSON object."}
            continue
        try:
            found = answer(given)
        except Refusal as refusal:
            found = {"error": str(refusal)}
        yield {"id": given.get("id"), **found}


def _lines(place: str) -> Iterator[str]:
    if place == "-":
        yield from sys.stdin
        return
    try:
        with Path(place).open(encoding="utf-8-sig") as stream:
            yield from stream
    except (OSError, UnicodeDecodeError) as fault:
        raise click.ClickException(f"The file cannot be read: {fault}.") from fault
