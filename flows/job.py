"""What a submission is called in outputs."""

from pathlib import Path

from clips.pseudonym import load_key, pseudonym


def job_name(path: str | Path) -> str:
    """Names a submission in outputs, without what its contributor called it.

    A keyed digest of the last part of the path, as a pseudonym is of the contributor's name.
    """
    name = str(path).rstrip("/").rpartition("/")[2]
    if name in {"", ".", ".."}:
        name = Path(path).resolve().name
    return "s" + pseudonym(name, load_key())[1:]
