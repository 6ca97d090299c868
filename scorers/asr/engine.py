"""A loaded recogniser: transcripts with every option pinned, and what else one window tells."""

import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clips.cpus import CPUS
from clips.errors import ScoringError
from scorers.asr.coverage import Word, word_logprob
from scorers.asr.languages import languages_of
from scorers.asr.models import Model
from scorers.base import Samples

RATE_HZ = 16_000
WINDOW_S = 30.0
FRAME_S = 0.02
DEFAULT_TYPE = {"cpu": "int8", "cuda": "float16"}
# A token that float16 calls impossible has this probability on every device.
LEAST_PROBABILITY = 1e-7

# No temperature fallback, no voice activity filter, no prompt from the text before: a clip's
# transcript depends on the clip alone. The no-speech threshold is off so that silence, too, has its
# probability.
PINNED: dict[str, Any] = {
    "task": "transcribe",
    "temperature": 0.0,
    "patience": 1.0,
    "length_penalty": 1.0,
    "repetition_penalty": 1.0,
    "no_repeat_ngram_size": 0,
    "compression_ratio_threshold": None,
    "log_prob_threshold": None,
    "no_speech_threshold": None,
    "condition_on_previous_text": False,
    "initial_prompt": None,
    "prefix": None,
    "hotwords": None,
    "suppress_blank": True,
    "suppress_tokens": [-1],
    "word_timestamps": False,
    "multilingual": False,
    "vad_filter": False,
}


@dataclass(frozen=True, slots=True)
class Heard:
    """One transcript.

    Args:
        text: as the model wrote it, stripped.
        avg_logprob: mean log-probability per token, <= 0; 0 where nothing was written.
        no_speech_prob: largest no-speech probability over the windows, 0..1.
        spaced: the model began with a blank, as Whisper does where words have blanks between them.
    """

    text: str
    avg_logprob: float
    no_speech_prob: float
    spaced: bool


@dataclass(frozen=True, slots=True)
class Language:
    """What the model took the language for.

    Args:
        detected: code of the likeliest language.
        stated_prob: probability of the language that the clip is said to be in, 0..1, close
            relatives included.
    """

    detected: str
    stated_prob: float


@dataclass(frozen=True, slots=True)
class Fit:
    """A label that the decoder was made to write.

    Args:
        logprob: mean log-probability per token, each at least log(1e-7).
        words: of the label, in order, with the places that the decoder attends to.
    """

    logprob: float
    words: tuple[Word, ...]


class Engine:
    """A loaded model. Safe to call from several threads.

    The encoder takes most of the time, so each thread keeps the last window that it encoded:
    whatever is asked about one clip encodes it once.
    """

    def __init__(self, model: Model, device: str, compute_type: str) -> None:
        """Load weights.

        Args:
            model: where they lie.
            device: ``"cpu"`` or ``"cuda"``.
            compute_type: CTranslate2's name; ``"default"`` means int8 on a CPU, float16 on CUDA.

        Raises:
            ScoringError: the files are no model, or the device cannot be had.
        """
        from faster_whisper import WhisperModel

        self.model = model
        kind = DEFAULT_TYPE[device] if compute_type == "default" else compute_type
        try:
            self._whisper = WhisperModel(
                model.path,
                device=device,
                compute_type=kind,
                cpu_threads=1,
                num_workers=CPUS if device == "cpu" else 1,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise ScoringError(
                f"speech recogniser {model.name!r} cannot be loaded: {error}"
            ) from None
        self.languages = languages_of(model.path)
        self._last = threading.local()
        # what faster-whisper itself calls for each window
        self._encode, self._whisper.encode = self._whisper.encode, self._encode_once

    def _encode_once(self, features: Samples) -> Any:
        window, encoded = getattr(self._last, "window", (None, None))
        if window is None or not np.array_equal(window, features):
            encoded = self._encode(features)
            self._last.window = (features, encoded)
        return encoded

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

    def label_fit(self, audio: Samples, language: str, label: str, spaced: bool) -> Fit | None:
        """How well a label fits the audio, and where: one pass of the decoder made to write it.

        Each token is scored given the audio and the label's tokens before it, among the tokens of
        text, and placed where the decoder attends to, as OpenAI's Whisper does for word timestamps
        (`find_alignment` in timing.py); the token that ends a text has a place, but no probability.

        Args:
            audio: mono at 16 kHz, shape ``(n_samples,)``, at most one window of 30 s.
            language: Whisper's code, one of ``languages``.
            label: as written; runs of blanks count as one.
            spaced: whether the model begins a text with a blank.

        Returns:
            ``None`` where the label is longer than the decoder's context, or has no token of text.
        """
        tokens, start = self._tokens(language, label, spaced)
        # beside the label: the start, the token for "no timestamps" and that of the end
        if not tokens or len(start) + len(tokens) + 2 > self._whisper.max_length:
            return None
        window, frames = self._window(audio)
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
            self._whisper.encode(self._window(audio)[0]),
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
            logits = _on_host(step)
            highest = logits.max()
            logprob = logits[token] - highest - np.log(np.exp(logits - highest).sum())
            total += max(float(logprob), float(np.log(LEAST_PROBABILITY)))
        return min(0.0, total)

    def detect_language(self, audio: Samples, stated: str) -> Language | None:
        """What a multilingual model takes the language for; ``None`` where it knows but one.

        Args:
            audio: mono at 16 kHz; the first window counts.
            stated: Whisper's code of the language that the clip is said to be in.
        """
        if not self._whisper.model.is_multilingual:
            return None
        encoded = self._whisper.encode(self._window(audio)[0])
        return likeliest(self._whisper.model.detect_language(encoded)[0], stated)

    def _window(self, audio: Samples) -> tuple[Any, int]:
        """The first window, padded as `transcribe` hands it to the encoder, and its frames."""
        from faster_whisper.audio import pad_or_trim

        features = self._whisper.feature_extractor(audio)
        content = min(features.shape[-1] - 1, self._whisper.feature_extractor.nb_max_frames)
        return pad_or_trim(features[:, :content]), content

    def _tokens(self, language: str, text: str, spaced: bool) -> tuple[list[int], list[int]]:
        """A text's tokens, without those of control that it may spell, and what stands before."""
        tokenizer = self._tokenizer(language)
        written = " ".join(text.split()).encode("utf-8", "replace").decode()
        tokens = [t for t in tokenizer.encode(" " * spaced + written) if t < tokenizer.eot]
        return tokens, list(tokenizer.sot_sequence)

    def _tokenizer(self, language: str) -> Any:
        from faster_whisper.tokenizer import Tokenizer

        multilingual = self._whisper.model.is_multilingual
        return Tokenizer(self._whisper.hf_tokenizer, multilingual, "transcribe", language)


def _on_host(view: Any) -> npt.NDArray[np.float64]:
    """CTranslate2's logits of one step, wherever and however exactly it keeps them."""
    import ctranslate2

    floats = view.to(ctranslate2.DataType.float32).to_device(ctranslate2.Device.cpu)
    return np.asarray(floats, np.float64).ravel()


# Whisper shares speech of one among these: what is said is much the same, and so is its spelling.
RELATIVES: tuple[frozenset[str], ...] = tuple(
    frozenset(group.split())
    for group in ("no nn da sv", "hr sr bs", "id ms", "uk ru", "gl pt es", "zh yue", "hi ur")
)


def likeliest(probabilities: list[tuple[str, float]], stated: str) -> Language:
    """Read CTranslate2's answer: pairs of a token such as ``<|en|>`` and its probability.

    Example:
        >>> likeliest([("<|de|>", 0.9), ("<|en|>", 0.1)], "en")
        Language(detected='de', stated_prob=0.1)
        >>> likeliest([("<|ru|>", 0.75), ("<|uk|>", 0.25)], "uk").stated_prob
        1.0
    """
    found = {token[2:-2]: probability for token, probability in probabilities}
    detected = max(found, key=lambda code: found[code])
    family = {stated}.union(*(group for group in RELATIVES if stated in group))
    return Language(detected, min(1.0, sum(found.get(code, 0.0) for code in family)))
