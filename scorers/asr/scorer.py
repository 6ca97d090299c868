"""asr: what a recogniser hears against what the label says, as counts."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import ClassVar

from scorers import vad
from scorers.asr.columns import COLUMNS
from scorers.asr.decodings import SHORT, WINDOWS_S, ways
from scorers.asr.engine import Engine
from scorers.asr.inquiry import Clip, Sure
from scorers.asr.languages import languages_of, unheard
from scorers.asr.listening import Engines, answer, transcripts
from scorers.asr.loaded import BATCH
from scorers.asr.models import Model
from scorers.asr.questions import PINNED, Recogniser, Transcript
from scorers.asr.text import REVISION
from scorers.base import Inquiry, Measure, Part, Question, Row, Unmeasurable, Utterance

CODE_REVISION = 11


@dataclass(frozen=True)
class Asr:
    """Word and character errors of a Whisper transcript against the label.

    The language is forced. First each step of the ladder decodes at the clip's own length, and
    those before the last in full: where that gives the label, and no column speaks against it, the
    label is confirmed. Any other clip is decoded in full by the last step; a transcript that
    differs from the label is decoded a second way (greedy beside the beam); one that still differs
    is heard by the second model, if there is one that knows the language, in both ways again. What
    has the fewest word errors stands (then the fewest character errors, then the earlier one), and
    all are kept in the details with who heard them. An empty label has no counts. Of a clip that
    still differs, each recogniser says how likely the label is beside what it heard. The other
    probabilities of label and language are those of whoever confirmed the label, or of the last
    step.

    Args:
        model: the last step of the ladder, whose counts stand.
        beam_size: of the first full decoding.
        compute_type: CTranslate2's name.
        second: asked where the full decodings differ from the label.
        before: the ladder's steps before the last, from the fastest.
        sure: when a decoding that agrees is believed; ``None`` decodes everything in full.
    """

    model: Model
    beam_size: int = 5
    compute_type: str = "default"
    second: Model | None = None
    before: tuple[Model, ...] = ()
    sure: Sure | None = None

    name = "asr"
    columns = COLUMNS
    depends_on: ClassVar[frozenset[Part]] = frozenset({"audio", "text", "language"})

    @property
    def models(self) -> tuple[Model, ...]:
        """Whoever may be asked: the ladder's steps, then the second one."""
        return (*self.before, self.model, *([self.second] if self.second else []))

    @cached_property
    def version(self) -> str:
        steps = [(0, True), *([(0, False), (1, False), (1, True)] if self.before else [])]
        how = [repr(ways(place, last, self.beam_size)) for place, last in steps]
        confirm = [how, repr(WINDOWS_S), asdict(self.sure)] if self.sure else []
        said = [PINNED, self.beam_size, self.compute_type, REVISION, len(self.before), confirm]
        digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:8]
        return "-".join([vad.version(CODE_REVISION), *(m.digest for m in self.models), digest])

    def unheard(self, language: str) -> str:
        """Why labels in a language cannot be judged, ``""`` where they can; loads nothing."""
        return unheard(language, self._step(self.model).name, languages_of(self.model.path))

    def inquire(self, text: str, language: str) -> Inquiry:
        """Yields what is asked of the recognisers about a clip; returns its row."""
        if why := self.unheard(language):
            return Unmeasurable(why)
        ladder = tuple(map(self._step, (*self.before, self.model)))
        second = self._step(self.second) if self.second else None
        clip = Clip(text, language, ladder, second, self.beam_size, self.sure)
        return (yield from clip.inquire())

    def load(self, device: str) -> Measure:
        models = dict.fromkeys(self.models)
        engines = {self._step(m): Engine(m, device, self.compute_type) for m in models}

        def measure(utterances: Sequence[Utterance]) -> list[Row]:
            rows: dict[int, Row] = {}
            first = [next(self.inquire(u.text, u.language), None) for u in utterances]
            for places in _together(first, utterances, BATCH[device]):
                _ask_at_once(engines, [(first[i], utterances[i]) for i in places])
                rows |= {i: self._row(engines, utterances[i]) for i in places}
            return [rows[i] for i in range(len(utterances))]

        return measure

    def _row(self, engines: Engines, utterance: Utterance) -> Row:
        inquiry = self.inquire(utterance.text, utterance.language)
        known = utterance.answers
        try:
            asked = next(inquiry)
            while True:
                if asked not in known:
                    known[asked] = answer(engines, asked, utterance)
                asked = inquiry.send(known[asked])
        except StopIteration as stop:
            row: Row = stop.value
            return row

    def _step(self, model: Model) -> Recogniser:
        return Recogniser(model, self.compute_type)


def _together(
    first: Sequence[Question | None], utterances: Sequence[Utterance], most: int
) -> Iterator[list[int]]:
    """Places of clips that share a first question and a short window, so many at a time."""
    groups: dict[tuple[Question | None, float], list[int]] = defaultdict(list)
    for i, (asked, utterance) in enumerate(zip(first, utterances, strict=True)):
        groups[asked, SHORT.window_s(utterance.duration_s)].append(i)
    for places in groups.values():
        yield from (places[i : i + most] for i in range(0, len(places), most))


def _ask_at_once(engines: Engines, clips: Sequence[tuple[Question | None, Utterance]]) -> None:
    """Short decodings that are not known yet; they take less time together."""
    new = [
        (asked, utterance)
        for asked, utterance in clips
        if isinstance(asked, Transcript) and asked.decoding.short and asked not in utterance.answers
    ]
    if new:
        questions, utterances = zip(*new, strict=True)
        for (asked, utterance), found in zip(
            new, transcripts(engines, questions, utterances), strict=True
        ):
            utterance.answers[asked] = found
