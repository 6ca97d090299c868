"""What the ledger keeps, as tables. Made and changed by the migrations beside this alone.

Names are in one table, apart from all else; no text of a label is in any. Runs and decisions are
only ever added: what is said later stands before what was said earlier. A time is text, ISO 8601 in
UTC, so that SQLite and PostgreSQL keep the same.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _contributor() -> Column[int]:
    return Column("contributor", ForeignKey("contributors.id"), nullable=False, index=True)


contributors = Table(
    "contributors",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("pseudonym", String(32), nullable=False, unique=True),
    Column("since", String(32), nullable=False),
    Column("forgotten", String(32)),
)
names = Table(
    "names",
    metadata,
    Column("pseudonym", String(32), primary_key=True),
    Column("name", Text, nullable=False),
)
submissions = Table(
    "submissions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    _contributor(),
    Column("stage", String(16), nullable=False),
    Column("at", String(32), nullable=False),
)
# the clip whatever its file is called: digests of audio and label, and the voice
clips = Table(
    "clips",
    metadata,
    Column("contributor", ForeignKey("contributors.id"), primary_key=True),
    Column("key", String(16), primary_key=True),
    Column("voice", Text, nullable=False),
    Column("seconds", Float),
    Column("audio_sha256", String(64), nullable=False, index=True),
    Column("text_sha256", String(64)),
    Column("language", String(35), nullable=False),
    Column("file", Text),
)
runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("submission", ForeignKey("submissions.id"), nullable=False, index=True),
    Column("at", String(32), nullable=False),
    Column("policy", Text, nullable=False),
    Column("policy_sha256", String(64), nullable=False),
    Column("scorers", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("outcome", String(64), nullable=False),
    # a run that came to the same as one before has no rows of its own
    Column("same_as", ForeignKey("runs.id")),
    Column("out", Text),
)
verdicts = Table(
    "verdicts",
    metadata,
    Column("run", ForeignKey("runs.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("contributor", Integer, nullable=False),
    Column("key", String(16), nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("decided_by", String(16), nullable=False),
    Column("selected", Boolean, nullable=False),
    Column("score", Float),
    ForeignKeyConstraint(["contributor", "key"], ["clips.contributor", "clips.key"]),
    Index("ix_verdicts_key", "contributor", "key"),
)
findings = Table(
    "findings",
    metadata,
    Column("run", ForeignKey("runs.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("level", String(16), nullable=False),
    Column("voice", Text, nullable=False),
    Column("place", Integer),
    Column("rule", Text, nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("value", Float),
    Column("bound", Float),
    Column("unit", String(32), nullable=False),
)
standings = Table(
    "standings",
    metadata,
    Column("run", ForeignKey("runs.id"), primary_key=True),
    Column("voice", Text, primary_key=True),
    Column("tone", Text, nullable=False),
    Column("language", String(35), nullable=False),
    Column("hours_offered", Float, nullable=False),
    Column("hours_accepted", Float, nullable=False),
    Column("hours_selected", Float, nullable=False),
    Column("status", String(16), nullable=False),
)
# the numbers of a subject's decisions have no gap, and the last one counts
decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    _contributor(),
    Column("subject", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("why", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", String(32), nullable=False),
    Column("submission", ForeignKey("submissions.id"), index=True),
    Column("run", ForeignKey("runs.id")),
    UniqueConstraint("contributor", "subject", "number"),
)
arrivals = Table(
    "arrivals",
    metadata,
    Column("id", Integer, primary_key=True),
    _contributor(),
    Column("agreed", String(32), nullable=False),
    Column("why", Text, nullable=False),
    Column("at", String(32), nullable=False),
)
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    _contributor(),
    Column("voice", Text, nullable=False),
    Column("tone", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", String(32), nullable=False),
)
# voices that met their minimum over several payloads together, and by no run alone
earned = Table(
    "earned",
    metadata,
    Column("id", Integer, primary_key=True),
    _contributor(),
    Column("voice", Text, nullable=False),
    Column("tone", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("at", String(32), nullable=False),
)
