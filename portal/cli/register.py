"""``portal gate similar`` and ``portal gate import``: the register, searched and brought along."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy.orm import Session

from directory.authorities import authority_by_code
from foundation import clock
from foundation.db import EVERY_AUTHORITY
from foundation.settings import read_settings
from gatekeeping.alike.index import Near, nearest
from gatekeeping.alike.meaning import Meaning, meaning_of
from gatekeeping.documents import SubmissionDocument
from gatekeeping.past.loading import load
from portal.cli.batches import Json, answers
from portal.cli.terminal import (
    as_json,
    attached_to,
    authority_option,
    open_database,
    print_json,
    print_report,
    progress_bar,
    read_document,
    refusals_in_words,
    session_for,
)

ANY_AGE = 366 * 200
"""Days: who looks for what is like it wants the whole register."""
FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.command()
@click.argument("file", required=False)
@click.option("--top", type=click.IntRange(1, 80), default=10, show_default=True, help="How many.")
@click.option("--batch", type=click.Path(), help="JSON lines of documents, answered a line each.")
@as_json
@authority_option
@refusals_in_words
def similar(
    *, file: str | None, top: int, batch: str | None, as_json: bool, la_code: str | None
) -> None:
    """Find the submissions in the register most like FILE (- for standard input), ranked.

    Of any age; drafts and what was withdrawn are left out. Attachments that FILE names are read too
    where they lie beside it.
    """
    if (file is None) == (batch is None):
        raise click.UsageError("Name either FILE or --batch FILE.")
    with session_for(la_code) as (session, authority_id):
        if batch is not None:

            def answer(line: Json) -> Json:
                document = SubmissionDocument.read(line)
                meaning = meaning_of(document, attached=attached_to(batch, document))
                return _as_json(_nearest(session, authority_id, meaning, top))

            for found in answers(batch, answer):
                click.echo(json.dumps(found, ensure_ascii=False))
            return
        place = file or "-"
        document = SubmissionDocument.read(read_document(place))
        meaning = meaning_of(document, attached=attached_to(place, document))
        ranked = _nearest(session, authority_id, meaning, top)
    if as_json:
        print_json(_as_json(ranked))
    else:
        _print_words(ranked)


@click.command("import")
@click.argument("file", type=FILE)
@authority_option
@as_json
@refusals_in_words
def import_register(file: Path, *, la_code: str | None, as_json: bool) -> None:
    """Bring an earlier register along: JSON lines of documents with number, sent_on and state.

    Its entries become past entries of this register. Nothing is sent, nobody is told. What is
    known already stays as it is; lines that cannot be read are named, the others are loaded.
    """
    size = sum(1 for _ in _lines(file))
    database = open_database(read_settings())
    try:
        with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
            authority_id = authority_by_code(session, la_code).authority_id
        with progress_bar(size, "Register") as progress:
            report = load(
                database, authority_id, _lines(file), size=size, at=clock.now(), progress=progress
            )
    finally:
        database.engine.dispose()
    print_report(report, "Register", json_wanted=as_json)


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """Give the lines that hold something with their numbers, as UTF-8 where the file tells else."""
    with file.open("rb") as stream:
        start = stream.read(4)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        with file.open(encoding="utf-16", errors="replace") as text:
            yield from ((at, line.encode()) for at, line in enumerate(text, 1) if line.strip())
        return
    with file.open("rb") as stream:
        for at, line in enumerate(stream, 1):
            content = line.removeprefix(b"\xef\xbb\xbf") if at == 1 else line
            if content.strip():
                yield at, content


def _nearest(session: Session, authority_id: int, meaning: Meaning, top: int) -> list[Near]:
    found = nearest(session, authority_id, meaning, at=clock.now(), top=top, since_days=ANY_AGE)
    session.expunge_all()  # a long batch keeps nothing of what it has read
    return found


def _as_json(ranked: list[Near]) -> Json:
    return {
        "ranked": [
            {
                "number": near.number,
                "title": near.title,
                "score": near.score,
                "label": near.comparison.label.value,
                "parts": dict(near.comparison.parts),
                "shared_items": list(near.comparison.shared_items),
            }
            for near in ranked
        ]
    }


def _print_words(ranked: list[Near]) -> None:
    if not ranked:
        click.echo("Nothing in the register is like it.")
    for near in ranked:
        found = near.comparison
        number = f"No. {near.number}" if near.number else "without a number"
        click.echo(f"{near.score:.2f} {found.label.value}: {number}, {near.title}")
        for sentence in found.says:
            click.echo(f"    {sentence}")
