"""The DNSMOS networks: taken from the `speechmos` package, never from the network."""

import hashlib
import importlib.util
import os
import tempfile
from pathlib import Path

from platformdirs import user_cache_path

from clips.errors import ScoringError

# where torchmetrics looks, under its DNSMOS folder -> (where speechmos keeps it, sha256)
MODELS = {
    "DNSMOS/model_v8.onnx": (
        "dnsmos_models/model_v8.onnx",
        "9246480c58567bc6affd4200938e77eef49468c8bc7ed3776d109c07456f6e91",
    ),
    "DNSMOS/sig_bak_ovr.onnx": (
        "dnsmos_models/sig_bak_ovr.onnx",
        "269fbebdb513aa23cddfbb593542ecc540284a91849ac50516870e1ac78f6edd",
    ),
    "pDNSMOS/sig_bak_ovr.onnx": (
        "pdnsmos_models/sig_bak_ovr.onnx",
        "9e3a197449ca2177f0997afec3bd6b890117ce2f17b89d6eea7fa0d47272c81c",
    ),
}
DIGEST = hashlib.sha256("".join(sha for _, sha in MODELS.values()).encode()).hexdigest()[:8]


def provide(folder: Path | None = None, source: Path | None = None) -> Path:
    """Lay the networks out as torchmetrics expects them and return that folder.

    torchmetrics would download them on first use; `speechmos` ships the same files. What already
    lies in the folder is kept when its sha256 is right and replaced when it is not.

    Args:
        folder: where to put them; by default ``dnsmos`` in the user's cache of tenhours.
        source: the folder of the speechmos package; by default the installed one.

    Raises:
        ScoringError: speechmos is missing, ships other files, or the folder cannot be written.
    """
    folder = folder or user_cache_path("tenhours") / "dnsmos"
    source = source or _installed()
    for name, (origin, sha) in MODELS.items():
        target = folder / name
        if _sha256(target) == sha:
            continue
        if _sha256(source / origin) != sha:
            raise ScoringError(
                f"DNSMOS needs {origin} of the speechmos package with sha256 {sha[:8]}...; "
                f"{source} does not have it. Run: pip install --force-reinstall speechmos==0.0.1.1"
            )
        try:
            _copy(source / origin, target)
        except OSError as fault:
            raise ScoringError(
                f"DNSMOS networks cannot be written to {folder} ({fault.strerror}). "
                "Point XDG_CACHE_HOME at a folder that can be written."
            ) from fault
    return folder


def _installed() -> Path:
    spec = importlib.util.find_spec("speechmos")
    if spec is None or spec.origin is None:
        raise ScoringError("DNSMOS needs the speechmos package. Run: pip install 'tenhours[score]'")
    return Path(spec.origin).parent


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _copy(origin: Path, target: Path) -> None:
    """Write beside the target and rename, so that no other process sees half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(origin.read_bytes())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
