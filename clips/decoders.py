"""soundfile and PyAV, each as a stream of blocks with the reason where one breaks off."""

import contextlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from clips.errors import DecodeError
from clips.lengths import SAME_LENGTH_S
from clips.sniff import Container

_SAME_CODED_LENGTH_S = 0.1  # coders pad and cut by less
_MOST_VALUES = 64_000_000  # samples times channels: 244 MiB of float32
_WITHOUT_LENGTH = ("aac", "mp3")
_BLOCK_S = 0.5  # what damage in a block takes with it
_UNKNOWN_FRAMES = 1 << 62  # libsndfile's "not known" is beyond

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Block:
    """Some samples ``(n, channels)``, or the reason why none follow."""

    samples: Samples
    rate_hz: int
    fault: str = ""


class Steady:
    """A file for libsndfile, whose callbacks cannot raise: a wrong position stays where it was."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.tell = file.tell

    def seek(self, offset: int, whence: int = 0) -> int:
        with contextlib.suppress(OSError, ValueError, OverflowError):
            self._file.seek(offset, whence)
        return self._file.tell()

    def read(self, size: int = -1) -> bytes:
        try:
            return self._file.read(size)
        except OSError:
            return b""


def blocks(file: BinaryIO, container: Container, limit_s: float) -> Iterator[Block]:
    """Decode a file with the library for its container, or with FFmpeg where that one fails.

    Raises:
        DecodeError: not to be opened, or longer than `limit_s`.
    """
    if container.reader == "av":
        return _av_blocks(file, container, limit_s)
    import soundfile

    try:
        sound = soundfile.SoundFile(Steady(file))
        if 0 < sound.frames < _UNKNOWN_FRAMES:
            return _soundfile_blocks(sound, limit_s)
        sound.close()  # a writer to a pipe may leave the length out; FFmpeg reads on to the end
    except (soundfile.LibsndfileError, RuntimeError):
        pass
    file.seek(0)
    return _av_blocks(file, container, limit_s)


def _soundfile_blocks(sound: Any, limit_s: float) -> Iterator[Block]:
    import soundfile

    with sound:
        rate_hz, channels, frames = sound.samplerate, sound.channels, sound.frames
        if rate_hz <= 0 or channels <= 0:
            raise DecodeError("its header gives no sample rate or no channel")
        read = 0
        while True:
            try:
                block = sound.read(math.ceil(_BLOCK_S * rate_hz), dtype="float32", always_2d=True)
            except (soundfile.LibsndfileError, RuntimeError) as error:
                reason = f"it is damaged after {read / rate_hz:.1f} s ({cause(error)})"
                yield Block(np.empty((0, channels), np.float32), rate_hz, reason)
                return
            if not len(block):
                break
            read += len(block)
            if read / rate_hz > limit_s:  # the header is believed only where the samples follow
                check_length(max(frames, read) / rate_hz, read * channels, limit_s)
            yield Block(block, rate_hz)
        if (frames - read) / rate_hz > SAME_LENGTH_S:
            reason = f"header says {frames / rate_hz:.1f} s, file holds {read / rate_hz:.1f} s"
            yield Block(np.empty((0, channels), np.float32), rate_hz, reason)


def _av_options() -> dict[str, str]:
    """Keep FFmpeg to the bytes given: no other file, no network."""
    return {"protocol_whitelist": "", "enable_drefs": "0", "use_absolute_path": "0"}


def open_av(file: BinaryIO, container: Container) -> Any:
    import av

    try:
        opened = av.open(
            file,
            mode="r",
            format=container.ffmpeg,
            options=_av_options(),
            metadata_errors="replace",
        )
    except (av.error.FFmpegError, ValueError, UnicodeError) as error:
        raise DecodeError(f"its {container.name} data cannot be read ({cause(error)})") from None
    streams = opened.streams.audio
    if not streams or streams[0].codec_context is None:
        opened.close()
        what = "audio of a coding not known here" if streams else "no audio"
        raise DecodeError(f"the {container.name} file holds {what}")
    return opened


def _av_blocks(file: BinaryIO, container: Container, limit_s: float) -> Iterator[Block]:
    import av

    with open_av(file, container) as opened:
        stream = opened.streams.audio[0]
        seconds = av_duration_s(opened, stream)
        resampler = av.AudioResampler(format="fltp")
        read_s, rate_hz, channels = 0.0, int(stream.rate), int(stream.channels)
        try:
            for frame in opened.decode(stream):
                for part in resampler.resample(frame):
                    rate_hz = int(part.sample_rate)
                    samples = part.to_ndarray().T.astype(np.float32, copy=False)
                    channels = samples.shape[1]
                    read_s += len(samples) / rate_hz
                    check_length(max(seconds, read_s) if read_s > limit_s else 0.0, 0, limit_s)
                    yield Block(samples, rate_hz)
        except (av.error.FFmpegError, ValueError, UnicodeError) as error:
            reason = f"it is damaged after {read_s:.1f} s ({cause(error)})"
            yield Block(np.empty((0, channels), np.float32), rate_hz, reason)
            return
        if (
            container.name not in _WITHOUT_LENGTH
            and seconds
            and abs(seconds - read_s) > max(_SAME_CODED_LENGTH_S, 0.02 * seconds)
        ):
            reason = f"header says {seconds:.1f} s, file holds {read_s:.1f} s"
            yield Block(np.empty((0, channels), np.float32), rate_hz, reason)


def av_duration_s(opened: Any, stream: Any) -> float:
    """Length by the header, or FFmpeg's guess by the bit rate where it gives none."""
    if stream.duration is not None and stream.time_base:
        return max(0.0, float(stream.duration * stream.time_base))
    return max(0.0, (opened.duration or 0) / 1e6)


def check_length(seconds: float, values: int, limit_s: float) -> None:
    if seconds > limit_s:
        raise DecodeError(f"it is {seconds:.0f} s long or longer, the limit is {limit_s:g} s")
    if values > _MOST_VALUES:
        raise DecodeError(f"it holds {values:,} samples or more, the limit is {_MOST_VALUES:,}")


def cause(error: Exception) -> str:
    text = str(getattr(error, "error_string", "") or getattr(error, "strerror", "") or error)
    return " ".join(text.split()).rstrip(".")[:120] or type(error).__name__
