"""Make the example submission: three synthetic voices, planted defects, and the truth about them.

Festival's CMU SLT HTS voice speaks sentences of a small grammar (`tiny_whisper/grammar.py`). Of
festival's options for it only the speed has an effect, so the second speaker's lower voice and the
whisper are made from its waveform. Seeds fix everything: a second run gives the same files.
Needs festival and that voice (Debian: festival, festvox-us-slt-hts).

Usage: python examples/make_example.py [FOLDER]     (FOLDER/submission and FOLDER/truth.csv)
"""

import csv
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pyloudnorm
import soundfile
import soxr
from scipy import signal
from tiny_whisper.grammar import ADJECTIVES, COLORS, TENS, sentence

Samples = npt.NDArray[np.float64]

RATE = 24_000
FLOOR_DBFS = -75.0  # what a quiet room leaves in a recording; digital zeros would be a defect
SPOILT_WORDS = (6, 8)  # short, so that the example stays small
VOWELS = frozenset(["aa", "ae", "ah", "ao", "aw", "ax", "ay", "eh", "er", "ey", "ih", "iy"]) | {
    *("ow", "oy", "uh", "uw")
}
DESCRIBED = re.compile(rf"\b(the|my|a) ({'|'.join([*ADJECTIVES, *COLORS])}) (?=[a-z])", re.I)
COUNTED = re.compile(rf"\b({'|'.join(TENS)})-[a-z]+")
NEEDED = {"wrong-word": DESCRIBED, "extra-word": DESCRIBED, "missing-word": COUNTED}
NOT_AUDIO = "An error page was saved here in place of the answer.\n"

SAY = """(voice_cmu_us_slt_arctic_hts)
(define base hts_engine_params)
(define (say text path)
  (let ((u (eval (list 'Utterance 'Text text))))
    (utt.synth u)
    (utt.save.wave u (string-append path ".wav") 'riff)
    (utt.save.segs u (string-append path ".lab"))))
"""


@dataclass(frozen=True)
class Voice:
    """One folder of the submission: a speaker's colour, a tone, a layout and what to plant."""

    name: str
    tone: str
    seed: int
    stretch: float  # of the waveform: above 1 the voice is lower and its vocal tract longer
    lufs: float  # the clips lie up to 3 dB around it
    words: tuple[int, int]  # of the shortest and of the longest clean sentence
    clean: int
    defects: tuple[str, ...]
    unlabelled: int = 0
    suffix: str = ".wav"
    folder: str = ""
    turns: tuple[str, ...] = ()
    other_suffixes: tuple[str, ...] = ()  # of single clean clips in another container


@dataclass(frozen=True)
class Phone:
    """A phone and where it sounds, in seconds."""

    start: float
    end: float
    name: str


@dataclass(frozen=True)
class Clip:
    """One label row and its audio: what is written down, what is said, and how it sounds."""

    kind: str
    text: str
    spoken: str
    pace: float
    lufs: float
    lead: float  # seconds of silence before the speech
    tail: float
    suffix: str
    samples: Samples = field(default_factory=lambda: np.zeros(0))
    phones: tuple[Phone, ...] = ()

    @property
    def begin(self) -> float:
        """Where the speech begins, in seconds."""
        return self.phones[0].start

    @property
    def end(self) -> float:
        """Where the speech ends, in seconds."""
        return self.phones[-1].end


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
    """The samples from the first phone to the last."""
    return clip.samples[at(clip.begin) : at(clip.end)]


def vowel_middles(clip: Clip) -> list[float]:
    """The middle of every vowel, in seconds: a place where the voice is in full sound."""
    return [(p.start + p.end) / 2 for p in clip.phones if p.name in VOWELS]


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
    return clip.samples[: at(max(m for m in vowel_middles(clip) if m <= clip.end - 0.4))]


def cut_start(clip: Clip, rng: random.Random) -> Samples:
    """The first 0.4 s of the speech, or a little more, are gone, up to the middle of a vowel."""
    del rng
    return clip.samples[at(min(m for m in vowel_middles(clip) if m >= clip.begin + 0.4)) :]


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
    """80 to 150 ms of zeros around the vowel nearest to the middle, away from the pauses."""
    half = rng.uniform(0.040, 0.075)
    pauses = [p for p in clip.phones if p.name == "pau"]
    places = [
        m
        for m in vowel_middles(clip)
        if not any(p.start < m + half + 0.05 and m - half - 0.05 < p.end for p in pauses)
    ]
    place = min(places, key=lambda m: abs(m - (clip.begin + clip.end) / 2))
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
    """A stretch of 0.4 to 0.6 s between two phones' boundaries, said twice."""
    pairs = [
        (a.start, b.end)
        for i, a in enumerate(clip.phones)
        for j, b in enumerate(clip.phones[i:], i)
        if 0.4 <= b.end - a.start <= 0.6 and all(p.name != "pau" for p in clip.phones[i : j + 1])
    ]
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
    "unlabelled": Defect("unlabelled-audio", "an audio file that no label names"),
    "empty-label": Defect("empty-label", "the label is empty"),
    "opposed-channels": Defect("opposed-channels", "the second channel is inverted", opposed),
    "dead-channel": Defect("dead-channel", "the second channel is silent", one_sided),
}

VOICES = (
    Voice(
        name="VOICE_A_NEUTRAL",
        tone="neutral",
        seed=11,
        stretch=1.0,
        lufs=-23.0,
        words=(8, 14),
        clean=41,
        defects=(
            *("wrong-label", "swapped-labels", "swapped-labels", "missing-word", "cut-end"),
            *("white-noise", "clipping", "hum-50", "dropout", "from-16k", "repeat", "duplicate"),
        ),
        unlabelled=1,
    ),
    Voice(
        name="VOICE_A_WHISPERING",
        tone="whispering",
        seed=12,
        stretch=1.0,
        lufs=-26.0,
        words=(6, 8),
        clean=18,
        defects=(
            *("wrong-word", "missing-word", "extra-word", "cut-start", "cut-end", "pink-noise"),
            *("clicks", "from-8k", "too-quiet", "dc-offset", "silence", "unreadable"),
            *("missing-file", "empty-label", "dropout", "duplicate"),
        ),
        unlabelled=1,
        turns=("camping_trip", "turn_B"),
    ),
    Voice(
        name="VOICE_B_NEUTRAL",
        tone="neutral",
        seed=13,
        stretch=1.16,
        lufs=-23.0,
        words=(8, 14),
        clean=41,
        defects=(
            *("wrong-label", "swapped-labels", "swapped-labels", "wrong-word", "extra-word"),
            *("cut-start", "white-noise", "lowered-clipping", "hum-60", "clicks", "from-16k"),
            *("from-8k", "too-quiet", "dc-offset", "silence", "repeat", "unreadable"),
            *("missing-file", "empty-label", "opposed-channels", "dead-channel"),
        ),
        suffix=".flac",
        folder="audio",
        other_suffixes=(".mp3", ".opus"),
    ),
)


# What is written and what is said.


def draw_sentence(
    words: tuple[int, int], rng: random.Random, seen: set[str], needed: re.Pattern[str] | None
) -> str:
    """A sentence that is not seen yet, of that many words, in which the pattern is found."""
    while True:
        text = sentence(rng)
        if text in seen or not words[0] <= len(text.split()) <= words[1]:
            continue
        if needed and not needed.search(text):
            continue
        seen.add(text)
        return text


def without_adjective(text: str) -> str:
    """The sentence without its first adjective."""
    return DESCRIBED.sub(r"\1 ", text, count=1)


def other_adjective(text: str, rng: random.Random) -> str:
    """The sentence with its first adjective exchanged."""
    found = DESCRIBED.search(text)
    assert found
    word = rng.choice([w for w in ADJECTIVES + COLORS if w != found[2].lower()])
    return DESCRIBED.sub(rf"\1 {word} ", text, count=1)


def label_and_speech(
    kind: str, voice: Voice, rng: random.Random, seen: set[str]
) -> tuple[str, str]:
    """What the label of a clip of this kind says, and what the voice says."""
    words = voice.words if kind == "clean" else SPOILT_WORDS
    text = draw_sentence(words, rng, seen, NEEDED.get(kind))
    if kind == "wrong-label":
        return draw_sentence(words, rng, seen, None), text
    if kind == "wrong-word":
        return other_adjective(text, rng), text
    if kind == "missing-word":
        return text, COUNTED.sub(r"\1", text, count=1)
    if kind == "extra-word":
        return without_adjective(text), text
    if kind == "empty-label":
        return "", text
    return text, text


def order(voice: Voice, rng: random.Random) -> list[str]:
    """The kinds of the voice's rows, mixed; the first rows are clean, so that samples are."""
    kinds = ["clean"] * (voice.clean - 3) + list(voice.defects)
    rng.shuffle(kinds)
    return ["clean"] * 3 + kinds + ["unlabelled"] * voice.unlabelled


def plan(voice: Voice, rng: random.Random, seen: set[str]) -> list[Clip]:
    """The voice's clips before they are spoken. Those that no label names come last."""
    clips = []
    suffixes = [*voice.other_suffixes]
    for row, kind in enumerate(order(voice, rng)):
        label, spoken = label_and_speech(kind, voice, rng, seen)
        other = row >= 3 and kind == "clean" and suffixes
        clips.append(
            Clip(
                kind=kind,
                text=label,
                spoken=spoken,
                pace=rng.uniform(0.85, 1.2),
                lufs=voice.lufs + rng.uniform(-3, 3),
                lead=rng.uniform(0.1, 0.3),
                tail=rng.uniform(0.1, 0.3),
                suffix=suffixes.pop(0) if other else voice.suffix,
            )
        )
    return clips


# How it sounds.


def festival(clips: list[Clip], voice: Voice, folder: Path) -> None:
    """Speak every clip into FOLDER/N.wav, with its phones in FOLDER/N.lab."""
    script = [SAY]
    for i, clip in enumerate(clips):
        speed = clip.pace * voice.stretch
        script.append(f'(set! hts_engine_params (append base (list (list "-r" {speed:.3f}))))')
        script.append(f'(say "{clip.spoken}" "{folder}/{i}")')
    (folder / "say.scm").write_text("\n".join(script))
    subprocess.run(["festival", "--batch", folder / "say.scm"], check=True, capture_output=True)


def read_phones(lab: Path, stretch: float) -> list[Phone]:
    """Festival's segments, stretched, without the pauses before and after the speech."""
    rows = [line.split() for line in lab.read_text().splitlines()]
    ends = [(float(row[0]) * stretch, row[2]) for row in rows if len(row) == 3]
    starts = [0.0, *(end for end, _ in ends)]
    phones = [Phone(start, end, name) for start, (end, name) in zip(starts, ends, strict=False)]
    while phones[0].name == "pau":
        phones.pop(0)
    while phones[-1].name == "pau":
        phones.pop()
    return phones


def set_edges(samples: Samples, phones: list[Phone], clip: Clip) -> Samples:
    """The speech alone, faded over 20 ms, between the clip's own silences."""
    margin = 0.02
    start, end = at(phones[0].start - margin), at(phones[-1].end + margin)
    kept = samples[start:end].copy()
    ramp = np.sin(np.linspace(0, np.pi / 2, at(margin))) ** 2
    kept[: len(ramp)] *= ramp
    kept[-len(ramp) :] *= ramp[::-1]
    return np.pad(kept, (at(clip.lead - margin), at(clip.tail - margin)))


def whispered(samples: Samples, noise: np.random.Generator) -> Samples:
    """The speech without a voice: its spectral envelope, on noise.

    The envelope is the cepstrum's part below 2 ms, which leaves out the pitch. What lies below
    some 400 Hz, where a whisper has little, is taken back by 12 dB an octave.
    """
    options = {"fs": RATE, "nperseg": 768, "noverlap": 576}
    frequency, _, spectrum = signal.stft(samples, **options)
    cepstrum = np.fft.irfft(np.log(np.abs(spectrum) + 1e-7), axis=0)
    kept = at(0.002)
    cepstrum[kept : len(cepstrum) - kept + 1] = 0
    envelope = np.exp(np.fft.rfft(cepstrum, axis=0).real)
    open_mouth = 1 / (1 + (400 / np.maximum(frequency, 1.0)) ** 2)
    _, _, hiss = signal.stft(noise.standard_normal(len(samples)), **options)
    _, whisper = signal.istft(hiss * envelope * open_mouth[:, None], **options)
    return np.asarray(whisper[: len(samples)])


def finish(clip: Clip, voice: Voice, stem: Path, rng: random.Random) -> Clip:
    """The spoken clip at 24 kHz with its silences, its loudness and a room's quiet noise."""
    spoken, rate = soundfile.read(stem.with_suffix(".wav"))
    phones = read_phones(stem.with_suffix(".lab"), voice.stretch)
    samples = soxr.resample(spoken, rate / voice.stretch, RATE, "VHQ")
    if voice.tone == "whispering":
        samples = whispered(samples, generator(rng))
    samples = set_edges(samples, phones, clip)
    loudness = pyloudnorm.Meter(RATE).integrated_loudness(samples)
    samples = samples * 10 ** ((clip.lufs - loudness) / 20)
    samples = samples + pink(len(samples), generator(rng)) * 10 ** (FLOOR_DBFS / 20)
    shift = clip.lead - phones[0].start
    moved = tuple(Phone(p.start + shift, p.end + shift, p.name) for p in phones)
    return replace(clip, samples=samples, phones=moved)


def spoil(clip: Clip, rng: random.Random) -> Clip:
    """The clip with its defect's mark on the audio, if it has one."""
    defect = DEFECTS.get(clip.kind)
    if not defect or not defect.spoil:
        return clip
    return replace(clip, samples=defect.spoil(clip, rng))


def speak(voice: Voice, clips: list[Clip], rng: random.Random) -> list[Clip]:
    """The clips with their audio, defects included."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        festival(clips, voice, folder)
        return [spoil(finish(c, voice, folder / str(i), rng), rng) for i, c in enumerate(clips)]


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


def turn_of(voice: Voice, row: int, rows: int) -> str:
    """The turn of a row, where the voice has turns: equal runs of rows."""
    return voice.turns[row * len(voice.turns) // rows]


def file_names(voice: Voice, clips: list[Clip]) -> list[str]:
    """The clips' files, relative to the voice's folder. Those without a label are numbered on."""
    prefix = f"{voice.folder}/" if voice.folder else ""
    rows = sum(c.kind != "unlabelled" for c in clips)
    names = []
    for row, clip in enumerate(clips):
        turn = f"{turn_of(voice, min(row, rows - 1), rows)}_" if voice.turns else ""
        names.append(f"{prefix}{turn}{row + 1:04}{clip.suffix}")
    return names


def labels(voice: Voice, named: list[tuple[str, Clip]]) -> object:
    """The content of the voice's labels.json: samples, or turns where the voice has them."""
    if voice.turns:
        turns: dict[str, list[dict[str, str]]] = {turn: [] for turn in voice.turns}
        for row, (name, clip) in enumerate(named):
            turn = turn_of(voice, row, len(named))
            turns[turn].append({"text": clip.text, "audio_file": name})
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
    for row, (name, clip) in enumerate(named):
        if clip.kind != "clean":
            defect = DEFECTS[clip.kind]
            position = -1 if clip.kind == "unlabelled" else row
            yield [voice.name, name, position, clip.kind, defect.rules, defect.about]


def description(hours: dict[str, float]) -> str:
    """The content of submission.toml."""
    lines = [
        'contributor = "Example Contributor"',
        'stage = "payload"',
        'provider = "Festival"',
        'model = "CMU SLT HTS"',
        'license = "Apache-2.0"',
        'language = "en"',
        "publish = true",
        'notes = "Made by examples/make_example.py; many clips are spoilt on purpose."',
    ]
    for voice in VOICES:
        lines += [
            "",
            f"[voices.{voice.name}]",
            'voice = "cmu_us_slt_arctic_hts"',
            f'tone = "{voice.tone}"',
            f"hours = {hours[voice.name]:.3f}",
            "adult = true",
            "stock = true",
        ]
    return "\n".join(lines) + "\n"


def main(folder: Path) -> None:
    """Make FOLDER/submission and FOLDER/truth.csv."""
    seen: set[str] = set()
    truth: list[list[str | int]] = []
    hours = {}
    for voice in VOICES:
        rng = random.Random(voice.seed)
        clips = exchange(speak(voice, plan(voice, rng, seen), rng), rng)
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
