"""Is it one of these? Logging what need not pass the gate, and how often that is."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput
from wtforms import RadioField
from wtforms.validators import DataRequired

from directory.access import hat, membership, needs
from directory.models import Role
from foundation import clock
from foundation.errors import NotFoundError
from foundation.web import db_session
from gatekeeping.forms import Form
from gatekeeping.models import ExemptKind
from gatekeeping.views import bp
from gatekeeping.writing.exempting import EXEMPT_KINDS, counts, log_exempt


class ExemptForm(Form):
    """Which kind it is; nothing of what it says is asked."""

    kind = RadioField(
        "What are you sending?",
        widget=GovRadioInput(),
        choices=[(kind.value, words) for kind, (words, _) in EXEMPT_KINDS.items()],
        validators=[DataRequired("Choose one. If it is none of these, it goes through the gate.")],
    )


@bp.route("/submissions/exempt", methods=["GET", "POST"])
@needs(Role.OFFICER, Role.GATEKEEPER, Role.EXECUTIVE, Role.AUDITOR, Role.ADMINISTRATOR)
def exempt() -> ResponseReturnValue:
    """Log an exempt message by its type, and show the counts of the team and of all."""
    session, worn, at = db_session(), hat(), clock.now()
    is_officer = worn.role is Role.OFFICER
    if request.method == "POST" and not is_officer:
        raise NotFoundError
    form = ExemptForm()
    if form.validate_on_submit():
        kind = ExemptKind(form.kind.data)
        log_exempt(session, kind, by=membership(), at=at)
        session.commit()
        flash(f"Counted: {EXEMPT_KINDS[kind][0]}. You can send it; it needs no number.")
        return redirect(url_for("gatekeeping.exempt"))
    return render_template(
        "gatekeeping/exempt.html",
        form=form,
        is_officer=is_officer,
        hints=[{"hint": {"text": hint}} for _, hint in EXEMPT_KINDS.values()],
        names={kind: words for kind, (words, _) in EXEMPT_KINDS.items()},
        team=counts(session, worn.authority_id, team_id=worn.team_id, at=at)
        if is_officer and worn.team_id
        else None,
        everybody=counts(session, worn.authority_id, at=at),
    )
