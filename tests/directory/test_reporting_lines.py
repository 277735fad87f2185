"""Line managers are set from a file of people."""

import pytest

from directory.import_people import import_people
from directory.models import Membership
from directory.reporting_lines import without_manager
from tests.factories.base import NOON
from tests.factories.directory import OfficerFactory, SchoolFactory


def test_a_file_says_to_whom_officers_report_and_bad_rows_lose_no_good_ones(
    session, authority_id, tmp_path
):
    school, leader = SchoolFactory(), OfficerFactory()
    officer, other = OfficerFactory(), OfficerFactory()
    file = tmp_path / "people.csv"
    lines = [
        "urn,email,name,role,manager_email",
        f",{officer.person.email},,officer,{leader.person.email.upper()}",
        f",{other.person.email},,officer,",
        f",{leader.person.email},,officer,{leader.person.email}",
        f",nobody@x.example,,officer,{leader.person.email}",
        f",{other.person.email},,officer,nobody@x.example",
        f",not an address,,officer,{leader.person.email}",
        f"{school.urn},teacher@x.example,A Teacher,staff,",
    ]
    file.write_text("\n".join(lines))
    report = import_people(session, authority_id, file, at=NOON)
    assert (report.added, report.changed, report.unchanged) == (1, 1, 1)
    assert sorted(bad.line for bad in report.rejected) == [4, 5, 6, 7]
    assert session.get(Membership, officer.id, populate_existing=True).manager_id == (
        leader.person_id
    )
    again = import_people(session, authority_id, file, at=NOON)
    assert (again.added, again.changed) == (0, 0)


@pytest.mark.sqlite_only
def test_officers_without_a_manager_are_listed_by_name(session, authority_id):
    leader = OfficerFactory(person__name="Zoe")
    OfficerFactory(person__name="Amy", manager_id=leader.person_id)
    OfficerFactory(person__name="Ben")
    found, total = without_manager(session, authority_id, page=1, size=1)
    assert ([each.person.name for each in found], total) == (["Ben"], 2)
