"""What stands in a set beside its audio and lists: the speakers, the card, the manifest."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from clips.commands.init import render
from export.rows import Row, Scored
from reports.charts import histogram, shared_range

LENGTHS, LABELS = "dataset_card_lengths.svg", "dataset_card_labels.svg"


def speaker_map(rows: Sequence[Row]) -> str:
    """JSON: name of the speaker -> its number, voice, tone, language and description."""
    speakers = {r.speaker.name: asdict(r.speaker) for r in rows}
    return json.dumps(speakers, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def plots(rows: Sequence[Row]) -> dict[str, str]:
    """SVG files of the card by name: how long the clips are, and their labels."""
    labels = [float(len(r.phonemes or r.text)) for r in rows]
    return {
        LENGTHS: _plot([r.duration_s for r in rows], "Length of clips", "s"),
        LABELS: _plot(labels, "Length of labels in phoneme tokens", ""),
    }


def _plot(values: Sequence[float], title: str, unit: str) -> str:
    chart = histogram(values, shared_range(values, low=0.0), title, unit)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="520" height="130">'
        "<style>text{font:12px sans-serif;fill:#333}.bars{fill:#4a6fa5}.axis{stroke:#888}</style>"
        f'<rect width="520" height="130" fill="#fff"/><text x="10" y="20">{title}</text>'
        f'<svg x="10" y="28" width="500" height="96">{chart}</svg></svg>\n'
    )


def submission_toml(scored: Sequence[Scored], rows: Sequence[Row]) -> str:
    """A description of the set, so that `tenhours score` reads it as a submission."""
    first = scored[0]
    about = {
        "contributor": first.contributor,
        "stage": "payload",
        **{k: first.about.get(k, "") for k in ("provider", "model", "license")},
        "language": rows[0].speaker.language,
    }
    hours: dict[str, float] = {}
    for row in rows:
        hours[row.speaker.name] = hours.get(row.speaker.name, 0.0) + row.duration_s / 3600
    voices = {
        row.speaker.name: {
            **row.speaker.described,
            "tone": row.speaker.tone,
            "language": row.speaker.language,
            "publish": row.speaker.publish,
            "hours": round(hours[row.speaker.name], 3),
        }
        for row in rows
    }
    return render(_given(about), {name: _given(table) for name, table in voices.items()})


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value != ""}


def card(
    scored: Sequence[Scored], rows: Sequence[Row], form: str, left_out: Mapping[str, int]
) -> str:
    """The dataset card, in Markdown with the front matter of the Hugging Face hub.

    Args:
        scored: where the rows are from.
        rows: what is in the set.
        form: name of the format.
        left_out: reason -> how many selected clips are not in the set for it.
    """
    licences = sorted({s.about.get("license", "") for s in scored} - {""})
    languages = sorted({r.speaker.language for r in rows} - {""})
    lines = [
        "---",
        f"license: {licences[0].lower() if len(licences) == 1 else 'other'}",
        f"language: [{', '.join(languages)}]",
        "task_categories: [text-to-speech]",
        "---",
        "",
        "# Speech for training a text-to-speech model",
        "",
        f"{len(rows)} clips, {_hours(rows)}, 24 kHz, 16 bit, mono; lists as {form} reads them.",
        "The speech is synthetic. Contributors are known by pseudonyms only.",
        "",
        "| speaker | voice | tone | language | clips | hours | validation |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in sorted({r.speaker.name for r in rows}):
        mine = [r for r in rows if r.speaker.name == name]
        apart = [r for r in mine if r.split == "validation"]
        who = mine[0].speaker
        lines.append(
            f"| {name} | {_cell(who.voice)} | {_cell(who.tone)} | {who.language} | {len(mine)} |"
            f" {_hours(mine)} | {len(apart)} |"
        )
    lines += [
        "",
        "| contributor | provider | model | licence | policy | policy's SHA-256 |",
        "|---|---|---|---|---|---|",
    ]
    for s in scored:
        about = (s.about.get(k, "") for k in ("provider", "model", "license", "policy"))
        cells = (s.contributor, *about, s.about.get("policy_sha256", ""))
        lines.append(f"| {' | '.join(map(_cell, cells))} |")
    readers = sorted({r.phonemes_by for r in rows} - {""})
    lines += ["", f"![Length of clips]({LENGTHS})", f"![Length of labels]({LABELS})"]
    lines += ["", f"Phonemes by {', '.join(readers) or 'nobody'}.", ""]
    if left_out:
        lines += ["Selected and not in the set:", ""]
        lines += [f"- {count}: {why}" for why, count in sorted(left_out.items())]
        lines.append("")
    return "\n".join(lines)


def _hours(rows: Sequence[Row]) -> str:
    return f"{sum(r.duration_s for r in rows) / 3600:.3f} h"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
