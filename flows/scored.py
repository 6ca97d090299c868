"""What `tenhours score` left in a folder, read again."""

import json
from pathlib import Path

import pandas as pd

from clips.errors import ExportError
from export.rows import Scored
from flows.outputs import AUDIO

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
