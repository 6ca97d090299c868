import io
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile as sf
import soxr

from scorers.base import Measured, Samples, Unmeasurable, Utterance
from scorers.fingerprint import HOP_S, PRINT, RATE_HZ, Fingerprint, fingerprint, unpack
from selection import copies
from selection.copies import find_copies
from selection.meetings import Words

EXAMPLE = Path(__file__).parents[2] / "examples/submission"
# none of them is a planted duplicate; three voices, among them whispering and a copy of none
CLIPS = [
    *(EXAMPLE / f"VOICE_A_NEUTRAL/{n:04d}.wav" for n in (1, 2, 3, 4)),
    *(EXAMPLE / f"VOICE_C_WHISPERING/camping_trip_{n:04d}.flac" for n in (1, 2, 3, 5)),
    *(EXAMPLE / f"VOICE_B_NEUTRAL/audio/{n:04d}.flac" for n in (1, 2, 3, 6)),
]


@cache
def clip(path: Path) -> tuple[Samples, int]:
    audio, rate = sf.read(path, dtype="float32", always_2d=True)
    return audio.mean(axis=1), rate


def words(audio: Samples, rate: int) -> Words:
    (row,) = Fingerprint().load("cpu")([Utterance(audio[None], rate, "", "en")])
    assert isinstance(row, Measured)
    found = unpack(row.details[PRINT])
    assert row.values["fingerprint_s"] == pytest.approx(np.count_nonzero(found) * HOP_S)
    return found


@cache
def originals() -> list[Words]:
    return [words(*clip(path)) for path in CLIPS]


def coded(audio: Samples, rate: int, codec: str, container: str, bit_rate: int) -> Samples:
    """Through a lossy codec and back, at 48 kHz."""
    whole = soxr.resample(audio, rate, 48_000).astype(np.float32)
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream(codec, rate=48_000)
        stream.bit_rate = bit_rate
        stream.layout = "mono"
        pcm = np.round(np.clip(whole, -1, 1) * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(pcm[None], format="s16", layout="mono")
        frame.sample_rate = 48_000
        shape = av.AudioResampler(stream.codec_context.format, "mono", 48_000)
        for piece in [*shape.resample(frame), *shape.resample(None)]:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    file.seek(0)
    with av.open(file) as back:
        to_float = av.AudioResampler("flt", "mono", 48_000)
        pieces = [p.to_ndarray()[0] for f in back.decode(audio=0) for p in to_float.resample(f)]
    return np.concatenate(pieces)


def changed(kind: str, audio: Samples, rate: int) -> tuple[Samples, int]:
    cut = audio[rate // 4 : -rate // 6]
    peak = float(np.abs(audio).max())
    match kind:
        case "MP3 at 64 kbit/s":
            return coded(audio, rate, "libmp3lame", "mp3", 64_000), 48_000
        case "Opus at 32 kbit/s":
            return coded(audio, rate, "libopus", "ogg", 32_000), 48_000
        case "trimmed":
            return cut, rate
        case "12 dB up":
            return (audio * min(4.0, 0.999 / peak)).astype(np.float32), rate
        case "12 dB down":
            return (audio / 4).astype(np.float32), rate
        case "another rate":
            return soxr.resample(audio, rate, 44_100).astype(np.float32), 44_100
        case "everything":
            return coded(cut / 4, rate, "libopus", "ogg", 32_000), 48_000
    raise ValueError(kind)


@pytest.mark.parametrize(
    "kind",
    [
        *("MP3 at 64 kbit/s", "Opus at 32 kbit/s", "trimmed", "12 dB up", "12 dB down"),
        *("another rate", "everything"),
    ],
)
def test_a_copy_is_found_whatever_was_done_to_it(kind: str) -> None:
    n = len(CLIPS)
    copies = [words(*changed(kind, *clip(path))) for path in CLIPS]
    found = find_copies([*originals(), *copies])
    assert {(c.earlier, c.later) for c in found} == {(i, n + i) for i in range(n)}


def test_speech_at_another_pace_is_no_copy() -> None:
    for one, path in zip(originals(), CLIPS, strict=True):
        audio, rate = clip(path)
        for pace in (0.9, 1.05, 1.1):
            other = words(soxr.resample(audio, rate * pace, rate).astype(np.float32), rate)
            assert not find_copies([one, other])


def test_a_word_that_changes_is_no_copy() -> None:
    """Half a second of another clip in place of its own, as where one word differs."""
    audio, rate = clip(CLIPS[0])
    other, _ = clip(CLIPS[2])
    mixed = audio.copy()
    middle = audio.size // 2
    mixed[middle : middle + rate // 2] = other[middle : middle + rate // 2]
    assert not find_copies([words(audio, rate), words(mixed, rate)])


def test_quiet_and_short_clips_say_why() -> None:
    measure = Fingerprint().load("cpu")
    silent = Utterance(np.zeros((1, RATE_HZ), np.float32), RATE_HZ, "", "en")
    short = Utterance(np.ones((1, RATE_HZ // 5), np.float32), RATE_HZ, "", "en")
    assert measure([silent]) == [Unmeasurable("silence")]
    (row,) = measure([short])
    assert isinstance(row, Unmeasurable)
    assert "0.3 s" in row.reason


def test_the_quiet_between_words_is_left_out() -> None:
    audio, rate = clip(CLIPS[0])
    wave = soxr.resample(audio, rate, RATE_HZ).astype(np.float32)
    gap = np.random.default_rng(0).standard_normal(RATE_HZ).astype(np.float32) * 1e-5
    assert not fingerprint(np.concatenate([wave, gap]))[-30:].any()


def test_the_two_packages_agree_on_the_hop() -> None:
    assert copies.HOP_S == HOP_S
