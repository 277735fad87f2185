"""Saved views: filters of the inbox that a person gave a name."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.access import hat, needs
from directory.models import RECIPIENTS
from foundation import clock
from foundation.errors import Refusal
from foundation.web import db_session
from notifications.reading import saved_views as kept
from notifications.reading.filters import Chosen
from notifications.reading.inbox import reader_of
from notifications.views import bp
from notifications.views.told import complain, tell

ONE = "/inbox/views/<int:view_id>"


@bp.get("/inbox/views")
@needs(*RECIPIENTS)
def saved_views() -> ResponseReturnValue:
    """Show the person's views at this school, to rename and to delete."""
    views = kept.views_of(db_session(), reader_of(hat()))
    return render_template("notifications/inbox/views.html", views=views, faults={})


@bp.post("/inbox/views")
@needs(*RECIPIENTS)
def save_view() -> ResponseReturnValue:
    """Keep the filters of the address under a name, and go back to the list."""
    session, chosen = db_session(), Chosen.of(request.args)
    name = request.form.get("name", "")
    try:
        view = kept.save(session, reader_of(hat()), name=name, chosen=chosen, at=clock.now())
        session.commit()
        tell(f"Kept as “{view.name}”. It stands above your list from now on.")
    except Refusal as refusal:
        session.rollback()
        complain(str(refusal), "name")
    return redirect(url_for("notifications.inbox", **chosen.values))


@bp.get(ONE)
@needs(*RECIPIENTS)
def open_view(view_id: int) -> ResponseReturnValue:
    """Show the inbox as a view has it."""
    view = kept.view_of(db_session(), reader_of(hat()), view_id)
    words = {str(name): str(value) for name, value in view.filters.items()}
    return redirect(url_for("notifications.inbox", **Chosen.of(words).values))


@bp.post(f"{ONE}/rename")
@needs(*RECIPIENTS)
def rename_view(view_id: int) -> ResponseReturnValue:
    """Give a view another name."""
    session, reader = db_session(), reader_of(hat())
    view = kept.view_of(session, reader, view_id)
    try:
        kept.rename(session, view, request.form.get("name", ""))
        session.commit()
    except Refusal as refusal:
        session.rollback()
        views = kept.views_of(session, reader)
        faults = {view_id: str(refusal)}
        return render_template("notifications/inbox/views.html", views=views, faults=faults)
    flash("The view has its new name.")
    return redirect(url_for("notifications.saved_views"))


@bp.post(f"{ONE}/delete")
@needs(*RECIPIENTS)
def delete_view(view_id: int) -> ResponseReturnValue:
    """Delete a view; its items stay where they are."""
    session, reader = db_session(), reader_of(hat())
    kept.delete(session, reader, kept.view_of(session, reader, view_id).id)
    session.commit()
    flash("The view is deleted. No item has changed.")
    return redirect(url_for("notifications.saved_views"))
