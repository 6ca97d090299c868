"""The files of a submission, as its label files name them."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from clips.names import folded, natural, plain
from clips.rules import Fault, fault
from clips.sources import Entry
from clips.words import Path


@dataclass(frozen=True)
class Tree:
    """The files of a submission, found by the names that label files give them."""

    entries: tuple[Entry, ...]

    @cached_property
    def _exact(self) -> dict[str, Entry]:
        return {entry.path: entry for entry in self.entries}

    @cached_property
    def _plain(self) -> dict[str, Entry]:
        return {plain(entry.path): entry for entry in reversed(self.entries)}

    @cached_property
    def _folded(self) -> dict[str, list[Entry]]:
        groups: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            groups[folded(entry.path)].append(entry)
        return groups

    @cached_property
    def folders(self) -> dict[str, list[str]]:
        """Folder -> names of the plain files in it, both in natural order."""
        groups: dict[str, list[str]] = defaultdict(list)
        for entry in self.entries:
            folder, _, name = entry.path.rpartition("/")
            if not entry.refused:
                groups[folder].append(name)
        return {
            folder: sorted(groups[folder], key=natural) for folder in sorted(groups, key=natural)
        }

    def find(self, path: str) -> tuple[Entry | None, tuple[Fault, ...]]:
        """The file at a path, as written, else in any Unicode form, else in any case."""
        entry = self._exact.get(path) or self._plain.get(plain(path))
        if entry is not None:
            return entry, ()
        near = self._folded.get(folded(path), [])
        if len(near) != 1:
            return None, ()
        return near[0], (fault("name-case", path=Path(path), found=Path(near[0].path)),)

    def twins(self, entry: Entry) -> list[Entry]:
        """Other files whose names are the same where case and Unicode form do not count."""
        return [other for other in self._folded[folded(entry.path)] if other is not entry]


def is_clutter(path: str) -> bool:
    """Whether a system left a file there that nobody means to send."""
    parts = path.split("/")
    return parts[0] == "__MACOSX" or parts[-1].startswith("._")
