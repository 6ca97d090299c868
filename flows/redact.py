"""Names of the contributor inside labels, file names and sentences, replaced by the pseudonym."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import pandas as pd

from reports.view import ClipDetails, ReportData

Hide = Callable[[str], str]
T = TypeVar("T")
_CLIP_TEXTS = ("voice", "tone", "audio_file", "turn", "text")
_FINDING_TEXTS = ("voice", "audio_file", "sentence")


def hide_names(data: ReportData, hide: Hide) -> ReportData:
    """The same report without the names; reports and all that is made of them are given out."""
    return replace(
        data,
        submission=hidden(dict(data.submission), hide),
        clips=_table(data.clips, _CLIP_TEXTS, hide),
        findings=_table(data.findings, _FINDING_TEXTS, hide),
        voices=[
            replace(
                v, voice=hide(v.voice), provider_voice=hide(v.provider_voice), tone=hide(v.tone)
            )
            for v in data.voices
        ],
        details={clip_id: _details(found, hide) for clip_id, found in data.details.items()},
    )


def hidden(value: T, hide: Hide) -> T:
    """JSON-ready data with every text in it, keys too, run through ``hide``."""
    return _hidden(value, hide)  # type: ignore[no-any-return]


def _hidden(value: Any, hide: Hide) -> Any:
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, Mapping):
        return {_hidden(k, hide): _hidden(v, hide) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(v, hide) for v in value]
    return value


def _table(table: pd.DataFrame, columns: tuple[str, ...], hide: Hide) -> pd.DataFrame:
    return table.assign(
        **{
            c: table[c].map(lambda v: hide(v) if isinstance(v, str) else v)
            for c in columns
            if c in table
        }
    )


def _details(found: ClipDetails, hide: Hide) -> ClipDetails:
    def words(text: str | None) -> str | None:
        return None if text is None else hide(text)

    return replace(
        found,
        transcript=words(found.transcript),
        other_transcript=words(found.other_transcript),
        alignment=_hidden(found.alignment, hide),
    )
