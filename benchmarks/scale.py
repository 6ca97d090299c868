"""What deciding costs: a made-up table of many clips, judged, searched for copies and selected.

    python -m benchmarks.scale [--clips N] [--voices V] [--select]

One clip in a hundred breaks a bound, one in a hundred is a copy of another. Nothing is measured:
columns, speaker embeddings and fingerprints are random numbers; labels are words of Kokoro's
lexicon, as frequent as Zipf says. Prints `key = value` lines; the goals are 20 s and 1 GiB for
100,000 clips, 3 minutes and 6 GiB for 1,000,000 in 50 voices. With `--select` labels are read and
the best hours chosen from them all, and nothing else: 10 s for 30,000 clips of one voice, 3 minutes
and 4 GiB for 1,000,000 in 50 voices.
"""

import argparse
import resource
import time

import numpy as np
import pandas as pd

from clips.table import FACTS
from scorers.catalog import measured_columns
from selection.decide import decide
from selection.phonemes import lexicon
from selection.pick import pick
from selection.policy import load_policy
from selection.rules.judging import AUDIO
from selection.texts import read_labels
from selection.verdicts import Evidence

SECONDS, WORDS = (2.0, 8.0), 250
BROKEN, COPIED = 0.01, 0.01
# what keeps each rule of the shipped policy; a column that is not here is 0
GOOD = {
    "wer_ref_words": 10.0,
    "cer_ref_chars": 50.0,
    "edge_start_chars": 10.0,
    "edge_end_chars": 10.0,
    "avg_logprob": -0.2,
    "label_least_logprob": -1.0,
    "language_prob": 0.99,
    "dnsmos_ovrl": 3.3,
    "dnsmos_sig": 3.6,
    "dnsmos_bak": 4.1,
    "dnsmos_p808": 3.9,
    "snr_db": 50.0,
    "hum_db": -70.0,
    "channel_correlation": 1.0,
    "cutoff_hz": 12_000.0,
    "bandwidth_hz": 11_000.0,
    "integrated_lufs": -22.0,
    "true_peak_dbtp": -3.0,
    "speech_share": 0.8,
    "lead_silence_s": 0.2,
    "trail_silence_s": 0.2,
    "start_level_db": -60.0,
    "end_level_db": -60.0,
    "voiced_share": 0.6,
    "pitch_hz": 180.0,
    "chars_per_s": 14.0,
    "harmonics_db": 5.0,
}


def labels(clips: int) -> list[str]:
    """Lines of 3 to 19 words, one in eight a question."""
    rng = np.random.default_rng(1)
    known = np.array([word for word in lexicon(british=False) if word.isalpha()])
    known = known[rng.permutation(known.size)]
    likely = 1.0 / np.arange(2.0, known.size + 2)
    counts = rng.integers(3, 20, clips)
    words = rng.choice(known, int(counts.sum()), p=likely / likely.sum()).tolist()
    ends = np.cumsum(counts).tolist()
    signs = rng.choice(["."] * 7 + ["?"], clips).tolist()
    return [
        " ".join(words[end - count : end]) + sign
        for end, count, sign in zip(ends, counts.tolist(), signs, strict=True)
    ]


def selection_table(clips: int, voices: int) -> pd.DataFrame:
    """All that choosing asks for; every clip is accepted."""
    rng = np.random.default_rng(0)
    lines = labels(clips)
    table = pd.DataFrame(
        {
            "clip_id": [f"{i:08x}" for i in range(clips)],
            "voice": np.char.add("V", (np.arange(clips) % voices).astype(str)).astype(object),
            "audio_file": [f"{i}.wav" for i in range(clips)],
            "row": np.arange(clips) // voices,
            "text": lines,
            "language": "en",
            "verdict": "accept",
            "score": rng.uniform(20.0, 90.0, clips),
            "duration_s": 0.6 + 0.38 * np.array([line.count(" ") for line in lines]),
        }
    )
    for name in load_policy().selection.columns:
        table[name] = rng.normal(100.0, 10.0, clips)
    # as far apart as those of a real voice, so that the floor of the mean has work to do
    table["dnsmos_ovrl"] = rng.normal(3.2, 0.2, clips)
    table["rank"] = table["dnsmos_ovrl"].rank(ascending=False, method="first").astype(int)
    return table.drop(columns="phoneme_tokens")


def select(clips: int, voices: int) -> None:
    """Print what reading the labels and choosing cost."""
    table = selection_table(clips, voices)
    before = resource.getrusage(resource.RUSAGE_SELF)
    read = table.join(read_labels(table))
    between = resource.getrusage(resource.RUSAGE_SELF)
    policy = load_policy()
    chosen = pick(read, policy.budget.hours_per_voice, policy.selection)
    after = resource.getrusage(resource.RUSAGE_SELF)
    print(f"clips = {clips}\nvoices = {voices}")
    print(f"hours = {table['duration_s'].sum() / 3600:.1f}")
    print(f"selected = {int(chosen['selected'].sum())}")
    print(f"selected_hours = {table['duration_s'][chosen['selected']].sum() / 3600:.1f}")
    print(f"read_labels_cpu_s = {_cpu(between) - _cpu(before):.1f}")
    print(f"pick_cpu_s = {_cpu(after) - _cpu(between):.1f}")
    print(f"table_gib = {before.ru_maxrss / 2**20:.2f}")
    print(f"peak_gib = {after.ru_maxrss / 2**20:.2f}")


def _cpu(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


def evidence(clips: int, voices: int) -> Evidence:
    rng = np.random.default_rng(0)
    ids = [f"{i:08x}" for i in range(clips)]
    seconds = rng.uniform(*SECONDS, clips)
    table = pd.DataFrame(
        {
            "clip_id": ids,
            "voice": np.char.add("V", (np.arange(clips) % voices).astype(str)).astype(object),
            "tone": "neutral",
            "audio_file": [f"{i}.wav" for i in range(clips)],
            "row": np.arange(clips) // voices,
            "text": labels(clips),
            "language": "en",
            "audio_sha256": [f"{i:064x}" for i in range(clips)],
            "sample_rate_hz": 24_000.0,
            "channels": 1.0,
        },
        index=ids,
    )
    measured = {
        column.name: GOOD.get(column.name, 0.0) * (1.0 + 0.02 * rng.standard_normal(clips))
        for column in measured_columns()
    }
    measured["snr_db"][rng.random(clips) < BROKEN] = 5.0
    table = pd.concat([table, pd.DataFrame(measured, index=ids)], axis=1)
    table["duration_s"] = table["decoded_s"] = seconds
    speakers = rng.standard_normal((voices, 256)).astype(np.float32)
    vectors = speakers[np.arange(clips) % voices]
    vectors += 0.3 * rng.standard_normal((clips, 256), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    words = rng.integers(1, 1 << 32, (clips, WORDS), dtype=np.uint32)
    copies = rng.choice(np.arange(1, clips), round(COPIED * clips), replace=False)
    words[copies] = words[copies - 1]
    return Evidence(
        table=table,
        columns=(*FACTS, *measured_columns()),
        reasons={},
        pending={},
        intake=(),
        embeddings=dict(zip(ids, vectors, strict=True)),
        fingerprints=dict(zip(ids, words, strict=True)),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--clips", type=int, default=100_000)
    parser.add_argument("--voices", type=int, default=50)
    parser.add_argument("--select", action="store_true", help="choose alone")
    options = parser.parse_args()
    if options.select:
        select(options.clips, options.voices)
        return
    made = evidence(options.clips, options.voices)
    before = resource.getrusage(resource.RUSAGE_SELF)
    start = time.perf_counter()
    decision = decide(made, load_policy())
    wall = time.perf_counter() - start
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(f"clips = {options.clips}\nvoices = {options.voices}")
    print(f"accepted = {int((decision.clips['verdict'] == 'accept').sum())}")
    print(f"copies_found = {int((decision.findings['rule'] == AUDIO).sum())}")
    print(f"selected = {int(decision.clips['selected'].sum())}")
    print(f"decide_s = {wall:.1f}")
    print(f"decide_cpu_s = {_cpu(usage) - _cpu(before):.1f}")
    print(f"table_gib = {before.ru_maxrss / 2**20:.2f}")
    print(f"peak_gib = {usage.ru_maxrss / 2**20:.2f}")


if __name__ == "__main__":
    main()
