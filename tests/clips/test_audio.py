"""Every format of R4 and more, made by FFmpeg or soundfile, decoded and probed."""

import hashlib
import io
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from clips.audio import decode
from clips.errors import DecodeError
from clips.header import probe
from tests.clips.build import tone

FFMPEG = {
    "a.mp3": ("-c:a libmp3lame", "mp3", 24_000),
    "a.ogg": ("-c:a libvorbis", "ogg/vorbis", 24_000),
    "a.opus": ("-c:a libopus", "ogg/opus", 24_000),
    "a.webm": ("-c:a libopus", "matroska/opus", 48_000),
    "a.m4a": ("-c:a aac", "mp4/aac", 24_000),
    "alac.m4a": ("-c:a alac", "mp4/alac", 24_000),
    "opus.mp4": ("-c:a libopus", "mp4/opus", 48_000),
    "a.aac": ("-c:a aac", "aac/aac", 24_000),
    "a.mka": ("-c:a flac", "matroska/flac", 24_000),
    "a.flac": ("-c:a flac", "flac/pcm_16", 24_000),
    "a.aiff": ("", "aiff/pcm_16", 24_000),
    "a.caf": ("", "caf/pcm_16", 24_000),
    "a.wma": ("", "asf/wmav2", 24_000),
    "a.w64": ("", "w64/pcm_16", 24_000),
    "mp3.wav": ("-c:a libmp3lame", "wav/mpeg_layer_iii", 24_000),
    "adpcm.wav": ("-c:a adpcm_ms", "wav/ms_adpcm", 24_000),
    "wide.wav": ("-ac 6 -c:a pcm_s24le", "wav/pcm_24", 24_000),
    "fast.wav": ("-ar 192000", "wav/pcm_16", 192_000),
}


def ffmpeg(path: Path, options: str, seconds: float = 1.5) -> bytes:
    source = f"-f lavfi -i sine=440:r=24000:d={seconds}"
    command = f"ffmpeg -v error -y {source} {options} {path}"
    subprocess.run(command.split(), check=True)
    return path.read_bytes()


@pytest.mark.parametrize("name", FFMPEG)
def test_formats(name: str, tmp_path: Path) -> None:
    options, codec, rate_hz = FFMPEG[name]
    content = ffmpeg(tmp_path / name, options)
    info = probe(io.BytesIO(content))
    assert (info.codec, info.sample_rate_hz) == (codec, rate_hz)
    assert info.sha256 == hashlib.sha256(content).hexdigest()
    assert info.duration_s == pytest.approx(1.5, abs=0.1)
    decoded = decode(io.BytesIO(content))
    assert decoded.faults == ()
    assert (decoded.rate_hz, len(decoded.samples)) == (rate_hz, info.channels)
    assert decoded.samples.dtype == np.float32
    assert decoded.samples.shape[1] / rate_hz == pytest.approx(1.5, abs=0.1)
    assert 0.05 < abs(decoded.samples).max() < 0.2


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
@pytest.mark.parametrize("channels", [1, 2, 8])
def test_wav_subtypes_are_read_alike_by_hand_and_by_library(
    subtype: str, channels: int, tmp_path: Path
) -> None:
    path = tone(tmp_path / "a.wav", 0.5, 44_100, channels, subtype=subtype)
    with path.open("rb") as file:
        info = probe(file)
    library = soundfile.info(str(path))
    assert info.codec == f"wav/{library.subtype.lower()}"
    assert (info.sample_rate_hz, info.channels) == (library.samplerate, library.channels)
    assert info.duration_s == library.duration
    expected, _ = soundfile.read(path, dtype="float32", always_2d=True)
    np.testing.assert_array_equal(decode(io.BytesIO(path.read_bytes())).samples, expected.T)


def test_stream_without_a_length(tmp_path: Path) -> None:
    whole = ffmpeg(tmp_path / "a.wav", "")
    command = "ffmpeg -v error -f lavfi -i sine=440:r=24000:d=1.5 -f wav pipe:1"
    piped = subprocess.run(command.split(), check=True, capture_output=True).stdout
    for content in (piped, whole[:74] + bytes(4) + whole[78:]):
        assert probe(io.BytesIO(content)).duration_s == pytest.approx(1.5)
        decoded = decode(io.BytesIO(content))
        assert (decoded.samples.shape, decoded.faults) == ((1, 36_000), ())


def test_a_flac_without_a_length_is_read_to_its_end(tmp_path: Path) -> None:
    """As a writer to a pipe leaves it: the header's count of samples is 0."""
    content = bytearray(tone(tmp_path / "a.flac", 3.1).read_bytes())
    content[21] &= 0xF0
    content[22:26] = bytes(4)
    found = decode(io.BytesIO(content))
    assert (found.samples.shape, found.faults) == ((1, 74_400), ())


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.mp3", "a.webm"])
def test_cut_off_file_is_read_as_far_as_it_goes(name: str, tmp_path: Path) -> None:
    content = ffmpeg(tmp_path / name, "", seconds=5.0)
    decoded = decode(io.BytesIO(content[: len(content) * 6 // 10]))
    assert 1.9 < decoded.samples.shape[1] / decoded.rate_hz < 3.2
    assert len(decoded.faults) == 1
    if name == "a.wav":
        assert decoded.faults == ("header says 5.0 s, file holds 3.0 s",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "an empty file"),
        (b"This is no audio.", "a text"),
        ("Größe".encode(), "a text"),
        (b'{"a": 1}', "a JSON text"),
        (b"<html><body>404</body></html>", "a web page"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "a PNG image"),
        (b"\xff\xd8\xff\xe0" + bytes(99), "a JPEG image"),
        (b"PK\x03\x04" + bytes(99), "a ZIP archive"),
        (bytes(5000), "a file of zeros"),
        (b"\x93\x01\x02" * 99, "no audio format"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n/etc/passwd\n", "a text"),
        (b"RIFF\x24\0\0\0WAVE", "wav data"),
        (b"OggS" + bytes(100), "ogg data"),
        (b"\0\0\0\x18ftypM4A " + bytes(100), "mp4"),
    ],
)
def test_not_audio_says_what_it_is(content: bytes, reason: str) -> None:
    for read in (probe, decode):
        with pytest.raises(DecodeError, match=reason):
            read(io.BytesIO(content))


def wav(samples: np.ndarray, rate_hz: int = 24_000, subtype: str = "FLOAT") -> io.BytesIO:
    file = io.BytesIO()
    soundfile.write(file, samples, rate_hz, subtype, format="WAV")
    return io.BytesIO(file.getvalue())


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers(bad: float) -> None:
    with pytest.raises(DecodeError, match="1 of its samples are not numbers"):
        decode(wav(np.array([0.0, bad, 0.5], np.float32)))
    with pytest.raises(DecodeError, match="not numbers"):
        decode(wav(np.array([0.0, 1e300]), subtype="DOUBLE"))


def test_no_sample() -> None:
    with pytest.raises(DecodeError, match=r"no sample|cannot be read"):
        decode(wav(np.zeros(0, np.float32)))


def test_too_long_is_refused_by_the_header(tmp_path: Path) -> None:
    path = tone(tmp_path / "a.flac", 3.0)
    with pytest.raises(DecodeError, match="3 s long or longer, the limit is 2 s"):
        decode(io.BytesIO(path.read_bytes()), limit_s=2.0)
    with pytest.raises(DecodeError, match="limit is 2 s"):
        decode(io.BytesIO(ffmpeg(tmp_path / "a.m4a", "", 3.0)), limit_s=2.0)
