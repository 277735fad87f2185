"""``portal suggest``: the likeliest categories for a text, with the words that led to each."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from categories.catalogue import SHIPPED, read_catalogue
from categories.topics.learning import NOTHING_LEARNED, Learned
from categories.topics.suggesting import Suggestion
from categories.topics.suggesting import suggest as suggest_from
from categories.topics.vocabulary import Described
from foundation.errors import Refusal
from portal.cli.batches import objects
from portal.cli.terminal import as_json, print_json

TOP = 5


@click.command()
@click.argument("text", required=False)
@click.option("--batch", type=click.Path(), help="JSON lines with text and id, answered in order.")
@click.option("--top", default=TOP, show_default=True, type=click.IntRange(1, 85))
@as_json
@click.option("--authority", "la_code", envvar="AUTHORITY", help="Whose decisions count.")
def suggest(
    *, text: str | None, batch: str | None, top: int, as_json: bool, la_code: str | None
) -> None:
    """Rank the categories that TEXT (- for standard input) seems to be about.

    Without a database the portal's own list of categories counts; with one, the authority's, and
    what its decisions taught.
    """
    if (text is None) == (batch is None):
        raise click.UsageError("Give either TEXT or --batch FILE.")
    known, learned = _known(la_code)
    if batch is not None:
        for line in _lines(batch):
            said = line.pop("text", None)
            found = suggest_from(
                known, said if isinstance(said, str) else "", most=top, learned=learned
            )
            click.echo(json.dumps({**line, "ranked": _ranked(found)}, ensure_ascii=False))
        return
    given = sys.stdin.read() if text == "-" else text or ""
    found = suggest_from(known, given, most=top, learned=learned)
    if as_json:
        print_json({"ranked": _ranked(found)})
    else:
        _print_words(found, known)


def _ranked(found: Sequence[Suggestion]) -> list[dict[str, Any]]:
    return [{"category": one.slug, "score": one.score, "words": list(one.words)} for one in found]


def _print_words(found: Sequence[Suggestion], known: Sequence[Described]) -> None:
    headings = {entry.slug: entry.heading for entry in known}
    if not found:
        click.echo("No word of it points to a category.")
    for one in found:
        click.echo(f"{headings[one.slug]} ({one.slug}), {one.score:.2f}")
        click.echo(f"  because of: {', '.join(one.words)}")


def _lines(place: str) -> Iterator[dict[str, Any]]:
    """Yield each line's id and text; a line that cannot be read has ``error`` instead."""
    for given in objects(place):
        if isinstance(given, str):
            yield {"id": None, "error": given}
        else:
            yield {"id": given.get("id"), "text": given.get("text")}


def _known(la_code: str | None) -> tuple[Sequence[Described], Learned]:
    """Return the categories and the lessons of the authority, or the shipped list and none.

    The database is only read: it is never made, and never brought up to date.
    """
    from foundation.settings import SettingsError, read_settings

    shipped = read_catalogue(SHIPPED), NOTHING_LEARNED
    try:
        url = read_settings().database
    except SettingsError:
        return shipped
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return shipped
    from sqlalchemy.exc import DBAPIError

    try:
        return _of_authority(url, la_code) or shipped
    except DBAPIError:
        return shipped  # an empty, older or absent database teaches nothing
    except Refusal as refusal:
        if la_code:
            raise click.ClickException(str(refusal)) from refusal
        return shipped


def _of_authority(url: str, la_code: str | None) -> tuple[Sequence[Described], Learned] | None:
    import portal.models  # noqa: F401 - every table must be known before the first query
    from directory.authorities import authority_by_code
    from foundation.db import EVERY_AUTHORITY, Database, narrow
    from gatekeeping.suggesting import known_in

    database = Database(url)
    try:
        with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
            authority_id = authority_by_code(session, la_code).authority_id
            narrow(session, authority_id)
            known = known_in(session, authority_id)
            session.expunge_all()
            return (known.categories, known.learned) if known.categories else None
    finally:
        database.engine.dispose()
