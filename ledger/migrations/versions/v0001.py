"""Contributors, submissions, runs, decisions."""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.append_only import protect

revision = "v0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "contributors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pseudonym", sa.String(length=32), nullable=False),
        sa.Column("since", sa.String(length=32), nullable=False),
        sa.Column("forgotten", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contributors")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_contributors_pseudonym")),
    )
    op.create_table(
        "names",
        sa.Column("pseudonym", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pseudonym", name=op.f("pk_names")),
    )
    op.create_table(
        "clips",
        sa.Column("contributor", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("voice", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("audio_sha256", sa.String(length=64), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("file", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contributor"], ["contributors.id"], name=op.f("fk_clips_contributor")
        ),
        sa.PrimaryKeyConstraint("contributor", "key", name=op.f("pk_clips")),
    )
    op.create_index(op.f("ix_clips_audio_sha256"), "clips", ["audio_sha256"], unique=False)
    op.create_table(
        "submissions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("contributor", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["contributor"], ["contributors.id"], name=op.f("fk_submissions_contributor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("digest", name=op.f("uq_submissions_digest")),
    )
    op.create_index(
        op.f("ix_submissions_contributor"), "submissions", ["contributor"], unique=False
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("policy_sha256", sa.String(length=64), nullable=False),
        sa.Column("scorers", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("same_as", sa.Integer(), nullable=True),
        sa.Column("out", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["same_as"], ["runs.id"], name=op.f("fk_runs_same_as")),
        sa.ForeignKeyConstraint(
            ["submission"], ["submissions.id"], name=op.f("fk_runs_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_index(op.f("ix_runs_submission"), "runs", ["submission"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contributor", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("submission", sa.Integer(), nullable=True),
        sa.Column("run", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contributor"], ["contributors.id"], name=op.f("fk_decisions_contributor")
        ),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_decisions_run")),
        sa.ForeignKeyConstraint(
            ["submission"], ["submissions.id"], name=op.f("fk_decisions_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint(
            "contributor", "subject", "number", name=op.f("uq_decisions_contributor")
        ),
    )
    op.create_index(op.f("ix_decisions_contributor"), "decisions", ["contributor"], unique=False)
    op.create_index(op.f("ix_decisions_submission"), "decisions", ["submission"], unique=False)
    op.create_table(
        "findings",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("voice", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("bound", sa.Float(), nullable=True),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_findings_run")),
        sa.PrimaryKeyConstraint("run", "number", name=op.f("pk_findings")),
    )
    op.create_table(
        "standings",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("voice", sa.Text(), nullable=False),
        sa.Column("tone", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("hours_offered", sa.Float(), nullable=False),
        sa.Column("hours_accepted", sa.Float(), nullable=False),
        sa.Column("hours_selected", sa.Float(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_standings_run")),
        sa.PrimaryKeyConstraint("run", "voice", name=op.f("pk_standings")),
    )
    op.create_table(
        "verdicts",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("contributor", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("decided_by", sa.String(length=16), nullable=False),
        sa.Column("selected", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contributor", "key"],
            ["clips.contributor", "clips.key"],
            name=op.f("fk_verdicts_contributor"),
        ),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_verdicts_run")),
        sa.PrimaryKeyConstraint("run", "place", name=op.f("pk_verdicts")),
    )
    op.create_index("ix_verdicts_key", "verdicts", ["contributor", "key"], unique=False)
    protect("decisions", "verdicts", "findings", "standings")
