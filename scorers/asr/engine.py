"""The recogniser: finding a faster-whisper model, and decoding with every option pinned."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clips.errors import ScoringError
from scorers.base import Samples

RATE_HZ = 16_000
WINDOW_S = 30.0
MODEL_FILE = "model.bin"

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
class Model:
    """A CTranslate2 Whisper on disk.

    Args:
        name: as the user gave it.
        path: folder that holds ``model.bin``.
        digest: names the weights: a hub's commit, or the start of the SHA-256 of ``model.bin``.
    """

    name: str
    path: str
    digest: str


@dataclass(frozen=True, slots=True)
class Heard:
    """One transcript.

    Args:
        text: as the model wrote it, stripped.
        avg_logprob: mean log-probability per token, <= 0; 0 where nothing was written.
        no_speech_prob: largest no-speech probability over the windows, 0..1.
    """

    text: str
    avg_logprob: float
    no_speech_prob: float


def find_model(name_or_path: str) -> Model:
    """Find a model as faster-whisper's users expect: a folder, a size, or an id on the hub.

    A name that is not in the cache is fetched from the hub.

    Raises:
        ScoringError: no such folder, no such name, or not cached and no hub in reach.
    """
    if Path(name_or_path).is_dir():
        return _local(name_or_path, name_or_path)
    if name_or_path.startswith((".", "/", "~")):
        raise ScoringError(
            f"speech recogniser {name_or_path!r}: no such folder. Give the folder of a CTranslate2"
            " Whisper model (it holds model.bin), or a name such as 'small'"
        )
    cached = cached_model(name_or_path)
    return cached if cached is not None else _fetch(name_or_path)


def cached_model(name: str) -> Model | None:
    """The model of that name if the hub's cache holds it, without touching the network."""
    from faster_whisper.utils import download_model

    try:
        path = download_model(name, local_files_only=True)
    except Exception:  # the hub's client has many ways to say "not here"
        return None
    return _local(name, path) if (Path(path) / MODEL_FILE).is_file() else None


def _fetch(name: str) -> Model:
    from faster_whisper.utils import available_models, download_model

    try:
        return _local(name, download_model(name))
    except ScoringError:
        raise
    except ValueError as error:
        known = ", ".join(available_models())
        raise ScoringError(
            f"speech recogniser {name!r} is not known ({error}). Known names: {known};"
            " or an id on the Hugging Face hub, or the folder of a CTranslate2 Whisper model"
        ) from None
    except Exception as error:
        raise ScoringError(
            f"speech recogniser {name!r} is not in the cache and cannot be fetched"
            f" ({type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}).\n"
            "Ways out:\n"
            f"  - run once where the Hugging Face hub can be reached (the cache is {_cache()});\n"
            "  - copy that cache folder here, or set HF_HOME to a folder that holds it;\n"
            "  - give the folder of a CTranslate2 Whisper model with --asr-model /path/to/model;\n"
            "  - leave speech recognition out with --scorers, for everything else."
        ) from None


def _cache() -> str:
    from huggingface_hub.constants import HF_HUB_CACHE

    return str(HF_HUB_CACHE)


def _local(name: str, path: str) -> Model:
    weights = Path(path) / MODEL_FILE
    if not weights.is_file():
        raise ScoringError(
            f"speech recogniser {name!r}: {path} holds no {MODEL_FILE}; a faster-whisper model is a"
            " folder with model.bin, config.json and tokenizer.json (ct2-transformers-converter"
            " makes one)"
        )
    with weights.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Model(name, path, digest[:16])


class Engine:
    """A loaded model. Safe to call from several threads."""

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

        workers = len(os.sched_getaffinity(0))
        kind = {"cpu": "int8", "cuda": "float16"}[device] if compute_type == "default" else None
        try:
            self._whisper = WhisperModel(
                model.path,
                device=device,
                compute_type=kind or compute_type,
                cpu_threads=1,
                num_workers=workers if device == "cpu" else 1,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise ScoringError(
                f"speech recogniser {model.name!r} cannot be loaded: {error}"
            ) from None
        self.languages = frozenset(self._whisper.supported_languages)

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
        )
