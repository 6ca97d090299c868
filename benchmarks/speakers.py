"""Another speaker among the clips of a voice, and copies of clips: what is found, and at what cost.

    python -m benchmarks.speakers DATA [--sweep]

DATA is a folder of real clips with a ``manifest.jsonl`` (``file, group, voice, language, text``).
Speakers: voices of Larynx, Orca, VCTK, LJSpeech and Thorsten. Each clip of every other person of
the same split is planted, one at a time, among the clips of each voice that has five; the persons
are split in two by sex, turn about in the order of how many clips they have. Orca gives two clips
a voice, which are cut into pieces of at least 1.2 s; pieces with less than 0.8 s of speech are left
out, and a whole clip that is too short counts as missed. Copies: clips are coded, trimmed and
levelled anew. Prints `key = value` lines; those of the tuning split, on which the bound was set,
say so. `--sweep` shows both sides of other bounds.
"""

import argparse
import io
import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import av
import librosa
import numpy as np
import pandas as pd
import soxr

from clips.audio import decode
from scorers.base import Measured, Samples, Utterance
from scorers.fingerprint import RATE_HZ as PRINT_RATE_HZ
from scorers.fingerprint import fingerprint
from scorers.speaker import EMBEDDING, Speaker
from selection.consistency import MIN_CLIPS, add_consistency
from selection.copies import find_copies
from selection.meetings import Words
from selection.policy import MeasuredRule, load_policy

SEEN = ("tts_larynx", "tts_picovoice_orca", "nat_vctk_clean")
GROUPS = (*SEEN, "nat_ljspeech", "tts_thorsten_vocoders")
MALE = {
    *("karlsson", "pavoque", "thorsten", "scottish_english_male", "carlfm", "gilles_le_blanc"),
    *("riccardo_fasol", "bart_de_leeuw", "flemishguy", "minaev", "talesyntese", "p232", "p286"),
    "biblia_takatifu",
}
PERSONS = {"LJ": "ljspeech"}  # one person under two names
PIECE_S = 1.2
TUNING, REPORTED = "tuning", "reported"
SEEN_EVERY = 8  # every eighth clip of these groups was looked at when the bounds on copies were set


@dataclass(frozen=True)
class Clip:
    """One real clip, or a piece of one."""

    group: str
    voice: str
    text: str
    samples: Samples
    rate_hz: int
    row: Measured = field(default_factory=lambda: Measured({}))

    @property
    def host(self) -> str:
        return f"{self.group}/{self.voice}"

    @property
    def person(self) -> str:
        return PERSONS.get(self.voice, self.voice)

    @property
    def sex(self) -> str:
        return "m" if self.voice in MALE or self.voice.endswith("_male") else "f"

    @property
    def seconds(self) -> float:
        return self.samples.size / self.rate_hz


def read(data: Path, wanted: Callable[[Mapping[str, str]], bool]) -> Iterator[Clip]:
    """Clips of the manifest, mono, in its order."""
    for line in (data / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if not wanted(entry):
            continue
        with (data / entry["file"]).open("rb") as file:
            decoded = decode(file)
        mono = np.asarray(decoded.samples.mean(axis=0), dtype=np.float32)
        yield Clip(entry["group"], entry["voice"], entry["text"], mono, decoded.rate_hz)


# --- speakers -------------------------------------------------------------------------------------


def voices(data: Path) -> dict[str, list[Clip]]:
    """Measured clips by voice; voices of few clips in pieces."""
    by_voice: dict[str, list[Clip]] = defaultdict(list)
    for clip in read(data, lambda e: e["group"] in GROUPS):
        by_voice[clip.host].append(clip)
    measure = Speaker().load("cpu")
    measured: dict[str, list[Clip]] = {}
    for host, clips in by_voice.items():
        parts = clips if len(clips) >= MIN_CLIPS else [p for c in clips for p in pieces(c)]
        utterances = [Utterance(c.samples[None], c.rate_hz, "", "") for c in parts]
        rows = [r if isinstance(r, Measured) else Measured({}) for r in measure(utterances)]
        measured[host] = [
            replace(c, row=row)
            for c, row in zip(parts, rows, strict=True)
            if parts is clips or EMBEDDING in row.details
        ]
    return measured


def pieces(clip: Clip) -> Iterator[Clip]:
    """A clip in equal parts of at least 1.2 s."""
    n = max(1, int(clip.seconds / PIECE_S))
    for part in np.array_split(clip.samples, n):
        yield replace(clip, samples=part)


def splits(measured: Mapping[str, Sequence[Clip]]) -> dict[str, str]:
    """Person -> split: turn about within each sex, those with the most clips first."""
    result = {}
    clips = [c for some in measured.values() for c in some]
    for sex in "fm":
        count = Counter(c.person for c in clips if c.sex == sex)
        for i, person in enumerate(sorted(count, key=lambda p: (-count[p], p))):
            result[person] = (REPORTED, TUNING)[i % 2]
    return result


def compared(clips: Sequence[Clip]) -> pd.DataFrame:
    """The columns of consistency for clips taken as one voice."""
    ids = [str(i) for i in range(len(clips))]
    table = pd.DataFrame({"clip_id": ids, "voice": "V"}, index=ids)
    for column in ("voiced_share", "pitch_hz"):
        table[column] = np.array([c.row.values.get(column) for c in clips], dtype=float)
    vectors = {
        i: np.asarray(c.row.details[EMBEDDING], np.float32)
        for i, c in zip(ids, clips, strict=True)
        if EMBEDDING in c.row.details
    }
    return add_consistency(table, vectors)


@dataclass
class Likeness:
    """Similarities of own clips and of planted ones; NaN where a clip is too short."""

    own: list[float] = field(default_factory=list)
    tone: list[float] = field(default_factory=list)
    same_sex: list[float] = field(default_factory=list)
    other_sex: list[float] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)


def plant(measured: Mapping[str, Sequence[Clip]]) -> dict[str, Likeness]:
    """Every clip of every other person of the split among the clips of every voice."""
    split_of = splits(measured)
    found = {TUNING: Likeness(), REPORTED: Likeness()}
    for host, clips in measured.items():
        if sum(EMBEDDING in c.row.details for c in clips) < MIN_CLIPS:
            continue
        split = split_of[clips[0].person]
        likeness = found[split]
        likeness.hosts.add(host)
        clean = compared(clips)
        likeness.own += clean["speaker_similarity"].tolist()
        likeness.tone += clean["voiced_share_offset"].tolist()
        for other in (c for some in measured.values() for c in some):
            if other.person == clips[0].person or split_of[other.person] != split:
                continue
            value = float(compared([*clips, other])["speaker_similarity"].iloc[-1])
            (likeness.same_sex if other.sex == clips[0].sex else likeness.other_sex).append(value)
    return found


def below(values: Sequence[float], bound: float) -> float:
    """Share of values under a bound, in percent; what has no value is not under it."""
    return 100.0 * float(np.mean(np.asarray(values) < bound))


def report_speakers(data: Path, sweep: bool) -> None:
    rules = load_policy().rules
    bound, tone = rules["speaker"].review_below, rules["tone"]
    if bound is None:
        raise SystemExit("the policy has no bound on speaker_similarity")
    measured = voices(data)
    for split, found in plant(measured).items():
        print(f"speaker_voices_{split} = {len(found.hosts)}")
        print(f"speaker_clean_clips_{split} = {len(found.own)}")
        print(f"speaker_too_short_{split} = {np.isnan(found.own).sum()}")
        for b in (bound, *(np.arange(0.30, 0.52, 0.02) if sweep else ())):
            at = f"_{split}" + (f"_at_{b:.2f}" if sweep else "")
            print(f"speaker_other_sex_recall_percent{at} = {below(found.other_sex, b):.2f}")
            print(f"speaker_same_sex_recall_percent{at} = {below(found.same_sex, b):.2f}")
            print(f"speaker_false_alarms_percent{at} = {below(found.own, b):.2f}")
        print(f"speaker_planted_other_sex_{split} = {len(found.other_sex)}")
        print(f"speaker_planted_same_sex_{split} = {len(found.same_sex)}")
        print(f"tone_false_alarms_percent_{split} = {outside(found.tone, tone):.2f}")


def outside(values: Sequence[float], rule: MeasuredRule) -> float:
    """Share of values beyond the bounds that ask for review, in percent."""
    low, high = rule.review_below, rule.review_above
    known = np.asarray([v for v in values if not np.isnan(v)])
    beyond = np.zeros(known.size, dtype=bool)
    if low is not None:
        beyond |= known < low
    if high is not None:
        beyond |= known > high
    return 100.0 * float(np.mean(beyond))


# --- copies ---------------------------------------------------------------------------------------


def printed(samples: Samples, rate_hz: int) -> Words:
    resampled = soxr.resample(samples, rate_hz, PRINT_RATE_HZ)
    return fingerprint(np.asarray(resampled, dtype=np.float32))


def coded(samples: Samples, rate_hz: int, codec: str, bit_rate: int) -> tuple[Samples, int]:
    """Through MP3 or Opus and back, at 48 kHz."""
    rate = 48_000
    pcm = np.clip(soxr.resample(samples, rate_hz, rate), -1, 1)
    frame = av.AudioFrame.from_ndarray(
        np.round(pcm * 32767).astype(np.int16)[None], format="s16", layout="mono"
    )
    frame.sample_rate = rate
    file = io.BytesIO()
    container = {"libmp3lame": "mp3", "libopus": "ogg"}[codec]
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate)
        assert isinstance(stream, av.AudioStream)
        stream.bit_rate, stream.layout = bit_rate, "mono"
        shape = av.AudioResampler(stream.codec_context.format, "mono", rate)
        for piece in [*shape.resample(frame), *shape.resample(None)]:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    file.seek(0)
    decoded = decode(file)
    return np.asarray(decoded.samples.mean(axis=0), dtype=np.float32), decoded.rate_hz


def copies(clip: Clip, rng: np.random.Generator) -> Iterator[tuple[str, Samples, int]]:
    """The clip's audio in every way that a copy comes back, by kind."""
    audio, rate = clip.samples, clip.rate_hz
    start, end = (rng.uniform(0.1, 0.3, 2) * rate).astype(int)
    cut = audio[start : audio.size - end]
    peak = float(np.abs(audio).max())
    yield "mp3_64", *coded(audio, rate, "libmp3lame", 64_000)
    yield "opus_32", *coded(audio, rate, "libopus", 32_000)
    yield "opus_16", *coded(audio, rate, "libopus", 16_000)
    yield "trimmed_100_to_300_ms", cut, rate
    quarter = np.float32(0.25)
    yield "12_db_down", audio * quarter, rate
    yield "12_db_up_clipped", np.clip(audio * np.float32(4 * 0.7 / peak), -1, 1), rate
    yield "trimmed_levelled_coded", *coded(cut * quarter, rate, "libopus", 32_000)


def paces(clip: Clip) -> Iterator[tuple[str, Samples, int]]:
    """The same words of the same voice at another pace: no copies."""
    for pace in (0.9, 0.95, 1.05, 1.1):
        stretched = librosa.effects.time_stretch(clip.samples, rate=pace)
        yield "other_pace", stretched, clip.rate_hz


def report_copies(data: Path) -> None:
    groups = (*GROUPS[:4], "tts_edge_azure")
    clips = list(
        read(data, lambda e: e["group"] in groups and not e["file"].endswith("_stream.wav"))
    )
    originals = [printed(c.samples, c.rate_hz) for c in clips]
    said: dict[str, int] = defaultdict(int)
    for clip in clips:
        said[clip.text] += 1
    print(f"copies_clips = {len(clips)}")
    print(f"copies_pairs = {len(clips) * (len(clips) - 1) // 2}")
    print(f"copies_pairs_same_text = {sum(n * (n - 1) // 2 for n in said.values())}")
    print(f"copies_false_pairs = {len(find_copies(originals))}")
    held_back = [
        i
        for group in SEEN
        for n, i in enumerate(j for j, c in enumerate(clips) if c.group == group)
        if n % SEEN_EVERY
    ]
    rng = np.random.default_rng(0)
    made: dict[str, list[tuple[int, Words]]] = defaultdict(list)
    for i in held_back:
        for kind, samples, rate in itertools.chain(copies(clips[i], rng), paces(clips[i])):
            made[kind].append((i, printed(samples, rate)))
    for kind, some in made.items():
        found = find_copies([*originals, *(words for _, words in some)])
        true = {(i, len(originals) + n) for n, (i, _) in enumerate(some)}
        pairs = {(c.earlier, c.later) for c in found if c.earlier < len(originals)}
        print(f"copies_{kind}_clips = {len(some)}")
        print(f"copies_{kind}_found_percent = {100 * len(pairs & true) / len(some):.2f}")
        print(f"copies_{kind}_other_pairs = {len(pairs - true)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--only", choices=["speakers", "copies"], help="one half")
    parser.add_argument("--sweep", action="store_true", help="recall and alarms at other bounds")
    given = parser.parse_args()
    if given.only != "copies":
        report_speakers(given.data, given.sweep)
    if given.only != "speakers":
        report_copies(given.data)


if __name__ == "__main__":
    main()
