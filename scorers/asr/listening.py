"""Answers of loaded recognisers to `questions`, as records that are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from scorers.asr.coverage import Word, uncovered_s, weakest
from scorers.asr.decodings import LEAST_S, WINDOW_S
from scorers.asr.engine import Engine, Heard
from scorers.asr.loaded import RATE_HZ
from scorers.asr.questions import (
    EVERY_LABEL,
    TOO_LONG,
    LabelFit,
    Recogniser,
    Spoken,
    TextLogprob,
    Transcript,
    digest,
)
from scorers.base import Answer, Question, Utterance

_LEAST_PROBABILITY = 1e-6
_SILENCE = Heard("", 0.0, 1.0, spaced=False)
_UNHEARD = replace(_SILENCE, cut=True)

Engines = Mapping[Recogniser, Engine]


def answer(engines: Engines, asked: Question, utterance: Utterance) -> Answer:
    """Ask a recogniser about one clip.

    Raises:
        TypeError: it is no question for a recogniser.
    """
    audio = utterance.at(RATE_HZ)
    match asked:
        case Transcript() if asked.decoding.short:
            return transcripts(engines, [asked], [utterance])[0]
        case Transcript():
            engine = engines[asked.recogniser]
            if utterance.duration_s < LEAST_S:
                heard = _SILENCE
            else:
                heard = engine.transcribe(audio, asked.language, asked.decoding.beam_size)
            return _record(heard, utterance, "")
        case LabelFit():
            return _label_fit(engines[asked.recogniser], asked, utterance)
        case TextLogprob():
            engine = engines[asked.recogniser]
            found = engine.text_logprob(audio, asked.language, asked.written, asked.spaced)
            return {"logprob": found}
        case Spoken():
            window_s = asked.decoding.window_s(utterance.duration_s)
            spoken = engines[asked.recogniser].detect_language(audio, window_s)
            return {"probabilities": {k: p for k, p in spoken.items() if p >= _LEAST_PROBABILITY}}
        case _:
            raise TypeError(f"no recogniser answers {asked!r}")


def transcripts(
    engines: Engines, asked: Sequence[Transcript], utterances: Sequence[Utterance]
) -> list[Answer]:
    """Short decodings of several clips.

    Args:
        engines: loaded.
        asked: of each clip; alike but for the label.
        utterances: the clips, of one window. One that is shorter than `LEAST_S` or longer than
            Whisper's window is not decoded, and cut off for every label.
    """
    first = asked[0]
    fit = [i for i, u in enumerate(utterances) if LEAST_S <= u.duration_s <= WINDOW_S]
    heard = dict.fromkeys(range(len(asked)), _UNHEARD)
    if fit:
        audio = [utterances[i].at(RATE_HZ) for i in fit]
        labels = [asked[i].label for i in fit]
        engine = engines[first.recogniser]
        found = engine.transcribe_short(audio, first.language, first.decoding, labels)
        heard |= dict(zip(fit, found, strict=True))
    return [
        _record(heard[i], utterances[i], digest(asked[i].label) if i in fit else EVERY_LABEL)
        for i in range(len(asked))
    ]


def _label_fit(engine: Engine, asked: LabelFit, utterance: Utterance) -> Answer:
    window_s = asked.decoding.window_s(utterance.duration_s)
    audio = utterance.at(RATE_HZ)
    fit = engine.label_fit(audio, asked.language, asked.label, asked.spaced, window_s)
    if fit is None:
        return {"unfitted": TOO_LONG}
    least = weakest(fit.words)
    return {
        "label_logprob": fit.logprob,
        "label_least_logprob": least.logprob if least else None,
        "uncovered_s": uncovered_s(fit.words, utterance.speech),
        "label_words": [_placed(word) for word in fit.words if word.sounds],
        "weakest_word": _placed(least) if least else None,
    }


def _placed(word: Word) -> list[str | float]:
    """Text, start and end in seconds."""
    return [word.text, round(word.start_s, 2), round(word.end_s, 2)]


def _record(heard: Heard, utterance: Utterance, cut_for: str) -> Answer:
    record = {**asdict(heard), "seconds": utterance.duration_s}
    return {**record, "cut_for": cut_for if record.pop("cut") else ""}
