"""What the commands print for people."""

from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.progress import clock
from flows.say import harmless
from reports.view import ReportData
from selection.rules.judging import OTHER_BOUNDS

_COUNTS = ("clips", "accept", "review", "reject")
_HOURS = ("offered", "accepted", "selected")


def print_summary(data: ReportData, out: Path) -> None:
    """The table at the end of a run, each voice's standing, and where to look next."""
    console = Console(highlight=False)
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("voice", overflow="fold")
    for heading in (*_COUNTS, *_HOURS):
        table.add_column(heading, justify="right", no_wrap=True)
    for v in data.voices:
        hours = (clock(3600 * h) for h in (v.hours_offered, v.hours_accepted, v.hours_selected))
        counts = (str(n) for n in (v.clips, v.accepted, v.review, v.rejected))
        table.add_row(_plain(v.voice), *counts, *hours)
    console.print(f"{data.pseudonym}, policy {escape(data.policy.name)}")
    console.print(table)
    for v in data.voices:
        standing = f"{v.status}: {v.missing}" if v.missing else v.status
        console.print(f"{_plain(v.voice)} is {_plain(standing)}", soft_wrap=True)
    for sentence in _held_back(data):
        console.print(f"- {_plain(sentence)}", soft_wrap=True)
    if "stage-order" in set(data.findings["rule"]):
        console.print("Approved already? Then say so: --approved description,samples")
    if "asr" in data.models:
        console.print(f"Recogniser: {_plain(data.models['asr'])}", soft_wrap=True)
    console.print(f"{data.measured} clips measured, {data.reused} reused.")
    console.print(f"Report: {_plain(str(out / 'report.html'))}", soft_wrap=True)


def _held_back(data: ReportData) -> list[str]:
    """What is found of the submission or of a voice, each sentence once, and the note on bounds."""
    weighty = (data.findings["verdict"] != "note") | (data.findings["rule"] == OTHER_BOUNDS)
    above = (data.findings["level"] != "clip") & weighty
    return list(dict.fromkeys(map(str, data.findings["sentence"][above])))


def _plain(text: str) -> str:
    return escape(harmless(text))
