"""The length that a file's header says against the one that it holds."""

from collections.abc import Sequence

from clips.pieces import Pieces

SAME_LENGTH_S = 0.05


def length_faults(pieces: Pieces, lengths: Sequence[float]) -> list[str]:
    """Where the header and the file part; nothing where not all pieces could be read."""
    first, held_s = pieces.all[0], sum(lengths)
    if len(lengths) < len(pieces.all) or not held_s:
        return []
    faults = ["it breaks off within its last page"] if pieces.is_cut else []
    all_s = held_s * (1 + pieces.left / max(pieces.all[-1].end, 1))
    if all_s - held_s > 2 * SAME_LENGTH_S:
        return [
            f"header says {held_s:.1f} s, file has bytes for {all_s:.1f} s. What lies behind was"
            " not read; write it as one recording",
            *faults,
        ]
    said_s = (lengths[0] if first.said_s is None else first.said_s) * pieces.said_share
    if said_s - held_s > SAME_LENGTH_S:
        return [f"header says {said_s:.1f} s, file holds {held_s:.1f} s", *faults]
    if held_s - said_s <= SAME_LENGTH_S:
        return faults
    how = f" in {len(pieces.all)} pieces one behind the other" if len(pieces.all) > 1 else ""
    return [
        f"header says {said_s:.1f} s, file holds {held_s:.1f} s{how}. Many programs stop after"
        " what the header says; write it as one recording",
        *faults,
    ]
