"""Indexes by which the checks search the register: shared words, send dates, requests of a year."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the newest versions of a hash be found at once; find by send date and by kind."""
    op.drop_index("ix_shingle_authority_id_hash", table_name="shingle")
    op.create_index(
        "ix_shingle_authority_id_hash", "shingle", ["authority_id", "hash", "version_id"]
    )
    op.create_index("ix_submission_send", "submission", ["authority_id", "send_on"])
    op.create_index("ix_submission_kind", "submission", ["authority_id", "kind", "submitted_at"])


def downgrade() -> None:
    """Make them as they were."""
    op.drop_index("ix_submission_kind", table_name="submission")
    op.drop_index("ix_submission_send", table_name="submission")
    op.drop_index("ix_shingle_authority_id_hash", table_name="shingle")
    op.create_index("ix_shingle_authority_id_hash", "shingle", ["authority_id", "hash"])
