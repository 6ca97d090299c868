"""Report data that looks like a real submission: three voices, planted faults, hostile labels."""

import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from clips.columns import Column
from clips.table import Finding
from clips.words import Phrase, Quote, say
from reports.pictures import spectrogram_webp, waveform_path
from reports.render import render_report
from reports.view import ClipDetails, ReportData, VoiceSummary
from selection.findings import in_words, tabled
from selection.policy import Policy, load_policy
from selection.texts import read_labels
from selection.unmoved import Unmoved

RATE_HZ = 24000
VOICES = ("ALDER_NEUTRAL", "BIRCH_WHISPERING", "CEDAR_HAPPY")
HOSTILE_LABELS = (
    '</script><img src=x onerror="window.hacked=1"><script>window.hacked=2</script>',
    "The file is named \u202egpj.exe\u202c, read it aloud.",
    "Bell \x07, null \x00, escape \x1b[31m red, separator \u2028 and next line \x85.",
    "pneumonoultramicroscopicsilicovolcanoconiosis" * 111,
    "<!--<script>",
    "{{ 7 * 7 }} ${7*7} javascript:alert(1) &lt;b&gt;",
    "مرحبا بالعالم، كيف حالك اليوم؟",
    "नमस्ते दुनिया, आप कैसे हैं?",
)
_SENTENCES = (
    "The lighthouse keeper counted the waves until morning came.",
    "Please bring 2 cups of tea and the blue notebook.",
    "We walked along the river, and nobody said a word.",
    "Every train to the coast was late again on Monday.",
    "She folded the map twice and put it in her pocket.",
)

COLUMNS = (
    Column("wer", "", "lower", 0.0, None, "Word errors per word of the label.", "Levenshtein 1966"),
    Column("snr_db", "dB", "higher", -30.0, 100.0, "Speech over noise.", "frame percentiles"),
    Column("bandwidth_hz", "Hz", "higher", 0.0, None, "Where the spectrum ends.", "512-point STFT"),
    Column("clipped_share", "", "lower", 0.0, 1.0, "Samples at full scale.", "|x| >= 0.99"),
    Column("integrated_lufs", "LUFS", "neither", -70.0, 10.0, "Gated loudness.", "ITU-R BS.1770-4"),
    Column("dnsmos_ovrl", "MOS", "higher", 1.0, 5.0, "Overall quality by a model.", "DNSMOS P.835"),
    Column("inner_silence_s", "s", "lower", 0.0, None, "Longest pause inside.", "voice activity"),
    Column("click_count", "", "lower", 0.0, None, "Clicks found.", "linear prediction"),
    Column("pitch_hz", "Hz", "neither", 0.0, None, "Median pitch of the voice.", "YIN"),
)

POLICY = Policy.model_validate(
    {
        "name": "tts-test",
        "about": "Bounds for the tests.",
        "asr": load_policy().asr,
        "dnsmos": load_policy().dnsmos,
        "fairness": load_policy().fairness,
        "terms": load_policy().terms,
        "mix": load_policy().mix,
        "selection": {"strategy": "score", "most_tokens": 0, "terms": {}},
        "budget": {"hours_per_voice": 10.0, "minimum_hours": 1.0},
        "gate": {"max_reject_share": 0.2, "review_counts_as": "accept", "min_clips": 1},
        "weights": {"snr_db": 1.0},
        "findings": {"label-digits": "note", "missing-audio": "reject"},
        "rules": {
            "label-mismatch": {
                "column": "wer",
                "unit": "",
                "why": "One wrong word in ten is a wrong label.",
                "says": "The audio does not say what the label says.",
                "remedy": "Make the clip again.",
                "review_above": 0.1,
                "reject_above": 0.3,
            },
            "noisy": {
                "column": "snr_db",
                "unit": "dB",
                "why": "Below 20 dB the noise is learnt as part of the voice.",
                "says": "The noise is too loud beside the speech.",
                "remedy": "Make the clip again.",
                "review_below": 30.0,
                "reject_below": 20.0,
            },
            "narrow": {
                "column": "bandwidth_hz",
                "unit": "Hz",
                "why": "24 kHz audio that ends at 8 kHz was brought up from 16 kHz.",
                "says": "The spectrum stops early.",
                "remedy": "Make the clip again.",
                "review_below": 10000.0,
                "reject_below": 8200.0,
            },
            "clipped": {
                "column": "clipped_share",
                "unit": "",
                "why": "Clipping cannot be undone.",
                "says": "The audio is cut off at full scale.",
                "remedy": "Make the clip again.",
                "review_above": 0.001,
                "reject_above": 0.01,
            },
            "level": {
                "column": "integrated_lufs",
                "unit": "LUFS",
                "why": "Far from the usual level something went wrong.",
                "says": "The level is far from that of speech.",
                "remedy": "Make the clip again.",
                "reject_below": -45.0,
                "review_below": -35.0,
                "review_above": -12.0,
                "reject_above": -8.0,
            },
            "long-pause": {
                "column": "inner_silence_s",
                "unit": "s",
                "why": "A pause this long is mostly a fault of the cut.",
                "says": "There is a long pause inside the clip.",
                "remedy": "Make the clip again.",
                "review_above": 1.5,
            },
            "clicks": {
                "column": "click_count",
                "unit": "",
                "why": "One click may be a lip; three are not.",
                "says": "There are clicks in the audio.",
                "remedy": "Make the clip again.",
                "review_above": 0.0,
                "reject_above": 3.0,
            },
        },
    }
)


def report_data(
    n_clips: int = 60, audio_folder: Path | None = None, hostile: bool = True, seed: int = 7
) -> ReportData:
    """Data of a report; with a folder, WAV files are written there and linked as its name."""
    rng = np.random.default_rng(seed)
    clips = _clips(n_clips, rng, hostile)
    findings = _judge(clips)
    details, audio = {}, {}
    for i, clip in enumerate(clips.to_dict("records")):
        samples = _samples(clip, rng) if n_clips <= 200 and clip["codec"] else None
        details[clip["clip_id"]] = _details(i, clip, samples)
        if samples is not None and audio_folder is not None:
            name = f"{clip['clip_id']}.wav"
            write_wav(audio_folder / name, samples)
            audio[clip["clip_id"]] = f"{audio_folder.name}/{name}"
    return ReportData(
        title="Winter collection, payload",
        created="2025-02-03T09:30:00+00:00",
        pseudonym="quiet-heron",
        submission={"Stage": "payload", "Provider": "Aurora Speech HD", "Licence": "Apache-2.0"},
        policy=POLICY,
        models={"Recogniser": "whisper-base int8 8f2a", "Noise": "DNSMOS 9246480c"},
        clips=clips,
        findings=findings,
        voices=_voices(clips),
        columns=COLUMNS,
        details=details,
        audio=audio,
        measured=n_clips,
        reused=0,
        unmoved=_unmoved(clips),
    )


def _unmoved(clips: pd.DataFrame) -> Unmoved:
    """Missing audio is rejected wherever the bounds stand; nothing else but the rules judges."""
    n = len(clips)
    none, review = np.zeros(n, np.uint8), np.ones(n, np.uint8)
    gone = np.where(clips["codec"] == "", 2, 0).astype(np.uint8)
    return Unmoved(
        severity=gone,
        above=none,
        late=none,
        label_review=review,
        label_reject=2 * review,
        unlabelled=none.astype(bool),
        judges=dict.fromkeys(POLICY.rules, review.astype(bool)),
        equal_files=(),
        alike=(),
        audio=2,
        text=0,
        languages=(),
        language=0,
        said=none,
        held=(False,) * clips["voice"].nunique(),
    )


def wide_data(n_clips: int, columns: int = 75) -> ReportData:
    """With as many measured columns as a run has, none of which repeats itself."""
    data, rng = report_data(n_clips), np.random.default_rng(1)
    more = [replace(data.columns[0], name=f"measured_{i}") for i in range(columns)]
    values = pd.DataFrame({column.name: rng.normal(size=n_clips) for column in more})
    clips = pd.concat([data.clips, values], axis=1)
    return replace(data, clips=clips, columns=(*data.columns, *more))


def empty_data() -> ReportData:
    """A submission in which nothing was found."""
    full = report_data(1)
    values = dict(vars(full))
    values |= {"clips": full.clips.iloc[:0], "findings": full.findings.iloc[:0], "voices": ()}
    return ReportData(**values | {"details": {}, "audio": {}, "measured": 0})


def written(data: ReportData, folder: Path) -> Path:
    """The report of the data in a folder, with what lies beside it."""
    report = render_report(data)
    path = folder / "report.html"
    for name, content in {"report.html": report.html.encode(), **report.beside}.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_bytes(content)
    return path


def write_wav(path: Path, samples: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def _clips(n: int, rng: np.random.Generator, hostile: bool) -> pd.DataFrame:
    i = np.arange(n)
    labels = [_SENTENCES[k % len(_SENTENCES)] for k in range(n)]
    names = [f"line_{k:05d}.wav" for k in range(n)]
    if hostile:
        for k, label in enumerate(HOSTILE_LABELS[: max(n - 2, 0)]):
            labels[k + 1] = label
        names[n // 2] = "<b>bold</b> & \u202eodd|name`.wav"
    frame = pd.DataFrame(
        {
            "clip_id": [f"{k:016x}" for k in i],
            "clip_key": [f"{k:016x}"[::-1] for k in i],
            "voice": [VOICES[k % 3] for k in i],
            "audio_file": names,
            "row": i // 3,
            "turn": "",
            "turn_index": np.nan,
            "text": labels,
            "language": "en",
            "duration_s": np.round(rng.gamma(9.0, 0.1 if n <= 200 else 0.5, n) + 0.4, 3),
            "sample_rate_hz": RATE_HZ,
            "channels": 1,
            "codec": "wav/pcm_16",
            "verdict": "accept",
            "reasons": "",
            "score": np.round(rng.beta(6, 2, n) * 100, 2),
            "rank": np.nan,
            "selected": False,
            "wer": np.where(rng.random(n) < 0.85, 0.0, rng.random(n) * 0.5),
            "snr_db": rng.normal(42, 7, n),
            "bandwidth_hz": rng.normal(11600, 200, n),
            "clipped_share": np.where(rng.random(n) < 0.95, 0.0, rng.random(n) * 0.02),
            "integrated_lufs": rng.normal(-23, 3, n),
            "dnsmos_ovrl": np.clip(rng.normal(3.2, 0.3, n), 1, 5),
            "inner_silence_s": rng.gamma(3.0, 0.12, n),
            "click_count": rng.poisson(0.05, n).astype(float),
            "pitch_hz": rng.normal(180, 30, n),
        }
    )
    frame.loc[i % 23 == 5, "snr_db"] -= 20.0
    frame.loc[i % 29 == 11, "bandwidth_hz"] = 7950.0
    if n > 12:  # one label row without its audio: nothing could be measured
        missing = ["duration_s", "sample_rate_hz", "channels", "score"]
        missing += [column.name for column in COLUMNS]
        frame[missing] = frame[missing].astype(float)
        frame.loc[12, missing] = np.nan
        frame.loc[12, "codec"] = ""
    return frame.join(read_labels(frame))


def _judge(clips: pd.DataFrame) -> pd.DataFrame:
    """Findings of the planted faults; fills verdict, reasons, rank and selected of the clips."""
    found = []
    for clip in clips.to_dict("records"):
        if not clip["codec"]:
            gone = say("The label file names an audio file that is not there.")
            found.append((_finding(clip, "missing-audio", gone), "reject"))
            continue
        if any(c.isdigit() for c in clip["text"]):
            says = "The label has digits; say how they are read: {found}."
            digits = say(says, found=Quote(clip["text"][:30]))
            found.append((_finding(clip, "label-digits", digits), "note"))
        for name, rule in POLICY.rules.items():
            value = clip[rule.column]
            for bound in sorted(rule.bounds, key=lambda bound: bound.verdict != "reject"):
                if value < bound.value if bound.side == "below" else value > bound.value:
                    broken = _finding(clip, name, rule.words(bound))
                    measured = replace(broken, value=value, bound=bound.value, unit=rule.unit)
                    found.append((measured, bound.verdict))
                    break
    worst: dict[str, list[tuple[Finding, str]]] = {}
    for finding, verdict in found:
        if verdict != "note":
            worst.setdefault(finding.clip_id, []).append((finding, verdict))
    mine = [worst.get(clip_id, []) for clip_id in clips["clip_id"]]
    gravest = [{verdict for _, verdict in broken} for broken in mine]
    clips["verdict"] = [
        next((v for v in ("reject", "review") if v in verdicts), "accept") for verdicts in gravest
    ]
    clips["reasons"] = [";".join(f.rule for f, _ in broken) for broken in mine]
    clips["rank"] = clips.groupby("voice")["score"].rank(ascending=False)
    clips["selected"] = (clips["verdict"] == "accept") & (clips["score"] > 40)
    clips["pick"] = clips["rank"].where(clips["selected"])
    clips["not_selected"] = np.where(clips["selected"] | (clips["verdict"] != "accept"), "", "no")
    licence = "The licence is stated in the readme only; state it in submission.toml too."
    hours = "The voice has 0 h 01 min of accepted clips; at least 1 h is needed."
    above = [
        (Finding("licence", say(licence), "submission"), "note"),
        (Finding("hours", say(hours), "voice", VOICES[1], "", "", 0.01, 1.0, "h"), "review"),
    ]
    return in_words(tabled([*above, *found]))


def _finding(clip: dict, rule: str, words: Phrase) -> Finding:
    return Finding(rule, words, "clip", clip["voice"], clip["clip_id"], clip["audio_file"])


def _samples(clip: dict, rng: np.random.Generator) -> np.ndarray:
    t = np.arange(int(clip["duration_s"] * RATE_HZ)) / RATE_HZ
    pitch = clip["pitch_hz"] * (1 + 0.1 * np.sin(2 * np.pi * 1.3 * t))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE_HZ
    tone = sum(np.sin(k * phase) / k**1.3 for k in range(1, 30))
    syllables = np.clip(np.sin(2 * np.pi * 2.1 * t) + 0.4, 0, 1)
    noise = rng.normal(0, 0.002 if clip["snr_db"] > 30 else 0.03, t.size)
    return (0.18 * tone * syllables + noise).astype(np.float32)


def _details(i: int, clip: dict, samples: np.ndarray | None) -> ClipDetails:
    if samples is None and i % 2:
        return ClipDetails()
    label = clip["text"].split()[:40]
    if clip["wer"] > 0 and len(label) > 3:
        steps = [
            {"op": "equal", "label": label[:1], "heard": label[:1]},
            {"op": "substitute", "label": label[1:2], "heard": ["lantern"]},
            {"op": "delete", "label": label[2:3], "heard": []},
            {"op": "equal", "label": label[3:], "heard": label[3:]},
            {"op": "insert", "label": [], "heard": ["again"]},
        ]
    else:
        steps = [{"op": "equal", "label": label, "heard": label}]
    heard = " ".join(word for step in steps for word in step["heard"])
    length = clip["duration_s"]
    return ClipDetails(
        transcript=heard if samples is not None or i % 4 == 0 else None,
        other_transcript=heard.replace("lantern", "lamp") if "lantern" in heard else None,
        alignment=steps,
        label_words=[(f" {word}", 0.2 * n, 0.2 * n + 0.2) for n, word in enumerate(label)],
        regions={
            "clicks": [[length * 0.2, length * 0.21]],
            "dropouts": [[length * 0.6, length * 0.66]],
        }
        if clip["click_count"] > 0
        else {},
        spectrogram=None if samples is None else spectrogram_webp(samples, RATE_HZ),
        waveform=None if samples is None else waveform_path(samples),
    )


def _voices(clips: pd.DataFrame) -> list[VoiceSummary]:
    statuses = (("complete", ""), ("parked", "0 h 59 min are missing."), ("growing", ""))
    scale = (11.2, 0.6, 4.3)
    voices = []
    for voice, (status, missing), hours in zip(VOICES, statuses, scale, strict=True):
        mine = clips[clips["voice"] == voice]
        share = {v: int((mine["verdict"] == v).sum()) for v in ("accept", "review", "reject")}
        accepted = hours * share["accept"] / max(len(mine), 1)
        voices.append(
            VoiceSummary(
                voice=voice,
                provider_voice=voice.split("_")[0].title(),
                tone=voice.split("_")[1].lower(),
                clips=len(mine),
                accepted=share["accept"],
                review=share["review"],
                rejected=share["reject"],
                hours_offered=hours,
                hours_accepted=accepted,
                hours_selected=min(accepted, 10.0) if status != "parked" else 0.0,
                status=status,
                missing=missing,
                held="",
            )
        )
    return voices
