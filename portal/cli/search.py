"""``portal search``: rebuild the index, or search with somebody's eyes."""

from dataclasses import dataclass
from datetime import datetime

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import RECIPIENTS, Membership, Person, PersonState, Role, School
from foundation import clock
from foundation.errors import NotFoundError
from foundation.settings import read_settings
from notifications.models import Attention
from notifications.reading.inbox import reader_of
from portal.cli.terminal import (
    as_json,
    authority_option,
    open_database,
    print_json,
    progress_bar,
    refusals_in_words,
    session_for,
)
from portal.library import indexing
from portal.library.engine import engine_for
from portal.library.finding import MOST, Found, Question, find
from portal.library.narrowing import STATES, Filters

MOST_PAGES = 50
DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="rebuild | QUERY")
@click.option("--as", "email", help="The e-mail address of the person whose eyes to use.")
@click.option("--school", "urn", type=int, help="The URN, when the person is at several schools.")
@click.option("--page", default=1, type=click.IntRange(1, MOST_PAGES), help="Which page of 20.")
@click.option("--newest", is_flag=True, help="The newest first instead of the best.")
@click.option("--from", "begin", type=DAY, help="Sent on this day or later (2026-12-14).")
@click.option("--to", "end", type=DAY, help="Sent on this day or earlier.")
@click.option("--sender", default="", help="Sent by exactly this team and organisation.")
@click.option("--category", "category_id", type=int, help="Of the category with this id.")
@click.option("--attention", type=click.Choice([each.value for each in Attention]))
@click.option("--state", type=click.Choice(list(STATES)))
@click.option("--files", "has_files", is_flag=True, help="Only what files go with.")
@click.option("--mine", is_flag=True, help="Only what was sent to the person themselves.")
@authority_option
@as_json
@refusals_in_words
def search(  # noqa: PLR0913 - an option each
    *,
    words: tuple[str, ...],
    email: str | None,
    urn: int | None,
    page: int,
    newest: bool,
    begin: datetime | None,
    end: datetime | None,
    sender: str,
    category_id: int | None,
    attention: str | None,
    state: str | None,
    has_files: bool,
    mine: bool,
    la_code: str | None,
    as_json: bool,
) -> None:
    """Rebuild the search index ("portal search rebuild"), or search (with --as EMAIL).

    A search finds what that person may see: a headteacher everything sent to the school,
    others what was sent to them.
    """
    filters = Filters(
        category_id=category_id,
        sender=sender,
        sent_from=begin.date() if begin else None,
        sent_to=end.date() if end else None,
        attention=Attention(attention) if attention else None,
        state=state or "",
        has_files=has_files,
        mine=mine,
    )
    if email is not None:
        question = Question(" ".join(words), filters, newest_first=newest, number=page)
        _search(question, _Eyes(email, urn, la_code), json_wanted=as_json)
    elif words == ("rebuild",):
        _rebuild(json_wanted=as_json)
    else:
        message = "Say whose eyes to use: portal search QUERY --as EMAIL"
        raise click.UsageError(message)


@dataclass(frozen=True)
class _Eyes:
    """Whose eyes look: an address, the school when there are several, the authority too."""

    email: str
    urn: int | None
    la_code: str | None


def _rebuild(*, json_wanted: bool) -> None:
    settings = read_settings()
    database = open_database(settings)
    try:
        total = indexing.count_notices(database)
        with progress_bar(total, "Indexing", quiet=json_wanted) as progress:
            count = indexing.rebuild(database, settings, progress)
    finally:
        database.engine.dispose()
    if json_wanted:
        print_json({"notices": count})
    else:
        click.echo(f"The search index holds {count:,} notices.")


def _search(question: Question, eyes: _Eyes, *, json_wanted: bool) -> None:
    settings = read_settings()
    with session_for(eyes.la_code) as (session, authority_id):
        membership = _membership(session, authority_id, eyes.email, eyes.urn)
        engine = engine_for(session.info["database"], settings)
        reader = reader_of(membership)
        found = find(session, engine, question, reader=reader, at=clock.now())
    if found.is_plain:
        message = "There is no search index. Run: portal search rebuild"
        raise click.ClickException(message)
    if json_wanted:
        print_json(_as_json(found))
        return
    click.echo(f"{f'More than {MOST:,}' if found.capped else found.count} found.")
    for hit in found.hits:
        click.echo(f"{hit.reference}  {hit.sent_at:%Y-%m-%d}  {hit.plain_title}")
    if found.instead:
        click.echo(f"Did you mean: {found.instead}")


def _as_json(found: Found) -> dict[str, object]:
    results = [
        {
            "delivery": hit.delivery_id,
            "number": hit.reference,
            "title": hit.plain_title,
            "sender": hit.sender,
            "sent_at": hit.sent_at.isoformat(),
            "passage": "".join(piece.text for piece in hit.passage),
            "file": hit.file.name if hit.file else None,
            "withdrawn": hit.is_withdrawn,
            "replaced": hit.is_replaced,
        }
        for hit in found.hits
    ]
    facets = {
        facet.name: [
            {"value": option.value, "label": option.label, "count": option.count}
            for option in facet.options
        ]
        for facet in found.facets
    }
    return {
        "count": found.count,
        "page": found.number,
        "capped": found.capped,
        "instead": found.instead or None,
        "results": results,
        "facets": facets,
    }


def _membership(session: Session, authority_id: int, email: str, urn: int | None) -> Membership:
    """Return the place at a school whose eyes are meant; a head's before any other there."""
    query = (
        sa.select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .join(School, School.id == Membership.school_id)
        .where(
            Membership.authority_id == authority_id,
            Membership.ended_at.is_(None),
            Membership.role.in_(RECIPIENTS),
            Person.email == email.strip().lower(),
            Person.state == PersonState.ACTIVE,
        )
        .order_by(sa.case((Membership.role == Role.HEAD, 0), else_=1), Membership.id)
        .limit(200)
    )
    if urn is not None:
        query = query.where(School.urn == urn)
    found = session.scalars(query).all()
    if not found:
        raise NotFoundError("Nobody with that address may sign in at a school (at that URN).")
    if len({membership.school_id for membership in found}) > 1:
        raise NotFoundError("That person is at several schools. Add --school URN.")
    return found[0]
