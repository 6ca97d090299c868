"""`ReportData` -> what continuous integration shows: job summary, JUnit, annotations.

All three may be read by anyone. They hold no label text, no transcript and no finding's sentence
about a clip, which may quote either: the rule, its words in the policy, the value and the bound.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from xml.etree import ElementTree

import numpy as np

from clips.numbers import count, duration
from clips.rules.base import VERDICTS
from reports.problems import (
    Problem,
    above_clips,
    gravity,
    numeric,
    problems,
    rule_groups,
    rule_words,
    text_of,
)
from reports.view import ReportData
from reports.wording import visible

SUMMARY_BYTES = 1_000_000
WORST_CLIPS = 20
_MOST_ROWS = 500
_MOST_CHARS = 300
# What Markdown may read as markup; a word's inner "_" is text, "www." would become a link and
# "GH-1" a reference.
_MARKDOWN_READS = re.compile(
    r"[^\w\s.,;/()+%=?–…∞⟦⟧-]|(?<![^\W_])_|_(?![^\W_])|(?<=www)\.|(?<=gh)-(?=\d)", re.IGNORECASE
)
# GitHub decodes entities before it looks for mentions and references
_BREAK = "\N{WORD JOINER}"
_CUT = "\n\nCut here: the summary is too long; the report has the rest.\n"
_XML_FORBIDS = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


# ---- Markdown ------------------------------------------------------------------------------------


def markdown_text(text: str) -> str:
    r"""Text that Markdown shows as it is: no markup, link, mention or table cell comes of it.

    Example:
        >>> markdown_text("a|b <img> @you *x*")
        'a&#124;b &lt;img&gt; &#64;\u2060you &#42;x&#42;'
    """
    short = text if len(text) <= _MOST_CHARS else text[:_MOST_CHARS] + "…"
    return _MARKDOWN_READS.sub(_entity, visible(short))


def _entity(match: re.Match[str]) -> str:
    char = match.group()
    named = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
    return named.get(char, f"&#{ord(char)};") + _BREAK * (char in "@#-")


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
        _bullets([markdown_text(reason) for reason in reasons]),
        _counts(data),
        _voices(data),
        _bullets(
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
    return f"## tenhours gate: failed\n\n{_bullets([markdown_text(reason)])}\n"


def cut(summary: str, room: int) -> str:
    """A summary that takes no more bytes than there is room for; "" where nothing fits.

    Cut between lines, so that no table row is left open, and said so.
    """
    encoded = summary.encode()
    if len(encoded) <= room:
        return summary
    kept = encoded[: max(room - len(_CUT), 0)].decode(errors="ignore").rpartition("\n")[0]
    return f"{kept}{_CUT}" if kept else ""


def _bullets(lines: Sequence[str] | Iterator[str]) -> str:
    return _limited([f"- {line}" for line in lines])


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], right: int = 0) -> str:
    """A Markdown table, its last ``right`` columns set flush right; nothing for no rows."""
    if not rows:
        return ""
    rules = ["---"] * (len(head) - right) + ["---:"] * right
    lines = [f"| {' | '.join(cells)} |" for cells in rows]
    return "\n".join((f"| {' | '.join(head)} |", f"| {' | '.join(rules)} |", _limited(lines)))


def _limited(lines: list[str]) -> str:
    more = len(lines) - _MOST_ROWS
    return "\n".join(lines[:_MOST_ROWS]) + (f"\n\nand {more:,} more" if more > 0 else "")


def _counts(data: ReportData) -> str:
    if not len(data.clips):
        return "No clip was found in the submission."
    seconds = numeric(data.clips, "duration_s")
    rows = []
    for verdict in VERDICTS:
        mine = (data.clips["verdict"] == verdict).to_numpy(bool)
        rows.append((verdict, f"{mine.sum():,}", duration(float(np.nansum(seconds[mine])) / 3600)))
    return _table(("Verdict", "Clips", "Hours"), rows, right=2)


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
    return _titled("Voices", _table((*head, *head_hours), rows, right=6))


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
    return _titled("Problems by rule", _table(head, rows, right=3))


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
    return _titled(title, _table(("Clip", "Verdict", "Rule", "Value", "Bound"), rows, right=2))


def _titled(title: str, block: str) -> str:
    return f"### {title}\n\n{block}" if block else ""


# ---- JUnit ---------------------------------------------------------------------------------------


def junit_xml(data: ReportData) -> str:
    """One test case per clip, one suite per voice, for what reads JUnit's XML.

    A rejected clip is a failure. A clip for review is skipped, with its message: CI systems show
    that apart from both passed and failed, and it fails no build. Where the policy's gate counts
    review as reject it is a failure too. The class name is ``voice.check``, the check being the
    gravest rule, ``verdict`` where none is known and ``passed`` for an accepted clip; dots in a
    voice's name become underscores, as readers take a dot for a level.
    """
    strict = data.policy.gate.review_counts_as == "reject"
    by_clip: dict[str, list[Problem]] = {}
    for problem in problems(data):
        by_clip.setdefault(problem.clip_id, []).append(problem)
    root = ElementTree.Element("testsuites", name="tenhours")
    suites: dict[str, ElementTree.Element] = {}
    seconds = numeric(data.clips, "duration_s")
    for record, length in zip(data.clips.to_dict("records"), seconds, strict=True):
        voice, verdict = text_of(record["voice"]), str(record["verdict"])
        if voice not in suites:
            suites[voice] = ElementTree.SubElement(root, "testsuite", name=_xml(voice))
        mine = by_clip.get(str(record["clip_id"]), [])
        check = "passed" if verdict == "accept" else mine[0].rule if mine else "verdict"
        case = ElementTree.SubElement(
            suites[voice],
            "testcase",
            classname=_xml(f"{voice.replace('.', '_')}.{check.replace('.', '_')}"),
            name=_xml(text_of(record["audio_file"]) or str(record["clip_id"])),
            time=f"{0.0 if np.isnan(length) else length:.3f}",
        )
        if verdict == "accept":
            continue
        message = _xml(mine[0].sentence if mine else f"The clip's verdict is {verdict}.")
        if verdict == "reject" or strict:
            outcome = ElementTree.SubElement(case, "failure", message=message, type=_xml(check))
        else:
            outcome = ElementTree.SubElement(case, "skipped", message=message)
        outcome.text = _xml("\n".join(f"{p.verdict}: {p.rule}: {p.sentence}" for p in mine))
    return _document(root)


def refused_junit(reason: str) -> str:
    """The same for a submission that cannot be read at all: one test case, which fails."""
    root = ElementTree.Element("testsuites", name="tenhours")
    suite = ElementTree.SubElement(root, "testsuite", name="submission")
    case = ElementTree.SubElement(suite, "testcase", classname="submission", name="readable")
    ElementTree.SubElement(case, "failure", message=_xml(reason), type="unreadable")
    return _document(root)


def _document(root: ElementTree.Element) -> str:
    for element in (root, *root.findall("testsuite")):
        for name, path in (("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped")):
            element.set(name, str(sum(1 for _ in element.iter(path))))
        element.set("errors", "0")
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, "unicode") + "\n"


def _xml(text: str) -> str:
    return _XML_FORBIDS.sub("\ufffd", text)


# ---- GitHub --------------------------------------------------------------------------------------


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
