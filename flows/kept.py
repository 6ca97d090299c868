"""What a run found, kept beside its report: findings as data and the policy that judged."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from clips.errors import ScoringError
from clips.privacy import redactor
from clips.words import Reader
from clips.words_json import read, written
from flows.redact import distinct
from selection.policy import Policy

FINDINGS, POLICY, CLIPS, SUMMARY = (
    *("findings.parquet", "policy.json"),
    *("clips.parquet", "summary.json"),
)


@dataclass(frozen=True)
class Kept:
    """One scored submission.

    Args:
        clips: as in `clips.parquet`, names and labels as they were written.
        findings: with `selection.findings.FINDING_COLUMNS`.
        policy: that judged.
        summary: as in `summary.json`.
    """

    clips: pd.DataFrame
    findings: pd.DataFrame
    policy: Policy
    summary: Mapping[str, Any]

    @property
    def pseudonym(self) -> str:
        return str(self.summary["contributor"])

    @property
    def title(self) -> str:
        """Stage and day, which tell several of one contributor apart."""
        return f"{str(self.summary['stage']).capitalize()}, scored {self.summary['created'][:10]}"

    @property
    def shown(self) -> dict[str, str]:
        """Voice -> how it is named in what is given out."""
        return shown_voices(self.clips, self.summary)

    @property
    def voices(self) -> Mapping[str, Mapping[str, Any]]:
        """Voice as shown -> how it stands."""
        voices: Mapping[str, Mapping[str, Any]] = self.summary["voices"]
        return voices


def shown_voices(clips: pd.DataFrame, summary: Mapping[str, Any]) -> dict[str, str]:
    """Voice as in `clips.parquet` -> as in `summary.json`, which has them in the same order."""
    return dict(zip(map(str, clips["voice"].unique()), summary["voices"], strict=True))


def keep(findings: pd.DataFrame, policy: Policy, folder: Path) -> None:
    """Write both into a folder."""
    findings.assign(words=findings["words"].map(written)).to_parquet(folder / FINDINGS, index=False)
    content = policy.model_dump_json(indent=1)
    (folder / POLICY).write_text(f"{content}\n", encoding="utf-8")


def read_kept(out: Path) -> Kept:
    """Read an output folder of `tenhours score`.

    Raises:
        ScoringError: it is none, or one of another version.
    """
    try:
        findings = pd.read_parquet(out / FINDINGS)
        return Kept(
            clips=pd.read_parquet(out / CLIPS),
            findings=findings.assign(words=findings["words"].map(read)),
            policy=Policy.model_validate_json((out / POLICY).read_bytes()),
            summary=json.loads((out / SUMMARY).read_text(encoding="utf-8")),
        )
    except (OSError, ValueError) as error:
        raise ScoringError(
            f"{out} is no folder that this version of `tenhours score` left ({error});"
            " score the submission anew, which measures nothing again"
        ) from None


@dataclass(frozen=True)
class Names:
    """How a submission's own names are shown: without those of its contributor."""

    voices: Mapping[str, str]
    files: Mapping[str, str]
    reader: Reader


def names_of(kept: Kept, known: Mapping[str, str]) -> Names:
    """Names for what leaves the maintainer's machine.

    Args:
        kept: whose names.
        known: pseudonym -> contributor.

    Raises:
        ScoringError: the contributor's name is not known here, and so cannot be found in them.
    """
    if kept.pseudonym not in known:
        raise ScoringError(
            f"the name behind {kept.pseudonym} is not known here, so that it cannot be kept out of"
            " file names and labels; do this where the submission was scored, or score it here"
            " (which measures nothing again with the same --store)"
        )
    hide = redactor([known[kept.pseudonym]])
    voices = distinct([*kept.shown, *kept.findings["voice"]], hide) | kept.shown
    files = distinct([*kept.clips["audio_file"], *kept.findings["audio_file"]], hide)
    return Names(voices, files, Reader(lambda text: voices.get(text) or hide(text)))
