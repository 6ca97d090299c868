"""Raw PCM: named where its form is not given, read where it is."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from clips.audio import decode
from clips.commands.convert import convert
from clips.pcm import Coding, Pcm, guess_coding
from clips.submission import Submission, read_submission
from tests.clips.build import DESCRIPTION

VOICE = "VOICE_A_NEUTRAL"
TIMES = np.arange(24_000) / 24_000
SPEECH = 0.3 * np.sin(2 * np.pi * 220 * TIMES) * (1 + np.sin(2 * np.pi * 3 * TIMES)) / 2


def stored(coding: str) -> bytes:
    kinds = {"s16le": "<i2", "s16be": ">i2", "s32le": "<i4", "s32be": ">i4", "u8": "u1"}
    if coding.startswith("f32"):
        return bytes(SPEECH.astype("<f4" if coding == "f32le" else ">f4").tobytes())
    kind = np.dtype(kinds[coding])
    scale = 2.0 ** (8 * kind.itemsize - 1) - 1
    return bytes((SPEECH * scale + (128 if coding == "u8" else 0)).astype(kind).tobytes())


CODINGS: tuple[Coding, ...] = ("s16le", "s16be", "s32le", "s32be", "f32le", "f32be", "u8")


@pytest.fixture
def raw(tmp_path: Path) -> Callable[..., Submission]:
    """A voice of two raw files with a text beside each."""

    def build(
        coding: str = "s16le", ending: str = ".pcm", pcm: str = "", folder: str = ""
    ) -> Submission:
        root = tmp_path / "sub"
        for number, text in enumerate(("Hello there.", "Good morning.")):
            place = root / VOICE / folder
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{number}{ending}").write_bytes(stored(coding) + bytes(8 * number))
            (place / f"{number}.txt").write_text(text)
        (root / "submission.toml").write_text(f"{pcm}\n{DESCRIPTION}")
        return read_submission(root)

    return build


@pytest.mark.parametrize("coding", CODINGS)
def test_bytes_tell_width_and_order(coding: Coding) -> None:
    assert guess_coding(stored(coding)) == coding


def test_noise_text_and_nothing_are_no_speech() -> None:
    chance = np.random.default_rng(0)
    for content in (chance.bytes(50_000), b"", bytes(5_000), b"\xff" * 5_000):
        assert guess_coding(content) is None


@pytest.mark.parametrize("ending", [".pcm", ".raw", ".l16", ".s16le", ".PCM", ".wav"])
def test_raw_files_are_clips_and_are_named_with_what_to_do(
    ending: str, raw: Callable[..., Submission]
) -> None:
    found = raw(ending=ending)
    assert [(c.text, c.audio) for c in found.clips] == [
        ("Hello there.", None),
        ("Good morning.", None),
    ]
    assert [f.rule for f in found.findings] == ["raw-pcm"] * 2
    said = found.findings[0].sentence
    assert said.startswith(f"0{ending} is raw PCM without a header: s16le, as its bytes run")
    assert 'pcm = { rate = 24000, coding = "s16le", channels = 1 }' in said
    assert f'ffmpeg -f s16le -ar 24000 -ac 1 -i "0{ending}" "0.wav"' in said


@pytest.mark.parametrize(
    ("folder", "rate"), [("pcm_16000", 16_000), ("raw-48khz-16bit", 48_000), ("22.05k", 22_050)]
)
def test_a_path_that_names_a_rate_is_heard(
    folder: str, rate: int, raw: Callable[..., Submission]
) -> None:
    assert f"{rate} Hz by its path" in raw(folder=folder).findings[0].sentence


@pytest.mark.parametrize("coding", CODINGS)
def test_raw_files_are_read_where_their_form_is_given(
    coding: str, raw: Callable[..., Submission]
) -> None:
    found = raw(coding, pcm=f'pcm = {{ rate = 24000, coding = "{coding}" }}')
    assert found.findings == ()
    clip = found.clips[0]
    assert clip.audio and clip.audio.duration_s == pytest.approx(1.0)
    with found.open_audio(clip) as file:
        decoded = decode(file)
    assert (decoded.rate_hz, decoded.faults) == (24_000, ())
    np.testing.assert_allclose(decoded.samples[0], SPEECH, atol=0.02)


def test_a_voice_may_have_a_form_of_its_own_and_a_rate_is_part_of_the_clip(
    raw: Callable[..., Submission], tmp_path: Path
) -> None:
    wide = raw(pcm="pcm = { rate = 24000 }").clips[0].audio
    slow = raw(pcm="[voices.X]\npcm = { rate = 12000 }\n[voices.Y]").description.of("X").pcm
    assert slow == Pcm(12_000)
    other = raw(pcm="pcm = { rate = 12000 }").clips[0].audio
    assert wide and other
    assert other.sample_rate_hz == 12_000
    assert other.duration_s == pytest.approx(2.0)
    assert wide.sha256 != other.sha256
    done = convert(tmp_path / "sub", tmp_path / "out", "labels.json")
    assert (done.rows, done.skipped) == (2, ())
    assert {p.suffix for p in (tmp_path / "out" / VOICE).iterdir()} == {".json", ".wav"}


def test_files_with_a_header_are_read_by_it_all_the_same(
    submission: Callable[..., Path],
) -> None:
    root = submission(description=f"pcm = {{ rate = 8000 }}\n{DESCRIPTION}")
    assert [c.audio.sample_rate_hz for c in read_submission(root).clips if c.audio] == [24_000] * 3


def test_a_folder_of_unknown_endings_is_not_called_absent(tmp_path: Path) -> None:
    (tmp_path / VOICE).mkdir()
    (tmp_path / VOICE / "0.bin").write_bytes(b"RIFF\x24\0\0\0WAVEfmt ")
    (tmp_path / "submission.toml").write_text(DESCRIPTION)
    (said,) = read_submission(tmp_path).findings
    assert said.rule == "no-audio"
    assert f"The folder {VOICE} holds 1 file and none that is named like audio" in said.sentence
