"""`tenhours compare`: two runs of one submission."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from clips.errors import ScoringError
from clips.numbers import count, duration
from flows.say import say
from selection.exit_codes import FAILED, PASS

if TYPE_CHECKING:
    from flows.kept import Kept
    from reports.compare import Comparison, Side

_MOST = 20


def compare(
    before: Path, after: Path, *, html: Path | None = None, ledger: str | None = None
) -> int:
    """Show what two runs of one submission differ in: verdicts, hours, and what judged.

    Says which verdicts changed and by which rule on either side, the hours of each voice before and
    after, and what is another in policy and versions. Exits as diff does: 0 where no verdict and no
    hours changed, 1 where some did, 2 for folders that hold no score or are of two contributors.

    Args:
        before: Output folder of tenhours score.
        after: Another one, of the same submission.
        html: File for the same as a page, with every clip.
        ledger: Path or URL of the ledger, which knows the name that is kept out; that of
            TENHOURS_LEDGER where not given, or your own; "" for none.
    """
    from flows.files import write_text
    from flows.kept import read_kept
    from flows.ledgers import names_known
    from reports.compare import compare as held
    from reports.pages import page

    first, second = read_kept(before), read_kept(after)
    if first.pseudonym != second.pseudonym:
        raise ScoringError(
            f"{before} is of {first.pseudonym} and {after} of {second.pseudonym}; give two runs of"
            " one submission"
        )
    known = names_known(ledger)
    found = held(_side(first, "before", known), _side(second, "after", known))
    if not found.clips and any(found.only):
        raise ScoringError(f"{before} and {after} have no clip in common: two submissions")
    _print(found)
    if html:
        write_text(page("compare.html.j2", c=found, pseudonym=first.pseudonym), html)
        say(f"Page: {html}")
    return FAILED if found.changed else PASS


def _side(kept: "Kept", which: str, known: Mapping[str, str]) -> "Side":
    from flows.kept import names_of
    from reports.compare import Side

    names = names_of(kept, known)
    clips = kept.clips[["clip_id", "voice", "audio_file", "verdict", "reasons"]]
    return Side(
        title=f"{which}: {kept.policy.name}, {kept.summary['created'][:16].replace('T', ' ')}",
        clips=clips.assign(
            voice=clips["voice"].map(names.voices), audio_file=clips["audio_file"].map(names.files)
        ),
        findings=kept.findings,
        policy=kept.policy,
        voices=kept.voices,
        versions=kept.summary["scorers"],
    )


def _print(found: "Comparison") -> None:
    say(f"{found.titles[0]}\n{found.titles[1]}")
    for one in found.differences[:_MOST]:
        say(f"differs: {one.what}: {one.before} -> {one.after}")
    if (more := len(found.differences) - _MOST) > 0:
        say(f"  and {count(more, 'difference')} more")
    for n, side in zip(found.only, ("before", "after"), strict=True):
        if n:
            say(f"{count(n, 'clip')} only {side}")
    say(f"{len(found.changes)} of {count(found.clips, 'clip')} changed verdict")
    for rule, before, after, n in found.by_rule:
        say(f"  {rule}: {before} -> {after}, {count(n, 'clip')}")
    for change in found.changes[:_MOST]:
        why = [", ".join(rules) for rules in (change.rules_before, change.rules_after)]
        sides = [
            f"{v} ({w})" if w else v
            for v, w in zip((change.before, change.after), why, strict=True)
        ]
        say(f"  {change.clip}: {' -> '.join(sides)}")
    if (more := len(found.changes) - _MOST) > 0:
        say(f"  and {count(more, 'clip')} more (--html lists all)")
    for voice in found.hours:
        told = [
            f"{what} {' -> '.join('–' if h is None else duration(h) for h in dict.fromkeys(pair))}"
            for what, pair in (("accepted", voice.accepted), ("selected", voice.selected))
        ]
        say(f"{voice.voice}: {', '.join(told)}")
