"""What the maintainer decided, laid on the machine's verdicts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from clips.rules.base import Weight
from clips.table import Clip, Finding, Level
from clips.words import Phrase, Quote
from selection.findings import tabled
from selection.rules import OF_A_PART, words
from selection.rules.judging import APPROVED, DECLINED, MAINTAINER

ACCEPT, REJECT = "accept", "reject"
MACHINE, PERSON = "machine", "maintainer"
_REASON_CHARS = 500
NO_REASON = "no reason given"


@dataclass(frozen=True)
class Word:
    """What the maintainer said.

    Args:
        accepts: or approves; rejects or declines otherwise.
        why: the reason, ``""`` where none was given.
        earlier: said of all that an approved submission had accepted then, and not of this clip.
    """

    accepts: bool
    why: str = ""
    earlier: bool = False

    @property
    def quoted(self) -> Quote:
        return Quote(self.why or NO_REASON, _REASON_CHARS)


@dataclass(frozen=True)
class Decided:
    """All that the maintainer said of a submission.

    Args:
        clips: by clip id.
        voices: by the voice's name.
        whole: of the submission's stage.
        of_payload: whether it is one: nothing is selected of what comes before, approved or not.
    """

    clips: Mapping[str, Word] = field(default_factory=dict)
    voices: Mapping[str, Word] = field(default_factory=dict)
    whole: Word | None = None
    of_payload: bool = True

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was said above the level of a clip."""
        said = [("", self.whole)] if self.whole else []
        return tuple(_above(voice, word) for voice, word in [*said, *self.voices.items()])

    def approves(self, voice: str) -> bool:
        """Whether a voice of a payload, or the payload that it is in, is approved."""
        word = self.voices.get(voice) or self.whole
        return self.of_payload and bool(word and word.accepts)


def _above(voice: str, word: Word) -> Finding:
    level: Level = "voice" if voice else "submission"
    if word.accepts:
        return Finding(APPROVED, words(APPROVED, why=word.quoted), level, voice)
    return Finding(DECLINED, words(DECLINED, why=word.quoted), level, voice)


def words_by_key(clips: Iterable[Clip], by_key: Mapping[str, Word]) -> dict[str, Word]:
    """Clip id -> what was said of the clip, whatever its file is called.

    Of copies in one voice only the first is accepted: the machine has its word on the others.
    """
    found: dict[str, Word] = {}
    accepted: set[str] = set()
    for clip in clips:
        word = by_key.get(clip.key)
        if word is None or (word.accepts and clip.key in accepted):
            continue
        found[clip.clip_id] = word
        if word.accepts:
            accepted.add(clip.key)
    return found


def overruled(judged: pd.DataFrame, said: Mapping[str, Word]) -> pd.DataFrame:
    """The machine's ``clip_id, verdict, reasons`` with the maintainer's, and ``decided_by``."""
    verdicts, reasons = (
        judged[name].to_numpy(object, copy=True) for name in ("verdict", "reasons")
    )
    decided_by = np.full(len(judged), MACHINE, object)
    for place, clip_id in enumerate(judged["clip_id"].tolist() if said else ()):
        word = said.get(clip_id)
        if word is not None and _counts(word, verdicts[place]):
            verdicts[place] = ACCEPT if word.accepts else REJECT
            reasons[place], decided_by[place] = MAINTAINER, PERSON
    new = {"verdict": verdicts, "reasons": reasons, "decided_by": decided_by}
    return judged.assign(**{k: pd.Series(v, judged.index, "object") for k, v in new.items()})


def _counts(word: Word, verdict: str) -> bool:
    """Whether a word changes what the machine says."""
    return not (word.earlier and verdict == ACCEPT)


def with_words(
    findings: pd.DataFrame, clips: pd.DataFrame, machine: pd.DataFrame, said: Mapping[str, Word]
) -> pd.DataFrame:
    """The findings, those overruled as notes, and one for each clip that the maintainer decided.

    Args:
        findings: with `selection.findings.FINDING_COLUMNS`.
        clips: with ``clip_id, voice, audio_file``.
        machine: ``verdict`` and ``reasons`` of the clips as the machine has them.
        said: clip id -> the word that counts.
    """
    if not said:
        return findings
    told: list[tuple[Finding, Weight]] = []
    for clip_id, voice, file, verdict, reasons in zip(
        *(clips[name] for name in ("clip_id", "voice", "audio_file")),
        machine["verdict"],
        machine["reasons"],
        strict=True,
    ):
        word = said.get(clip_id)
        if word is None or not _counts(word, verdict):
            continue
        finding = Finding(MAINTAINER, _phrase(word, reasons), "clip", voice, clip_id, file)
        told.append((finding, "note" if word.accepts else "reject"))
    accepted = {finding.clip_id for finding, weight in told if weight == "note"}
    spared = findings["clip_id"].isin(accepted) & (findings["level"] == "clip")
    kept = findings.assign(verdict=findings["verdict"].mask(spared, "note"))
    return pd.concat([kept, tabled(told)], ignore_index=True) if told else kept


def _phrase(word: Word, reasons: str) -> Phrase:
    against = reasons.replace(";", ", ")
    if not word.accepts:
        return words(MAINTAINER, "reject", why=word.quoted)
    if word.earlier:
        return words(MAINTAINER, "approved", rules=against, why=word.quoted)
    if against:
        return words(MAINTAINER, "against", rules=against, why=word.quoted)
    return words(MAINTAINER, "accept", why=word.quoted)


def approved_terms(findings: pd.DataFrame, decided: Decided) -> pd.DataFrame:
    """The findings, with those notes that an approval of the whole or of a voice takes back."""
    if decided.whole is None and not decided.voices:
        return findings
    whole = bool(decided.whole and decided.whole.accepts)
    spared = [
        level != "clip"
        and rule not in OF_A_PART | {DECLINED}
        and (decided.approves(voice) if level == "voice" else whole)
        for level, voice, rule in zip(
            findings["level"], findings["voice"], findings["rule"], strict=True
        )
    ]
    return findings.assign(
        verdict=findings["verdict"].mask(pd.Series(spared, findings.index), "note")
    )


def usable(said: Mapping[str, Word], without_audio: Iterable[str]) -> dict[str, Word]:
    """What was said, but for clips that were accepted and have no audio that could be used."""
    lost = set(without_audio)
    return {i: word for i, word in said.items() if not (word.accepts and i in lost)}


def mute(
    clips: pd.DataFrame, said: Mapping[str, Word], without_audio: Sequence[str]
) -> list[Finding]:
    """Findings of clips that were accepted by ear and have no audio."""
    rows = clips[clips["clip_id"].isin(set(without_audio) & set(said))]
    return [
        Finding(
            MAINTAINER, words(MAINTAINER, "no audio", why=said[i].quoted), "clip", voice, i, file
        )
        for i, voice, file in zip(rows["clip_id"], rows["voice"], rows["audio_file"], strict=True)
        if said[i].accepts and not said[i].earlier
    ]
