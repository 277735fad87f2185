"""A deputy for whole groups in one act."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from categories.forms.parts import DeputiesForm
from categories.owning.beside import Deputised, set_deputy
from categories.owning.overview import Line
from categories.views import bp
from categories.views.asking import label_of, lines_of_hat, people_of_hat
from categories.wording import counted
from directory.access import manages_owners, school_of_hat, signed_in_person
from foundation import clock
from foundation.errors import Refusal
from foundation.forms import show_refusal
from foundation.web import db_session

NOBODY = "nobody"


@bp.route("/school/owners/deputies", methods=["GET", "POST"])
@manages_owners()
def deputies() -> ResponseReturnValue:
    """Choose who gets all of some groups when the lead cannot."""
    session = db_session()
    lines = lines_of_hat(session)
    groups = {line.at.group: line.at.group_heading for line in lines}
    form = DeputiesForm()
    form.groups.choices = list(groups.items())
    form.person_id.choices = [*people_of_hat(session), (NOBODY, "Nobody: end the deputies there")]
    if form.validate_on_submit() and (sentence := _save(session, form, lines)):
        flash(sentence)
        return redirect(url_for("categories.owners"))
    return render_template("categories/owning/deputies.html", form=form)


def _save(session: Session, form: DeputiesForm, lines: list[Line]) -> str | None:
    """Do what the form says and commit; return the sentence to show, None when it was refused."""
    chosen = set(form.groups.data or ())
    is_nobody = form.person_id.data == NOBODY
    try:
        done = set_deputy(
            session,
            school_id=school_of_hat(),
            category_ids=[line.at.category_id for line in lines if line.at.group in chosen],
            person_id=None if is_nobody else int(form.person_id.data),
            by=signed_in_person(),
            at=clock.now(),
        )
        session.commit()
    except Refusal as refusal:
        show_refusal(session, form, refusal)
        return None
    return _said("Nobody" if is_nobody else label_of(form.person_id), done)


def _said(who: str, done: Deputised) -> str:
    count = len(done.changed) + len(done.unchanged)
    sentence = f"{who} is the deputy for {counted(count)} now."
    if done.own:
        left = "1 was" if len(done.own) == 1 else f"{len(done.own)} were"
        sentence += f" {left} left out: what they own or share they get anyway."
    return sentence
