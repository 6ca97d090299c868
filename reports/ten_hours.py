"""What the best hours of each voice cover: a curve, what is missing, lengths against the quotas."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd
from markupsafe import Markup

from clips.numbers import count, duration, with_unit
from reports.view import ReportData
from reports.wording import visible
from selection.cover import Cover, Length, cover

NEEDED = ("selected", "pick", "not_selected", "phonemes", "phonemes_by", "phoneme_tokens")
MOST_NAMED = 60
_MOST_POINTS = 300
_PARTS = 5
_TOP, _PLOT, _BOTTOM = 8, 120, 18  # px: room above, curve, axis
_MISSING = (
    ("accept", "in accepted clips that are not selected"),
    ("review", "in clips that wait for you"),
    ("reject", "in rejected clips alone"),
)


@dataclass(frozen=True)
class Sentence:
    """A clip that would bring what is missing, its label and what it brings, ready to be shown."""

    clip_id: str
    label: str
    length: str
    verdict: str
    why: str
    brings: str


@dataclass(frozen=True)
class Best:
    """What is shown of one voice.

    Args:
        said: how much of what there is the selection has, in a sentence.
        unit: what is counted, in the plural.
        curve: the drawing.
        steps: seconds, what they cover, and the share of all, from the first clips to all.
        missing: where what is missing is found, how much it is, and what.
        lengths: which labels, and of the seconds the least share that is wanted, that of the
            selected and that of all.
    """

    voice: str
    said: str
    unit: str
    curve: Markup
    steps: tuple[tuple[str, int, str], ...]
    missing: tuple[tuple[str, int, str], ...]
    sentences: tuple[Sentence, ...]
    lengths: tuple[tuple[str, str, str, str], ...]


def best_hours(data: ReportData) -> list[Best]:
    """The voices of which something is selected, in the order of the report."""
    if not set(NEEDED) <= set(data.clips):
        return []
    of = {str(voice): clips for voice, clips in data.clips.groupby("voice", sort=False)}
    found = (
        cover(voice.voice, of[voice.voice], data.policy.selection)
        for voice in data.voices
        if voice.voice in of
    )
    return [_best(one, of[one.voice]) for one in found if one]


def _best(found: Cover, clips: pd.DataFrame) -> Best:
    unit = "pairs of letters" if found.letters else "diphones"
    return Best(
        voice=found.voice,
        said=_said(found, unit),
        unit=unit,
        curve=Markup(_curve(found, unit)),  # noqa: S704 - escaped there
        steps=tuple(_steps(found)),
        missing=tuple(
            (where, len(names), _names(names))
            for verdict, where in _MISSING
            if (names := found.missing[verdict])
        ),
        sentences=tuple(_sentences(found, clips)),
        lengths=tuple(_length(one) for one in found.lengths),
    )


def _said(found: Cover, unit: str) -> str:
    clips, have = found.seconds.size - 1, int(found.covered[-1])
    share = have / max(found.every, 1)
    return (
        f"{count(clips, 'clip')}, {duration(found.seconds[-1] / 3600)}, have {have:,} of the"
        f" {found.every:,} {unit} that the labels of the voice have ({_percent(share)})."
    )


def _steps(found: Cover) -> Iterator[tuple[str, int, str]]:
    """The curve as numbers: after each fifth of the seconds."""
    wanted = found.seconds[-1] * np.arange(1, _PARTS + 1) / _PARTS
    for at in dict.fromkeys(np.searchsorted(found.seconds, wanted - 1e-9).tolist()):
        covered = int(found.covered[at])
        yield duration(found.seconds[at] / 3600), covered, _percent(covered / max(found.every, 1))


def _names(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    said = " ".join(map(visible, names[:MOST_NAMED]))
    return f"{said} and {more:,} more" if more > 0 else said


def _sentences(found: Cover, clips: pd.DataFrame) -> Iterator[Sentence]:
    named = clips[clips["clip_id"].isin([one.clip_id for one in found.sentences])]
    by_id = {clip["clip_id"]: clip for clip in named.to_dict("records")}
    for one in found.sentences:
        clip = by_id[one.clip_id]
        label, length = visible(str(clip["text"])), duration(float(clip["duration_s"]) / 3600)
        yield Sentence(
            one.clip_id, label, length, one.verdict, visible(one.why), _names(one.brings)
        )


def _length(one: Length) -> tuple[str, str, str, str]:
    if one.below_tokens is None:
        tokens = f"{one.from_tokens} tokens and more"
    else:
        tokens = f"{one.from_tokens} to {one.below_tokens - 1} tokens"
    wanted = "–" if one.wanted is None else _percent(one.wanted)
    return f"{one.name}: {tokens}", wanted, _percent(one.got), _percent(one.offered)


def _percent(share: float) -> str:
    return with_unit(round(100 * share, 1), "%")


def _curve(found: Cover, unit: str) -> str:
    """Seconds that are taken against what they cover; the top is all that the labels have."""
    kept = np.unique(np.linspace(0, found.seconds.size - 1, _MOST_POINTS).astype(int))
    x = 1000 * found.seconds[kept] / found.seconds[-1]
    y = _PLOT * (1 - found.covered[kept] / max(found.every, 1))
    path = "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True))
    length, height = duration(found.seconds[-1] / 3600), _TOP + _PLOT + _BOTTOM
    label = f"{unit} covered by the seconds selected, up to {found.covered[-1]} after {length}"
    parts = [
        f'<svg class="cover" width="100%" height="{height}" role="img"'
        f' aria-label="{escape(label)}">'
    ]
    for share in (0.25, 0.5, 0.75, 1.0):
        at = _TOP + _PLOT * (1 - share)
        parts.append(
            f'<line class="level" x1="0" x2="100%" y1="{at:g}" y2="{at:g}"/>'
            f'<text class="level" x="2" y="{at + 11:g}">{_percent(share)}</text>'
        )
    parts += [
        f'<svg x="0" y="{_TOP}" width="100%" height="{_PLOT}" viewBox="0 0 1000 {_PLOT}"'
        f' preserveAspectRatio="none"><path class="area" d="M0 {_PLOT}L{path}V{_PLOT}Z"/>'
        f'<path class="line" d="M{path}"/></svg>',
        f'<line class="axis" x1="0" x2="100%" y1="{_TOP + _PLOT}" y2="{_TOP + _PLOT}"/>',
        f'<text class="tick" x="0" y="{height - 4}">0</text>',
        f'<text class="tick" x="100%" y="{height - 4}" text-anchor="end">{length}</text></svg>',
    ]
    return "".join(parts)
