"""Audio in worker processes, so that a hostile file costs one clip and not the run."""

from typing import Any, BinaryIO

import numpy as np

from clips.audio import LIMIT_S, Decoded
from clips.cpus import CPUS
from clips.errors import DecodeError, DecoderLost
from clips.limits import DEFAULT_LIMITS, Limits
from clips.table import AudioInfo
from clips.workers import LostError, Shared, Workers, handle_of

_WORKERS = min(4, CPUS)


class DecodePool(Workers):
    """Workers that decode audio.

    Args:
        workers: processes at most.
        memory_bytes: address space of each.
        timeout_s: time for one file.
    """

    def __init__(
        self,
        workers: int = _WORKERS,
        memory_bytes: int = DEFAULT_LIMITS.decode_bytes,
        timeout_s: float = DEFAULT_LIMITS.decode_s,
    ) -> None:
        super().__init__("audio", workers, memory_bytes, timeout_s)

    def decode(self, file: BinaryIO, limit_s: float = LIMIT_S, sha256: str = "") -> Decoded:
        """As `clips.audio.decode`; a crash, a hang or a lack of memory is a `DecodeError` too.

        Args:
            file: an open audio file.
            limit_s: length beyond which it is not decoded.
            sha256: digest that its bytes must have, ``""`` for any; of others nothing is returned.
        """
        answer, content = self._ask({"op": "decode", "limit_s": limit_s}, file)
        if sha256 and answer["sha256"] != sha256:
            raise DecoderLost("its content changed while it was being read")
        samples = np.frombuffer(content, np.float32)
        channels, rate_hz = int(answer["channels"]), int(answer["rate_hz"])
        faults = tuple(str(fault) for fault in answer["faults"])
        return Decoded(samples.reshape(channels, -1), rate_hz, faults)

    def header(self, file: BinaryIO, sha256: str) -> AudioInfo:
        """What the header says, by the library that reads the format."""
        answer, _ = self._ask({"op": "header"}, file)
        return AudioInfo(
            sha256,
            float(answer["duration_s"]),
            int(answer["sample_rate_hz"]),
            int(answer["channels"]),
            str(answer["codec"]),
            tuple(str(fault) for fault in answer["faults"]),
        )

    def _ask(self, request: dict[str, Any], file: BinaryIO) -> tuple[Any, bytearray]:
        try:
            with self.one() as worker, handle_of(file) as handle:
                answer, content = worker.ask(request, handle, self.left_s)
        except LostError as error:
            raise DecoderLost(str(error)) from None
        if "lost" in answer:
            raise DecoderLost(str(answer["lost"])[:400])
        if "error" in answer:
            raise DecodeError(str(answer["error"])[:400])
        return answer, content


_pools = Shared(lambda memory, time_s: DecodePool(memory_bytes=memory, timeout_s=time_s))


def pool(limits: Limits = DEFAULT_LIMITS) -> DecodePool:
    """This process's pool under these limits."""
    return _pools.under(limits.decode_bytes, limits.decode_s)


def close() -> None:
    """End all workers of this process; the next call starts new ones."""
    _pools.close()


def decode(file: BinaryIO, limits: Limits = DEFAULT_LIMITS, sha256: str = "") -> Decoded:
    """As `clips.audio.decode`, in a worker process of this process's pool.

    Args:
        file: an open audio file.
        limits: bounds on memory and time.
        sha256: digest that its bytes must have, ``""`` for any.

    Raises:
        DecodeError: as there; and when the decoder crashes, hangs or wants too much memory, or the
            bytes are others.
    """
    return pool(limits).decode(file, sha256=sha256)
