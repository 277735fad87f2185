"""``portal search``: rebuild the index, or search with somebody's eyes."""

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import SCHOOL_ROLES, Membership, Person, PersonState, Role, School
from foundation.errors import NotFoundError
from foundation.settings import read_settings
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
from portal.library.finding import find
from portal.library.search import IndexAwayError, SearchIndex, understand

MOST_PAGES = 50


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="rebuild | QUERY")
@click.option("--as", "email", help="The e-mail address of the person whose eyes to use.")
@click.option("--school", "urn", type=int, help="The URN, when the person is at several schools.")
@click.option("--page", default=1, type=click.IntRange(1, MOST_PAGES), help="Which page of 20.")
@authority_option
@as_json
@refusals_in_words
def search(
    *,
    words: tuple[str, ...],
    email: str | None,
    urn: int | None,
    page: int,
    la_code: str | None,
    as_json: bool,
) -> None:
    """Rebuild the search index ("portal search rebuild"), or search (with --as EMAIL).

    A search finds what that person may see: a headteacher everything sent to the school,
    others what was sent to them.
    """
    if email is not None:
        _search(" ".join(words), email, urn, page, la_code, json_wanted=as_json)
    elif words == ("rebuild",):
        _rebuild(json_wanted=as_json)
    else:
        message = "Say whose eyes to use: portal search QUERY --as EMAIL"
        raise click.UsageError(message)


def _rebuild(*, json_wanted: bool) -> None:
    settings = read_settings()
    database = open_database(settings)
    total = indexing.count_notices(database)
    with progress_bar(total, "Indexing", quiet=json_wanted) as progress:
        count = indexing.rebuild(database, settings, progress)
    if json_wanted:
        print_json({"notices": count})
    else:
        click.echo(f"The search index holds {count:,} notices.")


def _search(
    typed: str, email: str, urn: int | None, page: int, la_code: str | None, *, json_wanted: bool
) -> None:
    index = SearchIndex(read_settings().index)
    with session_for(la_code) as (session, authority_id):
        membership = _membership(session, authority_id, email, urn)
        try:
            found = find(
                session, index, understand(typed), reader=reader_of(membership), number=page
            )
        except IndexAwayError as fault:
            message = "There is no search index. Run: portal search rebuild"
            raise click.ClickException(message) from fault
    if json_wanted:
        hits = [
            {
                "delivery": hit.delivery_id,
                "number": hit.reference,
                "title": hit.plain_title,
                "sender": hit.sender,
                "sent_at": hit.sent_at.isoformat(),
                "passage": "".join(piece.text for piece in hit.passage),
            }
            for hit in found.hits
        ]
        print_json({"count": found.count, "page": found.number, "results": hits})
        return
    click.echo(f"{found.count} found.")
    for hit in found.hits:
        click.echo(f"{hit.reference}  {hit.sent_at:%Y-%m-%d}  {hit.plain_title}")


def _membership(session: Session, authority_id: int, email: str, urn: int | None) -> Membership:
    """Return the place at a school whose eyes are meant; a head's before any other there."""
    query = (
        sa.select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .join(School, School.id == Membership.school_id)
        .where(
            Membership.authority_id == authority_id,
            Membership.ended_at.is_(None),
            Membership.role.in_(SCHOOL_ROLES),
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
