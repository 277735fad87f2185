"""What a file would change: plain values, no database."""

from datetime import date

import pytest

from directory.gias import Layout
from directory.models import SchoolStatus
from directory.models_updates import ChangeKind, ChangeState
from directory.updates.comparing import compare, file_values
from directory.updates.naming import is_same, may_be_same
from directory.updates.wording import FIELDS, KIND_HINTS, KIND_NAMES, STATE_NAMES, differences
from tests.schools_file import ACADEMY, CLOSED, DEFAULTS, row

K = ChangeKind
HEAD = {"title": "Mrs", "first": "Ann", "last": "Example"}


def read(*rows):
    layout = Layout(DEFAULTS)
    found = [layout.read(cells) for cells in rows]
    return {each.urn: each for each in found}


def comparison(before, after, *, successors=None, heads=None):
    stored = {urn: file_values(each, tells_trusts=True) for urn, each in read(*before).items()}
    return compare(
        stored, read(*after), tells_trusts=True, successors=successors or {}, heads=heads or {}
    )


def kinds(*sides, **more):
    return [(change.kind, change.urn) for change in comparison(*sides, **more).changes]


A, B, C, N = (row(urn, f"School {urn}", pupils=urn) for urn in (101, 102, 103, 150))


def changed(cells, **more):
    name = more.pop("name", cells["EstablishmentName"])
    return row(int(cells["URN"]), name, **{"pupils": cells["URN"], **more})


CASES = [
    ("nothing", [A], [A], {}, []),
    ("a new school", [], [A], {}, [(K.OPENING, 101)]),
    ("one that is proposed", [], [changed(A, status="4")], {}, [(K.PROPOSED, 101)]),
    ("one that was proposed opens", [changed(A, status="4")], [A], {}, [(K.OPENING, 101)]),
    (
        "one that never opened",
        [changed(A, status="4")],
        [changed(A, **CLOSED)],
        {},
        [(K.CLOSED, 101)],
    ),
    (
        "proposed to close",
        [A],
        [changed(A, status="3", closed="31-08-2027")],
        {},
        [(K.CLOSING, 101)],
    ),
    (
        "another closing day",
        [changed(A, status="3", closed="31-08-2027")],
        [changed(A, status="3", closed="31-12-2027")],
        {},
        [(K.CLOSING, 101)],
    ),
    ("not closing after all", [changed(A, status="3")], [A], {}, [(K.REOPENED, 101)]),
    ("closed", [A], [changed(A, **CLOSED)], {}, [(K.CLOSED, 101)]),
    ("open again", [changed(A, **CLOSED)], [A], {}, [(K.REOPENED, 101)]),
    (
        "an academy follows",
        [A],
        [changed(A, **CLOSED), changed(N, **ACADEMY)],
        {101: [150]},
        [(K.ACADEMISING, 101)],
    ),
    (
        "an academy of another trust follows an academy",
        [changed(A, **ACADEMY)],
        [changed(A, **ACADEMY, **CLOSED), changed(N, **ACADEMY)],
        {101: [150]},
        [(K.REPLACED, 101)],
    ),
    ("a new school follows", [A], [changed(A, **CLOSED), N], {101: [150]}, [(K.REPLACED, 101)]),
    (
        "two become a new one",
        [A, B],
        [changed(A, **CLOSED), changed(B, **CLOSED), N],
        {101: [150], 102: [150]},
        [(K.MERGING, 150)],
    ),
    ("one goes into another", [A, B], [changed(A, **CLOSED), B], {101: [102]}, [(K.MERGING, 101)]),
    (
        "the one that follows is not in the file, but here",
        [A, B],
        [changed(A, **CLOSED)],
        {101: [102]},
        [(K.MERGING, 101)],
    ),
    (
        "the one that follows is closed itself",
        [A, changed(B, **CLOSED)],
        [changed(A, **CLOSED), changed(B, **CLOSED)],
        {101: [102]},
        [(K.CLOSED, 101)],
    ),
    ("it follows a school elsewhere", [A], [changed(A, **CLOSED)], {101: [999]}, [(K.CLOSED, 101)]),
    ("a new name", [A], [changed(A, name="New")], {}, [(K.RENAMING, 101)]),
    (
        "a new type",
        [A],
        [changed(A, type="05", type_name="Foundation school")],
        {},
        [(K.TYPE, 101)],
    ),
    ("it joins a trust", [A], [changed(A, trust="7", trust_name="T")], {}, [(K.TRUST, 101)]),
    ("it leaves one", [changed(A, trust="7", trust_name="T")], [A], {}, [(K.TRUST, 101)]),
    ("another town", [A], [changed(A, town="Preston")], {}, [(K.DETAILS, 101)]),
    (
        "another name and another town",
        [A],
        [changed(A, name="New", town="Preston")],
        {},
        [(K.RENAMING, 101), (K.DETAILS, 101)],
    ),
    (
        "what closes changes in nothing else",
        [A],
        [changed(A, **CLOSED, town="X")],
        {},
        [(K.CLOSED, 101)],
    ),
    ("closed before it was ever here", [], [changed(A, **CLOSED)], {}, []),
    ("not in the file", [A, B], [A], {}, []),
]


@pytest.mark.parametrize(
    ("before", "after", "successors", "told"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_each_kind_of_change_is_told_from_the_others(before, after, successors, told):
    assert kinds(before, after, successors=successors) == told


def test_several_that_close_are_one_change_with_the_largest_first():
    found = comparison(
        [A, B], [changed(A, **CLOSED), changed(B, **CLOSED), N], successors={101: [150], 102: [150]}
    )
    (change,) = found.changes
    assert change.gone == (102, 101)
    assert change.successor_urn == 150
    assert change.before["150"] is None
    assert change.after["101"] == {"status": SchoolStatus.CLOSED, "closed_on": date(2026, 8, 31)}
    assert change.due_on == date(2026, 8, 31)


def test_of_several_that_follow_the_largest_goes_on_and_the_others_are_named():
    found = comparison([C], [changed(C, **CLOSED), A, B], successors={103: [101, 102]})
    merged = next(change for change in found.changes if change.successor_urn)
    assert merged.successor_urn == 102
    assert "School 101 (101)" in merged.said


def test_a_school_that_the_file_lacks_is_reported_and_left_as_it_is():
    found = comparison([A, B, changed(C, **CLOSED)], [A])
    assert (found.changes, found.missing, found.unchanged) == ([], [102], 1)


HEADS = [
    ("nobody", {}, {}, None, []),
    ("the same", HEAD, HEAD, None, []),
    ("another title alone", HEAD, {**HEAD, "title": "Ms"}, None, [K.DETAILS]),
    ("another person", HEAD, {**HEAD, "first": "Karen"}, None, [K.HEAD]),
    ("an initial", HEAD, {**HEAD, "first": "A"}, None, [K.SPELLING]),
    ("nobody before", {}, HEAD, None, [K.HEAD]),
    ("who is head in the portal already", {}, HEAD, "Ann Example", [K.DETAILS]),
    ("likely who is head in the portal", {}, HEAD, "A. Example", [K.SPELLING]),
    ("GIAS says nobody", HEAD, {}, None, [K.DETAILS]),
]


@pytest.mark.parametrize(
    ("old", "new", "head", "told"), [case[1:] for case in HEADS], ids=[case[0] for case in HEADS]
)
def test_another_head_is_told_from_another_spelling(old, new, head, told):
    heads = {101: head} if head else {}
    found = comparison([changed(A, **old)], [changed(A, **new)], heads=heads)
    assert [change.kind for change in found.changes] == told


def test_a_new_school_asks_who_its_head_is_unless_that_person_comes_along():
    academy = changed(N, **ACADEMY, **HEAD)
    sides = [changed(A, **HEAD)], [changed(A, **CLOSED, **HEAD), academy]
    known = comparison(*sides, successors={101: [150]}, heads={101: "Ann Example"})
    assert [change.kind for change in known.changes] == [K.ACADEMISING]
    assert known.changes[0].after["150"]["head_last_name"] == "Example"
    unknown = comparison(*sides, successors={101: [150]}, heads={101: "Bob Other"})
    assert [change.kind for change in unknown.changes] == [K.ACADEMISING, K.HEAD]
    assert "head_last_name" not in unknown.changes[0].after["150"]


@pytest.mark.parametrize(
    ("one", "other", "same", "likely"),
    [
        ("Mrs J Smith", "Jane Smith", False, True),
        ("Mrs Jane Smith", "Ms Jane SMITH", True, True),
        ("Zoë O’Brien", "Zoe O'Brien", True, True),
        ("Ann Lee-Jones", "Ann Jones", False, True),
        ("Tim Hart", "Timothy Hart", False, True),
        ("Jane Smith", "Karen Smith", False, False),
        ("Jo Smith", "John Smith", False, False),
        ("Mr Smith", "Mrs Smith", False, False),
        ("Mr Smith", "Jane Smith", False, False),
        ("Jane Smith", "Jane Brown", False, False),
        ("", "Jane Smith", False, False),
    ],
)
def test_names_are_compared_without_titles_and_never_by_the_title_alone(one, other, same, likely):
    assert is_same(one, other) is same
    assert may_be_same(one, other) is likely


def test_everything_has_words_for_people():
    assert set(KIND_NAMES) == set(KIND_HINTS) == set(ChangeKind)
    assert set(STATE_NAMES) == set(ChangeState)
    assert "head" in FIELDS


def test_before_and_after_are_shown_as_people_write_them():
    assert differences(
        {"status": "open", "closed_on": None, "trust": None},
        {"status": "closed", "closed_on": "2026-08-31", "trust": ["7", "The Trust"], "easting": 3},
    ) == [
        ("Status", "Open", "Closed"),
        ("Closing day", "Nothing", "31 August 2026"),
        ("Trust", "Nothing", "The Trust"),
    ]
