"""The catalogue of held data in tables of the authority, with its history and who asks for it."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"
TABLES = (
    "held_catalogue",
    "data_set",
    "data_set_item",
    "data_set_change",
    "access_request",
    "access_move",
)
IS_ASKED = sa.text("state = 'asked'")


def upgrade() -> None:
    """Make the tables and the guard of each authority's rows."""
    op.create_table(
        "held_catalogue",
        sa.Column("authority_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        _to("held_catalogue", "authority_id", "organisation"),
        sa.PrimaryKeyConstraint("authority_id", name=op.f("pk_held_catalogue")),
    )
    _make_data_sets()
    _make_requests()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _protect(table, f"{CURRENT} = 0 OR authority_id = {CURRENT}")


def downgrade() -> None:
    """Take them away."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _make_data_sets() -> None:
    op.create_table(
        "data_set",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("team_id", BIG_ID, nullable=True),
        sa.Column("contact_id", BIG_ID, nullable=True),
        sa.Column("refreshed", sa.String(length=200), nullable=False),
        sa.Column("grain", sa.String(length=60), nullable=False),
        sa.Column("covers", sa.String(length=200), nullable=False),
        sa.Column("types", JSON, nullable=False),
        sa.Column("as_at", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("retired_at", MOMENT, nullable=True),
        *_of_authority("data_set"),
        _to("data_set", "team_id", "team"),
        _to("data_set", "contact_id", "person"),
        sa.UniqueConstraint("authority_id", "key", name=op.f("uq_data_set_authority_id_key")),
    )
    op.create_table(
        "data_set_item",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("data_set_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("called", JSON, nullable=False),
        sa.Column("personal", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("retired_at", MOMENT, nullable=True),
        *_of_authority("data_set_item"),
        _to("data_set_item", "data_set_id", "data_set"),
        sa.UniqueConstraint("data_set_id", "name", name=op.f("uq_data_set_item_data_set_id_name")),
    )
    op.create_table(
        "data_set_change",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("data_set_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("changes", JSON, nullable=False),
        *_of_authority("data_set_change"),
        _to("data_set_change", "data_set_id", "data_set"),
        _to("data_set_change", "by_id", "person"),
        sa.UniqueConstraint(
            "data_set_id", "version", name=op.f("uq_data_set_change_data_set_id_version")
        ),
    )


def _make_requests() -> None:
    op.create_table(
        "access_request",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("data_set_id", BIG_ID, nullable=False),
        sa.Column("items", JSON, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("team_id", BIG_ID, nullable=True),
        sa.Column("organisation_id", BIG_ID, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("decided_by_id", BIG_ID, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        *_of_authority("access_request"),
        _to("access_request", "data_set_id", "data_set"),
        _to("access_request", "by_id", "person"),
        _to("access_request", "team_id", "team"),
        _to("access_request", "organisation_id", "organisation"),
        _to("access_request", "decided_by_id", "person"),
    )
    op.create_index("ix_access_request_state", "access_request", ["authority_id", "state", "at"])
    op.create_index("ix_access_request_data_set", "access_request", ["data_set_id", "at"])
    op.create_index("ix_access_request_by", "access_request", ["by_id", "at"])
    op.create_index(
        "uq_access_request_asked",
        "access_request",
        ["data_set_id", "by_id"],
        unique=True,
        sqlite_where=IS_ASKED,
        postgresql_where=IS_ASKED,
    )
    op.create_table(
        "access_move",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("request_id", BIG_ID, nullable=False),
        sa.Column("before", sa.String(length=40), nullable=True),
        sa.Column("after", sa.String(length=40), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        *_of_authority("access_move"),
        _to("access_move", "request_id", "access_request"),
        _to("access_move", "by_id", "person"),
    )
    op.create_index("ix_access_move_request_id", "access_move", ["request_id"])


def _of_authority(table: str) -> list[sa.Column[Any] | sa.Constraint]:
    return [
        sa.Column("authority_id", BIG_ID, nullable=False),
        _to(table, "authority_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _protect(table: str, condition: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_authority ON {table} USING ({condition}) WITH CHECK ({condition})"
    )
