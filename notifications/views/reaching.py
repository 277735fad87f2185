"""How a person wants to be reached, and the links in mail by which they stop some of it."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.access import anyone, hat, needs
from directory.models import RECIPIENTS, Person
from foundation import clock
from foundation.dates import moment
from foundation.db import narrow
from foundation.errors import NotFoundError, Refusal
from foundation.forms import show_refusal
from foundation.web import db_session, settings
from notifications.forms.reaching import ReachForm
from notifications.reaching.choices import choice_of, choose, stop
from notifications.reaching.gathering import waiting_for
from notifications.reaching.quiet import Choice, next_digest, send_after
from notifications.reaching.stopping import WORDS, Stop, read_stop
from notifications.views import bp


@bp.route("/my/mail", methods=["GET", "POST"])
@needs(*RECIPIENTS)
def my_mail() -> ResponseReturnValue:
    """Show and change how the person wants to be reached."""
    session, worn, form, now = db_session(), hat(), ReachForm(), clock.now()
    if form.validate_on_submit():
        try:
            choose(session, worn.authority_id, worn.person_id, form.chosen(), at=now)
            session.commit()
        except Refusal as refusal:
            show_refusal(session, form, refusal)
        else:
            flash("We will reach you as you chose.")
            return redirect(url_for("notifications.my_mail"))
    choice = choice_of(session, worn.authority_id, worn.person_id)
    if not form.is_submitted():
        form.show(choice)
    waiting = waiting_for(session, worn.authority_id, worn.person_id)
    return render_template(
        "notifications/reaching/my_mail.html", form=form, next=_next(choice, waiting)
    )


def _next(choice: Choice, waiting: int) -> str:
    """Say what comes when, as things are."""
    now = clock.now()
    if not choice.has_digest:
        later = send_after(choice, now)
        if later == now:
            return "A new item would be e-mailed to you at once."
        return f"It is quiet now. A new item would be e-mailed to you on {_moment(later)}."
    items = "1 item" if waiting == 1 else f"{waiting or 'no'} items"
    return f"The next digest comes on {_moment(next_digest(choice, now))}, with {items} so far."


def _moment(at: datetime) -> str:
    return f"{clock.local_time(at):%A} {moment(at)}"


@bp.route("/mail/stop/<token>", methods=["GET", "POST"])
@anyone()
def stop_mail(token: str) -> ResponseReturnValue:
    """Stop digests or bulletins for whom the address was signed, without signing in (RFC 8058).

    GET only asks, because mail scanners open links. POST does it: also that of a mail program,
    which carries no token against forgery; the address itself is the proof.
    """
    session = db_session()
    asked = _signed(token)
    person = session.get(Person, asked.person_id)
    if person is None:
        raise NotFoundError
    narrow(session, person.authority_id)
    done = request.method == "POST"
    if done:
        stop(session, person.authority_id, person.id, asked.what, at=clock.now())
        session.commit()
    return render_template(
        "notifications/reaching/stop.html", done=done, what=asked.what, words=WORDS[asked.what]
    )


def _signed(token: str) -> Stop:
    """Return what an address says that we signed. Raises NotFoundError for any other."""
    asked = read_stop(settings().signing_key, token)
    if asked is None:
        raise NotFoundError
    return asked
