"""`tenhours calibrate`: scored submissions and decisions about them -> proposed bounds."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from clips.errors import PolicyError
from flows.files import write_text
from flows.ledgers import kept_decisions, opened
from flows.policies import checked_policy, every_column
from flows.say import say
from selection.calibrate import calibrate, with_decisions
from selection.decision_table import CAUSE, DECISION, read_decisions
from selection.policy import Policy
from selection.proposal import Calibration, fragment, table

if TYPE_CHECKING:
    from ledger.store import Ledger


def propose(
    outs: Sequence[Path],
    truths: Sequence[Path],
    policy_name: str,
    rate: float,
    ledger: str | None = None,
) -> tuple[Calibration, Policy]:
    """Read what was scored and decided, and propose bounds.

    Args:
        outs: output folders of `tenhours score`.
        truths: one CSV for each of them; none where ``clips.parquet`` has the decisions itself, or
            the ledger has.
        policy_name: the policy whose bounds to move.
        rate: share of the good clips that one rule may lose.
        ledger: path or URL of the ledger, as for `tenhours score`.

    Raises:
        PolicyError: no such policy or folder, no decisions, or wrong ones.
    """
    if truths and len(truths) != len(outs):
        raise PolicyError(f"{len(outs)} folders and {len(truths)} files of decisions; give as many")
    policy = checked_policy(policy_name)
    given: Sequence[Path | None] = truths or [None] * len(outs)
    kept = None if truths else opened(ledger)
    parts = [_decided(out, truth, kept) for out, truth in zip(outs, given, strict=True)]
    joined = pd.concat(parts, ignore_index=True)
    return calibrate(joined, policy, every_column(), rate), policy


def print_proposals(calibration: Calibration) -> None:
    """The proposals as a table, and what stands behind them."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    shown = Table(title=_title(calibration), title_justify="left")
    rows = table(calibration)
    for heading in rows[0] if rows else ():
        shown.add_column(heading, overflow="fold")
    for row in rows:
        shown.add_row(*row.values())
    console.print(shown)
    for rule, why in calibration.skipped.items():
        console.print(f"{rule}: nothing proposed, {why}.", highlight=False, markup=False)
    console.print(
        f"All proposed bounds together lose {calibration.lost_at_all} of {calibration.clean} good"
        f" clips; the present ones lose {calibration.lost_at_all_now}.",
        highlight=False,
    )


def write_fragment(
    calibration: Calibration, policy: Policy, policy_name: str, path: Path | None
) -> None:
    """The TOML to a file, or below the table. A policy that is a file is named by its full path."""
    file = Path(policy_name)
    extends = str(file.resolve()) if file.suffix == ".toml" else policy_name
    text = fragment(calibration, policy, extends)
    if path is None:
        print(f"\n{text}")  # noqa: T201 - to be piped as it is
    else:
        write_text(text, path)
        say(f"Proposed policy: {path}")


def _title(calibration: Calibration) -> str:
    undecided = f", {calibration.undecided} undecided" if calibration.undecided else ""
    return (
        f"{calibration.clean} good and {calibration.defective} bad clips{undecided};"
        f" a rule may lose {calibration.rate:.2%} of the good ones"
    )


def _decided(out: Path, truth: Path | None, ledger: "Ledger | None") -> pd.DataFrame:
    scored = out / "clips.parquet"
    if not scored.is_file():
        raise PolicyError(
            f"{out} holds no clips.parquet; give a folder that `tenhours score` wrote"
        )
    clips = pd.read_parquet(scored)
    clips["tone"] = clips.get("tone", "")
    if truth is None:
        if DECISION not in clips:
            summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
            said = kept_decisions(ledger, str(summary["contributor"]), set(clips["clip_key"]))
            if said.empty:
                raise PolicyError(
                    f"nothing was decided about {out}: give --truth with a CSV, or decide about its"
                    " clips with tenhours approve and a ledger"
                )
            return with_decisions(clips, said, listed_only=True)
        clips[CAUSE] = clips[CAUSE].fillna("") if CAUSE in clips else ""
        return clips
    said = read_decisions(truth)
    return with_decisions(clips, said, listed_only=DECISION in said)
