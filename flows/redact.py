"""Names of the contributor inside labels and file names, replaced by the pseudonym."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from clips.words import Reader
from reports.view import ClipDetails, ReportData
from selection.findings import in_words

Hide = Callable[[str], str]
_TEXTS = ("tone", "turn", "text")


def without_path(text: str, path: str) -> str:
    """A text without the path of a submission, or its name, which may be the contributor's."""
    place = Path(path)
    names = "|".join(map(re.escape, (str(place.resolve()), path.rstrip("/"), place.name)))
    return re.sub(rf"(?<![\w./-])(?:{names})/?(?![\w-])", "the submission", text)


def hide_names(data: ReportData, hide: Hide) -> ReportData:
    """The same report without the names; reports and all that is made of them are given out."""
    shown = voice_names((v.voice for v in data.voices), data.findings, hide)
    files = distinct([*data.clips["audio_file"], *data.findings["audio_file"]], hide)
    return replace(
        data,
        submission={label: hide(value) for label, value in data.submission.items()},
        clips=_table(data.clips, shown, files, hide),
        findings=_table(
            in_words(data.findings, Reader(lambda text: shown.get(text) or hide(text))),
            shown,
            files,
            hide,
        ),
        voices=[
            replace(
                v,
                voice=shown[v.voice],
                provider_voice=hide(v.provider_voice),
                tone=hide(v.tone),
            )
            for v in data.voices
        ],
        details={clip_id: _details(found, hide) for clip_id, found in data.details.items()},
    )


def voice_names(voices: Iterable[str], findings: pd.DataFrame, hide: Hide) -> dict[str, str]:
    """Voice -> how it is named in what is given out, the same in every file of a run."""
    return distinct([*voices, *findings["voice"]], hide)


def distinct(names: Iterable[str], hide: Hide) -> dict[str, str]:
    """Name -> the same run through ``hide``, numbered where two would become one.

    Example:
        >>> distinct(["Ada_1", "Bea_1", "x"], lambda n: n.replace("Ada", "c").replace("Bea", "c"))
        {'Ada_1': 'c_1', 'Bea_1': 'c_1 (2)', 'x': 'x'}
    """
    wanted = {name: hide(name) for name in sorted(set(names))}
    taken = {name for name, shown in wanted.items() if shown == name}
    for name, shown in wanted.items():
        if shown == name:
            continue
        number = 1
        while wanted[name] in taken:
            number += 1
            wanted[name] = f"{shown} ({number})"
        taken.add(wanted[name])
    return wanted


def _table(
    table: pd.DataFrame, voices: Mapping[str, str], files: Mapping[str, str], hide: Hide
) -> pd.DataFrame:
    texts = {
        c: table[c].map(lambda v: hide(v) if isinstance(v, str) else v)
        for c in _TEXTS
        if c in table
    }
    named = {"voice": table["voice"].map(voices), "audio_file": table["audio_file"].map(files)}
    return table.assign(**texts, **named)


def _details(found: ClipDetails, hide: Hide) -> ClipDetails:
    def words(text: str | None) -> str | None:
        return None if text is None else hide(text)

    return replace(
        found,
        transcript=words(found.transcript),
        other_transcript=words(found.other_transcript),
        alignment=[_words(chunk, hide) for chunk in found.alignment],
        label_words=[(hide(text), start, end) for text, start, end in found.label_words],
    )


def _words(chunk: Mapping[str, Any], hide: Hide) -> dict[str, Any]:
    return {**chunk, **{side: [hide(word) for word in chunk[side]] for side in ("label", "heard")}}
