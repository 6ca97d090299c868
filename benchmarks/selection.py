"""What is selected at a quarter of the hours: by what clips add, by score, at random.

Kokoro's voices say the benchmark's texts (benchmarks/defects/speech.py); folders of
`tenhours score` may be given in place of them, also those of the benchmark of defects, of which the
clean clips are taken. Every clip counts as accepted: the question is which of good clips to take.
Prints ``key = value`` lines, one voice after the other, then the means.

    python -m benchmarks.selection --speech FOLDER [--cache FILE]
    python -m benchmarks.selection --scored OUT...
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
from scipy.stats import wasserstein_distance

from benchmarks.defects.speech import REPORTED, lines, make
from flows.policies import every_column
from scorers.base import Measured, Utterance
from scorers.catalog import SIGNAL_SCORERS
from selection.derived import derive
from selection.pick import pick
from selection.policy import Policy, load_policy
from selection.ranking import ranks, scores
from selection.texts import coverage, diphone_units, read_labels, same_text, word_units

SHARE = 0.25
SEEDS = 50
MIN_CLIPS = 20
SCORERS = ("dnsmos", "snr", "pauses", "speaker", "tempo", "pitch")
DECIDED = ("phonemes", "phonemes_by", "phoneme_tokens", "sentence_kind", "pick", "gain", "selected")
PROSODY = ("pitch_hz", "pitch_range_st", "final_pitch_st", "chars_per_s", "level_spread_db")


def measured(speech: Path, cache: Path) -> pd.DataFrame:
    """The measurements of Kokoro's clips, those that are known from the cache."""
    known = pd.read_parquet(cache) if cache.exists() else pd.DataFrame({"clip_id": []})
    wanted = lines(REPORTED)
    new: list[dict[str, object]] = []
    have = set(known["clip_id"])
    todo = sorted((x for x in wanted if x.path not in have), key=lambda x: (x.voice, x.path))
    loaded = [(s, s.load("cpu")) for s in SIGNAL_SCORERS if s.name in SCORERS] if todo else []
    for line in make(todo, speech):
        samples, rate = soundfile.read(speech / line.path, dtype="float32", always_2d=True)
        utterance = Utterance(samples.T, rate, line.text, line.language)
        row: dict[str, object] = {
            "clip_id": line.path,
            "voice": line.voice,
            "audio_file": line.path,
            "tone": line.tone,
            "text": line.text,
            "language": line.language,
            "duration_s": utterance.duration_s,
        }
        for scorer, measure in loaded:
            (found,) = measure([utterance])
            row |= dict.fromkeys((c.name for c in scorer.columns), np.nan)
            row |= dict(found.values) if isinstance(found, Measured) else {}
        new.append(row)
        if len(new) % 20 == 0 or len(new) == len(todo):
            pd.concat([known, pd.DataFrame(new)]).to_parquet(cache, index=False)
    return pd.concat([known, pd.DataFrame(new)], ignore_index=True)


def prepared(clips: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """All that choosing asks for; every clip with a label is accepted."""
    rows = clips[clips["text"].str.strip() != ""].reset_index(drop=True)
    rows = rows.drop(columns=[c for c in DECIDED if c in rows])
    rows = derive(rows).assign(row=range(len(rows)), verdict="accept")
    rows = rows.join(read_labels(rows))
    rows["score"] = scores(rows, policy, every_column())
    return rows.assign(rank=ranks(rows))


def compare(voice: pd.DataFrame, policy: Policy) -> dict[str, dict[str, float]]:
    """Each way of choosing a quarter of a voice's hours -> its figures."""
    hours = SHARE * float(voice["duration_s"].sum()) / 3600
    by_score = policy.selection.model_copy(update={"strategy": "score"})
    found = {
        "coverage": figures(voice, pick(voice, hours, policy.selection)["selected"]),
        "score": figures(voice, pick(voice, hours, by_score)["selected"]),
    }
    random = []
    for seed in range(SEEDS):
        order = np.random.default_rng(seed).permutation(len(voice)) + 1
        random.append(figures(voice, pick(voice.assign(rank=order), hours, by_score)["selected"]))
    found["random"] = {name: float(np.mean([r[name] for r in random])) for name in random[0]}
    return found


def figures(voice: pd.DataFrame, selected: "pd.Series[bool]") -> dict[str, float]:
    """What a selection has of its voice.

    ``prosody`` is the first Wasserstein distance of the selection's values from the voice's, in
    standard deviations of the voice, the mean over `PROSODY`.
    """
    (at,) = np.nonzero(selected.to_numpy())
    chosen = voice[selected]
    distances = [
        wasserstein_distance(chosen[name].dropna(), voice[name].dropna()) / voice[name].std()
        for name in PROSODY
        if name in voice and chosen[name].notna().any() and voice[name].std() > 0
    ]
    return {
        "clips": float(len(chosen)),
        "diphones": coverage(diphone_units(voice), at),
        "words": coverage(word_units(voice), at),
        "prosody": float(np.mean(distances)),
        "dnsmos": float(chosen["dnsmos_ovrl"].mean()),
        "said_twice": float(chosen["text"].map(same_text).duplicated().sum()),
    }


def report(clips: pd.DataFrame, policy: Policy) -> Iterator[str]:
    every = []
    for name, voice in clips.groupby("voice"):
        if len(voice) < MIN_CLIPS:
            yield f"# {name}: left out, {len(voice)} clips"
            continue
        found = compare(prepared(voice, policy), policy)
        every.append(found)
        for way, values in found.items():
            yield from (f"{name}.{way}.{key} = {value:.4f}" for key, value in values.items())
    if not every:
        return
    yield f"voices = {len(every)}"
    for way in every[0]:
        for key in every[0][way]:
            yield f"mean.{way}.{key} = {np.mean([found[way][key] for found in every]):.4f}"
    for other in ("score", "random"):
        for key, sign in (("diphones", 1), ("words", 1), ("prosody", -1)):
            better = sum(sign * (f["coverage"][key] - f[other][key]) > 0 for f in every)
            yield f"voices_better_than_{other}.{key} = {better}"


def scored(outs: Sequence[Path]) -> Iterator[pd.DataFrame]:
    """What `tenhours score` found: its accepted clips, or the clean ones where that is known."""
    for out in outs:
        clips = pd.read_parquet(out / "clips.parquet")
        known = "decision" in clips
        good = clips["decision" if known else "verdict"] == "accept"
        yield clips[good & clips["dnsmos_ovrl"].notna()]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--speech", type=Path, help="folder of Kokoro's clips; made where missing")
    parser.add_argument("--cache", type=Path, default=None, help="by default beside the clips")
    parser.add_argument("--scored", type=Path, nargs="*", default=[])
    given = parser.parse_args()
    parts = list(scored(given.scored))
    if given.speech:
        parts.append(measured(given.speech, given.cache or given.speech / "selection.parquet"))
    clips = pd.concat(parts, ignore_index=True)
    for line in report(clips, load_policy()):
        print(line)


if __name__ == "__main__":
    main()
