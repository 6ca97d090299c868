"""Copies within a submission: the same audio under another file, the same text said twice."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from clips.rules.base import SEVERITY
from clips.table import Finding
from clips.words import Name, Param, Path, Phrase, say
from selection.alike import Alike, joined, settle
from selection.copies import find_copies
from selection.meetings import Words
from selection.rules import words as said
from selection.rules.judging import AUDIO, TEXT

SAME_BYTES = ("duplicate-row", "duplicate-audio")  # reading finds these
BEFORE = "before"  # whether a clip was there first, whatever the others are worth
_OF_A_ROW = ("clip_id", "voice", "audio_file", "row", "text", "audio_sha256")
_WORDS = re.compile("[a-z0-9]+")  # of a folded label in ASCII
_Row = Mapping[Hashable, Any]


def same_audio(table: pd.DataFrame, fingerprints: Mapping[str, Words]) -> list[Alike]:
    """Clips with the same audio, whatever they are worth.

    Files that are equal byte by byte are left to reading, which finds them. Of many copies of one
    clip each is only compared with some: those are one group. A recording and a line of it are a
    pair: other lines of it are no copies of that one.

    Args:
        table: ``clip_id`` and, where there is one, ``audio_sha256``.
        fingerprints: clip id -> words; clips without one are left out.
    """
    ids = table["clip_id"].tolist()
    digests = table["audio_sha256"].tolist() if "audio_sha256" in table else [""] * len(ids)
    at = [place for place, clip_id in enumerate(ids) if clip_id in fingerprints]
    found = [
        (Alike((at[copy.earlier], at[copy.later]), copy.shared_s), copy.whole)
        for copy in find_copies([fingerprints[ids[place]] for place in at])
        if not (digests[at[copy.earlier]] and digests[at[copy.earlier]] == digests[at[copy.later]])
    ]
    return list(joined(found, len(ids)))


def same_text(table: pd.DataFrame) -> list[Alike]:
    """Labelled clips of one voice whose labels say the same.

    Args:
        table: ``voice, row`` and, where there is one, ``text``.
    """
    said: dict[tuple[str, str], list[int]] = defaultdict(list)
    texts = table["text"].tolist() if "text" in table else [""] * len(table)
    rows = zip(table["voice"].tolist(), texts, table["row"].tolist(), strict=True)
    for place, (voice, text, row) in enumerate(rows):
        words = said_words(str(text or "")) if row >= 0 else ""
        if words:
            said[str(voice), words].append(place)
    return [Alike(tuple(places)) for places in said.values() if len(places) > 1]


def find_duplicates(table: pd.DataFrame, alike: Sequence[Alike]) -> Iterator[Finding]:
    """Findings about every clip that repeats another which stays; each names that one.

    Whether one stays is settled in the order of their worth. A labelled clip is never a copy of an
    unlabelled one, nor a clip the copy of one with a worse verdict of its own.

    Args:
        table: one row per clip with its verdict so far; ``text`` and ``audio_sha256`` may be
            missing.
        alike: of `same_audio` and `same_text`.
    """
    if not alike:
        return
    occurs = sorted({place for group in alike for place in group.places})
    rows = _best_first(table.iloc[occurs])
    ids = table["clip_id"].tolist()
    rank = {row["clip_id"]: n for n, row in enumerate(rows)}
    there = int(table[BEFORE].iloc[occurs].sum()) if BEFORE in table else 0
    for rule in (AUDIO, TEXT):
        groups = [
            Alike(tuple(rank[ids[place]] for place in group.places), group.shared_s)
            for group in alike
            if group.rule == rule
        ]
        for other, stays, shared_s in settle(groups, there):
            name = _name(rows[stays], rows[other])
            if shared_s is None:
                says = said(TEXT, other=name)
            else:
                says = said(AUDIO, other=name, shared_s=f"{shared_s:.1f}")
            yield _finding(rule, says, rows[other])


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
    later = {finding.clip_id for finding in told}
    digests = table["audio_sha256"][table["clip_id"].isin(later)]
    rows = _best_first(table[table["audio_sha256"].isin(set(digests))])
    by_id = {row["clip_id"]: row for row in rows}
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
    """Rows that were there before; of the others those with a label before those without.

    Then by their verdict so far, then as they came.
    """
    kept = table[[name for name in (*_OF_A_ROW, BEFORE, "verdict") if name in table]]
    order = kept.assign(
        _new=~table[BEFORE] if BEFORE in table else True,
        _unlabelled=table["row"] < 0,
        _severity=table["verdict"].map(SEVERITY),
    )
    best = order.sort_values(["_new", "_unlabelled", "_severity"], kind="stable")
    return list(best[[c for c in _OF_A_ROW if c in best]].to_dict("records"))


def said_words(text: str) -> str:
    """Letters and digits of a label, without case, in single words."""
    if text.isascii():
        return " ".join(_WORDS.findall(text.lower()))
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
