"""The register of duties, and a legal reviewer's verdicts."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.errors import NotFoundError, Refusal
from foundation.paging import Pages, page_asked
from foundation.web import db_session
from gatekeeping.deciding.dossier import find_submission
from gatekeeping.documents import SubmissionDocument
from gatekeeping.forms.law import ClaimForm, ProvisionForm
from gatekeeping.law.citations import read
from gatekeeping.law.facts import citations_of
from gatekeeping.law.identifiers import ROOT
from gatekeeping.law.listing import PAGE, STATUSES, Choice, Entry, find_entry, list_entries
from gatekeeping.law.naming import in_words
from gatekeeping.law.opinions import opinion
from gatekeeping.law.rulings import (
    VerdictError,
    precedents_for,
    register_for,
    rule_on_claim,
    rule_on_provision,
    ruling_on_claim,
    rulings_on,
    valid_key,
)
from gatekeeping.law.waiting import claims_waiting
from gatekeeping.law.words import VERDICT_NAMES, LegalVerdict
from gatekeeping.models import State
from gatekeeping.views import bp
from gatekeeping.views.refusing import refused

READERS = (
    Role.LEGAL,
    Role.OFFICER,
    Role.GATEKEEPER,
    Role.EXECUTIVE,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)
STANDINGS = ("Not verified", "Verified", "To be reviewed")


@bp.get("/law")
@needs(*READERS)
def law_register() -> ResponseReturnValue:
    """Search the duties that people cite, with who bears them and whether that is verified."""
    choice = Choice(
        q=request.args.get("q", "").strip()[:200],
        status=_one_of(STATUSES, request.args.get("status", "")),
        standing=_one_of(STANDINGS, request.args.get("standing", "")),
    )
    page = page_asked(request.args)
    today = clock.local_date(clock.now())
    entries, total = list_entries(db_session(), hat().authority_id, choice, on=today, page=page)
    return render_template(
        "gatekeeping/law/register.html",
        entries=entries,
        choice=choice,
        statuses=STATUSES,
        standings=STANDINGS,
        names=VERDICT_NAMES,
        pages=Pages.of(total, page, PAGE, "gatekeeping.law_register", vars(choice)),
    )


@bp.get("/law/claims")
@needs(Role.LEGAL)
def law_claims() -> ResponseReturnValue:
    """List the submissions at the gate whose claim nobody has verified."""
    claims = claims_waiting(db_session(), hat().authority_id)
    return render_template("gatekeeping/law/claims.html", claims=claims)


@bp.get("/law/<path:key>")
@needs(*READERS)
def law_entry(key: str) -> ResponseReturnValue:
    """Show what is known of one provision, and the verdicts on it."""
    return _entry_page(key, ProvisionForm() if hat().role is Role.LEGAL else None)


@bp.post("/law/<path:key>")
@needs(Role.LEGAL)
def law_ruled(key: str) -> ResponseReturnValue:
    """Set the verdict on a provision; later submissions that cite it use it again."""
    session, form = db_session(), ProvisionForm()
    if form.validate_on_submit():
        try:
            rule_on_provision(
                session,
                hat().authority_id,
                key,
                LegalVerdict(form.verdict.data),
                why=form.why.data or "",
                review_on=form.review_on.data or date.min,
                by=signed_in_person().id,
                at=clock.now(),
            )
            session.commit()
        except Refusal as refusal:
            session.rollback()
            form.review_on.errors = [*form.review_on.errors, str(refusal)]
        else:
            flash("Your verdict is kept. Every later submission that cites this will use it.")
            return redirect(url_for("gatekeeping.law_entry", key=key))
    return _entry_page(key, form)


@bp.route("/submissions/<int:submission_id>/law", methods=["GET", "POST"])
@needs(Role.LEGAL)
def law_claim(submission_id: int) -> ResponseReturnValue:
    """Set the verdict on the claim of one submission; the newest counts."""
    session, authority_id = db_session(), hat().authority_id
    submission, version = find_submission(session, authority_id, submission_id)
    document = SubmissionDocument.read(version.document)
    cited = [citation for _, _, citation in citations_of(document)]
    ruling = ruling_on_claim(session, authority_id, version.id)
    claims = document.legal_claim or document.origin == "statute" or version.law.get("verdict")
    if submission.state is State.DRAFT or not (claims or cited or ruling):
        raise NotFoundError  # the legal reviewer reads what claims that the law asks for it
    form = ClaimForm()
    by, at = signed_in_person().id, clock.now()
    if form.validate_on_submit():
        try:
            if form.seen_version != submission.version:
                raise VerdictError(
                    "The officer has changed this since you opened it. Read it again."
                )
            verdict, why = LegalVerdict(form.verdict.data), form.why.data or ""
            rule_on_claim(session, authority_id, version.id, verdict, why=why, by=by, at=at)
            session.commit()
        except Refusal as refusal:
            refused(session, submission_id, "law_claim", refusal, at=at)
            form.why.errors = [*form.why.errors, str(refusal)]
        else:
            flash("Your verdict is kept. The gatekeeper sees it beside the claim.")
            return redirect(url_for("gatekeeping.law_claim", submission_id=submission_id))
    form.version.data = str(submission.version)
    precedents = precedents_for(session, authority_id, cited)
    register = register_for(session, authority_id, cited)
    today = clock.local_date(clock.now())
    return render_template(
        "gatekeeping/law/claim.html",
        form=form,
        submission=submission,
        version=version,
        document=document,
        ruling=ruling,
        cited=[
            (
                _capital(in_words(one)),
                one,
                opinion(one, register=register, precedents=precedents, on=today),
            )
            for one in dict.fromkeys(cited)
        ],
        names=VERDICT_NAMES,
        root=ROOT,
    )


def _one_of(allowed: tuple[str, ...], value: str) -> str:
    return value if value in allowed else ""


def _entry_page(key: str, form: ProvisionForm | None) -> str:
    session, authority_id = db_session(), hat().authority_id
    entry: Entry | None = find_entry(session, authority_id, key, on=clock.local_date(clock.now()))
    if entry is None and not valid_key(key):
        raise NotFoundError
    (citation,) = read(f"{ROOT}{key}")
    return render_template(
        "gatekeeping/law/entry.html",
        key=key,
        id=f"{ROOT}{key}",
        name=_capital(in_words(citation)),
        entry=entry,
        known=opinion(citation),
        rulings=rulings_on(session, authority_id, key),
        names=VERDICT_NAMES,
        names_people=hat().role is not Role.OFFICER,
        form=form,
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
