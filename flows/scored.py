"""What `tenhours score` left in a folder, read again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from clips.errors import ExportError
from export.rows import Scored
from flows.beside import AUDIO
from flows.kept import CLIPS, SUMMARY, shown_voices
from selection.policy import Terms
from selection.several import settled

_ABOUT = ("provider", "model", "license", "policy", "policy_sha256")


def read_scored(out: Path) -> Scored:
    """Read one output folder.

    Raises:
        ExportError: it holds no scored clips, or those of another version.
    """
    try:
        clips = pd.read_parquet(out / CLIPS)
        summary = json.loads((out / SUMMARY).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ExportError(f"{out} holds no folder that `tenhours score` left ({error})") from None
    needed = {"selected", "phonemes", "audio_sha256", "voice", "text", "verdict"}
    if lacking := sorted(needed - set(clips)):
        raise ExportError(f"{out / CLIPS} lacks {', '.join(lacking)}; score it anew")
    try:
        return _scored(out, clips, summary)
    except (KeyError, TypeError, ValueError):
        raise ExportError(
            f"{out}: its tables are of two runs or of another version; score it anew"
        ) from None


def _scored(out: Path, clips: pd.DataFrame, summary: Mapping[str, Any]) -> Scored:
    shown = shown_voices(clips, summary)
    voices = {voice: summary["voices"][name] for voice, name in shown.items()}
    return Scored(
        clips=clips,
        audio=out / AUDIO,
        contributor=str(summary["contributor"]),
        submission=str(summary.get("submission", "")),
        shown=shown,
        about={name: str(summary.get(name, "")) for name in _ABOUT},
        held={voice: str(told.get("held", "")) for voice, told in voices.items()},
        publish=frozenset(voice for voice, told in voices.items() if told.get("publish")),
        described={voice: told.get("described", {}) for voice, told in voices.items()},
    )


def over_all(scored: Sequence[Scored], terms: Terms) -> list[Scored]:
    """Scored submissions, with what holds voices back when they are taken together."""
    tables, held = [one.clips for one in scored], [one.held for one in scored]
    people = [one.contributor for one in scored]
    kept = settled(tables, held, people, terms) if scored else []
    return [replace(one, held=held) for one, held in zip(scored, kept, strict=True)]


def only(scored: Scored, chosen: pd.DataFrame) -> Scored:
    """A scored submission with another selection: the clips that a table names."""
    named = set(zip(chosen["clip_id"], chosen["audio_sha256"], strict=True))
    clips = scored.clips
    picked = [key in named for key in zip(clips["clip_id"], clips["audio_sha256"], strict=True)]
    return replace(scored, clips=clips.assign(selected=picked))


def read_selection(path: Path) -> pd.DataFrame:
    """The CSV of `tenhours select`.

    Raises:
        ExportError: it is none.
    """
    try:
        chosen = pd.read_csv(path, dtype=str)
    except (OSError, ValueError) as error:
        raise ExportError(f"{path} cannot be read as CSV: {error}") from None
    if not {"clip_id", "audio_sha256"} <= set(chosen):
        raise ExportError(f"{path} is no selection of `tenhours select`")
    return chosen
