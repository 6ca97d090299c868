"""Finding a faster-whisper model: a folder, a name in the cache, a name on the hub."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from clips.errors import ScoringError

MODEL_FILE = "model.bin"
DECODING_FILES = ("config.json", "tokenizer.json", "preprocessor_config.json")


@dataclass(frozen=True, slots=True)
class Model:
    """A CTranslate2 Whisper on disk.

    Args:
        name: as the user gave it.
        path: folder that holds ``model.bin``.
        digest: names the weights and the files that decoding reads beside them.
    """

    name: str
    path: str
    digest: str


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
    digest = hashlib.sha256()
    for part in (weights, *(Path(path) / other for other in DECODING_FILES)):
        if part.is_file():
            with part.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return Model(name, path, digest.hexdigest()[:16])
