"""Signing in and out, the privacy notice before first use, and choosing a role."""

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user

from directory.access import anyone, signed_in, signed_in_person
from directory.authorities import authority_for_host
from foundation import audit, clock
from foundation.web import db_session, settings
from portal.limits import client_address
from portal.signin import SignedIn, hats, links, notice, sessions
from portal.signin.forms import AskForm, ContinueForm

bp = Blueprint("signin", __name__)

LARGEST_KEY = 2**63 - 1
FOLLOWING = "next"
"""Where the cookie keeps the page asked for first, while notice and role come between."""


@bp.route("/sign-in", methods=["GET", "POST"])
@anyone()
def start() -> ResponseReturnValue:
    """Ask for an address; answer the same, whether or not it is known."""
    if g.get("portal_person_values") is not None:
        return redirect(url_for("home.index"))
    form = AskForm(next=links.local_path(request.args.get("next", "")))
    if not form.validate_on_submit():
        return render_template("signin/start.html", form=form)
    profile = authority_for_host(db_session(), request.host.split(":")[0])
    if profile is not None:
        try:
            links.ask(
                db_session(),
                authority_id=profile.authority_id,
                address=form.email.data or "",
                client=client_address(),
                next_path=form.next.data or "",
                terms=_terms(),
                at=clock.now(),
            )
        except links.TooManyTriesError:
            abort(429)
        db_session().commit()
    return render_template(
        "signin/sent.html",
        address=form.email.data,
        minutes=settings().sign_in_minutes,
        again=links.ASK_AGAIN_MINUTES,
    )


@bp.route("/sign-in/<token>", methods=["GET", "POST"])
@anyone()
def enter(token: str) -> ResponseReturnValue:
    """Show a button, because mail scanners open links; pressing it uses the link up."""
    form = ContinueForm()
    if not form.validate_on_submit():
        if links.is_open(db_session(), token, at=clock.now()):
            return render_template("signin/enter.html", form=form)
        return _spent()
    now = clock.now()
    try:
        entered = links.enter(db_session(), token, at=now)
    except links.SpentLinkError:
        links.note_refused(db_session(), token, at=now)
        db_session().commit()
        return _spent()
    if g.get("portal_session_id") is not None:
        sessions.revoke(db_session(), g.portal_session_id, at=now)
    db_session().commit()
    cookie.clear()  # nothing from before signing in is carried over
    login_user(SignedIn(entered.token, entered.known))
    cookie[FOLLOWING] = entered.next_path
    if entered.known.person["privacy_seen_at"] is None:
        return redirect(url_for("signin.privacy"))
    if entered.known.hat is None:
        return redirect(url_for("signin.choose"))
    return _onward()


@bp.route("/sign-out", methods=["POST"])
@signed_in()
def leave() -> ResponseReturnValue:
    """End the session here and on the server."""
    now, person = clock.now(), signed_in_person()
    sessions.revoke(db_session(), g.portal_session_id, at=now)
    audit.record(
        db_session(),
        authority_id=person.authority_id,
        action="signin.left",
        subject="person",
        subject_id=person.id,
        by=person.id,
        at=now,
    )
    db_session().commit()
    logout_user()
    cookie.clear()
    flash("You have signed out.")
    return redirect(url_for("signin.start"))


@bp.route("/privacy-notice", methods=["GET", "POST"])
@signed_in()
def privacy() -> ResponseReturnValue:
    """Show the privacy notice once, before anything else."""
    form = ContinueForm()
    if form.validate_on_submit():
        notice.seen(db_session(), by=signed_in_person(), at=clock.now())
        db_session().commit()
        return redirect(url_for("signin.choose")) if g.get("portal_hat") is None else _onward()
    return render_template("signin/privacy.html", form=form)


@bp.route("/roles", methods=["GET", "POST"])
@signed_in()
def choose() -> ResponseReturnValue:
    """Choose, or switch, the school and role to act for."""
    if not g.portal_hats:
        return render_template("signin/no_role.html")
    if request.method == "GET":
        return render_template("signin/choose.html", places=hats.by_place(g.portal_hats))
    membership_id = request.form.get("membership", type=int)
    if membership_id is None or not 0 < membership_id <= LARGEST_KEY:
        fault = "Choose the school or organisation, and the role, that you want to act for"
        return render_template(
            "signin/choose.html", places=hats.by_place(g.portal_hats), fault=fault
        )
    return _wear(membership_id)


def _wear(membership_id: int) -> ResponseReturnValue:
    now, person = clock.now(), signed_in_person()
    try:
        hats.wear(
            db_session(),
            session_id=g.portal_session_id,
            membership_id=membership_id,
            by=person,
            at=now,
        )
    except hats.NotTheirsError:
        hats.note_refused(db_session(), membership_id=membership_id, by=person, at=now)
        db_session().commit()
        current_app.logger.warning("role refused", extra={"person_id": person.id})
        abort(403)
    db_session().commit()
    return _onward()


def _onward() -> ResponseReturnValue:
    return redirect(links.local_path(cookie.pop(FOLLOWING, "")) or url_for("home.index"))


def _spent() -> ResponseReturnValue:
    return render_template("signin/spent.html", minutes=settings().sign_in_minutes), 404


def _terms() -> links.Terms:
    chosen = settings()
    return links.Terms(
        key=chosen.signing_key,
        url=chosen.address,
        minutes=chosen.sign_in_minutes,
        per_address=chosen.sign_in_links_per_address,
        per_client=chosen.sign_in_links_per_client,
    )
