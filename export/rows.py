"""Selected clips of scored submissions -> the rows of a training set."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from export.form import Coding
from selection.phonemes import outside
from selection.texts import same_text

MOST_TOKENS = 510  # Kokoro's text encoder takes 512, two of them the ends


@dataclass(frozen=True)
class Scored:
    """What `tenhours score` left of a submission.

    Args:
        clips: its ``clips.parquet``, without the contributor's name.
        audio: folder of its copies, named by the first 24 digits of their SHA-256.
        contributor: pseudonym.
        submission: digest of what was handed in, ``""`` where it is not known.
        shown: voice -> its name without the contributor's.
        about: ``provider, model, license, policy, policy_sha256``.
        held: voice -> rule by which nothing of it may be selected, ``""`` where none does.
        publish: voices whose contributor lets them be published as they are.
        described: voice -> what its contributor said of it, by the fields of ``submission.toml``.
    """

    clips: pd.DataFrame
    audio: Path
    contributor: str
    shown: dict[str, str]
    about: dict[str, str]
    held: Mapping[str, str] = field(default_factory=dict)
    publish: frozenset[str] = frozenset()
    described: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    submission: str = ""

    @cached_property
    def copies(self) -> dict[str, Path]:
        """First 24 digits of a file's SHA-256 -> the copy of it."""
        files = sorted(self.audio.glob("*.*"), reverse=True)
        return {path.name.partition(".")[0]: path for path in files}


@dataclass(frozen=True)
class Speaker:
    """A voice in one tone of one contributor, by pseudonym.

    Args:
        described: what its contributor said of it, by the fields of ``submission.toml``.
        publish: whether its contributor lets it be published as it is.
    """

    name: str
    number: int
    contributor: str
    voice: str
    tone: str
    language: str
    described: Mapping[str, Any]
    publish: bool


@dataclass(frozen=True)
class Row:
    """One clip of the set.

    Args:
        key: file name without its ending; sorts in the order of the labels.
        source: copy that the score kept.
        sha256: of that file, when it was measured.
        phonemes: ``""`` where nothing here reads the language.
        silence_s: before and after the speech.
        turn: name of its turn in the set, ``""`` outside of turns.
        split: ``"train"`` or ``"validation"``.
        coding: of its audio in the set.
    """

    key: str
    source: Path
    sha256: str
    text: str
    phonemes: str
    phonemes_by: str
    speaker: Speaker
    duration_s: float
    silence_s: tuple[float, float]
    turn: str
    split: str
    coding: Coding = "wav"

    @property
    def file(self) -> str:
        """Name of its audio in the set."""
        return f"{self.key}.{self.coding}"


def rows_of(scored: Sequence[Scored], validation: float, coding: Coding = "wav") -> list[Row]:
    """The rows of a set, by speaker in the order of their labels.

    A voice of a contributor is one speaker, whatever number of submissions it came in. Of copies,
    the same bytes handed in again, the first stays.

    Args:
        scored: submissions.
        validation: share of the texts that are kept apart; no text is in both parts.
        coding: of the audio in the set.
    """
    speakers: dict[tuple[str, str], Speaker] = {}
    parts: list[tuple[Scored, Speaker, pd.DataFrame]] = []
    publish = may_be_published(scored)
    for one in scored:
        chosen = one.clips[one.clips["selected"]]
        for voice, clips in chosen.groupby("voice", sort=True):
            who = (one.contributor, str(voice))
            if who not in speakers:
                speakers[who] = _speaker(one, str(voice), clips, len(speakers), publish)
            before = [clips for _, speaker, clips in parts if speaker is speakers[who]]
            ordered = clips.sort_values(["row", "audio_file"], kind="stable")
            parts.append((one, speakers[who], _placed(ordered, speakers[who], before)))
    parts.sort(key=lambda part: part[1].number)
    apart = _apart((t for _, _, clips in parts for t in clips["text"]), validation)
    rows, met = [], set()
    for one, speaker, clips in parts:
        for clip in clips.to_dict("records"):
            if clip["audio_sha256"] in met:
                continue
            met.add(clip["audio_sha256"])
            rows.append(replace(_row(one, speaker, clip, apart), coding=coding))
    return rows


def may_be_published(scored: Iterable[Scored]) -> set[tuple[str, str]]:
    """Contributor and voice as shown, where each of their submissions lets it be published."""
    allowed: dict[tuple[str, str], bool] = {}
    for one in scored:
        for voice, name in one.shown.items():
            who = (one.contributor, name)
            allowed[who] = allowed.get(who, True) and voice in one.publish
    return {who for who, may in allowed.items() if may}


def unfit(row: Row, *, phonemes: bool, bars: bool) -> str:
    """Why a row cannot go into a set of phonemes, or of columns parted by bars, else ``""``."""
    if bars and "|" in row.text:
        return "its label has a bar, which parts the columns of the list"
    if not phonemes:
        return ""
    if not row.phonemes:
        return (
            "nothing here reads its language as phonemes; install tenhours[espeak] and score anew"
        )
    if len(row.phonemes) > MOST_TOKENS:
        return (
            f"its label has {len(row.phonemes)} phoneme tokens, and the text encoder takes"
            f" {MOST_TOKENS}"
        )
    odd = outside(row.phonemes)
    return f"its label has symbols without a phoneme: {' '.join(odd)}" if odd else ""


def _speaker(
    one: Scored, voice: str, clips: pd.DataFrame, number: int, publish: Collection[tuple[str, str]]
) -> Speaker:
    first, described = clips.iloc[0], one.described.get(voice, {})
    shown = one.shown.get(voice, "")
    return Speaker(
        name=f"{one.contributor}-{number:02d}",
        number=number,
        contributor=one.contributor,
        voice=shown,
        tone=str(described.get("tone", first["tone"])),
        language=str(first["language"]),
        described=described,
        publish=(one.contributor, shown) in publish,
    )


def _placed(clips: pd.DataFrame, speaker: Speaker, before: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The clips with their ``place`` and ``turn``, behind those of submissions before.

    Turns go by number: their names are the contributor's own, and two voices may share one.
    """
    start = sum(map(len, before))
    named = [str(turn or "") for turn in clips.get("turn", [""] * len(clips))]
    first = sum(of["turn"][of["turn"] != ""].nunique() for of in before)
    numbers = {turn: first + n for n, turn in enumerate(dict.fromkeys(filter(None, named)))}
    turns = [f"{speaker.name}-turn-{numbers[turn]:03d}" if turn else "" for turn in named]
    return clips.assign(place=range(start, start + len(clips)), turn=turns)


def _apart(texts: Iterable[str], share: float) -> set[str]:
    """Texts that are kept for validation, by their digest: at least one of two and more."""
    different = sorted({same_text(t) for t in texts}, key=_digest)
    if share <= 0.0 or len(different) < 2:
        return set()
    return set(different[: max(1, round(share * len(different)))])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _row(one: Scored, speaker: Speaker, clip: dict, apart: set[str]) -> Row:  # type: ignore[type-arg]
    def seconds(name: str) -> float:
        value = clip.get(name)
        return 0.0 if value is None or pd.isna(value) else float(value)

    sha256 = str(clip["audio_sha256"])
    return Row(
        key=f"{speaker.name}_{clip['place']:06d}_{sha256[:8]}",
        source=one.copies.get(sha256[:24], one.audio / f"{sha256[:24]}.audio"),
        sha256=sha256,
        text=" ".join(str(clip["text"]).split()),
        phonemes=str(clip.get("phonemes", "")),
        phonemes_by=str(clip.get("phonemes_by", "")),
        speaker=speaker,
        duration_s=float(clip["duration_s"]),
        silence_s=(seconds("lead_silence_s"), seconds("trail_silence_s")),
        turn=str(clip["turn"]),
        split="validation" if same_text(str(clip["text"])) in apart else "train",
    )
