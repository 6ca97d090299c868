"""SCORERS: every scorer there is, in the order of report and measurement."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from clips.columns import Column
from clips.errors import ScoringError
from scorers.artifacts import Artifacts
from scorers.asr.columns import COLUMNS as ASR_COLUMNS
from scorers.asr.inquiry import Sure
from scorers.asr.models import Say, find_model, unsaid
from scorers.asr.scorer import Asr
from scorers.bandwidth import Bandwidth
from scorers.base import Scorer
from scorers.decoding import Decoding
from scorers.dnsmos.engines import AUTO, resolve
from scorers.dnsmos.scorer import Dnsmos
from scorers.fingerprint import Fingerprint
from scorers.loudness import Loudness
from scorers.pauses import Pauses
from scorers.pitch import Pitch
from scorers.reverberation import Reverberation
from scorers.snr import Snr
from scorers.speaker import Speaker
from scorers.tempo import Tempo

SIGNAL_SCORERS: tuple[Scorer, ...] = (
    Decoding(),
    Dnsmos(),
    Snr(),
    Artifacts(),
    Bandwidth(),
    Reverberation(),
    Loudness(),
    Pauses(),
    Speaker(),
    Fingerprint(),
    Tempo(),
    Pitch(),
)
NAMES: tuple[str, ...] = ("asr", *(s.name for s in SIGNAL_SCORERS[1:]))
COLUMNS: tuple[Column, ...] = (*ASR_COLUMNS, *(c for s in SIGNAL_SCORERS for c in s.columns))


def choose(
    names: Iterable[str] | None,
    asr_model: str,
    beam_size: int,
    compute_type: str,
    asr_second: str = "",
    *,
    asr_before: Sequence[str] = (),
    sure: Sure | None = None,
    dnsmos: str = AUTO,
    say: Say = unsaid,
) -> tuple[Scorer, ...]:
    """The scorers of a run. Decoding always takes part.

    Args:
        names: scorer names; ``None`` for all.
        asr_model: name or folder of the recogniser whose counts stand; looked for only where
            ``asr`` takes part.
        beam_size: of the first full decoding.
        compute_type: CTranslate2's name.
        asr_second: name or folder of a second recogniser, ``""`` for none.
        asr_before: of recognisers that may confirm a label before that one, the fastest first.
        sure: when a short decoding confirms a label; ``None`` decodes everything in full.
        dnsmos: what computes DNSMOS: a name or ``auto``, see `scorers.dnsmos.engines.resolve`.
        say: is told what is being fetched.

    Raises:
        ScoringError: an unknown name, a recogniser that cannot be found, or the same one twice; an
            engine that is not installed.
    """
    wanted = set(NAMES if names is None else names)
    if unknown := sorted(wanted - set(NAMES)):
        raise ScoringError(f"no scorer named {', '.join(unknown)}; there are {', '.join(NAMES)}")
    chosen = tuple(
        replace(s, engine=resolve(dnsmos)) if isinstance(s, Dnsmos) else s
        for s in SIGNAL_SCORERS
        if s.name in wanted or isinstance(s, Decoding)
    )
    if "asr" not in wanted:
        return chosen
    model = find_model(asr_model, say)
    second = find_model(asr_second, say) if asr_second else None
    if second is not None and second.digest == model.digest:
        raise ScoringError(
            f"the second speech recogniser {asr_second!r} is the first one, {asr_model!r}, again"
            f" (digest {model.digest[:8]}): it would hear the same. Name another, or none"
        )
    before = tuple(find_model(name, say) for name in asr_before) if sure else ()
    asr = Asr(model, beam_size, compute_type, second, before, sure)
    return (*chosen[:1], asr, *chosen[1:])


def refusal(scorer: Scorer, language: str) -> str:
    """Why a scorer is not asked about clips in a language, ``""`` where it is; loads nothing.

    Args:
        scorer: one of a run.
        language: BCP 47 tag, ``""`` where unknown.
    """
    return scorer.unheard(language) if isinstance(scorer, Asr) else ""


def describe(scorer: Scorer) -> str:
    """Version of a scorer for people; that of the recogniser begins with its models and sources."""
    if isinstance(scorer, Asr):
        said = " + ".join(f"{Path(m.name).name} ({m.source})" for m in scorer.models)
        return f"{said} {scorer.version}"
    return scorer.version


def recognisers(scorers: Iterable[Scorer]) -> dict[str, str]:
    """Name of each recogniser of a run, as faster-whisper calls its size -> its digest."""
    models = [m for s in scorers if isinstance(s, Asr) for m in s.models]
    return {
        Path(m.name).name.removeprefix("faster-").removeprefix("whisper-"): m.digest for m in models
    }
