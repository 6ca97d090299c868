"""`ReportData` -> what continuous integration shows: job summary and annotations.

Both, and `reports.junit`, may be read by anyone. They hold no label text, no transcript and no
finding's sentence about a clip, which may quote either: the rule, its words in the policy, the
value and the bound.
"""

from collections.abc import Mapping, Sequence

from clips.numbers import count, duration
from reports.markdown import bullets, markdown_table, markdown_text, titled
from reports.problems import (
    Problem,
    above_clips,
    by_verdict,
    gravity,
    problems,
    rule_groups,
    rule_words,
    text_of,
)
from reports.view import ReportData
from reports.wording import visible

SUMMARY_BYTES = 1_000_000
WORST_CLIPS = 20
_CUT = "\n\nCut here: the summary is too long; the report has the rest.\n"


def gate_summary_markdown(data: ReportData, passed: bool, reasons: Sequence[str]) -> str:
    """The gate's outcome for a job summary or a pull request, below 1,024 KB always.

    Args:
        data: what was scored.
        passed: what the gate decided.
        reasons: why it did not pass, in plain words.
    """
    blocks = [
        f"## tenhours gate: {'passed' if passed else 'failed'}",
        f"Submission of {markdown_text(data.pseudonym)}, policy {markdown_text(data.policy.name)}"
        f" `{data.policy.sha256[:12]}`.",
        bullets([markdown_text(reason) for reason in reasons]),
        _counts(data),
        _voices(data),
        bullets(
            f"**{f['verdict']}** {markdown_text(text_of(f['voice']) or 'Submission')}:"
            f" {markdown_text(text_of(f['sentence']))} ({markdown_text(text_of(f['rule']))})"
            for f in above_clips(data)
        ),
        _rules(data),
        _worst(data),
    ]
    return cut("\n\n".join(block for block in blocks if block) + "\n", SUMMARY_BYTES)


def refused_markdown(reason: str) -> str:
    """The same for a submission that cannot be read at all."""
    return f"## tenhours gate: failed\n\n{bullets([markdown_text(reason)])}\n"


def cut(summary: str, room: int) -> str:
    """A summary that takes no more bytes than there is room for; "" where nothing fits.

    Cut between lines, so that no table row is left open, and said so.
    """
    encoded = summary.encode()
    if len(encoded) <= room:
        return summary
    kept = encoded[: max(room - len(_CUT), 0)].decode(errors="ignore").rpartition("\n")[0]
    return f"{kept}{_CUT}" if kept else ""


def _counts(data: ReportData) -> str:
    if not len(data.clips):
        return "No clip was found in the submission."
    rows = [(v, f"{n:,}", duration(hours)) for v, (n, hours) in by_verdict(data.clips).items()]
    return markdown_table(("Verdict", "Clips", "Hours"), rows, right=2)


def _voices(data: ReportData) -> str:
    rows = [
        (
            markdown_text(voice.voice),
            voice.status,
            markdown_text(voice.missing) or "–",
            *(f"{n:,}" for n in (voice.accepted, voice.review, voice.rejected)),
            *map(duration, (voice.hours_offered, voice.hours_accepted, voice.hours_selected)),
        )
        for voice in data.voices
    ]
    head = ("Voice", "Status", "Missing", "Accept", "Review", "Reject")
    head_hours = ("Offered", "Accepted", "Selected")
    return titled("Voices", markdown_table((*head, *head_hours), rows, right=6))


def _rules(data: ReportData) -> str:
    rows = [
        (
            markdown_text(group.rule),
            markdown_text(rule_words(data.policy, group.rule)) or "–",
            markdown_text(group.bounds) or "–",
            markdown_text(group.worst) or "–",
            f"{group.reject:,}",
            f"{group.review:,}",
        )
        for group in rule_groups(data)
        if group.reject or group.review
    ]
    head = ("Rule", "What is wrong", "Bounds", "Worst", "Reject", "Review")
    return titled("Problems by rule", markdown_table(head, rows, right=3))


def _worst(data: ReportData) -> str:
    seen: dict[str, Problem] = {}
    for problem in problems(data):
        seen.setdefault(problem.clip_id, problem)
    rows = [
        (
            markdown_text(f"{p.voice}/{p.audio_file}"),
            p.verdict,
            markdown_text(p.rule),
            markdown_text(p.value) or "–",
            markdown_text(p.bound) or "–",
        )
        for p in list(seen.values())[:WORST_CLIPS]
    ]
    title = f"Worst {count(len(rows), 'clip')} of {len(seen):,}"
    return titled(
        title, markdown_table(("Clip", "Verdict", "Rule", "Value", "Bound"), rows, right=2)
    )


def github_annotations(
    data: ReportData, limit: int = 10, root: str = "", *, archive: bool = False
) -> list[str]:
    """Workflow commands that put the worst problems beside the files of a pull request.

    Args:
        data: what was scored.
        limit: most lines; GitHub shows about ten of a kind per step.
        root: path of the submission within its repository.
        archive: whether the submission is one file, to which everything in it is pinned.

    Returns:
        ``::error`` lines for rejects, then ``::warning`` lines for reviews; one for each clip, with
        its gravest problem.
    """
    worst: dict[str, Problem] = {}
    for problem in problems(data):
        worst.setdefault(problem.clip_id, problem)
    lines: list[tuple[str, Mapping[str, str], str]] = [
        (f["verdict"], {"title": text_of(f["rule"])}, text_of(f["sentence"]))
        for f in above_clips(data)
        if f["verdict"] != "note"
    ]
    lines += [
        (p.verdict, {"file": _place(p, root, archive), "title": p.rule}, p.sentence)
        for p in worst.values()
    ]
    lines.sort(key=lambda line: gravity(line[0]))
    return [
        _annotation("error" if verdict == "reject" else "warning", properties, sentence)
        for verdict, properties, sentence in lines[:limit]
    ]


def refused_annotation(reason: str, root: str) -> str:
    """The same for a submission that cannot be read at all."""
    return _annotation("error", {"file": root, "title": "unreadable"}, reason)


def _place(problem: Problem, root: str, archive: bool) -> str:
    inside = (problem.voice, problem.audio_file)
    return root if archive else "/".join(part for part in (root, *inside) if part)


def _annotation(level: str, properties: Mapping[str, str], message: str) -> str:
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{level} {told}::{_message(message)}"


def _message(text: str) -> str:
    return visible(text).replace("##[", "## [").replace("%", "%25")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
