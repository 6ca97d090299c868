"""A whole set -> an object store: what lies there already stays, the manifest goes last."""

from pathlib import Path

from clips.errors import ExportError
from clips.sources.blob import file_system, remote_errors
from export.write import MANIFEST, REQUEST


def upload(folder: Path, url: str) -> None:
    """Copy a set below an address that fsspec knows.

    Stores write an object whole or not at all, and the same request always gives the same bytes. So
    an object of the same size, beside the same request, is what would be written again.

    Args:
        folder: a set with its manifest.
        url: an address under which nothing lies, or what the same request left.

    Raises:
        ExportError: it holds something else, or the store cannot be written.
        SubmissionError: nothing here knows this kind of address.
    """
    system, root = file_system(url)
    root = root.rstrip("/")
    files = {str(p.relative_to(folder)): p for p in folder.rglob("*") if p.is_file()}
    order = sorted(files, key=lambda name: (name == MANIFEST, name != REQUEST, name))
    try:
        with remote_errors():
            system.invalidate_cache()
            there = _sizes(system.find(root, detail=True) if system.exists(root) else {}, root)
            if there and not (
                REQUEST in there
                and system.cat_file(f"{root}/{REQUEST}") == files[REQUEST].read_bytes()
            ):
                raise ExportError(
                    f"{url} holds other files, or a set of other clips or settings; give a new"
                    " prefix"
                )
            for name in order:
                if there.get(name) != files[name].stat().st_size:
                    # put_file would make the bucket
                    system.pipe_file(f"{root}/{name}", files[name].read_bytes())
    except OSError as error:
        raise ExportError(f"{url}: it cannot be written ({error})") from None


def _sizes(found: dict[str, dict[str, object]], root: str) -> dict[str, object]:
    return {path.removeprefix(root).lstrip("/"): info.get("size") for path, info in found.items()}
