"""Label files in a worker process, so that a hostile one costs its own rows and not the run."""

import contextlib
import errno
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, BinaryIO

from clips.errors import DecoderLost
from clips.formats import LabelFormat, LabelInput, Labels
from clips.limits import DEFAULT_LIMITS, Limits
from clips.names import shown
from clips.packing import unpack
from clips.rules import fault
from clips.words import Name, Path
from clips.workers import LostError, Shared, Worker, Workers, handle_of


class LabelReader(Workers):
    """One worker that reads label files, and audio out of tables.

    Args:
        memory_bytes: its address space.
        timeout_s: time for the label files of one folder, or for one row's audio.
    """

    def __init__(
        self,
        memory_bytes: int = DEFAULT_LIMITS.label_bytes,
        timeout_s: float = DEFAULT_LIMITS.decode_s,
    ) -> None:
        super().__init__("label", 1, memory_bytes, timeout_s)
        self._kept = contextlib.ExitStack()
        self._table, self._handle = "", -1
        self._lost: dict[str, str] = {}

    def close(self) -> None:
        """End the worker and close the table that was read last."""
        self.forget()
        super().close()

    def forget(self) -> None:
        """Forget tables, which may be others by now."""
        self._kept.close()
        self._table = ""
        self._lost.clear()

    def read(self, form: LabelFormat, source: LabelInput) -> Labels:
        """As the format's own `read`; a crash, a hang or a lack of memory is a fault."""
        try:
            with self.one() as worker, tempfile.TemporaryFile() as told:
                told.write(_told(form, source))
                told.flush()
                answer = _ask(worker, told.fileno(), source, self.left_s)
        except LostError as error:
            answer = {"lost": str(error)}
        if "lost" in answer:
            path = Path(", ".join(map(source.path, source.files)))
            why = Name(str(answer["lost"]), 200)
            return Labels((), (fault("unreadable-labels", path=path, why=why),))
        return unpack(answer)

    def embedded(self, table: str, open_table: Callable[[], BinaryIO], row: int) -> BinaryIO:
        """The audio in a row of a table, as a file.

        Args:
            table: tells the table from others.
            open_table: opens the Parquet file.
            row: number of the row in the whole table.

        Raises:
            OSError: the row holds no audio, or the table cannot be read.
        """
        if table in self._lost:
            raise OSError(self._lost[table])
        try:
            with self.one() as worker:
                self._keep(table, open_table)
                request = {"op": "embedded", "table": table, "row": row}
                answer, content = worker.ask(request, self._handle, self.left_s)
        except LostError as error:
            answer, content = {"lost": str(error)}, bytearray()
        if "lost" in answer:
            self._lost[table] = str(answer["lost"])
        if why := answer.get("lost") or answer.get("error"):
            raise OSError(shown(str(why), 160))
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
        file.write(content)
        file.seek(0)
        return file

    def _keep(self, table: str, open_table: Callable[[], BinaryIO]) -> None:
        """Hold the table open: its rows are asked for one by one."""
        if self._table != table:
            self._kept.close()
            self._table = ""
            try:
                file = self._kept.enter_context(open_table())
                self._handle = self._kept.enter_context(handle_of(file))
            except DecoderLost as error:
                raise OSError(errno.EIO, str(error)) from None
            self._table = table


def _told(form: LabelFormat, source: LabelInput) -> bytes:
    told = {
        "format": form.name,
        "folder": source.folder,
        "files": source.files,
        "limits": asdict(source.limits),
    }
    return json.dumps(told).encode()


def _ask(worker: Worker, told: int, source: LabelInput, left_s: float) -> dict[str, Any]:
    """Hand the worker the files that it asks for until it answers; only its own time counts."""

    def ask(request: dict[str, Any], handle: int | None) -> dict[str, Any]:
        nonlocal left_s
        begun = time.monotonic()
        found: dict[str, Any] = worker.ask(request, handle, max(left_s, 0.001))[0]
        left_s -= time.monotonic() - begun
        return found

    answer = ask({"op": "labels"}, told)
    while "open" in answer:
        try:
            with source.open(str(answer["open"])) as file, handle_of(file) as handle:
                answer = ask({}, handle)
        except OSError as error:
            answer = ask(
                {"error": [error.errno, error.strerror] if error.errno else [str(error)]}, None
            )
        except DecoderLost as error:
            answer = ask({"error": [str(error)]}, None)
    return answer


_readers = Shared(LabelReader)


def reader(limits: Limits = DEFAULT_LIMITS) -> LabelReader:
    """This process's reader under these limits."""
    return _readers.under(limits.label_bytes, limits.decode_s)


def close() -> None:
    """End the readers of this process."""
    _readers.close()
