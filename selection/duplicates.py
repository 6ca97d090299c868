"""Copies within a submission: the same audio under another file, the same text said twice."""

import unicodedata
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from clips.rules.base import SEVERITY
from clips.table import Finding
from clips.words import Name, Param, Path, Phrase, say
from selection.rules import words as said
from selection.rules.judging import AUDIO, TEXT

SAME_BYTES = ("duplicate-row", "duplicate-audio")  # reading finds these
_Row = Mapping[Hashable, Any]
Words = npt.NDArray[np.uint32]

HOP_S = 0.02  # one word of a fingerprint; scorers/fingerprint.py makes them
# A pair is looked at where four keys meet at one offset. A key is a word without one of its bytes,
# so that a word with errors in one byte is still found.
_MASKS = (0xFFFFFF00, 0xFFFF00FF, 0xFF00FFFF, 0x00FFFFFF)
_MEETINGS = 4
_NEIGHBOURS = 4  # clips a key is compared with: a chain of copies stays linked, work stays linear
_FURTHEST = 1 << 20
_LEAST_S = 0.4
_LEAST_SHARE = 0.6  # of the shorter clip
_ERRORS = 0.25  # copies at 16 kbit/s Opus reach 0.16, other speech does not fall under 0.34
_ERRORS_SHORT = 0.11  # under 0.75 s chance and a pace 5 % off come nearer
_SHORT_S = 0.75
_LOCAL_S = 0.4
_LOCAL_ERRORS = 0.32  # one other word in an equal sentence goes beyond it
_DRIFT = 0.65  # words, 13 ms: another pace moves the last third against the first
_SHIFTS = 4


@dataclass(frozen=True, slots=True)
class Copy:
    """Two clips with the same audio.

    Args:
        earlier, later: positions in the sequence of fingerprints.
        errors: share of differing bits, 0 for equal audio, about 0.5 for other audio.
        shared_s: length of what they have in common, quiet parts left out.
    """

    earlier: int
    later: int
    errors: float
    shared_s: float


def find_duplicates(table: pd.DataFrame, fingerprints: Mapping[str, Words]) -> Iterator[Finding]:
    """Findings about every clip that repeats another; each names the one that stays.

    A labelled clip is never a copy of an unlabelled one, nor a clip the copy of one with a worse
    verdict of its own. Files that are equal byte by byte are left to reading, which finds them.

    Args:
        table: one row per clip with its verdict so far; ``text`` and ``audio_sha256`` may be
            missing.
        fingerprints: clip id -> words; clips without one are compared by text alone.
    """
    rows = _best_first(table)
    printed = [r for r in rows if str(r["clip_id"]) in fingerprints]
    named: set[int] = set()
    for copy in find_copies([fingerprints[str(r["clip_id"])] for r in printed]):
        one, two = printed[copy.earlier], printed[copy.later]
        equal = one.get("audio_sha256") and one.get("audio_sha256") == two.get("audio_sha256")
        if equal or copy.later in named:
            continue
        named.add(copy.later)
        also = said(AUDIO, shared_s=f"{copy.shared_s:.1f}", other=_name(one, two))
        yield _finding(AUDIO, also, two)
    known: dict[tuple[str, str], _Row] = {}
    for row in rows:
        words = _words(str(row.get("text") or ""))
        if not words or row["row"] < 0:
            continue
        first = known.setdefault((str(row["voice"]), words), row)
        if first is not row:
            yield _finding(TEXT, said(TEXT, other=_name(first, row)), row)


def settle_same_bytes(table: pd.DataFrame, told: Sequence[Finding]) -> Iterator[Finding]:
    """What reading told of equal files, each about the pair that is worth less.

    Reading lets the first of equal files stay. Where a later one has a better verdict of its own,
    as with the right label after a wrong one, that one stays and the first is told of in its place.

    Args:
        table: one row per clip with its verdict but for ``told``, and ``audio_sha256``.
        told: findings by a rule of `SAME_BYTES` about clips that have a digest.
    """
    if not told:
        return
    rows = _best_first(table)
    by_id = {row["clip_id"]: row for row in rows}
    later = {finding.clip_id for finding in told}
    firsts = {row["audio_sha256"]: row for row in rows if row["clip_id"] not in later}
    best = {row["audio_sha256"]: row for row in reversed(rows)}
    for finding in told:
        digest = by_id[finding.clip_id]["audio_sha256"]
        first, stays = firsts.get(digest), best[digest]
        if first is None or first is stays:
            yield finding
            continue
        better = said(finding.rule, "better", stays=_place(stays))
        worse = first if stays["clip_id"] == finding.clip_id else by_id[finding.clip_id]
        yield _finding(finding.rule, better, worse)


def _best_first(table: pd.DataFrame) -> list[_Row]:
    """Rows with a label before those without; then by their verdict so far, then as they came."""
    order = table.assign(_unlabelled=table["row"] < 0, _severity=table["verdict"].map(SEVERITY))
    best = order.sort_values(["_unlabelled", "_severity"], kind="stable")
    return list(best.to_dict("records"))


def find_copies(fingerprints: Sequence[Words]) -> list[Copy]:
    """Every pair that shares its audio, ordered by the later clip, then the earlier.

    Work grows with the number of words, not with its square; of many copies of one clip, each is
    paired with some earlier ones.
    """
    copies = []
    for earlier, later, offset in _candidates(fingerprints):
        copy = _compare(fingerprints[earlier], fingerprints[later], offset)
        if copy is not None:
            copies.append(Copy(earlier, later, *copy))
    return sorted(copies, key=lambda c: (c.later, c.earlier))


def _candidates(fingerprints: Sequence[Words]) -> Iterator[tuple[int, int, int]]:
    """Pairs of clips and the offset at which most of their keys meet."""
    n = len(fingerprints)
    if n < 2:
        return
    words = np.concatenate(fingerprints)
    clip = np.repeat(np.arange(n), [w.size for w in fingerprints])
    place = np.concatenate([np.arange(w.size) for w in fingerprints])
    kept = words != 0
    words, clip, place = words[kept], clip[kept], place[kept]
    if words.size < 2:
        return
    meetings = [m for mask in _MASKS for m in _meetings(words & np.uint32(mask), clip, place, n)]
    codes, counts = np.unique(np.concatenate(meetings), return_counts=True)
    codes, counts = codes[counts >= _MEETINGS], counts[counts >= _MEETINGS]
    strongest = np.lexsort((-counts, codes // (2 * _FURTHEST)))
    pairs, first = np.unique(codes[strongest] // (2 * _FURTHEST), return_index=True)
    offsets = codes[strongest][first] % (2 * _FURTHEST) - _FURTHEST
    for pair, offset in zip(pairs.tolist(), offsets.tolist(), strict=True):
        yield pair // n, pair % n, offset


def _meetings(
    keys: Words, clip: npt.NDArray[np.int64], place: npt.NDArray[np.int64], n: int
) -> Iterator[npt.NDArray[np.int64]]:
    """Codes of (earlier clip, later clip, offset) for equal keys."""
    order = np.argsort(keys, kind="stable")
    keys, clip, place = keys[order], clip[order], place[order]
    # a sound that is held gives one key many times in a row
    fresh = np.ones(keys.size, dtype=bool)
    fresh[1:] = (keys[1:] != keys[:-1]) | (clip[1:] != clip[:-1])
    keys, clip, place = keys[fresh], clip[fresh], place[fresh]
    for step in range(1, min(_NEIGHBOURS, keys.size - 1) + 1):
        (at,) = np.nonzero(keys[step:] == keys[:-step])
        offset = place[at] - place[at + step]
        near = np.abs(offset) < _FURTHEST
        at, offset = at[near], offset[near]
        yield (clip[at] * n + clip[at + step]) * (2 * _FURTHEST) + offset + _FURTHEST


def _compare(one: Words, two: Words, offset: int) -> tuple[float, float] | None:
    """Error rate and shared seconds where the two are copies; ``offset`` is two's start in one."""
    errors, both = _aligned(one, two, offset)
    active = int(both.sum())
    shorter = min(np.count_nonzero(one), np.count_nonzero(two))
    if active < max(_LEAST_S / HOP_S, _LEAST_SHARE * shorter):
        return None
    rate = float(errors[both].mean())
    if rate > (_ERRORS if active >= _SHORT_S / HOP_S else _ERRORS_SHORT):
        return None
    window = np.ones(round(_LOCAL_S / HOP_S))
    count = np.convolve(both, window, "valid")
    local = np.convolve(np.where(both, errors, 0.0), window, "valid")
    full = count >= window.size / 2
    if full.any() and float((local[full] / count[full]).max()) > _LOCAL_ERRORS:
        return None
    if _drift(one, two, offset) > _DRIFT:
        return None
    return rate, active * HOP_S


def _drift(one: Words, two: Words, offset: int) -> float:
    """How far the best offsets of the first and the last third lie apart, in words.

    Parts that are too quiet to tell drift nowhere.
    """
    start, end = max(0, offset), min(one.size, offset + two.size)
    third = (end - start) // 3
    best = []
    for part in (slice(start, start + third), slice(end - third, end)):
        kept = np.zeros_like(one)
        kept[part] = one[part]
        rates = np.full(2 * _SHIFTS + 1, 0.5)
        for i in range(rates.size):
            errors, both = _aligned(kept, two, offset + i - _SHIFTS)
            if both.sum() >= third / 3:
                rates[i] = errors[both].mean()
        if rates.min() == 0.5:
            return 0.0
        best.append(_lowest(rates))
    return abs(best[1] - best[0])


def _lowest(rates: npt.NDArray[np.float64]) -> float:
    """Place of the lowest rate, between the points by the parabola through three of them."""
    at = int(np.argmin(rates))
    if at in (0, rates.size - 1):
        return float(at)
    left, middle, right = rates[at - 1 : at + 2]
    curve = left - 2 * middle + right
    return float(at + (0.5 * (left - right) / curve if curve > 0 else 0.0))


def _aligned(
    one: Words, two: Words, offset: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Bit error rate per word of the overlap, and where both have a word."""
    start, end = max(0, offset), min(one.size, offset + two.size)
    if end <= start:
        return np.zeros(0), np.zeros(0, dtype=bool)
    a, b = one[start:end], two[start - offset : end - offset]
    return np.bitwise_count(a ^ b) / 32.0, (a != 0) & (b != 0)


def _words(text: str) -> str:
    """Letters and digits of a label, without case, in single words."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = (c if unicodedata.category(c)[0] in "LMN" else " " for c in folded)
    return " ".join("".join(kept).split())


def _place(row: _Row) -> Phrase:
    what = f"row {row['row'] + 1}" if row["row"] >= 0 else Path(str(row["audio_file"]))
    return _of(what, row) if row["voice"] else say("{what}", what=what)


def _name(row: _Row, beside: _Row) -> Param:
    file = Path(str(row["audio_file"]))
    return file if row["voice"] == beside["voice"] else _of(file, row)


def _of(what: Param, row: _Row) -> Phrase:
    return say("{what} of {voice}", what=what, voice=Name(str(row["voice"])))


def _finding(rule: str, words: Phrase, row: _Row) -> Finding:
    return Finding(
        rule=rule,
        words=words,
        voice=str(row["voice"]),
        clip_id=str(row["clip_id"]),
        audio_file=str(row["audio_file"]),
    )
