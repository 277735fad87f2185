import pytest

from directory.models import Role
from gatekeeping.models.mailgate import CaseKind, CaseState
from tests.factories.bypass import make_case, make_case_move, make_case_report
from tests.factories.directory import GatekeeperFactory, MembershipFactory, OfficerFactory

pytestmark = pytest.mark.sqlite_only


def test_the_list_shows_open_cases_and_the_case_its_facts(client, session, sign_in):
    keeper = GatekeeperFactory()
    case = make_case()
    report = make_case(kind=CaseKind.REPORTED)
    make_case_report(report, MembershipFactory())
    make_case_move(case, CaseState.WITHDRAWN)
    session.commit()
    sign_in(client, keeper)
    page = client.get("/bypass").text
    assert case.person.name in page
    assert "All open" in page
    for each in (case, report):
        assert client.get(f"/bypass/{each.id}").status_code == 200
