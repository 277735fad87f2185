"""Categories as versioned data, owners and cover."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "category",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("heading", sa.String(length=120), nullable=False),
        sa.Column("group_slug", sa.String(length=40), nullable=False),
        sa.Column("group_heading", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("typical_owner", sa.String(length=120), nullable=False),
        sa.Column("keywords", JSON, nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_category_authority_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("authority_id", "slug", name=op.f("uq_category_authority_id_slug")),
    )
    op.create_table(
        "framework",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_framework_authority_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework")),
        sa.UniqueConstraint(
            "authority_id", "version", name=op.f("uq_framework_authority_id_version")
        ),
    )
    op.create_table(
        "category_edition",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("framework_id", BIG_ID, nullable=False),
        sa.Column("category_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("heading", sa.String(length=120), nullable=False),
        sa.Column("group_slug", sa.String(length=40), nullable=False),
        sa.Column("group_heading", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("typical_owner", sa.String(length=120), nullable=False),
        sa.Column("keywords", JSON, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_category_edition_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_category_edition_category_id_category")
        ),
        sa.ForeignKeyConstraint(
            ["framework_id"],
            ["framework.id"],
            name=op.f("fk_category_edition_framework_id_framework"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_edition")),
        sa.UniqueConstraint(
            "framework_id", "category_id", name=op.f("uq_category_edition_framework_id_category_id")
        ),
    )
    op.create_index(
        op.f("ix_category_edition_category_id"), "category_edition", ["category_id"], unique=False
    )
    op.create_table(
        "cover",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("school_id", BIG_ID, nullable=False),
        sa.Column("category_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_cover_in_order")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name=op.f("fk_cover_authority_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_cover_category_id_category")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_cover_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_cover_school_id_school")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover")),
    )
    op.create_index(
        "ix_cover_category_id_school_id", "cover", ["category_id", "school_id"], unique=False
    )
    op.create_index("ix_cover_person_id", "cover", ["person_id"], unique=False)
    op.create_table(
        "owner",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("school_id", BIG_ID, nullable=False),
        sa.Column("category_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("assigned_by_id", BIG_ID, nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["assigned_by_id"], ["person.id"], name=op.f("fk_owner_assigned_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name=op.f("fk_owner_authority_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_owner_category_id_category")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_owner_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_owner_school_id_school")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owner")),
    )
    op.create_index("ix_owner_person_id", "owner", ["person_id"], unique=False)
    op.create_index(
        "ix_owner_school_id_category_id", "owner", ["school_id", "category_id"], unique=False
    )
    op.create_index(
        "uq_owner_current",
        "owner",
        ["category_id", "school_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_index(
        "uq_owner_current",
        table_name="owner",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_owner_school_id_category_id", table_name="owner")
    op.drop_index("ix_owner_person_id", table_name="owner")
    op.drop_table("owner")
    op.drop_index("ix_cover_person_id", table_name="cover")
    op.drop_index("ix_cover_category_id_school_id", table_name="cover")
    op.drop_table("cover")
    op.drop_index(op.f("ix_category_edition_category_id"), table_name="category_edition")
    op.drop_table("category_edition")
    op.drop_table("framework")
    op.drop_table("category")
