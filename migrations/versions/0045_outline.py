"""Keep the headings of a file beside its words, for the copy that is read on a page."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Add the column; what was read before has no headings."""
    op.add_column(
        "document", sa.Column("outline", JSON, nullable=False, server_default=sa.text("'[]'"))
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("document", "outline")
