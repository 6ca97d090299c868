"""The gate's files: verdict for machines, JUnit for CI systems, Markdown for people."""

import json
import os
from dataclasses import replace
from pathlib import Path

from clips.numbers import count
from clips.words import Reader
from flows.files import finish_set, whole_set, write_draft
from flows.outputs import GATE_FILES
from flows.pipeline import Outcome
from flows.redact import without_path
from flows.run import summary
from flows.say import say
from reports.gate import (
    SUMMARY_BYTES,
    cut,
    gate_summary_markdown,
    github_annotations,
    refused_annotation,
    refused_markdown,
)
from reports.junit import junit_xml, refused_junit
from selection.exit_codes import FAILED
from selection.findings import in_words
from selection.gate import evaluate


def clear(out: Path) -> None:
    """Remove what an earlier gate left, so that nobody takes an old pass for a new one."""
    finish_set(out)
    for name in GATE_FILES:
        (out / name).unlink(missing_ok=True)


def write_gate(outcome: Outcome, path: str) -> int:
    """Hold the outcome against the policy's gate, write its files and return the exit code.

    Args:
        outcome: of the submission.
        path: where the submission lies.
    """
    run, out = outcome.run, outcome.out
    anyone = Reader(run.hide, quotes=False)
    data = replace(outcome.data, findings=in_words(outcome.data.findings, anyone))
    result = evaluate(
        data.clips,
        data.findings,
        run.policy.gate,
        needs_clips=run.submission.description.stage != "description",
        unmeasured=run.unmeasured,
        before=run.before,
    )
    reasons = [*result.reasons]
    if run.before:
        were = "was" if run.before == 1 else "were"
        reasons.append(
            f"{count(run.before, 'clip')} {were} there before, {were} not judged again, and the"
            " others were held against them for copies."
        )
    verdict = {
        "passed": result.passed,
        "exit_code": result.exit_code,
        "unmeasured": run.unmeasured,
        "before": run.before,
        "reasons": reasons,
        "gate": run.policy.gate.model_dump(),
        **summary(run),
    }
    place = Path(path)
    root = within_repository(place)
    annotations = github_annotations(data, root=root, archive=place.is_file())
    markdown = gate_summary_markdown(data, result.passed, reasons)
    _write(verdict, junit_xml(data), markdown, out)
    _show(markdown, annotations)
    say(f"Gate {'passed' if result.passed else 'not finished' if run.unmeasured else 'failed'}.")
    for reason in reasons:
        say(f"  {reason}")
    return result.exit_code


def write_refusal(error: Exception, path: str, out: Path) -> int:
    """The same files for a submission that is there and cannot be read, with the reason.

    They may be published, so the path, which may name the contributor, is not in them.
    """
    place = Path(path)
    told = without_path(str(error), path)
    reason = told[:1].upper() + told[1:]
    verdict = {"passed": False, "exit_code": FAILED, "reasons": [reason], "clips": 0}
    markdown = refused_markdown(reason)
    _write(verdict, refused_junit(reason), markdown, out)
    _show(markdown, [refused_annotation(reason, within_repository(place))])
    say("Gate failed.")
    say(f"  {error}")
    return FAILED


def within_repository(path: Path) -> str:
    """A path from the top of the repository that it lies in, as annotations are placed."""
    whole = path.resolve()
    top = next((up for up in whole.parents if (up / ".git").exists()), None)
    return "" if top is None else whole.relative_to(top).as_posix()


def _write(verdict: dict[str, object], junit: str, markdown: str, out: Path) -> None:
    with whole_set(out, GATE_FILES) as unfinished:
        told = json.dumps(verdict, indent=2, ensure_ascii=False)
        write_draft(f"{told}\n", unfinished / "gate.json")
        write_draft(junit, unfinished / "junit.xml")
        write_draft(markdown, unfinished / "gate.md")


def _show(markdown: str, annotations: list[str]) -> None:
    if target := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(target).open("a", encoding="utf-8") as file:
            # one limit for all that a step appends
            file.write(cut(markdown, SUMMARY_BYTES - file.tell()))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        print("\n".join(annotations))  # noqa: T201 - orders to the runner, our own
