"""Selected clips of scored submissions -> the rows of a training set."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from selection.phonemes import outside
from selection.texts import same_text


@dataclass(frozen=True)
class Scored:
    """What `tenhours score` left of a submission.

    Args:
        clips: its ``clips.parquet``, without the contributor's name.
        audio: folder of its copies, named by the first 24 digits of their SHA-256.
        contributor: pseudonym.
        shown: voice -> its name without the contributor's.
        about: ``provider, model, license, policy, policy_sha256``.
    """

    clips: pd.DataFrame
    audio: Path
    contributor: str
    shown: dict[str, str]
    about: dict[str, str]

    @cached_property
    def copies(self) -> dict[str, Path]:
        """First 24 digits of a file's SHA-256 -> the copy of it."""
        files = sorted(self.audio.glob("*.*"), reverse=True)
        return {path.name.partition(".")[0]: path for path in files}


@dataclass(frozen=True)
class Speaker:
    """A voice in one tone of one contributor, by pseudonym."""

    name: str
    number: int
    contributor: str
    voice: str
    tone: str
    language: str


@dataclass(frozen=True)
class Row:
    """One clip of the set.

    Args:
        key: file name without its ending; sorts in the order of the labels.
        source: copy that the score kept.
        sha256: of that file, when it was measured.
        phonemes: ``""`` where nothing here reads the language.
        silence_s: before and after the speech.
        split: ``"train"`` or ``"validation"``.
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


def rows_of(scored: Sequence[Scored], validation: float) -> list[Row]:
    """The rows of a set, by speaker in the order of their labels.

    Of copies, the same bytes handed in again, the first stays.

    Args:
        scored: submissions.
        validation: share of the texts that are kept apart; no text is in both parts.
    """
    parts: list[tuple[Scored, Speaker, pd.DataFrame]] = []
    for one in scored:
        chosen = one.clips[one.clips["selected"]]
        for voice, clips in chosen.groupby("voice", sort=True):
            speaker = _speaker(one, str(voice), clips, len(parts))
            parts.append((one, speaker, clips.sort_values(["row", "audio_file"], kind="stable")))
    apart = _apart((t for _, _, clips in parts for t in clips["text"]), validation)
    rows, met = [], set()
    for one, speaker, clips in parts:
        for place, clip in enumerate(clips.to_dict("records")):
            if clip["audio_sha256"] in met:
                continue
            met.add(clip["audio_sha256"])
            rows.append(_row(one, speaker, place, clip, apart))
    return rows


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
    odd = outside(row.phonemes)
    return f"its label has symbols without a phoneme: {' '.join(odd)}" if odd else ""


def _speaker(one: Scored, voice: str, clips: pd.DataFrame, number: int) -> Speaker:
    first = clips.iloc[0]
    return Speaker(
        name=f"{one.contributor}-{number:02d}",
        number=number,
        contributor=one.contributor,
        voice=one.shown.get(voice, ""),
        tone=str(first["tone"]),
        language=str(first["language"]),
    )


def _apart(texts: Iterable[str], share: float) -> set[str]:
    """Texts that are kept for validation, by their digest: at least one of two and more."""
    different = sorted({same_text(t) for t in texts}, key=_digest)
    if share <= 0.0 or len(different) < 2:
        return set()
    return set(different[: max(1, round(share * len(different)))])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _row(one: Scored, speaker: Speaker, place: int, clip: dict, apart: set[str]) -> Row:  # type: ignore[type-arg]
    def seconds(name: str) -> float:
        value = clip.get(name)
        return 0.0 if value is None or pd.isna(value) else float(value)

    sha256 = str(clip["audio_sha256"])
    return Row(
        key=f"{speaker.name}_{place:06d}_{sha256[:8]}",
        source=one.copies.get(sha256[:24], one.audio / f"{sha256[:24]}.audio"),
        sha256=sha256,
        text=" ".join(str(clip["text"]).split()),
        phonemes=str(clip.get("phonemes", "")),
        phonemes_by=str(clip.get("phonemes_by", "")),
        speaker=speaker,
        duration_s=float(clip["duration_s"]),
        silence_s=(seconds("lead_silence_s"), seconds("trail_silence_s")),
        turn=str(clip.get("turn") or ""),
        split="validation" if same_text(str(clip["text"])) in apart else "train",
    )
