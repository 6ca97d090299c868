"""JSON Schemas of submission.toml and labels.json, for contributors' editors and scripts.

``python -m clips.schemas docs/schemas`` writes them; a test fails when they are out of date.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, RootModel

from clips.submission_file import NEEDED, NEEDED_OF_A_VOICE, SubmissionFile

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class LabelledClip(BaseModel):
    """One audio file and what is said in it."""

    model_config = ConfigDict(extra="allow")

    audio_file: Annotated[
        str, Field(min_length=1, description="path of the audio below this label file's folder")
    ]
    text: Annotated[
        str, Field(min_length=1, description="exactly what is said, with its punctuation")
    ]
    duration: Annotated[float, Field(ge=0, description="in seconds")] = 0.0
    speaker_id: str = ""


class SamplesFile(BaseModel):
    """Clips without an order of their own."""

    model_config = ConfigDict(extra="allow")

    samples: list[LabelledClip]


class LabelsFile(RootModel[SamplesFile | dict[str, list[LabelledClip]]]):
    """labels.json: samples, or turns by name whose clips are kept in order."""


def schemas() -> dict[str, dict[str, Any]]:
    """File name -> JSON Schema."""
    submission = _without_null(SubmissionFile.model_json_schema())
    submission["required"] = list(NEEDED)
    submission["$defs"]["VoiceTable"]["required"] = list(NEEDED_OF_A_VOICE)
    labels = LabelsFile.model_json_schema()
    return {
        "submission.schema.json": {"$schema": _DIALECT, **submission},
        "labels.schema.json": {"$schema": _DIALECT, **labels},
    }


def _without_null(schema: Any) -> Any:
    """TOML has no null: a field that may be missing is just not required."""
    if isinstance(schema, list):
        return [_without_null(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _without_null(value) for key, value in schema.items()}
    if kept.get("default", 0) is None:
        del kept["default"]
    choices = [choice for choice in kept.pop("anyOf", []) if choice != {"type": "null"}]
    if len(choices) == 1:
        return {**choices[0], **kept}
    return {**kept, "anyOf": choices} if choices else kept


def rendered(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write(folder: Path) -> None:
    """Write all schemas into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / name).write_text(rendered(schema), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
