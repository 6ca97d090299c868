"""Voicepacks that a voice earned over several payloads together."""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.append_only import protect

revision = "v0003"
down_revision = "v0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "earned",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contributor", sa.Integer(), nullable=False),
        sa.Column("voice", sa.Text(), nullable=False),
        sa.Column("tone", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["contributor"], ["contributors.id"], name=op.f("fk_earned_contributor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earned")),
    )
    op.create_index(op.f("ix_earned_contributor"), "earned", ["contributor"], unique=False)
    protect("earned")
