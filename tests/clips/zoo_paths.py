"""Zoo: names and paths that lead out, collide, or are no files."""

import os
import socket
import unicodedata
from collections.abc import Callable
from pathlib import Path

from tests.clips.build import labels, tone
from tests.clips.zoo import REFUSED, VOICE, Case
from tests.clips.zoo_labels import rows

Spoil = Callable[[Path], Path | None]


def named(path: str) -> Spoil:
    """A label row that names this path."""
    return rows({"audio_file": path, "text": "A."}, {"audio_file": "1.wav", "text": "B."})


def linked(target: str, name: str = "0.wav") -> Spoil:
    def spoil(root: Path) -> None:
        (root / VOICE / name).unlink(missing_ok=True)
        (root / VOICE / name).symlink_to(target)

    return spoil


def also(*names: str) -> Spoil:
    """Further audio files with rows of their own."""

    def spoil(root: Path) -> None:
        for number, name in enumerate(names):
            tone(root / VOICE / name, 0.1, seed=30 + number)
        listed = [{"audio_file": name, "text": "A."} for name in ("0.wav", "1.wav", *names)]
        labels(root / VOICE / "labels.json", {"samples": listed})

    return spoil


def linked_folder(root: Path) -> None:
    outside = root.parent / "outside"
    tone(outside / "x.wav", 0.1, seed=40)
    (root / VOICE / "more").symlink_to(outside)


def linked_voice(root: Path) -> None:
    (root / VOICE).rename(root.parent / "outside")
    (root / VOICE).symlink_to(root.parent / "outside")


def loop(root: Path) -> None:
    (root / VOICE / "loop").symlink_to(root)


def hard(root: Path) -> None:
    outside = tone(root.parent / "outside.wav", 0.1, seed=41)
    (root / VOICE / "0.wav").unlink()
    (root / VOICE / "0.wav").hardlink_to(outside)


def pipe(root: Path) -> None:
    (root / VOICE / "0.wav").unlink()
    os.mkfifo(root / VOICE / "0.wav")


def bound_socket(root: Path) -> None:
    (root / VOICE / "0.wav").unlink()
    here = Path.cwd()
    os.chdir(root / VOICE)  # the name of a socket is bounded
    with socket.socket(socket.AF_UNIX) as end:
        end.bind("0.wav")
    os.chdir(here)


def not_utf8(root: Path) -> None:
    path = os.fsencode(root / VOICE) + b"/caf\xe9.wav"
    Path(os.fsdecode(path)).write_bytes((root / VOICE / "0.wav").read_bytes())


def decomposed(root: Path) -> None:
    both = [unicodedata.normalize(form, "é.wav") for form in ("NFC", "NFD")]
    also(*both)(root)


def deep(root: Path) -> None:
    tone(root.joinpath(VOICE, *["d"] * 40) / "x.wav", 0.1, seed=42)


def renamed(name: str) -> Spoil:
    def spoil(root: Path) -> None:
        (root / VOICE).rename(root / name)

    return spoil


def stray(root: Path) -> None:
    tone(root / "stray.wav", 0.1, seed=43)


UNSAFE = {
    "parent": "../0.wav",
    "parent-deep": "a/../../../etc/passwd",
    "parent-backslash": "..\\..\\0.wav",
    "parent-end": "a/..",
    "absolute": "/etc/passwd",
    "drive": "C:\\audio\\0.wav",
    "share": "\\\\server\\share\\0.wav",
    "home": "~/0.wav",
    "address": "https://example.org/0.wav",
    "file-address": "file:///etc/passwd",
    "zero-byte": "0.wav\0.txt",
    "blank": " ",
    "long-name": "x" * 300 + ".wav",
}
ODD = {
    "newline": "a\nb.wav",
    "escape": "a\x1b[31mb.wav",
    "right-to-left": "a\u202evaw.exe.wav",
    "zero-width": "a\u200bb.wav",
    "question": "what?.wav",
    "colon": "12:30.wav",
    "quote": 'a"b.wav',
    "html": "<img src=x onerror=alert(1)>.wav",
    "reserved": "CON.wav",
    "reserved-lower": "nul.wav",
    "blank-first": " a.wav",
}
CASES = [
    *(Case(f"path-{name}", named(path), "unsafe-path") for name, path in UNSAFE.items()),
    *(Case(f"name-{name}", also(path), "odd-name") for name, path in ODD.items()),
    Case("path-very-long", named("a/" * 5_000 + "0.wav"), "missing-audio"),
    Case("path-formula", named("=HYPERLINK(1).wav"), "missing-audio"),
    Case("link-out", linked("/etc/hostname"), "unsafe-path"),
    Case("link-inside", linked("1.wav"), "unsafe-path"),
    Case("link-nowhere", linked("nothing", "x.wav"), "unsafe-path"),
    Case("link-to-itself", linked("x.wav", "x.wav"), "unsafe-path"),
    Case("link-device", linked("/dev/zero"), "unsafe-path"),
    Case("link-folder", linked_folder, "unsafe-path"),
    Case("link-voice", linked_voice, "unsafe-path"),
    Case("link-loop", loop, "unsafe-path"),
    Case("link-hard", hard, "hard-link"),
    Case("pipe", pipe, "unsafe-path"),
    Case("socket", bound_socket, "unsafe-path"),
    Case("name-not-utf8", not_utf8, "odd-name"),
    Case("name-case-twins", also("a.wav", "A.wav"), "name-collision"),
    Case("name-unicode-twins", decomposed, "name-collision"),
    Case("name-deep", deep, "over-limit"),
    Case("voice-newline", renamed("VOICE\nA"), "odd-name"),
    Case("voice-reserved", renamed("aux"), "odd-name"),
    Case("stray-audio", stray, "unlabelled-audio"),
    Case("nothing-there", lambda root: root / "none", REFUSED),
    Case("a-file-alone", lambda root: root / VOICE / "0.wav", REFUSED),
    Case("a-device", lambda root: Path("/dev/null"), REFUSED),
]
