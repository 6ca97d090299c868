"""`tenhours mix`: what the rule of three lets be mixed of several contributors' voices."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from clips.numbers import count, duration
from flows.say import say
from selection.exit_codes import FAILED, PASS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from export.rows import Scored
    from selection.mix import Mix
    from selection.policy import Mixing, Policy

COLUMNS = ("contributor", "voice", "submission", "duration_s", "score", "clip_id", "audio_sha256")


def mix(
    outs: list[Path],
    *,
    voice: Annotated[list[str], Parameter(negative=())],
    to: Path = Path("mix.csv"),
    policy: str = "tts-v1",
) -> int:
    """Plan the largest mix of several contributors' voices that the rule of three allows.

    At least three contributors, none of them with half or more, and so no slice (one contributor's
    part of one voice) either. Of each contributor's best hours whole clips are taken; where one has
    too much, the best of each slice. The mix is at most 0.11 % shorter than the longest that is
    legal. Shows the shares and who may be published as they are, and writes one CSV without names,
    which tenhours export takes as --selection. Exits 0; 1 where no mix is legal, with the reason
    and what would make it so; 2 for folders that hold no score or voices that none has.

    Args:
        outs: Output folders of tenhours score, of several contributors.
        voice: A voice to mix, as its folder or the report names it; give it once for each.
        to: CSV to write.
        policy: Says what is legal and how the best hours are chosen: a shipped policy by name, or a
            TOML file.
    """
    from clips.drafts import whole
    from flows.policies import checked_policy
    from flows.scored import over_all, read_scored
    from selection.mix import plan_mix

    rules = checked_policy(policy)
    scored = over_all([read_scored(out) for out in outs], rules.terms)
    clips = _candidates(scored, voice, rules)
    plan = plan_mix(clips, rules.mix)
    if not plan.is_legal:
        for line in _why_not(plan, rules.mix):
            say(line)
        to.unlink(missing_ok=True)
        return FAILED
    chosen = clips[plan.chosen]
    with whole(to) as unfinished:
        chosen[list(COLUMNS)].to_csv(unfinished, index=False, lineterminator="\n")
    for line in _shares(chosen, clips, scored):
        say(line)
    if plan.left_out_of:
        say(
            f"{plan.left_out_of} has more than may be in it; with more than {_more(plan)} of others"
            " nothing would be left out."
        )
    say(f"{count(len(chosen), 'clip')}, written to {to}.")
    return PASS


def _candidates(
    scored: "Sequence[Scored]", voices: "Sequence[str]", rules: "Policy"
) -> "pd.DataFrame":
    """The best hours of each contributor in the voices, copies of earlier contributors left out.

    Raises:
        PolicyError: nobody has one of the voices.
    """
    import pandas as pd

    from clips.errors import PolicyError
    from flows.policies import every_column
    from selection.several import select_over

    known = {name for one in scored for pair in one.shown.items() for name in pair}
    if unknown := [name for name in voices if name not in known]:
        there = ", ".join(sorted({name for one in scored for name in one.shown.values()}))
        raise PolicyError(f"--voice {unknown[0]}: none of the folders has it; there are {there}")
    parts, columns = [], every_column()
    for person in dict.fromkeys(one.contributor for one in scored):
        mine = [i for i, one in enumerate(scored) if one.contributor == person]
        tables = [scored[i].clips for i in mine]
        held = [scored[i].held for i in mine]
        clips = select_over(tables, held, rules, rules.budget.hours_per_voice, columns)
        clips = clips[clips["selected"]]
        number = clips["submission"].map(dict(enumerate(mine))).astype("int64")
        shown = [scored[n].shown[v] for n, v in zip(number, clips["voice"], strict=True)]
        wanted = [bool({v, s} & set(voices)) for v, s in zip(clips["voice"], shown, strict=True)]
        parts.append(clips.assign(contributor=person, submission=number, voice=shown)[wanted])
    clips = pd.concat(parts, ignore_index=True)
    return clips[~clips.duplicated("audio_sha256")].reset_index(drop=True)


def _shares(
    chosen: "pd.DataFrame", clips: "pd.DataFrame", scored: "Sequence[Scored]"
) -> "Iterator[str]":
    from export.rows import may_be_published

    total = chosen["duration_s"].sum()
    yield f"A mix of {duration(total / 3600)}:"
    alone = may_be_published(scored)
    for person, rows in chosen.groupby("contributor"):
        had = clips.loc[clips["contributor"] == person, "duration_s"].sum()
        part = rows["duration_s"].sum()
        yield (f"- {person}: {part / total:.1%}, {duration(part / 3600)} of {duration(had / 3600)}")
        for voice, slice_ in rows.groupby("voice"):
            seconds = slice_["duration_s"].sum()
            leave = "may be" if (person, voice) in alone else "may not be"
            yield (
                f"    {voice}: {seconds / total:.1%}, {duration(seconds / 3600)},"
                f" {count(len(slice_), 'clip')}; {leave} published as it is"
            )


def _why_not(plan: "Mix", rule: "Mixing") -> "Iterator[str]":
    least = count(rule.contributors, "contributor")
    yield f"No mix is legal: {least} at least, none with {rule.share_below:.0%} or more."
    if plan.wanting:
        have = count(plan.contributors, "contributor")
        yield (
            f"{have} {'has' if plan.contributors == 1 else 'have'} selected clips of these voices;"
            f" {count(plan.wanting, 'more contributor')} {'is' if plan.wanting == 1 else 'are'}"
            " needed."
        )
    else:
        yield f"Each clip of {plan.left_out_of} is too long beside what the others have."
    if plan.left_out_of:
        yield (
            f"With more than {_more(plan)} of others, none of them with so large a share, all that"
            f" {plan.left_out_of} has could be in it."
        )


def _more(plan: "Mix") -> str:
    return duration(plan.more_s / 3600, up=True)
