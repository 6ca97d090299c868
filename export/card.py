"""What stands in a set beside its audio and lists: the speakers, the card, the manifest."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from export.rows import Row, Scored


def speaker_map(rows: Sequence[Row]) -> str:
    """JSON: name of the speaker -> its number, voice, tone and language."""
    speakers = {r.speaker.name: asdict(r.speaker) for r in rows}
    return json.dumps(speakers, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def submission_toml(scored: Sequence[Scored], rows: Sequence[Row]) -> str:
    """A description of the set, so that `tenhours score` reads it as a submission."""
    first = scored[0]
    about = {
        "contributor": first.contributor,
        "stage": "payload",
        **{k: first.about.get(k, "") for k in ("provider", "model", "license")},
        "language": rows[0].speaker.language if rows else "",
    }
    # a JSON string is a TOML string
    return "".join(f"{k} = {json.dumps(v, ensure_ascii=False)}\n" for k, v in about.items() if v)


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
