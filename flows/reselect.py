"""`tenhours reselect`: the best hours of everybody, over all payloads that were approved."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from flows.say import say
from selection.exit_codes import NOTHING, PASS

if TYPE_CHECKING:
    import pandas as pd

    from export.rows import Scored
    from ledger.approved import Approved
    from ledger.lookup import Sent
    from selection.policy import Policy

SUMMARY = "selection.json"
SELECTION = "selection"  # its folder, beside the reports of an inbox


def reselect(*, to: Path, policy: str = "tts-v1", ledger: str | None = None) -> int:
    """Choose the best hours of every contributor anew, over all payloads that you approved.

    Reads the ledger and what tenhours score left of each submission; measures nothing. Your word on
    clips and voices counts as it is now. Writes a CSV for each contributor, named by the pseudonym,
    which tenhours export takes as --selection, and selection.json with the hours of each voice and
    language; what a former selection left there goes. A voice that meets its minimum over several
    payloads earns its voicepack (tenhours owed), and a new language counts over everybody's. Exits
    0; 5 where nothing is selected.

    Args:
        to: Folder for the selection; made where it is missing.
        policy: Says how to choose: a shipped policy by name, or a TOML file.
        ledger: A path or URL; as for tenhours score where not given.
    """
    from flows.deciding import the_ledger
    from flows.files import check_writable, whole_set, write_draft
    from flows.policies import checked_policy
    from flows.scored import over_all
    from flows.select import choose, write
    from ledger.approved import approved
    from ledger.owed import earn

    rules = checked_policy(policy)
    check_writable(to, "--to")
    kept = the_ledger(ledger)
    with kept.reading() as connection:
        people = approved(connection)
    found = [(sent, _scored(sent, person)) for person in people for sent in person.sent]
    missing = sum(one is None for _, one in found)
    scored = over_all([one for _, one in found if one], rules.terms)
    rules_held = {rule for one in scored for rule in one.held.values() if rule}
    chosen: dict[str, pd.DataFrame] = {}
    met: list[tuple[str, str, str]] = []  # contributor, voice and tone
    for name in dict.fromkeys(one.contributor for one in scored):
        mine = [one for one in scored if one.contributor == name]
        clips = choose(mine, rules, rules.budget.hours_per_voice)
        shown = {voice: name for one in mine for voice, name in one.shown.items()}
        chosen[name] = clips.assign(shown=clips["voice"].map(shown))
        tones = {voice: _tone(one, voice) for one in reversed(mine) for voice in one.shown}
        met += [(name, shown[voice], tones[voice]) for voice in clips["voice"].unique()]
    before = [file.name for file in to.glob("c-*.csv")]
    with whole_set(to, (*before, SUMMARY)) as unfinished:
        for contributor, clips in chosen.items():
            write(clips, unfinished / f"{contributor}.csv")
        summary = _summary(chosen, rules, missing)
        write_draft(json.dumps(summary, indent=2, ensure_ascii=False) + "\n", unfinished / SUMMARY)
    with kept.writing() as connection:
        earn(connection, met, rules.name)
    clips_chosen = sum(len(clips) for clips in chosen.values())
    say(f"{clips_chosen:,} clips of {len(chosen)} contributors selected: {to / SUMMARY}")
    if missing:
        say(
            f"{missing} approved payloads have no report, or one from before a word that was taken"
            " back; score them again",
            error=True,
        )
    if rules_held:
        said = ", ".join(sorted(rules_held))
        say(
            f"Voices are held back in their reports by {said}; what is settled since is seen when"
            " they are scored again",
            error=True,
        )
    return PASS if clips_chosen else NOTHING


def _tone(scored: "Scored", voice: str) -> str:
    return str(scored.described.get(voice, {}).get("tone", ""))


def _scored(sent: "Sent", person: "Approved") -> "Scored | None":
    """A submission as it was scored, with the word on clips and voices as it is now.

    ``None`` where its folder holds the report of something else, or a word that is no more.
    """
    from clips.errors import ExportError
    from flows.scored import read_scored
    from selection.decisions import PERSON

    try:
        scored = read_scored(Path(sent.out)) if sent.out else None
    except ExportError:
        return None
    if scored is None or (scored.contributor, scored.submission) != (sent.pseudonym, sent.digest):
        return None
    clips = scored.clips
    word = clips["clip_key"].map(dict(person.clips))
    declined = clips["voice"].map(scored.shown).isin(list(person.declined))
    earlier = clips["clip_key"].isin(list(person.earlier)) & word.isna() & ~declined
    accepts = (word.eq(True) | earlier) & clips["decoded_s"].notna()
    if (clips["decided_by"].eq(PERSON) & word.isna() & ~earlier & ~declined).any():
        return None
    verdict = clips["verdict"].mask(accepts, "accept")
    verdict = verdict.mask(word.eq(False) | (declined & ~accepts), "reject")
    return replace(scored, clips=clips.assign(verdict=verdict))


def _summary(chosen: "dict[str, pd.DataFrame]", rules: "Policy", missing: int) -> dict[str, object]:
    import pandas as pd

    from clips.languages import primary_tag

    every = [clips.assign(contributor=name) for name, clips in chosen.items()]
    table = pd.concat(every, ignore_index=True) if every else pd.DataFrame()
    voices: list[dict[str, object]] = []
    languages: dict[str, float] = {}
    if len(table):
        table = table.assign(tag=table["language"].map(primary_tag))
        for (name, voice), rows in table.groupby(["contributor", "shown"]):
            hours = round(float(rows["duration_s"].sum()) / 3600, 6)
            voices.append({"contributor": name, "voice": voice, "clips": len(rows), "hours": hours})
        per_language = table.groupby("tag")["duration_s"].sum() / 3600
        languages = {str(tag): round(float(hours), 6) for tag, hours in per_language.items()}
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "policy": rules.name,
        "policy_sha256": rules.sha256,
        "without_report": missing,
        "voices": voices,
        "languages": languages,
    }
