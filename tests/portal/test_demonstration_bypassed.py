"""The demonstration's year of mail round the gate fits its authority."""

import pytest
import sqlalchemy as sa

from gatekeeping.models.mailgate import BypassCase, MailTally
from portal.demonstration.bypassed import remember_bypass, tally_mail
from tests.factories.base import NOON
from tests.factories.directory import OfficerFactory, SchoolFactory


@pytest.mark.sqlite_only
def test_no_case_of_the_year_counts_more_schools_than_there_are(session, authority_id):
    OfficerFactory()
    for _ in range(25):
        SchoolFactory()
    made = remember_bypass(session, authority_id, at=NOON)
    counts = session.scalars(sa.select(BypassCase.schools).order_by(BypassCase.id)).all()
    tally_mail(session, authority_id, at=NOON)
    assert len(counts) == made > 50
    assert session.scalar(sa.select(sa.func.count()).select_from(MailTally))
    assert max(counts) == 25
    assert len(set(counts)) > 5  # the most schools, but not always
    assert session.scalar(sa.select(sa.func.count(BypassCase.token.distinct()))) == made
