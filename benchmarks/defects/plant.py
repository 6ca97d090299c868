"""Planted defects: functions of samples, rate and a generator that give the spoilt samples.

Samples are one channel of float64 in [-1, 1], shape ``(n_samples,)``. A factory takes the strength
and gives the function. Nothing is clipped or rounded here; what writes the audio does both.
"""

import io
from collections.abc import Callable, Sequence
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import soxr

Samples = npt.NDArray[np.float64]
Plant = Callable[[Samples, int, np.random.Generator], Samples]

FRAME_S = 0.01
SPEECH_RANGE_DB = 35.0
HARMONICS = 7
BABBLERS = 6


def rms(samples: Samples) -> float:
    """Root of the mean square; 0 for no samples."""
    return float(np.sqrt(np.mean(np.square(samples)))) if samples.size else 0.0


def levels_db(samples: Samples, rate: int) -> Samples:
    """Level of each 10 ms frame in dB against full scale, never below -120."""
    size = round(FRAME_S * rate)
    frames = samples[: samples.size // size * size].reshape(-1, size)
    return np.asarray(10 * np.log10(np.maximum(np.mean(np.square(frames), axis=1), 1e-12)))


def speech_bounds(samples: Samples, rate: int) -> tuple[int, int]:
    """First sample of the speech and the one after its last, by level: within 35 dB of the loud."""
    levels = levels_db(samples, rate)
    heard = np.flatnonzero(levels > np.percentile(levels, 95) - SPEECH_RANGE_DB)
    size = round(FRAME_S * rate)
    return int(heard[0]) * size, (int(heard[-1]) + 1) * size


def loud_places(samples: Samples, rate: int, length: int) -> npt.NDArray[np.int64]:
    """Where a stretch may start that is loud from its 20 ms before to its 20 ms after.

    The loudest stretch alone where none is.
    """
    levels = levels_db(samples, rate)
    size, frames = round(FRAME_S * rate), -(-length // round(FRAME_S * rate)) + 4
    if levels.size <= frames:
        return np.zeros(1, dtype=np.int64)
    windows = np.lib.stride_tricks.sliding_window_view(levels, frames)
    quietest = windows.min(axis=1)
    good = np.flatnonzero(quietest > np.percentile(levels, 95) - 25)
    if good.size == 0:
        good = np.array([int(np.argmax(quietest))])
    return np.asarray((good + 2) * size, dtype=np.int64)


def nothing(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
    """The clip as it is, for defects of the label."""
    del rate, rng
    return samples


# Noise.


def at_snr(samples: Samples, rate: int, noise: Samples, snr_db: float) -> Samples:
    """The clip with noise so many dB under the mean power from its first speech to its last."""
    start, end = speech_bounds(samples, rate)
    return samples + noise * (rms(samples[start:end]) / rms(noise) * 10 ** (-snr_db / 20))


def white(snr_db: float) -> Plant:
    """Noise of even spectrum."""

    def plant(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        return at_snr(samples, rate, rng.standard_normal(samples.size), snr_db)

    return plant


def pink(snr_db: float) -> Plant:
    """Noise that falls by 3 dB an octave from 40 Hz."""

    def plant(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        return at_snr(samples, rate, pink_noise(samples.size, rate, rng), snr_db)

    return plant


def pink_noise(count: int, rate: int, rng: np.random.Generator) -> Samples:
    """So many samples of unit power that falls by 3 dB an octave from 40 Hz."""
    spectrum = np.fft.rfft(rng.standard_normal(count))
    frequency = np.fft.rfftfreq(count, 1 / rate)
    noise = np.asarray(np.fft.irfft(spectrum / np.sqrt(np.maximum(frequency, 40.0)), count))
    return noise / rms(noise)


def babble(snr_db: float, pool: Sequence[Callable[[], tuple[Samples, int]]]) -> Plant:
    """Six other people at once, from a pool of clips, each brought to one level and turned round.

    Args:
        snr_db: speech over noise.
        pool: what gives samples and rate of a clip.
    """

    def plant(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        total = np.zeros(samples.size)
        for index in rng.choice(len(pool), BABBLERS, replace=len(pool) < BABBLERS):
            other, other_rate = pool[index]()
            start, end = speech_bounds(other, other_rate)
            spoken = soxr.resample(other[start:end], other_rate, rate)
            looped = np.resize(spoken, samples.size)
            total += np.roll(looped, int(rng.integers(samples.size))) / max(rms(spoken), 1e-9)
        return at_snr(samples, rate, total, snr_db)

    return plant


def hum(under_db: float) -> Plant:
    """Mains of 50 or 60 Hz with six harmonics, so many dB under the speech."""

    def plant(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        mains = rng.choice([50.0, 60.0])
        turns = np.arange(samples.size) / rate * mains
        waves = [
            np.sin(2 * np.pi * (turns * k + rng.random())) / k for k in range(1, HARMONICS + 1)
        ]
        return at_snr(samples, rate, np.sum(waves, axis=0), under_db)

    return plant


# The waveform.


def clipping(share: float) -> Plant:
    """That share of the samples cut off at full scale; every second clip is turned down after."""

    def plant(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        del rate
        ceiling = float(np.quantile(np.abs(samples), 1 - share))
        gain = rng.uniform(0.3, 0.9) if rng.random() < 0.5 else 1.0
        return np.clip(samples / max(ceiling, 1e-9), -1, 1) * gain

    return plant


def clicks(count: float) -> Plant:
    """Clicks of two samples, as high as the clip's peak, anywhere in the speech."""

    def plant(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        spoilt = samples.copy()
        start, end = speech_bounds(samples, rate)
        height = float(np.abs(samples).max())
        for place in rng.integers(start, end - 2, round(count)):
            spoilt[place : place + 2] += rng.choice([-1, 1]) * height * np.array([1.0, -0.6])
        return spoilt

    return plant


def dropout(seconds: float) -> Plant:
    """Zeros for so long inside loud speech."""

    def plant(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        length = round(seconds * rate)
        start = int(rng.choice(loud_places(samples, rate, length)))
        spoilt = samples.copy()
        spoilt[start : start + length] = 0.0
        return spoilt

    return plant


def offset(share: float) -> Plant:
    """A mean of so much of full scale, up or down."""

    def plant(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        del rate
        return samples + float(rng.choice([-share, share]))

    return plant


def gain(decibels: float) -> Plant:
    """Louder or quieter by so much."""

    def plant(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        del rate, rng
        return samples * 10 ** (decibels / 20)

    return plant


def repeat(seconds: float) -> Plant:
    """A stretch of speech of that length said twice in a row, sample for sample."""

    def plant(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        length = round(seconds * rate)
        start, end = speech_bounds(samples, rate)
        length = min(length, end - start)
        place = int(rng.integers(start, end - length + 1))
        return np.concatenate([samples[: place + length], samples[place:]])

    return plant


# Room, codec, rate.


def reverberation(rt60_s: float) -> Plant:
    """A room of exponentially decaying noise beside a direct sound of the same energy.

    Args:
        rt60_s: time in which the room's sound falls by 60 dB.
    """

    def plant(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        time = np.arange(round(1.2 * rt60_s * rate)) / rate
        tail = rng.standard_normal(time.size) * 10 ** (-3 * time / rt60_s)
        tail[: round(0.002 * rate)] = 0.0
        tail /= np.sqrt(np.sum(tail**2))
        tail[0] = 1.0
        return convolved(samples, tail)

    return plant


def room(responses: Sequence[tuple[Samples, int]]) -> Plant:
    """One of the given rooms: impulse responses with their rates."""

    def plant(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        response, response_rate = responses[int(rng.integers(len(responses)))]
        response = soxr.resample(response, response_rate, rate)
        return convolved(samples, response[max(0, int(np.argmax(np.abs(response))) - 8) :])

    return plant


def convolved(samples: Samples, response: Samples) -> Samples:
    """The clip in a room, at its old level; what sounds on after its end is cut off."""
    from scipy.signal import fftconvolve

    wet = np.asarray(fftconvolve(samples, response)[: samples.size])
    return wet * (rms(samples) / max(rms(wet), 1e-9))


def resampled(rate_hz: float) -> Plant:
    """Down to a lower rate and up again."""

    def plant(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        quality = str(rng.choice(["VHQ", "HQ", "MQ"]))
        low = soxr.resample(samples, rate, rate_hz, quality)
        high = soxr.resample(low, rate_hz, rate, quality)
        return np.asarray(high[: samples.size])

    return plant


def coded(codec: str, kbit: float) -> Plant:
    """Through a lossy codec and back.

    Args:
        codec: FFmpeg's encoder, ``libmp3lame`` or ``libopus``.
        kbit: bit-rate in kbit/s, mono.
    """

    def plant(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        del rng
        decoded, decoded_rate = _through(codec, kbit, samples, rate)
        back = soxr.resample(decoded, decoded_rate, rate, "VHQ")
        return np.asarray(back, dtype=np.float64)

    return plant


def _through(codec: str, kbit: float, samples: Samples, rate: int) -> tuple[Samples, int]:
    coded_rate = 48_000 if codec == "libopus" else rate
    audio = soxr.resample(samples, rate, coded_rate, "VHQ")
    pcm = np.round(np.clip(audio, -1, 1) * 32767).astype(np.int16)
    file = io.BytesIO()
    with av.open(file, "w", format="ogg" if codec == "libopus" else "mp3") as container:
        stream: Any = container.add_stream(codec, rate=coded_rate)
        stream.layout = "mono"
        stream.bit_rate = round(kbit * 1000)
        frame = av.AudioFrame.from_ndarray(pcm[None], format="s16", layout="mono")
        frame.sample_rate = coded_rate
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=coded_rate)
        for part in resampler.resample(frame):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    file.seek(0)
    parts = []
    with av.open(file, "r") as coded_file:
        decoded_rate = int(coded_file.streams.audio[0].rate)
        to_float = av.AudioResampler(format="flt", layout="mono", rate=decoded_rate)
        for coded_frame in coded_file.decode(audio=0):
            parts += [f.to_ndarray()[0] for f in to_float.resample(coded_frame)]
    return np.concatenate(parts).astype(np.float64), decoded_rate


# Time.


def cut_start(seconds: float) -> Plant:
    """So much of the speech gone from its start, and the silence before it."""

    def plant(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        del rng
        start, end = speech_bounds(samples, rate)
        return samples[min(start + round(seconds * rate), end - 1) :]

    return plant


def cut_end(seconds: float) -> Plant:
    """So much of the speech gone from its end, and the silence after it."""

    def plant(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        del rng
        start, end = speech_bounds(samples, rate)
        return samples[: max(end - round(seconds * rate), start + 1)]

    return plant


def said_twice(seconds: float) -> Plant:
    """The end of the speech again after it, from the quietest place about so long before it."""

    def plant(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        del rng
        start, end = speech_bounds(samples, rate)
        size = round(FRAME_S * rate)
        first = max(start, end - round(1.4 * seconds * rate)) // size
        last = max(first + 1, (end - round(0.6 * seconds * rate)) // size)
        again = (first + int(np.argmin(levels_db(samples, rate)[first:last]))) * size
        gap = np.zeros(round(0.05 * rate))
        return np.concatenate([samples[:end], gap, samples[again:]])

    return plant


def cut_inside(seconds: float) -> Plant:
    """Loud speech gone from the middle, crossfaded over 5 ms: a recogniser may supply the word."""

    def plant(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        length = round(seconds * rate)
        places = loud_places(samples, rate, length)
        at = int(places[int(rng.integers(places.size))])
        fade = min(round(0.005 * rate), at)
        ramp = np.linspace(0, 1, fade, endpoint=False)
        rest = samples[at + length :]
        joint = (
            samples[at - fade : at] * (1 - ramp) + samples[at + length - fade : at + length] * ramp
        )
        return np.concatenate([samples[: at - fade], joint, rest])

    return plant


def quiet(samples: Samples, rate: int, seconds: float, rng: np.random.Generator) -> Samples:
    """Noise at the level of the clip's quietest twentieth."""
    floor = float(np.percentile(levels_db(samples, rate), 5))
    return rng.standard_normal(round(seconds * rate)) * 10 ** (floor / 20)


def silence_before(seconds: float) -> Plant:
    """So much more silence before the clip."""

    def plant(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        return np.concatenate([quiet(samples, rate, seconds, rng), samples])

    return plant


def silence_after(seconds: float) -> Plant:
    """So much more silence after the clip."""

    def plant(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        return np.concatenate([samples, quiet(samples, rate, seconds, rng)])

    return plant


def silence_inside(seconds: float) -> Plant:
    """So much silence at the quietest place of the speech's middle half."""

    def plant(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        start, end = speech_bounds(samples, rate)
        size = round(FRAME_S * rate)
        low, high = (3 * start + end) // 4 // size, (start + 3 * end) // 4 // size
        place = (low + int(np.argmin(levels_db(samples, rate)[low : high + 1]))) * size
        hole = quiet(samples, rate, seconds, rng)
        return np.concatenate([samples[:place], hole, samples[place:]])

    return plant


def silent(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
    """Digital silence, or a converter's last bit, of the same length."""
    del rate
    return np.asarray(rng.choice([0.0, 1.0]) * rng.integers(-1, 2, samples.size) / 32767)
