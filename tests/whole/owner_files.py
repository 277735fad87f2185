"""Files of owners in every state, for the pages of heads and administrators."""

from typing import Any

from sqlalchemy.orm import Session

from categories.bulk.models import ImportState, OwnerImport, OwnerImportRow, RowState, Verdict
from directory.models import Membership
from tests.factories.base import NOON
from tests.factories.categories import CategoryFactory

ENDPOINTS = (
    "owner_file",
    "owner_template",
    "bad_owner_rows",
    "choose_owner_rows",
    "undo_owner_file",
    "discard_owner_file",
)


def fill_owner_files(
    session: Session, hats: dict[str, Membership], word: str, size: int
) -> dict[str, dict[str, Any]]:
    """Put up ``size`` files for the head's school, the last with as many rows."""
    hat = hats["head"]
    for number in range(size):
        imported = OwnerImport(
            authority_id=hat.authority_id,
            school_id=hat.school_id,
            file_name=f"{word} {number}.csv",
            sha256=f"{number:064x}",
            by_id=hat.person_id,
            at=NOON,
            state=ImportState.READ,
            counts={"rows": size, "add": size - 1, "bad": 1},
        )
        session.add(imported)
    session.flush()
    for number in range(size):
        category = CategoryFactory(heading=f"File {number}")
        session.add(
            OwnerImportRow(
                authority_id=hat.authority_id,
                import_id=imported.id,
                line=number + 2,
                school_id=hats["head"].school_id,
                category_id=category.id,
                person_id=hats["head"].person_id,
                email=f"{word}@school.example",
                verdict=Verdict.ADD if number else Verdict.BAD,
                state=RowState.WAITING if number else RowState.PASSED_OVER,
                reason="" if number else f"no {word}",
            )
        )
    session.flush()
    return {
        f"categories.{endpoint}": {"import_id": imported.id, "kind": "csv"}
        for endpoint in ENDPOINTS
    }
