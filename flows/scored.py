"""What `tenhours score` left in a folder, read again."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd

from clips.errors import ExportError
from export.rows import Scored
from flows.outputs import AUDIO
from selection.several import HELD

_ABOUT = ("provider", "model", "license", "policy", "policy_sha256")


def read_scored(out: Path) -> Scored:
    """Read one output folder.

    Raises:
        ExportError: it holds no scored clips, or those of another version.
    """
    try:
        clips = pd.read_parquet(out / "clips.parquet")
        summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ExportError(f"{out} holds no folder that `tenhours score` left ({error})") from None
    needed = {"selected", "phonemes", "audio_sha256", "voice", "text", "verdict"}
    if lacking := sorted(needed - set(clips)):
        raise ExportError(f"{out}/clips.parquet lacks {', '.join(lacking)}; score it anew")
    shown = dict(zip(clips["voice"].unique(), summary["voices"], strict=True))
    return Scored(
        clips=clips,
        audio=out / AUDIO,
        contributor=str(summary["contributor"]),
        shown={str(voice): str(name) for voice, name in shown.items()},
        about={name: str(summary.get(name, "")) for name in _ABOUT},
    )


def held_back(out: Path, scored: Scored) -> set[str]:
    """Voices of an output folder of which nothing may be selected, whatever their hours."""
    voices = json.loads((out / "summary.json").read_text(encoding="utf-8"))["voices"]
    return {
        voice
        for voice, name in scored.shown.items()
        if str(voices[name].get("missing", "")).startswith(HELD)
    }


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
