"""Everything a run leaves behind, as a set that is whole or the former one."""

import csv
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal

import pandas as pd

from clips.columns import Column
from clips.errors import DecodeError
from clips.isolated import decode
from clips.limits import Limits
from clips.sniff import RAW_ENDINGS
from clips.spreadsheets import write_twin
from clips.submission import Submission
from clips.table import Clip
from clips.words import Reader, told
from flows.evidence import HEARD, Details
from flows.files import whole, whole_set, write_draft
from flows.redact import Hide, hide_names, voice_names
from reports.pictures import spectrogram_webp, waveform_path
from reports.render import render_report
from reports.view import ClipDetails, ReportData, VoiceSummary
from scorers.base import Utterance
from selection.decide import Decision
from selection.derived import DERIVED, present
from selection.findings import in_words
from selection.policy import Policy
from selection.priority import Priority
from selection.verdicts import DECODED

VERDICT_COLUMNS = (
    *("voice", "audio_file", "turn", "turn_index", "text", "verdict", "reasons"),
    *("duration_s", "score", "rank", "selected"),
    *HEARD,
    *("pick", "gain", "not_selected", "sentence_kind", "phoneme_tokens"),
)
AUDIO = "audio"
FILES = (
    *("verdicts.csv", "selection.csv", "findings.csv", "clips.parquet", "summary.json"),
    *(f"{name}-for-spreadsheets.csv" for name in ("verdicts", "selection", "findings")),
    "report.html",
)
GATE_FILES = ("gate.json", "junit.xml", "gate.md")
MAX_PICTURES = 300
PLAYABLE = (".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".webm")
_OURS = re.compile(r"[0-9a-f]{24}\.[a-z0-9]+")


@dataclass(frozen=True)
class Run:
    """All that is known at the end of a run.

    Args:
        columns: declarations of the facts and of what the run's scorers measure.
        unmeasured: clips that failed for a passing cause, which the next run tries again.
    """

    submission: Submission
    pseudonym: str
    policy: Policy
    versions: Mapping[str, str]
    decision: Decision
    columns: Sequence[Column]
    details: Details
    measured: int
    reused: int
    created: str
    priority: Priority
    unmeasured: int
    hide: Hide


def write_outputs(run: Run, out: Path) -> ReportData:
    """Write tables, summary and report into a folder, which is made where it is missing.

    They take the place of the former ones, and of what a gate said of those, when all of them are
    written. The tables hold file names and labels as they were written. In everything else the
    names of the contributor are hidden.
    """
    clips, findings = run.decision.clips, run.decision.findings
    selected = clips[clips["selected"]].sort_values(["voice", "rank"])
    audio = _copy_audio(run.submission, out / AUDIO)
    with whole_set(out, (*FILES, *GATE_FILES)) as unfinished:
        clips.reset_index(drop=True).to_parquet(unfinished / "clips.parquet", index=False)
        _write_csv(clips[list(VERDICT_COLUMNS)], unfinished / "verdicts.csv")
        _write_csv(selected[list(VERDICT_COLUMNS)], unfinished / "selection.csv")
        _write_csv(
            in_words(findings).drop(columns=["clip_id", "words"]), unfinished / "findings.csv"
        )
        content = json.dumps(summary(run), indent=2, ensure_ascii=False)
        write_draft(f"{content}\n", unfinished / "summary.json")
        data = hide_names(report_data(run, audio), run.hide)
        write_draft(render_report(data), unfinished / "report.html")
    _drop_audio(out / AUDIO, audio)
    return data


def summary(run: Run) -> dict[str, object]:
    """The content of `summary.json`, without the contributor's names.

    They are looked for where a submission's own words are, and not in what is ours: a key or a
    status is read by programs.
    """
    shown = voice_names((v.voice for v in run.decision.voices), run.decision.findings, run.hide)
    verdict = run.decision.clips["verdict"].value_counts()
    return {
        "contributor": run.pseudonym,
        "stage": run.submission.description.stage,
        "provider": run.hide(run.submission.description.provider),
        "model": run.hide(run.submission.description.model),
        "license": run.hide(run.submission.description.license),
        "created": run.created,
        "policy": run.policy.name,
        "policy_sha256": run.policy.sha256,
        "scorers": dict(run.versions),
        "clips": len(run.decision.clips),
        "accepted": int(verdict.get("accept", 0)),
        "review": int(verdict.get("review", 0)),
        "rejected": int(verdict.get("reject", 0)),
        "measured": run.measured,
        "reused": run.reused,
        "voices": {
            shown[v.voice]: {
                "clips": v.clips,
                "accepted": v.accepted,
                "review": v.review,
                "rejected": v.rejected,
                "hours_offered": round(v.hours_offered, 6),
                "hours_accepted": round(v.hours_accepted, 6),
                "hours_selected": round(v.hours_selected, 6),
                "status": v.status,
                "missing": v.missing,
            }
            for v in run.decision.voices
        },
        "languages": {
            spoken.language: {
                "voices": spoken.voices,
                "hours_offered": round(spoken.hours_offered, 6),
                "hours_accepted": round(spoken.hours_accepted, 6),
                "missing": spoken.missing,
            }
            for spoken in run.decision.languages
        },
        "priority": {
            "tier": run.priority.tier,
            "score": round(run.priority.score, 1),
            "reasons": [told(reason, Reader(run.hide)) for reason in run.priority.reasons],
        },
    }


def report_data(run: Run, audio: Mapping[str, str]) -> ReportData:
    """What the report is made of.

    Args:
        run: the finished run.
        audio: clip id -> URL relative to the report.
    """
    described = run.submission.description
    voices = [
        VoiceSummary(
            **asdict(v),
            provider_voice=described.voices[v.voice].voice if v.voice in described.voices else "",
            tone=described.voices[v.voice].tone if v.voice in described.voices else "",
        )
        for v in run.decision.voices
    ]
    return ReportData(
        title="Scored submission",
        created=run.created,
        pseudonym=run.pseudonym,
        submission={
            "Stage": described.stage,
            "Provider": described.provider,
            "Model": described.model,
            "Licence": described.license,
            "Language": described.language,
            "May be published as it is": "yes" if described.publish else "no",
            "Priority": f"{run.priority.tier} ({run.priority.score:.0f} of 100 points)",
        },
        policy=run.policy,
        models=run.versions,
        clips=run.decision.clips,
        findings=run.decision.findings,
        voices=voices,
        columns=present(run.decision.clips, (*DERIVED, *run.columns)),
        details=_clip_details(run),
        audio=audio,
        measured=run.measured,
        reused=run.reused,
    )


def _clip_details(run: Run) -> dict[str, ClipDetails]:
    clips = run.decision.clips
    # what did not decode, or hung, is not decoded once more
    order = clips[(clips["verdict"] != "accept") & clips[DECODED].notna()].sort_values(
        ["verdict", "score"],
        key=lambda s: s.map({"reject": 0, "review": 1}) if s.name == "verdict" else s,
    )
    drawn = set(order["clip_id"][:MAX_PICTURES])
    limits = run.policy.reading_limits
    result = {}
    for clip in run.submission.clips:
        found = run.details.get(clip.clip_id, {})
        asr = found.get("asr", {})
        picture, wave = (
            _draw(run.submission, clip, limits) if clip.clip_id in drawn else (None, None)
        )
        result[clip.clip_id] = ClipDetails(
            transcript=asr.get("transcript"),
            other_transcript=asr.get("other_transcript"),
            alignment=asr.get("alignment", ()),
            regions=found.get("artifacts", {}).get("regions", {}),
            spectrogram=picture,
            waveform=wave,
        )
    return result


def _draw(submission: Submission, clip: Clip, limits: Limits) -> tuple[bytes | None, str | None]:
    if clip.audio is None:
        return None, None
    try:
        with submission.open_audio(clip) as file:
            decoded = decode(file, limits, clip.audio.sha256)
    except (DecodeError, OSError):
        return None, None
    mono = Utterance(decoded.samples, decoded.rate_hz, "", "").mono
    return spectrogram_webp(mono, decoded.rate_hz), waveform_path(mono)


def _copy_audio(submission: Submission, folder: Path) -> dict[str, str]:
    """Put the audio beside the report under names made of its digest; what is there stays."""
    folder.mkdir(parents=True, exist_ok=True)
    urls: dict[str, str] = {}
    for clip in submission.clips:
        if clip.audio is None:
            continue
        suffix = PurePosixPath(clip.path).suffix.lower()
        if suffix in RAW_ENDINGS and clip.audio.codec.startswith("wav/"):
            suffix = ".wav"
        name = clip.audio.sha256[:24] + (suffix if suffix in PLAYABLE else ".audio")
        target = folder / name
        if not target.exists():
            try:
                with submission.open_audio(clip) as source, whole(target) as path:
                    _copy(source, path, clip.audio.sha256)
            except (DecodeError, OSError):
                continue
        urls[clip.clip_id] = f"{folder.name}/{name}"
    return urls


def _drop_audio(folder: Path, urls: Mapping[str, str]) -> None:
    """Remove the audio that only a former report has."""
    wanted = {PurePosixPath(url).name for url in urls.values()}
    for file in folder.iterdir():
        if _OURS.fullmatch(file.name) and file.name not in wanted:
            file.unlink()


def _copy(source: BinaryIO, path: Path, sha256: str) -> None:
    """Copy a file whose bytes have this digest.

    Raises:
        DecodeError: they have another.
    """
    digest = hashlib.sha256()
    with path.open("wb") as copy:
        while block := source.read(1 << 20):
            digest.update(block)
            copy.write(block)
    if digest.hexdigest() != sha256:
        raise DecodeError("its content changed since it was measured")


def _quoting(table: pd.DataFrame) -> Literal[0, 2]:
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
    shown.to_csv(path, index=False, quoting=_quoting(shown), lineterminator="\n")
    write_twin(path)
