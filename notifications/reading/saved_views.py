"""Filters that a person gave a name: links beside their inbox at a school."""

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.errors import NotFoundError, Refusal
from notifications.models_reading import SavedView
from notifications.reading import agenda
from notifications.reading.filters import Chosen
from notifications.reading.inbox import Reader

MOST = 20
LONGEST_NAME = 60


class BadNameError(Refusal):
    """Each of a person's views has a name of its own."""

    sentence = f"Enter a name of at most {LONGEST_NAME} characters."


class TooManyError(Refusal):
    """A list of links has to stay one."""

    sentence = f"You can keep {MOST} views. Delete one first."


def views_of(session: Session, reader: Reader) -> Sequence[SavedView]:
    """Return the person's views at this school, by name: one statement."""
    return session.scalars(
        sa.select(SavedView).where(*_own(reader)).order_by(SavedView.name, SavedView.id).limit(MOST)
    ).all()


def view_of(session: Session, reader: Reader, view_id: int) -> SavedView:
    """Return one of the person's own views; NotFoundError for anybody else's."""
    found = session.scalars(
        sa.select(SavedView).where(*_own(reader), SavedView.id == view_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def save(session: Session, reader: Reader, *, name: str, chosen: Chosen, at: datetime) -> SavedView:
    """Keep filters under a name; one that is used already means these from now on.

    Raises BadNameError and TooManyError.
    """
    name = _name(name)
    same = session.scalars(
        sa.select(SavedView).where(*_own(reader), SavedView.name == name)
    ).one_or_none()
    if same is not None:
        same.filters = dict(chosen.values)
        return same
    kept = session.scalar(
        sa.select(sa.func.count()).where(
            SavedView.authority_id == reader.authority_id,
            SavedView.person_id == reader.person_id,
            SavedView.name != agenda.NAME,
        )
    )
    if (kept or 0) >= MOST:
        raise TooManyError(field="name")
    view = SavedView(
        authority_id=reader.authority_id,
        person_id=reader.person_id,
        school_id=reader.school_id,
        name=name,
        filters=dict(chosen.values),
        created_at=at,
    )
    with _named_once(session):
        session.add(view)
    return view


def rename(session: Session, view: SavedView, name: str) -> None:
    """Give a view another name. Raises BadNameError, also when another one has it."""
    name = _name(name)
    with _named_once(session):
        view.name = name


def delete(session: Session, reader: Reader, view_id: int) -> None:
    """Delete one of the person's own views; twice does no harm."""
    session.execute(sa.delete(SavedView).where(*_own(reader), SavedView.id == view_id))


def _name(text: str) -> str:
    # what nobody sees would make a link that nobody sees, or turn the words around it
    seen = (
        sign for sign in text if unicodedata.category(sign) not in {"Cc", "Cf"} or sign.isspace()
    )
    name = " ".join("".join(seen).replace("\N{BULLET}", "").split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise BadNameError(field="name")
    return name


@contextmanager
def _named_once(session: Session) -> Iterator[None]:
    """Turn a name that is taken, also a moment ago, into a refusal; nothing else is lost."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as taken:
        message = "You have a view of this name already. Choose another name."
        raise BadNameError(message, field="name") from taken


def _own(reader: Reader) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        SavedView.authority_id == reader.authority_id,
        SavedView.person_id == reader.person_id,
        SavedView.school_id == reader.school_id,
        SavedView.name != agenda.NAME,
    )
