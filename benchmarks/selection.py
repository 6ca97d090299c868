"""What is selected at a quarter of the hours: by what clips add, by score, at random.

Kokoro's voices say the benchmark's texts (benchmarks/defects/speech.py); folders of
`tenhours score` may be given in place of them, also those of the benchmark of defects, of which the
clean clips are taken. Every clip counts as accepted: the question is which of good clips to take.
Prints ``key = value`` lines, one voice after the other, then the means.

    python -m benchmarks.selection --speech FOLDER [--cache FILE] [--voices V... [--texts FILE]
                                   [--clips N]] [--draws N] [--plot FILE] [--sweep]
    python -m benchmarks.selection --scored OUT... [--draws N] [--plot FILE] [--sweep]

Each of ``--voices`` says every English text of the benchmark, and those of a file, one a line: many
clips of few voices in place of few clips of many. One clip more or less moves the figures of so few
by hundredths: with ``--draws`` they are the mean over so many draws of four fifths of the clips.
"""

import argparse
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
from scipy.stats import wasserstein_distance

from benchmarks.defects.plots import choices
from benchmarks.defects.speech import REPORTED, TUNING, Line, lines, make, texts
from flows.policies import every_column
from scorers.base import Measured, Utterance
from scorers.catalog import SIGNAL_SCORERS
from selection.derived import derive
from selection.pick import pick
from selection.policy import Choosing, Policy, load_policy
from selection.ranking import ranks, scores
from selection.texts import coverage, diphone_units, read_labels, same_text, word_units

SHARE = 0.25
SEEDS = 50
SPREAD = (0.5, 1.0, 2.0, 4.0)  # times as much as the policy has it weigh
MIN_CLIPS = 20
SCORERS = ("dnsmos", "snr", "pauses", "speaker", "tempo", "pitch")
DECIDED = ("phonemes", "phonemes_by", "phoneme_tokens", "sentence_kind", "pick", "gain", "selected")
DRAWN = 0.8
SWEPT = ("diphones", "words", "prosody", "dnsmos")
Found = dict[str, dict[str, float]]
PROSODY = ("pitch_hz", "pitch_range_st", "final_pitch_st", "chars_per_s", "level_spread_db")


def everything(voices: Sequence[str], more: Path | None, most: int | None = None) -> list[Line]:
    """All English texts, by each of some voices, or so many of them."""
    said = [*texts(TUNING, "en"), *texts(REPORTED, "en")]
    said += more.read_text("utf-8").splitlines() if more else []
    spoken = ([Line("everything", voice, text) for text in dict.fromkeys(said)] for voice in voices)
    return [line for mine in spoken for line in sorted(mine, key=lambda x: x.path)[:most]]


def measured(wanted: Sequence[Line], speech: Path, cache: Path) -> pd.DataFrame:
    """The measurements of Kokoro's clips, those that are known from the cache."""
    known = pd.read_parquet(cache) if cache.exists() else pd.DataFrame({"clip_id": []})
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
    every = pd.concat([known, pd.DataFrame(new)], ignore_index=True)
    return every[every["clip_id"].isin([line.path for line in wanted])]


def prepared(clips: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """All that choosing asks for; every clip with a label is accepted."""
    rows = clips[clips["text"].str.strip() != ""].reset_index(drop=True)
    rows = rows.drop(columns=[c for c in DECIDED if c in rows])
    rows = derive(rows).assign(row=range(len(rows)), verdict="accept")
    rows = rows.join(read_labels(rows))
    rows["score"] = scores(rows, policy, every_column())
    return rows.assign(rank=ranks(rows))


def draws(voice: pd.DataFrame, count: int) -> Iterator[pd.DataFrame]:
    """So many times four fifths of the clips, by lot; all of them where ``count`` is 0."""
    if not count:
        yield voice
    rows = voice.sort_values("clip_id")
    for seed in range(count):
        yield rows.sample(frac=DRAWN, random_state=seed).sort_values("clip_id")


def compare(voice: pd.DataFrame, policy: Policy, count: int = 0) -> Found:
    """Each way of choosing a quarter of a voice's hours -> its figures, the mean over draws."""
    return averaged([_compared(prepared(rows, policy), policy) for rows in draws(voice, count)])


def averaged(found: Sequence[Found]) -> Found:
    """The mean of each figure."""
    return {
        way: {key: float(np.mean([one[way][key] for one in found])) for key in values}
        for way, values in found[0].items()
    }


def _compared(voice: pd.DataFrame, policy: Policy) -> Found:
    found = {way: figures(voice, chosen(voice, policy, way)) for way in ("coverage", "score")}
    random = [figures(voice, chosen(voice, policy, "random", seed)) for seed in range(SEEDS)]
    found["random"] = {name: float(np.mean([r[name] for r in random])) for name in random[0]}
    return found


def chosen(voice: pd.DataFrame, policy: Policy, way: str, seed: int = 0) -> "pd.Series[bool]":
    """A quarter of the hours: by ``"coverage"``, by ``"score"`` or at ``"random"``, by the seed."""
    how = policy.selection
    if way != "coverage":
        how = how.model_copy(update={"strategy": "score"})
    if way == "random":
        voice = voice.assign(rank=np.random.default_rng(seed).permutation(len(voice)) + 1)
    return pick(voice, a_quarter(voice), how)["selected"]


def a_quarter(voice: pd.DataFrame) -> float:
    """Of its hours."""
    return SHARE * float(voice["duration_s"].sum()) / 3600


def figures(voice: pd.DataFrame, selected: "pd.Series[bool]") -> dict[str, float]:
    """What a selection has of its voice.

    ``prosody`` is the first Wasserstein distance of the selection's values from the voice's, in
    standard deviations of the voice, the mean over `PROSODY`.
    """
    (at,) = np.nonzero(selected.to_numpy())
    taken = voice[selected]
    distances = [
        wasserstein_distance(taken[name].dropna(), voice[name].dropna()) / voice[name].std()
        for name in PROSODY
        if name in voice and taken[name].notna().any() and voice[name].std() > 0
    ]
    return {
        "clips": float(len(taken)),
        "diphones": coverage(diphone_units(voice), at),
        "words": coverage(word_units(voice), at),
        "prosody": float(np.mean(distances)),
        "dnsmos": float(taken["dnsmos_ovrl"].mean()),
        "said_twice": float(taken["text"].map(same_text).duplicated().sum()),
    }


def report(
    clips: pd.DataFrame, policy: Policy, count: int, plot: Path | None = None
) -> Iterator[str]:
    by_voice: dict[str, Found] = {}
    for name, voice in clips.groupby("voice"):
        if len(voice) < MIN_CLIPS:
            yield f"# {name}: left out, {len(voice)} clips"
            continue
        found = by_voice[str(name)] = compare(voice, policy, count)
        for way, values in found.items():
            yield from (f"{name}.{way}.{key} = {value:.4f}" for key, value in values.items())
    every = list(by_voice.values())
    if not every:
        return
    if plot:
        plot.write_text(choices(by_voice, SWEPT), "utf-8")
    yield f"voices = {len(every)}"
    for way in every[0]:
        for key in every[0][way]:
            yield f"mean.{way}.{key} = {np.mean([found[way][key] for found in every]):.4f}"
    for other in ("score", "random"):
        for key, sign in (("diphones", 1), ("words", 1), ("prosody", -1)):
            better = sum(sign * (f["coverage"][key] - f[other][key]) > 0 for f in every)
            yield f"voices_better_than_{other}.{key} = {better}"


def sweep(clips: pd.DataFrame, policy: Policy, count: int) -> Iterator[str]:
    """What the weight of a voice's own spread buys, with the floor of quality and without."""
    for name, voice in clips.groupby("voice"):
        if len(voice) < MIN_CLIPS:
            continue
        swept = averaged([_swept(prepared(rows, policy), policy) for rows in draws(voice, count)])
        for case, values in swept.items():
            yield from (f"{name}.{case}.{key} = {value:+.3f}" for key, value in values.items())


def _swept(rows: pd.DataFrame, policy: Policy) -> Found:
    """Weight, and whether with the floor -> differences from the other ways of choosing."""
    others = {way: found for way, found in _compared(rows, policy).items() if way != "coverage"}
    found: Found = {}
    for times, floor in product(SPREAD, (policy.selection.floor, None)):
        how = _spread(policy.selection, times).model_copy(update={"floor": floor})
        by_that = policy.model_copy(update={"selection": how})
        mine = figures(rows, chosen(rows, by_that, "coverage"))
        found[f"spread_{times:g}.{'floor' if floor else 'free'}"] = {
            f"{key}_against_{way}": mine[key] - other[key]
            for (way, other), key in product(others.items(), SWEPT)
        }
    return found


def _spread(how: Choosing, times: float) -> Choosing:
    """The same with so many times the weight on the columns."""
    terms = {
        name: term.model_copy(update={"weight": times * term.weight})
        for name, term in how.terms.items()
        if name in how.columns
    }
    return how.model_copy(update={"terms": how.terms | terms})


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
    parser.add_argument("--voices", nargs="*", default=[], help="say every English text")
    parser.add_argument("--texts", type=Path, help="more texts for --voices")
    parser.add_argument("--clips", type=int, help="of each of --voices, at most")
    parser.add_argument("--cache", type=Path, default=None, help="by default beside the clips")
    parser.add_argument("--draws", type=int, default=0, help="of four fifths of the clips")
    parser.add_argument("--plot", type=Path, help="the figures as an SVG")
    parser.add_argument("--sweep", action="store_true", help="weights of a voice's own spread")
    parser.add_argument("--scored", type=Path, nargs="*", default=[])
    given = parser.parse_args()
    if not given.voices and (given.clips or given.texts):
        parser.error("--clips and --texts are of --voices")
    parts = list(scored(given.scored))
    if given.speech:
        said = (
            everything(given.voices, given.texts, given.clips) if given.voices else lines(REPORTED)
        )
        cache = given.cache or given.speech / "selection.parquet"
        parts.append(measured(said, given.speech, cache))
    clips = pd.concat(parts, ignore_index=True)
    policy = load_policy()
    if given.sweep:
        found = sweep(clips, policy, given.draws)
    else:
        found = report(clips, policy, given.draws, given.plot)
    for line in found:
        print(line)


if __name__ == "__main__":
    main()
