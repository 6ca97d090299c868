"""`tenhours select`: the best hours over several scored submissions of one contributor."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flows.say import say
from selection.exit_codes import NOTHING, PASS

if TYPE_CHECKING:
    import pandas as pd

    from export.rows import Scored
    from selection.policy import Policy

COLUMNS = (
    *("submission", "voice", "audio_file", "text", "duration_s", "score"),
    *("pick", "gain", "clip_id", "audio_sha256"),
)


def select(outs: list[Path], *, to: Path, budget: str = "10h", policy: str = "tts-v1") -> int:
    """Choose a contributor's best hours per voice over several scored submissions.

    Copies of a clip count once. Writes one CSV, which tenhours export takes as --selection. Exits
    0, 2 for folders of several contributors or that hold no score, 5 where nothing is selected.

    Args:
        outs: Output folders of tenhours score, all of one contributor.
        to: CSV to write, by voice in the order of choice.
        budget: Hours of each voice, such as 10h or 90min.
        policy: Says how to choose: a shipped policy by name, or a TOML file.
    """
    from clips.drafts import whole
    from clips.errors import PolicyError
    from flows.policies import checked_policy
    from flows.scored import over_all, read_scored
    from selection.several import hours_of

    hours, rules = hours_of(budget), checked_policy(policy)
    scored = over_all([read_scored(out) for out in outs], rules.terms)
    if len(people := sorted({one.contributor for one in scored})) > 1:
        raise PolicyError(f"the folders are of {len(people)} contributors: {', '.join(people)}")
    chosen = choose(scored, rules, hours)
    with whole(to) as unfinished:
        write(chosen, unfinished)
    for voice, rows in chosen.groupby("voice"):
        say(
            f"{scored[0].shown.get(str(voice), '')}: {rows['duration_s'].sum() / 3600:.2f} h,"
            f" {len(rows)} clips"
        )
    return PASS if len(chosen) else NOTHING


def choose(scored: "Sequence[Scored]", rules: "Policy", hours: float) -> "pd.DataFrame":
    """The chosen clips of one contributor's submissions, by voice in the order of choice."""
    from flows.policies import every_column
    from selection.several import select_over

    tables, held = [one.clips for one in scored], [one.held for one in scored]
    clips = select_over(tables, held, rules, hours, every_column())
    return clips[clips["selected"]].sort_values(["voice", "pick"])


def write(chosen: "pd.DataFrame", path: Path) -> None:
    """Write chosen clips as the CSV that `tenhours export --selection` takes."""
    from flows.outputs import quoting

    table = chosen[list(COLUMNS)]
    table.to_csv(path, index=False, quoting=quoting(table), lineterminator="\n")
