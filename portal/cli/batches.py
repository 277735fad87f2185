"""Answering a batch: JSON lines in, a line each in the same order out."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from foundation.errors import Refusal

Json = dict[str, Any]
_HALF = re.compile(r"\\u[dD][89abABcdefCDEF]")
"""Half a character, or a whole one in two halves, as JSON writes it."""


def answers(place: str, answer: Callable[[Json], Json]) -> Iterator[Json]:
    """Answer each line of a file (- for standard input) with its id.

    A line that cannot be read, or that ``answer`` refuses, is answered with ``error``; empty lines
    are passed over.
    """
    for given in objects(place):
        if isinstance(given, str):
            yield {"id": None, "error": given}
            continue
        try:
            found = answer(given)
        except Refusal as refusal:
            found = {"error": str(refusal)}
        yield {"id": given.get("id"), **found}


def objects(place: str) -> Iterator[Json | str]:
    """Give the object of each line of a file (- for standard input), or what is wrong with it.

    Empty lines are passed over. A line that is not UTF-8 is read as older Windows programs write;
    half a character, which nothing can print or store, becomes a question mark.
    """
    for number, line in enumerate(_lines(place), start=1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
            if _HALF.search(line):
                whole = json.dumps(given, ensure_ascii=False).encode(errors="replace")
                given = json.loads(whole)
        except (json.JSONDecodeError, RecursionError) as fault:
            yield f"Line {number} is not JSON: {fault}."
            continue
        yield given if isinstance(given, dict) else f"Line {number} is not a JSON object."


def _lines(place: str) -> Iterator[str]:
    """Give the lines as text; one that is not UTF-8 is read as older Windows programs write."""
    if place == "-":
        yield from map(_as_text, sys.stdin.buffer)
        return
    try:
        with Path(place).open("rb") as stream:
            yield from map(_as_text, stream)
    except OSError as fault:
        raise click.ClickException(f"The file cannot be read: {fault}.") from fault


def _as_text(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")
