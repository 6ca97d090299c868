"""The process behind `clips.isolated`: decodes the open files that it is handed."""

import hashlib
import io
import os
from typing import Any

from clips.audio import decode
from clips.errors import DecodeError
from clips.header import read_header
from clips.worker import connected, serve

_IN_MEMORY_BYTES = 64 << 20
_FACTS = ("duration_s", "sample_rate_hz", "channels", "codec", "faults")


def main() -> None:
    """Decode until the other side closes the connection."""
    _load_decoders()
    serve(connected(), _answer)


def _load_decoders() -> None:
    """Import what `_confine` would not let be loaded any more."""
    import av
    import soundfile

    del av, soundfile


def _answer(request: Any, file: Any) -> tuple[dict[str, Any], Any]:
    file.seek(0)
    try:
        if request["op"] == "header":
            info = read_header(file)
            return {name: getattr(info, name) for name in _FACTS}, b""
        file = _in_memory(file)
        found = decode(file, request["limit_s"])
        sha256 = _digest(file)
    except DecodeError as error:
        return {"error": str(error)}, b""
    facts = {"channels": len(found.samples), "rate_hz": found.rate_hz, "faults": found.faults}
    return {**facts, "sha256": sha256}, found.samples.data.cast("B")


def _in_memory(file: Any) -> Any:
    """The file's content where it is small, so that what is decoded is what is digested."""
    if os.fstat(file.fileno()).st_size > _IN_MEMORY_BYTES:
        return file
    return io.BytesIO(file.read())


def _digest(file: Any) -> str:
    """Taken after decoding, so that a change of a large file meanwhile shows."""
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()
