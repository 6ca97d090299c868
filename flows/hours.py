"""`tenhours hours`: what has come together so far, and what is missing."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clips.numbers import count, duration
from flows.say import say
from selection.exit_codes import PASS

if TYPE_CHECKING:
    import pandas as pd

    from export.rows import Scored
    from selection.policy import Policy
    from selection.policy.choosing import Budget


def hours(outs: list[Path], *, policy: str = "tts-v1") -> int:
    """Say how many accepted hours there are of each contributor, voice and language.

    Over several scored submissions: the same file handed in twice counts once, and what a rule
    holds back (its stage, its licence) is named and does not count. Says what is missing to the
    least that a voice needs and to what is selected of it at most, and what a new language wants.

    Args:
        outs: Output folders of tenhours score.
        policy: Says how many hours are wanted: a shipped policy by name, or a TOML file.
    """
    from flows.policies import checked_policy
    from flows.scored import over_all, read_scored

    rules = checked_policy(policy)
    scored = over_all([read_scored(out) for out in outs], rules.terms)
    for line in _lines(scored, rules):
        say(line)
    return PASS


def _lines(scored: "Sequence[Scored]", rules: "Policy") -> Iterator[str]:
    import pandas as pd

    from selection.several import accepted_hours, together
    from selection.terms import LANGUAGE_HOURS

    tables = []
    for person in dict.fromkeys(one.contributor for one in scored):
        mine = [one for one in scored if one.contributor == person]
        # what a language wants is said below of all of it; what its voices have counts there
        other = [{v: r for v, r in one.held.items() if r != LANGUAGE_HOURS} for one in mine]
        clips = together([one.clips for one in mine], other)
        tables.append(clips)
        yield f"{person}, {count(len(mine), 'submission')}:"
        shown = {voice: name for one in mine for voice, name in one.shown.items()}
        for voice, accepted in accepted_hours(clips, "voice").items():
            held = sorted({one.held.get(str(voice), "") for one in mine} - {""})
            yield f"- {shown[str(voice)]}: {_standing(accepted, rules.budget, shown[str(voice)])}"
            if held:
                yield f"    held back in a submission: {', '.join(held)}"
    yield from _languages(pd.concat(tables, ignore_index=True), rules)


def _standing(accepted: float, budget: "Budget", voice: str) -> str:
    have = f"{duration(accepted)} accepted"
    least, most = budget.minimum_hours, budget.hours_per_voice
    if accepted < least:
        more = duration(least - accepted, up=True)
        return f"{have}; {more} more of {voice} reach {_whole(least)}"
    if accepted < most:
        return f"{have}; up to {duration(most - accepted, up=True)} more is welcome"
    return f"{have}; complete"


def _whole(hours_wanted: float) -> str:
    return "the hour" if hours_wanted == 1.0 else duration(hours_wanted, up=True)


def _languages(clips: "pd.DataFrame", rules: "Policy") -> Iterator[str]:
    from clips.languages import primary_tag
    from selection.several import accepted_hours
    from selection.terms import language_finding

    spoken = clips.assign(tag=clips["language"].map(primary_tag))
    yield "Languages:"
    for tag, accepted in accepted_hours(spoken, "tag").items():
        wants = language_finding(str(tag), accepted, rules.terms)
        yield f"- {tag}: {duration(accepted)} accepted" + (f". {wants.sentence}" if wants else "")
