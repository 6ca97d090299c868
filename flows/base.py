"""What a pull request adds: a submission in a Git repository against a commit of its base."""

import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clips.drafts import draft, sweep
from clips.errors import ScoringError, SubmissionError
from clips.limits import Limits
from clips.submission import Submission, read_submission
from clips.table import Clip
from flows.approvals import APPROVALS, Approvals, read_approvals

Identity = tuple[object, ...]
# an index that is soon gone calls no program and leaves no file in the repository
_SETTINGS = (f"core.hooksPath={os.devnull}", "core.fsmonitor=false", "core.splitIndex=false")


@dataclass(frozen=True)
class Base:
    """A commit, as seen from a submission.

    Args:
        top: top folder of the working tree.
        ref: what it was asked for by.
        commit: its object name.
        inside: path of the submission within the tree, ``""`` where it is all of it.
    """

    top: Path
    ref: str
    commit: str
    inside: str

    def file(self, path: str) -> bytes | None:
        """A file of the commit; ``None`` where it has none of that name."""
        if self._kind(path) != "blob":
            return None
        return self._git("show", f"{self.commit}:{path}")

    @contextmanager
    def submission(self, limits: Limits) -> Iterator[Submission | None]:
        """The submission as the commit has it; ``None`` where it has none that can be read.

        It lies in the temporary folder for as long as the context lasts.
        """
        there = Path(tempfile.gettempdir())
        sweep(there)
        folder = draft(there, ".base")
        folder.mkdir(mode=0o700)
        try:
            yield self._read(folder, limits)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _read(self, folder: Path, limits: Limits) -> Submission | None:
        path = self._checked_out(folder)
        if path.is_symlink():
            return None
        try:
            return read_submission(path, limits)
        except SubmissionError:
            return None

    def _checked_out(self, folder: Path) -> Path:
        """The submission as a checkout leaves it: filters run, and all of the tree says which.

        Git LFS is named in a ``.gitattributes`` that may lie above the submission.
        """
        tree = folder / "tree" / self.top.name
        tree.mkdir(parents=True)
        path = tree / self.inside
        within = [self.inside] if self.inside else []
        names = self._git("ls-tree", "-r", "-z", "--name-only", self.commit, "--", *within)
        if names:
            apart = {"GIT_WORK_TREE": str(tree), "GIT_INDEX_FILE": str(folder / "index")}
            _git(self.top, "read-tree", self.commit, environment=apart)
            order = ("checkout-index", "-z", "--stdin")
            _git(self.top, *order, given=names, environment=apart)
        return path

    def _kind(self, path: str) -> str:
        told = _git(self.top, "cat-file", "-t", f"{self.commit}:{path}", check=False)
        return told.decode().strip()

    def _git(self, *arguments: str) -> bytes:
        return _git(self.top, *arguments)


def find_base(path: str, ref: str) -> Base:
    """The commit that a submission is held against.

    Args:
        path: a folder or an archive in the working tree of a Git repository.
        ref: what Git takes for a commit, such as ``origin/main`` or ``HEAD^1``.

    Raises:
        ScoringError: Git is missing, the path lies in no repository, or there is no such commit.
        SubmissionError: there is nothing at the path.
    """
    whole = Path(path).resolve()
    around = whole if whole.is_dir() else whole.parent
    if not around.is_dir():
        raise SubmissionError(f"{path}: no such file or folder")
    top = Path(os.fsdecode(_git(around, "rev-parse", "--show-toplevel").rstrip(b"\n")))
    commit = _git(around, "rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}")
    inside = whole.relative_to(top.resolve()).as_posix()
    return Base(top, ref, commit.decode().strip(), "" if inside == "." else inside)


def approvals(base: Base) -> Approvals:
    """What the commit's file of approvals says; nothing without one.

    Raises:
        ScoringError: the file is wrong.
    """
    content = base.file(APPROVALS)
    return Approvals() if content is None else read_approvals(content, f"{APPROVALS} of {base.ref}")


def as_before(now: Submission, before: Submission) -> frozenset[str]:
    """Ids of the clips that were there before: the same voice, audio, text and language.

    A renamed file is the same clip; of equal clips as many are old as there were, those under
    their former path first. One whose audio cannot be read is never old.
    """
    were = Counter(_identity(c, before) for c in before.clips if c.audio)
    places = {(_identity(c, before), c.path) for c in before.clips if c.audio}
    audible = [(c, _identity(c, now)) for c in now.clips if c.audio]
    old: list[str] = []
    for clip, identity in sorted(audible, key=lambda one: (one[1], one[0].path) not in places):
        if were[identity] > 0:
            were[identity] -= 1
            old.append(clip.clip_id)
    return frozenset(old)


def apart(clips: Sequence[Clip], old: frozenset[str]) -> tuple[list[Clip], list[Clip]]:
    """The clips that are new, and those that are not."""
    return (
        [clip for clip in clips if clip.clip_id not in old],
        [clip for clip in clips if clip.clip_id in old],
    )


def _identity(clip: Clip, submission: Submission) -> Identity:
    """What a verdict on a clip by itself rests on."""
    described = submission.description.of(clip.voice)
    audio = clip.audio.sha256 if clip.audio else ""
    said = (described.tone, repr(described.pcm))
    return (clip.voice, audio, clip.text_sha256, clip.language, *said)


def _git(
    folder: Path,
    *arguments: str,
    given: bytes = b"",
    environment: Mapping[str, str] | None = None,
    check: bool = True,
) -> bytes:
    """Run Git; what Git LFS does not have of old files is left out rather than fetched."""
    settings = (part for each in _SETTINGS for part in ("-c", each))
    options = ("-C", str(folder), "--no-pager", "--literal-pathspecs", *settings)
    command = ["git", *options, *arguments]
    ours = {"GIT_LFS_SKIP_DOWNLOAD_ERRORS": "1", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(  # noqa: S603 - its arguments are ours, a path or a commit
            command,
            input=given,
            capture_output=True,
            env={**os.environ, **ours, **(environment or {})},
            check=False,
        )
    except FileNotFoundError:
        raise ScoringError("--base needs Git, which is not installed here") from None
    if check and done.returncode:
        why = done.stderr.decode(errors="replace").strip()
        raise ScoringError(
            f"--base: git {arguments[0]} failed in {folder} ({why}). It takes a commit that this"
            " repository has; a shallow clone may need another fetch (fetch-depth: 2 for HEAD^1)"
        )
    return done.stdout
