"""Everything a run leaves behind, as a set that is whole or the former one."""

import csv
import json
from pathlib import Path
from typing import Literal

import pandas as pd

from clips.drafts import whole
from clips.spreadsheets import write_twin
from flows.beside import AUDIO, copy_audio, drop_beside
from flows.evidence import HEARD
from flows.files import whole_set, write_draft
from flows.kept import FINDINGS, POLICY, keep
from flows.redact import hide_names
from flows.report_data import report_data
from flows.run import Run, summary
from reports.render import render_report
from reports.view import ReportData
from selection.findings import in_words

VERDICT_COLUMNS = (
    *("voice", "audio_file", "turn", "turn_index", "text", "verdict", "reasons"),
    *("duration_s", "score", "rank", "selected"),
    *HEARD,
    *("pick", "gain", "not_selected", "sentence_kind", "phoneme_tokens"),
    "decided_by",
)
FILES = (
    *("verdicts.csv", "selection.csv", "findings.csv", "clips.parquet", "summary.json"),
    *(FINDINGS, POLICY),
    *(f"{name}-for-spreadsheets.csv" for name in ("verdicts", "selection", "findings")),
    "report.html",
)
GATE_FILES = ("gate.json", "junit.xml", "gate.md")


def write_outputs(run: Run, out: Path) -> ReportData:
    """Write tables, summary and report into a folder, which is made where it is missing.

    They take the place of the former ones, and of what a gate said of those, when all of them are
    written. The tables hold file names and labels as they were written. In everything else the
    names of the contributor are hidden.
    """
    clips, findings = run.decision.clips, run.decision.findings
    selected = clips[clips["selected"]].sort_values(["voice", "rank"])
    audio = copy_audio(run.submission, out / AUDIO)
    with whole_set(out, (*FILES, *GATE_FILES)) as unfinished:
        clips.reset_index(drop=True).to_parquet(unfinished / "clips.parquet", index=False)
        _write_csv(clips[list(VERDICT_COLUMNS)], unfinished / "verdicts.csv")
        _write_csv(selected[list(VERDICT_COLUMNS)], unfinished / "selection.csv")
        _write_csv(
            in_words(findings).drop(columns=["clip_id", "words"]), unfinished / "findings.csv"
        )
        keep(findings, run.policy, unfinished)
        content = json.dumps(summary(run), indent=2, ensure_ascii=False)
        write_draft(f"{content}\n", unfinished / "summary.json")
        data = hide_names(report_data(run, audio, out / AUDIO), run.hide)
        report = render_report(data, AUDIO)
        for name, shard in report.beside.items():  # before the page that reads them
            with whole(out / name) as path:
                path.write_bytes(shard)
        write_draft(report.html, unfinished / "report.html")
    drop_beside(out / AUDIO, (*audio.values(), *report.beside))
    return data


def quoting(table: pd.DataFrame) -> Literal[0, 2]:
    """Python's csv leaves a bare carriage return unquoted, which readers take for a line's end."""
    texts = table.select_dtypes(["object", "string"])
    bare = any(texts[c].astype("string").str.contains("\r", regex=False).any() for c in texts)
    return csv.QUOTE_NONNUMERIC if bare else csv.QUOTE_MINIMAL


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    shown = table.copy()
    for column in shown.columns:
        if shown[column].dtype == bool:
            shown[column] = shown[column].map({True: "true", False: "false"})
    shown = shown.assign(**{c: shown[c].astype("Int64") for c in ("turn_index",) if c in shown})
    shown = shown.round({c: 4 for c in ("duration_s", "score") if c in shown})
    shown.to_csv(path, index=False, quoting=quoting(shown), lineterminator="\n")
    write_twin(path)
