"""One submission, read alike from a folder, archives and object stores."""

import errno
import gzip
import io
import os
import pickle
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from clips.audio import decode
from clips.errors import DecoderLost, SubmissionError
from clips.limits import DEFAULT_LIMITS
from clips.sources.folder import FolderSource
from clips.submission import read_submission
from tests.clips.build import zstd

Build = Callable[..., Path]


def pack(root: Path, out: Path, top: str = ".") -> Path:
    """Pack a folder by the ending of `out`."""
    if out.suffix == ".zip":
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(root.rglob("*")):
                archive.write(path, Path(top) / path.relative_to(root))
        return out
    plain = out.with_name("plain.tar")
    with tarfile.open(plain, "w") as archive:
        archive.add(root, top)
    if out.suffix == ".zst":
        out.write_bytes(zstd().compress(plain.read_bytes()))
    elif out.suffix in (".gz", ".tgz"):
        out.write_bytes(gzip.compress(plain.read_bytes()))
    else:
        plain.rename(out)
    return out


@pytest.mark.parametrize("top", ["", "wrapper\\", ".\\"])
def test_a_zip_with_backslashes_reads_like_a_folder(
    top: str, submission: Build, tmp_path: Path
) -> None:
    """As some tools on Windows write it."""
    root = submission()
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{top}VOICE_A_NEUTRAL\\", b"")
        for file in sorted(p for p in root.rglob("*") if p.is_file()):
            archive.writestr(
                top + str(file.relative_to(root)).replace("/", "\\"), file.read_bytes()
            )
    expected, found = read_submission(root), read_submission(path)
    assert (found.clips, found.findings) == (expected.clips, expected.findings)
    with found.open_audio(found.clips[0]) as opened:
        assert opened.read(4) == b"RIFF"


def test_a_backslash_beside_slashes_is_part_of_a_name(submission: Build, tmp_path: Path) -> None:
    path = pack(submission(), tmp_path / "a.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("VOICE_A_NEUTRAL/a\\b.wav", b"x")
    assert "VOICE_A_NEUTRAL/a\\b.wav" in {clip.path for clip in read_submission(path).clips}


ARCHIVES = ["a.zip", "a.tar", "a.tar.gz", "a.tgz", "a.tar.zst"]


@pytest.mark.parametrize("top", [".", "wrapper"])
@pytest.mark.parametrize("name", ARCHIVES)
def test_archives_read_like_folders(
    name: str, top: str, submission: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    root = submission()
    expected = read_submission(root)
    found = read_submission(pack(root, tmp_path / name, top))
    assert (found.clips, found.findings) == (expected.clips, expected.findings)
    again = pickle.loads(pickle.dumps(found))
    for clip in found.clips:
        with again.open_audio(clip) as file:
            assert decode(file).samples.shape == (1, 12_000)
    assert len(list(scratch.iterdir())) == ("gz" in name or "zst" in name or "tgz" in name)
    del again, found
    assert list(scratch.iterdir()) == []


def test_file_address(submission: Build) -> None:
    root = submission()
    assert read_submission(root.as_uri()).clips == read_submission(root).clips


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_s3(s3: Any, submission: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    root = submission()
    s3.mkdir("inbox")
    s3.put(str(root), "inbox/sub", recursive=True)
    expected = read_submission(root)
    for address in ("s3://inbox/sub", "s3://inbox/sub/"):
        found = read_submission(address)
        assert (found.clips, found.findings) == (expected.clips, expected.findings)
    with pickle.loads(pickle.dumps(found)).open_audio(found.clips[1]) as file:
        assert decode(file).samples.shape == (1, 12_000)
    for name in ("a.zip", "a.tar"):
        s3.put(str(pack(root, tmp_path / name)), f"inbox/{name}")
        found = read_submission(f"s3://inbox/{name}")
        assert (found.clips, found.findings) == (expected.clips, expected.findings)
    assert list(scratch.iterdir()) == []
    with pytest.raises(SubmissionError):
        read_submission("s3://inbox/nothing")
    with pytest.raises(SubmissionError):
        read_submission("s3://no-such-bucket/x")


def test_addresses_that_nothing_reads() -> None:
    with pytest.raises(SubmissionError, match="cannot be read"):
        read_submission("carrier-pigeon://coop/7")


def test_forked_processes_do_not_share_the_archive(submission: Build, tmp_path: Path) -> None:
    found = read_submission(pack(submission(), tmp_path / "a.zip"))
    code = (
        "import pickle,sys; s=pickle.load(sys.stdin.buffer);"
        "print(len(s.open_audio(s.clips[0]).read()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=pickle.dumps(found),
        capture_output=True,
        check=True,
        cwd=Path.cwd(),
    )
    assert done.stdout.strip() == b"24044"


def tar_of(members: list[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


def test_members_that_lead_out_are_refused(submission: Build, tmp_path: Path) -> None:
    root = submission()
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        archive.add(root, ".")
        for name, kind, target in (
            ("VOICE_A_NEUTRAL/link.wav", tarfile.SYMTYPE, "/etc/passwd"),
            ("VOICE_A_NEUTRAL/hard.wav", tarfile.LNKTYPE, "VOICE_A_NEUTRAL/0.wav"),
            ("VOICE_A_NEUTRAL/pipe.wav", tarfile.FIFOTYPE, ""),
            ("VOICE_A_NEUTRAL/device.wav", tarfile.CHRTYPE, ""),
            ("../out.wav", tarfile.REGTYPE, ""),
            ("/abs.wav", tarfile.REGTYPE, ""),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            archive.addfile(info)
    found = read_submission(tmp_path / "a.tar")
    unsafe = [f.audio_file for f in found.findings if f.rule == "unsafe-path"]
    assert len(unsafe) == 6
    assert sum(clip.path == "" for clip in found.clips) == 6


def test_members_too_large_for_memory_are_unpacked_as_they_are_read(
    submission: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clips.sources.zip.IN_MEMORY_BYTES", 1_000)
    root = submission()
    path = pack(root, tmp_path / "a.zip")
    found = read_submission(path)
    assert found.clips == read_submission(root).clips
    with found.open_audio(found.clips[0]) as file:
        assert decode(file).samples.shape == (1, 12_000)
    content = bytearray(pack(root, tmp_path / "b.zip").read_bytes())
    at = content.index(b"0.wav") + 200
    content[at : at + 40] = bytes(40)
    (tmp_path / "b.zip").write_bytes(content)
    damaged = read_submission(tmp_path / "b.zip")
    assert [(f.rule, f.audio_file) for f in damaged.findings] == [("unreadable-audio", "0.wav")]


def test_no_room_to_unpack_is_not_the_archives_fault(submission: Build, tmp_path: Path) -> None:
    archive = tmp_path / "sub.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(submission(), ".")
    room = tmp_path / "room"
    room.mkdir()
    code = (
        "import resource, signal, sys\n"
        "from clips.submission import read_submission\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "read_submission(sys.argv[1])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, archive],
        env={**os.environ, "TMPDIR": str(room)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"cannot be unpacked into {room} (File too large). Make room" in done.stderr
    assert "damaged" not in done.stderr
    assert list(room.iterdir()) == []


def test_an_archive_that_cannot_be_read_now_leaves_nothing_behind(
    submission: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "sub.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(submission(), ".")
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(room))

    def fail(self: gzip.GzipFile, size: int) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(gzip.GzipFile, "read1", fail)
    with pytest.raises(SubmissionError, match="it cannot be read"):
        read_submission(archive)
    assert list(room.iterdir()) == []


def test_folder_that_cannot_be_read_is_named(
    submission: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, real = submission(), os.scandir
    (root / "VOICE_A_NEUTRAL" / "deep").mkdir()

    def fail(folder: int) -> object:
        if Path(f"/proc/self/fd/{folder}").resolve().name == "deep":
            raise OSError(errno.EIO, "Input/output error")
        return real(folder)

    monkeypatch.setattr(os, "scandir", fail)
    (found,) = read_submission(root).findings
    assert found.rule == "unreadable-archive"
    assert "VOICE_A_NEUTRAL/deep" in found.sentence
    assert "Input/output error" in found.sentence


def test_folders_without_end_are_refused_as_one(submission: Build) -> None:
    root = submission()
    long = "d" * 250
    handle = os.open(root / "VOICE_A_NEUTRAL", os.O_RDONLY)
    for _ in range(40):  # a path longer than the system opens at once
        os.mkdir(long, dir_fd=handle)
        below = os.open(long, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = below
    os.close(handle)
    found = read_submission(root)
    (deep,) = found.findings
    assert deep.rule == "over-limit"
    assert "it lies deeper than 16 folders" in deep.sentence
    assert len(found.clips) == 3
    subprocess.run(["rm", "-rf", str(root)], check=True)


def test_a_folder_that_became_a_link_meanwhile_is_not_gone_through(
    submission: Build, tmp_path: Path
) -> None:
    root = submission()
    found = read_submission(root)
    clip = found.clips[0]
    with found.open_audio(clip) as file:
        before = file.read()
    (root / clip.voice).rename(tmp_path / "elsewhere")
    (root / clip.voice).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DecoderLost, match="Not a directory"):
        found.open_audio(clip)
    (root / clip.voice).unlink()
    (tmp_path / "elsewhere").rename(root / clip.voice)
    with found.open_audio(clip) as file:
        assert file.read() == before
    root.rename(tmp_path / "elsewhere")
    root.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DecoderLost, match="Not a directory"):
        found.open_audio(clip)


@pytest.mark.parametrize("path", ["../a.wav", "VOICE_A_NEUTRAL/../a.wav", "/etc/passwd", "./a"])
def test_no_path_leads_out_of_a_folder(path: str, tmp_path: Path) -> None:
    (tmp_path / "sub" / "VOICE_A_NEUTRAL").mkdir(parents=True)
    (tmp_path / "a.wav").touch()
    (tmp_path / "sub" / "a.wav").touch()
    with pytest.raises(OSError, match="outside the submission"):
        FolderSource(tmp_path / "sub", DEFAULT_LIMITS).open(path)


def test_a_folder_that_became_a_link_is_not_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, outside = tmp_path / "sub", tmp_path / "outside"
    (root / "VOICE_A_NEUTRAL").mkdir(parents=True)
    (root / "VOICE_A_NEUTRAL" / "a.wav").touch()
    outside.mkdir()
    (outside / "secret.wav").touch()
    real = os.scandir

    @contextmanager
    def swap(folder: int) -> Iterator[object]:
        with real(folder) as items:
            yield items
        if not (tmp_path / "elsewhere").exists():  # the root is read, what it holds is not
            (root / "VOICE_A_NEUTRAL").rename(tmp_path / "elsewhere")
            (root / "VOICE_A_NEUTRAL").symlink_to(outside)

    monkeypatch.setattr(os, "scandir", swap)
    found = FolderSource(root, DEFAULT_LIMITS).listing()
    assert not any("secret" in entry.path for entry in found.entries)
