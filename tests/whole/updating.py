"""Rows for the pages about schools that change."""

from typing import Any

from directory.models_updates import ChangeKind, ChangeState
from tests.factories.directory import HeadFactory, SchoolFactory
from tests.factories.updates import SchoolChangeFactory, SchoolLinkFactory, SchoolsUpdateFactory

SECRET = "Kestrel"
PEN = {"head_title": "Mrs", "head_first_name": "Pen", "head_last_name": SECRET}


def fill_updates(size: int) -> dict[str, dict[str, Any]]:
    """Make ``size`` files, the last with that many schools that end and heads that change."""
    for _ in range(size):
        update = SchoolsUpdateFactory(name=f"{SECRET}.csv")
    for number in range(size):
        place = HeadFactory(school=SchoolFactory(name=f"{SECRET} gone {number}"))
        school, successor = place.school, SchoolFactory(name=f"{SECRET} follows {number}")
        urn = str(school.urn)
        facts = {"update_id": update.id, "urn": school.urn, "school_id": school.id}
        SchoolLinkFactory(urn=school.urn, link_urn=successor.urn)
        SchoolChangeFactory(
            **facts,
            kind=ChangeKind.ACADEMISING,
            name=f"{school.name} · {successor.name}",
            before={urn: {"status": "open"}},
            after={urn: {"status": "closed"}},
            gone=[school.urn],
            successor_urn=successor.urn,
        )
        before, after = {urn: dict.fromkeys(PEN, "")}, {urn: PEN}
        change = SchoolChangeFactory(**facts, kind=ChangeKind.HEAD, before=before, after=after)
        SchoolChangeFactory(
            **facts,
            kind=ChangeKind.DETAILS,
            state=ChangeState.APPLIED,
            before={urn: {"town": ""}},
            after={urn: {"town": SECRET}},
        )
    return {"updates": {"update_id": update.id, "change_id": change.id}}
