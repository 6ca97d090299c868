"""Every scorer there is, in the order of report and measurement: ours, then those of packages.

A package brings a scorer of its own by an entry point of the group ``tenhours.scorers`` that names
a class or function which makes one without arguments.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import cast

from clips.columns import Column
from clips.errors import ScoringError
from scorers.artifacts import Artifacts
from scorers.asr.columns import COLUMNS as ASR_COLUMNS
from scorers.asr.inquiry import Sure
from scorers.asr.models import find_model
from scorers.asr.places import Say, unsaid
from scorers.asr.scorer import Asr
from scorers.bandwidth import Bandwidth
from scorers.base import Scorer
from scorers.decoding import Decoding
from scorers.distillmos.scorer import DistillMos, provide
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

_CONTRACT = ("name", "version", "columns", "depends_on", "load")
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
# take part only where they are named
OPTIONAL_SCORERS: tuple[Scorer, ...] = (DistillMos(),)
ALL, GROUP = "all", "tenhours.scorers"


@cache
def signal_scorers() -> tuple[Scorer, ...]:
    """All but the recogniser: ours, then those that installed packages bring, by name.

    Raises:
        ScoringError: a package's scorer cannot be loaded or is none, or its name or one of its
            columns is taken.
    """
    found = list(SIGNAL_SCORERS)
    ours = (*SIGNAL_SCORERS, *OPTIONAL_SCORERS)
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        scorer = _brought(point)
        names = {"asr", *(s.name for s in (*ours, *found))}
        columns = {c.name for s in (*ours, *found) for c in s.columns}
        columns |= {c.name for c in ASR_COLUMNS}
        if scorer.name in names:
            raise ScoringError(f"{_whose(point)}: there is a scorer named {scorer.name} already")
        if taken := sorted(columns & {c.name for c in scorer.columns}):
            raise ScoringError(f"{_whose(point)}: the column {taken[0]} is measured already")
        found.append(scorer)
    return tuple(found)


def _brought(point: EntryPoint) -> Scorer:
    try:
        scorer = point.load()()
    except Exception as error:  # whatever another's module raises
        raise ScoringError(
            f"{_whose(point)} cannot be loaded ({type(error).__name__}: {error}); mend that package"
            " or uninstall it"
        ) from error
    if lacking := [name for name in _CONTRACT if not hasattr(scorer, name)]:
        raise ScoringError(f"{_whose(point)} is no scorer: it has no {', '.join(lacking)}")
    return cast(Scorer, scorer)


def _whose(point: EntryPoint) -> str:
    package = point.dist.name if point.dist else "an unknown package"
    return f"the scorer {point.name!r} of {package} ({GROUP}: {point.value})"


def scorer_names() -> tuple[str, ...]:
    """Names of all scorers that take part by themselves, but for decoding, which always does."""
    return ("asr", *(s.name for s in signal_scorers()[1:]))


def measured_columns() -> tuple[Column, ...]:
    """Declarations of all columns that some installed scorer measures."""
    scorers = (*signal_scorers(), *OPTIONAL_SCORERS)
    return (*ASR_COLUMNS, *(c for s in scorers for c in s.columns))


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
        names: scorer names; ``None`` or ``all`` for those of `scorer_names`.
        asr_model: name or folder of the recogniser whose counts stand; looked for only where
            ``asr`` takes part.
        beam_size: of the first full decoding.
        compute_type: CTranslate2's name.
        asr_second: name or folder of a second recogniser, ``""`` for none.
        asr_before: of recognisers that may confirm a label before that one, the fastest first.
        sure: when a decoding that agrees confirms a label; ``None`` decodes everything in full.
        dnsmos: what computes DNSMOS: a name or ``auto``, see `scorers.dnsmos.engines.resolve`.
        say: is told what is being fetched.

    Raises:
        ScoringError: an unknown name, a recogniser that cannot be found, or the same one twice; an
            engine that is not installed.
    """
    every = scorer_names()
    wanted = set(every if names is None else names)
    if ALL in wanted:
        wanted = wanted - {ALL} | set(every)
    there = [*every, *(s.name for s in OPTIONAL_SCORERS)]
    if unknown := sorted(wanted - set(there)):
        raise ScoringError(f"no scorer named {', '.join(unknown)}; there are {', '.join(there)}")
    chosen = tuple(
        replace(s, engine=resolve(dnsmos)) if isinstance(s, Dnsmos) else s
        for s in (*signal_scorers(), *OPTIONAL_SCORERS)
        if s.name in wanted or isinstance(s, Decoding)
    )
    if any(isinstance(s, DistillMos) for s in chosen):
        provide(say)
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
    if len({m.digest for m in (*before, model)}) <= len(before):
        raise ScoringError(
            f"the ladder of speech recognisers, {', '.join((*asr_before, asr_model))}, has one of"
            " them twice: it would hear the same again. Name each once"
        )
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
