"""What ZIP and tar share: which members are safe, and when an archive is a bomb."""

from collections.abc import Iterable

from clips.limits import Limits
from clips.names import unsafe_reason
from clips.numbers import number
from clips.rules import Fault, fault
from clips.sources.base import Entry, Listing, file_entry
from clips.words import Path


def member(path: str, size: int, refused: str = "", rule: str = "unsafe-path") -> Entry:
    """The entry of an archive's member; a path that leads out is refused."""
    path = path.removeprefix("./")
    if refused:
        return Entry(file_entry(path, 0).path, size, refused, rule)
    if reason := unsafe_reason(path):
        return Entry(file_entry(path, 0).path, size, reason)
    if "//" in path or "/./" in path:
        return Entry(path, size, "its path has an empty part")
    return file_entry(path, size)


def from_windows(names: Iterable[str]) -> bool:
    """Whether an archive's names use the backslash as separator: some hold one, none a slash."""
    found = list(names)
    return any("\\" in name for name in found) and not any("/" in name for name in found)


def bounded(entries: Iterable[Entry], packed_bytes: int, limits: Limits) -> Listing:
    """The listing of an archive, refused as a whole where its content is beyond the limits.

    Args:
        entries: the members, at most as many as the limits allow.
        packed_bytes: size of the archive.
        limits: bounds on number, depth, size and ratio.
    """
    faults: list[Fault] = []
    kept: dict[str, Entry] = {}
    for entry in entries:
        if entry.path in kept:
            faults.append(fault("name-collision", "archive", path=Path(entry.path)))
            continue
        if entry.path.count("/") > limits.depth:
            depth = f"it lies deeper than {limits.depth} folders"
            kept[entry.path] = Entry(entry.path, entry.size, depth, "over-limit")
        else:
            kept[entry.path] = entry
        if len(kept) >= limits.entries:
            faults.append(fault("over-limit", "members", most=limits.entries))
            break
    listed = sorted(kept.values(), key=lambda entry: entry.path)
    if bomb := _bomb(sum(entry.size for entry in listed), packed_bytes, limits):
        faults.append(bomb)
        words = "the archive is beyond a limit"
        listed = [Entry(entry.path, entry.size, words, "over-limit") for entry in listed]
    return Listing(tuple(listed), tuple(faults))


def _bomb(content: int, packed: int, limits: Limits) -> Fault | None:
    if content > limits.archive_bytes:
        return fault("over-limit", "bytes", found=content, most=limits.archive_bytes)
    ratio = content / max(packed, 1)
    if content > limits.archive_free_bytes and ratio > limits.archive_ratio:
        found, most = number(ratio, 0), number(limits.archive_ratio)
        return fault("over-limit", "ratio", found=found, most=most)
    return None
