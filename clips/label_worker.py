"""Label files and tables with audio in them, read in the process behind `clips.isolated_labels`."""

import json
from typing import Any, BinaryIO

from clips.formats import named
from clips.formats.base import LabelInput
from clips.formats.parquet import Cells
from clips.limits import Limits
from clips.packing import pack
from clips.worker import Answer, Channel, connected, serve


def main() -> None:
    """Read until the other side closes the connection."""
    channel = connected()
    serve(channel, answer_with(channel))


def answer_with(channel: Channel) -> Answer:
    """Answers requests; files that are asked for come through the channel."""
    cells = Cells()

    def open_file(path: str) -> BinaryIO:
        channel.send({"open": path})
        received = channel.receive()
        if received is None:
            raise SystemExit
        told, file = received
        if file is None:
            raise OSError(*told["error"])
        opened: BinaryIO = file
        opened.seek(0)
        return opened

    def answer(request: Any, file: Any) -> tuple[dict[str, Any], Any]:
        if request["op"] == "labels":
            file.seek(0)
            return _labels(file.read(), open_file), b""
        try:
            return {}, cells.read(request["table"], file, request["row"])
        except OSError as error:
            return {"error": str(error)}, b""

    return answer


def _labels(request: bytes, open_file: Any) -> dict[str, Any]:
    told = json.loads(request)
    source = LabelInput(told["folder"], tuple(told["files"]), open_file, Limits(**told["limits"]))
    return pack(named(told["format"]).read(source))
