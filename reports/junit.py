"""`ReportData` -> JUnit's XML, which may be read by anyone: see `reports.gate`."""

import re
from xml.etree import ElementTree

import numpy as np

from reports.problems import Problem, numeric, problems, text_of
from reports.view import ReportData

_XML_FORBIDS = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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
