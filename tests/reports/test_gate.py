import dataclasses
import html
import re
from xml.etree import ElementTree

import pytest

from reports.gate import (
    SUMMARY_BYTES,
    WORST_CLIPS,
    gate_summary_markdown,
    github_annotations,
)
from reports.junit import junit_xml
from reports.markdown import markdown_text
from reports.view import ReportData
from tests.reports.factory import HOSTILE_LABELS, POLICY, empty_data, report_data


def secrets(data: ReportData) -> set[str]:
    """Words that only labels and transcripts have."""
    said = " ".join(data.clips["text"]) + " ".join(
        d.transcript or "" for d in data.details.values()
    )
    return {"lighthouse", "notebook", "lantern", "window.hacked", "Monday"} & set(
        re.findall(r"[\w.]+", said)
    )


@pytest.mark.parametrize("write", [lambda d: gate_summary_markdown(d, False, ["x"]), junit_xml])
def test_no_label_and_no_transcript_is_published(data: ReportData, write) -> None:
    published = write(data)
    assert secrets(data)
    assert not [word for word in secrets(data) if word in published]
    assert not [label for label in HOSTILE_LABELS if label[:20] in published]


def test_annotations_publish_no_label(data: ReportData) -> None:
    lines = "\n".join(github_annotations(data, limit=500))
    assert not [word for word in secrets(data) if word in lines]


def test_the_summary_says_what_was_decided(data: ReportData) -> None:
    summary = gate_summary_markdown(data, False, ["16 % of the clips are rejected"])
    assert summary.startswith("## tenhours gate: failed\n")
    assert "quiet-heron" in summary and POLICY.sha256[:12] in summary
    assert "- 16 % of the clips are rejected" in summary
    counts = data.clips["verdict"].value_counts()
    assert f"| reject | {counts['reject']} |" in summary
    assert "| BIRCH_WHISPERING | parked | 0 h 59 min are missing. |" in summary
    assert "| noisy | The noise is too loud beside the speech. | reject below 20, review" in summary
    assert "passed" in gate_summary_markdown(data, True, []).splitlines()[0]


def test_the_worst_clips_come_with_rule_value_and_bound() -> None:
    summary = gate_summary_markdown(report_data(600), False, [])
    rows = summary.split("### Worst")[1].splitlines()[4:]
    assert len(rows) == WORST_CLIPS
    assert all(row.count("|") == 6 for row in rows)
    assert any("| noisy |" in row and "dB | 20 dB |" in row for row in rows)


def test_file_names_cannot_become_markup(data: ReportData) -> None:
    summary = gate_summary_markdown(data, False, ["a | b\n# c <img src=x>"])
    assert "<b>" not in summary and "<img" not in summary and "name`" not in summary
    assert "\n# c" not in summary
    table = [line for line in summary.splitlines() if line.startswith("| ALDER_NEUTRAL/&lt;b")]
    assert table and table[0].count("|") == 6


@pytest.mark.parametrize(
    "text", ["[a](b)", "![a](b)", "*a*", "_a_", "`a`", "@you", "#1", "~a~", "\\", "$a$", "a:b"]
)
def test_markdown_has_no_meaning_left(text: str) -> None:
    assert not re.search(r"[\[\]*`@~\\$:]|(^|\W)_|_(\W|$)|#\d(?!\d*;)", markdown_text(text))


@pytest.mark.parametrize("text", ["@you", "&#64;you", "#1", "a/b#2", "&num;3", "GH-4", "gh-5 x"])
def test_markdown_forms_no_mention_and_no_reference(text: str) -> None:
    """GitHub decodes entities first, then looks for both."""
    decoded = html.unescape(markdown_text(text))
    assert not re.search(r"@\w|#\d|gh-\d", decoded, re.IGNORECASE)


def test_names_stay_readable() -> None:
    assert markdown_text("VOICE_A/line_00001.wav") == "VOICE_A/line_00001.wav"
    assert markdown_text("www.example.com") == "www&#46;example.com"


def test_the_summary_never_outgrows_its_limit(data: ReportData) -> None:
    voices = [dataclasses.replace(data.voices[0], voice=f"V{i}&" * 300) for i in range(600)]
    reasons = ["&" * 400] * 600
    summary = gate_summary_markdown(dataclasses.replace(data, voices=voices), False, reasons)
    assert len(summary.encode()) < SUMMARY_BYTES + 200
    assert summary.endswith("\n")


def test_nothing_to_judge() -> None:
    empty = empty_data()
    assert "No clip was found" in gate_summary_markdown(empty, False, [])
    assert ElementTree.fromstring(junit_xml(empty)).get("tests") == "0"
    assert github_annotations(empty) == []


def test_junit_has_one_case_per_clip(data: ReportData) -> None:
    root = ElementTree.fromstring(junit_xml(data))
    counts = data.clips["verdict"].value_counts()
    assert root.get("tests") == "60" == str(len(list(root.iter("testcase"))))
    assert root.get("failures") == str(counts["reject"]) == str(len(list(root.iter("failure"))))
    assert root.get("skipped") == str(counts["review"]) == str(len(list(root.iter("skipped"))))
    case = next(c for c in root.iter("testcase") if c.find("failure") is not None)
    assert case.get("classname", "").split(".")[0] == "ALDER_NEUTRAL"
    assert case.get("name", "").startswith("line_")


def test_junit_failures_say_value_and_bound(data: ReportData) -> None:
    root = ElementTree.fromstring(junit_xml(data))
    noisy = next(f for f in root.iter("failure") if f.get("type") == "noisy")
    assert re.fullmatch(
        r"The noise is too loud beside the speech. \(measured [\d.]+ dB, bound 20 dB\)",
        noisy.get("message", ""),
    )
    missing = next(f for f in root.iter("failure") if f.get("type") == "missing-audio")
    assert missing.get("message") == "A label row names an audio file that is not there."


def test_review_fails_where_the_policy_counts_it_as_reject(data: ReportData) -> None:
    gate = POLICY.gate.model_copy(update={"review_counts_as": "reject"})
    strict = dataclasses.replace(data, policy=POLICY.model_copy(update={"gate": gate}))
    root = ElementTree.fromstring(junit_xml(strict))
    assert root.get("skipped") == "0"


def test_characters_that_xml_forbids_are_replaced(data: ReportData) -> None:
    odd = data.clips.assign(audio_file='a\x00\x0b\x1f\ufffe\uffff<&">.wav')
    root = ElementTree.fromstring(junit_xml(dataclasses.replace(data, clips=odd)))
    assert next(root.iter("testcase")).get("name", "").endswith('<&">.wav')


def test_a_column_without_a_value_is_not_called_bad(data: ReportData) -> None:
    unknown = data.findings[data.findings["rule"] == "noisy"].assign(value=None, bound=None)
    written = junit_xml(dataclasses.replace(data, findings=unknown))
    assert "snr_db could not be measured." in written and "too loud" not in written


def test_annotations_are_escaped_and_limited(data: ReportData) -> None:
    findings = data.findings.assign(voice="A,B:C%", audio_file="x\r\n::set-output::y,z.wav")
    lines = github_annotations(dataclasses.replace(data, findings=findings))
    assert len(lines) == 10
    for line in lines:
        assert line.startswith(("::error ", "::warning "))
        assert line.count("::") == 2 or "file=" not in line
        assert "\n" not in line and "\r" not in line
    assert any("file=A%2CB%3AC%25/x" in line for line in lines)


def test_rejects_come_before_reviews(data: ReportData) -> None:
    kinds = [line.split(" ")[0] for line in github_annotations(data, limit=100)]
    assert kinds == sorted(kinds) and set(kinds) == {"::error", "::warning"}
