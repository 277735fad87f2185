"""Mails to the staff of the gate: one link to what is one, and what happened as it happened."""

import pytest

from gatekeeping.mailgate.cases import wording_for_staff
from gatekeeping.models.mailgate import CaseKind
from notifications.mail.message import PORTAL
from tests.factories.bypass import make_case

pytestmark = pytest.mark.sqlite_only


@pytest.mark.parametrize("write", [wording_for_staff.overdue, wording_for_staff.raised])
def test_of_one_case_there_is_one_link_and_of_more_one_to_all(session, write):
    one, other = make_case(), make_case()
    session.flush()
    assert write([one]).text.count(PORTAL) == 1
    text = write([one, other]).text
    assert [f"{PORTAL}/bypass/{case.id}" in text for case in (one, other)] == [True, True]
    assert f"All of them: {PORTAL}/bypass" in text


@pytest.mark.parametrize(
    ("kind", "words"), [(CaseKind.HELD, "and is held"), (CaseKind.SEEN, "went round the gate")]
)
def test_a_head_reads_whether_schools_got_it(session, kind, words):
    case = make_case(kind=kind)
    session.flush()
    assert words in wording_for_staff.repeated(case, 2).text
