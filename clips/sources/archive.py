"""What ZIP and tar share: which members are safe, and when an archive is a bomb."""

from collections.abc import Iterable

from clips.limits import Limits
from clips.names import shown, unsafe_reason
from clips.rules import Fault
from clips.sources.base import Entry, Listing, file_entry


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
            sentence = f"The archive holds {shown(entry.path)} twice; the first was read."
            faults.append(Fault("name-collision", sentence))
            continue
        if entry.path.count("/") > limits.depth:
            depth = f"it lies deeper than {limits.depth} folders"
            kept[entry.path] = Entry(entry.path, entry.size, depth, "over-limit")
        else:
            kept[entry.path] = entry
        if len(kept) >= limits.entries:
            faults.append(_too_many(limits))
            break
    listed = sorted(kept.values(), key=lambda entry: entry.path)
    if reason := _bomb(sum(entry.size for entry in listed), packed_bytes, limits):
        faults.append(Fault("over-limit", f"The archive {reason}; nothing of it was opened."))
        words = "the archive is beyond a limit"
        listed = [Entry(entry.path, entry.size, words, "over-limit") for entry in listed]
    return Listing(tuple(listed), tuple(faults))


def _too_many(limits: Limits) -> Fault:
    sentence = (
        f"The archive holds more than {limits.entries:,} files; the others were not read. Send"
        " several submissions."
    )
    return Fault("over-limit", sentence)


def _bomb(content: int, packed: int, limits: Limits) -> str:
    if content > limits.archive_bytes:
        return f"unpacks to {content:,} bytes, the limit is {limits.archive_bytes:,}"
    ratio = content / max(packed, 1)
    if content > limits.archive_free_bytes and ratio > limits.archive_ratio:
        return f"unpacks to {ratio:.0f} times its size, the limit is {limits.archive_ratio:g} times"
    return ""
