"""Arrivals that were agreed, voicepacks that were delivered."""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.append_only import protect

revision = "v0002"
down_revision = "v0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "arrivals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contributor", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.String(length=32), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["contributor"], ["contributors.id"], name=op.f("fk_arrivals_contributor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrivals")),
    )
    op.create_index(op.f("ix_arrivals_contributor"), "arrivals", ["contributor"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contributor", sa.Integer(), nullable=False),
        sa.Column("voice", sa.Text(), nullable=False),
        sa.Column("tone", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["contributor"], ["contributors.id"], name=op.f("fk_deliveries_contributor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_contributor"), "deliveries", ["contributor"], unique=False)
    protect("arrivals", "deliveries")
