"""The gate's files: verdict for machines, JUnit for CI systems, Markdown for people."""

import json
import os
from pathlib import Path

from flows.files import write_text
from flows.outputs import summary
from flows.say import say
from flows.score import Outcome
from reports.gate import gate_summary_markdown, github_annotations, junit_xml
from selection.gate import evaluate


def write_gate(outcome: Outcome) -> int:
    """Hold the outcome against the policy's gate, write its files and return the exit code."""
    run, data, out = outcome.run, outcome.data, outcome.out
    result = evaluate(
        data.clips,
        data.findings,
        run.policy.gate,
        needs_clips=run.submission.description.stage != "description",
        unmeasured=run.unmeasured,
    )
    markdown = gate_summary_markdown(data, result.passed, result.reasons)
    verdict = {
        "passed": result.passed,
        "exit_code": result.exit_code,
        "unmeasured": run.unmeasured,
        "reasons": list(result.reasons),
        "gate": run.policy.gate.model_dump(),
        **summary(run),
    }
    write_text(json.dumps(verdict, indent=2, ensure_ascii=False) + "\n", out / "gate.json")
    write_text(junit_xml(data), out / "junit.xml")
    write_text(markdown, out / "gate.md")
    if target := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(target).open("a", encoding="utf-8") as file:
            file.write(markdown)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        print("\n".join(github_annotations(data)))  # noqa: T201 - orders to the runner, our own
    say(f"Gate {'passed' if result.passed else 'not finished' if run.unmeasured else 'failed'}.")
    for reason in result.reasons:
        say(f"  {reason}")
    return result.exit_code
