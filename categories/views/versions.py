"""The list of categories: looking at it, putting a new one up, confirming it for a day."""

import tempfile
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from categories.catalogue import current_categories
from categories.forms.versions import ConfirmForm, ListForm, WentForm
from categories.models_versions import CategoryDraft, ChangeKind, DraftState
from categories.versions import drafts as verbs
from categories.versions.comparing import Comparison
from categories.versions.effects import leads_of_mergers, schools_with_owner
from categories.versions.files import ALL_COLUMNS, ListFaultsError, list_rows, read_list
from categories.versions.made import made_by
from categories.versions.telling import Told, told
from categories.views import bp
from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.dates import day
from foundation.downloads import as_download
from foundation.errors import BrokenFileError, NotFoundError, Refusal
from foundation.forms import show_refusal
from foundation.progress import BadRow
from foundation.spreadsheets import write_csv, write_xlsx
from foundation.web import db_session

LARGEST = 1_000_000
SHOWN_FAULTS = 60


@dataclass(frozen=True)
class Section:
    """Changes of one kind, as the page of a new list shows them."""

    heading: str
    rows: list[Told]


SECTIONS = (
    ("Split", ChangeKind.SPLIT),
    ("Merged", ChangeKind.MERGED),
    ("Renamed", ChangeKind.RENAMED),
    ("Ended", ChangeKind.RETIRED),
    ("New", ChangeKind.NEW),
)
SMALL = (ChangeKind.REGROUPED, ChangeKind.RENUMBERED, ChangeKind.REWORDED)
"""Changes that touch nobody's work; they stand behind a summary."""


@bp.route("/categories", methods=["GET", "POST"])
@needs(Role.ADMINISTRATOR)
def versions() -> ResponseReturnValue:
    """Show the list in force, those that wait and those of before; take a new one."""
    session, authority_id = db_session(), hat().authority_id
    form, bad = ListForm(), list[BadRow]()
    if form.validate_on_submit():
        try:
            draft = _put_up(session, form)
            session.commit()
            return redirect(url_for("categories.draft", draft_id=draft.id))
        except ListFaultsError as fault:
            bad = fault.bad
            show_refusal(session, form, fault)
        except Refusal as fault:
            show_refusal(session, form, fault)
    present = current_categories(session, authority_id)
    known = verbs.versions(session, authority_id)
    return render_template(
        "categories/versions/list.html",
        form=form,
        bad=bad[:SHOWN_FAULTS],
        more=max(0, len(bad) - SHOWN_FAULTS),
        drafts=verbs.drafts(session, authority_id),
        versions=known,
        made=made_by(session, authority_id, known[0].id) if len(known) > 1 else [],
        count=len(present),
        groups=len({row.group for row in present}),
    )


@bp.get("/categories/versions/<int:version>.<any(csv,xlsx):kind>")
@needs(Role.ADMINISTRATOR)
def list_file(version: int, kind: str) -> ResponseReturnValue:
    """Download a version of the list, ready to be changed and put up again."""
    rows = list_rows(verbs.list_of_version(db_session(), hat().authority_id, version))
    content = (
        write_csv(ALL_COLUMNS, rows)
        if kind == "csv"
        else write_xlsx("Categories", ALL_COLUMNS, rows)
    )
    return as_download(content, f"categories-version-{version}.{kind}")


@bp.route("/categories/lists/<int:draft_id>", methods=["GET", "POST"])
@needs(Role.ADMINISTRATOR)
def draft(draft_id: int) -> ResponseReturnValue:
    """Show what a new list would change, and confirm it for a day."""
    session, authority_id = db_session(), hat().authority_id
    found = verbs.draft_of(session, authority_id, draft_id)
    form = ConfirmForm(data={"valid_from": found.valid_from})
    if form.validate_on_submit() and (sentence := _confirm(session, form, found)):
        flash(sentence)
        return redirect(url_for("categories.versions"))
    comparison = verbs.compare_with_present(session, authority_id, verbs.listed_in(found))
    rows = told(comparison)
    mergers = {row.new[0]: row.old for row in rows if row.kind is ChangeKind.MERGED}
    return render_template(
        "categories/versions/draft.html",
        form=form,
        draft=found,
        is_open=found.state is DraftState.OPEN,
        waits=found.state is DraftState.READY,
        comparison=comparison,
        sections=[
            Section(heading, [row for row in rows if row.kind is kind])
            for heading, kind in SECTIONS
        ],
        small=[row for row in rows if row.kind in SMALL],
        schools=schools_with_owner(session, authority_id, {old for row in rows for old in row.old}),
        leads=leads_of_mergers(session, authority_id, mergers),
    )


@bp.post("/categories/lists/<int:draft_id>/drop")
@needs(Role.ADMINISTRATOR)
def drop_draft(draft_id: int) -> ResponseReturnValue:
    """Give a new list up; twice does no harm."""
    session = db_session()
    found = verbs.draft_of(session, hat().authority_id, draft_id)
    verbs.drop(session, found, by=signed_in_person(), at=clock.now())
    session.commit()
    flash("The list is given up. Nothing has changed.")
    return redirect(url_for("categories.versions"))


@bp.route("/categories/lists/<int:draft_id>/from/<slug>", methods=["GET", "POST"])
@needs(Role.ADMINISTRATOR)
def went(draft_id: int, slug: str) -> ResponseReturnValue:
    """Say where a category in use goes in a new list."""
    session, authority_id = db_session(), hat().authority_id
    found = verbs.draft_of(session, authority_id, draft_id)
    listed = verbs.listed_in(found)
    comparison = verbs.compare_with_present(session, authority_id, listed)
    if slug not in comparison.before:
        raise NotFoundError
    form = WentForm()
    if form.validate_on_submit():
        try:
            verbs.say_where(
                session,
                found,
                old=slug,
                new=form.new.data or (),
                by=signed_in_person(),
                at=clock.now(),
            )
            session.commit()
            return redirect(url_for("categories.draft", draft_id=draft_id))
        except Refusal as fault:
            show_refusal(session, form, fault)
    others = [each.entry for each in listed if each.slug != slug]
    return render_template(
        "categories/versions/went.html",
        form=form,
        draft=found,
        category=comparison.before[slug],
        stays=slug in comparison.after,
        groups=[
            (heading, list(members))
            for heading, members in groupby(others, key=lambda entry: entry.group_heading)
        ],
        ticked=_ticked(form, comparison, slug),
        fresh={step.new for step in comparison.steps if step.new not in comparison.before},
    )


def _ticked(form: WentForm, comparison: Comparison, slug: str) -> set[str]:
    return set(form.new.data or ()) if form.is_submitted() else set(comparison.targets(slug))


def _put_up(session: Session, form: ListForm) -> CategoryDraft:
    """Read the uploaded file and keep it; raises a Refusal with the field ``file``."""
    file = form.file.data
    if not isinstance(file, FileStorage) or not file.filename:
        raise BrokenFileError("Choose a CSV file or an Excel workbook (.xlsx).", field="file")
    with file.stream:
        content = file.stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise BrokenFileError("The file must be smaller than 1 MB.", field="file")
    authority_id = hat().authority_id
    known = {row.slug for row in current_categories(session, authority_id)}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "list"
        place.write_bytes(content)
        listed = read_list(place, known=known)
    return verbs.put_up(
        session,
        authority_id,
        listed,
        file_name=file.filename,
        by=signed_in_person(),
        at=clock.now(),
    )


def _confirm(session: Session, form: ConfirmForm, found: CategoryDraft) -> str | None:
    """Confirm the list and commit; return the sentence to show, None when it was refused."""
    first, at = form.valid_from.data, clock.now()
    try:
        verbs.confirm(session, found, valid_from=first, by=signed_in_person(), at=at)
        session.commit()
    except Refusal as fault:
        show_refusal(session, form, fault)
        return None
    if first is None or first <= clock.local_date(at):
        return "The new list comes into force within a minute. Heads are told by e-mail."
    return f"The new list comes into force on {day(first)}. Heads are told by e-mail then."
