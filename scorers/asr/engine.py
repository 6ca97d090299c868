"""What a loaded recogniser can be asked: transcripts with every option pinned, and the rest that
one window tells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scorers.asr.coverage import Word, word_logprob
from scorers.asr.decodings import WINDOW_S, Decoding
from scorers.asr.loaded import RATE_HZ, Loaded, on_host, stacked
from scorers.asr.questions import PINNED
from scorers.base import Samples

FRAME_S = 0.02
# A token that float16 calls impossible has this probability on every device.
LEAST_PROBABILITY = 1e-7
_GENERATION = (
    *("patience", "length_penalty", "repetition_penalty", "no_repeat_ngram_size"),
    "suppress_blank",
)


@dataclass(frozen=True, slots=True)
class Heard:
    """One transcript.

    Args:
        text: as the model wrote it, stripped.
        avg_logprob: mean log-probability per token, <= 0; 0 where nothing was written.
        no_speech_prob: largest no-speech probability over the windows, 0..1.
        spaced: the model began with a blank, as Whisper does where words have blanks between them.
        cut: it was longer than it may be, and is not whole.
    """

    text: str
    avg_logprob: float
    no_speech_prob: float
    spaced: bool
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Fit:
    """A label that the decoder was made to write.

    Args:
        logprob: mean log-probability per token, each at least log(1e-7).
        words: of the label, in order, with the places that the decoder attends to.
    """

    logprob: float
    words: tuple[Word, ...]


class Engine(Loaded):
    """A loaded model and what it can be asked."""

    def transcribe(self, audio: Samples, language: str, beam_size: int) -> Heard:
        """Decode one clip.

        Args:
            audio: mono at 16 kHz, shape ``(n_samples,)``.
            language: Whisper's code, one of ``languages``.
            beam_size: 1 is greedy.
        """
        segments, _ = self._whisper.transcribe(
            audio,
            language=language,
            beam_size=beam_size,
            best_of=1,
            # past one window the timestamps tell where the next one starts
            without_timestamps=audio.size <= WINDOW_S * RATE_HZ,
            **PINNED,
        )
        parts = list(segments)
        tokens = sum(len(p.tokens) for p in parts)
        return Heard(
            text=" ".join(p.text.strip() for p in parts).strip(),
            avg_logprob=sum(p.avg_logprob * len(p.tokens) for p in parts) / tokens
            if tokens
            else 0.0,
            no_speech_prob=max((p.no_speech_prob for p in parts), default=1.0),
            spaced=parts[0].text.startswith(" ") if parts else False,
        )

    def transcribe_short(
        self, clips: Sequence[Samples], language: str, decoding: Decoding, labels: Sequence[str]
    ) -> list[Heard]:
        """Decode clips of one window at their own length.

        Together they take less time than one by one, and each gets the same transcript.

        Args:
            clips: mono at 16 kHz, each of at most 30 s.
            language: Whisper's code.
            decoding: a short one; the same `Decoding.window_s` for all clips.
            labels: of each clip. A text far longer than the label cannot become it any more, so it
                is cut off: without an end in sight a decoder may go round in circles.
        """
        window_s = decoding.window_s(clips[0].size / RATE_HZ)
        encoded = [self._whisper.encode(self._window(clip, window_s)[0]) for clip in clips]
        tokenizer = self._tokenizer(language)
        prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        written = [len(self._tokens(language, label, spaced=True)[0]) for label in labels]
        longest = [10 + round(1.3 * count) for count in written]
        results = self._whisper.model.generate(
            encoded[0] if len(encoded) == 1 else stacked(encoded),
            [prompt] * len(clips),
            beam_size=decoding.beam_size,
            # CTranslate2 generates at most half of it
            max_length=min(2 * (len(prompt) + max(longest)), self._whisper.max_length),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=self._suppressed(tokenizer),
            **{name: PINNED[name] for name in _GENERATION},
        )
        return [
            _heard(tokenizer, result, most) for result, most in zip(results, longest, strict=True)
        ]

    def label_fit(
        self, audio: Samples, language: str, label: str, spaced: bool, window_s: float = WINDOW_S
    ) -> Fit | None:
        """How well a label fits the audio, and where: one pass of the decoder made to write it.

        Each token is scored given the audio and the label's tokens before it, among the tokens of
        text, and placed where the decoder attends to, as OpenAI's Whisper does for word timestamps
        (`find_alignment` in timing.py); the token that ends a text has a place, but no probability.

        Args:
            audio: mono at 16 kHz, shape ``(n_samples,)``, at most one window of 30 s.
            language: Whisper's code, one of ``languages``.
            label: as written; runs of blanks count as one.
            spaced: whether the model begins a text with a blank.
            window_s: length of the window, at least the clip's.

        Returns:
            ``None`` where the label is longer than the decoder's context, or has no token of text.
        """
        tokens, start = self._tokens(language, label, spaced)
        # beside the label: the start, the token for "no timestamps" and that of the end
        if not tokens or len(start) + len(tokens) + 2 > self._whisper.max_length:
            return None
        window, frames = self._window(audio, window_s)
        (found,) = self._whisper.model.align(self._whisper.encode(window), start, [tokens], frames)
        probabilities = np.clip(found.text_token_probs, LEAST_PROBABILITY, 1.0)
        logprobs = np.log(np.asarray(probabilities, np.float64))
        tokenizer = self._tokenizer(language)
        texts, groups = tokenizer.split_to_word_tokens([*tokens, tokenizer.eot])
        ends = np.cumsum([len(group) for group in groups[:-1]])
        places, times = np.asarray(found.alignments, np.int64).T
        begun = times[np.searchsorted(places, np.arange(len(tokens) + 1))] * FRAME_S
        pieces = [tokenizer.decode([token]) for token in tokens]
        words = tuple(
            Word(
                text,
                float(begun[first]),
                float(begun[last]),
                word_logprob(pieces[first:last], logprobs[first:last].tolist()),
            )
            for text, first, last in zip(texts, [0, *ends[:-1]], ends, strict=False)
        )
        return Fit(float(logprobs.mean()), words)

    def label_logprob(
        self, audio: Samples, language: str, label: str, spaced: bool
    ) -> float | None:
        """How well a label fits the audio: `label_fit` without the places."""
        fit = self.label_fit(audio, language, label, spaced)
        return fit.logprob if fit else None

    def text_logprob(self, audio: Samples, language: str, text: str, spaced: bool) -> float | None:
        """Log-probability of a whole text and its end, so that two texts of a clip can be compared.

        The decoder is made to write the text token by token; each token counts among all of the
        vocabulary, at least log(1e-7).

        Args:
            audio: mono at 16 kHz, shape ``(n_samples,)``, at most one window of 30 s.
            language: Whisper's code, one of ``languages``.
            text: as written; runs of blanks count as one.
            spaced: whether the model begins a text with a blank.

        Returns:
            At most 0; ``None`` where the text is longer than the decoder's context.
        """
        tokens, start = self._tokens(language, text, spaced)
        tokenizer = self._tokenizer(language)
        prompt = [*start, tokenizer.no_timestamps, *tokens]
        if len(prompt) + 1 > self._whisper.max_length:
            return None
        (written,) = self._whisper.model.generate(
            self._whisper.encode(self._window(audio, WINDOW_S)[0]),
            [prompt],
            beam_size=1,
            # CTranslate2 generates at most half of it
            max_length=2 * (len(prompt) + 1),
            return_logits_vocab=True,
            suppress_blank=False,
            suppress_tokens=[],
        )
        total = 0.0
        for token, step in zip([*tokens, tokenizer.eot], written.logits[0], strict=False):
            logits = np.asarray(on_host(step), np.float64).ravel()
            highest = logits.max()
            logprob = logits[token] - highest - np.log(np.exp(logits - highest).sum())
            total += max(float(logprob), float(np.log(LEAST_PROBABILITY)))
        return min(0.0, total)

    def detect_language(self, audio: Samples, window_s: float = WINDOW_S) -> dict[str, float]:
        """Probability of each language by Whisper's code; empty where the model knows but one.

        Args:
            audio: mono at 16 kHz; the first window counts.
            window_s: length of the window.
        """
        if not self._whisper.model.is_multilingual:
            return {}
        encoded = self._whisper.encode(self._window(audio, window_s)[0])
        (found,) = self._whisper.model.detect_language(encoded)
        return {token[2:-2]: probability for token, probability in found}


def _heard(tokenizer: Any, result: Any, most: int) -> Heard:
    """A result of CTranslate2 as `transcribe` would give it, of at most so many tokens."""
    tokens = result.sequences_ids[0]
    text = tokenizer.decode(tokens)
    return Heard(
        text=text.strip(),
        avg_logprob=result.scores[0] * len(tokens) / (len(tokens) + 1),
        no_speech_prob=result.no_speech_prob,
        spaced=text.startswith(" "),
        cut=len(tokens) > most,
    )
