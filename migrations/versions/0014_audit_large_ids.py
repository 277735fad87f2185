"""The audit trail may name any row: ids beyond two thousand million too."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

COLUMNS = ("subject_id", "person_id")


def upgrade() -> None:
    """Widen the columns; SQLite's integers are wide already."""
    _alter(sa.BigInteger())


def downgrade() -> None:
    """Narrow them again."""
    _alter(sa.Integer())


def _alter(kind: sa.types.TypeEngine[int]) -> None:
    if op.get_bind().dialect.name == "postgresql":
        for column in COLUMNS:
            op.alter_column("audit_entry", column, type_=kind)
