"""Copies within a submission: the same audio under another file, the same text said twice."""

import unicodedata
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from clips.rules.base import SEVERITY
from clips.table import Finding
from clips.words import Name, Param, Path, Phrase, say
from selection.copies import Words, find_copies
from selection.rules import words as said
from selection.rules.judging import AUDIO, TEXT

SAME_BYTES = ("duplicate-row", "duplicate-audio")  # reading finds these
_OF_A_ROW = ("clip_id", "voice", "audio_file", "row", "text", "audio_sha256")
_Row = Mapping[Hashable, Any]


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
    return list(best[[c for c in _OF_A_ROW if c in best]].to_dict("records"))


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
