"""Opens what a clip's path names: a file of the source, or audio inside a table."""

from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from clips.formats.parquet import SEPARATOR
from clips.isolated_labels import reader
from clips.sources import Source


@dataclass(frozen=True)
class Opener:
    """Opens paths below a submission's root.

    Args:
        source: where the files are.
        prefix: folder inside the source that is the root, ``""`` or ending in ``/``.
    """

    source: Source
    prefix: str = ""

    def __call__(self, path: str) -> BinaryIO:
        """Open a file, seekable.

        Raises:
            OSError: it cannot be opened, or is no plain file any more.
        """
        table, inside, row = path.rpartition(SEPARATOR)
        if not inside:
            return self.source.open(self.prefix + path)
        if not (row.isascii() and row.isdigit()):
            raise OSError("there is no such file")
        open_table = partial(self.source.open, self.prefix + table)
        labels = reader(self.source.limits)
        return labels.embedded(f"{self.source!r}\0{table}", open_table, int(row))
