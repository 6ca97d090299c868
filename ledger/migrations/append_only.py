"""Triggers that refuse to change or remove a row, for the tables that are only ever added to."""

from alembic import op

_FUNCTION = """
CREATE OR REPLACE FUNCTION tenhours_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME; END
$$ LANGUAGE plpgsql
"""


def protect(*tables: str) -> None:
    """Refuse changes to these tables from now on."""
    is_postgres = op.get_bind().dialect.name == "postgresql"
    if is_postgres:
        op.execute(_FUNCTION)
    for table in tables:
        if is_postgres:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION tenhours_append_only()"
            )
            continue
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
            )
