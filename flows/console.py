"""What the commands print for people."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from flows.progress import clock
from reports.view import ReportData


def print_summary(data: ReportData, out: Path) -> None:
    """The table at the end of a run, and where to look next."""
    console = Console()
    table = Table(title=f"{data.pseudonym}, policy {data.policy.name}", title_justify="left")
    table.add_column("Voice", overflow="fold")
    for heading in ("Clips", "Accepted", "Review", "Rejected", "Offered", "Accepted", "Selected"):
        table.add_column(heading, justify="right")
    table.add_column("Standing", overflow="fold")
    for v in data.voices:
        hours = (clock(3600 * h) for h in (v.hours_offered, v.hours_accepted, v.hours_selected))
        counts = (str(n) for n in (v.clips, v.accepted, v.review, v.rejected))
        standing = f"{v.status}: {v.missing}" if v.missing else v.status
        table.add_row(_plain(v.voice), *counts, *hours, standing)
    console.print(table)
    console.print(f"{data.measured} clips measured, {data.reused} reused.", highlight=False)
    console.print(f"Report: {out / 'report.html'}", highlight=False, soft_wrap=True, markup=False)


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text))
