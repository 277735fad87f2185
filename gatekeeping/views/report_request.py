"""Schools report a request that did not come to them through the portal."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from directory.access import hat, needs, school_of_hat, signed_in_person
from directory.models import RECIPIENTS
from foundation import clock
from foundation.errors import Refusal
from foundation.web import db_session, settings
from gatekeeping.deadlines.working_days import add_working_days
from gatekeeping.editions import protocol_of
from gatekeeping.forms.reporting import ReportRequestForm
from gatekeeping.mailgate.cases.outlines import held_mail_seal
from gatekeeping.mailgate.reports.reporting import Outcome, Reported
from gatekeeping.mailgate.reports.reporting_on_page import take_from_page
from gatekeeping.registry.numbers import parse_number
from gatekeeping.views import bp

MOST_MAIL = 25_000_000


@bp.route("/report-request", methods=["GET", "POST"])
@needs(*RECIPIENTS)
def report_request() -> ResponseReturnValue:
    """Ask what came and from whom; then say what happens with it."""
    form = ReportRequestForm()
    if form.validate_on_submit():
        try:
            found = _take(form)
            db_session().commit()
        except Refusal as refusal:
            db_session().rollback()
            form.show(refusal)
        else:
            done = found.outcome.value
            return redirect(url_for("gatekeeping.report_request", done=done, number=found.number))
    done, number = request.args.get("done", ""), request.args.get("number", "")
    known = parse_number(number) if number else None
    protocol = protocol_of(db_session(), hat().authority_id)
    return render_template(
        "gatekeeping/report_request.html",
        form=form,
        done=done if done in set(Outcome) and not form.errors else "",
        number=str(known) if known else "",
        reports_to=settings().gateway_reports_to,
        keep_days=protocol.bypass_keep_days,
        looks_by=add_working_days(clock.local_date(clock.now()), protocol.bypass_days),
    )


def _take(form: ReportRequestForm) -> Reported:
    file = form.file.data
    mail = file.stream.read(MOST_MAIL) if isinstance(file, FileStorage) and file.filename else b""
    return take_from_page(
        db_session(),
        hat().authority_id,
        school_id=school_of_hat(),
        by=signed_in_person(),
        sender=form.sender.data or "",
        text=form.text.data or "",
        mail=mail,
        seal=held_mail_seal(settings()),
        key=settings().signing_key.encode(),
        at=clock.now(),
    )
