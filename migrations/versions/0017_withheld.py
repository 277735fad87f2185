"""Note with each submission whether the public register keeps its words back, and why."""

import json
from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SAFEGUARDING = frozenset({"safeguarding", "prevent", "domestic-abuse"})
COMMERCIAL = frozenset({"purchasing", "traded-services"})
PIECE = 1_000


def upgrade() -> None:
    """Add the column and work it out for what exists."""
    column = sa.Column("withheld", sa.String(length=20), server_default="", nullable=False)
    op.add_column("submission", column)
    last = 0
    while True:
        query = sa.text("SELECT id, document FROM submission WHERE id > :last ORDER BY id LIMIT :n")
        rows = op.get_bind().execute(query, {"last": last, "n": PIECE}).all()
        if not rows:
            return
        _note((row.id, _reason(row.document)) for row in rows)
        last = rows[-1].id


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("submission", "withheld")


def _reason(document: object) -> str:
    values = json.loads(document) if isinstance(document, str) else document
    if not isinstance(values, dict):
        return ""
    chosen = frozenset(str(slug) for slug in values.get("categories") or ())
    if chosen & SAFEGUARDING:
        return "safeguarding"
    return "commercial" if chosen & COMMERCIAL or values.get("origin") == "contract" else ""


def _note(reasons: Iterable[tuple[int, str]]) -> None:
    update = sa.text("UPDATE submission SET withheld = :why WHERE id = :id")
    for key, why in reasons:
        if why:
            op.get_bind().execute(update, {"why": why, "id": key})
