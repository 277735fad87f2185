"""Organisations, schools, people and their memberships."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "organisation",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_authority_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint(
            "authority_id", "kind", "code", name=op.f("uq_organisation_authority_id_kind_code")
        ),
    )
    op.create_index(
        "ix_organisation_authority_id_name", "organisation", ["authority_id", "name"], unique=False
    )
    op.create_table(
        "authority_profile",
        sa.Column("authority_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("la_code", sa.String(length=3), nullable=False),
        sa.Column("service_name", sa.String(length=80), nullable=False),
        sa.Column("colour", sa.String(length=7), nullable=False),
        sa.Column("help_email", sa.String(length=254), nullable=False),
        sa.Column("help_telephone", sa.String(length=40), nullable=False),
        sa.Column("host", sa.String(length=200), nullable=True),
        sa.Column("privacy_notice", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_authority_profile_authority_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("authority_id", name=op.f("pk_authority_profile")),
        sa.UniqueConstraint("host", name=op.f("uq_authority_profile_host")),
        sa.UniqueConstraint("la_code", name=op.f("uq_authority_profile_la_code")),
    )
    op.create_table(
        "person",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("telephone", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("privacy_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name=op.f("fk_person_authority_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("authority_id", "email", name=op.f("uq_person_authority_id_email")),
    )
    op.create_table(
        "school",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("urn", sa.Integer(), nullable=False),
        sa.Column("ukprn", sa.Integer(), nullable=True),
        sa.Column("la_code", sa.String(length=3), nullable=False),
        sa.Column("establishment_number", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("type_code", sa.String(length=3), nullable=False),
        sa.Column("type_name", sa.String(length=100), nullable=False),
        sa.Column("type_group_code", sa.String(length=3), nullable=False),
        sa.Column("phase_code", sa.String(length=2), nullable=False),
        sa.Column("phase_name", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("low_age", sa.Integer(), nullable=True),
        sa.Column("high_age", sa.Integer(), nullable=True),
        sa.Column("pupils", sa.Integer(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("gender", sa.String(length=40), nullable=False),
        sa.Column("religious_character", sa.String(length=100), nullable=False),
        sa.Column("nursery_provision", sa.String(length=60), nullable=False),
        sa.Column("sixth_form", sa.String(length=60), nullable=False),
        sa.Column("trust_id", BIG_ID, nullable=True),
        sa.Column("federation_code", sa.String(length=40), nullable=False),
        sa.Column("federation_name", sa.String(length=200), nullable=False),
        sa.Column("district_code", sa.String(length=12), nullable=False),
        sa.Column("district", sa.String(length=100), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("locality", sa.String(length=200), nullable=False),
        sa.Column("address_line", sa.String(length=200), nullable=False),
        sa.Column("town", sa.String(length=100), nullable=False),
        sa.Column("county", sa.String(length=100), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=False),
        sa.Column("telephone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("head_title", sa.String(length=40), nullable=False),
        sa.Column("head_first_name", sa.String(length=100), nullable=False),
        sa.Column("head_last_name", sa.String(length=100), nullable=False),
        sa.Column("head_job_title", sa.String(length=120), nullable=False),
        sa.Column("easting", sa.Integer(), nullable=True),
        sa.Column("northing", sa.Integer(), nullable=True),
        sa.Column("changed_in_gias_on", sa.Date(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name=op.f("fk_school_authority_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["trust_id"], ["organisation.id"], name=op.f("fk_school_trust_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school")),
        sa.UniqueConstraint("urn", name=op.f("uq_school_urn")),
    )
    op.create_index(
        "ix_school_authority_id_status_name",
        "school",
        ["authority_id", "status", "name"],
        unique=False,
    )
    op.create_index(op.f("ix_school_trust_id"), "school", ["trust_id"], unique=False)
    op.create_table(
        "team",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name=op.f("fk_team_authority_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_team_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_team_organisation_id_name")),
    )
    op.create_table(
        "membership",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("school_id", BIG_ID, nullable=True),
        sa.Column("organisation_id", BIG_ID, nullable=True),
        sa.Column("team_id", BIG_ID, nullable=True),
        sa.Column("job_title", sa.String(length=120), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.CheckConstraint(
            "(school_id IS NULL) <> (organisation_id IS NULL)", name=op.f("ck_membership_one_place")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_membership_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_membership_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_membership_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_membership_school_id_school")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_membership_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(
        op.f("ix_membership_organisation_id"), "membership", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_membership_person_id"), "membership", ["person_id"], unique=False)
    op.create_index(
        "ix_membership_school_id_role", "membership", ["school_id", "role"], unique=False
    )
    op.create_index(op.f("ix_membership_team_id"), "membership", ["team_id"], unique=False)
    op.create_index(
        "uq_membership_current_school",
        "membership",
        ["person_id", "school_id", "role"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL AND school_id IS NOT NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND school_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_index(
        "uq_membership_current_school",
        table_name="membership",
        sqlite_where=sa.text("ended_at IS NULL AND school_id IS NOT NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND school_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_membership_team_id"), table_name="membership")
    op.drop_index("ix_membership_school_id_role", table_name="membership")
    op.drop_index(op.f("ix_membership_person_id"), table_name="membership")
    op.drop_index(op.f("ix_membership_organisation_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_table("team")
    op.drop_index(op.f("ix_school_trust_id"), table_name="school")
    op.drop_index("ix_school_authority_id_status_name", table_name="school")
    op.drop_table("school")
    op.drop_table("person")
    op.drop_table("authority_profile")
    op.drop_index("ix_organisation_authority_id_name", table_name="organisation")
    op.drop_table("organisation")
