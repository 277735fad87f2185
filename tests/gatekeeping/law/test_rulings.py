from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from directory.authorities import ensure_authority
from foundation.audit import AuditEntry
from foundation.db import EVERY_AUTHORITY, narrow
from foundation.errors import NotFoundError, Refusal
from gatekeeping.assessment import assess
from gatekeeping.documents import SubmissionDocument
from gatekeeping.law.listing import Choice, find_entry, list_entries
from gatekeeping.law.loading import import_duties
from gatekeeping.law.models import LawDuty, ProvisionVerdict
from gatekeeping.law.rulings import rule_on_claim, rule_on_provision, ruling_on_claim, rulings_on
from gatekeeping.law.words import LegalVerdict
from tests.factories.base import NOON
from tests.factories.directory import SchoolFactory
from tests.factories.gatekeeping import make_submission, version_of
from tests.factories.law import KEY, ROW, make_legal_reviewer, make_own_duty, make_ruling

TODAY = NOON.date()
NEXT_YEAR = date(2027, 11, 1)


def rule(session, by, key=KEY, verdict=LegalVerdict.POWER_TO_REQUIRE, **given):
    values = {"why": "We read it so.", "review_on": NEXT_YEAR, "at": NOON, **given}
    return rule_on_provision(session, by.authority_id, key, verdict, by=by.person_id, **values)


def test_a_verdict_is_kept_with_its_history_and_in_the_audit_trail(session, authority_id):
    reviewer = make_legal_reviewer()
    rule(session, reviewer)
    rule(session, reviewer, verdict=LegalVerdict.DUTY_ON_LA, why="No: authorities alone.")
    newest, older = rulings_on(session, authority_id, KEY)
    assert (newest.verdict, older.verdict) == (
        LegalVerdict.DUTY_ON_LA,
        LegalVerdict.POWER_TO_REQUIRE,
    )
    noted = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "law.ruled")).all()
    assert [entry.detail["verdict"] for entry in noted] == ["POWER_TO_REQUIRE", "DUTY_ON_LA"]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "given",
    [
        {"why": "  "},
        {"review_on": TODAY},
        {"key": "nonsense"},
        {"key": "ukpga/2009/22/section/251/../x"},
        {"key": "ukpga/2009"},
    ],
)
def test_a_verdict_needs_a_provision_a_reason_and_a_date_to_come(session, given):
    with pytest.raises(Refusal):
        rule(session, make_legal_reviewer(), **given)
    assert session.scalars(sa.select(ProvisionVerdict)).all() == []


def judged(session, authority_id, claim, at=NOON):
    document = SubmissionDocument.read({"legal_claim": claim, "audience": {"all": True}})
    found = assess(session, authority_id, document, at=at).findings
    return {finding.rule: finding for finding in found}


def test_a_verdict_speaks_for_every_later_submission_until_its_review_date(session, authority_id):
    SchoolFactory()
    claim = "s251(1) ASCL Act 2009"
    assert not judged(session, authority_id, claim)["K03"].detail["verified"]
    rule(session, make_legal_reviewer())
    now = judged(session, authority_id, claim)
    assert "K03" not in now
    assert now["K05"].detail["verified"]
    later = judged(session, authority_id, claim, at=NOON + timedelta(days=400))
    assert not later["K05"].detail["verified"]


def test_another_authoritys_verdict_says_nothing_here(session, authority_id):
    narrow(session, EVERY_AUTHORITY)
    other = ensure_authority(session, la_code="999", name="Elsewhere").authority_id
    make_ruling(make_legal_reviewer(), authority_id=other, verdict=LegalVerdict.DUTY_ON_SCHOOL)
    narrow(session, authority_id)
    assert "K03" in judged(session, authority_id, "s251 ASCL Act 2009")


def test_one_claim_can_be_judged_by_itself(session, authority_id):
    reviewer = make_legal_reviewer()
    submission = make_submission(document={"legal_claim": "Ponds Act 2019, section 3"})
    version = version_of(submission)
    for verdict in (LegalVerdict.DUTY_ON_LA, LegalVerdict.DUTY_ON_SCHOOL):
        rule_on_claim(
            session,
            authority_id,
            version.id,
            verdict,
            why="The regulations list it.",
            by=reviewer.person_id,
            at=NOON,
        )
    assert ruling_on_claim(session, authority_id, version.id).verdict is LegalVerdict.DUTY_ON_SCHOOL
    assert version.law["verdict"] == "DUTY_ON_SCHOOL"
    assert version.law["verified"] is True
    assert "The regulations list it" in version.law["sentence"]


@pytest.mark.sqlite_only
def test_a_claim_of_another_authority_is_not_found(session, authority_id):
    version = version_of(make_submission())
    reviewer = make_legal_reviewer()
    with pytest.raises(NotFoundError):
        rule_on_claim(
            session,
            authority_id + 1,
            version.id,
            LegalVerdict.DUTY_ON_LA,
            why="x",
            by=reviewer.person_id,
            at=NOON,
        )


def test_the_register_lists_shipped_and_own_duties_with_status_and_source(session, authority_id):
    make_own_duty()
    entries, total = list_entries(session, authority_id, Choice(q="ponds"), on=TODAY)
    assert [entry.name for entry in entries] == ["Ponds Act 2019, section 3"]
    assert total == 1
    entry = find_entry(session, authority_id, KEY, on=TODAY)
    assert entry.verdict is LegalVerdict.DUTY_ON_LA
    assert entry.standing == "Not verified"
    assert any(source.startswith("https://") for source in entry.sources)
    _, repealed = list_entries(session, authority_id, Choice(status="repealed"), on=TODAY)
    assert repealed > 5
    rule(session, make_legal_reviewer())
    verified, _ = list_entries(session, authority_id, Choice(standing="Verified"), on=TODAY)
    assert [entry.key for entry in verified] == [KEY]
    late, _ = list_entries(
        session, authority_id, Choice(standing="To be reviewed"), on=date(2028, 1, 1)
    )
    assert [entry.key for entry in late] == [KEY]


def test_an_own_duty_comes_before_what_is_shipped(session, authority_id):
    SchoolFactory()
    make_own_duty(
        act_title="Apprenticeships, Skills, Children and Learning Act 2009",
        year="2009",
        number="22",
        provision="section 251",
    )
    assert "K03" not in judged(session, authority_id, "s251 ASCL Act 2009")


def test_more_duties_are_loaded_from_a_file_and_loading_twice_changes_nothing(
    session, authority_id, tmp_path
):
    file = tmp_path / "duties.csv"
    rows = [
        {**ROW, "provision": "ss 3 and 4(2), Sch. 1"},
        {**ROW, "year": "twenty"},
        {**ROW, "type": "act"},
        {**ROW, "duty_bearer": ""},
    ]
    lines = [",".join(ROW), *(",".join(f'"{cell}"' for cell in row.values()) for row in rows)]
    file.write_text("\n".join(lines), encoding="utf-8")
    report = import_duties(session, authority_id, file, at=NOON)
    assert (report.added, len(report.rejected)) == (3, 3)
    assert [(bad.line, bad.column) for bad in report.rejected] == [
        (3, "year"),
        (4, "type"),
        (5, "duty_bearer"),
    ]
    keys = session.scalars(sa.select(LawDuty.key).order_by(LawDuty.key)).all()
    assert keys == [
        "ukpga/2019/99/schedule/1",
        "ukpga/2019/99/section/3",
        "ukpga/2019/99/section/4/2",
    ]
    assert import_duties(session, authority_id, file, at=NOON).unchanged == 3
