"""Coverage for the authority: what is wrong, worst first, as tables, as a map and as files."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from flask import Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from categories.coverage import gaps, matrix, schools
from categories.coverage.choosing import AT_THE_SCHOOL, PHASE_WORDS, WRONG_WORDS, Choice
from categories.coverage.matrix import Cell, Grid, Slice
from categories.coverage.states import MENDABLE, WORDS, InUse, Wrong, in_use
from categories.views import bp
from categories.views.inside import INSIDERS, inside
from directory.access import hat, needs, signed_in_person
from directory.kinds import TYPE_NAMES
from directory.models import Role
from foundation import audit, clock
from foundation.downloads import as_download
from foundation.paging import Pages, page_asked
from foundation.spreadsheets import Cell as FileCell
from foundation.spreadsheets import csv_lines, write_xlsx
from foundation.web import db_session

BY: Final = {
    "school": "By school",
    "category": "By category",
    "district": "By district",
    "phase": "By phase",
}
SLICES: Final = {
    "category": matrix.by_category,
    "district": matrix.by_district,
    "phase": matrix.by_phase,
}
MAPS: Final = {
    "districts": "Districts and groups",
    "phases": "Phases and groups",
    "categories": "Categories and phases",
}
STEPS: Final = (98, 95, 90, 80, 0)
"""From which percentage on a cell has each shade, the best first."""
SCHOOL_COLUMNS: Final = (
    "URN",
    "School",
    "Town",
    "District",
    "Phase",
    "Categories",
    *(WORDS[wrong] for wrong in MENDABLE),
    "Head known",
    "Mailbox known",
    "Last signed in",
    "Last named or confirmed",
)
FAULT_COLUMNS: Final = (
    "URN",
    "School",
    "District",
    "Phase",
    "Group",
    "Category",
    "What is wrong",
    "Owner",
    "E-mail",
    "Last named or confirmed",
)


@bp.get("/coverage")
@needs(*INSIDERS)
def coverage() -> ResponseReturnValue:
    """Show what is wrong across the authority: by school, category, district or phase."""
    by = request.args.get("by", "")
    choice = Choice.of(request.args)
    return _by_school(choice) if by not in SLICES else _by_slice(by, choice)


def _by_school(choice: Choice) -> str:
    session, authority_id, page = db_session(), inside(), page_asked(request.args)
    categories = in_use(session, authority_id)
    looked_at = schools.chosen_categories(categories, choice)
    lines, totals = schools.list_schools(
        session, authority_id, looked_at, choice, at=clock.now(), page=page
    )
    return render_template(
        "categories/coverage/schools.html",
        **filter_values(choice, categories),
        by="school",
        lines=lines,
        totals=totals,
        faults=schools.school_faults(session, authority_id, choice),
        pages=Pages.of(totals.schools, page, schools.PAGE, "categories.coverage", choice.address),
    )


def _by_slice(by: str, choice: Choice) -> str:
    session, authority_id = db_session(), inside()
    categories = in_use(session, authority_id)
    looked_at = schools.chosen_categories(categories, choice)
    slices = SLICES[by](session, authority_id, looked_at, choice, at=clock.now())
    return render_template(
        "categories/coverage/slices.html",
        **filter_values(choice, categories),
        by=by,
        slices=slices,
        totals=_sum(slices),
        links={one.key: {**choice.address, by: one.key, "order": ""} for one in slices},
        faults=schools.school_faults(session, authority_id, choice),
    )


@bp.get("/coverage/map")
@needs(*INSIDERS)
def coverage_map() -> ResponseReturnValue:
    """Show the share of pairs with somebody who can receive, as a table with shaded cells."""
    session, authority_id = db_session(), inside()
    asked = request.args.get("of", "")
    of = asked if asked in MAPS else "districts"
    categories = in_use(session, authority_id)
    groups = {one.group: one.group_heading for one in categories}
    # The map shows every state of every category: of the filter it keeps which schools.
    choice = replace(Choice.of(request.args), wrong="", category="", group="", order="")
    row_words: Mapping[str, str]
    columns: Mapping[str, str]
    if of == "categories":
        count = matrix.categories_by_phase
        row_words, columns = {one.slug: one.heading for one in categories}, PHASE_WORDS
    elif of == "phases":
        count, row_words, columns = matrix.phases_by_group, PHASE_WORDS, groups
    else:
        count, row_words, columns = matrix.districts_by_group, {"": matrix.NO_DISTRICT}, groups
    grid = count(session, authority_id, categories, choice, at=clock.now())
    columns = {key: words for key, words in columns.items() if any(key == k for _, k in grid)}
    return render_template(
        "categories/coverage/map.html",
        **{**filter_values(choice, categories), "by": "map"},
        of=of,
        maps=MAPS,
        rows=[
            _map_row(of, choice, (key, row_words.get(key, key)), columns, grid)
            for key in matrix.rows_worst_first(grid)
        ],
        columns=columns,
        steps=STEPS,
        step_of=step_of,
    )


@bp.get("/coverage/<any(schools, categories):what>.<any(csv, xlsx):kind>")
@needs(*INSIDERS, writes=True)
def coverage_file(what: str, kind: str) -> ResponseReturnValue:
    """Hand out the chosen schools, or every pair with something wrong at them, as a file."""
    session, authority_id, choice = db_session(), inside(), Choice.of(request.args)
    audit.record(
        session,
        authority_id=authority_id,
        action="coverage.exported",
        subject="authority",
        subject_id=authority_id,
        by=signed_in_person().id,
        at=clock.now(),
        detail={"what": what, "kind": kind, "narrowed": choice.narrows},
    )
    session.commit()
    columns = SCHOOL_COLUMNS if what == "schools" else FAULT_COLUMNS
    rows = _school_cells(choice) if what == "schools" else _fault_cells(choice)
    return file_of(f"coverage-{what}", kind, columns, rows)


def file_of(
    name: str, kind: str, columns: tuple[str, ...], rows: Iterator[list[FileCell]]
) -> Response:
    """Answer with rows as a file; a CSV file is written while they are read."""
    content = (
        stream_with_context(csv_lines(columns, rows))
        if kind == "csv"
        else write_xlsx(name, columns, rows)
    )
    return as_download(content, f"{name}.{kind}")


def filter_values(choice: Choice, categories: tuple[InUse, ...]) -> Mapping[str, Any]:
    """Return what the form that narrows a list needs; one statement."""
    return {
        "choice": choice,
        "kinds": BY,
        "wrongs": WRONG_WORDS,
        "school_wrongs": AT_THE_SCHOOL,
        "wrong_words": WORDS,
        "mendable": MENDABLE,
        "states": Wrong,
        "phases": PHASE_WORDS,
        "types": TYPE_NAMES,
        "districts": [(one, one) for one in matrix.districts(db_session(), hat().authority_id)],
        "categories": [(one.slug, one.heading) for one in categories],
        "groups": {one.group: one.group_heading for one in categories},
        "may_write": hat().role is Role.OFFICER,
    }


def step_of(cell: Cell | None) -> str:
    """Return the shade of a cell, 1 the best; empty where there are no pairs."""
    if cell is None or cell.percent is None:
        return ""
    percent = cell.percent
    return str(next(place for place, least in enumerate(STEPS, start=1) if percent >= least))


def _map_row(
    of: str, choice: Choice, row: tuple[str, str], columns: Mapping[str, str], grid: Grid
) -> dict[str, Any]:
    """Return one row (key and words): its cells, and for each the address of its schools."""
    row_name = {"districts": "district", "phases": "phase", "categories": "category"}[of]
    column_name = "phase" if of == "categories" else "group"
    key, words = row
    return {
        "words": words,
        "cells": [
            (
                grid.get((key, column)),
                replace(choice, **{row_name: key, column_name: column}).address if key else {},
            )
            for column in columns
        ],
    }


def _sum(slices: list[Slice]) -> schools.Totals:
    counts = {wrong: sum(one.cell.counts[wrong] for one in slices) for wrong in Wrong}
    return schools.Totals(0, counts)


def _looked_at(choice: Choice) -> list[InUse]:
    return schools.chosen_categories(in_use(db_session(), hat().authority_id), choice)


def _school_cells(choice: Choice) -> Iterator[list[FileCell]]:
    """Read the rows with a session of the stream's own: the request's ends before it begins."""
    authority_id, categories = hat().authority_id, _looked_at(choice)
    lines = schools.every_school(db_session(), authority_id, categories, choice, at=clock.now())
    for line in lines:
        yield [
            line.urn,
            line.name,
            line.town,
            line.district,
            line.phase,
            line.total,
            *(line.counts[wrong] for wrong in MENDABLE),
            "yes" if line.has_head else "no",
            "yes" if line.has_mailbox else "no",
            *(f"{clock.local_date(at)}" if at else "" for at in (line.came_at, line.said_at)),
        ]


def _fault_cells(choice: Choice) -> Iterator[list[FileCell]]:
    authority_id, categories = hat().authority_id, _looked_at(choice)
    faults = gaps.every_fault(db_session(), authority_id, categories, choice, at=clock.now())
    for one in faults:
        yield [
            one.urn,
            one.school,
            one.district,
            one.phase,
            one.group,
            one.category,
            WORDS[one.state],
            one.owner,
            one.email,
            f"{clock.local_date(one.said_at)}" if one.said_at else "",
        ]
