"""The whole collection on one page: submissions, voices, languages, and what waits (R11, R12)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pandas as pd
from markupsafe import Markup

from clips.languages import primary_tag
from clips.numbers import duration
from reports import charts
from reports.pages import page
from selection.policy import Policy

COLUMNS = ("audio_sha256", "duration_s", "language", "verdict", "voice")


@dataclass(frozen=True)
class Entry:
    """One scored submission.

    Args:
        created: ISO 8601 time of the run.
        clips: with `COLUMNS`, voices as they are shown.
        report: URL of its report relative to the page, ``""`` where a path would name somebody.
    """

    contributor: str
    created: str
    stage: str
    provider: str
    model: str
    policy: Policy
    clips: pd.DataFrame
    report: str

    @property
    def day(self) -> str:
        return self.created[:10]


@dataclass(frozen=True)
class Row:
    """Hours of a submission, a voice, a language or a day.

    Args:
        bar: drawing of the hours against the bounds, where there is one.
        state: how it stands, in words.
    """

    name: str
    about: str
    clips: int
    offered: float
    accepted: float
    waits: float
    state: str = ""
    report: str = ""
    bar: str = ""


@dataclass(frozen=True)
class Pack:
    """A voicepack that a voice earned (R18); ``delivered`` is ``""`` where it is owed."""

    contributor: str
    voice: str
    tone: str
    earned: str
    delivered: str


def collection_html(
    entries: Sequence[Entry], created: str, packs: Sequence[Pack] | None = None
) -> str:
    """The page; a clip that was scored several times counts once, as the newest run judged it.

    Args:
        entries: all scored submissions.
        created: ISO 8601 time.
        packs: of the ledger, ``None`` where there is none.
    """
    ordered = _newest(entries)
    clips = _once(ordered)
    policy = ordered[-1].policy if ordered else None
    return page(
        "collection.html.j2",
        created=created,
        total=_row("", "", clips),
        contributors=clips["contributor"].nunique(),
        submissions=[_submission(entry) for entry in reversed(ordered)],
        voices=_voices(clips, policy) if policy else [],
        languages=_languages(clips, policy) if policy else [],
        days=_days(clips),
        policy=policy,
        packs=packs,
    )


def _newest(entries: Iterable[Entry]) -> list[Entry]:
    """The last run of each submission, which is known by its contributor, stage and audio."""
    runs = {
        (e.contributor, e.stage, frozenset(e.clips["audio_sha256"].dropna())): e
        for e in sorted(entries, key=lambda e: e.created)
    }
    return sorted(runs.values(), key=lambda e: e.created)


def _once(entries: Iterable[Entry]) -> pd.DataFrame:
    tables = [entry.clips.assign(contributor=entry.contributor, day=entry.day) for entry in entries]
    columns = [*COLUMNS, "contributor", "day"]
    clips = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
    clips = clips[clips["audio_sha256"].fillna("") != ""]
    first = clips.groupby(["contributor", "voice", "audio_sha256"])["day"].transform("min")
    clips = clips.assign(day=first, language=clips["language"].map(primary_tag))
    return clips.drop_duplicates(["contributor", "voice", "audio_sha256"], keep="last")


def _row(name: str, about: str, clips: pd.DataFrame) -> Row:
    hours = clips["duration_s"].astype(float).fillna(0.0) / 3600
    accepted, waits = (float(hours[clips["verdict"] == v].sum()) for v in ("accept", "review"))
    return Row(name, about, len(clips), float(hours.sum()), accepted, waits)


def _with(row: Row, state: str, bar: str = "", report: str = "") -> Row:
    return replace(row, state=state, report=report, bar=Markup(bar))  # noqa: S704 - numbers only


def _submission(entry: Entry) -> Row:
    row = _row(entry.contributor, f"{entry.day} · {entry.stage}", entry.clips)
    made = " ".join(filter(None, (entry.provider, entry.model)))
    return _with(row, made, report=entry.report)


def _voices(clips: pd.DataFrame, policy: Policy) -> list[Row]:
    least, most = policy.budget.minimum_hours, policy.budget.hours_per_voice
    rows = [
        _row(str(voice), str(who), mine)
        for (who, voice), mine in clips.groupby(["contributor", "voice"])
    ]
    scale = charts.hours_scale([row.offered for row in rows], most)
    return [
        _with(
            row,
            _standing(row.accepted, (least, most)),
            charts.hours_bar(
                *(row.offered, row.accepted, min(row.accepted, most)),
                minimum=least,
                budget=most,
                scale=scale,
            ),
        )
        for row in sorted(rows, key=lambda row: (-row.accepted, row.name))
    ]


def _languages(clips: pd.DataFrame, policy: Policy) -> list[Row]:
    terms = policy.terms.languages
    rows = []
    for tag, mine in clips.groupby("language"):
        row = _row(str(tag), f"{mine['voice'].nunique()} voices", mine)
        if tag not in terms.with_phonemes:
            state = "no phonemes yet: kept, nothing selected"
        elif tag in terms.established:
            state = "established"
        else:
            state = _standing(row.accepted, (terms.new_language_hours,))
        rows.append(_with(row, state))
    return sorted(rows, key=lambda row: -row.accepted)


def _standing(accepted: float, marks: tuple[float, ...]) -> str:
    """How far it is to the next mark, in words."""
    for mark in marks:
        if accepted < mark:
            return f"{duration(mark - accepted, up=True)} more to {duration(mark)}"
    return f"has its {duration(marks[-1])}"


def _days(clips: pd.DataFrame) -> list[tuple[str, float, float, float]]:
    """Day, and the hours offered, accepted and accepted so far that came in by it."""
    days, so_far = [], 0.0
    for day, mine in clips.groupby("day"):
        row = _row(str(day), "", mine)
        so_far += row.accepted
        days.append((row.name, row.offered, row.accepted, so_far))
    return days
