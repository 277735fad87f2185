"""Changing the catalogue of held data: history, two people at once, files, and what checks see."""

from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from directory.authorities import ensure_authority
from directory.models import Role
from foundation.db import EVERY_AUTHORITY
from foundation.errors import BrokenFileError, Refusal
from gatekeeping.deciding.recording import MissingTextError
from gatekeeping.holdings import editing, listing, reading
from gatekeeping.holdings.catalogue import shipped
from gatekeeping.holdings.editing import ChangedMeanwhileError, Editing, NothingChangedError
from gatekeeping.holdings.entering import EntryError
from gatekeeping.holdings.loading import ensure_loaded
from gatekeeping.holdings.reading import catalogue_of, read_catalogue
from gatekeeping.holdings.searching import Choice, search
from gatekeeping.holdings.sets import changes_of, find_set, revision_of
from gatekeeping.holdings.taking import OtherCatalogueError, take_list
from gatekeeping.models import DataSet
from tests.factories.base import NOON
from tests.factories.directory import OfficerFactory, TeamFactory

TODAY = NOON.date()
HEADING = ",".join(listing.COLUMNS)
MEALS = "meals,School meals,Catering,weekly,school,all schools"


@pytest.fixture
def person(session):
    return OfficerFactory(role=Role.ADMINISTRATOR).person


def by(person, seen=0, why="The owner wrote so."):
    return Editing(person, why, NOON, seen)


def values(data_set, **changed):
    names = ("title", "owner", "refreshed", "grain", "covers", "types", "as_at", "team_id")
    return {**{name: getattr(data_set, name) for name in names}, "contact": "", **changed}


def test_a_change_is_in_force_at_once_and_in_the_history(session, authority_id, person):
    census = find_set(session, authority_id, "school-census")
    before = catalogue_of(session, authority_id)
    team = TeamFactory(name="Pupil data")
    session.flush()
    editing.change_set(
        session, census, values(census, title="Census", team_id=team.id), by(person, seen=1)
    )
    assert catalogue_of(session, authority_id).holding("school-census").title == "Census"
    assert before.holding("school-census").title == "School census"
    assert revision_of(session, authority_id) == 2
    newest, first = changes_of(session, census)
    assert (newest.version, newest.by_id, newest.why) == (2, person.id, "The owner wrote so.")
    assert newest.changes == [
        {"name": "title", "before": "School census", "after": "Census"},
        {"name": "team_id", "before": "", "after": "Pupil data"},
    ]
    assert first.by_id is None


def test_the_catalogue_is_read_again_only_when_it_is_another(
    session, authority_id, person, statements
):
    census = find_set(session, authority_id, "school-census")
    editing.change_set(session, census, values(census, title="Census"), by(person, seen=1))
    catalogue_of(session, authority_id)
    statements.clear()
    catalogue_of(session, authority_id)
    assert len(statements) == 1
    # Back again: it is what the portal ships, which every process knows.
    editing.change_set(session, census, values(census, title="School census"), by(person, seen=2))
    assert catalogue_of(session, authority_id) is reading._kept[shipped().digest]


def test_who_was_overtaken_is_told_and_changes_nothing(session, authority_id, person):
    census = find_set(session, authority_id, "school-census")
    editing.change_set(session, census, values(census, title="Census"), by(person, seen=1))
    with pytest.raises(ChangedMeanwhileError):
        editing.change_set(session, census, values(census, title="Returns"), by(person, seen=1))
    assert census.title == "Census"
    assert census.version == 2


def test_of_two_at_once_one_is_told_and_every_process_knows_the_other(
    session, database, authority_id, person
):
    session.commit()
    barrier, outcomes = Barrier(2), []

    def work(title):
        barrier.wait()
        try:
            with database.transaction(authority=authority_id) as own:
                census = find_set(own, authority_id, "school-census")
                changed = values(census, title=title)
                editing.change_set(own, census, changed, by(own.merge(person), seen=1))
            outcomes.append("done")
        except Refusal as refusal:
            outcomes.append(type(refusal).__name__)

    threads = [Thread(target=work, args=(title,)) for title in ("One", "Two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["ChangedMeanwhileError", "done"]
    found = catalogue_of(session, authority_id)
    assert found.holding("school-census").title in {"One", "Two"}
    assert found == read_catalogue(session, authority_id)


def test_two_who_load_the_catalogue_at_once_load_it_once(database):
    with database.transaction(authority=EVERY_AUTHORITY) as own:
        other = ensure_authority(own, la_code="999", name="Elsewhere").authority_id
    barrier = Barrier(2)

    def work():
        barrier.wait()
        with database.transaction(authority=other) as own:
            ensure_loaded(own, other, at=NOON)

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.session(authority=other, writes=False) as own:
        count = sa.select(sa.func.count(DataSet.id)).where(DataSet.authority_id == other)
        assert own.scalar(count) == 22


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"owner": "x" * 121}, "owner"),
        ({"refreshed": "now and then"}, "refreshed"),
        ({"refreshed": "once"}, "refreshed"),
        ({"as_at": TODAY.replace(year=2027)}, "as_at"),
        ({"contact": "nobody@else.example"}, "contact"),
        ({"team_id": 12345}, "team_id"),
    ],
)
def test_what_cannot_stand_there_is_refused_beside_its_field(
    session, authority_id, person, changed, field
):
    census = find_set(session, authority_id, "school-census")
    with pytest.raises(EntryError) as refused:
        editing.change_set(session, census, values(census, **changed), by(person, seen=1))
    assert refused.value.field == field


@pytest.mark.sqlite_only
def test_a_change_needs_a_difference_and_a_reason(session, authority_id, person):
    census = find_set(session, authority_id, "school-census")
    with pytest.raises(NothingChangedError):
        editing.change_set(session, census, values(census), by(person, seen=1))
    with pytest.raises(MissingTextError):
        editing.change_set(
            session, census, values(census, title="Census"), by(person, seen=1, why=" ")
        )


def test_an_item_is_found_by_a_name_that_was_added_and_not_when_it_is_retired(
    session, authority_id, person
):
    meals = find_set(session, authority_id, "catering")
    values_of = {"name": "Plates broken", "called": ["smashed crockery", ""], "personal": False}
    item = editing.put_item(session, meals, None, values_of, by(person, seen=1))
    found = catalogue_of(session, authority_id)
    assert [one.name for one in found.meant_by("smashed crockery")] == ["Plates broken"]
    with pytest.raises(editing.TakenError):
        editing.put_item(session, meals, None, values_of, by(person, seen=2))
    editing.retire_item(session, meals, item, by(person, seen=2))
    assert not catalogue_of(session, authority_id).meant_by("smashed crockery")
    again = editing.put_item(session, meals, None, values_of, by(person, seen=3))
    assert (again.id, again.retired_at) == (item.id, None)
    assert [one.changes[-1]["name"] for one in changes_of(session, meals)[:3]] == [
        "Plates broken: in use",
        "Plates broken: in use",
        "Plates broken: called",
    ]


@pytest.mark.sqlite_only
def test_a_data_set_is_added_retired_and_taken_back(session, authority_id, person):
    new = values(find_set(session, authority_id, "catering"), title="Milk")
    made = editing.add_set(session, authority_id, "Milk", new, by(person))
    assert (made.key, made.version) == ("milk", 1)
    for taken in ("milk", "catering", "asked", "a b", ""):
        with pytest.raises((editing.TakenError, EntryError)):
            editing.add_set(session, authority_id, taken, new, by(person))
    editing.retire_set(session, made, by(person, seen=1))
    assert catalogue_of(session, authority_id).holding("milk") is None
    editing.retire_set(session, made, by(person, seen=2), back=True)
    assert catalogue_of(session, authority_id).holding("milk").title == "Milk"


@pytest.mark.sqlite_only
def test_the_file_that_is_written_reads_as_nothing_to_change(tmp_path, session, authority_id):
    place = tmp_path / "held.csv"
    place.write_bytes(listing.as_csv(shipped()))
    plan = listing.read_list(place, catalogue_of(session, authority_id))
    assert (plan.sets, plan.bad, plan.unchanged) == ((), (), 22)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_file_in_any_usual_encoding_is_read(tmp_path, encoding):
    place = tmp_path / "held.csv"
    place.write_bytes(f"{HEADING}\n{MEALS},Crème brûlée,pud’,no\n".encode(encoding))
    (planned,) = listing.read_list(place, shipped()).sets
    assert [one["name"] for one in planned.listed.items.values()] == ["Crème brûlée"]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("content", ["a,b\n1,2\n".encode("utf-16"), b"", b"a,b\n", b"PK\x03\x04"])
def test_a_file_that_is_no_such_list_is_refused_in_words(tmp_path, content):
    place = tmp_path / "held.csv"
    place.write_bytes(content)
    with pytest.raises(BrokenFileError, match=r"\.$"):
        listing.read_list(place, shipped())


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        (f"{MEALS},,pud,no", "item", "Enter what the item is called."),
        (f"{MEALS},Tea,,perhaps", "personal", "yes or no"),
        (f"{MEALS},LUNCH,,no", "item", "above"),
        ("meals,Dinners,Catering,weekly,school,all schools,Tea,,no", "title", "line 2 says"),
        ("a b,X,Y,weekly,school,all schools,Tea,,no", "holding", "short name"),
        ("tea,X,Y,sometimes,school,all schools,Tea,,no", "refreshed", "Begin with"),
        ("tea,X,Y,weekly", None, "cells"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_its_line(tmp_path, row, column, why):
    place = tmp_path / "held.csv"
    place.write_text(f"{HEADING}\n{MEALS},Lunch,dinner;midday meal,no\n{row}\n", encoding="utf-8")
    plan = listing.read_list(place, shipped())
    assert [len(one.listed.items) for one in plan.sets] == [1]
    (bad,) = plan.bad
    assert (bad.line, bad.column) == (3, column)
    assert why in bad.reason


def test_a_list_is_taken_over_as_it_was_shown(tmp_path, session, authority_id, person):
    place = tmp_path / "held.csv"
    census = shipped().items_of("school-census")[0]
    told = census.holding
    first = [told.key, "The census", told.owner, f'"{told.refreshed}"', told.grain, told.covers]
    place.write_text(
        f"{HEADING}\n{','.join(first)},Number on roll,roll,no\n{MEALS},Lunch,dinner,no\n",
        encoding="utf-8",
    )
    plan = listing.read_list(place, catalogue_of(session, authority_id))
    assert [(one.listed.key, one.is_new) for one in plan.sets] == [
        ("school-census", False),
        ("meals", True),
    ]
    again = tmp_path / "shown.csv"
    again.write_bytes(listing.planned_as_csv(plan))
    assert listing.read_list(again, catalogue_of(session, authority_id)) == plan
    with pytest.raises(OtherCatalogueError):
        take_list(session, authority_id, plan, by(person, seen=7))
    assert take_list(session, authority_id, plan, by(person, seen=1)) == 2
    found = read_catalogue(session, authority_id)
    assert found.holding("school-census").title == "The census"
    assert len(found.items_of("school-census")) == len(shipped().items_of("school-census"))
    assert [item.called for item in found.items_of("meals")] == [("dinner",)]
    assert found == catalogue_of(session, authority_id)
    assert not listing.read_list(again, found).sets
    assert session.scalar(sa.select(DataSet.version).where(DataSet.key == "meals")) == 1


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("choice", "first"),
    [
        (Choice(q="hot dinners"), "catering"),
        (Choice(q="SEND"), None),
        (Choice(q="payroll"), "payroll"),
        (Choice(owner="Governor Services"), "governors"),
        (Choice(about="building"), "capacity"),
        (Choice(covers="academy", q="number on roll"), "school-census"),
        (Choice(q="zebra crossings painted"), ""),
    ],
)
def test_data_are_found_by_the_names_that_people_use(choice, first):
    found = search(shipped(), choice, TODAY)
    if first == "":
        assert not found
    else:
        assert found
        assert first in {None, found[0].holding.key}, [one.holding.key for one in found]


@pytest.mark.sqlite_only
def test_filters_leave_out_what_does_not_fit():
    personal = search(shipped(), Choice(personal="yes"), TODAY)
    assert personal
    assert all(item.personal for one in personal for item in one.items)
    assert {one.holding.key for one in search(shipped(), Choice(census="yes"), TODAY)} == {
        "school-census",
        "workforce-census",
        "attendance-feed",
    }
    covered = {one.holding.key for one in search(shipped(), Choice(covers="academy"), TODAY)}
    assert "register" in covered
    assert not {"finance-return", "payroll"} & covered
