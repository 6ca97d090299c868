"""All of the audio: files that hold more, or less, than their (first) header says."""

import contextlib
import io
import struct
from collections.abc import Callable

import av
import numpy as np
import pytest
import soundfile

from clips import flac, mpeg
from clips.audio import decode
from clips.errors import DecodeError
from clips.header import probe
from clips.wav import is_joined

RATE = 24_000
SECOND = np.sin(np.arange(RATE) / RATE * 2 * np.pi * 300) * 0.25
OTHER = np.sin(np.arange(RATE) / RATE * 2 * np.pi * 600) * 0.25
KINDS = {
    "wav": ("WAV", "PCM_16"),
    "wav-24-bit-extensible": ("WAVEX", "PCM_24"),
    "wav-adpcm": ("WAV", "MS_ADPCM"),
    "rf64": ("RF64", "PCM_16"),
    "w64": ("W64", "PCM_16"),
    "aiff": ("AIFF", "PCM_16"),
    "au": ("AU", "PCM_16"),
    "caf": ("CAF", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "mp3": ("MP3", None),
    "ogg-vorbis": ("OGG", "VORBIS"),
    "ogg-opus": ("OGG", "OPUS"),
}


def encoded(
    samples: np.ndarray, kind: str = "WAV", subtype: str | None = "PCM_16", rate_hz: int = RATE
) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate_hz, subtype, format=kind)
    return file.getvalue()


def by_ffmpeg(samples: np.ndarray, kind: str, codec: str) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format=kind) as out:
        stream = out.add_stream(codec, rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(
            (samples * 32767).astype(np.int16)[None], format="s16", layout="mono"
        )
        frame.sample_rate = RATE
        resampler = av.AudioResampler(stream.format, "mono", RATE, stream.frame_size or 1024)
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            out.mux(stream.encode(part))
        out.mux(stream.encode(None))
    return file.getvalue()


def seconds(content: bytes) -> tuple[float, float, tuple[str, ...]]:
    """Decoded length, length without decoding, and what is said once it is decoded."""
    found, info = decode(io.BytesIO(content)), probe(io.BytesIO(content))
    return found.samples.shape[1] / found.rate_hz, info.duration_s, found.faults


def sized(content: bytes, size: int) -> bytes:
    """A WAV file of 44 bytes of header with another size of its samples."""
    return content[:40] + struct.pack("<I", size) + content[44:]


@pytest.mark.parametrize("kind", KINDS)
def test_files_joined_end_to_end_are_read_to_the_end_and_named(kind: str) -> None:
    one, two = encoded(SECOND, *KINDS[kind]), encoded(OTHER, *KINDS[kind])
    assert seconds(one)[2] == ()
    held_s, without_decoding_s, faults = seconds(one + two)
    assert held_s == pytest.approx(2.0, abs=0.05)
    assert without_decoding_s == pytest.approx(2.0, abs=0.05)
    assert faults[0].startswith("header says 1.0 s, file holds 2.0 s in 2 pieces")
    assert probe(io.BytesIO(one + two)).faults == faults


@pytest.mark.parametrize(("kind", "codec"), [("mp4", "aac"), ("webm", "libopus")])
def test_joined_files_of_ffmpeg_are_read_to_the_end(kind: str, codec: str) -> None:
    held_s, without_decoding_s, faults = seconds(
        by_ffmpeg(SECOND, kind, codec) + by_ffmpeg(OTHER, kind, codec)
    )
    assert held_s == pytest.approx(2.0, abs=0.15)
    assert without_decoding_s == pytest.approx(2.0, abs=0.15)
    assert "in 2 pieces" in faults[0]


@pytest.mark.parametrize("before", [b"\0", b"WAVE", b"RIFF    WAVE", b"WAVEWAVE" * 3])
@pytest.mark.parametrize("mark", [b"RIFFxxxxWAVEfmt ", b"RIFXxxxxWAVELIST", b"RF64\nxxxWAVEds64"])
def test_a_second_header_is_found_whatever_is_before_it(before: bytes, mark: bytes) -> None:
    assert is_joined(before + mark)
    assert not is_joined(before + mark[:-1])
    assert not is_joined(mark)


def test_the_second_piece_is_the_sound_that_is_in_it() -> None:
    found = decode(io.BytesIO(encoded(SECOND) + encoded(OTHER)))
    np.testing.assert_allclose(found.samples[0], np.concatenate([SECOND, OTHER]), atol=1e-4)


LONG = np.concatenate([SECOND, OTHER, SECOND])
WAV = encoded(LONG)
FLAC = encoded(LONG, "FLAC")
MP3 = encoded(LONG, "MP3", None)


def mp3_of(frames: int) -> bytes:
    at = MP3.index(b"Xing") if b"Xing" in MP3 else MP3.index(b"Info")
    return MP3[: at + 8] + struct.pack(">I", frames) + MP3[at + 12 :]


def streamed(samples: np.ndarray) -> bytes:
    return sized(encoded(samples), 0xFFFFFFFF)


SHORT_HEADERS = {
    "wav": sized(WAV, 48_000),
    "wav-of-two-data-chunks": sized(WAV[: 44 + 48_000], 48_000)
    + b"data"
    + struct.pack("<I", 96_000)
    + WAV[44 + 48_000 :],
    "wav-whose-sum-holds-headers": sized(encoded(SECOND) + encoded(np.tile(OTHER, 2)), 144_044),
    "wav-streamed-and-joined": streamed(SECOND) + streamed(np.tile(OTHER, 2)),
    "flac": FLAC[:22] + struct.pack(">I", RATE) + FLAC[26:],
    "mp3": mp3_of(42),
}


@pytest.mark.parametrize("name", SHORT_HEADERS)
def test_a_header_that_counts_the_first_of_three_seconds(name: str) -> None:
    held_s, without_decoding_s, faults = seconds(SHORT_HEADERS[name])
    assert held_s == pytest.approx(3.0, abs=0.06)
    assert without_decoding_s == pytest.approx(3.0, abs=0.06)
    assert faults[0].startswith("header says 1.0 s, file holds 3.0 s")


def half(kind: str) -> bytes:
    content = encoded(np.tile(LONG, 2), *KINDS[kind])
    return content[: len(content) // 2]


LONG_HEADERS = {
    "wav": sized(WAV, 200_000_000),
    "flac": FLAC[:22] + struct.pack(">I", 2_000_000_000) + FLAC[26:],
    "mp3": mp3_of(42_000_000),
    **{f"{kind} cut": half(kind) for kind in ("wav", "rf64", "w64", "aiff", "au", "flac", "mp3")},
}


@pytest.mark.parametrize("name", LONG_HEADERS)
def test_a_header_that_counts_more_than_there_is(name: str) -> None:
    held_s, without_decoding_s, faults = seconds(LONG_HEADERS[name])
    assert held_s == pytest.approx(3.0, abs=0.35)
    assert without_decoding_s == pytest.approx(held_s, abs=0.2)
    assert any("header says" in fault and "file holds" in fault for fault in faults)


@pytest.mark.parametrize("size", [0, 0x7FFF0000, 0x7FFFFFFF, 0xFFFFFFFF, 2_000_000_000])
def test_a_size_that_stands_for_unknown_is_no_fault(size: int) -> None:
    assert seconds(sized(WAV, size)) == (3.0, 3.0, ())


def chunk(name: bytes, content: bytes, pad: bool = True) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2 and pad)


C2PA = chunk(b"C2PA", b"\x81" * 20_001)
BEHIND = {
    "list": chunk(b"LIST", b"INFO" + b"x" * 30_000),
    "c2pa-odd": C2PA,
    "c2pa-odd-unpadded": chunk(b"C2PA", b"\x81" * 20_001, pad=False) + chunk(b"id3 ", b"y" * 9_000),
    "c2pa-and-id3": C2PA + chunk(b"id3 ", b"y" * 9_000),
    "zeros": bytes(20_000),
    "id3v1": b"TAG" + b"x" * 125,
    "ape": b"APETAGEX" + b"\x81" * 20_000,
    "a-text": b"<html>" + b"quota exceeded " * 2_000,
    "a-wav-in-a-chunk": chunk(b"C2PA", encoded(OTHER)),
}


@pytest.mark.parametrize("name", BEHIND)
def test_what_is_no_sound_behind_a_wav_is_passed_over(name: str) -> None:
    assert seconds(encoded(SECOND) + BEHIND[name]) == (1.0, 1.0, ())


@pytest.mark.parametrize("kind", ["flac", "mp3", "ogg-vorbis", "ogg-opus"])
@pytest.mark.parametrize("behind", [b"\x93" * 3_000, bytes(3_000), BEHIND["id3v1"]])
def test_junk_and_tags_behind_coded_audio_are_no_finding(kind: str, behind: bytes) -> None:
    held_s, without_decoding_s, faults = seconds(encoded(SECOND, *KINDS[kind]) + behind)
    assert (held_s, without_decoding_s, faults) == (1.0, 1.0, ())


def test_an_ogg_file_that_breaks_off_within_a_page() -> None:
    content = encoded(LONG, "OGG", "OPUS")
    assert seconds(content[: len(content) // 2])[2] == ("it breaks off within its last page",)


def test_pieces_of_another_rate_end_the_reading_and_are_named() -> None:
    held_s, _, faults = seconds(encoded(SECOND) + encoded(OTHER, rate_hz=16_000))
    assert (held_s, faults) == (1.0, ("rate or channels change after 1.0 s",))


def test_a_second_piece_that_is_damaged_does_not_stop_the_first() -> None:
    held_s, _, faults = seconds(encoded(SECOND, "FLAC") + b"fLaC\0\0\0\x22" + bytes(500))
    assert held_s == 1.0
    assert len(faults) == 1


@pytest.mark.parametrize("count", [1, 300])
def test_odd_sizes_are_padded_or_not(count: int) -> None:
    one = encoded(SECOND[:2_401], subtype="PCM_U8")
    for content in (one, one[:-1]):
        assert seconds(content * count)[0] == pytest.approx(count * 2_401 / RATE)


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 24_000, 44_100, 48_000])
def test_frames_of_mp3_are_counted_at_every_rate(rate_hz: int) -> None:
    content = encoded(np.tile(SECOND, 2), "MP3", None, rate_hz)
    (run,) = mpeg.runs(content)
    assert run.held_s == pytest.approx(2 * RATE / rate_hz, abs=0.2)
    assert run.is_tagged


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("length", [1, 4_095, 4_096, 70_001, 600_000])
def test_the_last_frame_of_flac_gives_its_length(length: int, channels: int) -> None:
    chance = np.random.default_rng(0)
    content = encoded(chance.normal(0, 0.1, (length, channels)), "FLAC")
    found = flac.stream(content)
    assert found is not None
    assert (found.rate_hz, found.said, found.held) == (RATE, length, length)


@pytest.mark.parametrize(
    "make", [lambda: streamed(SECOND), lambda: sized(encoded(SECOND), 2_000_000_000)]
)
def test_a_placeholder_is_no_length(make: Callable[[], bytes]) -> None:
    assert probe(io.BytesIO(make())).duration_s == 1.0


def test_a_header_without_a_rate_is_no_division_by_zero() -> None:
    for content in (MP3, FLAC, WAV, encoded(SECOND, "AIFF")):
        for at in range(0, 64, 4):
            with contextlib.suppress(DecodeError):
                decode(io.BytesIO(content[:at] + bytes(4) + content[at + 4 :]))
