"""Fuzzing: whatever comes in, nothing but the project's own errors comes out.

``python -m tests.clips.test_fuzz 600`` runs for ten minutes, CI for half a minute.
"""

import contextlib
import io
import json
import random
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clips.audio import decode
from clips.description import parse_description
from clips.errors import DecodeError, TenhoursError
from clips.formats import FORMATS, SIDECAR
from clips.formats.base import LabelInput
from clips.header import probe
from clips.limits import Limits
from clips.lint import lint
from clips.names import odd_reason, plain, shown, storable, unsafe_reason
from clips.rules import INTAKE_RULES
from clips.submission import read_submission
from tests.clips.build import DESCRIPTION, tone

SMALL = Limits(label_file_bytes=1 << 20, label_rows=1_000, archive_free_bytes=1 << 22)
WORDS = st.sampled_from(
    (
        *("samples", "audio_file", "text", "file_name", "audio_filepath", "duration", "turn"),
        *("offset", "turn_index", "speaker", "a.wav", "../a.wav", "/a", "Hello.", "a|b"),
        *('"', ",", "\ud800"),
    )
)
TEXT = st.one_of(WORDS, st.text(max_size=20))
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)
ROWS = st.lists(st.lists(TEXT, max_size=4), max_size=6)
BYTES = st.one_of(
    st.binary(max_size=400),
    TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")),
    JSON.map(lambda value: json.dumps(value).encode()),
    st.lists(JSON, max_size=4).map(lambda values: "\n".join(map(json.dumps, values)).encode()),
    ROWS.map(lambda rows: b"\n".join("|".join(r).encode("utf-8", "replace") for r in rows)),
    ROWS.map(lambda rows: b"\n".join(",".join(r).encode("utf-8", "replace") for r in rows)),
    ROWS.map(lambda rows: b"\n".join(" ".join(r).encode("utf-8", "replace") for r in rows)),
)
NAMES = st.sampled_from(
    (
        *("labels.json", "metadata.csv", "metadata.jsonl", "manifest.json", "wav.scp", "text"),
        *(
            "a.list",
            "train.txt",
            "x.tsv",
            "utt2spk",
            "a.txt",
            "a.lab",
            "a.wav",
            "train.parquet",
            "segments",
        ),
    )
)


def label_readers(files: dict[str, bytes]) -> None:
    def open_file(path: str) -> io.BytesIO:
        return io.BytesIO(files[path])

    def head(name: str) -> bytes:
        return files[name][:4096]

    for form in (*FORMATS, SIDECAR):
        claimed = form.claims(list(files), head) or tuple(files)
        if form is SIDECAR:
            claimed = form.claims(list(files), head)
        if form.name == "kaldi" and not {"wav.scp", "text"} <= set(files):
            continue
        labels = form.read(LabelInput("", claimed, open_file, SMALL))
        for row in labels.rows:
            row.text.encode()
            row.audio_file.encode()
            assert all(fault.rule in INTAKE_RULES for fault in row.faults)
        assert all(fault.rule in INTAKE_RULES for fault in labels.faults)


def description(content: bytes) -> None:
    _, findings = parse_description(content)
    assert {finding.rule for finding in findings} <= set(INTAKE_RULES)


def texts(text: str) -> None:
    for fault in lint(text):
        assert fault.rule in INTAKE_RULES
        fault.sentence.encode()
        assert fault.sentence.isprintable()
    storable(text).encode()
    assert shown(text).isprintable()
    odd_reason(text)
    if not unsafe_reason(text):
        assert ".." not in plain(text).split("/")


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The content with a few bytes changed, cut out or put in."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(max(1, min(len(data), chance.choice((64, 512, len(data) or 1)))))
        kind = chance.randrange(4)
        if kind == 0:
            data[at : at + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            del data[at : at + chance.randint(1, 64)]
        elif kind == 2:
            data[at:at] = chance.randbytes(chance.randint(1, 16))
        else:
            data[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", bytes(4), b"\xff\xff\xff\x7f"))
    return bytes(data)


def seeds() -> dict[str, bytes]:
    """A small correct submission under each kind of archive, and audio of several kinds."""
    found: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        voice = root / "sub" / "VOICE_A_NEUTRAL"
        tone(voice / "0.wav", 0.05)
        row = {"audio_file": "0.wav", "text": "Hello."}
        (voice / "labels.json").write_text(json.dumps({"samples": [row]}))
        (root / "sub" / "submission.toml").write_text(DESCRIPTION)
        for ending in ("zip", "tar", "tar.gz"):
            path = root / f"a.{ending}"
            if ending == "zip":
                with zipfile.ZipFile(path, "w") as archive:
                    for file in sorted((root / "sub").rglob("*")):
                        archive.write(file, file.relative_to(root / "sub"))
            else:
                with tarfile.open(path, "w:gz" if ending == "tar.gz" else "w") as packed:
                    packed.add(root / "sub", ".")
            found[path.name] = path.read_bytes()
        for ending in ("wav", "flac", "ogg", "mp3", "aiff"):
            found[f"x.{ending}"] = tone(root / f"x.{ending}", 0.1).read_bytes()
    return found


SEEDS = seeds()


def archives(chance: random.Random, folder: Path) -> None:
    name = chance.choice([name for name in SEEDS if name.startswith("a.")])
    path = folder / name
    path.write_bytes(damaged(SEEDS[name], chance))
    before = sorted(folder.iterdir())
    try:
        found = read_submission(path, SMALL)
    except TenhoursError:
        return
    assert {finding.rule for finding in found.findings} <= set(INTAKE_RULES)
    assert sorted(folder.iterdir()) == before


def audio(chance: random.Random) -> None:
    name = chance.choice([name for name in SEEDS if name.startswith("x.")])
    content = damaged(SEEDS[name] * chance.choice((1, 1, 2)), chance)
    for read in (probe, decode):
        with contextlib.suppress(DecodeError):
            read(io.BytesIO(content))


FILES = st.dictionaries(NAMES, BYTES, min_size=1, max_size=4)
DESCRIPTIONS = BYTES | st.binary(max_size=200).map(lambda more: DESCRIPTION.encode() + more)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@QUICK
@given(FILES)
def test_label_readers(files: dict[str, bytes]) -> None:
    label_readers(files)


@QUICK
@given(DESCRIPTIONS)
def test_description(content: bytes) -> None:
    description(content)


@QUICK
@given(st.dictionaries(TEXT, JSON, max_size=4))
def test_description_of_any_shape(value: dict[str, Any]) -> None:
    lines = [f"{json.dumps(key)} = {json.dumps(item)}" for key, item in value.items()]
    description("\n".join(lines).encode("utf-8", "replace"))


@QUICK
@given(TEXT)
def test_texts(text: str) -> None:
    texts(text)


def run_for(seconds: float, one: Callable[[random.Random], None], seed: int = 0) -> int:
    """Run one target until the time is over; its seed is in the error where it fails."""
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        try:
            one(random.Random(seed + count))
        except Exception as error:
            raise AssertionError(f"{getattr(one, '__name__', one)}, seed {seed + count}") from error
        count += 1
    return count


def test_archives(tmp_path: Path) -> None:
    assert run_for(6, lambda chance: archives(chance, tmp_path)) > 0


def test_audio() -> None:
    assert run_for(4, audio) > 0


def main(seconds: float) -> None:
    """Spend the time on all targets in turn, each with new inputs."""
    many = settings(QUICK, max_examples=max(100, int(seconds * 20)))
    targets: tuple[tuple[Any, Any], ...] = (
        (label_readers, FILES),
        (description, DESCRIPTIONS),
        (texts, TEXT),
    )
    for number, (target, inputs) in enumerate(targets):
        print(f"{number + 1}/5 {target.__name__}", flush=True)
        test: Any = many(given(inputs)(target))  # type: ignore[no-untyped-call]
        test()
    seed = random.SystemRandom().randrange(1 << 30)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = run_for(seconds * 0.3, lambda chance: archives(chance, folder), seed)
        print(f"4/5 archives: {count}", flush=True)
    print(f"5/5 audio: {run_for(seconds * 0.3, audio, seed)}", flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]))
