"""Does a label's least likely word tell of a word that was not said and was written all the same?

    python -m benchmarks.weakest_word OUT [--store FOLDER] [--words N] [--kinds K,...]

Takes the accepted English clips of a scored folder, with what the recogniser answered about them
where its store is given. Of each clip some words are planted wrong, one at a time, at the places
where the forced pass heard them: cut out, or exchanged for another word of the voice that is as
long. The label stays. A planted word is missed where the first, short decoding writes the label all
the same and no rule of the policy on what was heard breaks its bounds, but for `supplied-word`;
what that decoding does not write is not decoded in full, which takes ten times as long. Prints
`key = value` lines: how many are missed, and for bounds on `label_least_logprob` how many of those,
and of the clips as they are, lie below. What the recogniser answered is kept in the work folder.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile

from benchmarks.chosen import by_policy
from benchmarks.defects import ROOT
from benchmarks.defects.measure import generator
from benchmarks.defects.passes import kept_in
from benchmarks.defects.plant import Samples
from clips.languages import primary_tag
from clips.table import AudioInfo
from clips.table import Clip as Row
from flows.answers import known
from flows.scored import read_scored
from flows.store import Store
from scorers.asr.engine import Engine
from scorers.asr.listening import answer
from scorers.asr.questions import Transcript
from scorers.asr.scorer import Asr
from scorers.asr.text import compare
from scorers.base import Answer, Measured, Question, Utterance
from selection.policy import Policy, load_policy
from selection.proposal import wilson

Answers = dict[Question, Answer]
KINDS = ("cut_out", "exchanged")
COLUMN, RULE = "label_least_logprob", "supplied-word"
BOUNDS = (-2.0, -3.0, -4.0, -5.0, -6.0, -7.0, -8.0)
WORD_S = (0.06, 0.7)
ALIKE_S = 0.06
FADE_S = 0.005
MOST_FREQUENT = 12


@dataclass(frozen=True)
class Clip:
    """A clip as it is, or with one word planted wrong.

    Args:
        kind: ``"as_it_is"``, ``"cut_out"`` or ``"exchanged"``.
        samples: mono, shape ``(n_samples,)``.
        word: that was planted wrong.
        answers: of the recogniser, as far as they are known.
    """

    kind: str
    voice: str
    samples: Samples
    rate_hz: int
    text: str
    language: str
    word: str = ""
    answers: Answers = field(default_factory=dict)


@dataclass(frozen=True)
class Heard:
    """What a clip came to.

    Args:
        least: the label's least word probability, as a logarithm.
        broken: rules whose bounds are broken, without `RULE`.
        words: of the label with start and end in seconds.
    """

    clip: Clip
    least: float
    broken: frozenset[str]
    words: tuple[tuple[str, float, float], ...]


def accepted(out: Path, store: Path | None, asr: Asr) -> Iterator[Clip]:
    """The accepted English clips of a scored folder, with the answers that a store has of them."""
    scored = read_scored(out)
    clips = scored.clips
    clips = clips[(clips["verdict"] == "accept") & clips["language"].map(is_english)]
    listed = [
        (c["voice"], c["text"], c["language"], c["audio_sha256"]) for c in clips.to_dict("records")
    ]
    asked = [
        Row(voice, "", "", 0, text, language, audio=AudioInfo(sha256, 0.0, 0, 1, ""))
        for voice, text, language, sha256 in listed
    ]
    answers = known(asked, [asr], Store(store)) if store else {}
    for voice, text, language, sha256 in listed:
        samples, rate = soundfile.read(scored.copies[sha256[:24]], always_2d=True)
        mine = answers.get(sha256, {})
        yield Clip("as_it_is", voice, samples.mean(axis=1), rate, text, language, "", mine)


def is_english(language: str) -> bool:
    return primary_tag(language) == "en"


class Recogniser:
    """Whisper as a run by the policy asks it."""

    def __init__(self, asr: Asr, policy: Policy) -> None:
        self._asr, self._policy = asr, policy
        self._measure = asr.load("cpu")
        self._engine = Engine(asr.model, "cpu", asr.compute_type)

    def hear(self, clip: Clip) -> Heard | None:
        """What a clip comes to; ``None`` where its label has no word that could be the weakest."""
        (row,) = self._measure([_utterance(clip)])
        if not isinstance(row, Measured) or (least := row.values[COLUMN]) is None:
            return None
        words = tuple((str(w), float(a), float(b)) for w, a, b in row.details["label_words"])
        return Heard(clip, float(least), _broken(row, self._policy), words)

    def writes_label(self, clip: Clip) -> bool:
        """Whether the first, short decoding is the label."""
        first = next(self._asr.inquire(clip.text, clip.language))
        assert isinstance(first, Transcript)
        heard = answer({first.recogniser: self._engine}, first, _utterance(clip))
        return compare(clip.text, heard["text"], clip.language).word_errors == 0


def _utterance(clip: Clip) -> Utterance:
    samples = np.asarray(clip.samples[None], np.float32)
    return Utterance(samples, clip.rate_hz, clip.text, clip.language, answers=dict(clip.answers))


def _broken(row: Measured, policy: Policy) -> frozenset[str]:
    def is_beyond(column: str, side: str, bound: float) -> bool:
        value = row.values.get(column)
        return value is not None and (value < bound if side == "below" else value > bound)

    return frozenset(
        name
        for name, rule in policy.rules.items()
        if name != RULE
        and any(is_beyond(rule.column, bound.side, bound.value) for bound in rule.bounds)
    )


def planted(heard: Sequence[Heard], per_clip: int) -> Iterator[Clip]:
    """Clips with a word cut out, and with one exchanged, so many of either of each clip."""
    voices: dict[str, list[tuple[str, Samples]]] = defaultdict(list)
    for one in heard:
        voices[one.clip.voice] += [(w, _said(one.clip, a, b)) for w, a, b in _usable(one)]
    for one in heard:
        clip, rng = one.clip, generator(f"{one.clip.voice} {one.clip.text}")
        places = _usable(one)
        for at in rng.permutation(len(places))[:per_clip]:
            word, start, end = places[at]
            alike = [
                said
                for other, said in voices[clip.voice]
                if _bare(other) != _bare(word)
                and abs(said.size / clip.rate_hz - (end - start)) <= ALIKE_S
            ]
            yield _with(clip, "cut_out", places[at], np.zeros(0))
            if alike:
                other = alike[int(rng.integers(len(alike)))]
                yield _with(clip, "exchanged", places[at], other)


def _usable(heard: Heard) -> list[tuple[str, float, float]]:
    """Words within the clip; its edges have rules of their own."""
    inner = heard.words[1:-1]
    return [w for w in inner if WORD_S[0] <= w[2] - w[1] <= WORD_S[1] and _bare(w[0])]


def _said(clip: Clip, start_s: float, end_s: float) -> Samples:
    return clip.samples[round(start_s * clip.rate_hz) : round(end_s * clip.rate_hz)]


def _with(clip: Clip, kind: str, place: tuple[str, float, float], said: Samples) -> Clip:
    """The clip with other samples in place of a word, faded into each other."""
    word, *seconds = place
    fade = round(FADE_S * clip.rate_hz)
    start, end = (round(s * clip.rate_hz) for s in seconds)
    parts = [part for part in (clip.samples[:start], said, clip.samples[end:]) if part.size > fade]
    joined = parts[0]
    ramp = np.linspace(0.0, 1.0, fade)
    for part in parts[1:]:
        across = joined[-fade:] * (1 - ramp) + part[:fade] * ramp
        joined = np.concatenate([joined[:-fade], across, part[fade:]])
    return Clip(kind, clip.voice, joined, clip.rate_hz, clip.text, clip.language, word)


def _bare(word: str) -> str:
    return "".join(c for c in word.lower() if c.isalpha())


def report(
    clean: Sequence[Heard], kinds: Mapping[str, int], wrong: Sequence[Heard]
) -> Iterator[str]:
    """The figures as ``key = value`` lines.

    Args:
        clean: clips as they are.
        kinds: kind -> planted clips.
        wrong: those of them whose label was written.
    """
    yield f"clean.clips = {len(clean)}"
    yield f"clean.lowest = {min(one.least for one in clean):.2f}"
    missed = [one for one in wrong if not one.broken]
    for kind, count in kinds.items():
        words = pd.Series([_bare(o.clip.word) for o in missed if o.clip.kind == kind], dtype=str)
        counted = words.value_counts().head(MOST_FREQUENT)
        yield f"{kind}.planted = {count}"
        yield f"{kind}.written = {sum(o.clip.kind == kind for o in wrong)}"
        yield f"{kind}.missed = {len(words)}"
        yield f"{kind}.missed_words = {' '.join(f'{w}:{n}' for w, n in counted.items())}"
    for bound in BOUNDS:
        yield f"below{bound:g}.clean = {_below([o.least for o in clean], bound)}"
        for kind in kinds:
            least = [o.least for o in missed if o.clip.kind == kind]
            yield f"below{bound:g}.{kind}.missed = {_below(least, bound)}"


def _below(values: Sequence[float], bound: float) -> str:
    """Share, counts and the interval of 95 %."""
    hits = sum(value < bound for value in values)
    low, high = wilson(hits, len(values))
    share = hits / len(values) if values else float("nan")
    return f"{share:.3f} ({hits} of {len(values)}, {low:.3f} to {high:.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path, help="folder of tenhours score")
    parser.add_argument("--store", type=Path, help="that it was scored with")
    parser.add_argument("--words", type=int, default=2, help="planted wrong of each clip")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--asr-model", default="base")
    parser.add_argument("--work", type=Path, default=ROOT / "out/bench-weakest-word")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    (asr,) = (s for s in by_policy(["asr"], given.asr_model) if isinstance(s, Asr))
    recogniser = Recogniser(asr, load_policy())
    kinds = given.kinds.split(",")
    with kept_in(given.work):
        clips = accepted(given.out, given.store, asr)
        clean = [one for clip in clips if (one := recogniser.hear(clip)) and not one.broken]
        bad = [clip for clip in planted(clean, given.words) if clip.kind in kinds]
        written = [clip for clip in bad if recogniser.writes_label(clip)]
        wrong = [one for clip in written if (one := recogniser.hear(clip))]
    for line in report(clean, Counter(clip.kind for clip in bad), wrong):
        print(line)


if __name__ == "__main__":
    main()
