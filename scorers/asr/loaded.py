"""A recogniser's weights, and the windows that it encoded last."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from clips.cpus import CPUS
from clips.errors import ScoringError
from scorers.asr.models import Model
from scorers.asr.questions import PINNED
from scorers.base import Samples

RATE_HZ = 16_000
BATCH = {"cpu": 8, "cuda": 16}  # short decodings that are made together
DEFAULT_TYPE = {"cpu": "int8", "cuda": "float16"}


def resolved_type(compute_type: str, device: str) -> str:
    """The numbers that a name stands for, ``"default"`` with them, on a device."""
    return DEFAULT_TYPE[device] if compute_type == "default" else compute_type


class Loaded:
    """A loaded model. Safe to call from several threads.

    The encoder takes most of the time, so each thread keeps the last windows that it encoded:
    whatever is asked about one clip, or about some that are asked about together, encodes it once.
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
        kind = resolved_type(compute_type, device)
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
        most = BATCH[device]
        self._whole, self._short, self._features = Recent(1), Recent(2 * most), Recent(most)
        # what faster-whisper itself calls for each window
        self._encode, self._whisper.encode = self._whisper.encode, self._encode_once

    def _encode_once(self, window: Samples) -> Any:
        whole = window.shape[-1] >= self._whisper.feature_extractor.nb_max_frames
        kept = self._whole if whole else self._short
        return kept.get(window, lambda: self._encode(window))

    def _window(self, audio: Samples, window_s: float) -> tuple[Any, int]:
        """The first window, padded as `transcribe` hands it to the encoder, and its frames."""
        from faster_whisper.audio import pad_or_trim

        extractor = self._whisper.feature_extractor
        features = self._features.get(audio, lambda: extractor(audio))
        frames = round(window_s * RATE_HZ / extractor.hop_length)
        content = min(features.shape[-1] - 1, frames)
        return pad_or_trim(features[:, :content], frames), content

    def _tokens(self, language: str, text: str, spaced: bool) -> tuple[list[int], list[int]]:
        """A text's tokens, without those of control that it may spell, and what stands before."""
        tokenizer = self._tokenizer(language)
        written = " ".join(text.split()).encode("utf-8", "replace").decode()
        tokens = [t for t in tokenizer.encode(" " * spaced + written) if t < tokenizer.eot]
        return tokens, list(tokenizer.sot_sequence)

    def _suppressed(self, tokenizer: Any) -> list[int]:
        from faster_whisper.transcribe import get_suppressed_tokens

        return list(get_suppressed_tokens(tokenizer, list(PINNED["suppress_tokens"])))

    def _tokenizer(self, language: str) -> Any:
        from faster_whisper.tokenizer import Tokenizer

        multilingual = self._whisper.model.is_multilingual
        return Tokenizer(self._whisper.hf_tokenizer, multilingual, "transcribe", language)


class Recent(threading.local):
    """Each thread's last results, by what they were made of."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[bytes, Any] = OrderedDict()

    def get(self, of: Samples, make: Callable[[], Any]) -> Any:
        key = hashlib.blake2b(np.ascontiguousarray(of).data, digest_size=16).digest()
        found = self._kept.pop(key) if key in self._kept else make()
        self._kept[key] = found
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return found


def stacked(encoded: Sequence[Any]) -> Any:
    """Encoded windows of one length as a batch."""
    import ctranslate2

    return ctranslate2.StorageView.from_array(np.concatenate([on_host(one) for one in encoded]))


def on_host(view: Any) -> Samples:
    """CTranslate2's numbers, wherever and however exactly it keeps them."""
    import ctranslate2

    floats = view.to(ctranslate2.DataType.float32).to_device(ctranslate2.Device.cpu)
    return np.asarray(floats, np.float32)
