"""The protocol by which the gate judges: open to everybody, changed by an administrator."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from directory.access import anyone, hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.errors import Refusal
from foundation.web import db_session
from gatekeeping.checks import checks
from gatekeeping.editions import SETTINGS, change_protocol, history, protocol_of
from gatekeeping.forms.protocol import protocol_form, shown
from gatekeeping.views import bp
from gatekeeping.views.registering import opened
from gatekeeping.wording import ROLES

GROUPS = (
    (
        "Tracks and volume",
        (
            "most_schools_without_gate",
            "rolling_days",
            "light_minutes",
            "high_cost_pence",
            "most_categories",
        ),
    ),
    (
        "Notice and dates",
        (
            "notice_days",
            "notice_days_light",
            "first_days",
            "closure_days",
            "urgent_days",
            "crunch_minutes",
            "deputy_days",
            "head_days",
        ),
    ),
    (
        "How long a decision takes",
        (
            "lease_hours",
            "first_look_days",
            "light_days",
            "standard_days",
            "high_days",
            "answer_days",
            "remind_days",
            "lapse_days",
            "verdict_days",
            "escalation_days",
            "undo_seconds",
        ),
    ),
    (
        "Appeals and emergencies",
        (
            "appeal_lodge_days",
            "appeal_hear_days",
            "emergency_hours",
            "review_start_days",
            "review_days",
            "emergency_valid_days",
            "emergency_most_days",
            "breaches",
            "challenges_raised",
        ),
    ),
    ("How long numbers are good", ("one_off_days", "recurring_months", "statutory_months")),
    (
        "Mail that goes round the gate",
        (
            "bypass_days",
            "bypass_raise_days",
            "bypass_lapse_days",
            "bypass_keep_days",
            "bypass_repeats",
        ),
    ),
)
"""Where each threshold stands on the page; any other stands in the last group."""
REST = "Other thresholds of the checks"


def groups() -> list[tuple[str, list[str]]]:
    """Return every threshold under its heading."""
    placed = {name for _, names in GROUPS for name in names}
    found = [(words, [name for name in names if name in SETTINGS]) for words, names in GROUPS]
    return [*found, (REST, [name for name in SETTINGS if name not in placed])]


@bp.get("/protocol")
@anyone()
def protocol() -> ResponseReturnValue:
    """Show the thresholds in force, the rates, the checks, and how they were before."""
    session, authority_id = opened()
    return render_template(
        "gatekeeping/protocol.html",
        protocol=protocol_of(session, authority_id),
        groups=groups(),
        settings=SETTINGS,
        roles=ROLES,
        checks=checks(),
        editions=history(session, authority_id),
        shown=shown,
        may_change=g.get("portal_hat") is not None and hat().role is Role.ADMINISTRATOR,
        names_people=g.get("portal_hat") is not None,
    )


@bp.route("/protocol/change", methods=["GET", "POST"])
@needs(Role.ADMINISTRATOR)
def protocol_change() -> ResponseReturnValue:
    """Change thresholds, rates and challenge texts; each change is a new edition."""
    session = db_session()
    form = protocol_form(protocol_of(session, hat().authority_id))
    if form.validate_on_submit():
        seen = form.seen.data or ""
        try:
            edition = change_protocol(
                session,
                hat().authority_id,
                form.changes(),
                by=signed_in_person(),
                why=form.why.data or "",
                seen=int(seen) if seen.isdecimal() and len(seen) < 9 else -1,  # noqa: PLR2004
                at=clock.now(),
            )
            session.commit()
        except Refusal as refusal:
            session.rollback()
            form.why.errors = [*form.why.errors, str(refusal)]
            form.seen.data = str(protocol_of(session, hat().authority_id).version)
        else:
            flash(f"Protocol version {edition.version} is in force now.")
            return redirect(url_for("gatekeeping.protocol"))
    return render_template(
        "gatekeeping/protocol_change.html", form=form, groups=groups(), checks=checks()
    )
