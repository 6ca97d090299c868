"""What the commands print for people."""

import shlex
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from clips.numbers import count, duration
from flows.progress import clock
from flows.say import harmless
from reports.problems import rule_words
from reports.view import ReportData
from selection.losses import losses
from selection.rules.judging import OTHER_BOUNDS

_COUNTS = ("clips", "accept", "review", "reject")
_HOURS = ("offered", "accepted", "selected")
_REASONS = 5
COSTS_MOST = "What costs most, a clip with several causes under each:"


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
        console.print(
            "Approved already? Then say so: tenhours approve, which keeps it in the ledger, or"
            " --approved description,samples for this run",
            soft_wrap=True,
        )
    if "asr" in data.models:
        console.print(f"Recogniser: {_plain(data.models['asr'])}", soft_wrap=True)
    for line in (*reasons(data), accounted(data), *following(data, out)):
        console.print(_plain(line), soft_wrap=True)
    console.print(f"Report: {_plain(str(out / 'report.html'))}", soft_wrap=True)


def dearest(data: ReportData) -> tuple[list[tuple[str, str, str]], int]:
    """The causes that cost most of the audio: audio, clips, what it is; and how many are left."""
    found = losses(data.clips, data.findings)
    told = [
        (
            duration(cause.seconds / 3600),
            count(len(cause.clips), "clip"),
            f"{rule_words(data.policy, cause.rule).rstrip('.')} ({cause.rule})",
        )
        for cause in found[:_REASONS]
    ]
    return told, len(found) - len(told)


def reasons(data: ReportData) -> list[str]:
    """The same as lines of a terminal; none where nothing was found."""
    told, more = dearest(data)
    if not told:
        return []
    wide, clips, _ = (max(map(len, column)) for column in zip(*told, strict=True))
    lines = [COSTS_MOST]
    lines += [f"  {lost:>{wide}}  {n:>{clips}}  {what}" for lost, n, what in told]
    if more:
        lines.append(f"  {and_more(more)}")
    return lines


def and_more(causes: int) -> str:
    """That so many causes are not listed."""
    return f"and {count(causes, 'cause')} more in the report"


def accounted(data: ReportData) -> str:
    """Each clip once: measured now or before, like another, without audio, or left unmeasured."""
    clips = data.clips
    has_audio = clips["audio_sha256"].astype(bool)
    alike = int(clips[has_audio].duplicated(["audio_sha256", "text_sha256", "language"]).sum())
    alike = min(alike, data.reused)
    without = int((~has_audio).sum())
    kinds = (
        (data.measured, "measured"),
        (data.reused - alike, "measured before"),
        (alike, "alike"),
        (without, "without audio"),
        (len(clips) - without - data.measured - data.reused, "not measured"),
    )
    told = ", ".join(f"{n:,} {kind}" for n, kind in kinds if n > 0)
    return f"{count(len(clips), 'clip')}: {told}." if told else f"{count(len(clips), 'clip')}."


def following(data: ReportData, out: Path) -> list[str]:
    """What to do next: listen, answer, hand on."""
    folder = shlex.quote(str(out))
    waits = data.clips[data.clips["verdict"] == "review"]
    lines = []
    if len(waits):
        hours = duration(float(waits["duration_s"].sum()) / 3600)
        lines.append(f"Next: listen to the {count(len(waits), 'clip')} in review ({hours})")
    if (data.findings["verdict"] != "note").any():
        lines.append(f"Answer: tenhours report {folder} --for-contributor --to letter")
    if data.clips["selected"].any():
        lines.append(f"Hand on: tenhours export {folder} --to set --format kokoro")
    return lines


def _held_back(data: ReportData) -> list[str]:
    """What is found of the submission or of a voice, each sentence once, and the note on bounds."""
    weighty = (data.findings["verdict"] != "note") | (data.findings["rule"] == OTHER_BOUNDS)
    above = (data.findings["level"] != "clip") & weighty
    return list(dict.fromkeys(map(str, data.findings["sentence"][above])))


def _plain(text: str) -> str:
    return escape(harmless(text))
