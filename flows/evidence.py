"""Submission and stored measurements -> the evidence of a decision."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from clips.rules import fault, intake
from clips.submission import Submission
from clips.table import FACTS, Clip, Finding
from clips.tones import tone_of
from flows.plan import keyed
from flows.store import Store
from scorers.artifacts.scorer import Artifacts
from scorers.asr.scorer import Asr
from scorers.base import Scorer
from scorers.catalog import measured_columns
from scorers.decoding import NAME as DECODING
from scorers.fingerprint import NAME as FINGERPRINT
from scorers.fingerprint import PRINT, unpack
from scorers.speaker import EMBEDDING
from scorers.speaker import NAME as SPEAKER
from selection.comparison import Comparison
from selection.meetings import together
from selection.rules import words
from selection.rules.judging import NOT_JUDGED, NOT_MEASURED, UNHEARD
from selection.terms import Ruling
from selection.verdicts import DAMAGED, DECODED, Evidence

ASR = Asr.name
HEARD = {  # column -> where the recogniser's details have it
    "transcript": "transcript",
    "heard_language": "detected_language",
    "recogniser": "recogniser",
    "confirmed_by": "confirmed_by",
}
Details = dict[str, dict[str, Any]]
_DETAILED = {ASR, Artifacts.name, DECODING, FINGERPRINT, SPEAKER}  # whose details are read
_NO_CLIP = Clip("", "", "", 0, "", "")


def gather(
    submission: Submission,
    scorers: Sequence[Scorer],
    store: Store,
    failed: Mapping[tuple[str, str], str],
    spared: Collection[str] = (),
) -> tuple[Evidence, Details]:
    """Join the clips with what the store knows of them.

    Args:
        submission: what was read.
        scorers: whose columns to join.
        store: measurements.
        failed: scorer name and key -> why a result is missing for a passing cause.
        spared: ids of clips that were not to be measured, as the terms refuse the submission.

    Returns:
        The evidence, and clip id -> scorer -> details, of those in `_DETAILED` and where there are
        any.
    """
    table = pd.DataFrame.from_records(
        [_facts(c, submission) for c in submission.clips],
        index=[c.clip_id for c in submission.clips],
        columns=list(_facts(_NO_CLIP, submission)),  # a description has none
    )
    reasons: dict[str, dict[str, str]] = {}
    pending = dict(submission.pending)
    details: Details = {}
    unasked: dict[str, Mapping[str, str]] = {}
    decoded: set[str] = set()
    for scorer, keys, refused in keyed(submission.clips, scorers):
        names = [c.name for c in scorer.columns]
        unasked |= {clip_id: dict.fromkeys(names, why) for clip_id, why in refused.items()}
        stored = store.table(scorer, set(keys.values()), detailed=scorer.name in _DETAILED)
        there = frozenset(stored.numbers.index)
        for clip_id, wanted in keys.items():
            if wanted in there:
                if why_not := stored.reasons.get(wanted):
                    reasons.setdefault(clip_id, {}).update(why_not)
                if more := stored.details.get(wanted):
                    details.setdefault(clip_id, {})[scorer.name] = more
                if scorer.name == DECODING and wanted not in stored.refused:
                    decoded.add(clip_id)
            elif clip_id not in spared:
                why = failed.get((scorer.name, wanted), f"{scorer.name} did not get to it")
                pending[clip_id] = f"{pending[clip_id]}; {why}" if clip_id in pending else why
        table = table.join(stored.numbers.reindex(list(keys.values())).set_axis(list(keys)))
    known = [f for f in submission.findings if f.rule != DAMAGED or f.clip_id not in decoded]
    damaged = [
        intake(fault(DAMAGED, fault=said), clip=c)
        for c in submission.clips
        for said in details.get(c.clip_id, {}).get(DECODING, {}).get("faults", ())
    ]
    says = words(NOT_MEASURED, "terms")
    not_asked = [
        Finding(NOT_MEASURED, says, "clip", c.voice, c.clip_id, c.audio_file)
        for c in submission.clips
        if c.clip_id in spared and c.clip_id not in decoded and c.audio is not None
    ]
    table["duration_s"] = table[DECODED].fillna(table["duration_s"])
    for column, detail in HEARD.items():
        said = {
            i: _storable(found[ASR].get(detail, "")) for i, found in details.items() if ASR in found
        }
        table[column] = [said.get(i, "") for i in table.index]
    mine = [column for scorer in scorers for column in scorer.columns]
    comparisons = {i: Comparison.read(found[ASR]) for i, found in details.items() if ASR in found}
    ids = [c.clip_id for c in submission.clips]
    spoken, printed = _taken(details, SPEAKER, ids), _taken(details, FINGERPRINT, ids)
    return Evidence(
        table=table,
        columns=(*FACTS, *mine),
        elsewhere=[c for c in measured_columns() if c.name not in {one.name for one in mine}],
        reasons=reasons,
        pending=pending,
        unasked=unasked,
        intake=(*known, *unheard(submission.clips, scorers), *damaged, *not_asked),
        comparisons=comparisons,
        embeddings={
            i: np.asarray(d[EMBEDDING], np.float32) for i, d in spoken.items() if EMBEDDING in d
        },
        fingerprints=together({i: unpack(d[PRINT]) for i, d in printed.items()}),
    ), details


def unheard(clips: Sequence[Clip], scorers: Sequence[Scorer]) -> tuple[Finding, ...]:
    """What no recogniser of the run can judge the labels of, once for each voice in a language."""
    asr = next((s for s in scorers if isinstance(s, Asr)), None)
    if asr is None:
        return ()
    spoken = dict.fromkeys((c.voice, c.language) for c in clips)
    return tuple(
        Finding(
            UNHEARD, words(UNHEARD, why=f"{why[:1].upper()}{why[1:]}"), "voice", _storable(voice)
        )
        for voice, language in spoken
        if (why := asr.unheard(language))
    )


def with_lengths(clips: Sequence[Clip], evidence: Evidence) -> tuple[Clip, ...]:
    """The clips; each that was decoded with the length that it has then, whatever its header."""
    seconds = evidence.table["duration_s"].fillna(0.0)

    def known(clip: Clip) -> Clip:
        if clip.audio is None:
            return clip
        return replace(clip, audio=replace(clip.audio, duration_s=float(seconds[clip.clip_id])))

    return tuple(map(known, clips))


def under_terms(evidence: Evidence, ruling: Ruling) -> Evidence:
    """The evidence with what the policy's terms say of the submission and its voices."""
    said = (replace(finding, voice=_storable(finding.voice)) for finding in ruling.findings)
    parked = {_storable(voice): why for voice, why in ruling.parked.items()}
    return replace(evidence, intake=(*evidence.intake, *said), parked=parked)


def _taken(details: Details, scorer: str, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """Clip id -> a scorer's details, which no report shows, out of the rest, in this order."""
    return {i: details[i].pop(scorer) for i in ids if scorer in details.get(i, {})}


def _facts(clip: Clip, submission: Submission) -> dict[str, object]:
    audio = clip.audio
    described = submission.description.voices.get(clip.voice)
    return {
        "clip_id": clip.clip_id,
        "voice": _storable(clip.voice),
        "tone": _storable(described.tone if described else tone_of(clip.voice) or ""),
        "audio_file": _storable(clip.audio_file),
        "row": clip.row,
        "turn": _storable(clip.turn),
        "turn_index": clip.turn_index,
        "text": _storable(clip.text),
        "language": clip.language,
        "duration_s": audio.duration_s if audio else float("nan"),
        "sample_rate_hz": float(audio.sample_rate_hz) if audio else float("nan"),
        "channels": float(audio.channels) if audio else float("nan"),
        "codec": audio.codec if audio else "",
        "audio_sha256": audio.sha256 if audio else "",
        "text_sha256": clip.text_sha256,
        "clip_key": clip.key,
    }


def _storable(text: str) -> str:
    """The text; a lone surrogate, which UTF-8 has no place for, as its escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def partly_judged(evidence: Evidence, left_out: Sequence[str]) -> Evidence:
    """Evidence of a run that left scorers out: nothing is selected on it, and no gate passes."""
    voices = dict.fromkeys(evidence.table["voice"].unique(), NOT_JUDGED)
    finding = Finding(NOT_JUDGED, words(NOT_JUDGED, scorers=tuple(left_out)), "submission")
    return replace(
        evidence, intake=(*evidence.intake, finding), parked={**voices, **evidence.parked}
    )
