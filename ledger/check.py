"""Whether what is kept hangs together."""

from sqlalchemy import Connection, func, select

from ledger.tables import decisions, metadata


def counts(connection: Connection) -> dict[str, int]:
    """Table -> rows."""
    return {
        table.name: int(connection.scalar(select(func.count()).select_from(table)) or 0)
        for table in metadata.sorted_tables
    }


def faults(connection: Connection) -> list[str]:
    """Subjects whose decisions are not numbered from 1 without a gap, or not in order."""
    found = []
    query = select(
        decisions.c.contributor,
        decisions.c.subject,
        func.count().label("rows"),
        func.min(decisions.c.number).label("first"),
        func.max(decisions.c.number).label("last"),
    ).group_by(decisions.c.contributor, decisions.c.subject)
    for row in connection.execute(query):
        if (row.first, row.last) != (1, row.rows):
            found.append(f"decisions of contributor {row.contributor} about {row.subject}: a gap")
    ordered = select(
        decisions.c.contributor, decisions.c.subject, decisions.c.number, decisions.c.id
    ).order_by(decisions.c.contributor, decisions.c.subject, decisions.c.number)
    before: tuple[object, int] = (None, 0)
    for who, subject, _, number in connection.execute(ordered):
        if before[0] == (who, subject) and number < before[1]:
            found.append(f"decisions of contributor {who} about {subject}: not in order")
        before = ((who, subject), number)
    return found
